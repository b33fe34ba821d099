import * as z from 'zod';

/**
 * Who is meant, as a closed tree: no SQL, no code, no patterns. A leaf compares one declared attribute, or counts or adds
 * up orders or interactions. A comparison with what isn't there is false, whatever the comparison; only `missing` is true
 * of it. `not` turns an answer around, and is the only thing that does.
 */
export type Rule =
  | { all: Rule[] }
  | { any: Rule[] }
  | { not: Rule }
  | FieldLeaf
  | OrdersLeaf
  | InteractionsLeaf
  | EveryoneLeaf;

export type Scalar = string | number | boolean;
export type Compare = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

/** `is` of a list holds when one of its members is meant; `ne` and `not_in` hold when none is. */
export type FieldLeaf = { field: string; is: Compare | 'in' | 'not_in' | 'set' | 'missing'; value?: Scalar | Scalar[] };

/** `count`: orders; `total` and `margin`: minor units of `currency`; `days_since`: whole days since the last. */
export type OrdersLeaf = {
  orders: 'count' | 'total' | 'margin' | 'days_since';
  is: Compare;
  value: number;
  currency?: string;
  within_days?: number;
  unit?: string;
  channel?: string;
};

export type InteractionsLeaf = {
  interactions: 'count' | 'days_since';
  is: Compare;
  value: number;
  within_days?: number;
  unit?: string;
  channel?: string;
  kind?: string;
};

export type EveryoneLeaf = { everyone: true };

/** Deeper or longer trees are refused: they can't be read, and a statement takes at most 100 parameters. */
export const MAX_DEPTH = 8;
export const MAX_LEAVES = 40;
const MAX_LIST = 200;

const compare = z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']);
const scalar = z.union([z.string().max(500), z.number(), z.boolean()]);
const key = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be small letters, digits and _');
const days = z.int().min(1).max(36_500);
const label = z.string().min(1).max(64);
const finite = z.number();

const needsValue = 'needs a value that fits the comparison';

const fieldLeaf = z
  .strictObject({
    field: key,
    is: z.enum([...compare.options, 'in', 'not_in', 'set', 'missing']),
    value: z.union([scalar, z.array(scalar).min(1).max(MAX_LIST)]).optional(),
  })
  .refine(fits, { path: ['value'], message: needsValue });

/** Which value a comparison takes: none, a list, something with an order, or anything. */
function fits({ is, value }: { is: FieldLeaf['is']; value?: Scalar | Scalar[] }): boolean {
  if (is === 'set' || is === 'missing') return value === undefined;
  if (is === 'in' || is === 'not_in') return Array.isArray(value);
  if (value === undefined || Array.isArray(value)) return false;
  return is === 'eq' || is === 'ne' || typeof value !== 'boolean';
}

const scope = { within_days: days.optional(), unit: key.optional(), channel: label.optional() };

const ordersLeaf = z
  .strictObject({
    orders: z.enum(['count', 'total', 'margin', 'days_since']),
    is: compare,
    value: finite,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
      .optional(),
    ...scope,
  })
  .refine((l) => (l.orders === 'total' || l.orders === 'margin') === (l.currency !== undefined), {
    path: ['currency'],
    message: 'sums of money need their currency, and nothing else has one',
  });

const interactionsLeaf = z.strictObject({
  interactions: z.enum(['count', 'days_since']),
  is: compare,
  value: finite,
  kind: label.optional(),
  ...scope,
});

const node: z.ZodType<Rule> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(node).min(1).max(MAX_LEAVES) }),
    z.strictObject({ any: z.array(node).min(1).max(MAX_LEAVES) }),
    z.strictObject({ not: node }),
    z.strictObject({ everyone: z.literal(true) }),
    fieldLeaf,
    ordersLeaf,
    interactionsLeaf,
  ]),
);

/** The schema at the border. Size is checked before shape, so that a deep tree costs nothing. */
export const ruleSchema: z.ZodType<Rule> = z
  .unknown()
  .refine((x) => depthOf(x) <= MAX_DEPTH, `may be at most ${MAX_DEPTH} levels deep`)
  .pipe(node as z.ZodType<Rule, unknown>)
  .refine((r) => leavesOf(r).length <= MAX_LEAVES, `may have at most ${MAX_LEAVES} leaves`) as z.ZodType<Rule>;

/** Levels of groups in something that may be a rule; stops counting where it is too deep anyway. */
function depthOf(x: unknown, level = 1): number {
  if (typeof x !== 'object' || x === null || level > MAX_DEPTH) return level;
  const { all, any, not } = x as { all?: unknown; any?: unknown; not?: unknown };
  const children = [...(Array.isArray(all) ? all : []), ...(Array.isArray(any) ? any : []), ...(not ? [not] : [])];
  return children.reduce<number>((deepest, c) => Math.max(deepest, depthOf(c, level + 1)), level);
}

export type Leaf = FieldLeaf | OrdersLeaf | InteractionsLeaf | EveryoneLeaf;

export function leavesOf(rule: Rule): Leaf[] {
  if ('all' in rule) return rule.all.flatMap(leavesOf);
  if ('any' in rule) return rule.any.flatMap(leavesOf);
  if ('not' in rule) return leavesOf(rule.not);
  return [rule];
}

/** A leaf in words, without anybody's data. */
export function sentenceOf(leaf: Leaf): string {
  if ('everyone' in leaf) return 'everyone';
  const value = 'value' in leaf && leaf.value !== undefined ? ` ${JSON.stringify(leaf.value)}` : '';
  if ('field' in leaf) return `${leaf.field} ${words[leaf.is]}${value}`;
  const what = 'orders' in leaf ? `orders: ${leaf.orders}` : `interactions: ${leaf.interactions}`;
  const { is, value: _, ...rest } = leaf;
  const where = Object.entries(rest)
    .filter(([k, v]) => k !== 'orders' && k !== 'interactions' && v !== undefined)
    .map(([k, v]) => `${k} ${v}`);
  return `${what} ${words[is]}${value}${where.length > 0 ? ` (${where.join(', ')})` : ''}`;
}

const words: Readonly<Record<FieldLeaf['is'], string>> = {
  eq: 'is',
  ne: 'is not',
  lt: 'is below',
  lte: 'is at most',
  gt: 'is above',
  gte: 'is at least',
  in: 'is one of',
  not_in: 'is none of',
  set: 'is known',
  missing: 'is not known',
};
