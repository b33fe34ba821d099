import { stringify } from 'csv-stringify/browser/esm/sync';
import { type CallContext, canonical, isObject, need, rfc3339, utf8, type Wire } from '../platform';
import type { ExportFormat } from './export-store';
import type { LogFilter } from './filter';
import { ocsfEvent } from './ocsf';
import type { LoggedEntry } from './search';
import type { LogSnapshot } from './snapshot';

/** Exports that show exactly the view, line by line, log after log. */

type LineFormat = Exclude<ExportFormat, 'bundle'>;

/** How a form of lines is called, and how it is spelled. */
export const lineFormats: Readonly<Record<LineFormat, { type: string; extension: string }>> = {
  ndjson: { type: 'application/x-ndjson', extension: 'ndjson' },
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv' },
  ocsf: { type: 'application/x-ndjson', extension: 'ocsf.ndjson' },
};

/** Entries per page: a few milliseconds of the vault's time. */
const PAGE = 256;

/** The lines of these logs, up to their snapshot's size; memory for one page. */
export async function* exportLines(
  format: LineFormat,
  logs: readonly LogSnapshot[],
  filter: LogFilter,
  context: CallContext,
): AsyncGenerator<Uint8Array> {
  if (format === 'csv') yield utf8(csv([columns]));
  for (const log of logs) {
    let from: number | null = 0;
    while (from !== null) {
      const span = { from, to: log.size };
      const page: { entries: Omit<LoggedEntry, 'log'>[]; next: number | null } = need(
        await log.home.run('log.page', { filter, span, limit: PAGE }, context),
      );
      const entries = page.entries.map((entry) => ({ log: log.name, ...entry }));
      if (entries.length > 0) yield utf8(SPELL[format](entries));
      from = page.next;
    }
  }
}

const SPELL: Readonly<Record<LineFormat, (entries: readonly LoggedEntry[]) => string>> = {
  ndjson: (entries) => entries.map((entry) => `${canonical(lineOf(entry))}\n`).join(''),
  ocsf: (entries) => entries.map((entry) => `${canonical(ocsfEvent(entry))}\n`).join(''),
  csv: (entries) => csv(entries.map(rowOf)),
};

/** An entry as the outside is shown it. */
export const lineOf = ({ log, seq, at, envelope, erased_by }: LoggedEntry) => ({
  log,
  seq,
  at: rfc3339(at),
  ...(envelope === null ? { erased_by } : { envelope }),
});

const columns = [
  'log',
  'seq',
  'at',
  'event',
  'actor_type',
  'actor_id',
  'person',
  'purpose',
  'site',
  'outcome',
  'request',
  'data',
  'erased_by',
] as const;

function rowOf({ log, seq, at, envelope, erased_by }: LoggedEntry): (string | number)[] {
  const e = isObject(envelope) ? envelope : {};
  const actor = isObject(e.actor) ? e.actor : {};
  const facts = [e.event, actor.type, actor.id, e.person, e.purpose, e.site, e.outcome, e.request].map(cell);
  return [log, seq, rfc3339(at), ...facts, e.data === undefined ? '' : canonical(e.data), erased_by ?? ''];
}

const cell = (value: Wire | undefined): string => (value === undefined || value === null ? '' : String(value));

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front. */
const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  stringify(rows as (string | number)[][], { record_delimiter: 'windows', escape_formulas: true });
