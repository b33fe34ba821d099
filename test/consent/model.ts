import { policyFor, type RegionPolicy } from '../../src/consent';

/**
 * A second, independent statement of the product's rule, for the tests alone: slow, over the whole history, with no
 * state in between. It shares the policy pack (data, tested by itself) with the product, and nothing else.
 *
 * The rule, in the words of the specification:
 * - two locks, the legal basis and the region's rule for devices and direct marketing, and both must open;
 * - never asked is a no wherever asking is required;
 * - only the person widens; what others report needs evidence and never beats a no that came after it;
 * - a yes covers exactly what it names, a no covers all that it touches;
 * - only grants expire, at the very millisecond; republishing a notice ends grants only.
 */
export type ModelPurpose = {
  basis: 'consent' | 'contract' | 'legal_obligation' | 'vital_interests' | 'public_interest' | 'legitimate_interests';
  device?: 'functional' | 'analytics' | 'marketing' | 'sale' | 'necessary';
  direct_marketing?: boolean;
  channels?: readonly string[];
  similar_products?: boolean;
  valid_days?: number;
  double_opt_in?: boolean;
  special_category?: boolean;
  units?: 'group' | 'own';
};

/** Something that was said of a person, in the order in which it was recorded. */
export type Said = {
  at: number;
  purpose: string;
  say: 'granted' | 'refused' | 'withdrawn';
  /** When, by the evidence, the person agreed; absent: the person's own act. */
  reported?: number;
  notice?: number;
  explicit?: boolean;
  channel?: string;
  point?: string;
  unit?: string;
  region?: string;
  /** Where the person lived, as far as it was known then. */
  residence?: string;
  /** The browser sent Global Privacy Control with it; `told`: and the person was told of the conflict. */
  gpc?: boolean;
  told?: boolean;
};

export type Sale = { unit: string; at: number; offered: boolean; point?: string };

/** Facts about the person beside what was said. */
export type Facts = {
  residence?: string;
  age?: { years: number; at: number };
  guardian?: boolean;
  restricted?: boolean;
  sales?: readonly Sale[];
};

export type Asked = { purpose: string; channel?: string; point?: string; unit?: string };

export type World = {
  purposes: Readonly<Record<string, ModelPurpose>>;
  /** Grants under an earlier version of the notice don't count. */
  minNotice: number;
};

const DAY = 86_400_000;
const YEAR = 365.2425 * DAY;

/** May it? */
export function may(world: World, said: readonly Said[], facts: Facts, q: Asked, now: number): boolean {
  const purpose = world.purposes[q.purpose];
  if (!purpose || said.length === 0 || facts.restricted) return false;
  const policy = policyFor(facts.residence ?? said.findLast((s) => s.region !== undefined)?.region, now);
  const c: Case = { world, purpose, policy, said, facts, q, now };
  return basisOpens(c) && regionOpens(c);
}

type Case = {
  world: World;
  purpose: ModelPurpose;
  policy: RegionPolicy;
  said: readonly Said[];
  facts: Facts;
  q: Asked;
  now: number;
};

/** Under no legal basis at all, as in the United States, a device or direct-marketing use has only the second lock. */
const underRegionOnly = ({ policy, purpose }: Case): boolean =>
  !policy.gdpr &&
  (purpose.direct_marketing === true || (purpose.device !== undefined && purpose.device !== 'necessary'));

function basisOpens(c: Case): boolean {
  if (c.purpose.special_category) return sensitiveOpens(c);
  if (c.purpose.basis === 'consent') return underRegionOnly(c) ? !saidNo(c) : liveYes(c);
  if (c.purpose.basis === 'legitimate_interests' || c.purpose.basis === 'public_interest') return !saidNo(c);
  return true;
}

/** Special categories go by the region: an explicit yes, until objected or limited, or not at all. */
function sensitiveOpens(c: Case): boolean {
  const { rule } = c.policy.special;
  if (rule === 'necessary_only') return false;
  return rule === 'explicit_consent' ? liveYes(c, true) : !saidNo(c);
}

function regionOpens(c: Case): boolean {
  const { device, direct_marketing } = c.purpose;
  if (device === 'necessary') return true;
  if (device) return deviceOpens(c, device);
  return direct_marketing ? marketingOpens(c) : true;
}

function deviceOpens(c: Case, use: 'functional' | 'analytics' | 'marketing' | 'sale'): boolean {
  const years = ageAt(c);
  const rules =
    years === undefined
      ? []
      : c.policy.minors.rules.filter((r) => r.from <= years && years < r.below && r.classes.includes(use));
  if (rules.some((r) => r.effect === 'banned')) return false;
  if (rules.some((r) => r.effect === 'guardian') && !c.facts.guardian) return false;
  if (signalRefuses(c, use)) return false;
  if (rules.length > 0 || c.policy.device.rules[use] === 'opt_in') return liveYes(c);
  return !saidNo(c);
}

/** The default and an earlier choice give way to the signal; a later choice beats it, in California when told. */
function signalRefuses(c: Case, use: 'functional' | 'analytics' | 'marketing' | 'sale'): boolean {
  const { gpc } = c.policy;
  const first = c.said.findIndex((s) => s.gpc);
  if (first < 0 || gpc.duty === 'ignored' || !gpc.refuses.includes(use)) return false;
  const word = lastWord(c);
  if (word?.say !== 'granted' || c.said.indexOf(word) < first) return true;
  return gpc.beats_earlier_grant && !word.told;
}

function marketingOpens(c: Case): boolean {
  const own = c.purpose.channels ?? [];
  if (c.q.channel !== undefined && !own.includes(c.q.channel)) return false;
  const channels = c.q.channel === undefined ? own : [c.q.channel];
  return channels.length > 0 && channels.every((channel) => channelOpens(c, channel));
}

function channelOpens(c: Case, channel: string): boolean {
  const rule = c.policy.direct.rules[channel as 'email'];
  if (rule === 'consent') return liveYes(c);
  if (saidNo(c)) return false;
  return rule === 'opt_out' || softOptIn(c) || liveYes(c);
}

/** Own customer, recorded sale, similar products, a way out offered at collection. */
function softOptIn({ facts, purpose, policy, q, now }: Case): boolean {
  const rule = policy.direct.soft_opt_in;
  if (!rule || !purpose.similar_products) return false;
  return (facts.sales ?? []).some(
    (s) =>
      s.offered &&
      (rule.window_days === null || now - s.at < rule.window_days * DAY) &&
      (q.unit === undefined || s.unit === q.unit) &&
      (q.point === undefined || s.point === undefined || s.point === q.point),
  );
}

/** A yes that counts here and now. */
function liveYes(c: Case, explicitly = false): boolean {
  const word = lastWord(c);
  if (word?.say !== 'granted') return false;
  if (c.purpose.double_opt_in && word.reported === undefined) return false;
  if (c.now >= endOf(c, word)) return false;
  if (word.notice !== undefined && word.notice < c.world.minNotice) return false;
  const years = ageAt(c);
  const child = years !== undefined && years < c.policy.minors.consent_age;
  if (child && !c.facts.guardian && c.purpose.basis === 'consent') return false;
  return !explicitly || (word.explicit === true && word.reported === undefined);
}

/** A grant ends when it was said that it would: device choices also obey the region's figure, others only the purpose's. */
function endOf({ purpose, said }: Case, grant: Said): number {
  const before = said.slice(0, said.indexOf(grant) + 1);
  const region = grant.residence ?? before.findLast((s) => s.region !== undefined)?.region;
  const policy = policyFor(region, grant.at);
  const { device } = purpose;
  const onDevice = device !== undefined && device !== 'necessary' && policy.device.rules[device] === 'opt_in';
  const days = [purpose.valid_days ?? null, onDevice ? policy.keep.grant_days : null].filter((d) => d !== null);
  return days.length === 0 ? Number.POSITIVE_INFINITY : grant.at + Math.min(...days) * DAY;
}

function saidNo(c: Case): boolean {
  const word = lastWord(c);
  return word !== undefined && word.say !== 'granted';
}

/** The last thing said that concerns the question. */
function lastWord(c: Case): Said | undefined {
  const about = c.said.filter((s) => s.purpose === c.q.purpose);
  return about.findLast((s) => (s.say === 'granted' ? covers(c, s) && !beaten(c, about, s) : touches(c, s)));
}

const unitOf = (c: Case, s: Said): string | undefined => (c.purpose.units === 'own' ? s.unit : undefined);

/** Every limit that the yes names must be the question's. */
const covers = (c: Case, s: Said): boolean =>
  (s.channel === undefined || s.channel === c.q.channel) &&
  (s.point === undefined || s.point === c.q.point) &&
  (unitOf(c, s) === undefined || unitOf(c, s) === c.q.unit);

/** A no misses the question only where both name something, and not the same. */
const touches = (c: Case, s: Said): boolean =>
  (s.channel === undefined || c.q.channel === undefined || s.channel === c.q.channel) &&
  (s.point === undefined || c.q.point === undefined || s.point === c.q.point) &&
  (unitOf(c, s) === undefined || c.q.unit === undefined || unitOf(c, s) === c.q.unit);

/** A reported yes falls to any no since its evidence: the person's own, or one that somebody took down for them. */
const beaten = (c: Case, about: readonly Said[], grant: Said): boolean =>
  grant.reported !== undefined &&
  about.slice(0, about.indexOf(grant)).some((s) => s.say !== 'granted' && s.at >= grant.reported! && touches(c, s));

const ageAt = ({ facts, now }: Case): number | undefined =>
  facts.age && facts.age.years + Math.max(0, Math.floor((now - facts.age.at) / YEAR));
