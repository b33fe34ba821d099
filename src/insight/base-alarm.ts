import type { Purchase } from './history';
import { ratio } from './numeric/statistics';

/** Active customers at the end of one period; with the size of the whole market where it is known. */
export type BasePoint = { at: number; active: number; market: number | null };

export type AlarmRule = {
  /** So many falls in a row raise the alarm. */
  falls: number;
  /** So large a fall from the highest point raises it, 0.2 = 20 %. */
  drop: number;
};

export const ALARM_RULE: AlarmRule = { falls: 3, drop: 0.2 };

export type BaseReport = {
  alarm: boolean;
  reasons: ('falling' | 'below_peak' | 'shrinking_market')[];
  peak: number | null;
  latest: number | null;
  /** Latest ÷ peak − 1. */
  from_peak: number | null;
  /** Falls in a row up to the latest point. */
  falls: number;
  /** Ours ÷ market, first and latest point: a larger share of a smaller market is no comfort. */
  share: { first: number | null; latest: number | null };
};

/** "100 % of a market that is shrinking rapidly will soon be 100 % of nothing": watches the base, not the share. */
export function baseReport(points: readonly BasePoint[], rule: AlarmRule): BaseReport {
  const series = points.slice().sort((p, q) => p.at - q.at);
  const [first, latest] = [series[0], series.at(-1)];
  const peak = series.length === 0 ? null : Math.max(...series.map(({ active }) => active));
  const change = peak === null ? null : ratio(latest!.active - peak, peak);
  const falls = fallsInARow(series.map(({ active }) => active));
  const markets = series.flatMap(({ market }) => (market === null ? [] : [market]));
  const reasons: BaseReport['reasons'] = [
    ...(falls >= rule.falls ? ['falling' as const] : []),
    ...(change !== null && change <= -rule.drop ? ['below_peak' as const] : []),
    ...(fallsInARow(markets) >= rule.falls ? ['shrinking_market' as const] : []),
  ];
  const share = { first: shareOf(first), latest: shareOf(latest) };
  return { alarm: reasons.length > 0, reasons, peak, latest: latest?.active ?? null, from_peak: change, falls, share };
}

const shareOf = (point: BasePoint | undefined): number | null =>
  point?.market == null ? null : ratio(point.active, point.market);

function fallsInARow(values: readonly number[]): number {
  let falls = 0;
  for (let i = values.length - 1; i > 0 && values[i]! < values[i - 1]!; i--) falls++;
  return falls;
}

/** Customers who bought within `window` milliseconds up to each time. Adds up over vaults. */
export function activeBase(purchases: readonly Purchase[], window: number, times: readonly number[]): BasePoint[] {
  return times.map((at) => {
    const active = new Set(purchases.filter((p) => p.at > at - window && p.at <= at).map(({ customer }) => customer));
    return { at, active: active.size, market: null };
  });
}
