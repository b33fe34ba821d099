import type { Compare, FieldLeaf, InteractionsLeaf, Leaf, OrdersLeaf, Rule, Scalar } from './rule';
import { sentenceOf } from './rule';

/**
 * What a rule may see of one person, for one purpose: only values that were collected for it and are not over. Orders and
 * interactions are undefined where the purpose doesn't declare that it uses them: then nothing about them holds.
 */
export type Facts = {
  values: Readonly<Record<string, Scalar | readonly Scalar[]>>;
  orders?: readonly { at: number; unit: string; channel: string; currency: string; total: number; margin: number }[];
  interactions?: readonly { at: number; unit: string; channel: string; kind: string }[];
};

const DAY = 86_400_000;

/** The meaning of a rule, as plain as it can be said. The compiler to SQL must agree with it on every input (a test). */
export function matches(rule: Rule, facts: Facts, now: number): boolean {
  if ('all' in rule) return rule.all.every((r) => matches(r, facts, now));
  if ('any' in rule) return rule.any.some((r) => matches(r, facts, now));
  if ('not' in rule) return !matches(rule.not, facts, now);
  return leafHolds(rule, facts, now);
}

export function leafHolds(leaf: Leaf, facts: Facts, now: number): boolean {
  if ('everyone' in leaf) return true;
  if ('field' in leaf) return fieldHolds(leaf, membersOf(facts.values[leaf.field]));
  if ('orders' in leaf) return facts.orders !== undefined && ordersHold(leaf, facts.orders, now);
  return facts.interactions !== undefined && interactionsHold(leaf, facts.interactions, now);
}

const membersOf = (value: Scalar | readonly Scalar[] | undefined): readonly Scalar[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Scalar];

function fieldHolds({ is, value }: FieldLeaf, members: readonly Scalar[]): boolean {
  if (is === 'missing') return members.length === 0;
  if (members.length === 0) return false;
  if (is === 'set') return true;
  const meant = (Array.isArray(value) ? value : [value]) as Scalar[];
  const hit = members.some((m) => meant.some((v) => m === v));
  switch (is) {
    case 'eq':
    case 'in':
      return hit;
    case 'ne':
    case 'not_in':
      return !hit;
    default:
      return members.some((m) => ordered(m, is, meant[0]!));
  }
}

/** Numbers with numbers, texts with texts; everything else has no order. */
function ordered(a: Scalar, is: Compare, b: Scalar): boolean {
  if (typeof a === 'number' && typeof b === 'number') return compared(a - b, is);
  if (typeof a === 'string' && typeof b === 'string')
    return compared(Buffer.compare(Buffer.from(a), Buffer.from(b)), is);
  return false;
}

function compared(difference: number, is: Compare): boolean {
  switch (is) {
    case 'eq':
      return difference === 0;
    case 'ne':
      return difference !== 0;
    case 'lt':
      return difference < 0;
    case 'lte':
      return difference <= 0;
    case 'gt':
      return difference > 0;
    case 'gte':
      return difference >= 0;
  }
}

type Scoped = { at: number; unit: string; channel: string };

const inScope = (leaf: OrdersLeaf | InteractionsLeaf, now: number) => (x: Scoped) =>
  x.at <= now &&
  (leaf.within_days === undefined || x.at > now - leaf.within_days * DAY) &&
  (leaf.unit === undefined || x.unit === leaf.unit) &&
  (leaf.channel === undefined || x.channel === leaf.channel);

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const last = (list: readonly Scoped[]): number => list.reduce((at, x) => Math.max(at, x.at), 0);
const daysSince = (at: number, now: number): number => Math.floor((now - at) / DAY);

function ordersHold(leaf: OrdersLeaf, orders: NonNullable<Facts['orders']>, now: number): boolean {
  const meant = orders.filter(inScope(leaf, now));
  const { orders: what, currency, is, value } = leaf;
  if (what === 'count') return compared(meant.length - value, is);
  if (what === 'days_since') return meant.length > 0 && compared(daysSince(last(meant), now) - value, is);
  return compared(sum(meant.filter((o) => o.currency === currency).map((o) => o[what])) - value, is);
}

function interactionsHold(leaf: InteractionsLeaf, all: NonNullable<Facts['interactions']>, now: number): boolean {
  const meant = all.filter(inScope(leaf, now)).filter((x) => leaf.kind === undefined || x.kind === leaf.kind);
  if (leaf.interactions === 'count') return compared(meant.length - leaf.value, leaf.is);
  return meant.length > 0 && compared(daysSince(last(meant), now) - leaf.value, leaf.is);
}

/** One step of an explanation: where in the rule, what it asks, whether it holds. Never the value itself. */
export type Step = { path: string; asks: string; holds: boolean; because?: string };

/** Every leaf and group with its answer, from the top down. */
export function traceOf(rule: Rule, facts: Facts, now: number, path = '/rule'): Step[] {
  const holds = matches(rule, facts, now);
  const below = (kids: readonly Rule[], name: string) =>
    kids.flatMap((r, i) => traceOf(r, facts, now, `${path}/${name}/${i}`));
  if ('all' in rule) return [{ path, asks: 'all of these', holds }, ...below(rule.all, 'all')];
  if ('any' in rule) return [{ path, asks: 'one of these', holds }, ...below(rule.any, 'any')];
  if ('not' in rule) return [{ path, asks: 'not this', holds }, ...traceOf(rule.not, facts, now, `${path}/not`)];
  return [{ path, asks: sentenceOf(rule), holds, ...because(rule, facts) }];
}

function because(leaf: Leaf, facts: Facts): { because?: string } {
  if ('field' in leaf && membersOf(facts.values[leaf.field]).length === 0)
    return { because: 'there is no value that may be used for this purpose' };
  if ('orders' in leaf && !facts.orders) return { because: 'this purpose does not declare purchase history' };
  if ('interactions' in leaf && !facts.interactions) return { because: 'this purpose does not declare behaviour' };
  return {};
}
