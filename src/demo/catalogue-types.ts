/** The shapes of what Otterbound is: units, sites, purposes, notices, fields, products. Plain JSON. */
import type { Basis, StorageItem } from '../consent/wire';

/** Milliseconds since 1970, UTC. */
export type Millis = number;
export type Language = 'en' | 'de';
export type Text = Record<Language, string>;

export type UnitKey = 'cafe' | 'shop' | 'retreats';
export type SiteKey = 'shop' | 'retreats';
export type PurposeKey = 'essential' | 'analytics' | 'marketing_email' | 'personalisation' | 'ads_sharing';

/** A part of the group that answers to customers under a legal entity of its own. */
export type Unit = {
  key: UnitKey;
  name: string;
  legal_entity: string;
  address: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  privacy_email: string;
  does: Text;
};

export type Controller = {
  name: string;
  address: string;
  country: string;
  privacy_email: string;
  privacy_officer: string;
};

export type Site = {
  key: SiteKey;
  name: string;
  unit: UnitKey;
  origin: string;
  languages: Language[];
  purposes: PurposeKey[];
  /** Key of its notice in `World.notices`. */
  notice: string;
};

/** Somebody who receives personal data: a processor acts on our word, a controller on its own. */
export type Recipient = {
  key: string;
  name: string;
  country: string;
  role: 'processor' | 'controller';
  does: Text;
};

export type Service = {
  key: string;
  name: string;
  vendor: string;
  country: string;
  privacy_url: string;
  hosts: string[];
  storage: StorageItem[];
};

export type Purpose = {
  key: PurposeKey;
  name: Text;
  text: Text;
  basis: Basis;
  /** True: not a choice, because the service that was asked for can't be given without it. */
  required: boolean;
  /** Valid for the group, or only for the units named. */
  scope: 'group' | UnitKey[];
  /** fideslang data uses. */
  uses: string[];
  /** fideslang data categories; a category includes everything below it. */
  categories: string[];
  /** Keys of `World.recipients`. */
  recipients: string[];
  /** Keys of `World.services`. */
  services: string[];
  /** Reads or writes the visitor's device beyond what is strictly necessary (ePrivacy Directive Art. 5(3)). */
  device: boolean;
  /** Direct marketing by electronic mail (ePrivacy Directive Art. 13): asked for, confirmed, always refusable. */
  direct_marketing: boolean;
  /** A sale or sharing in the sense of Cal. Civ. Code 1798.140: what Global Privacy Control turns off. */
  sale_or_share: boolean;
  profiling: boolean;
  special_category: boolean;
  /** Google Consent Mode v2 signals that follow this purpose. */
  signals: string[];
};

export type NoticeVersion = {
  notice: string;
  site: SiteKey;
  version: number;
  published_at: Millis;
  title: Text;
  text: Text;
  /** What changed since the version before; empty for the first. */
  change: Text;
};

export type FieldGroup = 'demographics' | 'interests' | 'preferences' | 'transactions';

/** One declared attribute. What isn't declared here is refused by the store. */
export type Field = {
  key: string;
  name: Text;
  group: FieldGroup;
  type: 'string' | 'integer' | 'string_list';
  /** fideslang data category. */
  category: string;
  purposes: PurposeKey[];
  basis: Basis;
  retention_days: number;
  owner: UnitKey;
  /** GDPR Art. 9: only with explicit consent. */
  special: boolean;
  /** What collecting and keeping it costs per person and year, in cents: data has a price. */
  annual_cost: number;
};

/** A need that products of several units answer: "a quiet evening", not "a book". */
export type Space = { key: string; name: Text };

export type ProductKind = 'book' | 'coffee' | 'cup' | 'retreat' | 'cover' | 'game';

export type Product = {
  key: string;
  unit: UnitKey;
  kind: ProductKind;
  name: Text;
  /** Author of a book, origin of a coffee, place of a retreat. */
  by: string;
  blurb: Text;
  spaces: string[];
  /** Cents, per piece. */
  price: number;
  cost: number;
  /** Two hues (0–359) from which the shop draws its picture. */
  hues: [number, number];
};
