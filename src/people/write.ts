import { currentRulebook, type PersonState, type Rulebook } from '../consent';
import { addContactPoint, type PlainIdent } from '../identity';
import { canonical, hmac, parseVaultId, Refusal, vaultId, type Wire, type Writer } from '../platform';
import { admitField, type DropReason } from './admit';
import { collectedAt, deleteField, markKeyed, putAttribute } from './attribute-store';
import { type Facts, needActive, noteFacts } from './facts';
import { quarantineValue } from './quality-store';
import { type Field, fieldOf } from './register';
import { noteSourceRecord } from './relation-store';
import { planSweep } from './retention';
import { checkValue, isSealed } from './value';

/** One value as a caller hands it in. `value: null` deletes what is stored. */
export type GivenAttribute = { field: string; value: Wire; purposes?: string[]; collected_at?: number };

export type WriteInput = {
  person: string;
  source: string;
  unit?: string;
  /** ms; default: now. */
  collected_at?: number;
  attributes: GivenAttribute[];
  /** Claimed in their own vaults before. */
  points: { ident: PlainIdent; verified: boolean }[];
  facts?: Facts;
  /** Which record of which system this is: hash of its external id. */
  origin?: { unit: string; system: string; external: string };
  /** Signals of the very call; they can only narrow. */
  signals?: { gpc?: boolean; region?: string };
  /** Put values that are no valid ones aside instead of refusing the whole call (imports). */
  quarantine?: boolean;
};

export type Stored = { field: string; purpose: string; record: string | null; expires_at: number };
export type Dropped = { field: string; purpose: string | null; reason: DropReason };
export type Written = { person: string; stored: Stored[]; dropped: Dropped[]; deleted: string[]; repeated: boolean };

type FieldError = { path: string; message: string };

/** Everything that is wrong with these attributes, by the register: undeclared ones, and values that can't be. */
export function attributeErrors(
  book: Pick<Rulebook, 'parts'>,
  attributes: readonly GivenAttribute[],
): { undeclared: FieldError[]; invalid: FieldError[] } {
  const undeclared: FieldError[] = [];
  const invalid: FieldError[] = [];
  for (const a of attributes) {
    const path = `/body/attributes/${a.field}`;
    const field = fieldOf(book, a.field);
    if (!field || field.derived) {
      undeclared.push({
        path,
        message: field ? 'is computed here and can not be written' : 'is not declared in the field register',
      });
      continue;
    }
    const checked = a.value === null ? undefined : checkValue(field, a.value);
    if (checked && !checked.ok) invalid.push({ path, message: checked.message });
  }
  return { undeclared, invalid };
}

/** Refuses undeclared attributes, and invalid values unless they may be put aside. Nothing has changed by then. */
export function refuseAttributes(
  book: Pick<Rulebook, 'parts'>,
  attributes: readonly GivenAttribute[],
  quarantine = false,
): void {
  const { undeclared, invalid } = attributeErrors(book, attributes);
  if (undeclared.length > 0)
    throw new Refusal('undeclared_attribute', 'what is not declared is not stored', [...undeclared, ...invalid]);
  if (invalid.length > 0 && !quarantine) throw new Refusal('invalid', 'these values can not be stored', invalid);
}

/** Writes what a system tells about a person: facts and contact points, then each value that may be there. */
export function writePerson(w: Writer, i: WriteInput): Written {
  const book = currentRulebook(w.db);
  refuseAttributes(book, i.attributes, i.quarantine);
  const { keyed } = needActive(w.db, i.person);
  for (const p of i.points) addContactPoint(w, i.person, p.ident, i.source, p.verified);
  const isKeyed = keyed || i.points.length > 0;
  const state = noteFacts(w, i.person, i.facts ?? {}, isKeyed);
  const repeated = noteOrigin(w, i);
  planSweep(w);
  const outcome = writeValues(w, book, state, i);
  const nowKeyed = isKeyed || outcome.sealed;
  if (outcome.sealed && !isKeyed) markKeyed(w.db, i.person);
  announce(w, i, outcome, nowKeyed);
  return { person: i.person, stored: outcome.stored, dropped: outcome.dropped, deleted: outcome.deleted, repeated };
}

function noteOrigin(w: Writer, i: WriteInput): boolean {
  if (!i.origin) return false;
  const payload = hmac(w.keys.own('payload'), canonical({ attributes: i.attributes, facts: i.facts ?? null } as Wire));
  return noteSourceRecord(w.db, {
    id: vaultId('src', w.vault.zone, parseVaultId(i.person)!.bits),
    person: i.person,
    ...i.origin,
    payload: payload.toString('base64url'),
    first_at: w.now,
    last_at: w.now,
  });
}

type Outcome = { stored: Stored[]; dropped: Dropped[]; deleted: string[]; sealed: boolean };

function writeValues(w: Writer, book: Rulebook, state: PersonState, i: WriteInput): Outcome {
  const out: Outcome = { stored: [], dropped: [], deleted: [], sealed: false };
  for (const a of i.attributes) {
    const field = fieldOf(book, a.field)!;
    if (a.value === null) {
      if (deleteField(w.db, i.person, a.field) > 0) out.deleted.push(a.field);
      continue;
    }
    const checked = checkValue(field, a.value);
    if (checked.ok) writeValue(w, book, state, i, { ...a, value: checked.value }, field, out);
    else setAside(w, i, a, checked.message, out);
  }
  return out;
}

function setAside(w: Writer, i: WriteInput, a: GivenAttribute, reason: string, out: Outcome): void {
  quarantineValue(w, { person: i.person, field: a.field, value: a.value, reason, source: i.source });
  out.sealed = true;
  out.dropped.push({ field: a.field, purpose: null, reason: 'quarantined' });
}

function writeValue(
  w: Writer,
  book: Rulebook,
  state: PersonState,
  i: WriteInput,
  a: GivenAttribute,
  field: Field,
  out: Outcome,
): void {
  const collected = Math.min(a.collected_at ?? i.collected_at ?? w.now, w.now);
  const asked = { purposes: a.purposes, unit: i.unit, collected_at: collected, ...i.signals };
  for (const admission of admitField(book, state, field, asked, w.now)) {
    if (!admission.allowed) {
      out.dropped.push({ field: field.key, purpose: admission.purpose, reason: admission.reason });
      continue;
    }
    const { purpose, unit, record, expires_at } = admission;
    const row = { person: i.person, field: field.key, purpose, unit };
    if ((collectedAt(w.db, row) ?? 0) > collected) {
      out.dropped.push({ field: field.key, purpose, reason: 'older_than_stored' });
      continue;
    }
    const is_sealed = isSealed(field);
    out.sealed ||= is_sealed;
    const value = { ...row, value: a.value, record, source: i.source, collected_at: collected, expires_at, is_sealed };
    putAttribute(w, value);
    out.stored.push({ field: field.key, purpose, record, expires_at });
  }
}

function announce(w: Writer, i: WriteInput, outcome: Outcome, keyed: boolean): void {
  const fields = [...new Set([...outcome.stored.map((s) => s.field), ...outcome.deleted])];
  w.audit('person.written', {
    person: i.person,
    keyed,
    data: {
      source: i.source,
      stored: outcome.stored.map((s) => `${s.field}:${s.purpose}`),
      dropped: outcome.dropped.map((d) => `${d.field}:${d.purpose ?? ''}:${d.reason}`),
      deleted: outcome.deleted,
      contact_points: i.points.map((p) => p.ident.type),
    },
  });
  if (fields.length > 0) w.raise('people.changed', { person: i.person, fields });
}

/**
 * Writes a score that another room has computed, as a registered, derived attribute: decided like everything else, so
 * whoever objected to profiling has none. Answers whether it was stored. Ends with no audit entry of its own: scores are
 * written in bulk, by an action that audits the whole run.
 */
export function writeScore(
  w: Writer,
  person: string,
  key: string,
  value: Wire,
  how: { purpose: string; source: string; unit?: string; computed_at?: number },
): { stored: true } | { stored: false; reason: DropReason } {
  const book = currentRulebook(w.db);
  const field = fieldOf(book, key);
  if (!field?.derived)
    throw new Refusal('undeclared_attribute', `the score ${key} is not declared as a derived field`, [
      { path: `/fields/${key}`, message: field ? 'is not declared as derived' : 'is not declared' },
    ]);
  const checked = checkValue(field, value);
  if (!checked.ok) throw new Refusal('invalid', `the score ${key} ${checked.message}`);
  const { keyed } = needActive(w.db, person);
  const collected = how.computed_at ?? w.now;
  const asked = { purposes: [how.purpose], unit: how.unit, collected_at: collected };
  const [admission] = admitField(book, noteFacts(w, person, {}, keyed), field, asked, w.now);
  if (!admission?.allowed) {
    deleteField(w.db, person, key);
    return { stored: false, reason: admission?.reason ?? 'purpose_not_declared' };
  }
  const { purpose, unit, record, expires_at } = admission;
  const row = { person, field: key, purpose, unit, value: checked.value, record, source: how.source };
  const is_sealed = isSealed(field);
  if (is_sealed) markKeyed(w.db, person);
  putAttribute(w, { ...row, collected_at: collected, expires_at, is_sealed });
  return { stored: true };
}
