import type { ConsentModel } from '../wire';

/** How a purpose touches a device. `sale` covers selling and sharing for cross-context advertising. */
export type DeviceClass = 'functional' | 'analytics' | 'marketing' | 'sale';
export const DEVICE_CLASSES: readonly DeviceClass[] = ['functional', 'analytics', 'marketing', 'sale'];

/** Ways to reach a person with direct marketing. `messaging` is chat (WhatsApp, in-app inboxes of third parties). */
export type Channel = 'email' | 'sms' | 'phone' | 'post' | 'push' | 'messaging';
export const CHANNELS: readonly Channel[] = ['email', 'sms', 'phone', 'post', 'push', 'messaging'];

/**
 * - `consent`: only after a yes.
 * - `soft_opt_in`: a yes, or an own customer under the conditions of {@link SoftOptIn}.
 * - `opt_out`: until the person objects.
 */
export type DirectRule = 'consent' | 'soft_opt_in' | 'opt_out';

/** What must be on record before a customer may be written to without consent (Dir. 2002/58 Art. 13(2) and kin). */
export type SoftOptIn = {
  /** The address was obtained in a sale (or, where `enquiry` is true, in negotiations about one). */
  recorded_sale: boolean;
  enquiry: boolean;
  /** Only the sender's own similar goods or services. */
  similar_products: boolean;
  /** A simple, free way to refuse was offered when the address was collected. */
  opt_out_at_collection: boolean;
  /** … and is offered in every message. */
  opt_out_in_every_message: boolean;
  /** Days after the last sale within which the rule may be used; null: no fixed end. */
  window_days: number | null;
};

/** Who vouches for a rule. `design` marks the product's own choice where the law gives no figure. */
export type Confidence = 'high' | 'medium' | 'low' | 'design';
export type Cited = { source: string; confidence: Confidence };

/** Uses that a statute frees from prior consent if nothing else is done with the data. */
export type Exemption = 'first_party_statistics' | 'appearance';

export type DeviceRules = Cited & {
  rules: Record<DeviceClass, ConsentModel>;
  /** Exempt uses start as `opt_out` instead of the class's rule; the purpose must declare that it is nothing else. */
  exemptions: Exemption[];
};

export type DirectRules = Cited & { rules: Record<Channel, DirectRule>; soft_opt_in: SoftOptIn | null };

export type GpcRules = Cited & {
  duty: 'required' | 'honoured' | 'ignored';
  /** First day of the legal duty (UTC date); before it the signal is honoured all the same. */
  since: string | null;
  /** Must the site show that the signal was honoured? */
  display: boolean;
  /** What an exact `Sec-GPC: 1` refuses. */
  refuses: DeviceClass[];
  /** The signal also beats an earlier yes until the person has been told and has confirmed again. */
  beats_earlier_grant: boolean;
};

export type DntRules = Cited & { effect: 'ignored' | 'as_gpc' };

export type KeepRules = Cited & {
  /** Days after which a grant on a device lapses; null: it stands until it is withdrawn. */
  grant_days: number | null;
  /** Days for which a refusal on a device may not be asked again. */
  reask_days: number;
};

/** `from ≤ age < below`. `banned`: nobody can turn it on. `own_consent`: only the minor's own yes. `guardian`: only a guardian's. */
export type MinorRule = {
  from: number;
  below: number;
  classes: DeviceClass[];
  effect: 'banned' | 'own_consent' | 'guardian';
  since: string | null;
};

export type MinorRules = Cited & {
  /** Below this age a guardian has to give or confirm consent, where consent is the basis. */
  consent_age: number;
  rules: MinorRule[];
};

/**
 * Special categories (GDPR Art. 9, "sensitive data" of US states):
 * - `explicit_consent`: a separate, explicit yes;
 * - `opt_out`: until the person objects;
 * - `limit`: until the person asks to limit the use (Cal. Civ. 1798.121);
 * - `necessary_only`: only what the requested product strictly needs, consent or not, and never sold.
 */
export type SpecialRule = 'explicit_consent' | 'opt_out' | 'limit' | 'necessary_only';
export type SpecialRules = Cited & { rule: SpecialRule };

/** Keys of the clock rules that the rights room keeps as data. */
export type ClockKey =
  | 'eu_month'
  | 'uk_month'
  | 'uk_complaint_30'
  | 'us_45'
  | 'us_90'
  | 'ca_acknowledge_10'
  | 'ca_opt_out_15'
  | 'us_opt_out_15'
  | 'casl_opt_out_10'
  | 'appeal_45'
  | 'appeal_60'
  | 'days_10'
  | 'days_15'
  | 'days_30'
  | 'days_30_extendable'
  | 'days_30_notice'
  | 'days_90'
  | 'at_once';

export type RequestRules = Cited & {
  /** Access, erasure, rectification and whatever has no clock of its own. */
  answer: ClockKey;
  acknowledge: ClockKey | null;
  opt_out: ClockKey;
  appeal: ClockKey | null;
  complaint: ClockKey | null;
  /** May an authorised agent ask for the person? */
  agents: boolean;
  /** Months for which the request itself has to be kept on file; null: no figure in the law. */
  keep_months: number | null;
};

/** Everything that a region decides. Each part is cited on its own. */
export type Rules = {
  device: DeviceRules;
  direct: DirectRules;
  gpc: GpcRules;
  dnt: DntRules;
  keep: KeepRules;
  minors: MinorRules;
  special: SpecialRules;
  requests: RequestRules;
  /** Calendar of public holidays (`rights/calendar`), or `none`. */
  calendar: string;
  /** Where GDPR's articles are the vocabulary of receipts and grounds. */
  gdpr: boolean;
};

/** One row of the pack: what differs from its parent. */
export type RegionRow = Partial<Rules> & {
  code: string;
  name: string;
  law: string;
  status: 'in_force' | 'phased' | 'future';
  /** First day of the law (UTC date) where it is not in force yet; until then the parent's rules hold. */
  effective?: string;
  parent: string | null;
  /** Another row whose tested decisions and deadlines are the same. */
  alias_of?: string;
};

/** A region's rules, complete, as they stand on the day asked for. */
export type RegionPolicy = Rules & {
  /** Code of the row that matched: `*` for an unknown place. */
  region: string;
  name: string;
  law: string;
  status: RegionRow['status'];
  /** Nearest first; ends with a row that has no parent. */
  parents: string[];
  /** Regions whose stricter rules were laid over this one. */
  tightened_by: string[];
};
