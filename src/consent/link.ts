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
import { type Act, emptyState, isNo, type PersonState, withAct } from './state';
import type { Choice } from './wire';

/** What a visitor brings along. */
export type Moved = { state: Omit<PersonState, 'frozen'>; records: Omit<RecordRow, 'evidence'>[] };

/**
 * Joins two states so that nothing is allowed to which either has said no: where a yes of one meets a no of the other,
 * whatever their order, the no stands until the person speaks again. Where only one has spoken, its word is
 * carried over. `seq` is the last of the joined records; everything that was carried over stands there.
 */
export function joinStates(target: PersonState, visitor: Omit<PersonState, 'frozen'>, seq: number): PersonState {
  const carried = visitor.acts.map((a) => ({ ...a, seq: carriedSeq(a, target, visitor, seq) }));
  const nos = [...conflicts(target.acts, visitor.acts), ...conflicts(visitor.acts, target.acts)];
  const acts = [...carried.sort((a, b) => a.seq - b.seq), ...nos.map((no): Act => ({ ...no, seq }))];
  const joined = acts.reduce(withAct, { ...target });
  if (visitor.gpc && !target.gpc) joined.gpc = { at: visitor.gpc.at, seq: seq - 0.5 };
  if (visitor.restricted && !target.restricted) joined.restricted = visitor.restricted;
  if (visitor.age_band && (!target.age_band || visitor.age_band.age < target.age_band.age))
    joined.age_band = visitor.age_band;
  joined.region = target.region ?? visitor.region;
  return joined;
}

/** A yes that a signal has already refused, on either side, stays before the joined signal. */
function carriedSeq(a: Act, target: PersonState, visitor: Omit<PersonState, 'frozen'>, seq: number): number {
  if (isNo(a)) return seq;
  const refused = (visitor.gpc && a.seq <= visitor.gpc.seq) || (target.gpc && a.at < target.gpc.at);
  return (refused ? (target.gpc?.seq ?? seq - 0.5) : seq) - 0.25;
}

/** The noes of one side that still hold there and meet a yes of the other. */
const conflicts = (mine: readonly Act[], theirs: readonly Act[]): Act[] =>
  mine
    .filter((no) => isNo(no) && !mine.some((a) => !isNo(a) && a.seq > no.seq && within(no, a)))
    .filter((no) => theirs.some((a) => !isNo(a) && meets(no, a)));

const samePurpose = (a: Act, b: Act): boolean => a.p === b.p || a.p.startsWith('*') || b.p.startsWith('*');

const members = ['ch', 'cp', 'unit'] as const;

/** Is all that `small` is about also what `large` is about? */
const within = (small: Act, large: Act): boolean =>
  small.p === large.p && members.every((m) => large[m] === undefined || large[m] === small[m]);

/** Is there any use that both are about? */
const meets = (a: Act, b: Act): boolean =>
  samePurpose(a, b) && members.every((m) => a[m] === undefined || b[m] === undefined || a[m] === b[m]);

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
