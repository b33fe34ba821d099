import { currentRulebook, decide, type PersonState, type Rulebook, readState } from '../consent';
import {
  attributesOfMany,
  checkValue,
  type Field,
  fieldRegister,
  fieldUses,
  pageOfPersons,
  type StoredAttribute,
} from '../people';
import type { Reader } from '../platform';
import type { Part } from './counted-reports';
import type { QualityCounts } from './metric-programme';
import { DAY } from './period';
import { SLICE } from './slice';

/** How many have a field, how many could be asked for it, and when it was last used. */
export type FieldCount = { persons: number; eligible: number; last_used: number | null };
export type StoredFields = { fields: Record<string, FieldCount>; quality: QualityCounts };

/**
 * One slice of what is stored: counts by field, and how good it is. That a value has a basis is asked of `decide` now, for
 * the purpose under which it is kept; such counts are accountability and need no purpose of their own.
 */
export function fieldsPart(r: Reader, i: { after: string }): Part<StoredFields> {
  const book = currentRulebook(r.db);
  const fields = Object.values(fieldRegister(book)).filter((f) => !f.archived);
  const page = pageOfPersons(r, i.after, SLICE);
  const ids = page.map(({ id }) => id);
  const stored = attributesOfMany(r, ids);
  const used = usesOf(r);
  const counts: StoredFields = {
    fields: Object.fromEntries(
      fields.map((f) => [f.key, { persons: 0, eligible: 0, last_used: used.get(f.key) ?? null }]),
    ),
    quality: NOTHING,
  };
  for (const id of ids)
    addPerson(r, counts, { book, fields, state: readState(r.db, id), values: stored.get(id) ?? [] });
  return { part: counts, people: ids.length, excluded: {}, after: ids.length < SLICE ? null : ids.at(-1)! };
}

function usesOf(r: Reader): Map<string, number> {
  const used = new Map<string, number>();
  for (const { field, last_at } of fieldUses(r.db)) used.set(field, Math.max(used.get(field) ?? 0, last_at));
  return used;
}

type Person = {
  book: Rulebook;
  fields: readonly Field[];
  state: PersonState | undefined;
  values: readonly StoredAttribute[];
};

function addPerson(r: Reader, counts: StoredFields, { book, fields, state, values }: Person): void {
  const held = new Set(values.map((v) => v.field));
  for (const f of fields) {
    const own = counts.fields[f.key]!;
    if (held.has(f.key)) own.persons++;
    if (f.purposes.some((purpose) => decide(book, state, { purpose, category: f.category }, r.now).allowed))
      own.eligible++;
  }
  const expected = fields.filter((f) => f.expected);
  const facts: QualityCounts = {
    ...NOTHING,
    persons: 1,
    required: expected.length,
    present: expected.filter((f) => held.has(f.key)).length,
    values: values.length,
  };
  for (const v of values) addValue(facts, v, { field: fields.find((f) => f.key === v.field), book, state, now: r.now });
  counts.quality = added(counts.quality, facts);
}

type Look = { field: Field | undefined; book: Rulebook; state: PersonState | undefined; now: number };

function addValue(facts: QualityCounts, v: StoredAttribute, { field, book, state, now }: Look): void {
  const question = { purpose: v.purpose, category: field?.category, unit: v.unit === '' ? undefined : v.unit };
  if (decide(book, state, question, now).allowed) facts.with_live_basis++;
  if (!field) return;
  facts.with_rule++;
  if (v.value !== null && checkValue(field, v.value).ok) facts.valid++;
  if (!field.stale_days) return;
  facts.with_term++;
  if (now - v.collected_at > field.stale_days * DAY) facts.stale++;
}

const NOTHING: QualityCounts = {
  required: 0,
  present: 0,
  with_rule: 0,
  valid: 0,
  persons: 0,
  in_suspected_pairs: 0,
  with_term: 0,
  stale: 0,
  values: 0,
  with_live_basis: 0,
};

function added(p: QualityCounts, q: QualityCounts): QualityCounts {
  const sums = Object.entries(p).map(([key, n]) => [key, n + q[key as keyof QualityCounts]]);
  return Object.fromEntries(sums) as QualityCounts;
}

/** Counts of several slices as one. */
export function mergeStoredFields(parts: readonly StoredFields[]): StoredFields {
  const fields: Record<string, FieldCount> = {};
  for (const [key, count] of parts.flatMap((part) => Object.entries(part.fields))) {
    const known = fields[key] ?? { persons: 0, eligible: 0, last_used: null };
    const times = [known.last_used, count.last_used].filter((t) => t !== null);
    fields[key] = {
      persons: known.persons + count.persons,
      eligible: known.eligible + count.eligible,
      last_used: times.length === 0 ? null : Math.max(...times),
    };
  }
  return { fields, quality: parts.map((part) => part.quality).reduce(added, NOTHING) };
}
