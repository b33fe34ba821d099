import type { Purchase } from './history';
import { type Histogram, histogramMean, histogramOf, histogramQuantile, sizeOf } from './numeric/histogram';
import { purchaseDays } from './summary';

/** Days between one purchase day and the next of the same customer. Adds up over vaults with `mergeHistograms`. */
export function purchaseIntervals(purchases: readonly Purchase[], until: number): Histogram {
  const days = [...purchaseDays(purchases, until).values()];
  return histogramOf(days.flatMap((own) => own.slice(1).map(({ day }, i) => day - own[i]!.day)));
}

export type IntervalSummary = {
  intervals: number;
  mean: number | null;
  p25: number | null;
  median: number | null;
  p75: number | null;
  p90: number | null;
};

/** In days; everything but the number is null where there are fewer than k intervals. */
export function summariseIntervals(histogram: Histogram, k: number): IntervalSummary {
  const shown: Histogram = sizeOf(histogram) < k ? [] : histogram;
  const at = (p: number): number | null => histogramQuantile(shown, p);
  const mean = histogramMean(shown);
  return { intervals: sizeOf(histogram), mean, p25: at(0.25), median: at(0.5), p75: at(0.75), p90: at(0.9) };
}
