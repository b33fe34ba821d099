import type { BgNbd } from './bgnbd';
import { expectedPurchases, purchaseDistribution } from './expectation';
import { hideSmall } from './hide';
import { correlationInterval, pearson, ratio, spearman } from './numeric/statistics';
import type { Count, SpendCount } from './summary';

export type Correlation = {
  pearson: number | null;
  spearman: number | null;
  n: number;
  /** 95 % interval of Pearson's. */
  interval: [number, number] | null;
};

/** A correlation together with its n and its interval, so that nobody reads more into it than it holds. */
export function correlate(xs: readonly number[], ys: readonly number[]): Correlation {
  const r = pearson(xs, ys);
  return { pearson: r, spearman: spearman(xs, ys), n: xs.length, interval: correlationInterval(r, xs.length) };
}

/** How many customers made so many repeat purchases, and how many the model expects. The last row is "or more". */
export type FrequencyRow = {
  x: number;
  /** Null: hidden, too few. */
  actual: number | null;
  expected: number;
};

/** Compares the spread of repeat purchases with the model's. Row 7 gathers the rest. */
export function frequencyTable(params: BgNbd, counts: readonly Count[], k: number): FrequencyRow[] {
  const most = 7;
  const rows = Array.from({ length: most + 1 }, (_, x) => ({ x, actual: 0, expected: 0 }));
  for (const [T, n] of byAge(counts)) {
    const shares = purchaseDistribution(params, T, most - 1);
    const rest = 1 - shares.reduce((sum, share) => sum + share, 0);
    [...shares, Math.max(0, rest)].forEach((share, x) => {
      rows[x]!.expected += n * share;
    });
  }
  for (const { x, n } of counts) rows[Math.min(x, most)]!.actual += n;
  const shown = hideSmall(
    rows.map(({ actual }) => actual),
    k,
  );
  return rows.map((row, i) => ({ ...row, actual: shown[i]! }));
}

/** How many customers have each age. */
export function byAge(counts: readonly { T: number; n: number }[]): Map<number, number> {
  const ages = new Map<number, number>();
  for (const { T, n } of counts) ages.set(T, (ages.get(T) ?? 0) + n);
  return ages;
}

export type Diagnostics = {
  customers: number;
  repeaters: number;
  repeat_purchases: number;
  expected_repeat_purchases: number;
  /** Expected ÷ actual − 1. */
  bias: number | null;
  frequency: FrequencyRow[];
  /** Between number and mean spend of repeat purchases. The spend model assumes none. */
  spend_correlation: Correlation;
  warnings: string[];
};

/** Beyond this the assumption that spend and frequency are independent is no longer harmless. */
const STRONG_CORRELATION = 0.3;

/** How well the models fit. Rows of fewer than k people are hidden. */
export function diagnose(
  params: BgNbd,
  counts: readonly Count[],
  spends: readonly SpendCount[],
  k: number,
): Diagnostics {
  const actual = counts.reduce((sum, { x, n }) => sum + x * n, 0);
  const expected = [...byAge(counts)].reduce((sum, [T, n]) => sum + n * expectedPurchases(params, T), 0);
  const each = spends.flatMap(({ x, mean, n }) => Array.from({ length: n }, () => ({ x, mean })));
  const correlation = correlate(
    each.map(({ x }) => x),
    each.map(({ mean }) => mean),
  );
  const excess = ratio(expected, actual);
  return {
    customers: counts.reduce((sum, { n }) => sum + n, 0),
    repeaters: counts.reduce((sum, { x, n }) => sum + (x > 0 ? n : 0), 0),
    repeat_purchases: actual,
    expected_repeat_purchases: expected,
    bias: excess === null ? null : excess - 1,
    frequency: frequencyTable(params, counts, k),
    spend_correlation: correlation,
    warnings: warningsOf(excess, correlation),
  };
}

function warningsOf(excess: number | null, { pearson: r }: Correlation): string[] {
  return [
    ...(excess !== null && Math.abs(excess - 1) > 0.1 ? ['expected purchases are more than 10 % off'] : []),
    ...(r !== null && Math.abs(r) > STRONG_CORRELATION ? ['spend depends on frequency: values are biased'] : []),
  ];
}
