/**
 * The shapes of the demo world: plain JSON, no class, no function. Times are milliseconds since 1970 in UTC, money is
 * whole euro cents. A `ref` is the demo's own handle for a row; the server mints its own ids while the world is replayed.
 */
import type { Choice, Method } from '../consent/wire';
import type {
  Controller,
  Field,
  Language,
  Millis,
  NoticeVersion,
  Product,
  Purpose,
  PurposeKey,
  Recipient,
  Service,
  Site,
  SiteKey,
  Space,
  Unit,
  UnitKey,
} from './catalogue-types';

export type * from './catalogue-types';

export type Archetype = 'friend' | 'butterfly' | 'barnacle' | 'stranger';

export type Customer = {
  ref: string;
  /** One number per unit that knows this person; `unit~number` names them. */
  numbers: Partial<Record<UnitKey, string>>;
  home_unit: UnitKey;
  given_name: string;
  family_name: string;
  email: string;
  /** E.164; from the ranges that the national regulators keep free for fiction. */
  phone: string | null;
  language: Language;
  /** ISO 3166-1, or 3166-2 in the United States (`US-CA`). */
  region: string;
  city: string;
  postal_code: string;
  birth_year: number | null;
  registered_at: Millis;
  /** How they found us. */
  source: 'walk_in' | 'search' | 'friend' | 'newsletter' | 'event';
  /** The widget's id on their device; null for people who only ever came to the counter. */
  visitor: string | null;
  /** Loyalty card of the cafés. */
  card: string | null;
  /** How this person buys; only the generator and tests look at it. */
  archetype: Archetype;
};

export type OrderLine = { product: string; quantity: number; price: number; margin: number };

export type Order = {
  ref: string;
  at: Millis;
  customer: string;
  unit: UnitKey;
  channel: 'web' | 'store' | 'phone';
  currency: 'EUR';
  lines: OrderLine[];
  /** Sum of price × quantity. */
  total: number;
  /** What parcels and returns cost us. */
  handling: number;
  /** Sum of the lines' margins less `handling`; below zero for some. */
  margin: number;
  status: 'paid' | 'returned';
};

export type InteractionKind =
  | 'question'
  | 'complaint'
  | 'visit'
  | 'call'
  | 'event_signup'
  | 'page_view'
  | 'product_view'
  | 'email_click';

export type Interaction = {
  ref: string;
  at: Millis;
  customer: string;
  unit: UnitKey;
  channel: 'web' | 'store' | 'phone' | 'email' | 'chat';
  kind: InteractionKind;
  purpose: PurposeKey;
  source: string;
  summary: string;
};

/** Written evidence for a grant that somebody else reports. */
export type Evidence = { when: string; how: string; wording: string; by: string };

/** One act of choosing. Exactly one of `visitor` and `customer` says whose. */
export type ConsentAct = {
  ref: string;
  at: Millis;
  site: SiteKey;
  visitor: string | null;
  customer: string | null;
  notice: { id: string; version: number; language: Language };
  choices: Partial<Record<PurposeKey, Choice>>;
  method: Method;
  region: string;
  signals: { gpc: boolean; dnt: boolean };
  evidence: Evidence | null;
};

/** The second step of a double opt-in: the link in the mail was used. */
export type Confirmation = { at: Millis; customer: string; act: string; purpose: PurposeKey };

/** A visitor signed in and was tied to the customer, with both proofs. */
export type Link = { at: Millis; visitor: string; customer: string };

export type AttributeValue = {
  at: Millis;
  customer: string;
  field: string;
  value: string | number | string[];
  purpose: PurposeKey;
  source: string;
};

export type Right =
  | 'access'
  | 'erasure'
  | 'rectification'
  | 'portability'
  | 'restriction'
  | 'objection'
  | 'withdrawal'
  | 'opt_out'
  | 'limit_sensitive'
  | 'automated_decision'
  | 'appeal'
  | 'complaint';

export type RequestState =
  | 'received'
  | 'verifying'
  | 'awaiting_subject'
  | 'in_review'
  | 'approved'
  | 'processing'
  | 'fulfilled'
  | 'partially_fulfilled'
  | 'denied'
  | 'withdrawn'
  | 'expired'
  | 'duplicate';

export type RequestStep = {
  at: Millis;
  to: RequestState;
  by: 'subject' | 'officer' | 'system';
  /** A DPV 2.3 justification where the step needs one, e.g. `IdentityVerificationFailure`. */
  reason: string | null;
  note: string;
};

export type SubjectRequest = {
  ref: string;
  at: Millis;
  site: SiteKey;
  customer: string;
  right: Right;
  region: string;
  language: Language;
  message: string;
  /** What happened after it was received, oldest first; may be empty. */
  steps: RequestStep[];
  state: RequestState;
  due_at: Millis;
  extended_to: Millis | null;
};

/** A stamp on a loyalty card. The card may belong to nobody we know. */
export type LoyaltyPurchase = {
  ref: string;
  at: Millis;
  card: string;
  customer: string | null;
  unit: 'cafe';
  order: string | null;
  kind: 'purchase' | 'refund';
  stamps: number;
};

/** The person whom the documents, the journey and the printed tour use by name. */
export type Known = { customer: string; email: string; unit: UnitKey; number: string };

export type World = {
  seed: number;
  now: Millis;
  started_at: Millis;
  brand: string;
  controller: Controller;
  units: Unit[];
  sites: Site[];
  recipients: Recipient[];
  services: Service[];
  purposes: Purpose[];
  notices: NoticeVersion[];
  fields: Field[];
  spaces: Space[];
  products: Product[];
  customers: Customer[];
  acts: ConsentAct[];
  confirmations: Confirmation[];
  links: Link[];
  orders: Order[];
  interactions: Interaction[];
  attributes: AttributeValue[];
  loyalty: LoyaltyPurchase[];
  requests: SubjectRequest[];
  known: Known;
};

/** One thing that happened, for a replay in order with an injected clock. */
export type Step =
  | { kind: 'notice'; at: Millis; row: NoticeVersion }
  | { kind: 'customer'; at: Millis; row: Customer }
  | { kind: 'act'; at: Millis; row: ConsentAct }
  | { kind: 'link'; at: Millis; row: Link }
  | { kind: 'confirmation'; at: Millis; row: Confirmation }
  | { kind: 'order'; at: Millis; row: Order }
  | { kind: 'loyalty'; at: Millis; row: LoyaltyPurchase }
  | { kind: 'interaction'; at: Millis; row: Interaction }
  | { kind: 'attribute'; at: Millis; row: AttributeValue }
  | { kind: 'request'; at: Millis; row: SubjectRequest }
  | { kind: 'request_step'; at: Millis; row: RequestStep & { request: string } };
