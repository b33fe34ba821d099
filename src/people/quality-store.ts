import { DAY, type Db, type ReadDb, registryId, seal, type Wire, type Writer } from '../platform';

/** How long a refused value waits for somebody to look at it. */
export const QUARANTINE_DAYS = 30;

export type Quarantined = {
  id: string;
  person: string | null;
  field: string;
  reason: string;
  source: string;
  at: number;
  expires_at: number;
};

const place = (id: string): string => `quarantine.sealed:${id}`;
const columns = 'id, person, field, reason, source, at, expires_at';

/** Puts a value aside, sealed: under the person's key, or under this database's own while nobody knows whose it is. */
export function quarantineValue(
  w: Writer,
  q: { person: string | null; field: string; value: Wire; reason: string; source: string },
): string {
  const id = registryId('qua');
  const key = q.person === null ? w.keys.own('quarantine') : w.keys.seal(q.person);
  w.db
    .write(
      'insert into quarantine (id, person, field, sealed, reason, source, at, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      id,
      q.person,
      q.field,
      seal(key, place(id), JSON.stringify(q.value)),
      q.reason,
      q.source,
      w.now,
      w.now + QUARANTINE_DAYS * DAY,
    );
  return id;
}

export const quarantinePage = (db: ReadDb, after: string, limit: number): Quarantined[] =>
  db.read(`select ${columns} from quarantine where id > ? order by id limit ?`).all<Quarantined>(after, limit);

export const quarantineOf = (db: ReadDb, person: string): Quarantined[] =>
  db.read(`select ${columns} from quarantine where person = ? order by at, id`).all<Quarantined>(person);

export const deleteQuarantined = (db: Db, id: string): boolean =>
  db.write('delete from quarantine where id = ? returning id').get(id) !== undefined;

/** Notes that fields were read for a purpose. Released columns and computed scores call this. */
export function noteReads(w: Pick<Writer, 'db' | 'now'>, fields: readonly string[], purpose: string): void {
  for (const field of fields) {
    w.db
      .write(
        `insert into field_use (field, purpose, last_at, reads) values (?, ?, ?, 1)
         on conflict (field, purpose) do update set last_at = max(last_at, excluded.last_at), reads = reads + 1`,
      )
      .run(field, purpose, w.now);
  }
}

export type FieldUse = { field: string; purpose: string; last_at: number; reads: number };

export const fieldUses = (db: ReadDb): FieldUse[] =>
  db.read('select field, purpose, last_at, reads from field_use order by field, purpose').all<FieldUse>();

/** How many persons have a live value of a field, per field and purpose. */
export const storedCounts = (db: ReadDb, now: number): { field: string; purpose: string; persons: number }[] =>
  db
    .read(
      'select field, purpose, count(distinct person) as persons from attribute where expires_at > ? group by field, purpose order by field, purpose',
    )
    .all<{ field: string; purpose: string; persons: number }>(now);

/** Since when the oldest live value of a field is there for a purpose, ms. */
export const storedSince = (db: ReadDb): { field: string; purpose: string; since: number }[] =>
  db
    .read('select field, purpose, min(written_at) as since from attribute group by field, purpose')
    .all<{ field: string; purpose: string; since: number }>();
