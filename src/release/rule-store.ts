import type { Param, ReadDb } from '../platform';
import type { Compare, FieldLeaf, InteractionsLeaf, Leaf, OrdersLeaf, Rule, Scalar } from './rule';

/** What a compiled rule may look at; the same limits as those of the facts that `matches` is given. */
export type Sight = { purpose: string; unit?: string; orders: boolean; interactions: boolean; now: number };

/** A condition on `p.id` with its parameters. No part of a rule is ever in the text. */
export type Compiled = { sql: string; params: Param[] };

const DAY = 86_400_000;
/** A statement takes at most 100 parameters in a Durable Object; some are the caller's. */
export const MAX_PARAMS = 90;

const SIGN: Readonly<Record<Compare, string>> = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/** Compiles a rule for one purpose. Values under a person's key can't be seen by SQL: the caller must not ask for them. */
export function compileRule(rule: Rule, sight: Sight): Compiled {
  if ('all' in rule) return joined(rule.all, ' and ', sight);
  if ('any' in rule) return joined(rule.any, ' or ', sight);
  if ('not' in rule) {
    const inner = compileRule(rule.not, sight);
    return { sql: `not (${inner.sql})`, params: inner.params };
  }
  return compileLeaf(rule, sight);
}

function joined(rules: readonly Rule[], by: string, sight: Sight): Compiled {
  const parts = rules.map((r) => compileRule(r, sight));
  return { sql: `(${parts.map((p) => `(${p.sql})`).join(by)})`, params: parts.flatMap((p) => p.params) };
}

const NEVER: Compiled = { sql: '0', params: [] };

function compileLeaf(leaf: Leaf, sight: Sight): Compiled {
  if ('everyone' in leaf) return { sql: '1', params: [] };
  if ('field' in leaf) return compileField(leaf, sight);
  if ('orders' in leaf) return sight.orders ? compileOrders(leaf, sight) : NEVER;
  return sight.interactions ? compileInteractions(leaf, sight) : NEVER;
}

/** The members of a field's value: what was collected for the purpose and is not over. */
function members(leaf: FieldLeaf, sight: Sight, where: string, more: readonly Param[]): Compiled {
  return {
    sql: `exists (select 1 from attribute a, json_each(a.value) e
      where a.person = p.id and a.field = ? and a.purpose = ? and a.unit in ('', ?) and a.expires_at > ? and ${where})`,
    params: [leaf.field, sight.purpose, sight.unit ?? '', sight.now, ...more],
  };
}

function compileField(leaf: FieldLeaf, sight: Sight): Compiled {
  const any = members(leaf, sight, '1', []);
  if (leaf.is === 'set') return any;
  if (leaf.is === 'missing') return { sql: `not ${any.sql}`, params: any.params };
  if (leaf.is === 'lt' || leaf.is === 'lte' || leaf.is === 'gt' || leaf.is === 'gte') {
    const value = leaf.value as Scalar;
    const type = typeof value === 'number' ? `e.type in ('integer', 'real')` : `e.type = 'text'`;
    return members(leaf, sight, `${type} and e.value ${SIGN[leaf.is]} ?`, [value as Param]);
  }
  const hit = members(leaf, sight, SAME, [JSON.stringify(Array.isArray(leaf.value) ? leaf.value : [leaf.value])]);
  if (leaf.is === 'eq' || leaf.is === 'in') return hit;
  return { sql: `(${any.sql} and not ${hit.sql})`, params: [...any.params, ...hit.params] };
}

/** The same value of the same kind: 1 is not true, and '1' is not 1. */
const SAME = `exists (select 1 from json_each(?) v where v.value is e.value and (v.type = e.type
  or (v.type in ('integer', 'real') and e.type in ('integer', 'real'))))`;

type Scoped = Pick<OrdersLeaf, 'within_days' | 'unit' | 'channel'>;

function scopeOf(alias: string, leaf: Scoped, sight: Sight): Compiled {
  const parts = [`${alias}.person = p.id and ${alias}.expires_at > ? and ${alias}.at <= ?`];
  const params: Param[] = [sight.now, sight.now];
  const add = (sql: string, value: Param | undefined) => {
    if (value === undefined) return;
    parts.push(sql);
    params.push(value);
  };
  add(`${alias}.at > ?`, leaf.within_days === undefined ? undefined : sight.now - leaf.within_days * DAY);
  add(`${alias}.unit = ?`, leaf.unit);
  add(`${alias}.channel = ?`, leaf.channel);
  return { sql: parts.join(' and '), params };
}

function compileOrders(leaf: OrdersLeaf, sight: Sight): Compiled {
  const scope = scopeOf('s', leaf, sight);
  const from = `from sale s where s.status = 'paid' and ${scope.sql}`;
  if (leaf.orders === 'count') return compared(`select count(*) ${from}`, scope.params, leaf);
  if (leaf.orders === 'days_since') return since(from, 's', scope.params, leaf, sight);
  const params = [...scope.params, leaf.currency ?? ''];
  return compared(`select coalesce(sum(s.${leaf.orders}), 0) ${from} and s.currency = ?`, params, leaf);
}

function compileInteractions(leaf: InteractionsLeaf, sight: Sight): Compiled {
  const scope = scopeOf('i', leaf, sight);
  const kind = leaf.kind === undefined ? '' : ' and i.kind = ?';
  const params = [...scope.params, ...(leaf.kind === undefined ? [] : [leaf.kind])];
  const from = `from interaction i where ${scope.sql}${kind}`;
  if (leaf.interactions === 'count') return compared(`select count(*) ${from}`, params, leaf);
  return since(from, 'i', params, leaf, sight);
}

const compared = (query: string, params: Param[], leaf: { is: Compare; value: number }): Compiled => ({
  sql: `(${query}) ${SIGN[leaf.is]} ?`,
  params: [...params, leaf.value],
});

/** Whole days since the last (numbers are bound as reals, so the division must be cut); false where there is none (a comparison with null is no yes, and `not` must see a no). */
const since = (
  from: string,
  alias: string,
  params: Param[],
  leaf: { is: Compare; value: number },
  sight: Sight,
): Compiled => ({
  sql: `coalesce((select cast((? - max(${alias}.at)) / ${DAY} as integer) ${from}) ${SIGN[leaf.is]} ?, 0)`,
  params: [sight.now, ...params, leaf.value],
});

/** The last id of a window of active persons; undefined when there is none after `after`. */
export const windowEnd = (db: ReadDb, after: string, size: number): { id: string; n: number } | undefined => {
  const row = db
    .read(
      "select max(id) as id, count(*) as n from (select id from person where id > ? and status = 'active' order by id limit ?)",
    )
    .get<{ id: string | null; n: number }>(after, size);
  return row?.id == null ? undefined : { id: row.id, n: row.n };
};

/** Active persons of a window for whom the rule holds, in order. */
export const matchingIn = (db: ReadDb, compiled: Compiled, after: string, upto: string): string[] =>
  db
    .read(
      `select p.id from person p where p.id > ? and p.id <= ? and p.status = 'active' and (${compiled.sql}) order by p.id`,
    )
    .all<{ id: string }>(after, upto, ...compiled.params)
    .map((row) => row.id);
