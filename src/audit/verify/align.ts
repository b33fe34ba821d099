import { countOf, firstDifference, HASH, hashAt } from './tree';

/**
 * Where a list of leaf hashes departs from the true one, entry by entry: changed, removed, inserted, moved. Leaf
 * hashes are unique (each commits with its own salt), so a hash says where its entry belongs.
 */

/** `seq` is the place in the true list, for an insertion the place in the given one. Ranges are inclusive. */
export type Departure = {
  readonly kind: 'changed' | 'removed' | 'inserted' | 'moved' | 'tail_cut';
  readonly seq: number;
  readonly last: number;
};

export type Alignment = {
  readonly departures: readonly Departure[];
  /** For each place of the given list its place in the true one; undefined when it has none. */
  readonly placeOf: (position: number) => number | undefined;
};

const STRANGER = -1;

/** Compares the given list with the true one. Costs one pass when they agree. */
export function align(given: Uint8Array, truth: Uint8Array): Alignment {
  const start = firstDifference(given, truth);
  if (start === undefined) return { departures: [], placeOf: (position) => position };
  const places = placesOf(given, truth, start);
  const inOrder = longestRising(places);
  const departures = [...moved(places, inOrder), ...gaps(places, inOrder, start, countOf(truth))];
  return {
    departures: joinRuns(departures.sort((a, b) => a.seq - b.seq)),
    placeOf: (position) => (position < start ? position : known(places[position - start])),
  };
}

/** The true place of every given hash from `start` on; a stranger, or the second copy of a hash, has none. */
function placesOf(given: Uint8Array, truth: Uint8Array, start: number): number[] {
  const places = new Map<string, number>();
  for (let i = start; i < countOf(truth); i++) places.set(keyOf(hashAt(truth, i)), i);
  const result: number[] = [];
  for (let i = start; i < countOf(given); i++) {
    const key = keyOf(hashAt(given, i));
    result.push(places.get(key) ?? STRANGER);
    places.delete(key);
  }
  return result;
}

/** Known entries outside the longest part that is still in order: those were moved. */
function moved(places: readonly number[], inOrder: ReadonlySet<number>): Departure[] {
  return places
    .filter((place, i) => place !== STRANGER && !inOrder.has(i))
    .map((place) => ({ kind: 'moved', seq: place, last: place }) as const);
}

/** Between two entries that stand in order: strangers and missing ones, paired as long as there are both. */
function gaps(places: readonly number[], inOrder: ReadonlySet<number>, start: number, size: number): Departure[] {
  const present = new Set(places);
  const departures: Departure[] = [];
  let strangers: number[] = [];
  let next = start;
  const close = (end: number) => {
    const missing = rangeOf(next, end).filter((place) => !present.has(place));
    for (const departure of gap(strangers, missing, end === size && missing.at(-1) === size - 1))
      departures.push(departure);
    strangers = [];
    next = end + 1;
  };
  for (const [i, place] of places.entries()) {
    if (place === STRANGER) strangers.push(start + i);
    else if (inOrder.has(i)) close(place);
  }
  close(size);
  return departures;
}

function gap(strangers: readonly number[], missing: readonly number[], atEnd: boolean): Departure[] {
  const pairs = Math.min(strangers.length, missing.length);
  const changed = missing.slice(0, pairs).map((seq) => ({ kind: 'changed', seq, last: seq }) as const);
  const inserted = strangers.slice(pairs).map((seq) => ({ kind: 'inserted', seq, last: seq }) as const);
  const kind = atEnd ? 'tail_cut' : 'removed';
  return [...changed, ...inserted, ...missing.slice(pairs).map((seq) => ({ kind, seq, last: seq }) as const)];
}

/** Positions of a longest strictly rising subsequence of known places (patience sorting). */
function longestRising(places: readonly number[]): Set<number> {
  const tops: number[] = [];
  const before = new Int32Array(places.length).fill(STRANGER);
  for (const [i, place] of places.entries()) {
    if (place === STRANGER) continue;
    const pile = lowerBound(tops, (top) => places[top]! < place);
    before[i] = pile > 0 ? tops[pile - 1]! : STRANGER;
    tops[pile] = i;
  }
  const chosen = new Set<number>();
  for (let i = tops.at(-1) ?? STRANGER; i !== STRANGER; i = before[i]!) chosen.add(i);
  return chosen;
}

function lowerBound(sorted: readonly number[], isBelow: (item: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBelow(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A run of neighbours of one kind becomes one departure. */
function joinRuns(sorted: readonly Departure[]): Departure[] {
  const runs: Departure[] = [];
  for (const departure of sorted) {
    const run = runs.at(-1);
    if (run?.kind === departure.kind && run.last + 1 === departure.seq) {
      runs[runs.length - 1] = { ...run, last: departure.last };
    } else runs.push(departure);
  }
  return runs;
}

function rangeOf(from: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);
}

const known = (place: number | undefined) => (place === STRANGER ? undefined : place);
const keyOf = (hash: Uint8Array) => String.fromCharCode(...hash.subarray(0, HASH));
