import { pageOfPersons } from '../people';
import type { Reader } from '../platform';

/** Everything over everyone runs in slices: so many persons or so many ms, whatever is less. */
const PAGE = 200;
const SLICE_MS = 4;
/** Persons that are read at once: what was read is always dealt with, so no slice wastes work. */
const CHUNK = 50;

export type PersonPage = { ids: string[]; keyed: string[]; last: boolean };

/** The next persons in order: of a list (sorted), or of everybody. */
export function nextPersons(r: Reader, people: readonly string[] | null, after: string): PersonPage {
  if (people) {
    const ids = people.filter((id) => id > after).slice(0, PAGE);
    return { ids, keyed: ids, last: ids.length < PAGE };
  }
  const lines = pageOfPersons(r, after, PAGE);
  const keyed = lines.filter((p) => p.keyed === 1).map((p) => p.id);
  return { ids: lines.map((p) => p.id), keyed, last: lines.length < PAGE };
}

/** Loads the keys of a page in one trip. */
export const loadKeys = (r: Reader, persons: readonly string[]): void =>
  r.keys.ready(persons.map((person) => ({ person, class: 'ordinary' as const })));

/** Deals with persons chunk by chunk until the slice is over; answers the last one that was dealt with. */
export function inSlice(ids: readonly string[], after: string, deal: (chunk: readonly string[]) => void): string {
  const until = performance.now() + SLICE_MS;
  let at = after;
  for (let i = 0; i < ids.length && (i === 0 || performance.now() < until); i += CHUNK) {
    const chunk = ids.slice(i, i + CHUNK);
    deal(chunk);
    at = chunk.at(-1)!;
  }
  return at;
}
