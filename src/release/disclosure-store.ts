import type { Db, ReadDb } from '../platform';

export type Disclosure = { release: string; origin: string; recipient: string; purpose: string; at: number };

/** Notes for a page of persons that their data left. */
export const noteDisclosures = (db: Db, persons: readonly string[], d: Disclosure): void =>
  db
    .write(
      `insert into disclosure (person, release, origin, recipient, purpose, at)
       select value, ?, ?, ?, ?, ? from json_each(?) where true on conflict do nothing`,
    )
    .run(d.release, d.origin, d.recipient, d.purpose, d.at, JSON.stringify(persons));

export const disclosuresOf = (db: ReadDb, person: string): Disclosure[] =>
  db
    .read('select release, origin, recipient, purpose, at from disclosure where person = ? order by at, release')
    .all<Disclosure>(person);

export const deleteDisclosures = (db: Db, person: string): number =>
  db.write('delete from disclosure where person = ? returning release').all(person).length;

/** Who got the person's data for what, and when last. */
export const recipientsOf = (db: ReadDb, person: string): { recipient: string; purpose: string }[] =>
  db
    .read('select distinct recipient, purpose from disclosure where person = ? order by recipient, purpose')
    .all<{ recipient: string; purpose: string }>(person);
