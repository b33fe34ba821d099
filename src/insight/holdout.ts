import type { BgNbd } from './bgnbd';
import { byAge } from './diagnostics';
import { expectedPurchases, expectedWhileAlive, probabilityAlive } from './expectation';
import { hiddenPlaces } from './hide';
import type { Purchase } from './history';
import { remember } from './numeric/remember';
import { ratio } from './numeric/statistics';
import { dayOf } from './period';
import { type Count, purchaseDays, summarise } from './summary';

/** n customers with the same history up to the cut, who each bought `after` times in the holdout. Counts add up. */
export type HoldoutCount = Count & { after: number };

/** Null: hidden, too few. */
export type HoldoutRow = { x: number; customers: number | null; actual: number | null; expected: number | null };

type Tally = { x: number; customers: number; actual: number; expected: number };

/** One point of the chart: repeat purchases of everybody since the first day, summed up. */
export type TrackingPoint = { week: number; actual: number; expected: number };

export type Holdout = {
  weeks: number;
  actual: number;
  expected: number;
  /** Mean purchases per customer by number of repeat purchases before; the last row is "or more". */
  by_frequency: HoldoutRow[];
  /** Share of the holdout's purchases made by the tenth of customers that the model ranks highest; chance gives 0.1. */
  top_decile_share: number | null;
};

/** Cuts a history at the end of the day of `cut` and counts what followed until the day of `until`. */
export function holdoutCounts(purchases: readonly Purchase[], cut: number, until: number): HoldoutCount[] {
  const all = purchaseDays(purchases, until);
  const end = dayOf(cut);
  return [...summarise(purchases, cut)].map(([customer, { x, tx, T }]) => {
    const after = all.get(customer)!.filter(({ day }) => day > end).length;
    return { x, tx, T, after, n: 1 };
  });
}

/** Compares what was predicted at the cut with what happened in the `weeks` after it. Row 7 gathers the rest. */
export function holdoutOf(params: BgNbd, counts: readonly HoldoutCount[], weeks: number, k: number): Holdout {
  const most = 7;
  const whileAlive = remember((of) => expectedWhileAlive(params, of, weeks));
  const scored = counts.map((count) => ({ ...count, expected: probabilityAlive(params, count) * whileAlive(count) }));
  const rows: Tally[] = Array.from({ length: most + 1 }, (_, x) => ({ x, customers: 0, actual: 0, expected: 0 }));
  for (const { x, n, after, expected } of scored) {
    const row = rows[Math.min(x, most)]!;
    row.customers += n;
    row.actual += n * after;
    row.expected += n * expected;
  }
  return {
    weeks,
    actual: rows.reduce((sum, { actual }) => sum + actual, 0),
    expected: rows.reduce((sum, { expected }) => sum + expected, 0),
    by_frequency: meanRows(rows, k),
    top_decile_share: topShare(scored, 0.1),
  };
}

function meanRows(rows: readonly Tally[], k: number): HoldoutRow[] {
  const hidden = hiddenPlaces(
    rows.map(({ customers }) => customers),
    k,
  );
  const all = rows.map(({ x, customers, actual, expected }, i): HoldoutRow => {
    if (hidden.has(i)) return { x, customers: null, actual: null, expected: null };
    return { x, customers, actual: actual / customers, expected: expected / customers };
  });
  return all.filter(({ customers }) => customers !== 0);
}

/** Groups with equal expectation count by the share of them that fits in, so that their order doesn't matter. */
function topShare(scored: readonly { n: number; after: number; expected: number }[], share: number): number | null {
  const groups = new Map<number, { n: number; after: number }>();
  for (const { n, after, expected } of scored) {
    const group = groups.get(expected) ?? { n: 0, after: 0 };
    groups.set(expected, { n: group.n + n, after: group.after + n * after });
  }
  const total = scored.reduce((sum, { n, after }) => sum + n * after, 0);
  let room = share * scored.reduce((sum, { n }) => sum + n, 0);
  let caught = 0;
  for (const [, { n, after }] of [...groups].sort(([p], [q]) => q - p)) {
    const taken = Math.min(1, room / n);
    caught += taken * after;
    room -= taken * n;
    if (room <= 0) break;
  }
  return ratio(caught, total);
}

/**
 * Data for the chart: repeat purchases by week since the cohort's first day, actual against the model's expectation from
 * the ages alone. `ages`: T of everybody at `cut`; `daily`: repeat purchases of the cohort by days since its first.
 */
export function trackingOf(
  params: BgNbd,
  ages: readonly { T: number; n: number }[],
  daily: readonly number[],
): TrackingPoint[] {
  const oldest = ages.reduce((most, { T }) => Math.max(most, T), 0);
  const starts = [...byAge(ages)].map(([T, n]) => ({ start: oldest - T, n }));
  const weeks = Math.floor((daily.length - 1) / 7);
  const points: TrackingPoint[] = [];
  let actual = 0;
  for (let week = 1, day = 0; week <= weeks; week++) {
    for (; day <= week * 7; day++) actual += daily[day] ?? 0;
    const begun = starts.filter(({ start }) => start < week);
    const expected = begun.reduce((sum, { start, n }) => sum + n * expectedPurchases(params, week - start), 0);
    points.push({ week, actual, expected });
  }
  return points;
}

/** Repeat purchase days by day since the first day of the cohort (those who bought by `cut`). */
export function dailyRepeats(purchases: readonly Purchase[], cut: number, until: number): number[] {
  const cohort = summarise(purchases, cut);
  const days = [...purchaseDays(purchases, until)].filter(([customer]) => cohort.has(customer)).map(([, d]) => d);
  const first = days.reduce((least, [d]) => Math.min(least, d!.day), Number.POSITIVE_INFINITY);
  if (!Number.isFinite(first)) return [];
  const daily = new Array<number>(dayOf(until) - first + 1).fill(0);
  for (const { day } of days.flatMap((d) => d.slice(1))) daily[day - first]!++;
  return daily;
}
