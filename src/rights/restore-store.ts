import type { Db, ReadDb } from '../platform';

/** Persons of this vault about whom something may be decided, in order. */
export const personsAfter = (db: ReadDb, after: string, limit: number): string[] =>
  db
    .read('select person from consent_state where person > ? order by person limit ?')
    .all<{ person: string }>(after, limit)
    .map((r) => r.person);

/** Was this act carried over by an earlier replay, or is it in the restored copy itself? */
export const hasRecord = (db: ReadDb, person: string, record: string): boolean =>
  db
    .read("select 1 as one from consent_record where person = ? and (id = ? or detail ->> 'from' = ?)")
    .get<{ one: number }>(person, record, record) !== undefined;

/** A restored database must not send what was on its way when the copy was made: it may have been sent since. */
export const dropPendingMails = (db: Db): number =>
  db.write("delete from outbox where state = 'pending' returning id").all<{ id: string }>().length;
