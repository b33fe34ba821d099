import { currentRulebook } from '../consent';
import type { Reader } from '../platform';
import { type HoldoutCount, holdoutCounts } from './holdout';
import { analysesIn } from './kinds';
import { purchasesOf, sliceOf } from './slice';
import { type Count, countSpends, countSummaries, purchaseDays, type SpendCount, summarise } from './summary';

/** What one slice adds to a fit: counts, nobody's name. Everything adds up over slices and vaults. */
export type FitPart = {
  counts: Count[];
  spends: SpendCount[];
  people: number;
  excluded: Record<string, number>;
  /** Of the purchases that were counted, minor units. */
  revenue: number;
  margin: number;
  /** What happened after the cut, and repeat purchases by day (days since 1970), to test the fit. */
  holdout: HoldoutCount[];
  repeats: [day: number, n: number][];
  first_day: number | null;
  after: string | null;
};

/** `cut`: last moment that is fitted; `until`: last moment that is looked at. */
export type FitSlice = { after: string; cut: number; until: number };

/** Counts one slice for a fit: only people whose profiling purpose allows it are in it. */
export function fitPart(r: Reader, i: FitSlice): FitPart {
  const analyses = analysesIn(currentRulebook(r.db))!;
  const { counted, excluded, after } = sliceOf(r, { after: i.after, purpose: analyses.profiling }, analyses.currency);
  const purchases = purchasesOf(counted);
  const customers = [...summarise(purchases, i.cut).values()];
  const orders = counted.flatMap((c) => c.orders).filter(({ at }) => at <= i.cut);
  const isTested = i.until > i.cut;
  return {
    counts: countSummaries(customers),
    spends: countSpends(customers),
    people: customers.length,
    excluded,
    revenue: orders.reduce((sum, { total }) => sum + total, 0),
    margin: orders.reduce((sum, { margin }) => sum + margin, 0),
    holdout: isTested ? holdoutCounts(purchases, i.cut, i.until) : [],
    ...(isTested ? repeatDays(purchases, i.cut, i.until) : { repeats: [], first_day: null }),
    after,
  };
}

/** Repeat purchases of those who bought by the cut, by day. */
function repeatDays(purchases: Parameters<typeof purchaseDays>[0], cut: number, until: number) {
  const cohort = summarise(purchases, cut);
  const days = [...purchaseDays(purchases, until)].filter(([customer]) => cohort.has(customer)).map(([, d]) => d);
  const byDay = new Map<number, number>();
  for (const { day } of days.flatMap((own) => own.slice(1))) byDay.set(day, (byDay.get(day) ?? 0) + 1);
  const first = days.reduce((least, own) => Math.min(least, own[0]!.day), Number.POSITIVE_INFINITY);
  return { repeats: [...byDay], first_day: Number.isFinite(first) ? first : null };
}

/** Repeat purchases as `trackingOf` takes them: one number for each day since the first of the cohort. */
export function dailyOf(parts: readonly Pick<FitPart, 'repeats' | 'first_day'>[], lastDay: number): number[] {
  const first = Math.min(...parts.map((p) => p.first_day ?? Number.POSITIVE_INFINITY));
  if (!Number.isFinite(first)) return [];
  const daily = new Array<number>(Math.max(0, lastDay - first + 1)).fill(0);
  for (const [day, n] of parts.flatMap((p) => p.repeats)) daily[day - first]! += n;
  return daily;
}
