type Pair = { x: number; T: number };

/** A function of x and T that is computed once for each pair: many customers share one. */
export function remember(compute: (of: Pair) => number): (of: Pair) => number {
  const known = new Map<number, Map<number, number>>();
  return ({ x, T }) => {
    const byAge = known.get(x) ?? new Map<number, number>();
    known.set(x, byAge);
    const value = byAge.get(T) ?? compute({ x, T });
    byAge.set(T, value);
    return value;
  };
}
