/** Chance that can be repeated: the same seed gives the same world on every machine. */

export type Random = {
  /** In [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Picks a key with the likelihood of its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  sample<T>(from: readonly T[], count: number): T[];
  /** Bytes in base64url without padding. */
  token(bytes: number): string;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** mulberry32: 32 bits of state, good enough for a story and never for a secret. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Base64url of so many whole bytes: the bits that the last character can't carry are zero, as encoders leave them. */
function token(next: () => number, bytes: number): string {
  const bits = bytes * 8;
  const length = Math.ceil(bits / 6);
  const spare = length * 6 - bits;
  const digits = Array.from({ length }, () => Math.floor(next() * 64));
  digits[length - 1] = ((digits[length - 1] ?? 0) >> spare) << spare;
  return digits.map((digit) => ALPHABET[digit]).join('');
}

function weighted<K extends string>(next: () => number, weights: Readonly<Record<K, number>>): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return entries[entries.length - 1]![0];
}

function sample<T>(next: () => number, from: readonly T[], count: number): T[] {
  const left = [...from];
  const taken: T[] = [];
  while (taken.length < count && left.length > 0) {
    taken.push(...left.splice(Math.floor(next() * left.length), 1));
  }
  return taken;
}

/** A generator of chance from a whole number. */
export function randomFrom(seed: number): Random {
  const next = mulberry32(seed);
  return {
    next,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    weighted: (weights) => weighted(next, weights),
    sample: (from, count) => sample(next, from, count),
    token: (bytes) => token(next, bytes),
  };
}
