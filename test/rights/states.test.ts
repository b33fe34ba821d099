import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DELAY_GROUNDS,
  DENIAL_GROUNDS,
  type DenialGround,
  fromDrp,
  fromOpenDsr,
  RIGHT_NAMES,
  toDrp,
  toFides,
  toOpenDsr,
  toTranscend,
} from '../../src/rights/crossmap';
import { actsAtOnce, needsProof, RIGHTS, type Right } from '../../src/rights/rules';
import {
  eventsFrom,
  FINAL_STATES,
  outcomeOf,
  REQUEST_EVENTS,
  REQUEST_STATES,
  type RequestEvent,
  type RequestFacts,
  type RequestState,
  TASK_EVENTS,
  TASK_STATES,
  type TaskState,
  taskTransition,
  transition,
} from '../../src/rights/states';
import vocabulary from '../vectors/dpv-terms.json';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const facts = (over: Partial<RequestFacts> = {}): RequestFacts => ({
  right: 'access',
  verified: true,
  now: NOW,
  ...over,
});
const GUARDED: Right[] = ['access', 'erasure', 'rectification', 'portability'];

/** Every edge of the machine, written down a second time: state → event → where it may lead. */
const EDGES: Record<RequestState, Partial<Record<RequestEvent, RequestState[]>>> = {
  received: {
    ask_proof: ['verifying'],
    accept: ['in_review'],
    act_at_once: ['processing'],
    withdraw: ['withdrawn'],
    mark_duplicate: ['duplicate'],
    deny: ['denied'],
    expire: ['expired'],
  },
  verifying: {
    accept: ['in_review'],
    ask_proof: ['verifying'],
    ask_subject: ['awaiting_subject'],
    withdraw: ['withdrawn'],
    mark_duplicate: ['duplicate'],
    deny: ['denied'],
    expire: ['expired'],
  },
  awaiting_subject: {
    subject_answered: ['in_review', 'verifying'],
    withdraw: ['withdrawn'],
    mark_duplicate: ['duplicate'],
    deny: ['denied'],
    expire: ['expired'],
  },
  in_review: {
    ask_subject: ['awaiting_subject'],
    approve: ['approved'],
    withdraw: ['withdrawn'],
    mark_duplicate: ['duplicate'],
    deny: ['denied'],
  },
  approved: { start: ['processing'], send_back: ['in_review'], withdraw: ['withdrawn'], deny: ['denied'] },
  processing: { finish: ['fulfilled', 'partially_fulfilled'], withdraw: ['withdrawn'], deny: ['denied'] },
  partially_fulfilled: { resume: ['processing'] },
  denied: { reopen: ['in_review', 'verifying'] },
  expired: { reopen: ['verifying'] },
  duplicate: { reopen: ['received'] },
  fulfilled: {},
  withdrawn: {},
};

const tasksOf = fc.array(fc.constantFrom(...TASK_STATES), { maxLength: 4 });
const anyFacts: fc.Arbitrary<RequestFacts> = fc.record({
  right: fc.constantFrom(...RIGHTS),
  marketing: fc.boolean(),
  verified: fc.boolean(),
  agent_authorised: fc.option(fc.boolean(), { nil: undefined }),
  approvers: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  approvals_needed: fc.nat(2),
  cooling_off_until: fc.constantFrom(0, NOW - 1, NOW, NOW + 1),
  tasks: tasksOf,
  ground: fc.option(fc.constant('legal_claims'), { nil: undefined }),
  now: fc.constant(NOW),
});

describe('the state machine of requests', () => {
  it('has exactly the edges written here, whatever the facts', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...REQUEST_STATES),
        fc.constantFrom(...REQUEST_EVENTS),
        anyFacts,
        (from, event, f) => {
          const next = transition(from, event, f);
          const expected = EDGES[from][event];
          if (!expected) expect(next).toEqual({ ok: false, error: 'no_such_transition' });
          else if (next.ok) {
            expect(expected).toContain(next.state);
            seen.add(`${from} ${event} ${next.state}`);
          } else expect(next.error).not.toBe('no_such_transition');
        },
      ),
      { numRuns: 20_000 },
    );
    const all = REQUEST_STATES.flatMap((from) =>
      Object.entries(EDGES[from]).flatMap(([event, to]) => to.map((state) => `${from} ${event} ${state}`)),
    );
    expect([...seen].sort()).toEqual(all.sort());
  });

  it('offers a console the events of a state', () => {
    for (const state of REQUEST_STATES) expect(eventsFrom(state).sort()).toEqual(Object.keys(EDGES[state]).sort());
  });

  it('ends in six states, of which fulfilled and withdrawn lead nowhere', () => {
    expect([...FINAL_STATES].filter((state) => eventsFrom(state).length === 0)).toEqual(['fulfilled', 'withdrawn']);
    for (const state of FINAL_STATES)
      expect(eventsFrom(state).every((e) => e === 'reopen' || e === 'resume')).toBe(true);
  });

  it('reaches no review, processing or answer without proof, by any sequence of events and changing facts', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...REQUEST_EVENTS), anyFacts), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...GUARDED), fc.boolean(), steps, (right, marketing, sequence) => {
        let state: RequestState = 'received';
        for (const [event, f] of sequence) {
          const next = transition(state, event, { ...f, right, marketing, verified: false });
          if (next.ok) state = next.state;
          expect(['in_review', 'approved', 'processing', 'fulfilled', 'partially_fulfilled']).not.toContain(state);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('would see processing in such sequences if the asker were proved', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...REQUEST_EVENTS), anyFacts), { minLength: 1, maxLength: 40 });
    let reached = 0;
    fc.assert(
      fc.property(fc.constantFrom(...GUARDED), steps, (right, sequence) => {
        let state: RequestState = 'received';
        for (const [event, f] of sequence) {
          const next = transition(state, event, { ...f, right, verified: true, agent_authorised: true });
          if (next.ok) state = next.state;
          if (state === 'processing') reached++;
        }
      }),
      { numRuns: 3000 },
    );
    expect(reached).toBeGreaterThan(0);
  });

  it('loses its way back when proof is lost on the way', () => {
    for (const right of GUARDED) {
      expect(transition('approved', 'start', facts({ right, verified: false }))).toEqual({
        ok: false,
        error: 'not_verified',
      });
      expect(transition('partially_fulfilled', 'resume', facts({ right, verified: false })).ok).toBe(false);
      expect(transition('denied', 'reopen', facts({ right, verified: false }))).toEqual({
        ok: true,
        state: 'verifying',
      });
      expect(transition('awaiting_subject', 'subject_answered', facts({ right, verified: false }))).toEqual({
        ok: true,
        state: 'verifying',
      });
    }
  });

  it('carries out a withdrawal, an opt-out and an objection to marketing at once and unproved', () => {
    const atOnce: Partial<RequestFacts>[] = [
      { right: 'withdrawal' },
      { right: 'opt_out' },
      { right: 'limit_sensitive' },
      { right: 'objection', marketing: true },
    ];
    for (const which of atOnce) {
      expect(transition('received', 'act_at_once', facts({ ...which, verified: false }))).toEqual({
        ok: true,
        state: 'processing',
      });
      expect(transition('processing', 'finish', facts({ ...which, verified: false, tasks: ['done'] }))).toEqual({
        ok: true,
        state: 'fulfilled',
      });
    }
  });

  it('carries out nothing else at once, proved or not', () => {
    for (const right of RIGHTS.filter((r) => !actsAtOnce({ right: r }))) {
      for (const verified of [true, false]) {
        expect(transition('received', 'act_at_once', facts({ right, verified })).ok, right).toBe(false);
      }
    }
  });

  it('hears a complaint from anybody, but starts nothing for it unapproved', () => {
    const complaint = facts({ right: 'complaint', verified: false });
    expect(transition('received', 'accept', complaint)).toEqual({ ok: true, state: 'in_review' });
    expect(transition('received', 'act_at_once', complaint)).toEqual({ ok: false, error: 'not_at_once' });
  });

  it('asks an agent for authority, though not where no proof is needed', () => {
    const agent = facts({ right: 'access', agent_authorised: false });
    expect(transition('verifying', 'accept', agent)).toEqual({ ok: false, error: 'agent_not_authorised' });
    expect(transition('verifying', 'accept', { ...agent, agent_authorised: true }).ok).toBe(true);
    expect(transition('received', 'act_at_once', facts({ right: 'opt_out', agent_authorised: false })).ok).toBe(true);
  });

  it('counts two approvals by one person as one, when approving and again when starting', () => {
    const once = facts({ right: 'erasure', approvals_needed: 2, approvers: ['ann', 'ann'] });
    const twice = { ...once, approvers: ['ann', 'bob'] };
    expect(transition('in_review', 'approve', once)).toEqual({ ok: false, error: 'approval_missing' });
    expect(transition('in_review', 'approve', twice).ok).toBe(true);
    expect(transition('approved', 'start', once)).toEqual({ ok: false, error: 'approval_missing' });
  });

  it('starts an erasure at the very millisecond at which cooling off ends', () => {
    const erasure = facts({ right: 'erasure', cooling_off_until: NOW });
    expect(transition('approved', 'start', { ...erasure, now: NOW - 1 })).toEqual({ ok: false, error: 'cooling_off' });
    expect(transition('approved', 'start', erasure)).toEqual({ ok: true, state: 'processing' });
    expect(transition('approved', 'withdraw', erasure)).toEqual({ ok: true, state: 'withdrawn' });
  });

  it('refuses only with a ground, and neither refuses nor forgets what was already done', () => {
    expect(transition('in_review', 'deny', facts())).toEqual({ ok: false, error: 'ground_missing' });
    expect(transition('in_review', 'deny', facts({ ground: 'legal_claims' })).ok).toBe(true);
    const begun = facts({ ground: 'legal_claims', tasks: ['done', 'pending'] });
    expect(transition('processing', 'deny', begun)).toEqual({ ok: false, error: 'already_acted' });
    expect(transition('processing', 'withdraw', begun)).toEqual({ ok: false, error: 'already_acted' });
    expect(transition('processing', 'withdraw', facts({ tasks: ['pending'] })).ok).toBe(true);
  });

  it.each<[TaskState[], string]>([
    [[], 'fulfilled'],
    [['done', 'not_found'], 'fulfilled'],
    [['not_found'], 'fulfilled'],
    [['done', 'failed'], 'partially_fulfilled'],
    [['not_found', 'skipped_legal_hold'], 'partially_fulfilled'],
    [['done', 'not_supported'], 'partially_fulfilled'],
    [['done', 'retrying'], 'tasks_open'],
    [['done', 'waiting_manual'], 'tasks_open'],
    [['done', 'pending'], 'tasks_open'],
    [['done', 'running'], 'tasks_open'],
    [['failed'], 'nothing_fulfilled'],
    [['skipped_legal_hold', 'not_supported'], 'nothing_fulfilled'],
  ])('finishes tasks %j as %s', (tasks, expected) => {
    const next = transition('processing', 'finish', facts({ tasks }));
    expect(next.ok ? next.state : next.error).toBe(expected);
  });
});

describe('tasks', () => {
  const tries = { attempts: 1, max_attempts: 5 };

  it('are final only when done or not found', () => {
    const stuck = TASK_STATES.filter((s) => TASK_EVENTS.every((e) => !taskTransition(s, e, tries).ok));
    expect(stuck).toEqual(['done', 'not_found']);
  });

  it('retry while attempts are left, then fail by name, and can be taken up by staff', () => {
    expect(taskTransition('running', 'fail', { attempts: 4, max_attempts: 5 })).toEqual({
      ok: true,
      state: 'retrying',
    });
    expect(taskTransition('running', 'fail', { attempts: 5, max_attempts: 5 })).toEqual({ ok: true, state: 'failed' });
    expect(taskTransition('failed', 'retry', tries)).toEqual({ ok: true, state: 'retrying' });
    expect(taskTransition('not_supported', 'hand_over', tries)).toEqual({ ok: true, state: 'waiting_manual' });
  });

  it('survive a crash in the middle, and wait out a legal hold', () => {
    expect(taskTransition('running', 'recover', tries)).toEqual({ ok: true, state: 'retrying' });
    expect(taskTransition('pending', 'hold', tries)).toEqual({ ok: true, state: 'skipped_legal_hold' });
    expect(taskTransition('skipped_legal_hold', 'release', tries)).toEqual({ ok: true, state: 'pending' });
    expect(taskTransition('running', 'hold', tries).ok).toBe(false);
  });

  it('can always be brought to an end, even when every attempt is spent', () => {
    const spent = { attempts: 5, max_attempts: 5 };
    for (const start of TASK_STATES) {
      const reached = new Set<TaskState>([start]);
      for (const state of reached) {
        for (const event of TASK_EVENTS) {
          const next = taskTransition(state, event, spent);
          if (next.ok) reached.add(next.state);
        }
      }
      expect(
        [...reached].some((state) => outcomeOf([state]) !== 'open'),
        start,
      ).toBe(true);
    }
  });

  it('lead to every named outcome, and a fault with attempts left to none of them', () => {
    const next = TASK_STATES.flatMap((s) => TASK_EVENTS.map((e) => taskTransition(s, e, tries)));
    const reached = new Set(next.flatMap((n) => (n.ok ? [n.state] : [])));
    expect([...reached].sort()).toEqual([...TASK_STATES].sort());
    const faulted = taskTransition('running', 'fail', tries);
    expect(faulted.ok && outcomeOf([faulted.state])).toBe('open');
  });

  it('need a person for a manual step: nothing starts it by itself', () => {
    expect(taskTransition('waiting_manual', 'start', tries).ok).toBe(false);
    expect(taskTransition('waiting_manual', 'succeed', tries)).toEqual({ ok: true, state: 'done' });
  });
});

describe('the words of others', () => {
  it.each<[RequestState, string, string, string, string]>([
    ['received', 'pending', 'open', 'pending', 'REQUEST_MADE'],
    ['verifying', 'pending', 'in_progress/need_user_verification', 'identity_unverified', 'ENRICHING'],
    ['awaiting_subject', 'pending', 'in_progress/need_user_verification', 'requires_input', 'WAITING'],
    ['in_review', 'pending', 'in_progress', 'pending', 'APPROVING'],
    ['approved', 'pending', 'in_progress', 'approved', 'APPROVING'],
    ['processing', 'in_progress', 'in_progress', 'in_processing', 'COMPILING'],
    ['fulfilled', 'completed', 'fulfilled', 'complete', 'COMPLETED'],
    ['partially_fulfilled', 'completed', 'fulfilled', 'complete', 'COMPLETED'],
    ['denied', 'completed', 'denied/other', 'denied', 'CANCELED'],
    ['withdrawn', 'cancelled', 'revoked', 'canceled', 'CANCELED'],
    ['expired', 'cancelled', 'expired', 'error', 'REVOKED'],
    ['duplicate', 'cancelled', 'denied/other', 'duplicate', 'REVOKED'],
  ])('%s is %s, %s, %s, %s', (state, opendsr, drp, fides, transcend) => {
    const { status, reason } = toDrp(state);
    expect(toOpenDsr(state).request_status).toBe(opendsr);
    expect(reason ? `${status}/${reason}` : status).toBe(drp);
    expect(toFides(state)).toBe(fides);
    expect(toTranscend(state)).toBe(transcend);
  });

  it('say why a request was denied, where they have a word for it', () => {
    expect(toDrp('denied', 'identity_not_proved')).toEqual({ status: 'denied', reason: 'insuf_verification' });
    expect(toTranscend('denied', { denied: 'identity_not_proved' })).toBe('FAILED_VERIFICATION');
    expect(toOpenDsr('denied', 'legal_claims')).toEqual({ request_status: 'completed', denied: 'legal_claims' });
    expect(toOpenDsr('partially_fulfilled')).toEqual({ request_status: 'completed', partial: true });
    expect(toTranscend('fulfilled', { downloadable: true })).toBe('DOWNLOADABLE');
    expect(toTranscend('denied', { downloadable: true })).toBe('CANCELED');
  });

  it('give every ground of ours a justification that DPV defines, or none', () => {
    const terms = new Set(vocabulary.terms['https://w3id.org/dpv/legal/eu/gdpr#']);
    const iris = [...Object.values(DENIAL_GROUNDS).map((g) => g.dpv), ...Object.values(DELAY_GROUNDS)];
    for (const iri of iris) if (iri) expect(terms.has(iri.slice(iri.indexOf('#') + 1)), iri).toBe(true);
    const reasons = (Object.keys(DENIAL_GROUNDS) as DenialGround[]).map((ground) => toDrp('denied', ground).reason);
    expect(new Set(reasons).size).toBe(7);
  });

  it('come back as our rights, and only as those that we serve', () => {
    expect(fromDrp('deletion')).toBe('erasure');
    expect(fromDrp('sale:opt-out')).toBe('opt_out');
    for (const unknown of ['sale:opt-in', 'constructor', '']) expect(fromDrp(unknown)).toBeNull();
    expect(fromOpenDsr('portability')).toBe('portability');
    expect(fromOpenDsr('rectification')).toBeNull();
    for (const right of RIGHTS) {
      const { drp, opendsr } = RIGHT_NAMES[right];
      if (opendsr) expect(fromOpenDsr(opendsr)).toBe(right);
      if (drp && right !== 'portability') expect(fromDrp(drp)).toBe(right);
      if (needsProof({ right }) && drp) expect(needsProof({ right: fromDrp(drp)! })).toBe(true);
    }
  });
});
