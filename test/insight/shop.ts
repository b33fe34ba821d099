import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { seeded } from '../../src/insight/numeric/random';
import { simulate } from '../../src/insight/simulate';
import { openHouse, START } from '../engage/house';

const DAY = 86_400_000;
const en = (text: string) => ({ en: text });
const derived = (key: string, type: string, more: object = {}) =>
  [
    'fields',
    key,
    {
      name: en(key),
      group: 'transactions',
      type,
      category: 'user.behavior.purchase_history',
      purposes: ['profiling'],
      retention_days: 365,
      owner: 'shop',
      derived: true,
      ...more,
    },
  ] as const;

export const ANALYSES = [
  derived('lifetime_value', 'integer'),
  derived('expected_purchases', 'number'),
  derived('alive', 'number'),
  derived('relation', 'string', { values: ['true_friend', 'butterfly', 'barnacle', 'stranger'] }),
  [
    'analyses',
    'main',
    {
      profiling: 'profiling',
      statistics: 'statistics',
      currency: 'EUR',
      k: 5,
      scores: { value: 'lifetime_value', expected_purchases: 'expected_purchases', alive: 'alive', group: 'relation' },
    },
  ],
] as const;

/** Runs tasks some at a time. */
export async function batched<T>(items: readonly T[], run: (item: T) => Promise<unknown>, size = 50): Promise<void> {
  for (let i = 0; i < items.length; i += size) await Promise.all(items.slice(i, i + size).map(run));
}

/** A shop with a year of customers who buy as the model says. `choicesOf` says what each of them has granted. */
export async function openAnalysed(vaults: number, customers: number, choicesOf: (n: number) => object) {
  const house = await openHouse(vaults, ANALYSES as never);
  const bought = simulate({
    purchases: { r: 1.2, alpha: 6, a: 0.8, b: 2.5 },
    spend: { p: 6, q: 4, v: 15 },
    customers,
    arrival: 12,
    weeks: 50,
    from: START - 51 * 7 * DAY,
    random: seeded(7),
  });
  const people = new Map<string, string>();
  const names = [...new Set(bought.map((p) => p.customer))];
  await batched(names, async (name) => {
    people.set(name, await house.customer(name, [], choicesOf(Number(name.slice(1)))));
  });
  const orders = bought.map((p, i) => ({ ...p, total: Math.round(p.spend * 100), number: `o${i}` }));
  await batched(orders, async ({ customer, at, total, number }) => {
    const lines = [{ product: 'doll', quantity: 1, price: total, margin: Math.round(total * 0.4) }];
    const body = { subject: { type: 'person', id: people.get(customer) }, unit: 'shop', number, lines };
    const when = new Date(Math.floor(at / DAY) * DAY + DAY / 2).toISOString();
    const rest = { at: when, currency: 'EUR', purpose: 'service' };
    const answer = await house.send('POST', '/v1/orders', { ...body, ...rest });
    if (answer.status !== 201) throw new Error(answer.text);
  });
  /** Asks all vaults' files by plain SQL, past the whole product. */
  const sql = <R>(text: string, params: Record<string, unknown> = {}): R[] =>
    Array.from({ length: vaults }, (_, i) => {
      const db = new Sqlite(join(house.dir, `vault-${i}.db`), { readonly: true });
      try {
        return db.prepare(text).all(params) as R[];
      } finally {
        db.close();
      }
    }).flat();
  return { ...house, people, orders, sql };
}

export type Analysed = Awaited<ReturnType<typeof openAnalysed>>;
