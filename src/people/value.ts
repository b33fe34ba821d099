import type { Wire } from '../platform';
import type { Field, FieldFormat } from './register';

/** A value as it is stored, or what is wrong with it. */
export type Checked = { ok: true; value: Wire } | { ok: false; message: string };

const wrong = (message: string): Checked => ({ ok: false, message });
const right = (value: Wire): Checked => ({ ok: true, value });

const MAX_STRING = 256;
const MAX_TEXT = 4000;
const MAX_LIST = 100;

/** Is this a valid value of the field? Answers the canonical form (trimmed, NFC; lists sorted and without doubles). */
export function checkValue(field: Field, value: Wire): Checked {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? right(value) : wrong('must be true or false');
    case 'integer':
    case 'number':
      return checkNumber(field, value);
    case 'date':
      return typeof value === 'string' && isDate(value) ? right(value) : wrong('must be a date such as 1984-02-29');
    case 'string_list':
      return checkList(field, value);
    default:
      return checkString(field, value);
  }
}

function checkNumber(field: Field, value: Wire): Checked {
  if (typeof value !== 'number' || !Number.isFinite(value)) return wrong('must be a number');
  if (field.type === 'integer' && !Number.isSafeInteger(value)) return wrong('must be a whole number');
  if (field.min !== undefined && value < field.min) return wrong(`must be at least ${field.min}`);
  if (field.max !== undefined && value > field.max) return wrong(`must be at most ${field.max}`);
  return right(value);
}

function checkString(field: Field, value: Wire): Checked {
  if (typeof value !== 'string') return wrong('must be a string');
  const clean = value.normalize('NFC').trim();
  const max = field.max_length ?? (field.type === 'text' ? MAX_TEXT : MAX_STRING);
  if (clean === '') return wrong('is empty');
  if (clean.length > max) return wrong(`must have at most ${max} characters`);
  if (field.values && !field.values.includes(clean)) return wrong(`must be one of ${field.values.join(', ')}`);
  if (field.format && !FORMAT[field.format](clean)) return wrong(`is not a valid ${field.format.replaceAll('_', ' ')}`);
  return right(clean);
}

function checkList(field: Field, value: Wire): Checked {
  if (!Array.isArray(value)) return wrong('must be a list of strings');
  if (value.length > MAX_LIST) return wrong(`must have at most ${MAX_LIST} entries`);
  const clean: string[] = [];
  for (const item of value as readonly Wire[]) {
    const checked = checkString({ ...field, type: 'string' }, item);
    if (!checked.ok) return wrong(`an entry ${checked.message}`);
    clean.push(checked.value as string);
  }
  return right([...new Set(clean)].sort());
}

const isDate = (s: string): boolean => {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(s);
  if (!m) return false;
  const at = new Date(Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3])));
  return (
    at.getUTCFullYear() === Number(m[1]) && at.getUTCMonth() === Number(m[2]) - 1 && at.getUTCDate() === Number(m[3])
  );
};

function isHttpUrl(s: string): boolean {
  try {
    return /^https?:$/.test(new URL(s).protocol);
  } catch {
    return false;
  }
}

const FORMAT: Readonly<Record<FieldFormat, (s: string) => boolean>> = {
  country: (s) => /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(s),
  language: (s) => /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(s),
  postal_code: (s) => /^[A-Za-z0-9][A-Za-z0-9 -]{1,10}$/.test(s),
  url: isHttpUrl,
  time_of_day: (s) => /^([01]\d|2[0-3]):[0-5]\d$/.test(s),
};

/** Categories whose values lead to a person in the world, or are too delicate to lie in the clear. */
const SEALED_CATEGORIES = [
  'user.account',
  'user.authorization',
  'user.biometrics',
  'user.contact',
  'user.content',
  'user.criminal_history',
  'user.demographic.date_of_birth',
  'user.device',
  'user.financial',
  'user.government_id',
  'user.health',
  'user.location.precise',
  'user.name',
  'user.payment',
];

/** Must the value be sealed under the person's key? Free text, direct identifiers and special categories are. */
export function isSealed(field: Pick<Field, 'type' | 'values' | 'category' | 'special'>): boolean {
  if (field.special || field.type === 'text') return true;
  if (SEALED_CATEGORIES.some((c) => field.category === c || field.category.startsWith(`${c}.`))) return true;
  return (field.type === 'string' || field.type === 'string_list') && !field.values;
}
