import { currentRulebook, decide, type PersonState, type Question, type Rulebook, readState } from '../consent';
import { personById, touch } from '../identity';
import { addInteraction, admit, admitDetail, planSweep } from '../people';
import { DAY, type Reader, type Writer } from '../platform';
import { countDrops, type Drop, sumDrops } from './drop-store';
import type { Mapped } from './map';

/** An event of a known person, to be decided in the person's vault. `index` is its place in the request. */
export type GivenEvent = Mapped & { index: number; person: string; at: number; message?: string };

export type StoreInput = {
  source: string;
  unit: string;
  channel: string;
  events: GivenEvent[];
  gpc?: boolean;
  region?: string;
  /** What was dropped on the way, to be counted here. */
  drops: Drop[];
};

export type StoreAnswer = {
  stored: number;
  repeated: number;
  dropped: Drop[];
  /** Whose person lives elsewhere by now. */
  moved: { index: number; person: string }[];
};

type Known = { state: PersonState; keyed: boolean } | { into: string } | undefined;

/** Decides each event at the moment of writing and stores those that may be; one audit entry for the whole request. */
export function storeEvents(w: Writer, i: StoreInput): StoreAnswer {
  const book = currentRulebook(w.db);
  const known = new Map<string, Known>();
  const out: StoreAnswer = { stored: 0, repeated: 0, dropped: [], moved: [] };
  const touched = new Set<string>();
  for (const event of i.events) {
    if (!known.has(event.person)) known.set(event.person, lookUp(w, event.person));
    const who = known.get(event.person);
    if (!who) out.dropped.push({ purpose: event.purpose, reason: 'unknown_person', count: 1 });
    else if ('into' in who) out.moved.push({ index: event.index, person: who.into });
    else if (storeOne(w, book, i, event, who, out)) touched.add(event.person);
  }
  for (const person of touched) {
    touch(w.db, person, w.now);
    w.raise('people.changed', { person, fields: ['interaction'] });
  }
  finish(w, i, out);
  return out;
}

function finish(w: Writer, i: StoreInput, out: StoreAnswer): void {
  planSweep(w);
  w.schedule({ op: 'collect.forget_drops', due: w.now - (w.now % DAY) + DAY, input: {}, id: 'collect.forget_drops' });
  const drops = sumDrops([...i.drops, ...out.dropped]);
  countDrops(w.db, i.source, drops, w.now);
  const { stored, repeated } = out;
  w.audit('events.collected', { data: { source: i.source, stored, repeated, dropped: drops } });
}

/** The person as this vault knows them, after merges; `into` when they went to another vault. */
function lookUp(r: Reader, person: string): Known {
  const row = personById(r.db, person);
  if (!row || row.status === 'erased') return undefined;
  if (row.status === 'merged') return row.merged_into ? { into: row.merged_into } : undefined;
  const state = readState(r.db, person);
  return state && { state, keyed: row.keyed === 1 };
}

function storeOne(
  w: Writer,
  book: Rulebook,
  i: StoreInput,
  event: GivenEvent,
  who: { state: PersonState; keyed: boolean },
  out: StoreAnswer,
): boolean {
  const q = { purpose: event.purpose, unit: i.unit, category: event.category, collected_at: event.at };
  const admission = admit(book, who.state, { ...q, gpc: i.gpc, region: i.region }, w.now);
  if (!admission.allowed) {
    out.dropped.push({ purpose: event.purpose, reason: admission.reason, count: 1 });
    return false;
  }
  const given = { detail: event.detail ?? undefined, purpose: event.purpose, unit: i.unit, at: event.at };
  const detail = admitDetail(book, who.state, given, w.now);
  // A visitor has no key of their own, and is given none for an event: what would have to be sealed is left out.
  const hidden = who.keyed ? detail.hidden : null;
  const row = {
    person: event.person,
    at: event.at,
    unit: i.unit,
    channel: i.channel,
    kind: event.kind,
    product: event.product,
    detail: detail.open,
    summary: null,
    purpose: event.purpose,
    record: admission.record,
    source: i.source,
    message: event.message ?? null,
    collected_at: w.now,
    expires_at: admission.expires_at,
  };
  if (addInteraction(w, row, hidden)) out.stored++;
  else out.repeated++;
  return true;
}

/** For which of these purposes may data of the person be collected now? For the visitor behind a known user. */
export function mayCollect(
  r: Reader,
  i: { person: string; questions: Question[] },
): { allowed: boolean[]; moved?: string } {
  const row = personById(r.db, i.person);
  if (row?.status === 'merged' && row.merged_into) return { allowed: [], moved: row.merged_into };
  const book = currentRulebook(r.db);
  const state = readState(r.db, i.person);
  return { allowed: i.questions.map((q) => decide(book, state, q, r.now).allowed) };
}
