import type {
  Channel,
  Cited,
  DeviceClass,
  DeviceRules,
  DirectRule,
  Exemption,
  MinorRule,
  RegionRow,
  SoftOptIn,
} from './types';

/** Six months as days: a grant lapses after the shortest such span, a refusal rests for the longest. */
export const SIX_MONTHS = { grant: 181, reask: 184 } as const;
/** Twelve months, likewise. */
export const TWELVE_MONTHS = { grant: 365, reask: 366 } as const;

export const cite = (confidence: Cited['confidence'], source: string): Cited => ({ confidence, source });

const every = <K extends string, V>(keys: readonly K[], value: V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, value])) as Record<K, V>;

const CLASSES = ['functional', 'analytics', 'marketing', 'sale'] as const satisfies readonly DeviceClass[];
const WAYS = ['email', 'sms', 'phone', 'post', 'push', 'messaging'] as const satisfies readonly Channel[];

export const optIn = (by: Cited, exemptions: Exemption[] = []): DeviceRules => ({
  ...by,
  rules: every(CLASSES, 'opt_in'),
  exemptions,
});
export const optOut = (by: Cited): DeviceRules => ({ ...by, rules: every(CLASSES, 'opt_out'), exemptions: [] });

/** All channels by consent, but for those named. */
export const channels = (but: Partial<Record<Channel, DirectRule>> = {}): Record<Channel, DirectRule> => ({
  ...every(WAYS, 'consent' as DirectRule),
  ...but,
});

/** Directive 2002/58 Art. 13(2). */
export const SOFT_OPT_IN: SoftOptIn = {
  recorded_sale: true,
  enquiry: false,
  similar_products: true,
  opt_out_at_collection: true,
  opt_out_in_every_message: true,
  window_days: null,
};

const ADS: readonly DeviceClass[] = ['marketing', 'sale'];

export const ban = (below: number, since: string | null = null, classes: readonly DeviceClass[] = ADS): MinorRule => ({
  from: 0,
  below,
  classes: [...classes],
  effect: 'banned',
  since,
});
export const ownConsent = (from: number, below: number): MinorRule => ({
  from,
  below,
  classes: [...ADS],
  effect: 'own_consent',
  since: null,
});
export const guardian = (below: number): MinorRule => ({
  from: 0,
  below,
  classes: [...ADS],
  effect: 'guardian',
  since: null,
});

/** What holds when nobody knows where the person is: on every axis what allows least. */
export const FALLBACK: RegionRow = {
  code: '*',
  name: 'Unknown place',
  law: 'none: the strictest rule on purpose',
  status: 'in_force',
  parent: null,
  calendar: 'none',
  gdpr: true,
  device: optIn(cite('design', 'strictest of the pack')),
  direct: { ...cite('design', 'strictest of the pack'), rules: channels(), soft_opt_in: null },
  gpc: {
    ...cite('design', 'no duty known, honoured and shown everywhere'),
    duty: 'honoured',
    since: null,
    display: true,
    refuses: ['marketing', 'sale'],
    beats_earlier_grant: true,
  },
  dnt: { ...cite('design', 'costs nothing: the default is off anyway'), effect: 'as_gpc' },
  keep: {
    ...cite('design', 'shortest grant, longest rest of the pack'),
    grant_days: SIX_MONTHS.grant,
    reask_days: TWELVE_MONTHS.reask,
  },
  minors: {
    ...cite('design', 'highest ages of the pack'),
    consent_age: 20,
    rules: [ban(18, null, ['analytics', 'marketing', 'sale'])],
  },
  special: { ...cite('design', 'GDPR Art. 9(2)(a)'), rule: 'explicit_consent' },
  requests: {
    ...cite('design', 'GDPR Art. 12(3)'),
    answer: 'eu_month',
    acknowledge: null,
    opt_out: 'at_once',
    appeal: null,
    complaint: null,
    agents: true,
    keep_months: null,
  },
};
