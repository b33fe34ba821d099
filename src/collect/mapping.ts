import * as z from 'zod';
import { type Kind, type Rulebook, slug } from '../consent';
import type { Subject } from '../identity';
import { checkValue, type Field, fieldOf } from '../people';
import { type FieldError, isObject, Refusal, type Wire } from '../platform';
import type { Row } from './lines';

/** How one purpose's choice is read out of a row. Column names as in the file. */
export type ConsentRule = {
  purpose: string;
  /** Column with a status word. */
  column?: string;
  granted?: readonly string[];
  refused?: readonly string[];
  /** A time in one of these columns means yes, or no. A no wins. */
  granted_at?: readonly string[];
  refused_at?: readonly string[];
  /** Columns with the time of the choice, best first. */
  when?: readonly string[];
};

/** How the columns of a company's export become what we store. */
export type Mapping = {
  /** Column → `@email`, `@email_sha256`, `@phone`, `@customer`, `@external`, `@residence`, or the key of a field. */
  columns: Readonly<Record<string, string>>;
  consents: readonly ConsentRule[];
  /** What proves a reported yes, where no column says it. Without all of it no grant is imported. */
  evidence?: { how?: string; wording?: string; by?: string };
};

const names = z.array(z.string().min(1).max(200)).max(20);
const target = z
  .string()
  .regex(/^(@email|@email_sha256|@phone|@customer|@external|@residence|[a-z][a-z0-9_]{0,62})$/, 'is no target');
const mapping = z.strictObject({
  columns: z.record(z.string().min(1).max(200), target),
  consents: z
    .array(
      z.strictObject({
        purpose: slug,
        column: z.string().max(200).optional(),
        granted: names.optional(),
        refused: names.optional(),
        granted_at: names.optional(),
        refused_at: names.optional(),
        when: names.optional(),
      }),
    )
    .max(50)
    .default([]),
  evidence: z
    .strictObject({
      how: z.string().min(1).max(400).optional(),
      wording: z.string().min(1).max(4000).optional(),
      by: z.string().min(1).max(200).optional(),
    })
    .optional(),
});

export const mappingKind: Kind = { name: 'mappings', schema: mapping as unknown as Kind['schema'], part: true };

export const mappingOf = (book: Pick<Rulebook, 'parts'>, key: string): Mapping | undefined => {
  const all = book.parts.mappings;
  return isObject(all) && Object.hasOwn(all, key) ? (all[key] as unknown as Mapping) : undefined;
};

/** All that doesn't fit between a mapping and the rulebook, before a single row is read. */
export function checkMapping(book: Rulebook, m: Mapping): void {
  const wrong: FieldError[] = [];
  const undeclared: FieldError[] = [];
  for (const [column, to] of Object.entries(m.columns)) {
    if (to.startsWith('@')) continue;
    const field = fieldOf(book, to);
    if (!field || field.derived)
      undeclared.push({ path: `/mapping/columns/${column}`, message: `"${to}" is not a declared field` });
  }
  m.consents.forEach((c, i) => {
    const purpose = Object.hasOwn(book.purposes, c.purpose) ? book.purposes[c.purpose] : undefined;
    const path = `/mapping/consents/${i}/purpose`;
    if (!purpose) wrong.push({ path, message: `"${c.purpose}" is not a purpose of ours` });
    else if (
      ['contract', 'legal_obligation', 'vital_interests'].includes(purpose.basis) ||
      purpose.device === 'necessary'
    )
      wrong.push({ path, message: `"${c.purpose}" offers no choice` });
    else if (purpose.special_category)
      wrong.push({ path, message: `"${c.purpose}" needs the person’s own explicit consent` });
  });
  if (undeclared.length > 0)
    throw new Refusal('undeclared_attribute', 'what is not declared is not stored', [...undeclared, ...wrong]);
  if (wrong.length > 0) throw new Refusal('invalid', 'this mapping does not fit the rulebook', wrong);
}

/** A row as it may be stored, if the person allows. Times are ms. */
export type MappedRow = {
  subjects: Subject[];
  residence?: string;
  attributes: { field: string; value: Wire }[];
  consents: { purpose: string; choice: 'granted' | 'refused'; when?: number }[];
  /** Values that are no valid ones. */
  bad: { field: string; value: Wire; reason: string }[];
};

/** The order in which identifiers name a person, most telling first. */
const SUBJECTS = ['@customer', '@external', '@email', '@email_sha256', '@phone'] as const;

/** Reads a row by its mapping. `unit` and `source` complete customer numbers and external ids. */
export function mapRow(
  book: Rulebook,
  m: Mapping,
  row: Exclude<Row, undefined>,
  at: { unit: string; source: string },
): MappedRow {
  const out: MappedRow = { subjects: [], attributes: [], consents: [], bad: [] };
  const cells = Object.entries(m.columns)
    .map(([column, to]) => ({ to, text: (Object.hasOwn(row, column) ? row[column]! : '').trim() }))
    .filter((c) => c.text !== '');
  for (const kind of SUBJECTS) for (const c of cells) if (c.to === kind) out.subjects.push(subjectOf(kind, c.text, at));
  for (const { to, text } of cells) {
    if (to === '@residence') out.residence = residenceOf(text) ?? out.residence;
    else if (!to.startsWith('@')) readValue(fieldOf(book, to)!, text, out);
  }
  for (const rule of m.consents) {
    const read = choiceOf(rule, row);
    if (read) out.consents.push({ purpose: rule.purpose, ...read });
  }
  return out;
}

function subjectOf(kind: (typeof SUBJECTS)[number], text: string, at: { unit: string; source: string }): Subject {
  if (kind === '@customer') return { type: 'customer', id: text.includes('~') ? text : `${at.unit}~${text}` };
  if (kind === '@external') return { type: 'external', id: `${at.source}:${text}` };
  return { type: kind.slice(1) as Subject['type'], id: text };
}

const residenceOf = (text: string): string | undefined =>
  /^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$/.test(text) ? text.toUpperCase() : undefined;

function readValue(field: Field, text: string, out: MappedRow): void {
  const value = typed(field, text);
  const checked = checkValue(field, value);
  if (checked.ok) out.attributes.push({ field: field.key, value: checked.value });
  else out.bad.push({ field: field.key, value, reason: checked.message });
}

const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];

/** A cell's text in the type of its field; what can't be read stays text, and fails the check. */
function typed(field: Field, text: string): Wire {
  switch (field.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return YES.includes(text.toLowerCase()) ? true : NO.includes(text.toLowerCase()) ? false : text;
    case 'string_list':
      return text
        .split(/[;,]/)
        .map((s) => s.trim())
        .filter(Boolean);
    default:
      return text;
  }
}

const cell = (row: Exclude<Row, undefined>, columns: readonly string[] | undefined): string | undefined =>
  columns?.map((c) => (Object.hasOwn(row, c) ? row[c]!.trim() : '')).find((text) => text !== '');

const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  // Exports write UTC without saying so: "2024-03-01 12:00:00".
  const at = Date.parse(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  return Number.isFinite(at) && at > 0 ? at : undefined;
};

/** Yes, no, or nothing said. A no wins over a yes in the same row, and an unknown word says nothing. */
function choiceOf(rule: ConsentRule, row: Exclude<Row, undefined>) {
  const word = rule.column === undefined ? '' : (cell(row, [rule.column]) ?? '').toLowerCase();
  const isOneOf = (list: readonly string[] | undefined): boolean =>
    word !== '' && (list ?? []).some((w) => w.toLowerCase() === word);
  const refused = cell(row, rule.refused_at);
  if (refused !== undefined || isOneOf(rule.refused))
    return { choice: 'refused' as const, when: timeOf(refused ?? cell(row, rule.when)) };
  const granted = cell(row, rule.granted_at);
  const isYes = rule.column === undefined ? granted !== undefined : isOneOf(rule.granted);
  return isYes ? { choice: 'granted' as const, when: timeOf(granted ?? cell(row, rule.when)) } : undefined;
}
