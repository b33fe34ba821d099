import { DEFAULT_K, hideSmall } from '../insight';
import { type Answers, answersOf, type Cells, consentRate, dayBefore, groupBy } from './figures';
import type { RequestFigure } from './requests-store';
import type { Cell } from './tally-store';

/** The figures of the reports. Pure. Cells of fewer than {@link DEFAULT_K} answers are hidden; what the law demands never is. */

export type Bucket = { from: string; to: string };

/** The last `days` days in stretches that can be read: days, weeks or months of thirty days. */
export function bucketsOf(today: string, days: number): Bucket[] {
  const size = days <= 31 ? 1 : days <= 100 ? 7 : 30;
  const count = Math.ceil(days / size);
  return Array.from({ length: count }, (_, i) => {
    const to = dayBefore(today, (count - 1 - i) * size);
    return { from: dayBefore(to, size - 1), to };
  });
}

const within = (cells: Cells, b: Bucket): Cell[] => cells.filter((c) => c.day >= b.from && c.day <= b.to);

/** Yes, no and withdrawals of each stretch. */
export const answersOver = (cells: Cells, buckets: readonly Bucket[]): Answers[] =>
  buckets.map((b) => answersOf(within(cells, b)));

/** The consent rate of a purpose in each stretch; null where too few answered. */
export const rateOver = (cells: Cells, buckets: readonly Bucket[], purpose: string): (number | null)[] =>
  buckets.map((b) => {
    const a = answersOf(within(cells, b), purpose);
    return a.granted + a.refused < DEFAULT_K ? null : consentRate(a);
  });

export type Dimension = 'purpose' | 'region' | 'site' | 'notice' | 'method';

/** A line of a table; null is a count that is hidden because it is small. */
export type BreakdownRow = {
  key: string;
  granted: number | null;
  refused: number | null;
  withdrawn: number | null;
  rate: number | null;
};

/** Answers by one member of their cells, small numbers hidden so that no total gives them away. */
export function breakdown(cells: Cells, dimension: Dimension): BreakdownRow[] {
  const groups = groupBy(
    cells.filter((c) => c.purpose !== ''),
    dimension,
  ).map(([key, own]) => ({ key: String(key), ...answersOf(own) }));
  const column = (of: (a: Answers) => number) => hideSmall(groups.map(of), DEFAULT_K);
  const granted = column((a) => a.granted);
  const refused = column((a) => a.refused);
  const withdrawn = column((a) => a.withdrawn);
  return groups.map((g, i) => {
    const [yes, no] = [granted[i] ?? null, refused[i] ?? null];
    const rate = yes === null || no === null ? null : consentRate({ granted: yes, refused: no });
    return { key: g.key, granted: yes, refused: no, withdrawn: withdrawn[i] ?? null, rate };
  });
}

export type RequestSummary = {
  right: string;
  received: number;
  closed: number;
  denied: number;
  /** Answered within the term, of those answered. */
  on_time: number | null;
  /** Days from receipt to answer, of those answered. */
  median_days: number | null;
  mean_days: number | null;
};

const DAY_MS = 86_400_000;

function median(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What 11 CCR 7102 and accountability ask for: counts and times of requests by right. Never hidden. */
export function requestSummary(figures: readonly RequestFigure[]): RequestSummary[] {
  const rights = [...new Set(figures.map((f) => f.right))].sort();
  return rights.map((right) => {
    const own = figures.filter((f) => f.right === right);
    const closed = own.filter((f) => f.closed_at !== null);
    const days = closed.map((f) => (f.closed_at! - f.received_at) / DAY_MS).sort((a, b) => a - b);
    const inTime = closed.filter((f) => f.closed_at! <= f.due_at).length;
    return {
      right,
      received: own.length,
      closed: closed.length,
      denied: own.filter((f) => f.state === 'denied').length,
      on_time: closed.length === 0 ? null : inTime / closed.length,
      median_days: median(days),
      mean_days: days.length === 0 ? null : days.reduce((a, b) => a + b, 0) / days.length,
    };
  });
}

/** Refusals by their ground. Never hidden. */
export function refusalGrounds(figures: readonly RequestFigure[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const f of figures) if (f.state === 'denied' && f.ground) counts.set(f.ground, (counts.get(f.ground) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

export const firstDay = (today: string, days: number): string => bucketsOf(today, days)[0]?.from ?? today;
