import { currentRulebook, decide, readState } from '../consent';
import { ordersOfMany, pageOfPersons, type Sale } from '../people';
import type { Reader } from '../platform';
import type { Purchase } from './history';

/** What purchases are, in the words of the register. */
export const PURCHASES = 'user.behavior.purchase_history';

/** A slice ends after so many persons or milliseconds, whatever is less: other work gets its turn. */
export const SLICE = 100;
const SLICE_MS = 4;

/** Which slice of everybody, and under which purpose they may be looked at. */
export type SliceInput = { after: string; purpose: string };

/** One person who may be counted, with what they bought and kept. */
export type Counted = { person: string; orders: Sale[] };

export type Slice = {
  counted: Counted[];
  /** People left out, by the reason of the decision. */
  excluded: Record<string, number>;
  /** Where the next slice begins; null at the end. */
  after: string | null;
};

/** The next people in order: those of whom the purpose allows to look at purchases, and how many it doesn't. */
export function sliceOf(r: Reader, i: SliceInput, currency?: string): Slice {
  const book = currentRulebook(r.db);
  const page = pageOfPersons(r, i.after, SLICE);
  const until = performance.now() + SLICE_MS;
  const allowed: string[] = [];
  const excluded: Record<string, number> = {};
  let last: string | null = null;
  for (const { id } of page) {
    last = id;
    const { allowed: yes, reason } = decide(book, readState(r.db, id), question(i.purpose), r.now);
    if (yes) allowed.push(id);
    else excluded[reason] = (excluded[reason] ?? 0) + 1;
    if (performance.now() > until) break;
  }
  const orders = ordersOfMany(r, allowed);
  const counted = allowed.map((person) => ({ person, orders: kept(orders.get(person) ?? [], currency) }));
  return { counted, excluded, after: last === null || (last === page.at(-1)!.id && page.length < SLICE) ? null : last };
}

/** The question that every analysis asks of `decide`. */
export const question = (purpose: string) => ({ purpose, category: PURCHASES });

const kept = (orders: readonly Sale[], currency: string | undefined): Sale[] =>
  orders.filter((o) => o.status === 'paid' && (currency === undefined || o.currency === currency));

/** Orders as the pure analyses take them, in minor units. */
export const purchasesOf = (counted: readonly Counted[]): Purchase[] =>
  counted.flatMap(({ person, orders }) => orders.map(({ at, total }) => ({ customer: person, at, spend: total })));
