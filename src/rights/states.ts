import { actsAtOnce, needsProof, type Right } from './rules';

export const REQUEST_STATES = [
  'received',
  'verifying',
  'awaiting_subject',
  'in_review',
  'approved',
  'processing',
  'fulfilled',
  'partially_fulfilled',
  'denied',
  'withdrawn',
  'expired',
  'duplicate',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export const REQUEST_EVENTS = [
  /** A code or link was sent to an already known contact point. */
  'ask_proof',
  /** The asker is proved, or the right needs no proof: staff may look. */
  'accept',
  /** A narrowing that is carried out without delay and without proof. */
  'act_at_once',
  /** Staff need something from the asker. */
  'ask_subject',
  'subject_answered',
  'approve',
  'send_back',
  'start',
  /** Every task is settled. */
  'finish',
  /** Take up what a partial answer left undone. */
  'resume',
  'deny',
  /** By the asker. */
  'withdraw',
  'expire',
  'mark_duplicate',
  'reopen',
] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** What a transition needs to know; the caller reads it in the same transaction. */
export type RequestFacts = {
  right: Right;
  /** An objection to direct marketing (Art. 21(2)). */
  marketing?: boolean;
  /** Was control of an already known contact point, or of the subject token, proved for *this* request? */
  verified: boolean;
  /** Set where an authorised agent asks: has the authority been shown? */
  agent_authorised?: boolean;
  /** Ids of the staff who approved; two approvals by one person are one. */
  approvers?: readonly string[];
  approvals_needed?: number;
  /** UTC ms until which an erasure may be cancelled. */
  cooling_off_until?: number;
  tasks?: readonly TaskState[];
  /** A denial's ground, a key of `DENIAL_GROUNDS`. */
  ground?: string;
  now: number;
};

export type TransitionError =
  | 'no_such_transition'
  | 'not_verified'
  | 'agent_not_authorised'
  | 'not_at_once'
  | 'approval_missing'
  | 'cooling_off'
  | 'ground_missing'
  | 'tasks_open'
  | 'nothing_fulfilled'
  | 'already_acted';

export type Transition<S> = { ok: true; state: S } | { ok: false; error: TransitionError };

type Guard = (facts: RequestFacts) => TransitionError | null;
type Target = RequestState | ((facts: RequestFacts) => RequestState);
type Step = { to: Target; guards?: readonly Guard[] };

const proved = (f: RequestFacts): boolean => !needsProof(f) || f.verified;

/** The one gate: nobody's data is shown, changed or erased for an asker who isn't proved. */
const verified: Guard = (f) => (proved(f) ? null : 'not_verified');
const authorised: Guard = (f) => (needsProof(f) && f.agent_authorised === false ? 'agent_not_authorised' : null);
const atOnce: Guard = (f) => (actsAtOnce(f) ? null : 'not_at_once');
const enoughApprovals: Guard = (f) =>
  new Set(f.approvers ?? []).size >= (f.approvals_needed ?? 0) ? null : 'approval_missing';
const cooledOff: Guard = (f) => (f.now >= (f.cooling_off_until ?? 0) ? null : 'cooling_off');
const grounded: Guard = (f) => (f.ground ? null : 'ground_missing');
/** What has been handed over or erased can't be taken back. */
const nothingDone: Guard = (f) =>
  (f.tasks ?? []).some((t) => t === 'done' || t === 'running') ? 'already_acted' : null;
const settled: Guard = (f) => {
  const outcome = outcomeOf(f.tasks ?? []);
  return outcome === 'open' ? 'tasks_open' : outcome === 'nothing' ? 'nothing_fulfilled' : null;
};

const deny: Step = { to: 'denied', guards: [grounded] };
const close = { withdraw: { to: 'withdrawn' }, mark_duplicate: { to: 'duplicate' }, deny } as const;
const askedButSilent = { ...close, expire: { to: 'expired' } } as const;
const reviewedAgain: Step = { to: (f) => (proved(f) ? 'in_review' : 'verifying') };

/** The whole machine: state → event → where it leads and what must hold. What isn't here can't happen. */
const MACHINE: Readonly<Record<RequestState, Partial<Record<RequestEvent, Step>>>> = {
  received: {
    ask_proof: { to: 'verifying' },
    accept: { to: 'in_review' },
    act_at_once: { to: 'processing', guards: [atOnce] },
    ...askedButSilent,
  },
  verifying: {
    accept: { to: 'in_review' },
    ask_proof: { to: 'verifying' },
    ask_subject: { to: 'awaiting_subject' },
    ...askedButSilent,
  },
  awaiting_subject: { subject_answered: reviewedAgain, ...askedButSilent },
  in_review: {
    ask_subject: { to: 'awaiting_subject' },
    approve: { to: 'approved', guards: [enoughApprovals] },
    ...close,
  },
  approved: {
    start: { to: 'processing', guards: [enoughApprovals, cooledOff] },
    send_back: { to: 'in_review' },
    withdraw: { to: 'withdrawn' },
    deny,
  },
  processing: {
    finish: {
      to: (f) => (outcomeOf(f.tasks ?? []) === 'all' ? 'fulfilled' : 'partially_fulfilled'),
      guards: [settled],
    },
    withdraw: { to: 'withdrawn', guards: [nothingDone] },
    deny: { to: 'denied', guards: [grounded, nothingDone] },
  },
  partially_fulfilled: { resume: { to: 'processing' } },
  denied: { reopen: reviewedAgain },
  expired: { reopen: { to: 'verifying' } },
  duplicate: { reopen: { to: 'received' } },
  fulfilled: {},
  withdrawn: {},
};

/** States that only a proved asker's request enters, by whatever path. */
const GATED: ReadonlySet<RequestState> = new Set([
  'in_review',
  'approved',
  'processing',
  'fulfilled',
  'partially_fulfilled',
]);
const GATE: readonly Guard[] = [verified, authorised];

/** States in which the request is over and no clock runs. */
export const FINAL_STATES: ReadonlySet<RequestState> = new Set([
  'fulfilled',
  'partially_fulfilled',
  'denied',
  'withdrawn',
  'expired',
  'duplicate',
]);

/**
 * The next state, or why there is none; nothing else changes a request's state. The gate is checked on the state that is
 * entered, so a path that is added to the table later passes it too.
 */
export function transition(state: RequestState, event: RequestEvent, facts: RequestFacts): Transition<RequestState> {
  const step = MACHINE[state][event];
  if (!step) return { ok: false, error: 'no_such_transition' };
  const to = typeof step.to === 'function' ? step.to(facts) : step.to;
  const guards = [...(GATED.has(to) ? GATE : []), ...(step.guards ?? [])];
  for (const guard of guards) {
    const error = guard(facts);
    if (error) return { ok: false, error };
  }
  return { ok: true, state: to };
}

/** The events that the table knows from a state, allowed by their guards or not: what a console offers. */
export const eventsFrom = (state: RequestState): RequestEvent[] => Object.keys(MACHINE[state]) as RequestEvent[];

export const TASK_STATES = [
  'pending',
  'running',
  'waiting_manual',
  'retrying',
  'done',
  'not_found',
  'not_supported',
  'failed',
  'skipped_legal_hold',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const TASK_EVENTS = [
  'start',
  'succeed',
  'find_nothing',
  'reject',
  /** A fault that may pass: tried again while attempts are left. */
  'fail',
  /** The process died while the task ran; what it did is asked for again (tasks are idempotent). */
  'recover',
  'hand_over',
  'give_up',
  'retry',
  'hold',
  'release',
] as const;
export type TaskEvent = (typeof TASK_EVENTS)[number];

type TaskTarget = TaskState | ((attempts: { attempts: number; max_attempts: number }) => TaskState);

const results = { succeed: 'done', find_nothing: 'not_found', reject: 'not_supported' } as const;
const again: TaskTarget = ({ attempts, max_attempts }) => (attempts < max_attempts ? 'retrying' : 'failed');

/** One task at one holder or connector. `done` and `not_found` are final. */
const TASKS: Readonly<Record<TaskState, Partial<Record<TaskEvent, TaskTarget>>>> = {
  pending: { start: 'running', hand_over: 'waiting_manual', hold: 'skipped_legal_hold' },
  running: { ...results, fail: again, recover: 'retrying', give_up: 'failed', hand_over: 'waiting_manual' },
  retrying: { start: 'running', give_up: 'failed', hand_over: 'waiting_manual', hold: 'skipped_legal_hold' },
  waiting_manual: { ...results, give_up: 'failed', hold: 'skipped_legal_hold' },
  failed: { retry: 'retrying', hand_over: 'waiting_manual', hold: 'skipped_legal_hold' },
  not_supported: { hand_over: 'waiting_manual' },
  skipped_legal_hold: { release: 'pending' },
  done: {},
  not_found: {},
};

/** The next state of a task. `attempts` counts finished runs, this one included. */
export function taskTransition(
  state: TaskState,
  event: TaskEvent,
  tries: { attempts: number; max_attempts: number },
): Transition<TaskState> {
  const target = TASKS[state][event];
  if (!target) return { ok: false, error: 'no_such_transition' };
  return { ok: true, state: typeof target === 'function' ? target(tries) : target };
}

const OPEN: ReadonlySet<TaskState> = new Set(['pending', 'running', 'waiting_manual', 'retrying']);
const ACHIEVED: ReadonlySet<TaskState> = new Set(['done', 'not_found']);

/** What the tasks add up to. No task at all: nobody holds anything, so all is done. */
export function outcomeOf(tasks: readonly TaskState[]): 'open' | 'all' | 'part' | 'nothing' {
  if (tasks.some((t) => OPEN.has(t))) return 'open';
  if (tasks.every((t) => ACHIEVED.has(t))) return 'all';
  return tasks.some((t) => ACHIEVED.has(t)) ? 'part' : 'nothing';
}
