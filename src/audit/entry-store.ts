import { blob, type KeyClass, type ReadDb, type Reader, text, unseal, type Wire } from '../platform';
import { entryBytes } from './entry';
import { type Facts, factNames, inView, isWhole, type LogFilter } from './filter';
import { leafHash } from './merkle';

/** How many entries the log has: the revision's sequence. */
export const logSize = (db: ReadDb): number =>
  (db.read('select max(seq) as seq from log_entry').get<{ seq: number | null }>()?.seq ?? -1) + 1;

/** The first entry that is still there: 0, or where the log was pruned. */
export const firstSeq = (db: ReadDb): number =>
  db.read('select min(seq) as seq from log_entry').get<{ seq: number | null }>()?.seq ?? 0;

/** The recorded time of the newest entry, or 0. */
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
  /** Null when it was erased, is out of view, or is missing. */
  envelope: Wire;
  salt: string | null;
  /** The entry that records the erasure of this one's payload. */
  erased_by: number | null;
};

/** Length of the salt in front of a sealed envelope. */
export const SALT = 32;
/** What a sealed payload is bound to. */
export const placeOf = (seq: number): string => `log_payload:${seq}`;

/** Rows that one slice looks at: about 3 ms. */
const SCAN = 5_000;

/** The first entry at or after a time. Recorded time never runs backwards in one log, so halving finds it. */
export function seqAt(db: ReadDb, at: number): number {
  let low = firstSeq(db);
  let high = logSize(db);
  const read = db.read('select at from log_entry where seq = ?');
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (read.get<{ at: number }>(middle)!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inclusive start, exclusive end. */
export type Span = { from: number; to: number };

/** Entries inside the view and a span, without opening them. */
function find(db: ReadDb, filter: LogFilter, span: Span, limit: number, newestFirst: boolean): number[] {
  const wanted = factNames.filter((name) => filter[name] !== undefined);
  const table = wanted.length > 0 ? 'log_payload' : 'log_entry';
  const where = ['seq >= ?', 'seq < ?', ...wanted.map((name) => `${name} = ?`)].join(' and ');
  return db
    .read(`select seq from ${table} where ${where} order by seq ${newestFirst ? 'desc' : 'asc'} limit ?`)
    .all<{ seq: number }>(span.from, span.to, ...wanted.map((name) => filter[name]!), limit)
    .map((row) => row.seq);
}

/** The part of a span that the times of the filter leave. */
function within(db: ReadDb, filter: LogFilter, span: Span): Span {
  const from = filter.from === undefined ? span.from : Math.max(span.from, seqAt(db, filter.from));
  const to = filter.to === undefined ? span.to : Math.min(span.to, seqAt(db, filter.to));
  return { from, to: Math.max(from, to) };
}

/** What one slice has found, and where the next one goes on (null: nothing is left). */
export type Found = { hits: { seq: number; at: number }[]; next: number | null };

/** Entries inside the view, newest first, below `before`. One slice: no hit doesn't mean that there is none. */
export function findNewest(db: ReadDb, filter: LogFilter, before: number, limit: number): Found {
  const all = within(db, filter, { from: firstSeq(db), to: Math.min(before, logSize(db)) });
  const from = filter.person === undefined ? Math.max(all.from, all.to - SCAN) : all.from;
  const seqs = find(db, filter, { from, to: all.to }, limit, true);
  const next = seqs.length === limit ? seqs.at(-1)! : from;
  const at = db.read('select at from log_entry where seq = ?');
  const hits = seqs.map((seq) => ({ seq, at: at.get<{ at: number }>(seq)!.at }));
  return { hits, next: next > all.from ? next : null };
}

/** Opened entries of the view from `span.from` on; `next` as in {@link Found}, upwards. */
export function pageOfView(r: Reader, filter: LogFilter, span: Span, limit: number) {
  const whole = { from: Math.max(span.from, firstSeq(r.db)), to: Math.min(span.to, logSize(r.db)) };
  const all = within(r.db, filter, whole);
  const to = filter.person === undefined ? Math.min(all.to, all.from + SCAN) : all.to;
  const seqs = find(r.db, filter, { from: all.from, to }, limit, false);
  const next = seqs.length === limit ? seqs.at(-1)! + 1 : to;
  return { entries: openEntries(r, seqs), next: next < all.to ? next : null };
}

type PayloadRow = EntryRow & Facts & { sealed_by: string | null; sealed: unknown; erased_by: number | null };

const OPENABLE = `select e.seq, e.at, e.commitment, p.event, p.actor, p.person, p.purpose, p.site, p.sealed_by, p.sealed,
  p.erased_by from log_entry e left join log_payload p on p.seq = e.seq`;

/** These entries, opened, in the order of the log. */
export function openEntries(r: Reader, seqs: readonly number[]): OpenedEntry[] {
  const rows = r.db
    .read(`${OPENABLE} where e.seq in (select value from json_each(?)) order by e.seq`)
    .all<PayloadRow>(JSON.stringify(seqs));
  loadKeys(r, rows);
  return rows.map((row) => open(r, row));
}

/** A line of a bundle: every entry has one; out of view it shows nothing but its place in the tree. */
export type BundleLine = OpenedEntry & { in_view: boolean };

/** Every entry of the span, opened where it is inside the view. An erased one is where its erasure is. */
export function linesBetween(r: Reader, filter: LogFilter, span: Span): BundleLine[] {
  const rows = r.db
    .read(`${OPENABLE} where e.seq >= ? and e.seq < ? order by e.seq`)
    .all<PayloadRow>(span.from, span.to);
  const shown = isWhole(filter) ? rows : rows.filter((row) => isShown(r.db, filter, row));
  loadKeys(r, shown);
  const visible = new Set(shown);
  return rows.map((row) => ({ ...(visible.has(row) ? open(r, row) : closed(row)), in_view: visible.has(row) }));
}

function isShown(db: ReadDb, filter: LogFilter, row: PayloadRow): boolean {
  if (row.erased_by === null) return inView(filter, row);
  const by = db.read(`${OPENABLE} where e.seq = ?`).get<PayloadRow>(row.erased_by);
  return by !== undefined && inView(filter, by);
}

function loadKeys(r: Reader, rows: readonly PayloadRow[]): void {
  const refs = rows
    .filter((row) => row.person !== null && (row.sealed_by === 'ordinary' || row.sealed_by === 'evidence'))
    .map((row) => ({ person: row.person!, class: row.sealed_by as KeyClass }));
  r.keys.ready([...new Map(refs.map((ref) => [`${ref.person}:${ref.class}`, ref])).values()]);
}

function closed(row: PayloadRow): OpenedEntry {
  const entry = Buffer.from(entryBytes({ t: row.at, commitment: blob(row.commitment) })).toString('base64');
  return { seq: row.seq, at: row.at, entry, erased_by: row.erased_by, envelope: null, salt: null };
}

function open(r: Reader, row: PayloadRow): OpenedEntry {
  const key =
    row.sealed_by === 'own' ? r.keys.own('log') : row.person && r.keys.open(row.person, row.sealed_by as KeyClass);
  const plain = row.sealed && key ? opened(key, row) : undefined;
  if (!plain) return closed(row);
  const salt = Buffer.from(plain.subarray(0, SALT)).toString('base64');
  return { ...closed(row), salt, envelope: JSON.parse(text(plain.subarray(SALT))) as Wire };
}

/** A payload that doesn't open was tampered with: it is shown as missing, and whoever verifies hears of it. */
function opened(key: Uint8Array, row: PayloadRow): Uint8Array | undefined {
  try {
    return unseal(key, placeOf(row.seq), blob(row.sealed));
  } catch {
    return undefined;
  }
}
