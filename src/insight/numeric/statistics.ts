/** Arithmetic mean; null for none. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Quotient, or null where the denominator is zero. */
export function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}

/** Quantile 0 ≤ p ≤ 1 with linear interpolation (type 7 of Hyndman & Fan 1996); null for none. */
export function quantile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.slice().sort((u, v) => u - v);
  const position = (sorted.length - 1) * p;
  const low = Math.floor(position);
  const below = sorted[low]!;
  return below + (position - low) * ((sorted[low + 1] ?? below) - below);
}

/** Middle value; null for none. */
export const median = (values: readonly number[]): number | null => quantile(values, 0.5);

/** Pearson's correlation of pairs; null for fewer than two or where one side does not vary. */
export function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  if (xs.length !== ys.length) throw new RangeError(`${xs.length} and ${ys.length} values can't be paired`);
  const [mx, my] = [mean(xs) ?? 0, mean(ys) ?? 0];
  let [sxy, sxx, syy] = [0, 0, 0];
  for (let i = 0; i < xs.length; i++) {
    const [dx, dy] = [xs[i]! - mx, ys[i]! - my];
    sxy += dx * dy;
    sxx += dx * dx;
    syy += dy * dy;
  }
  const scale = Math.sqrt(sxx) * Math.sqrt(syy);
  return scale > 0 ? Math.max(-1, Math.min(1, sxy / scale)) : null;
}

/** Spearman's rank correlation, ties sharing their mean rank. */
export function spearman(xs: readonly number[], ys: readonly number[]): number | null {
  return pearson(ranks(xs), ranks(ys));
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let until = from + 1;
    while (until < order.length && values[order[until]!] === values[order[from]!]) until++;
    for (let k = from; k < until; k++) result[order[k]!] = (from + 1 + until) / 2;
    from = until;
  }
  return result;
}

/** Half-width of a two-sided normal interval at 95 %. */
export const Z95 = 1.959963984540054;

/** 95 % interval of a correlation by Fisher's z; null for n ≤ 3 or no correlation. */
export function correlationInterval(r: number | null, n: number): [number, number] | null {
  if (r === null || n <= 3) return null;
  if (Math.abs(r) === 1) return [r, r];
  const half = Z95 / Math.sqrt(n - 3);
  return [Math.tanh(Math.atanh(r) - half), Math.tanh(Math.atanh(r) + half)];
}
