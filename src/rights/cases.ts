import { currentRulebook } from '../consent';
import type { Ident } from '../identity';
import { DAY, HOUR, Refusal, rfc3339, startSaga, type Wire, type Writer } from '../platform';
import { clockOf } from './clock';
import { remindersAt } from './deadline';
import type { MailKind } from './mails';
import {
  addEvent,
  type Case,
  insertRequest,
  type RequestRow,
  requestById,
  sealWords,
  tasksOf,
  type Words,
  writeRequest,
} from './request-store';
import { actsAtOnce, needsProof, type Right } from './rules';
import { settingsOf } from './settings';
import { FINAL_STATES, type RequestEvent, type RequestFacts, type TransitionError, transition } from './states';

/** What an asker says, as the edge hands it in: the identifier as hashes, the words to be sealed. */
export type Opening = {
  /** Minted at the edge with the identifier's bits: the key that seals the words has to be there before the transaction. */
  id: string;
  right: Right;
  marketing: boolean;
  ident: Ident;
  site: string | null;
  region: string;
  language: string;
  source: string;
  words: Words;
  /** Keyed hash of the network that asked: mails are counted against it. */
  network?: string;
  /** An agent asks for the person. */
  agent?: boolean;
  /** Set where the asker is proved already: a visitor by the subject token, or staff who saw the person. */
  person?: string;
  verified?: 'token' | 'staff';
};

/** Writes a request down. The same work whoever exists: who it is about is looked for later, by the saga. */
export function openRequest(w: Writer, o: Opening): RequestRow {
  const { id } = o;
  const blank: RequestRow = {
    id,
    person: o.person ?? null,
    right: o.right,
    state: 'received',
    ident: o.ident,
    site: o.site,
    region: o.region,
    language: o.language,
    source: o.source,
    received_at: w.now,
    due_at: 0,
    closed_at: null,
    has_words: true,
    body: blankCase(o, w.now),
  };
  const row = clocked(w, blank);
  insertRequest(w.db, row, sealWords(w.keys, id, o.words));
  note(w, row, 'received', { right: o.right, source: o.source });
  const lapse = w.now + settingsOf(currentRulebook(w.db)).unproved_days * DAY;
  w.schedule({ op: 'request.lapse', due: lapse, input: { request: id }, id: `${id}:lapse` });
  remindLater(w, row);
  startSaga(w.db, { id: `${id}:intake`, kind: 'request.intake', state: { request: id }, now: w.now });
  return row;
}

/** Staff hear of a request half-way, with a quarter of the time left, and three days and one day before its end. */
export function remindLater(w: Writer, row: RequestRow): void {
  const next = remindersAt(row.received_at, row.due_at).find((at) => at > w.now);
  if (next !== undefined)
    w.schedule({ op: 'request.remind', due: next, input: { request: row.id }, id: `${row.id}:remind` });
}

const blankCase = (o: Opening, now: number): Case => ({
  marketing: o.marketing,
  verified: o.verified ? { at: now, by: o.verified } : null,
  agent_authorised: o.agent ? false : undefined,
  network: o.network,
  rule: '',
  why: '',
  acknowledge_by: null,
  extension_notice_by: null,
  extended: null,
  pauses: [],
  approvals: [],
  cooling_off_until: null,
  ground: null,
});

/** The request with its deadlines worked out anew: they are derived, never set. */
export function clocked(w: Writer, row: RequestRow): RequestRow {
  const { body } = row;
  const { answer, acknowledge, extension_notice } = clockOf(
    {
      right: row.right,
      marketing: body.marketing,
      region: row.region,
      received_at: row.received_at,
      proved_at: body.verified?.at,
      extended: body.extended !== null,
      pauses: body.pauses,
      calendar: settingsOf(currentRulebook(w.db)).calendar,
    },
    w.now,
  );
  return {
    ...row,
    due_at: answer.due_at,
    body: {
      ...body,
      rule: answer.rule,
      why: answer.explanation,
      acknowledge_by: acknowledge?.due_at ?? null,
      extension_notice_by: extension_notice?.due_at ?? null,
    },
  };
}

/** The request, or a refusal. */
export function requestHere(w: Pick<Writer, 'db'>, id: string): RequestRow {
  const row = requestById(w.db, id);
  if (!row) throw new Refusal('not_found', 'there is no such request');
  return row;
}

const SENTENCES: Readonly<Record<TransitionError, string>> = {
  no_such_transition: 'a request in this state can not do that',
  not_verified: 'the asker has not proved who they are',
  agent_not_authorised: 'the agent has not shown the authority to act',
  not_at_once: 'this right is not carried out unverified',
  approval_missing: 'another member of staff has to approve first',
  cooling_off: 'the person can still cancel: the time for that is not over',
  ground_missing: 'a refusal needs its ground',
  tasks_open: 'not every task is settled',
  nothing_fulfilled: 'nothing of it was done: refuse it, with the ground',
  already_acted: 'what was done can not be taken back',
};

/** What the table of transitions asks about a request. */
export function factsOf(w: Writer, row: RequestRow): RequestFacts {
  const { body } = row;
  const settings = settingsOf(currentRulebook(w.db));
  const proofNeeded = needsProof({ right: row.right, marketing: body.marketing });
  return {
    right: row.right,
    marketing: body.marketing,
    verified: body.verified !== null,
    agent_authorised: body.agent_authorised,
    approvers: body.approvals.map((a) => a.by),
    approvals_needed: proofNeeded ? approvalsNeeded(settings, row.right) : 0,
    cooling_off_until: body.cooling_off_until ?? undefined,
    tasks: tasksOf(w.db, row.id).map((t) => t.state),
    ground: body.ground ?? undefined,
    now: w.now,
  };
}

function approvalsNeeded(settings: ReturnType<typeof settingsOf>, right: Right): number {
  if (settings.four_eyes.includes(right)) return 2;
  return settings.auto_approve.includes(right) ? 0 : 1;
}

/** Moves a request along the table, or refuses; the only way in which a state changes. */
export function move(w: Writer, row: RequestRow, event: RequestEvent, detail: Wire = {}): RequestRow {
  const next = transition(row.state, event, factsOf(w, row));
  if (!next.ok) {
    const code = next.error === 'not_verified' || next.error === 'agent_not_authorised' ? 'not_verified' : 'conflict';
    throw new Refusal(code, SENTENCES[next.error], { reason: next.error, state: row.state });
  }
  const closed = FINAL_STATES.has(next.state) ? w.now : null;
  const moved = { ...row, state: next.state, closed_at: closed };
  writeRequest(w.db, moved);
  note(w, moved, event, detail);
  if (closed !== null) {
    const due = w.now + settingsOf(currentRulebook(w.db)).keep_days * DAY;
    w.schedule({ op: 'request.forget', due, input: { request: row.id }, id: `${row.id}:forget` });
  }
  return moved;
}

/** Saves what isn't a change of state, with its trace. */
export function amend(w: Writer, row: RequestRow, event: string, detail: Wire = {}): RequestRow {
  writeRequest(w.db, row);
  note(w, row, event, detail);
  return row;
}

/** Timeline, audit entry and message: in the same transaction, always together. The entry names no person. */
function note(w: Writer, row: RequestRow, event: string, detail: Wire): void {
  const { state } = row;
  addEvent(w.db, row.id, { at: w.now, event, actor: w.context.actor.id, state, detail: JSON.stringify(detail) });
  w.audit(`request.${event}`, {
    site: row.site ?? undefined,
    outcome: state,
    data: { request: row.id, right: row.right, detail },
  });
  w.emit(`request.${state}`, {
    request: row.id,
    right: row.right,
    state,
    person: row.person ?? undefined,
    due_at: rfc3339(row.due_at),
  });
}

/** Has something mailed: at once, by the saga that knows the person's vault. A kind is mailed once per `tag`. */
export function mailSoon(w: Writer, request: string, kind: MailKind, tag = ''): void {
  const id = `${request}:mail:${kind}${tag}`;
  startSaga(w.db, { id, kind: 'request.mail', state: { request, kind }, now: w.now });
}

/** When a request that staff have approved may start: a person who only clicked a link gets a day to think. */
export function coolingOff(w: Writer, row: RequestRow): number | null {
  if (row.right !== 'erasure') return null;
  const { cooling_off_hours: hours } = settingsOf(currentRulebook(w.db));
  const wait = hours ?? (row.body.approvals.length === 0 ? 24 : 0);
  return wait === 0 ? null : w.now + wait * HOUR;
}

export const isAtOnce = (row: RequestRow): boolean => actsAtOnce({ right: row.right, marketing: row.body.marketing });
