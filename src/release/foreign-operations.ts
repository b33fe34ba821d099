import { currentRulebook, type Decision, decide, type Question, readState } from '../consent';
import { holderOf, type Ident, personById, suppressedScopes } from '../identity';
import { action, DAY, type Ops, query, type Reader, trusted } from '../platform';
import {
  addTask,
  dueTasks,
  endTask,
  type ForeignLink,
  noteLink,
  postponeTask,
  taskById,
  tasksOf,
} from './foreign-store';
import { acknowledge, forgetRecalls, openRecalls, recallsFor } from './recall-store';

/** A question about a record of a connected system. `suppressed`: scopes that its identifiers' vaults have named. */
export type ForeignQuestion = {
  name: string;
  purpose: string;
  channel?: Question['channel'];
  contact_point?: string;
  unit?: string;
  suppressed: string[];
};

/** `moved`: ask there; the person was merged into another. */
type ForeignAnswers = { answers: Record<string, Pick<Decision, 'allowed' | 'reason'>>; moved: string | null };

function judgeForeign(r: Reader, i: { person: string; questions: ForeignQuestion[] }): ForeignAnswers {
  const row = personById(r.db, i.person);
  if (row?.status === 'merged' && row.merged_into) return { answers: {}, moved: row.merged_into };
  const book = currentRulebook(r.db);
  const state = row ? readState(r.db, i.person) : undefined;
  const answers = i.questions.map(({ name, suppressed, ...q }) => {
    const blocked = suppressed.includes('*') || suppressed.includes(q.purpose);
    const { allowed, reason } = decide(book, state, { ...q, ...(blocked ? { suppressed: true } : {}) }, r.now);
    return [name, { allowed, reason }] as const;
  });
  return { answers: Object.fromEntries(answers), moved: null };
}

const MAX_ATTEMPTS = 20;
const backoff = (attempts: number): number => Math.min(3_600_000, 2 ** attempts * 1000);

type Settled = { id: string; outcome: 'done' | 'missing' | 'failed'; detail: string | null };

/** How long acknowledged recalls are kept: the usual time in which somebody may ask for proof. */
const RECALL_TTL = 3 * 365 * DAY;

/** Connected systems and recipients, in a vault. */
export const foreignOps = {
  /** Whose identifiers these are, and for what they are suppressed: asked in the identifiers' own vault. */
  'foreign.find': query(trusted<{ idents: Ident[] }>(), (r, i) =>
    i.idents.map((ident) => ({ person: holderOf(r.db, ident) ?? null, suppressed: suppressedScopes(r.db, ident) })),
  ),
  'foreign.judge': query(trusted<{ person: string; questions: ForeignQuestion[] }>(), judgeForeign),
  'foreign.note_links': action(trusted<{ links: ForeignLink[]; because: string }>(), (w, i) => {
    const fresh = i.links.filter((l) => noteLink(w.db, l, w.now)).length;
    if (fresh === 0) w.unchanged();
    else w.audit('foreign.linked', { data: { links: fresh, because: i.because } });
    return { fresh };
  }),
  'foreign.due': query(trusted<{ limit: number }>(), (r, i) => dueTasks(r.db, r.now, i.limit)),
  'foreign.tasks': query(trusted<{ connector: string; limit: number }>(), (r, i) =>
    tasksOf(r.db, i.connector, i.limit),
  ),
  /** What the system said; a failure is tried again, later each time, and stays visible when it is given up. */
  'foreign.settle': action(trusted<{ settled: Settled[] }>(), (w, i) => {
    for (const s of i.settled) {
      const task = taskById(w.db, s.id);
      if (!task) continue;
      const retry = s.outcome === 'failed' && task.attempts + 1 < MAX_ATTEMPTS;
      if (retry) {
        const due = w.now + backoff(task.attempts + 1);
        postponeTask(w.db, s.id, due, s.detail ?? '');
        w.schedule({ op: 'foreign.wake', due, input: {}, id: `foreign.wake.${task.connector}` });
      } else endTask(w.db, s.id, s.outcome, w.now, s.detail);
      w.audit(`foreign.${task.what}`, {
        ...(task.person ? { person: task.person } : {}),
        outcome: retry ? 'again' : s.outcome,
        data: { connector: task.connector, task: s.id, attempts: task.attempts + 1 },
      });
    }
    if (i.settled.length === 0) w.unchanged();
    return { settled: i.settled.length };
  }),
  /** Only wakes the pump: what is due is in the tasks. */
  'foreign.wake': action(trusted<Record<never, never>>(), (w) => {
    w.emit('mail.due', {});
    w.auditedLater('what the pump does is audited there');
    return { ok: true };
  }),
  /** An officer has a failed task tried once more. */
  'foreign.retry': action(trusted<{ id: string }>(), (w, i) => {
    const task = taskById(w.db, i.id);
    if (!task) {
      w.unchanged();
      return { retried: false };
    }
    addTask(w.db, task, w.now);
    w.audit('foreign.retried', { ...(task.person ? { person: task.person } : {}), data: { task: i.id } });
    w.emit('mail.due', {});
    return { retried: true };
  }),
  'recall.open': query(trusted<Record<never, never>>(), (r) => openRecalls(r.db)),
  /** The file that a recipient gets is shown, so it is written down. */
  'recall.page': action(trusted<{ recipient: string; after: number; limit: number }>(), (w, i) => {
    const rows = recallsFor(w.db, i.recipient, i.after, i.limit);
    if (rows.length === 0) w.unchanged();
    else w.audit('recall.read', { data: { recipient: i.recipient, entries: rows.length } });
    return { rows, vault: w.vault.index };
  }),
  'recall.acknowledge': action(trusted<{ recipient: string; upto: number }>(), (w, i) => {
    const persons = acknowledge(w.db, i.recipient, i.upto, w.now, w.context.actor.id);
    if (persons.length === 0) w.unchanged();
    else w.audit('recall.acknowledged', { data: { recipient: i.recipient, entries: persons.length } });
    return { acknowledged: persons.length };
  }),
  'recall.forget': action(trusted<Record<never, never>>(), (w) => {
    const gone = forgetRecalls(w.db, w.now - RECALL_TTL);
    if (gone === 0) w.unchanged();
    else w.audit('retention.recalls', { data: { gone } });
    return { gone };
  }),
} satisfies Ops;
