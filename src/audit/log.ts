import { randomBytes } from 'node:crypto';
import { type AuditDetail, type Db, type ReadDb, seal, type Wire, type Writer } from '../platform';
import { canonicalBytes, type Json } from './canonical';
import { commitment } from './entry';
import { placeOf, SALT } from './entry-store';

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
  /** Whose payloads this entry declares erased: inclusive ranges of sequence numbers. */
  erases?: readonly (readonly [first: number, last: number])[];
};

/** Appends the entry of an act, in the act's own transaction. Answers its sequence number, from 0. */
export function append(w: Writer, event: string, detail: AuditDetail): number {
  const envelope = envelopeOf(w, event, detail);
  const body = canonicalBytes(envelope as unknown as Json);
  const salt = freshSalt();
  const seq = insertEntry(w.db, w.now, commitment(salt, body));
  const by = sealedBy(detail);
  const key = by === 'own' ? w.keys.own('log') : w.keys.seal(detail.person!, by);
  const sealed = seal(key, placeOf(seq), Buffer.concat([salt, body]));
  w.db
    .write(
      `insert into log_payload (seq, event, actor, person, purpose, site, sealed_by, sealed, declares)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      detail.erases ? 1 : 0,
    );
  return seq;
}

/** Salts are cut from a larger draw: asking the system for each would cost more than the rest of the commitment. */
const DRAW = 128 * SALT;
let drawn = new Uint8Array(0);

function freshSalt(): Uint8Array {
  if (drawn.length === 0) drawn = new Uint8Array(randomBytes(DRAW));
  const salt = drawn.slice(0, SALT);
  drawn = drawn.subarray(SALT);
  return salt;
}

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
    erases: d.erases,
  };
}

const insertEntry = (db: Db, at: number, c: Uint8Array): number =>
  db
    .write(
      'insert into log_entry (seq, at, commitment) select coalesce(max(seq), -1) + 1, ?, ? from log_entry returning seq',
    )
    .get<{ seq: number }>(at, c)!.seq;

/** Entries that an erasure of these classes empties, as ranges for the entry that records it. */
export function payloadsOf(db: ReadDb, person: string, classes: readonly string[]): [first: number, last: number][] {
  const rows = db
    .read(
      `select seq from log_payload where person = ? and coalesce(sealed_by, 'own') in (select value from json_each(?))
       order by seq`,
    )
    .all<{ seq: number }>(person, JSON.stringify(classes));
  return rangesOf(rows.map((row) => row.seq));
}

/** Rising numbers as inclusive ranges. */
export function rangesOf(seqs: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === seq) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
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
