/** Cells with fewer people than this are not shown unless configured otherwise. */
export const DEFAULT_K = 10;

/**
 * Counts with the small ones (1 … k−1) as null. Where the hidden ones together are still fewer than k, a shown total would
 * give them away, so the next smallest are hidden too. A zero hides nobody and stays.
 */
export function hideSmall(counts: readonly number[], k: number): (number | null)[] {
  const hidden = hiddenPlaces(counts, k);
  return counts.map((count, i) => (hidden.has(i) ? null : count));
}

/** Which places `hideSmall` empties. */
export function hiddenPlaces(counts: readonly number[], k: number): Set<number> {
  const hidden = new Set<number>();
  let together = 0;
  const bySize = counts.map((n, i) => ({ n, i })).filter(({ n }) => n > 0);
  for (const { n, i } of bySize.sort((p, q) => p.n - q.n || p.i - q.i)) {
    if (n >= k && (together === 0 || together >= k)) break;
    hidden.add(i);
    together += n;
  }
  return hidden;
}
