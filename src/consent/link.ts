import { personById } from '../identity';
import { parseVaultId, Refusal, vaultId, type Writer } from '../platform';
import {
  insertRecord,
  nextRecordSeq,
  type RecordDetail,
  type RecordRow,
  readState,
  recordsOf,
  writeState,
} from './ledger';
import { type Act, emptyState, type PersonState, scopeOf, withAct } from './state';
import type { Choice } from './wire';

/** What a visitor brings along. */
export type Moved = { state: Omit<PersonState, 'frozen'>; records: Omit<RecordRow, 'evidence'>[] };

const isNo = (a: Act): boolean => a.s !== 'granted' && a.s !== 'requested';

/**
 * Joins two states so that nothing is allowed that was not allowed in both, where both have spoken: a no on either side
 * stands until the person says otherwise; a yes against a no that came later or earlier is a conflict, which is a no.
 * Where only one has spoken, its word is carried over.
 */
export function joinStates(target: PersonState, visitor: Omit<PersonState, 'frozen'>, seq: number): PersonState {
  let joined: PersonState = { ...target };
  for (const act of visitor.acts) {
    const same = target.acts.find((a) => scopeOf(a) === scopeOf(act));
    joined = withAct(joined, { ...(same ? stricter(same, act) : act), seq });
  }
  if (visitor.gpc && !target.gpc) joined.gpc = { at: visitor.gpc.at, seq };
  if (visitor.age_band && (!target.age_band || visitor.age_band.age < target.age_band.age))
    joined.age_band = visitor.age_band;
  joined.region = target.region ?? visitor.region;
  return joined;
}

function stricter(mine: Act, theirs: Act): Act {
  if (isNo(mine)) return mine;
  if (isNo(theirs)) return theirs.at >= mine.at ? theirs : { ...theirs, s: 'conflict' };
  if (mine.s === 'requested') return mine;
  if (theirs.s === 'requested') return theirs;
  return (theirs.until ?? Number.POSITIVE_INFINITY) < (mine.until ?? Number.POSITIVE_INFINITY) ? theirs : mine;
}

/** Copies the visitor's records and joins the states. Idempotent: a record that was copied before is left out. */
export function absorb(w: Writer, i: { from: string; into: string; moved: Moved }): { absorbed: number } {
  const target = personById(w.db, i.into);
  if (target?.status !== 'active') throw new Refusal('conflict', 'the person to link to is not active');
  const have = new Set(recordsOf(w.db, i.into, 0, 100_000).map((r) => (JSON.parse(r.detail) as RecordDetail).from));
  const fresh = i.moved.records.filter((r) => !have.has(r.id));
  const seq = nextRecordSeq(w.db) + fresh.length - 1;
  const logSeq = w.audit('person.linked', {
    person: i.into,
    keyed: target.keyed === 1,
    keep: 'evidence',
    data: { visitor: i.from, records: i.moved.records.length },
  });
  for (const r of fresh) copyRecord(w, i.into, r, logSeq);
  const state = readState(w.db, i.into) ?? emptyState();
  const joined = joinStates(state, i.moved.state, seq);
  writeState(w.db, i.into, target.keyed === 1 ? { ...joined, keyed: 1 } : joined);
  w.emit('person.linked', { person: i.into, from: i.from, at: w.now });
  return { absorbed: fresh.length };
}

function copyRecord(w: Writer, into: string, r: Moved['records'][number], logSeq: number): void {
  insertRecord(w.db, {
    ...r,
    id: vaultId('rec', w.vault.zone, parseVaultId(into)!.bits),
    person: into,
    choices: JSON.parse(r.choices) as Record<string, Choice>,
    detail: { ...(JSON.parse(r.detail) as RecordDetail), from: r.id },
    evidence: null,
    log_seq: logSeq,
  });
}
