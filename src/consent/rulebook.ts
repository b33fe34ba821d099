import type { Wire } from '../platform';
import type { Channel, DeviceClass, Exemption } from './policy';
import type { Basis, ServiceView } from './wire';

/** Text in several languages: BCP 47 tag → text. */
export type Texts = Readonly<Record<string, string>>;

/** A reason for which personal data may be used, as the controller has declared it. */
export type Purpose = {
  key: string;
  version: number;
  name: Texts;
  text: Texts;
  basis: Basis;
  /** GDPR Art. 9(2) condition other than explicit consent, for special categories that don't rest on consent. */
  special_basis?: 'employment' | 'vital' | 'public' | 'claims' | 'health' | 'research' | null;
  /** Fideslang data categories that this purpose may use; a category covers what lies below it. */
  categories: string[];
  recipients: string[];
  /** Keys of services. */
  services: string[];
  /** What it does on a visitor's device; null: nothing. `necessary` is what the visitor asked for (ePD Art. 5(3)). */
  device: DeviceClass | 'necessary' | null;
  exemption?: Exemption | null;
  /** Does it reach people with marketing, and by which channels? */
  direct_marketing: boolean;
  channels: Channel[];
  /** It markets only the unit's own similar goods and services (soft opt-in). */
  similar_products: boolean;
  retention_days: number | null;
  /** Days for which a grant holds; null: until withdrawn. Device purposes also obey the region's figure. */
  valid_days: number | null;
  double_opt_in: boolean;
  special_category: boolean;
  /** `own`: consent to one unit licenses that unit only. */
  units: 'group' | 'own';
  signals: string[];
  archived?: boolean;
};

export type Unit = { key: string; name: string; legal_entity: string };

/** One version of a notice. Immutable once it is live; texts by language. */
export type NoticeVersion = {
  version: number;
  texts: Readonly<Record<string, { title: string; text: string; hash: string }>>;
  published_at: string;
};

/** A notice as decisions and records see it: hashes only. */
export type Notice = {
  key: string;
  version: number;
  /** Grants given under an earlier version have to be given anew. */
  min_version: number;
  /** Language → SHA-256 (hex) of the text, for every version. */
  hashes: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type Site = {
  key: string;
  id: string;
  name: string;
  /** Exact origins (scheme, host, port). */
  origins: string[];
  unit: string;
  notice: string;
  languages: string[];
  purposes: string[];
  cookie_domain?: string | null;
  dnt?: 'ignored' | 'as_gpc';
  archived?: boolean;
};

export type Service = ServiceView & { archived?: boolean };

export type Controller = {
  name: string;
  contact: string;
  address?: string;
  privacy_url?: string;
  mspa_signed?: boolean;
};

/**
 * The organisation's rules, compiled, immutable, versioned and hashed; installed in every vault. A decision names the
 * version that it used. `parts` are contributed by other rooms in `wiring.ts` (field register, sources, webhooks).
 */
export type Rulebook = {
  version: number;
  hash: string;
  compiled_at: string;
  policy_pack: string;
  controller: Controller;
  units: Readonly<Record<string, Unit>>;
  purposes: Readonly<Record<string, Purpose>>;
  notices: Readonly<Record<string, Notice>>;
  services: Readonly<Record<string, Service>>;
  sites: Readonly<Record<string, Site>>;
  parts: Readonly<Record<string, Wire>>;
};

/** The rulebook before anything was configured: every purpose is unknown, so every answer is no. */
export const emptyRulebook: Rulebook = {
  version: 0,
  hash: '',
  compiled_at: new Date(0).toISOString(),
  policy_pack: '',
  controller: { name: '', contact: '' },
  units: {},
  purposes: {},
  notices: {},
  services: {},
  sites: {},
  parts: {},
};
