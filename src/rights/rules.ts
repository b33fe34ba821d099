/** Who vouches for a rule. `design` marks the product's own choice where the law gives no figure. */
export type Confidence = 'high' | 'medium' | 'low' | 'design';

/** How long a clock runs. Business days leave out Saturdays, Sundays and holidays. */
export type Span = { n: number; unit: 'month' | 'day' | 'business_day' };

/**
 * One clock of one law.
 *
 * - `roll`: what happens when the last day is no working day.
 * - `starts`: the event that starts it; `complete`: the latest of request, proof of identity and fee.
 * - `pause`: what the law lets stop the clock; `identity`: only while a needed proof of identity is outstanding.
 */
export type ClockRule = {
  key: ClockRuleKey;
  law: string;
  base: Span;
  extension: Span | null;
  roll: 'next_working_day' | 'none';
  starts: 'receipt' | 'complete';
  pause: readonly PauseGround[];
  /** Has the asker to be told of an extension, and why, before the unextended clock ends? */
  extension_notice: boolean;
  confidence: Confidence;
};

/** Why a clock stands still. */
export type PauseGround = 'identity' | 'clarification';

const days = (n: number): Span => ({ n, unit: 'day' });
const months = (n: number): Span => ({ n, unit: 'month' });
const businessDays = (n: number): Span => ({ n, unit: 'business_day' });

type Terms = Omit<ClockRule, 'key'>;
const plain = (law: string, base: Span, confidence: Terms['confidence'], extension: Span | null = null): Terms => ({
  law,
  base,
  extension,
  roll: 'none',
  starts: 'receipt',
  pause: [],
  extension_notice: extension !== null,
  confidence,
});

const TERMS = {
  eu_month: {
    law: 'GDPR Art. 12(3) with Reg. 1182/71 Art. 3',
    base: months(1),
    extension: months(2),
    roll: 'next_working_day',
    starts: 'receipt',
    // Art. 12(6): a reasonable doubt about who asks, asked without delay (EDPB Guidelines 01/2022).
    pause: ['identity'],
    extension_notice: true,
    confidence: 'high',
  },
  uk_month: {
    law: 'UK GDPR Art. 12(3), 12A',
    base: months(1),
    extension: months(2),
    roll: 'next_working_day',
    starts: 'complete',
    pause: ['identity', 'clarification'],
    extension_notice: true,
    confidence: 'high',
  },
  uk_complaint_30: plain('DPA 2018 s. 164A: acknowledge the complaint', days(30), 'high'),
  us_45: plain('Cal. Civ. 1798.130(a)(2) and the laws of other states', days(45), 'high', days(45)),
  us_90: plain('Iowa Code 715D.3', days(90), 'medium', days(45)),
  ca_acknowledge_10: plain('11 CCR 7021(a): confirm receipt', businessDays(10), 'high'),
  ca_opt_out_15: plain('11 CCR 7026(f): opt-out in effect', businessDays(15), 'high'),
  us_opt_out_15: plain('opt-out in effect; the product’s own term, shorter than the statutes', days(15), 'design'),
  casl_opt_out_10: plain('CASL s. 11(3): unsubscription in effect', businessDays(10), 'low'),
  appeal_45: plain('state law: answer to an appeal', days(45), 'medium'),
  appeal_60: plain('state law: answer to an appeal', days(60), 'medium'),
  days_10: plain('PIPA Enforcement Decree Art. 41', days(10), 'low'),
  days_15: plain('LGPD Art. 19 (II)', days(15), 'medium'),
  days_30: plain('national law: 30 days', days(30), 'low'),
  days_30_extendable: plain('PIPEDA s. 8(3)–(4)', days(30), 'low', days(30)),
  // The law names no length for the extension; the asker is told when the answer will come. We allow the same again.
  days_30_notice: plain('DPO (CH) Art. 18', days(30), 'low', days(30)),
  days_90: plain('DPDP Rules 2025 r. 14(3)', days(90), 'medium'),
  at_once: plain('GDPR Art. 7(3), 21(2)–(3): without any delay', days(0), 'high'),
} as const satisfies Record<string, Terms>;

export type ClockRuleKey = keyof typeof TERMS;

/** Every clock that a policy pack can name. */
export const CLOCK_RULES: Readonly<Record<ClockRuleKey, ClockRule>> = Object.fromEntries(
  Object.entries(TERMS).map(([key, terms]) => [key, { key, ...terms }]),
) as Record<ClockRuleKey, ClockRule>;

/** The rights of the API. */
export const RIGHTS = [
  'access',
  'erasure',
  'rectification',
  'portability',
  'restriction',
  'objection',
  'withdrawal',
  'opt_out',
  'limit_sensitive',
  'automated_decision',
  'appeal',
  'complaint',
] as const;
export type Right = (typeof RIGHTS)[number];

/** What the rules need to know of a request besides its right. */
export type RightFacts = {
  right: Right;
  /** An objection to direct marketing: Art. 21(2), no balancing, no proof. */
  marketing?: boolean;
};

/** Narrowing that takes effect the moment it is asked for, without knowing who asks. */
export const actsAtOnce = ({ right, marketing }: RightFacts): boolean =>
  right === 'withdrawal' ||
  right === 'opt_out' ||
  right === 'limit_sensitive' ||
  (right === 'objection' && marketing === true);

/** Must the asker be proved before anything is done? A complaint is heard from anybody. */
export const needsProof = (facts: RightFacts): boolean => !actsAtOnce(facts) && facts.right !== 'complaint';
