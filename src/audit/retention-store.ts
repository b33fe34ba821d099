import type { Db, ReadDb } from '../platform';
import { firstSeq, logSize, seqAt } from './entry-store';
import { TILE_WIDTH } from './tile';

/** What goes by policy: first the payloads, then the entries themselves, from the beginning of the log. */

/** Payloads that one act empties, and entries that one act drops. */
const SLICE = 2048;

/**
 * Payloads from before `before` that nothing keeps any more: not evidence (it has a timer of its own), and not the
 * records of erasures, which explain why other payloads are missing.
 */
export function expiredPayloads(db: ReadDb, before: number): { seqs: number[]; more: boolean } {
  const seqs = db
    .read(
      `select seq from log_payload where seq < ? and sealed is not null and sealed_by <> 'evidence' and declares = 0
       order by seq limit ?`,
    )
    .all<{ seq: number }>(seqAt(db, before), SLICE)
    .map((row) => row.seq);
  return { seqs, more: seqs.length === SLICE };
}

/** Empties these payloads; `by` is the entry that declares it. */
export function emptyPayloads(db: Db, seqs: readonly number[], by: number): void {
  db.write(
    `update log_payload set event = null, actor = null, person = null, purpose = null, site = null, sealed_by = null,
       sealed = null, erased_by = ?
     where seq in (select value from json_each(?))`,
  ).run(by, JSON.stringify(seqs));
}

/**
 * Where the log could begin: whole blocks of entries from before `before` whose payloads are gone, all of them under a
 * signed head. Records of erasures go with the entries that they explain.
 */
export function prunableTo(db: ReadDb, before: number, published: number): number {
  const held = db
    .read('select min(seq) as seq from log_payload where sealed is not null and declares = 0')
    .get<{ seq: number | null }>()?.seq;
  const end = Math.min(seqAt(db, before), held ?? logSize(db), published, logSize(db) - 1);
  return Math.max(firstSeq(db), Math.floor(end / TILE_WIDTH) * TILE_WIDTH);
}

/** Drops at most a slice of the entries below `minimum`. */
export function dropEntries(db: Db, minimum: number): { more: boolean } {
  const from = firstSeq(db);
  const to = Math.min(minimum, from + SLICE);
  db.write('delete from log_payload where seq < ?').run(to);
  db.write('delete from log_entry where seq < ?').run(to);
  return { more: to < minimum };
}

export type Minimum = { minimum: number; note: string };

/** Where the log begins, with the signed statement that says so; undefined while nothing was pruned. */
export const currentMinimum = (db: ReadDb): Minimum | undefined =>
  db.read('select minimum, note from log_minimum order by minimum desc limit 1').get<Minimum>();

export const setMinimum = (db: Db, { minimum, note }: Minimum, at: number): void =>
  db.write('insert into log_minimum (minimum, note, at) values (?, ?, ?)').run(minimum, note, at);
