import { currentRulebook, type PersonState, type Rulebook } from '../consent';
import { parseVaultId, Refusal, vaultId, type Wire, type Writer } from '../platform';
import {
  addInteraction,
  type NewInteraction,
  putSale,
  type SaleLine,
  type SaleStatus,
  saleByNumber,
} from './activity-store';
import { type Admission, admit, admitField, type DropReason } from './admit';
import { markKeyed } from './attribute-store';
import { forgetSale, needActive, noteFacts, noteSale } from './facts';
import { fieldOf, productRegister } from './register';
import { planSweep } from './retention';
import { checkValue, isSealed } from './value';

const PURCHASES = 'user.behavior.purchase_history';
const BEHAVIOUR = 'user.behavior';

export type GivenLine = { product: string; quantity: number; price: number; margin?: number };

export type OrderInput = {
  person: string;
  unit: string;
  number: string;
  at: number;
  channel: string;
  currency: string;
  status: SaleStatus;
  lines: GivenLine[];
  handling: number;
  purpose: string;
  source: string;
  /** Was a simple way to refuse offered when the address was collected? And which address (hash)? */
  opt_out_offered?: boolean;
  contact_point?: string;
};

export type Kept<T extends string> =
  | ({ stored: true; purpose: string; record: string | null; expires_at: number; repeated: boolean } & {
      [k in T]: string | null;
    })
  | ({ stored: false; purpose: string; reason: DropReason } & { [k in T]: null });

/** A line's margin as told, or by the declared cost of the product; unknown products earn what they cost. */
function marginOf(book: Rulebook, line: GivenLine): number {
  if (line.margin !== undefined) return line.margin;
  const product = productRegister(book)[line.product];
  return product ? line.quantity * (line.price - product.cost) : 0;
}

/** Stores an order, or overwrites the one with the same unit and number; a paid one is a fact for soft opt-in. */
export function writeOrder(w: Writer, i: OrderInput): Kept<'order'> {
  const book = currentRulebook(w.db);
  const { keyed } = needActive(w.db, i.person);
  const state = noteFacts(w, i.person, {}, keyed);
  const q = { purpose: i.purpose, unit: i.unit, category: PURCHASES, collected_at: i.at };
  const admission = admit(book, state, q, w.now);
  if (!admission.allowed) return dropped(w, i.person, keyed, 'order', admission);
  planSweep(w);
  const before = saleByNumber(w.db, i.person, i.unit, i.number);
  const lines: SaleLine[] = i.lines.map((l) => ({ ...l, margin: marginOf(book, l) }));
  const sign = i.status === 'paid' ? 1 : 0;
  const id = before?.id ?? vaultId('ord', w.vault.zone, parseVaultId(i.person)!.bits);
  putSale(w.db, {
    id,
    person: i.person,
    unit: i.unit,
    number: i.number,
    at: i.at,
    channel: i.channel,
    currency: i.currency,
    status: i.status,
    total: sign * lines.reduce((sum, l) => sum + l.quantity * l.price, 0),
    handling: i.handling,
    margin: sign * lines.reduce((sum, l) => sum + l.margin, 0) - i.handling,
    purpose: i.purpose,
    record: admission.record,
    source: i.source,
    collected_at: w.now,
    expires_at: admission.expires_at,
    lines,
  });
  if (i.status === 'paid') {
    const offered = i.opt_out_offered ? 1 : 0;
    noteSale(w, i.person, { unit: i.unit, at: i.at, opt_out_offered: offered, cp: i.contact_point });
  } else forgetSale(w, i.person, i.unit, i.at);
  w.audit('order.written', {
    person: i.person,
    purpose: i.purpose,
    keyed,
    data: { order: id, unit: i.unit, status: i.status, source: i.source },
  });
  w.raise('people.changed', { person: i.person, fields: ['order'] });
  return { stored: true, order: id, ...kept(admission), repeated: before !== undefined };
}

const kept = (a: Admission & { allowed: true }) => ({ purpose: a.purpose, record: a.record, expires_at: a.expires_at });

function dropped<T extends string>(
  w: Writer,
  person: string,
  keyed: boolean,
  what: T,
  a: Admission & { allowed: false },
): Kept<T> {
  const data = { what, reason: a.reason };
  w.audit('activity.dropped', { person, purpose: a.purpose, keyed, outcome: a.reason, data });
  return { stored: false, purpose: a.purpose, reason: a.reason, [what]: null } as Kept<T>;
}

export type InteractionInput = {
  person: string;
  unit: string;
  channel: string;
  kind: string;
  at: number;
  purpose: string;
  source: string;
  product?: string;
  /** Fideslang category of what happened; default: `user.behavior`. */
  category?: string;
  /** Declared fields only; those that the purpose doesn't cover are dropped. */
  detail?: { readonly [field: string]: Wire | undefined };
  summary?: string;
  /** The sender's own id: the same one again changes nothing. */
  message?: string;
};

/** The detail of an interaction names declared fields, with valid values; everything that is wrong, at once. */
export function checkDetail(book: Pick<Rulebook, 'parts'>, detail: InteractionInput['detail']): void {
  const undeclared: { path: string; message: string }[] = [];
  const invalid: { path: string; message: string }[] = [];
  for (const [key, value] of Object.entries(detail ?? {})) {
    const field = fieldOf(book, key);
    const path = `/body/detail/${key}`;
    const checked = field && checkValue(field, value ?? null);
    if (!field) undeclared.push({ path, message: 'is not declared in the field register' });
    else if (checked && !checked.ok) invalid.push({ path, message: checked.message });
  }
  if (undeclared.length > 0)
    throw new Refusal('undeclared_attribute', 'what is not declared is not stored', [...undeclared, ...invalid]);
  if (invalid.length > 0) throw new Refusal('invalid', 'these values can not be stored', invalid);
}

type Detail = { [field: string]: Wire };
type AdmittedDetail = { open: Detail | null; hidden: Detail | null; dropped: { field: string; reason: DropReason }[] };

const orNull = (d: Detail): Detail | null => (Object.keys(d).length > 0 ? d : null);

/** The part of the detail that may be stored for the purpose, in the clear or sealed, and what may not. */
export function admitDetail(
  book: Rulebook,
  state: PersonState,
  i: Pick<InteractionInput, 'detail' | 'purpose' | 'unit' | 'at'>,
  now: number,
): AdmittedDetail {
  const open: Detail = {};
  const hidden: Detail = {};
  const dropped: { field: string; reason: DropReason }[] = [];
  for (const [key, value] of Object.entries(i.detail ?? {})) {
    const field = fieldOf(book, key)!;
    const asked = { purposes: [i.purpose], unit: i.unit, collected_at: i.at };
    const [admission] = admitField(book, state, field, asked, now);
    if (!admission?.allowed) dropped.push({ field: key, reason: admission?.reason ?? 'purpose_not_declared' });
    else (isSealed(field) ? hidden : open)[key] = value ?? null;
  }
  return { open: orNull(open), hidden: orNull(hidden), dropped };
}

type KeptInteraction = Kept<'interaction'> & { dropped: { field: string; reason: DropReason }[] };

/** Stores that something happened, if its purpose may. */
export function writeInteraction(w: Writer, i: InteractionInput): KeptInteraction {
  const book = currentRulebook(w.db);
  checkDetail(book, i.detail);
  const before = needActive(w.db, i.person);
  const state = noteFacts(w, i.person, {}, before.keyed);
  const q = { purpose: i.purpose, unit: i.unit, category: i.category ?? BEHAVIOUR, collected_at: i.at };
  const admission = admit(book, state, q, w.now);
  if (!admission.allowed) return { ...dropped(w, i.person, before.keyed, 'interaction', admission), dropped: [] };
  const detail = admitDetail(book, state, i, w.now);
  planSweep(w);
  const seals = i.summary !== undefined || detail.hidden !== null;
  if (seals) markKeyed(w.db, i.person);
  const id = addInteraction(w, rowOf(w, i, detail, admission), detail.hidden) ?? null;
  const repeated = id === null;
  w.audit('interaction.written', {
    person: i.person,
    purpose: i.purpose,
    keyed: before.keyed || seals,
    data: { interaction: id, kind: i.kind, unit: i.unit, source: i.source, repeated },
  });
  w.raise('people.changed', { person: i.person, fields: ['interaction'] });
  return { stored: true, interaction: id, ...kept(admission), repeated, dropped: detail.dropped };
}

const rowOf = (
  w: Writer,
  i: InteractionInput,
  detail: AdmittedDetail,
  a: Admission & { allowed: true },
): NewInteraction => ({
  person: i.person,
  at: i.at,
  unit: i.unit,
  channel: i.channel,
  kind: i.kind,
  product: i.product ?? null,
  detail: detail.open,
  summary: i.summary ?? null,
  purpose: i.purpose,
  record: a.record,
  source: i.source,
  message: i.message ?? null,
  collected_at: w.now,
  expires_at: a.expires_at,
});
