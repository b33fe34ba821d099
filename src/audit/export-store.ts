import type { Db, ReadDb } from '../platform';
import type { LogFilter } from './filter';

export const exportFormats = ['bundle', 'ndjson', 'csv', 'ocsf'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What leaves: a view of all logs, or of one. */
export type ExportView = { format: ExportFormat; filter: LogFilter; log?: string };

export function addExport(db: Db, id: string, view: ExportView, by: string, at: number): void {
  db.write('insert into log_export (id, format, filter, asked_by, asked_at) values (?, ?, ?, ?, ?)').run(
    id,
    view.format,
    JSON.stringify({ filter: view.filter, log: view.log }),
    by,
    at,
  );
}

type Row = { format: ExportFormat; filter: string; asked_by: string };

/** The export that this caller asked for; nobody else's. */
export function findExport(db: ReadDb, id: string, by: string): ExportView | undefined {
  const row = db.read('select format, filter, asked_by from log_export where id = ?').get<Row>(id);
  if (!row || row.asked_by !== by) return undefined;
  return { format: row.format, ...(JSON.parse(row.filter) as Pick<ExportView, 'filter' | 'log'>) };
}

/** Requests older than `before` go; at most 500 at once. */
export const forgetExports = (db: Db, before: number): number =>
  db
    .write('delete from log_export where id in (select id from log_export where asked_at < ? limit 500) returning id')
    .all(before).length;
