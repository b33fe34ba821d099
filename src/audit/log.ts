import { randomBytes } from 'node:crypto';
import type { Reader } from '../platform';
import {
  type AuditDetail,
  blob,
  canonical,
  type Db,
  type KeyClass,
  type ReadDb,
  seal,
  text,
  unseal,
  utf8,
  type Wire,
  type Writer,
} from '../platform';
import { commitment, entryBytes } from './entry';
import { leafHash } from './merkle';

/** What an entry commits to: who did what, when, on whom (a pseudonym), with what result. */
export type Envelope = {
  v: 1;
  event: string;
  at: string;
  actor: { type: string; id: string };
  request?: string;
  person?: string;
  purpose?: string;
  site?: string;
  outcome?: string;
  data?: Wire;
};

const SALT = 32;

/** Appends the entry of an act, in the act's own transaction. Answers its sequence number, from 0. */
export function append(w: Writer, event: string, detail: AuditDetail): number {
  const envelope = envelopeOf(w, event, detail);
  const body = utf8(canonical(envelope as unknown as Wire));
  const salt = new Uint8Array(randomBytes(SALT));
  const seq = insertEntry(w.db, w.now, commitment(salt, body));
  const by = sealedBy(detail);
  const key = by === 'own' ? w.keys.own('log') : w.keys.seal(detail.person!, by);
  const sealed = seal(key, placeOf(seq), Buffer.concat([salt, body]));
  w.db
    .write(
      'insert into log_payload (seq, event, actor, person, purpose, site, sealed_by, sealed) values (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      seq,
      event,
      w.context.actor.id,
      detail.person ?? null,
      detail.purpose ?? null,
      detail.site ?? null,
      by,
      sealed,
    );
  return seq;
}

const placeOf = (seq: number): string => `log_payload:${seq}`;

const sealedBy = (d: AuditDetail): 'own' | 'ordinary' | 'evidence' =>
  d.keyed && d.person !== undefined ? (d.keep ?? 'ordinary') : 'own';

function envelopeOf(w: Writer, event: string, d: AuditDetail): Envelope {
  return {
    v: 1,
    event,
    at: new Date(w.now).toISOString(),
    actor: w.context.actor,
    request: w.context.request,
    person: d.person,
    purpose: d.purpose,
    site: d.site,
    outcome: d.outcome,
    data: d.data,
  };
}

const insertEntry = (db: Db, at: number, c: Uint8Array): number =>
  db
    .write(
      'insert into log_entry (seq, at, commitment) select coalesce(max(seq), -1) + 1, ?, ? from log_entry returning seq',
    )
    .get<{ seq: number }>(at, c)!.seq;

/** How many entries the log has: the revision's sequence. */
export const logSize = (db: ReadDb): number =>
  (db.read('select max(seq) as seq from log_entry').get<{ seq: number | null }>()?.seq ?? -1) + 1;

export const lastTime = (db: ReadDb): number =>
  db.read('select at from log_entry order by seq desc limit 1').get<{ at: number }>()?.at ?? 0;

type EntryRow = { seq: number; at: number; commitment: unknown };

/** Bytes of the entries `from` ≤ seq < `to`, read back from the rows. */
export function entriesBetween(db: ReadDb, from: number, to: number): Uint8Array[] {
  const rows = db
    .read('select seq, at, commitment from log_entry where seq >= ? and seq < ? order by seq')
    .all<EntryRow>(from, to);
  if (rows.length !== to - from) throw new Error(`the log lacks entries between ${from} and ${to}`);
  return rows.map((r) => entryBytes({ t: r.at, commitment: blob(r.commitment) }));
}

export const leavesBetween = (db: ReadDb, from: number, to: number): Uint8Array[] =>
  entriesBetween(db, from, to).map(leafHash);

/** One entry as an officer or a bundle sees it. */
export type OpenedEntry = {
  seq: number;
  at: number;
  /** Base64 of the entry's bytes in the tree. */
  entry: string;
  envelope: Wire;
  salt: string | null;
  erased_by: number | null;
};

export type LogFilter = {
  event?: string;
  actor?: string;
  person?: string;
  purpose?: string;
  site?: string;
  from?: number;
  to?: number;
};

type PayloadRow = EntryRow & {
  person: string | null;
  sealed_by: string | null;
  sealed: unknown;
  erased_by: number | null;
};

const filterColumns = {
  event: 'p.event',
  actor: 'p.actor',
  person: 'p.person',
  purpose: 'p.purpose',
  site: 'p.site',
} as const;

/** A page of entries, in order of the log; `after` is the last sequence seen, -1 at the beginning. */
export function readEntries(
  r: Reader,
  filter: LogFilter,
  after: number,
  limit: number,
  newestFirst = false,
): OpenedEntry[] {
  const where: string[] = [newestFirst ? 'e.seq < ?' : 'e.seq > ?'];
  const params: (string | number)[] = [after];
  for (const [name, column] of Object.entries(filterColumns)) {
    const value = filter[name as keyof typeof filterColumns];
    if (value !== undefined) {
      where.push(`${column} = ?`);
      params.push(value);
    }
  }
  if (filter.from !== undefined) where.push('e.at >= ?');
  if (filter.from !== undefined) params.push(filter.from);
  if (filter.to !== undefined) where.push('e.at < ?');
  if (filter.to !== undefined) params.push(filter.to);
  const rows = r.db
    .read(
      `select e.seq, e.at, e.commitment, p.person, p.sealed_by, p.sealed, p.erased_by from log_entry e
       left join log_payload p on p.seq = e.seq where ${where.join(' and ')} order by e.seq ${newestFirst ? 'desc' : ''} limit ?`,
    )
    .all<PayloadRow>(...params, limit);
  loadKeys(r, rows);
  return rows.map((row) => open(r, row));
}

function loadKeys(r: Reader, rows: readonly PayloadRow[]): void {
  const refs = rows
    .filter((row) => row.person !== null && (row.sealed_by === 'ordinary' || row.sealed_by === 'evidence'))
    .map((row) => ({ person: row.person!, class: row.sealed_by as KeyClass }));
  r.keys.ready([...new Map(refs.map((ref) => [`${ref.person}:${ref.class}`, ref])).values()]);
}

function open(r: Reader, row: PayloadRow): OpenedEntry {
  const entry = Buffer.from(entryBytes({ t: row.at, commitment: blob(row.commitment) })).toString('base64');
  const head = { seq: row.seq, at: row.at, entry, erased_by: row.erased_by };
  const key =
    row.sealed_by === 'own' ? r.keys.own('log') : row.person && r.keys.open(row.person, row.sealed_by as KeyClass);
  if (!row.sealed || !key) return { ...head, envelope: null, salt: null };
  const plain = unseal(key, placeOf(row.seq), blob(row.sealed));
  const salt = Buffer.from(plain.subarray(0, SALT)).toString('base64');
  return { ...head, salt, envelope: JSON.parse(text(plain.subarray(SALT))) as Wire };
}

/**
 * Empties what the log says of a person, but the evidence that the law lets us keep; the tree stays. `by` is the
 * sequence of the entry that records the erasure: a payload that is missing without one is tampering.
 */
export function erasePayloads(db: Db, person: string, by: number, classes: readonly string[]): number {
  const rows = db
    .write(
      `update log_payload set event = null, actor = null, person = null, purpose = null, site = null, sealed_by = null,
         sealed = null, erased_by = ?
       where person = ? and seq <> ? and coalesce(sealed_by, 'own') in (select value from json_each(?)) returning seq`,
    )
    .all<{ seq: number }>(by, person, by, JSON.stringify(classes));
  return rows.length;
}
