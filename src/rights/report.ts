import { DAY } from '../platform';
import type { Right } from './rules';
import type { RequestState } from './states';

/** What a report needs to know of one request. */
export type ReportRow = {
  right: Right;
  state: RequestState;
  region: string;
  received_at: number;
  closed_at: number | null;
  due_at: number;
  ground: string | null;
};

export type RightReport = {
  received: number;
  open: number;
  overdue: number;
  fulfilled: number;
  partially_fulfilled: number;
  denied: number;
  other: number;
  /** Of those that were answered: whole days from receipt. */
  median_days: number | null;
  p95_days: number | null;
  mean_days: number | null;
  /** Answered by the day on which they were due; null where none was answered. */
  on_time_share: number | null;
  refusals: Record<string, number>;
};

const ANSWERED: ReadonlySet<RequestState> = new Set(['fulfilled', 'partially_fulfilled', 'denied']);
const OVER: ReadonlySet<RequestState> = new Set(['withdrawn', 'expired', 'duplicate']);

/** The smallest value that at least `share` of all don't exceed (nearest rank); null of nothing. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

export function reportOf(rows: readonly ReportRow[], now: number): RightReport {
  const answered = rows.filter((r) => ANSWERED.has(r.state) && r.closed_at !== null);
  const days = answered.map((r) => Math.floor((r.closed_at! - r.received_at) / DAY)).sort((a, b) => a - b);
  const open = rows.filter((r) => r.closed_at === null);
  const onTime = answered.filter((r) => r.closed_at! <= r.due_at).length;
  const refusals: Record<string, number> = {};
  for (const r of rows) if (r.state === 'denied' && r.ground) refusals[r.ground] = (refusals[r.ground] ?? 0) + 1;
  const count = (state: RequestState) => rows.filter((r) => r.state === state).length;
  return {
    received: rows.length,
    open: open.length,
    overdue: open.filter((r) => r.due_at < now).length,
    fulfilled: count('fulfilled'),
    partially_fulfilled: count('partially_fulfilled'),
    denied: count('denied'),
    other: rows.filter((r) => OVER.has(r.state)).length,
    median_days: quantile(days, 0.5),
    p95_days: quantile(days, 0.95),
    mean_days: days.length === 0 ? null : Math.round((10 * days.reduce((a, b) => a + b, 0)) / days.length) / 10,
    on_time_share: answered.length === 0 ? null : Math.round((1000 * onTime) / answered.length) / 1000,
    refusals,
  };
}

/** The lines of 11 CCR 7102(a)(1): requests to delete, correct, know, opt out of sale or sharing, and limit. */
const CALIFORNIA: Readonly<Record<string, readonly Right[]>> = {
  delete: ['erasure'],
  correct: ['rectification'],
  know: ['access', 'portability'],
  opt_out_of_sale_sharing: ['opt_out'],
  limit: ['limit_sensitive'],
};

export type CaliforniaLine = {
  request: string;
  received: number;
  complied_in_whole: number;
  complied_in_part: number;
  denied: number;
  median_days: number | null;
  mean_days: number | null;
};

/**
 * The yearly table that 11 CCR 7102 asks for: requests of Californians in a calendar year. The law requires the counts, so
 * no floor hides small ones; they name nobody.
 */
export const californiaTable = (rows: readonly ReportRow[], now: number): CaliforniaLine[] =>
  Object.entries(CALIFORNIA).map(([request, rights]) => {
    const mine = reportOf(
      rows.filter((r) => r.region === 'US-CA' && rights.includes(r.right)),
      now,
    );
    return {
      request,
      received: mine.received,
      complied_in_whole: mine.fulfilled,
      complied_in_part: mine.partially_fulfilled,
      denied: mine.denied,
      median_days: mine.median_days,
      mean_days: mine.mean_days,
    };
  });

/** One report per right that was asked for, and one over all. */
export function reportByRight(rows: readonly ReportRow[], now: number): Record<string, RightReport> {
  const rights = [...new Set(rows.map((r) => r.right))].sort();
  const each = rights.map(
    (right) =>
      [
        right,
        reportOf(
          rows.filter((r) => r.right === right),
          now,
        ),
      ] as const,
  );
  return Object.fromEntries([['all', reportOf(rows, now)], ...each]);
}
