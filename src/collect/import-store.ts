import type { Db, ReadDb } from '../platform';

/** Sums of an import: what → how often. */
export type Counts = { [what: string]: number };

export type ImportJob = {
  id: string;
  mapping: string;
  source: string;
  unit: string;
  dry_run: number;
  status: 'running' | 'finished' | 'failed';
  rows: number;
  head: string;
  counts: Counts;
  error: string | null;
  started_at: number;
  updated_at: number;
  by: string;
};

const columns = 'id, mapping, source, unit, dry_run, status, rows, head, counts, error, started_at, updated_at, by';

const view = (row: Omit<ImportJob, 'counts'> & { counts: string }): ImportJob => ({
  ...row,
  counts: JSON.parse(row.counts) as Counts,
});

export function addJob(db: Db, j: ImportJob): void {
  db.write(`insert into import_job (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
    j.id,
    j.mapping,
    j.source,
    j.unit,
    j.dry_run,
    j.status,
    j.rows,
    j.head,
    JSON.stringify(j.counts),
    j.error,
    j.started_at,
    j.updated_at,
    j.by,
  );
}

export function jobById(db: ReadDb, id: string): ImportJob | undefined {
  const row = db.read(`select ${columns} from import_job where id = ?`).get<Parameters<typeof view>[0]>(id);
  return row && view(row);
}

export const newestJobs = (db: ReadDb, limit: number): ImportJob[] =>
  db
    .read(`select ${columns} from import_job order by started_at desc, id limit ?`)
    .all<Parameters<typeof view>[0]>(limit)
    .map(view);

export const updateJob = (
  db: Db,
  j: Pick<ImportJob, 'id' | 'status' | 'rows' | 'counts' | 'error'>,
  now: number,
): void =>
  db
    .write('update import_job set status = ?, rows = ?, counts = ?, error = ?, updated_at = ? where id = ?')
    .run(j.status, j.rows, JSON.stringify(j.counts), j.error, now, j.id);
