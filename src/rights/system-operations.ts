import { action, type Ops, query, Refusal, startSaga, trusted, type Wire, type Writer } from '../platform';
import { requestHere } from './cases';
import type { SystemResult } from './certificate';
import { openWords, type TaskRow, tasksOf, writeTask, writeWords } from './request-store';
import { taskTransition } from './states';
import { SYSTEM_ATTEMPTS, type SystemOutcome, systemRetryAt } from './system';
import { OWN_STORE, task } from './work';

/** What our own databases did for an erasure, kept with the request until the other systems have answered. */
export type OwnErasure = {
  persons: string[];
  suppressed: number;
  keys_destroyed_at: number;
  systems: readonly SystemResult[];
  log: readonly { log: string; entry: number; payloads: number }[];
};

const EVENTS = { done: 'succeed', not_found: 'find_nothing', not_supported: 'reject', waiting: 'hand_over' } as const;
const OPEN: ReadonlySet<string> = new Set(['pending', 'running', 'retrying', 'waiting_manual']);

/** Foreign systems: their tasks, in the request's vault. */
export const systemOps = {
  /**
   * Keeps what the foreign systems have to be asked with, and the address that is told of the end: the given one, or the
   * typed one that the directory led from. Both lie under this request's own key, which is destroyed at the end.
   */
  'request.capture': action(
    trusted<{
      request: string;
      to: string | null;
      identifiers: { type: string; id: string }[];
      systems: string[];
    }>(),
    (w, i) => {
      const words = openWords(w.db, w.keys, i.request);
      if (!words) throw new Refusal('gone', 'the words of this request are gone');
      const typed = words.subject?.type === 'email' ? words.subject.id : undefined;
      const kept = { ...words, reply_to: words.reply_to ?? i.to ?? typed, identifiers: i.identifiers };
      writeWords(w.db, w.keys, i.request, kept);
      for (const system of i.systems) writeTask(w.db, i.request, task(w, system, 'pending'));
      w.audit('request.captured', { data: { request: i.request, systems: i.systems } });
      return { kept: true };
    },
  ),
  /** Our own databases have done their part; the others are asked now. */
  'request.own_erased': action(trusted<{ request: string; own: OwnErasure }>(), (w, i) => {
    writeTask(w.db, i.request, task(w, OWN_STORE, 'done', i.own));
    startClosing(w, i.request, 1);
    w.audit('request.own_erased', { data: { request: i.request, keys: i.own.persons.length } });
    return { ok: true };
  }),
  'request.systems': query(trusted<{ request: string }>(), (r, i) => ({
    identifiers: openWords(r.db, r.keys, i.request)?.identifiers ?? [],
    systems: tasksOf(r.db, i.request)
      .filter((t) => t.state === 'pending' || t.state === 'retrying' || t.state === 'running')
      .map((t) => t.system),
  })),
  'request.system_answered': action(
    trusted<{ request: string; system: string; answer: (SystemOutcome & Wire) | null; error?: string }>(),
    (w, i) => {
      const before = tasksOf(w.db, i.request).find((t) => t.system === i.system);
      if (!before) throw new Refusal('not_found', 'this request has no such task');
      const after = answered(w, before, i.answer, i.error);
      writeTask(w.db, i.request, after);
      w.audit('request.system_answered', {
        data: { request: i.request, system: i.system, state: after.state, error: i.error ?? null },
      });
      return { state: after.state };
    },
  ),
  /** Is there anybody left to wait for? If so, the next round is on the clock. */
  'request.settled': action(trusted<{ request: string; run: number }>(), (w, i) => {
    const tasks = tasksOf(w.db, i.request);
    const open = tasks.filter((t) => OPEN.has(t.state));
    const next = open.map((t) => t.due_at).filter((due): due is number => due !== null);
    if (next.length > 0) {
      const input = { request: i.request, run: i.run + 1 };
      w.schedule({ op: 'request.close_again', due: Math.min(...next), input, id: `${i.request}:close` });
    }
    w.auditedLater('each answer has its own entry');
    const own = tasks.find((t) => t.system === OWN_STORE);
    return { open: open.length > 0, own: JSON.parse(own?.result ?? '{}') as OwnErasure, systems: foreign(tasks) };
  }),
  'request.close_again': action(trusted<{ request: string; run: number }>(), (w, i) => {
    if (requestHere(w, i.request).state === 'processing') startClosing(w, i.request, i.run);
    w.auditedLater('each answer has its own entry');
    return { ok: true };
  }),
} satisfies Ops;

const startClosing = (w: Writer, request: string, run: number): void =>
  startSaga(w.db, { id: `${request}:close:${run}`, kind: 'request.close', state: { request, run }, now: w.now });

const foreign = (tasks: readonly TaskRow[]): SystemResult[] =>
  tasks
    .filter((t) => t.system !== OWN_STORE)
    .map((t) => {
      const { deleted = 0, retained = [] } = JSON.parse(t.result) as Partial<SystemOutcome>;
      return { system: t.system, outcome: t.state, deleted, retained };
    });

/** The task after one run: settled, waiting for a person, tried again later, or failed for good. */
function answered(w: Writer, t: TaskRow, answer: SystemOutcome | null, error: string | undefined): TaskRow {
  const attempts = t.attempts + 1;
  const tries = { attempts, max_attempts: SYSTEM_ATTEMPTS };
  const running = taskTransition(t.state, 'start', tries);
  const from = running.ok ? running.state : t.state;
  const next = taskTransition(from, answer ? EVENTS[answer.outcome] : 'fail', tries);
  if (!next.ok) throw new Refusal('conflict', `a task that is ${t.state} is not waited for`);
  const due = next.state === 'retrying' ? systemRetryAt(attempts, w.now) : null;
  const result = JSON.stringify(answer ?? { error: error ?? null });
  return { ...t, state: next.state, attempts, due_at: due, result, updated_at: w.now };
}
