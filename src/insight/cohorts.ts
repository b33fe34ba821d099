import { hiddenPlaces } from './hide';
import type { Purchase } from './history';
import { ratio } from './numeric/statistics';
import { monthOf, monthsBetween } from './period';

/** Customers whose first purchase fell in one month, and how many of them bought 0, 1, 2 … months later. Adds up. */
export type CohortCount = { cohort: string; size: number; active: number[] };

/** Counts up to the month of `until`; that month itself may be incomplete. */
export function cohortCounts(purchases: readonly Purchase[], until: number): CohortCount[] {
  const months = new Map<string, Set<string>>();
  for (const { customer, at } of purchases) {
    if (at <= until) months.set(customer, (months.get(customer) ?? new Set<string>()).add(monthOf(at)));
  }
  const cohorts = new Map<string, CohortCount>();
  for (const own of months.values()) {
    const first = [...own].reduce((least, month) => (monthsBetween(month, least) > 0 ? month : least));
    const length = monthsBetween(first, monthOf(until)) + 1;
    const count = cohorts.get(first) ?? { cohort: first, size: 0, active: new Array<number>(length).fill(0) };
    cohorts.set(first, count);
    count.size++;
    for (const month of own) count.active[monthsBetween(first, month)]!++;
  }
  return sorted(cohorts);
}

const sorted = (cohorts: Map<string, CohortCount>): CohortCount[] =>
  [...cohorts.values()].sort((p, q) => (p.cohort < q.cohort ? -1 : 1));

/** Counts of several vaults as one. */
export function mergeCohorts(parts: readonly (readonly CohortCount[])[]): CohortCount[] {
  const cohorts = new Map<string, CohortCount>();
  for (const { cohort, size, active } of parts.flat()) {
    const known = cohorts.get(cohort) ?? { cohort, size: 0, active: [] };
    const length = Math.max(known.active.length, active.length);
    const added = Array.from({ length }, (_, i) => (known.active[i] ?? 0) + (active[i] ?? 0));
    cohorts.set(cohort, { cohort, size: known.size + size, active: added });
  }
  return sorted(cohorts);
}

export type RetentionCurve = {
  /** Null: all cohorts together. */
  cohort: string | null;
  /** Null: fewer than k. */
  size: number | null;
  /** Share that bought in the n-th month after the first; null where the cohort or those who bought are hidden. */
  retained: (number | null)[];
};

/**
 * One curve per cohort, and last that of all together (each month over the cohorts that are old enough), with nothing in
 * it from which a hidden cell could be told.
 */
export function retentionCurves(counts: readonly CohortCount[], k: number): RetentionCurve[] {
  const sizes = counts.map(({ size }) => size);
  const hidden = hiddenPlaces(sizes, k);
  const isShown = (i: number): boolean => !hidden.has(i);
  const single = counts.map(({ cohort, size, active }, i): RetentionCurve => {
    const retained = active.map((n) => (isShown(i) ? share(n, size, k) : null));
    return { cohort, size: isShown(i) ? size : null, retained };
  });
  const longest = counts.reduce((most, { active }) => Math.max(most, active.length), 0);
  const months = Array.from({ length: longest }, (_, month) => monthOfAll(counts, single, month, k));
  const size = total(sizes);
  return [...single, { cohort: null, size: size < k ? null : size, retained: months }];
}

/** Share over all cohorts in one month; null where those hidden in it are too few together. */
function monthOfAll(
  counts: readonly CohortCount[],
  shown: readonly RetentionCurve[],
  month: number,
  k: number,
): number | null {
  const cells = counts.flatMap(({ size, active }, i) => {
    const n = active[month];
    return n === undefined ? [] : [{ size, n, isHidden: shown[i]!.retained[month] === null }];
  });
  const hidden = cells.filter(({ isHidden }) => isHidden);
  const of = (some: typeof cells): number | null =>
    share(total(some.map(({ n }) => n)), total(some.map(({ size }) => size)), k);
  return hidden.length > 0 && of(hidden) === null ? null : of(cells);
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** A few who came, like a few who didn't, would be singled out; nobody and everybody are not few. */
function share(active: number, size: number, k: number): number | null {
  const isFew = (n: number): boolean => n > 0 && n < k;
  return size < k || isFew(active) || isFew(size - active) ? null : ratio(active, size);
}
