import { SECOND } from './clock';
import type { Db, ReadDb } from './db';
import { action, type CallContext, need, type Ops, query, trusted, type Vault } from './ops';
import type { Wire } from './wire';

/**
 * Work over several databases: each step is idempotent (its operations carry the saga's id and step as command id), the
 * state after it is committed, and whoever finds an unfinished saga goes on where it stands.
 */
export type SagaStep<S extends Wire> = { name: string; run(state: S, command: string): Promise<S> };
export type Saga<S extends Wire> = { kind: string; steps: readonly SagaStep<S>[] };

type SagaRow = { id: string; kind: string; step: number; state: string; updated_at: number };

/** Older than this and not finished: nobody is working on it any more. */
export const SAGA_STALE = 30 * SECOND;

const bookkeeping = 'each step of a saga audits what it does';

export const sagaOps = {
  'saga.begin': action(trusted<{ id: string; kind: string; state: Wire }>(), (w, i) => {
    w.db
      .write(
        `insert into saga (id, kind, step, state, started_at, updated_at) values (?, ?, 0, ?, ?, ?) on conflict (id) do nothing`,
      )
      .run(i.id, i.kind, JSON.stringify(i.state), w.now, w.now);
    w.auditedLater(bookkeeping);
    const row = w.db.read('select step, state from saga where id = ?').get<SagaRow>(i.id)!;
    return { step: row.step, state: row.state };
  }),
  'saga.advance': action(trusted<{ id: string; step: number; state: Wire }>(), (w, i) => {
    w.db
      .write('update saga set step = ?, state = ?, updated_at = ?, last_error = null where id = ?')
      .run(i.step, JSON.stringify(i.state), w.now, i.id);
    w.auditedLater(bookkeeping);
    return { ok: true };
  }),
  'saga.failed': action(trusted<{ id: string; error: string }>(), (w, i) => {
    w.db.write('update saga set last_error = ?, updated_at = ? where id = ?').run(i.error.slice(0, 500), w.now, i.id);
    w.auditedLater(bookkeeping);
    return { ok: true };
  }),
  'saga.end': action(trusted<{ id: string }>(), (w, i) => {
    w.db.write('delete from saga where id = ?').run(i.id);
    w.auditedLater(bookkeeping);
    return { ok: true };
  }),
  'saga.open': query(trusted<{ stale_before: number }>(), (r, i) =>
    r.db
      .read('select id, kind, step, state from saga where updated_at <= ? order by started_at limit 20')
      .all<{ id: string; kind: string; step: number; state: string }>(i.stale_before),
  ),
} satisfies Ops;

/**
 * Writes a saga down in the action's own transaction, so that what has to follow can't be forgotten. Nobody works on it
 * yet (`updated_at` 0): the next round of the clock takes it up. A saga that is there already stays as it is.
 */
export const startSaga = (db: Db, saga: { id: string; kind: string; state: Wire; now: number }): void =>
  db
    .write(
      'insert into saga (id, kind, step, state, started_at, updated_at) values (?, ?, 0, ?, ?, 0) on conflict (id) do nothing',
    )
    .run(saga.id, saga.kind, JSON.stringify(saga.state), saga.now);

const system: CallContext = { actor: { type: 'system', id: 'saga' } };

/** Begins (or goes on with) a saga whose books are kept in `home`, and ends when its last step has. */
export async function runSaga<S extends Wire>(
  home: Vault<typeof sagaOps>,
  saga: Saga<S>,
  id: string,
  state: S,
): Promise<S> {
  const begun = need(await home.run('saga.begin', { id, kind: saga.kind, state }, system));
  return continueSaga(home, saga, { id, step: begun.step, state: JSON.parse(begun.state) as S });
}

async function continueSaga<S extends Wire>(
  home: Vault<typeof sagaOps>,
  saga: Saga<S>,
  at: { id: string; step: number; state: S },
): Promise<S> {
  let { state } = at;
  for (let step = at.step; step < saga.steps.length; step++) {
    state = await oneStep(home, saga.steps[step]!, at.id, state);
    need(await home.run('saga.advance', { id: at.id, step: step + 1, state }, system));
  }
  need(await home.run('saga.end', { id: at.id }, system));
  return state;
}

async function oneStep<S extends Wire>(
  home: Vault<typeof sagaOps>,
  step: SagaStep<S>,
  id: string,
  state: S,
): Promise<S> {
  try {
    return await step.run(state, `${id}:${step.name}`);
  } catch (e) {
    await home.run('saga.failed', { id, error: `${step.name}: ${e instanceof Error ? e.message : String(e)}` }, system);
    throw e;
  }
}

/**
 * Goes on with the sagas of `home` that nobody works on. Answers how many it finished. One that fails doesn't stop the
 * others; the first failure is thrown at the end.
 */
export async function resumeSagas(
  home: Vault<typeof sagaOps>,
  sagas: readonly Saga<never>[],
  now: number,
  staleAfter = SAGA_STALE,
): Promise<number> {
  const open = need(await home.run('saga.open', { stale_before: now - staleAfter }, system));
  let finished = 0;
  const failures: unknown[] = [];
  for (const row of open) {
    try {
      const saga = sagas.find((s) => s.kind === row.kind);
      if (!saga) throw new Error(`nobody knows the saga ${row.kind}`);
      const at = { id: row.id, step: row.step, state: JSON.parse(row.state) as Wire };
      await continueSaga(home, saga as unknown as Saga<Wire>, at);
      finished++;
    } catch (e) {
      failures.push(e);
    }
  }
  if (failures.length > 0) throw failures[0];
  return finished;
}

/** Is any saga of this database unfinished? */
export const hasSagas = (db: ReadDb): boolean =>
  db.read('select 1 as x from saga limit 1').get<{ x: number }>() !== undefined;
