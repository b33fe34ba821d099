import { hideSmall } from './hide';
import { quantile } from './numeric/statistics';

/** Recency in days since the last purchase, frequency in purchases, monetary value as margin (not revenue). */
export type RfmRow = { id: string; recency: number; frequency: number; monetary: number };

/** Bands from 1 (worst) to `bands` (best); a smaller recency is better. */
export type RfmScore = { r: number; f: number; m: number };

/** Upper ends of all bands but the last, ascending. Computed once over everybody, they serve every vault. */
export type RfmCuts = { recency: number[]; frequency: number[]; monetary: number[] };

export function rfmCuts(rows: readonly RfmRow[], bands = 5): RfmCuts {
  const cuts = (values: readonly number[]): number[] =>
    Array.from({ length: bands - 1 }, (_, i) => quantile(values, (i + 1) / bands)).filter((cut) => cut !== null);
  return {
    recency: cuts(rows.map(({ recency }) => recency)),
    frequency: cuts(rows.map(({ frequency }) => frequency)),
    monetary: cuts(rows.map(({ monetary }) => monetary)),
  };
}

/** Equal values get equal scores, so a band may be larger than its share, or empty. */
export function rfmScore({ recency, frequency, monetary }: Omit<RfmRow, 'id'>, cuts: RfmCuts): RfmScore {
  const band = (value: number, ends: readonly number[]): number => 1 + ends.filter((end) => value > end).length;
  const worst = cuts.recency.length + 2;
  return {
    r: worst - band(recency, cuts.recency),
    f: band(frequency, cuts.frequency),
    m: band(monetary, cuts.monetary),
  };
}

export type RfmCell = RfmScore & { customers: number | null };

/** How many customers have each score; cells with few are hidden. Sorted from best to worst. */
export function rfmTable(rows: readonly RfmRow[], cuts: RfmCuts, k: number): RfmCell[] {
  const cells = new Map<string, RfmScore & { customers: number }>();
  for (const row of rows) {
    const score = rfmScore(row, cuts);
    const key = `${score.r}${score.f}${score.m}`;
    cells.set(key, { ...score, customers: (cells.get(key)?.customers ?? 0) + 1 });
  }
  const sorted = [...cells.values()].sort((p, q) => q.r - p.r || q.f - p.f || q.m - p.m);
  const shown = hideSmall(
    sorted.map(({ customers }) => customers),
    k,
  );
  return sorted.map((cell, i) => ({ ...cell, customers: shown[i]! }));
}
