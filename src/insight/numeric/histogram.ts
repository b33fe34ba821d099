/** How often each value occurred, values ascending. Histograms of several vaults add up, which quantiles don't. */
export type Histogram = readonly { value: number; n: number }[];

export function histogramOf(values: readonly number[]): Histogram {
  return mergeHistograms([values.map((value) => ({ value, n: 1 }))]);
}

export function mergeHistograms(parts: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const { value, n } of parts.flat()) counts.set(value, (counts.get(value) ?? 0) + n);
  return [...counts].map(([value, n]) => ({ value, n })).sort((p, q) => p.value - q.value);
}

export function sizeOf(histogram: Histogram): number {
  return histogram.reduce((sum, { n }) => sum + n, 0);
}

export function histogramMean(histogram: Histogram): number | null {
  const size = sizeOf(histogram);
  return size === 0 ? null : histogram.reduce((sum, { value, n }) => sum + value * n, 0) / size;
}

/** The same quantile as `quantile` gives of the single values; null for none. */
export function histogramQuantile(histogram: Histogram, p: number): number | null {
  const size = sizeOf(histogram);
  if (size === 0) return null;
  const position = (size - 1) * p;
  const low = Math.floor(position);
  const below = valueAt(histogram, low);
  return below + (position - low) * (valueAt(histogram, Math.min(low + 1, size - 1)) - below);
}

function valueAt(histogram: Histogram, place: number): number {
  let seen = 0;
  for (const { value, n } of histogram) {
    seen += n;
    if (place < seen) return value;
  }
  throw new RangeError(`no place ${place} in a histogram of ${seen}`);
}
