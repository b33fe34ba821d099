import { editState, type PersonState, type Sale as SaleFact } from '../consent';
import { personById } from '../identity';
import { type ReadDb, Refusal, type Writer } from '../platform';

/**
 * Facts that decisions rest on and that this room learns first: own sales (soft opt-in), residence, age. They are written
 * through consent's door, in the same transaction as the row that they come from.
 */

/** Refuses to write for whoever is merged, frozen or gone. */
export function needActive(db: ReadDb, person: string): { keyed: boolean } {
  const row = personById(db, person);
  if (!row || row.status === 'erased') throw new Refusal('not_found', 'nobody has this id');
  if (row.status === 'merged') throw new Refusal('moved', 'this person was merged', { into: row.merged_into });
  if (row.status === 'frozen') throw new Refusal('frozen', 'this person is being merged or erased: try again');
  return { keyed: row.keyed === 1 };
}

/** How many sales a state keeps: the last of each unit and address are what a decision needs. */
const MAX_SALES = 20;

/** Keeps the newest sale of each unit and address; one without an offer to opt out never takes the place of one with. */
export function withSale(state: PersonState, fact: SaleFact): PersonState {
  const same = (s: SaleFact): boolean =>
    s.unit === fact.unit && s.cp === fact.cp && s.opt_out_offered === fact.opt_out_offered;
  const newer = (state.sales ?? []).find((s) => same(s) && s.at >= fact.at);
  if (newer) return state;
  const sales = [...(state.sales ?? []).filter((s) => !same(s)), fact].sort((a, b) => b.at - a.at);
  return { ...state, sales: sales.slice(0, MAX_SALES) };
}

/** A recorded sale of a unit to a person, for soft opt-in (Dir. 2002/58 Art. 13(2)). */
export const noteSale = (w: Writer, person: string, fact: SaleFact): void => {
  editState(w.db, person, (s) => withSale(s, fact));
};

/** Takes a sale back (returned, cancelled): it licenses nothing any more. */
export const forgetSale = (w: Writer, person: string, unit: string, at: number): void => {
  editState(w.db, person, (s) => ({
    ...s,
    sales: (s.sales ?? []).filter((known) => known.unit !== unit || known.at !== at),
  }));
};

export type Facts = {
  /** ISO 3166 code of where the person lives. */
  residence?: string;
  /** Whole years, as told or shown at `at` (ms). */
  age?: { age: number; at: number };
};

/**
 * Makes the person known to decisions and notes what was learned. A younger age than the one on record stands: a later
 * claim by somebody else must not open what is closed to minors.
 */
export const noteFacts = (w: Writer, person: string, facts: Facts, keyed: boolean): PersonState =>
  editState(w.db, person, (s) => {
    const next: PersonState = { ...s };
    if (facts.residence) next.residence = facts.residence;
    if (facts.age && (!s.age_band || facts.age.age < s.age_band.age)) next.age_band = facts.age;
    if (keyed) next.keyed = 1;
    return next;
  });
