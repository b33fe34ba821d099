import type { Cell } from './tally-store';

/** Sums over counted cells. Pure. */

export type Cells = readonly Cell[];

export const sumOf = (cells: Cells): number => cells.reduce((n, c) => n + c.n, 0);

export const actsOf = (cells: Cells): number => sumOf(cells.filter((c) => c.status === 'act'));

/** Yes, no and withdrawals of one purpose, or of all. */
export type Answers = { granted: number; refused: number; withdrawn: number };

export function answersOf(cells: Cells, purpose?: string): Answers {
  const of = (...status: string[]) =>
    sumOf(cells.filter((c) => status.includes(c.status) && (purpose === undefined || c.purpose === purpose)));
  return { granted: of('granted'), refused: of('refused'), withdrawn: of('withdrawn', 'objected') };
}

/** Of the answers that visitors gave to a question, the share that was a yes; null where nobody answered. */
export function consentRate(a: Pick<Answers, 'granted' | 'refused'>): number | null {
  const asked = a.granted + a.refused;
  return asked === 0 ? null : a.granted / asked;
}

/** Groups cells by a member, largest first. */
export function groupBy<K extends keyof Cell>(cells: Cells, member: K): [Cell[K], Cell[]][] {
  const groups = new Map<Cell[K], Cell[]>();
  for (const c of cells) {
    const group = groups.get(c[member]);
    if (group) group.push(c);
    else groups.set(c[member], [c]);
  }
  return [...groups].sort((a, b) => sumOf(b[1]) - sumOf(a[1]) || String(a[0]).localeCompare(String(b[0])));
}

const DAY_MS = 86_400_000;

/** Days from `from` to `to` (`YYYY-MM-DD`, both included). */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to) && days.length < 400; at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

export const dayBefore = (day: string, n: number): string =>
  new Date(Date.parse(day) - n * DAY_MS).toISOString().slice(0, 10);

/**
 * Sites whose banner seems to have fallen silent: yesterday's acts far below what the same weekday and its neighbours
 * brought before. Needs a week of history with at least ten acts a day, so that a small site never alarms by chance.
 */
export function silentSites(cells: Cells, today: string): { site: string; expected: number; seen: number }[] {
  const yesterday = dayBefore(today, 1);
  const days = daysBetween(dayBefore(today, 8), dayBefore(today, 2));
  return groupBy(
    cells.filter((c) => c.site && c.status === 'act'),
    'site',
  ).flatMap(([site, own]) => {
    const before = days.map((d) => sumOf(own.filter((c) => c.day === d)));
    const expected = before.reduce((a, b) => a + b, 0) / days.length;
    const seen = sumOf(own.filter((c) => c.day === yesterday));
    return Math.min(...before) >= MIN_ACTS && seen < expected * SILENT ? [{ site, expected, seen }] : [];
  });
}

const MIN_ACTS = 10;
/** Below a quarter of the mean is no weekend and no rain; it is a banner that is gone. */
const SILENT = 0.25;
