import { decide, type Rulebook } from '../consent';
import { type Field, fieldRegister } from '../people';
import { type FieldError, Refusal, type Wire } from '../platform';

/** What a column shows: the pseudonym, contact points of a kind, or a declared attribute. */
export type Column =
  | { key: string; from: 'person' }
  | { key: string; from: 'contact'; kind: string; category: string }
  | { key: string; from: 'attribute'; category: string; special: boolean };

/** A column that was asked for, or would have been there, and why it stays in. */
export type Dropped = { column: string; reason: DropReason };
export type DropReason = 'purpose_not_declared' | 'undeclared_category' | 'explicit_required';

export type Plan = { columns: Column[]; dropped: Dropped[] };

/** One cell: nothing, a scalar, or a list of words. */
export type CellValue = null | string | number | boolean | readonly string[];

/** Contact points as columns. Kinds are those of the directory; categories are fideslang's. */
const CONTACTS: readonly { key: string; category: string }[] = [
  { key: 'email', category: 'user.contact.email' },
  { key: 'phone', category: 'user.contact.phone_number' },
  { key: 'customer', category: 'user.unique_id' },
  { key: 'external', category: 'user.unique_id' },
];

/**
 * Columns by purpose: those that the purpose declares, of those that were asked for (or of all that there are). The
 * pseudonym is always there: by it a recipient is told later whom to forget. A name that nobody has declared is refused.
 */
export function planColumns(book: Rulebook, purpose: string, asked: readonly string[] | undefined): Plan {
  const register = fieldRegister(book);
  refuseUnknown(asked, register);
  const wanted = asked ?? [
    ...CONTACTS.map((c) => c.key),
    ...Object.keys(register).filter((k) => !register[k]?.archived),
  ];
  const plan: Plan = { columns: [{ key: 'person', from: 'person' }], dropped: [] };
  for (const key of new Set(wanted)) {
    if (key === 'person') continue;
    const column = columnOf(key, register[key]);
    const reason = whyNot(book, purpose, column, register[key]);
    if (!reason) plan.columns.push(column);
    else plan.dropped.push({ column: key, reason });
  }
  return plan;
}

function columnOf(key: string, field: Field | undefined): Column {
  const contact = CONTACTS.find((c) => c.key === key);
  if (contact) return { key, from: 'contact', kind: key, category: contact.category };
  return { key, from: 'attribute', category: field!.category, special: field!.special };
}

function whyNot(book: Rulebook, purpose: string, column: Column, field: Field | undefined): DropReason | undefined {
  if (column.from === 'person') return undefined;
  if (column.from === 'attribute' && !field!.purposes.includes(purpose)) return 'purpose_not_declared';
  if (!declares(book, purpose, column.category)) return 'undeclared_category';
  if (column.from === 'attribute' && column.special && !book.purposes[purpose]?.special_category)
    return 'explicit_required';
  return undefined;
}

/** Rulebooks are immutable, so what they declare is asked once. */
const known = new WeakMap<Rulebook, Map<string, boolean>>();

/** Does the purpose say that it uses this category? Asked of the one rule, with a person of whom nothing is known. */
export function declares(book: Rulebook, purpose: string, category: string): boolean {
  const answers = known.get(book) ?? new Map<string, boolean>();
  known.set(book, answers);
  const key = `${purpose} ${category}`;
  const before = answers.get(key);
  if (before !== undefined) return before;
  const { reason } = decide(book, { v: 1, acts: [] }, { purpose, category }, 0);
  const answer = reason !== 'undeclared_category' && reason !== 'unknown_purpose';
  answers.set(key, answer);
  return answer;
}

function refuseUnknown(asked: readonly string[] | undefined, register: Readonly<Record<string, Field>>): void {
  const fields: FieldError[] = (asked ?? []).flatMap((key, i) =>
    key === 'person' ||
    CONTACTS.some((c) => c.key === key) ||
    (Object.hasOwn(register, key) && !register[key]!.archived)
      ? []
      : [{ path: `/body/columns/${i}`, message: `"${key}" is not in the field register` }],
  );
  if (fields.length > 0) throw new Refusal('undeclared_attribute', 'these columns are not declared', fields as Wire);
}
