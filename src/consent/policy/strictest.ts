import type { ConsentModel } from '../wire';
import {
  CHANNELS,
  type ClockKey,
  DEVICE_CLASSES,
  type DirectRule,
  type DirectRules,
  type GpcRules,
  type MinorRules,
  type RegionPolicy,
  type RequestRules,
  type SoftOptIn,
  type SpecialRule,
} from './types';

/** Each list runs from what allows most to what allows least. */
const MODELS: readonly ConsentModel[] = ['notice_only', 'opt_out', 'opt_in'];
const DIRECT: readonly DirectRule[] = ['opt_out', 'soft_opt_in', 'consent'];
const DUTIES: readonly GpcRules['duty'][] = ['ignored', 'honoured', 'required'];
const SPECIAL: readonly SpecialRule[] = ['opt_out', 'limit', 'explicit_consent', 'necessary_only'];
/** Longest first; an answer's clock against an answer's, an opt-out's against an opt-out's. */
const CLOCKS: readonly ClockKey[] = [
  'us_90',
  'days_90',
  'appeal_60',
  'us_45',
  'appeal_45',
  'eu_month',
  'uk_month',
  'days_30_extendable',
  'days_30_notice',
  'uk_complaint_30',
  'days_30',
  'ca_opt_out_15',
  'days_15',
  'us_opt_out_15',
  'ca_acknowledge_10',
  'casl_opt_out_10',
  'days_10',
  'at_once',
];

const stricter = <T>(order: readonly T[], a: T, b: T): T => (order.indexOf(a) >= order.indexOf(b) ? a : b);
const either = <T>(a: T | null, b: T | null, pick: (a: T, b: T) => T): T | null =>
  a === null || b === null ? (a ?? b) : pick(a, b);
const shorter = (a: number | null, b: number | null): number | null => either(a, b, Math.min);
const union = <T>(a: readonly T[], b: readonly T[]): T[] => [...new Set([...a, ...b])];

const record = <K extends string, V>(keys: readonly K[], of: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;

/** All conditions of both. */
const bothConditions = (a: SoftOptIn, b: SoftOptIn): SoftOptIn => ({
  recorded_sale: a.recorded_sale || b.recorded_sale,
  enquiry: a.enquiry && b.enquiry,
  similar_products: a.similar_products || b.similar_products,
  opt_out_at_collection: a.opt_out_at_collection || b.opt_out_at_collection,
  opt_out_in_every_message: a.opt_out_in_every_message || b.opt_out_in_every_message,
  window_days: shorter(a.window_days, b.window_days),
});

function direct(a: DirectRules, b: DirectRules): DirectRules {
  const rules = record(CHANNELS, (channel) => stricter(DIRECT, a.rules[channel], b.rules[channel]));
  const soft = Object.values(rules).includes('soft_opt_in');
  return { ...a, rules, soft_opt_in: soft ? either(a.soft_opt_in, b.soft_opt_in, bothConditions) : null };
}

function gpc(a: GpcRules, b: GpcRules): GpcRules {
  return {
    ...a,
    duty: stricter(DUTIES, a.duty, b.duty),
    display: a.display || b.display,
    refuses: union(a.refuses, b.refuses),
    beats_earlier_grant: a.beats_earlier_grant || b.beats_earlier_grant,
  };
}

const minors = (a: MinorRules, b: MinorRules): MinorRules => ({
  ...a,
  consent_age: Math.max(a.consent_age, b.consent_age),
  rules: [...a.rules, ...b.rules],
});

const clock = (a: ClockKey | null, b: ClockKey | null): ClockKey | null =>
  either(a, b, (x, y) => stricter(CLOCKS, x, y));

function requests(a: RequestRules, b: RequestRules): RequestRules {
  return {
    ...a,
    answer: stricter(CLOCKS, a.answer, b.answer),
    acknowledge: clock(a.acknowledge, b.acknowledge),
    opt_out: stricter(CLOCKS, a.opt_out, b.opt_out),
    appeal: clock(a.appeal, b.appeal),
    complaint: clock(a.complaint, b.complaint),
    agents: a.agents || b.agents,
    keep_months: either(a.keep_months, b.keep_months, Math.max),
  };
}

/**
 * Both regions' rules at once: on every axis what allows less. Keeps `a`'s names and sources; a place that a browser
 * claims can so tighten what the server found, never loosen it.
 */
export function strictest(a: RegionPolicy, b: RegionPolicy): RegionPolicy {
  if (a.region === b.region) return a;
  return {
    ...a,
    tightened_by: union(a.tightened_by, [b.region, ...b.tightened_by]),
    gdpr: a.gdpr || b.gdpr,
    device: {
      ...a.device,
      rules: record(DEVICE_CLASSES, (use) => stricter(MODELS, a.device.rules[use], b.device.rules[use])),
      exemptions: union(a.device.exemptions, b.device.exemptions).filter((e) => frees(a, e) && frees(b, e)),
    },
    direct: direct(a.direct, b.direct),
    gpc: gpc(a.gpc, b.gpc),
    dnt: { ...a.dnt, effect: a.dnt.effect === 'as_gpc' ? 'as_gpc' : b.dnt.effect },
    keep: {
      ...a.keep,
      grant_days: shorter(a.keep.grant_days, b.keep.grant_days),
      reask_days: Math.max(a.keep.reask_days, b.keep.reask_days),
    },
    minors: minors(a.minors, b.minors),
    special: { ...a.special, rule: stricter(SPECIAL, a.special.rule, b.special.rule) },
    requests: requests(a.requests, b.requests),
  };
}

/** Does the region leave an exempt use alone: by an exemption, or because it asks for no opt-in there at all? */
function frees(policy: RegionPolicy, exemption: RegionPolicy['device']['exemptions'][number]): boolean {
  const use = exemption === 'first_party_statistics' ? 'analytics' : 'functional';
  return policy.device.exemptions.includes(exemption) || policy.device.rules[use] !== 'opt_in';
}
