import type { Purchase } from './history';
import { DAY, dayOf } from './period';

/** What the model needs to know of one customer, in weeks from the first purchase. */
export type Summary = {
  /** Days with a repeat purchase. */
  x: number;
  /** Time of the last repeat purchase; 0 where there is none. */
  tx: number;
  /** Age: time from the first purchase to the end of the observation. */
  T: number;
};

/** A summary with the mean spend of the repeat days (0 where there is none). */
export type Customer = Summary & { mean: number };

/** How many customers share one summary. Counts of several vaults add up (`mergeCounts`). */
export type Count = Summary & { n: number };

/** How many customers with x repeat purchases share one mean spend. */
export type SpendCount = { x: number; mean: number; n: number };

type Day = { day: number; spend: number };

/** Purchases of each customer up to and including the day of `until`, those of one day merged, in order. */
export function purchaseDays(purchases: readonly Purchase[], until: number): Map<string, Day[]> {
  const end = dayOf(until);
  const byCustomer = new Map<string, Map<number, number>>();
  for (const { customer, at, spend } of purchases) {
    const day = dayOf(at);
    if (day > end) continue;
    const days = byCustomer.get(customer) ?? new Map<number, number>();
    days.set(day, (days.get(day) ?? 0) + spend);
    byCustomer.set(customer, days);
  }
  const sorted = (days: Map<number, number>): Day[] =>
    [...days].map(([day, spend]) => ({ day, spend })).sort((p, q) => p.day - q.day);
  return new Map([...byCustomer].map(([customer, days]) => [customer, sorted(days)]));
}

/** Summaries at the end of the day of `until`. Who bought nothing by then is not in it. */
export function summarise(purchases: readonly Purchase[], until: number): Map<string, Customer> {
  const end = dayOf(until);
  return new Map([...purchaseDays(purchases, until)].map(([customer, days]) => [customer, summary(days, end)]));
}

function summary(days: readonly Day[], end: number): Customer {
  const first = days[0]!.day;
  const repeats = days.slice(1);
  const total = repeats.reduce((sum, { spend }) => sum + spend, 0);
  return {
    x: repeats.length,
    tx: (days.at(-1)!.day - first) / 7,
    T: (end - first) / 7,
    mean: repeats.length > 0 ? total / repeats.length : 0,
  };
}

/** Equal summaries counted together; the order is that of the first of each. */
export function countSummaries(customers: Iterable<Summary>): Count[] {
  return mergeCounts([[...customers].map(({ x, tx, T }) => ({ x, tx, T, n: 1 }))]);
}

/** Counts of several vaults as one. */
export function mergeCounts(parts: readonly (readonly Count[])[]): Count[] {
  return merged(parts, ({ x, tx, T }) => `${x}|${tx}|${T}`);
}

/** Mean spends of repeat customers; a mean of 0 says nothing to the spend model and is left out. */
export function countSpends(customers: Iterable<Customer>): SpendCount[] {
  const repeaters = [...customers].filter(({ x, mean }) => x > 0 && mean > 0);
  return mergeSpendCounts([repeaters.map(({ x, mean }) => ({ x, mean, n: 1 }))]);
}

/** Spend counts of several vaults as one. */
export function mergeSpendCounts(parts: readonly (readonly SpendCount[])[]): SpendCount[] {
  return merged(parts, ({ x, mean }) => `${x}|${mean}`);
}

function merged<C extends { n: number }>(parts: readonly (readonly C[])[], keyOf: (count: C) => string): C[] {
  const byKey = new Map<string, C>();
  for (const count of parts.flat()) {
    const key = keyOf(count);
    const known = byKey.get(key);
    byKey.set(key, known ? { ...known, n: known.n + count.n } : { ...count });
  }
  return [...byKey.values()];
}

/** The last moment of the last day on which anything was bought; null for no purchases. */
export function endOf(purchases: readonly Purchase[]): number | null {
  const last = purchases.reduce((most, { at }) => Math.max(most, dayOf(at)), Number.NEGATIVE_INFINITY);
  return Number.isFinite(last) ? (last + 1) * DAY - 1 : null;
}
