import { personById } from '../identity';
import { interactionsOf, ordersOf, pageOfPersons } from '../people';
import type { Reader } from '../platform';

/** Ids of the people of this vault, in order. */
export const personsAfter = (r: Reader, after: string, limit: number): string[] =>
  pageOfPersons(r, after, limit).map(({ id }) => id);

/** The last sign of interest of the person's own: an act here, an order, or something that they did with us. */
export function lastInterest(r: Reader, person: string): number | null {
  const seen = personById(r.db, person)?.last_seen_at;
  const ordered = ordersOf(r, person).at(-1)?.at;
  const did = interactionsOf(r, person, { limit: 1 })[0]?.at;
  const times = [seen, ordered, did].filter((at) => at !== undefined);
  return times.length === 0 ? null : Math.max(...times);
}

/** Products that a person bought and kept, newest first. */
export function boughtBy(r: Reader, person: string): string[] {
  const kept = ordersOf(r, person).filter(({ status }) => status === 'paid');
  return [...new Set(kept.reverse().flatMap(({ lines }) => lines.map(({ product }) => product)))];
}

/** Margin of what a person bought and kept in a period, minor units. */
export const marginOf = (r: Reader, person: string, { from, until }: { from: number; until: number }): number =>
  ordersOf(r, person)
    .filter(({ status, at }) => status === 'paid' && at >= from && at < until)
    .reduce((sum, { margin }) => sum + margin, 0);
