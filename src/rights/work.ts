import { currentRulebook } from '../consent';
import { DAY, HOUR, startSaga, type Writer } from '../platform';
import { amend, clocked, coolingOff, factsOf, mailSoon, move } from './cases';
import { type RequestRow, writeTask } from './request-store';
import { issueSecret, secretRow } from './secret-store';
import { settingsOf } from './settings';
import { type TaskState, transition } from './states';

/** The task of our own databases. */
export const OWN_STORE = 'own_store';

/** Approves by rule what the organisation lets through once the asker is proved, and starts what may start. */
export function goOn(w: Writer, row: RequestRow): RequestRow {
  const may = transition(row.state, 'approve', factsOf(w, row));
  if (!may.ok) return row;
  const cooling = coolingOff(w, row);
  const approved = move(w, { ...row, body: { ...row.body, cooling_off_until: cooling } }, 'approve', {
    cooling_off_until: cooling,
  });
  if (cooling === null) return start(w, approved);
  issueSecret(w.db, row.id, 'cancel', cooling);
  mailSoon(w, row.id, 'cooling_off');
  w.schedule({ op: 'request.cooled_off', due: cooling, input: { request: row.id }, id: `${row.id}:cooling` });
  return approved;
}

/** Begins the work. What our own store can do in this transaction is done; the rest is a saga's. */
export function start(w: Writer, row: RequestRow): RequestRow {
  const started = move(w, row, 'start');
  switch (row.right) {
    case 'access':
    case 'portability':
      return offerPackage(w, started);
    case 'erasure':
    case 'restriction':
    case 'objection':
      return runOwnStore(w, started);
    default:
      writeTask(w.db, row.id, task(w, 'staff', 'waiting_manual'));
      return started;
  }
}

export const task = (w: Writer, system: string, state: TaskState, result: object = {}) => ({
  system,
  state,
  attempts: state === 'done' ? 1 : 0,
  due_at: null,
  result: JSON.stringify(result),
  updated_at: w.now,
});

/** Work in the person's own vault: a saga's. `run` tells a repetition (after a legal hold) from the first. */
export function runOwnStore(w: Writer, row: RequestRow, run = 1): RequestRow {
  const name = row.right === 'erasure' ? 'erase' : 'apply';
  writeTask(w.db, row.id, task(w, OWN_STORE, 'pending'));
  const state = { request: row.id };
  startSaga(w.db, { id: `${row.id}:${name}:${run}`, kind: `request.${name}`, state, now: w.now });
  return row;
}

/** The package is put together while it is fetched, from what is there then; here it is made available. */
export function offerPackage(w: Writer, row: RequestRow, again = false): RequestRow {
  const { package_days } = settingsOf(currentRulebook(w.db));
  issueSecret(w.db, row.id, 'package', w.now + package_days * DAY);
  writeTask(w.db, row.id, task(w, OWN_STORE, 'done'));
  mailSoon(w, row.id, 'package', `:${secretRow(w.db, row.id, 'package')!.n}`);
  return again ? row : move(w, row, 'finish');
}

/** Sends the proof: the secret lives from now on, the mail follows. */
export function askProof(w: Writer, row: RequestRow): RequestRow {
  const settings = settingsOf(currentRulebook(w.db));
  issueSecret(w.db, row.id, 'confirm', w.now + settings.link_hours * HOUR);
  const asked = move(w, row, 'ask_proof');
  mailSoon(w, row.id, 'confirm', `:${secretRow(w.db, row.id, 'confirm')!.n}`);
  return asked;
}

/** The asker is proved: the clock may start anew (UK), staff may look, and what needs nobody goes on. */
export function proved(w: Writer, row: RequestRow, by: 'link' | 'code' | 'token' | 'staff'): RequestRow {
  const known = clocked(w, { ...row, body: { ...row.body, verified: { at: w.now, by } } });
  if (row.body.agent_authorised === false) return amend(w, known, 'proved', { by, waits_for: 'the agent’s authority' });
  return goOn(w, move(w, known, 'accept', { by }));
}
