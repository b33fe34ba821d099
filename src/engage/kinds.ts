import * as z from 'zod';
import { type Kind, type Rulebook, slug, texts } from '../consent';
import type { Wire } from '../platform';
import type { LoyaltyRule } from './loyalty';
import type { Offer } from './offer';
import { type PressureRules, pressureProblems } from './pressure';
import type { ReferralRule } from './referral';

const time = z.iso.datetime({ offset: true });
const region = z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'must be an ISO 3166 code such as DE or US-CA');
const title = z.string().min(1).max(200);
/** Whole minor units (cents). */
const money = z.int().min(0);

/** One line of header and no way to start another. */
const subject = z
  .string()
  .min(1)
  .max(200)
  .refine((s) => !/[\r\n]/.test(s), 'must be one line');
const content = z
  .record(
    z.string().regex(/^[a-z]{2}(-[A-Za-z0-9]+)?$/, 'must be a language tag'),
    z.strictObject({
      subject,
      text: z.string().min(1).max(50_000),
      html: z.string().max(200_000).optional(),
    }),
  )
  .refine((c) => Object.keys(c).length > 0, 'needs at least one language');

const campaign = z
  .strictObject({
    name: title,
    unit: slug,
    purpose: slug,
    channel: z.literal('email').default('email'),
    /** `transactional`: what the person needs for a contract; no pressure rule holds it back. */
    kind: z.enum(['marketing', 'transactional']).default('marketing'),
    /** Keeping comes before winning: retention lists go first. */
    goal: z.enum(['retention', 'acquisition']).default('retention'),
    /** Key of a segment; null: everybody whom the purpose allows. */
    segment: z.string().max(64).nullable().default(null),
    content,
    /** Share of people who are held out, so that the effect can be measured. */
    holdout: z.number().min(0).max(0.9).default(0),
    per_minute: z.int().min(1).max(100_000).default(600),
    /** Who has shown no interest for so many days drops out; null: nobody. */
    sunset_days: z.int().min(1).max(3650).nullable().default(365),
    /** Purpose under which the outcome may be measured, and for how many days after the sending. */
    measure: z
      .strictObject({ purpose: slug, days: z.int().min(1).max(365) })
      .nullable()
      .default(null),
    cost: money.default(0),
    archived: z.boolean().optional(),
  })
  .refine((c) => c.kind === 'transactional' || Object.values(c.content).length > 0, 'needs content');
export type Campaign = z.infer<typeof campaign> & { key: string; version: number };

const names = z.array(slug).min(1).nullable().default(null);
const reach = { name: title, units: names, channels: z.array(z.string().max(20)).min(1).nullable().default(null) };
const minute = z.int().min(0).max(1439);

const pressureRules = z
  .strictObject({
    caps: z.array(z.strictObject({ ...reach, most: z.int().min(0), days: z.number().positive() })).default([]),
    gaps: z.array(z.strictObject({ ...reach, hours: z.number().positive() })).default([]),
    pauses: z.array(z.strictObject({ ...reach, from: time, until: time })).default([]),
    quiet_hours: z.array(z.strictObject({ ...reach, from: minute, until: minute })).default([]),
    time_zone: z.string().max(64).default('UTC'),
  })
  .superRefine((rules, c) => {
    for (const message of pressureProblems(rulesIn(rules))) c.addIssue({ code: 'custom', message });
  });
type RulesBody = z.infer<typeof pressureRules>;

const rulesIn = (r: RulesBody): PressureRules => ({
  ...r,
  pauses: r.pauses.map((p) => ({ ...p, from: Date.parse(p.from), until: Date.parse(p.until) })),
});

const offer = z.strictObject({
  title: texts,
  text: texts,
  url: z.url({ protocol: /^https?$/ }).optional(),
  unit: slug,
  channels: z.array(z.string().max(20)).min(1).default(['web']),
  from: time,
  until: time,
  /** Null: contextual, nothing of the person is used. */
  purpose: slug.nullable().default(null),
  segments: z.array(z.string().max(64)).default([]),
  min_age: z.int().min(1).max(120).nullable().default(null),
  regions: z.array(region).min(1).nullable().default(null),
  most: z.int().min(1).nullable().default(null),
  days_between: z.number().positive().nullable().default(null),
  priority: z.int().default(0),
  holdout: z.number().min(0).max(0.9).default(0),
  archived: z.boolean().optional(),
});
export type OfferBody = z.infer<typeof offer> & { key: string };

const days = z.number().positive().nullable().default(null);
const loyalty = z.strictObject({
  name: title,
  unit: slug,
  /** On contract: the card is what the person asked for. */
  purpose: slug,
  every: z.int().min(2).max(1000),
  minimum: money.default(0),
  stamp_days: days,
  reward_days: days,
  reward: texts,
  archived: z.boolean().optional(),
});
export type LoyaltyProgramme = z.infer<typeof loyalty> & LoyaltyRule & { key: string };

const referral = z.strictObject({
  name: title,
  purpose: slug,
  url: z.url({ protocol: /^https?$/ }),
  join_days: z.number().positive().default(30),
  buy_days: z.number().positive().default(90),
  minimum: money.default(0),
  wait_days: z.number().min(0).default(14),
  most: z.int().min(1).nullable().default(null),
  archived: z.boolean().optional(),
});
export type ReferralProgramme = z.infer<typeof referral> & ReferralRule & { key: string };

const survey = z.strictObject({
  question: texts,
  unit: slug,
  purpose: slug,
  /** Scores run from 0 to this. */
  scale: z.int().min(1).max(100).default(10),
  archived: z.boolean().optional(),
});
export type Survey = z.infer<typeof survey> & { key: string };

/** What a unit promises: to answer a request within so many hours. Its key is the unit's. */
const serviceLevel = z.strictObject({ hours: z.number().positive().max(8760), archived: z.boolean().optional() });
type ServiceLevel = z.infer<typeof serviceLevel>;

const recommendations = z.strictObject({
  /** Purpose under which purchases are counted together and the person's own are used; null: contextual only. */
  purpose: slug.nullable().default(null),
  /** A pair that fewer people bought is not shown. */
  k: z.int().min(2).max(1000).default(10),
});
export type RecommendationSettings = z.infer<typeof recommendations>;

const part = (name: string, schema: z.ZodType): Kind => ({ name, schema: schema as Kind['schema'], part: true });

/** What the organisation declares for this room. `pressure_rules` and `recommendation_rules` have the one key `main`. */
export const engageKinds: readonly Kind[] = [
  part('campaigns', campaign),
  part('pressure_rules', pressureRules),
  part('offers', offer),
  part('loyalty_programmes', loyalty),
  part('referral_programmes', referral),
  part('surveys', survey),
  part('service_levels', serviceLevel),
  part('recommendation_rules', recommendations),
];

/** The entries of a kind; what is archived is as if it weren't there. */
function entries<T extends { archived?: boolean }>(book: Rulebook, kind: string): Readonly<Record<string, T>> {
  const all = (book.parts[kind] ?? {}) as unknown as Record<string, T>;
  return Object.fromEntries(Object.entries(all).filter(([, entry]) => !entry.archived));
}

const one = <T extends { archived?: boolean }>(book: Rulebook, kind: string, key: string): T | undefined => {
  const all = (book.parts[kind] ?? {}) as unknown as Record<string, T>;
  return Object.hasOwn(all, key) && !all[key]!.archived ? all[key] : undefined;
};

export const campaignIn = (book: Rulebook, key: string): Campaign | undefined => one(book, 'campaigns', key);

/** All campaigns, archived ones too (what they had planned is refused when its turn comes), retention first. */
export const campaignsByGoal = (book: Rulebook): { key: string; pace: number }[] =>
  Object.values((book.parts.campaigns ?? {}) as unknown as Record<string, Campaign>)
    .sort((p, q) => Number(p.goal === 'acquisition') - Number(q.goal === 'acquisition') || (p.key < q.key ? -1 : 1))
    .map(({ key, per_minute }) => ({ key, pace: per_minute }));

export const loyaltyIn = (book: Rulebook, key: string): LoyaltyProgramme | undefined =>
  one(book, 'loyalty_programmes', key);
export const referralIn = (book: Rulebook, key: string): ReferralProgramme | undefined =>
  one(book, 'referral_programmes', key);
/** Two days where a unit has promised nothing. */
export const serviceLevelOf = (book: Rulebook, unit: string): ServiceLevel =>
  one<ServiceLevel>(book, 'service_levels', unit) ?? { hours: 48 };
export const surveyIn = (book: Rulebook, key: string): Survey | undefined => one(book, 'surveys', key);

const NO_RULES: PressureRules = { caps: [], gaps: [], pauses: [], quiet_hours: [], time_zone: 'UTC' };

/** The installation's rules of contact pressure; none are declared: none hold. */
export function pressureRulesIn(book: Rulebook): PressureRules {
  const body = one<RulesBody & { archived?: boolean }>(book, 'pressure_rules', 'main');
  return body ? rulesIn(body) : NO_RULES;
}

export const recommendationsIn = (book: Rulebook): RecommendationSettings =>
  one<RecommendationSettings & { archived?: boolean }>(book, 'recommendation_rules', 'main') ?? {
    purpose: null,
    k: 10,
  };

export const offerBodies = (book: Rulebook): Readonly<Record<string, OfferBody>> => entries(book, 'offers');

/** Offers as the rule takes them: times in milliseconds. */
export const offersIn = (book: Rulebook): Offer[] =>
  Object.values(offerBodies(book)).map((o) => ({
    ...o,
    id: o.key,
    from: Date.parse(o.from),
    until: Date.parse(o.until),
  }));

/** Everything a caller may see of an entry is JSON. */
export const asWire = (x: unknown): Wire => x as Wire;
