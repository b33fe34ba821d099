import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../src/release/matches';
import { openShop, type Shop } from './fixture';

const email = (name: string) => ({ type: 'email' as const, id: `${name}@customers.example` });
const readers = {
  name: 'Readers who bought twice',
  purpose: 'marketing_email',
  channel: 'email',
  rule: {
    all: [
      { orders: 'count', is: 'gte', value: 2, within_days: 365 },
      { field: 'preferred_language', is: 'in', value: ['en', 'de'] },
    ],
  },
} as const;

type Explained = { matched: boolean; eligible: boolean; reason: string; steps: Step[] };
type Problem = { errors: { path: string; message: string }[] };

describe.each([1, 4])('segments over %i vaults', (vaults) => {
  let shop: Shop;
  let id: string;
  const person: Record<string, string> = {};
  const explain = async (name: string) =>
    (await shop.send<Explained>('POST', `/v1/segments/${id}/explain`, { subject: email(name) })).body;

  beforeAll(async () => {
    shop = await openShop(vaults);
    const people: [string, string, number, string][] = [
      ['ann', 'granted', 2, 'en'],
      ['bob', 'refused', 3, 'en'],
      ['cat', 'granted', 1, 'en'],
      ['dan', 'granted', 2, 'fr'],
    ];
    for (const [i, [name, choice, orders, language]] of people.entries()) {
      person[name] = await shop.put(`${i}`, {}, { identifiers: [email(name)] });
      await shop.grant(email(name), { marketing_email: choice });
      await shop.put(`${i}`, { preferred_language: language });
      for (let n = 0; n < orders; n++) {
        const { status } = await shop.send('POST', '/v1/orders', {
          subject: email(name),
          unit: 'shop',
          number: `${i}-${n}`,
          at: '2026-10-01T00:00:00Z',
          currency: 'EUR',
          purpose: 'essential',
          lines: [{ product: 'bk_night', quantity: 1, price: 1800 }],
        });
        expect(status).toBe(201);
      }
    }
    const made = await shop.send<{ id: string }>('POST', '/v1/segments', readers);
    expect(made.status).toBe(201);
    id = made.body.id;
  });
  afterAll(() => shop.close());

  it('release who is meant and may be reached; matched is eligible and excluded together', async () => {
    const { body } = await shop.order({
      purpose: 'marketing_email',
      segment: id,
      format: 'ndjson',
      recipient: 'pigeonloft',
    });
    expect((await shop.rows(body.id)).map((r) => r.person)).toEqual([person.ann]);
    const { manifest } = await shop.manifest(body.id);
    expect(manifest).toMatchObject({ channel: 'email', segment: { id, version: 1 } });
    expect(manifest.counts.matched).toBe(manifest.counts.released);
    expect(manifest.counts).toEqual({ matched: 1, released: 1, excluded: {} });
  });

  it('see of somebody who refused nothing that was collected for the purpose, so the rule does not mean them', async () => {
    const bob = await explain('bob');
    expect(bob).toMatchObject({ matched: false, eligible: false, reason: 'not_matched' });
    expect(bob.steps.at(-1)).toMatchObject({ path: '/decision', holds: false, because: 'refused' });
    expect(bob.steps.find((s) => s.path === '/rule/all/1')).toMatchObject({
      holds: false,
      because: 'there is no value that may be used for this purpose',
    });
  });

  it('explain one person, step by step, without a value', async () => {
    expect(await explain('ann')).toMatchObject({ matched: true, eligible: true, reason: 'allowed' });
    const dan = await explain('dan');
    expect(dan.steps.map((s) => [s.path, s.holds])).toEqual([
      ['/rule', false],
      ['/rule/all/0', true],
      ['/rule/all/1', false],
      ['/decision', true],
    ]);
    expect(JSON.stringify(dan)).not.toContain('"fr"');
  });

  it('need purpose and channel, and may say that nobody is contacted', async () => {
    const { channel, ...without } = readers;
    expect((await shop.send('POST', '/v1/segments', without)).status).toBe(422);
    const { purpose, ...aimless } = readers;
    expect((await shop.send('POST', '/v1/segments', aimless)).status).toBe(422);
    const counted = {
      name: 'Pro',
      purpose: 'analytics',
      channel: null,
      rule: { field: 'plan', is: 'eq', value: 'pro' },
    };
    expect((await shop.send('POST', '/v1/segments', counted)).status).toBe(201);
  });

  it('are refused when they ask for what their purpose does not declare; everything at once', async () => {
    const rule = {
      any: [
        { field: 'shoe_size', is: 'gt', value: 40 },
        { field: 'birth_year', is: 'lt', value: 1990 },
        { orders: 'count', is: 'gt', value: 1 },
        { field: 'diet', is: 'set' },
      ],
    };
    const { status, body } = await shop.send<Problem>('POST', '/v1/segments', {
      ...readers,
      purpose: 'similar_offers',
      channel: 'sms',
      rule,
    });
    expect(status).toBe(422);
    expect(body.errors).toHaveLength(5);
    expect(body.errors.map((e) => e.path)).toEqual([
      '/body/channel',
      '/body/rule',
      '/body/rule',
      '/body/rule',
      '/body/rule',
    ]);
  });

  it('keep every version, and an export keeps the version it was ordered with', async () => {
    const order = { purpose: 'marketing_email', segment: id, format: 'ndjson', recipient: 'pigeonloft' } as const;
    const { body: ordered } = await shop.order(order);
    const changed = await shop.send<{ version: number }>('PUT', `/v1/segments/${id}`, {
      ...readers,
      rule: { everyone: true },
    });
    expect(changed.body.version).toBe(2);
    expect(await shop.rows(ordered.id)).toHaveLength(1);
    const { body: fresh } = await shop.order(order);
    expect(await shop.rows(fresh.id)).toHaveLength(3);
    const guarded = await shop.send('PUT', `/v1/segments/${id}`, readers, { 'if-match': '"1"' });
    expect(guarded.status).toBe(412);
    const { body } = await shop.send<{ version: number; history: unknown[] }>('GET', `/v1/segments/${id}`);
    expect([body.version, body.history.length]).toEqual([2, 2]);
  });

  it('are used only for their own purpose', async () => {
    const wrong = await shop.order({ purpose: 'analytics', segment: id, format: 'csv', recipient: 'tallybrook' });
    expect(wrong.status).toBe(422);
  });
});
