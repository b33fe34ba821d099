import { currentRulebook, type Rulebook, readState } from '../consent';
import { type ContactPoint, contactHashes, contactPoints } from '../identity';
import { attributesOfMany, fieldOf, interactionsOf, ordersOfMany, type StoredAttribute } from '../people';
import type { Reader } from '../platform';
import { type Aim, judge, type Point, type Verdict } from './audience';
import { type CellValue, type Column, declares } from './columns';
import { type Facts, matches } from './matches';
import { leavesOf, type Rule, type Scalar } from './rule';

/** What a release wants to know of everybody: for what, who is meant (nobody named: all), and which columns. */
export type Wanted = { aim: Aim; rule: Rule | null; columns: readonly Column[] };

/** Person → contact-point hash → is it suppressed, as the identifiers' vaults have said. */
export type Checked = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

const ORDERS = 'user.behavior.purchase_history';
const BEHAVIOUR = 'user.behavior';

/** Reads a page of persons at once and answers one after the other. */
export function readPersons(r: Reader, book: Rulebook, persons: readonly string[], wanted: Wanted) {
  const leaves = wanted.rule ? leavesOf(wanted.rule) : [];
  const fields = new Set([
    ...leaves.flatMap((l) => ('field' in l ? [l.field] : [])),
    ...wanted.columns.flatMap((c) => (c.from === 'attribute' ? [c.key] : [])),
  ]);
  const uses = (category: string) => declares(book, wanted.aim.purpose, category);
  const withOrders = leaves.some((l) => 'orders' in l) && uses(ORDERS);
  const withInteractions = leaves.some((l) => 'interactions' in l) && uses(BEHAVIOUR);
  const attributes = fields.size > 0 ? attributesOfMany(r, persons, [...fields]) : new Map<string, StoredAttribute[]>();
  const orders = withOrders ? ordersOfMany(r, persons) : undefined;
  return (person: string): { values: Record<string, CellValue>; facts: Facts } => {
    const values = usable(book, attributes.get(person) ?? [], wanted.aim);
    return {
      values,
      facts: {
        values: values as Record<string, Scalar | readonly Scalar[]>,
        orders: orders && (orders.get(person) ?? []).filter((o) => o.status === 'paid'),
        interactions: withInteractions ? interactionsOf(r, person, { limit: 1000 }) : undefined,
      },
    };
  };
}

/**
 * The cells that may be used: collected for this purpose (and for this unit, where consent is per unit), not over, of a
 * field that declares the purpose, of a category that the purpose declares; special ones only where the purpose is one for
 * special categories, whose yes is explicit.
 */
function usable(book: Rulebook, stored: readonly StoredAttribute[], aim: Aim): Record<string, CellValue> {
  const values: Record<string, CellValue> = {};
  for (const a of stored) {
    const field = fieldOf(book, a.field);
    if (a.purpose !== aim.purpose || a.value === null || !field?.purposes.includes(aim.purpose)) continue;
    if (a.unit !== '' && a.unit !== aim.unit) continue;
    if (!declares(book, aim.purpose, field.category)) continue;
    if (field.special && !book.purposes[aim.purpose]?.special_category) continue;
    values[a.field] = a.value as CellValue;
  }
  return values;
}

/** A person before a release: is it meant, and may it leave? */
export type Standing = { matched: false } | { matched: true; verdict: Verdict };

/**
 * Nobody leaves unchecked: whoever has got a yes only since the suppressions were asked for waits for the next download.
 */
export function standingOf(
  r: Reader,
  book: Rulebook,
  person: string,
  facts: Facts,
  wanted: Wanted,
  checked: Checked | undefined,
): Standing {
  if (wanted.rule && !matches(wanted.rule, facts, r.now)) return { matched: false };
  const state = readState(r.db, person);
  const points = pointsOf(r, person, checked?.[person]);
  const verdict = judge(book, state, points, wanted.aim, r.now);
  const unchecked = checked !== undefined && checked[person] === undefined && points.length > 0;
  return { matched: true, verdict: verdict.out && unchecked ? { out: false, reason: 'suppressed' } : verdict };
}

/** Contact points without their values. Where the person was checked, a point that came meanwhile counts as suppressed. */
const pointsOf = (r: Reader, person: string, checked: Checked[string] | undefined): Point[] =>
  contactHashes(r.db, person).map(({ hash, kind }) => ({
    hash,
    kind,
    suppressed: checked ? (checked[hash] ?? true) : false,
  }));

/** One row, in the order of the columns. Of several points that may be used, the verified and then the oldest is shown. */
export function rowOf(
  r: Reader,
  person: string,
  values: Readonly<Record<string, CellValue>>,
  points: ReadonlySet<string>,
  columns: readonly Column[],
): CellValue[] {
  const contacts = columns.some((c) => c.from === 'contact') && points.size > 0 ? contactPoints(r, person) : [];
  return columns.map((c) => {
    if (c.from === 'person') return person;
    if (c.from === 'attribute') return values[c.key] ?? null;
    return best(contacts.filter((p) => p.kind === c.kind && points.has(p.hash)));
  });
}

const best = (points: readonly ContactPoint[]): string | null =>
  (points.find((p) => p.verified_at !== null) ?? points[0])?.value ?? null;

/** Is this person meant by a rule, seen only through what the purpose may use? Says nothing of whether it may be used. */
export function isMeant(r: Reader, rule: Rule, aim: Aim, person: string): boolean {
  const { facts } = readPersons(r, currentRulebook(r.db), [person], { aim, rule, columns: [] })(person);
  return matches(rule, facts, r.now);
}
