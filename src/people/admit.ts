import { type Decision, decide, type PersonState, type Question, type Rulebook } from '../consent';
import { DAY } from '../platform';
import type { Field } from './register';

/**
 * The rule of the gate in: a value enters only for a purpose that its field declares and that `decide()` allows for this
 * person, unit and category now. What may not stay (its retention is over already) may not enter either.
 */
export type Admission =
  | { allowed: true; purpose: string; unit: string; record: string | null; expires_at: number }
  | { allowed: false; purpose: string; reason: DropReason };

/** Why a value was not stored. */
export type DropReason =
  | Decision['reason']
  | 'purpose_not_declared'
  | 'retention_over'
  | 'older_than_stored'
  | 'quarantined'
  | 'unmapped';

/** The latest time that JavaScript's dates know: kept until its basis falls. */
export const NO_END = 8_640_000_000_000_000;

export type AdmitQuestion = {
  purpose: string;
  unit?: string;
  category?: string;
  /** Days after collection, beside the purpose's own figure. */
  retention_days?: number;
  collected_at: number;
  /** Signals of the very call. */
  gpc?: boolean;
  region?: string;
};

/** May something be stored for one purpose? */
export function admit(book: Rulebook, state: PersonState | undefined, q: AdmitQuestion, now: number): Admission {
  const purpose = book.purposes[q.purpose];
  const question: Question = { purpose: q.purpose, category: q.category, gpc: q.gpc, region: q.region };
  if (purpose?.units === 'own') question.unit = q.unit;
  const answer = bestAnswer(book, state, question, now);
  if (!answer.allowed) return { allowed: false, purpose: q.purpose, reason: answer.reason };
  const expires = expiryOf([q.retention_days, purpose?.retention_days], q.collected_at);
  if (expires <= now) return { allowed: false, purpose: q.purpose, reason: 'retention_over' };
  return {
    allowed: true,
    purpose: q.purpose,
    unit: purpose?.units === 'own' ? (q.unit ?? '') : '',
    record: answer.record ?? null,
    expires_at: expires,
  };
}

/**
 * To keep something for a purpose it is enough that one way of using it is allowed: one channel of several, one address
 * of several. What is done with it is decided again at the moment of use, for exactly that use.
 */
export function bestAnswer(book: Rulebook, state: PersonState | undefined, q: Question, now: number): Decision {
  const purpose = book.purposes[q.purpose];
  const channels = purpose?.direct_marketing ? purpose.channels : [undefined];
  const addresses = new Set([undefined, ...(state?.acts ?? []).map((a) => a.cp)]);
  let first: Decision | undefined;
  for (const channel of channels) {
    for (const contact_point of addresses) {
      const answer = decide(book, state, { ...q, channel, contact_point }, now);
      if (answer.allowed) return answer;
      first ??= answer;
    }
  }
  return first ?? decide(book, state, q, now);
}

/** Answers after which there is no ground left to keep what was collected under them. A restriction is not one. */
const FALLEN: readonly string[] = ['refused', 'withdrawn', 'objected', 'expired', 'gpc', 'minor'];

/** Has the ground fallen on which something is stored for this purpose? */
export function hasFallen(
  book: Rulebook,
  state: PersonState | undefined,
  q: { purpose: string; unit: string },
  now: number,
): boolean {
  const unit = book.purposes[q.purpose]?.units === 'own' ? q.unit : undefined;
  const answer = bestAnswer(book, state, { purpose: q.purpose, unit }, now);
  return !answer.allowed && FALLEN.includes(answer.reason);
}

const expiryOf = (days: readonly (number | null | undefined)[], from: number): number =>
  Math.min(NO_END, ...days.filter((d): d is number => typeof d === 'number').map((d) => from + d * DAY));

/** A field's value, for each purpose that was asked for: all that the field declares, unless the caller names some. */
export function admitField(
  book: Rulebook,
  state: PersonState | undefined,
  field: Field,
  asked: { purposes?: readonly string[] } & Pick<AdmitQuestion, 'unit' | 'collected_at' | 'gpc' | 'region'>,
  now: number,
): Admission[] {
  return (asked.purposes ?? field.purposes).map((purpose): Admission => {
    if (!field.purposes.includes(purpose)) return { allowed: false, purpose, reason: 'purpose_not_declared' };
    if (field.special && !book.purposes[purpose]?.special_category)
      return { allowed: false, purpose, reason: 'explicit_required' };
    const { purposes, ...rest } = asked;
    const q = { ...rest, purpose, category: field.category, retention_days: field.retention_days };
    return admit(book, state, q, now);
  });
}
