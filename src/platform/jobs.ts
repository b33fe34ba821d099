import { DAY, SECOND } from './clock';
import type { Db, ReadDb } from './db';
import { registryId } from './ids';
import type { Wire } from './wire';

export type JobRow = { id: string; op: string; input: string; due_at: number; attempts: number };

/** After so many failures a job is parked: it stays visible (`due_at` far away, its error kept) and runs no more by itself. */
const MAX_ATTEMPTS = 12;
const PARKED = 8_640_000_000_000_000;

/** Puts an operation on the clock. A job with an id replaces the one that already has it. */
export function scheduleJob(db: Db, job: { op: string; due: number; input: Wire; id?: string }): void {
  db.write(
    `insert into job (id, op, input, due_at, attempts) values (?, ?, ?, ?, 0)
     on conflict (id) do update set op = excluded.op, input = excluded.input, due_at = excluded.due_at, attempts = 0, last_error = null`,
  ).run(job.id ?? registryId('job'), job.op, JSON.stringify(job.input), job.due);
}

export const jobIsPlanned = (db: ReadDb, id: string): boolean =>
  db.read('select 1 as x from job where id = ?').get<{ x: number }>(id) !== undefined;

export const dueJobs = (db: ReadDb, now: number, limit: number): JobRow[] =>
  db
    .read('select id, op, input, due_at, attempts from job where due_at <= ? order by due_at, id limit ?')
    .all<JobRow>(now, limit);

export const nextDue = (db: ReadDb): number | undefined =>
  db.read('select min(due_at) as due from job').get<{ due: number | null }>()?.due ?? undefined;

export const jobDone = (db: Db, id: string): void => db.write('delete from job where id = ?').run(id);

/** Tries again later: 2 s, 4 s, 8 s … at most a day apart; then the job is parked. */
export function jobFailed(db: Db, job: JobRow, error: string, now: number): void {
  const attempts = job.attempts + 1;
  const due = attempts >= MAX_ATTEMPTS ? PARKED : now + Math.min(DAY, 2 ** attempts * SECOND);
  db.write('update job set attempts = ?, due_at = ?, last_error = ? where id = ?').run(
    attempts,
    due,
    error.slice(0, 500),
    job.id,
  );
}
