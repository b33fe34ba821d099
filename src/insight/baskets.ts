import { ratio } from './numeric/statistics';

/** What one person bought together. */
export type Basket = { person: string; products: readonly string[] };

/** How many baskets, and how many different people, hold a thing or a pair of things. Adds up over vaults. */
export type BasketCounts = {
  baskets: number;
  single: { [thing: string]: { baskets: number; persons: number } };
  /** Keyed by `pairKey`. */
  pairs: { [pair: string]: { baskets: number; persons: number } };
};

/** Products are named without a line break, so this key can be taken apart again. */
export const pairKey = (p: string, q: string): string => (p < q ? `${p}\n${q}` : `${q}\n${p}`);

/**
 * Counts baskets by product, or with a catalogue by need ("market space"): a doll and a game meet in "playtime".
 * Products that the catalogue doesn't know are left out of the count by need.
 */
export function basketCounts(baskets: readonly Basket[], spaceOf?: (product: string) => string | null): BasketCounts {
  const single = new Map<string, Tally>();
  const pairs = new Map<string, Tally>();
  for (const { person, products } of baskets) {
    const named = spaceOf ? products.map(spaceOf).filter((space) => space !== null) : products;
    const things = [...new Set(named)].sort();
    things.forEach((thing, i) => {
      add(single, thing, person);
      for (const other of things.slice(i + 1)) add(pairs, pairKey(thing, other), person);
    });
  }
  return { baskets: baskets.length, single: counted(single), pairs: counted(pairs) };
}

type Tally = { baskets: number; persons: Set<string> };

function add(tallies: Map<string, Tally>, key: string, person: string): void {
  const tally = tallies.get(key) ?? { baskets: 0, persons: new Set<string>() };
  tally.baskets++;
  tally.persons.add(person);
  tallies.set(key, tally);
}

function counted(tallies: Map<string, Tally>): BasketCounts['single'] {
  return Object.fromEntries(
    [...tallies].map(([key, { baskets, persons }]) => [key, { baskets, persons: persons.size }]),
  );
}

/** Counts of several vaults as one; a person lives in one vault, so people add up. */
export function mergeBasketCounts(parts: readonly BasketCounts[]): BasketCounts {
  return {
    baskets: parts.reduce((sum, { baskets }) => sum + baskets, 0),
    single: mergeTallies(parts.map(({ single }) => single)),
    pairs: mergeTallies(parts.map(({ pairs }) => pairs)),
  };
}

function mergeTallies(parts: readonly BasketCounts['single'][]): BasketCounts['single'] {
  const merged = new Map<string, { baskets: number; persons: number }>();
  for (const [key, { baskets, persons }] of parts.flatMap((part) => Object.entries(part))) {
    const known = merged.get(key) ?? { baskets: 0, persons: 0 };
    merged.set(key, { baskets: known.baskets + baskets, persons: known.persons + persons });
  }
  return Object.fromEntries(merged);
}

export type Affinity = {
  pair: [string, string];
  baskets: number;
  persons: number;
  /** Share of all baskets that hold both. */
  support: number;
  /** How much more often together than by chance; 1 = by chance. */
  lift: number;
};

/** Pairs bought together by at least k people, strongest first. */
export function affinities(counts: BasketCounts, k: number): Affinity[] {
  const shown = Object.entries(counts.pairs).filter(([, { persons }]) => persons >= k);
  const all = shown.map(([key, { baskets, persons }]): Affinity => {
    const [p, q] = key.split('\n') as [string, string];
    const chance = counts.single[p]!.baskets * counts.single[q]!.baskets;
    const lift = ratio(baskets * counts.baskets, chance) ?? 0;
    return { pair: [p, q], baskets, persons, support: baskets / counts.baskets, lift };
  });
  return all.sort(
    (p, q) => q.lift - p.lift || q.persons - p.persons || (pairKey(...p.pair) < pairKey(...q.pair) ? -1 : 1),
  );
}
