import { type Db, type ReadDb, registryId } from '../platform';

/** A reason not to erase a person's data now. */
export type Hold = {
  id: string;
  person: string;
  ground: string;
  placed_at: number;
  placed_by: string;
  released_at: number | null;
  released_by: string | null;
};

const columns = 'id, person, ground, placed_at, placed_by, released_at, released_by';

export const holdsOf = (db: ReadDb, person: string): Hold[] =>
  db.read(`select ${columns} from legal_hold where person = ? order by placed_at, id`).all<Hold>(person);

export const livingHolds = (db: ReadDb, persons: readonly string[]): Hold[] =>
  db
    .read(
      `select ${columns} from legal_hold where released_at is null and person in (select value from json_each(?)) order by id`,
    )
    .all<Hold>(JSON.stringify(persons));

export function placeHold(db: Db, h: { person: string; ground: string; at: number; by: string }): string {
  const id = registryId('hold');
  db.write('insert into legal_hold (id, person, ground, placed_at, placed_by) values (?, ?, ?, ?, ?)').run(
    id,
    h.person,
    h.ground,
    h.at,
    h.by,
  );
  return id;
}

/** False when it was released before or never placed. */
export const releaseHold = (db: Db, h: { id: string; person: string; at: number; by: string }): boolean =>
  db
    .write(
      'update legal_hold set released_at = ?, released_by = ? where id = ? and person = ? and released_at is null returning id',
    )
    .get<{ id: string }>(h.at, h.by, h.id, h.person) !== undefined;

export const deleteHolds = (db: Db, person: string): number =>
  db.write('delete from legal_hold where person = ? returning id').all<{ id: string }>(person).length;
