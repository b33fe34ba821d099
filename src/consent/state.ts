import type { Choice } from './wire';

/** What was said last about one purpose in one scope. Absent scope members mean "any". */
export type Act = {
  /** Purpose key; `*marketing`: all direct marketing; `*sensitive`: all special categories; `*`: everything that rests on consent or may be objected to. */
  p: string;
  s: Choice | 'objected' | 'requested' | 'conflict';
  /** Sequence within the vault: order, never the clock. */
  seq: number;
  /** Recorded at, ms. */
  at: number;
  /** The grant lapses at this ms; absent: it doesn't. */
  until?: number;
  /** Consent record. */
  rec: string;
  /** `notice@version`. */
  nv?: string;
  /** Set when it isn't the person's own act: ms at which, by the evidence, the person agreed. */
  reported?: number;
  /** Set when a device kept it in its queue: ms at which it was meant. A no that came after it stands. */
  meant?: number;
  /** Explicit consent (Art. 9). */
  explicit?: 1;
  /** Given while the browser sent GPC and the person was told (11 CCR 7025(c)(3)). */
  told?: 1;
  ch?: string;
  cp?: string;
  unit?: string;
};

export type Sale = { unit: string; at: number; opt_out_offered: 1 | 0; cp?: string };

/** Everything that a decision needs of one person: one compact row, read by one key. */
export type PersonState = {
  v: 1;
  acts: Act[];
  /** ISO 3166 code, and whether it is where the person lives or only where the act was collected. */
  region?: string;
  residence?: string;
  /** Global Privacy Control was received: ms and sequence. */
  gpc?: { at: number; seq: number };
  /** Year-month-day of birth is never kept here: only the ms at which each age limit is passed. */
  born_before?: number;
  age_band?: { age: number; at: number };
  guardian?: { confirmed_at: number };
  restricted?: { at: number; request: string };
  /** Own sales, for soft opt-in: the last per unit. */
  sales?: Sale[];
  /** Has keys of its own. */
  keyed?: 1;
  /** The person is being moved, merged or erased: everything is no until it is done. */
  frozen?: string;
};

export const emptyState = (): PersonState => ({ v: 1, acts: [] });

/** A no of whatever kind. */
export const isNo = (act: Pick<Act, 's'>): boolean => act.s !== 'granted' && act.s !== 'requested';

/**
 * The scope of an act as a key. Per scope the last yes and the last no of each source (own, reported) are kept: a yes
 * that is reported later, with older evidence, has to be held against the no.
 */
export const scopeOf = (a: Pick<Act, 'p' | 's' | 'ch' | 'cp' | 'unit' | 'reported'>): string =>
  `${a.p}|${a.ch ?? ''}|${a.cp ?? ''}|${a.unit ?? ''}|${a.reported === undefined ? 'own' : 'reported'}|${isNo(a) ? 'no' : 'yes'}`;

/** Puts an act in the place of the earlier one of the same scope. History is in the records, not here. */
export function withAct(state: PersonState, act: Act): PersonState {
  const scope = scopeOf(act);
  return { ...state, acts: [...state.acts.filter((a) => scopeOf(a) !== scope), act] };
}

/** Age in whole years at `now`, from the band that was told or shown; undefined when nobody knows. */
export function ageOf(state: PersonState, now: number): number | undefined {
  if (!state.age_band) return undefined;
  return state.age_band.age + Math.max(0, Math.floor((now - state.age_band.at) / YEAR));
}

/** Mean Gregorian year in ms. */
const YEAR = 365.2425 * 86_400_000;
