import { afterEach, describe, expect, it } from 'vitest';
import { addsUp } from '../../src/release/manifest';
import { openShop, type Shop } from './fixture';

const email = (name: string) => ({ type: 'email' as const, id: `${name}@customers.example` });
const DAY = 86_400_000;

/** A small random generator with a seed (mulberry32), so that a failure can be run again. */
function randomOf(seed: number): (n: number) => number {
  let a = seed;
  return (n) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** What the reference knows of a person: as little as the promise needs. */
type Known = {
  status: 'never' | 'granted' | 'refused' | 'withdrawn';
  plan?: string;
  age?: { value: string; at: number };
};

let shop: Shop | undefined;
afterEach(async () => {
  await shop?.close();
  shop = undefined;
});

describe.each([1, 4])('no cell leaves without a live basis, over %i vaults', (vaults) => {
  it.each([1, 2, 3])('whatever happens before (seed %i)', async (seed) => {
    shop = await openShop(vaults);
    const random = randomOf(seed * 1000 + vaults);
    const names = ['ann', 'bob', 'cat', 'dan', 'eve', 'fay'];
    const model = new Map<string, Known>();
    const ids = new Map<string, string>();
    for (const [i, name] of names.entries()) {
      ids.set(name, await shop.put(`${i}`, {}, { identifiers: [email(name)] }));
      model.set(name, { status: 'never' });
    }
    for (let step = 0; step < 40; step++) {
      const name = names[random(names.length)]!;
      const known = model.get(name)!;
      const what = random(6);
      if (what < 2) {
        const status = (['granted', 'refused', 'withdrawn'] as const)[random(3)]!;
        await shop.grant(email(name), { analytics: status });
        model.set(name, status === 'granted' ? { ...known, status } : { status });
      } else if (what < 4) {
        const plan = ['free', 'pro'][random(2)]!;
        const value = ['18-29', '50+'][random(2)]!;
        await shop.put(`${names.indexOf(name)}`, { plan, age_range: value });
        if (known.status === 'granted') model.set(name, { ...known, plan, age: { value, at: shop.clock.now() } });
      } else if (what === 4) shop.clock.advance(random(20) * DAY);
      else await compare(shop, model, ids);
    }
    await compare(shop, model, ids);
    const lie = model.get('ann')!;
    model.set('ann', lie.status === 'granted' ? { status: 'withdrawn' } : { status: 'granted' });
    await expect(compare(shop, model, ids)).rejects.toThrow();
  });
});

/** A grant that others report counts only until the person's own no; here all acts are reported, so the last one counts. */
async function compare(shop: Shop, model: ReadonlyMap<string, Known>, ids: ReadonlyMap<string, string>): Promise<void> {
  const order = { purpose: 'analytics', format: 'ndjson', recipient: 'tallybrook', columns: ['plan', 'age_range'] };
  const { body } = await shop.order(order);
  const rows = await shop.rows(body.id);
  const wanted = [...model]
    .filter(([, k]) => k.status === 'granted')
    .map(([name, k]) => ({
      person: ids.get(name),
      plan: k.plan ?? null,
      age_range: k.age && k.age.at + 30 * DAY > shop.clock.now() ? k.age.value : null,
    }))
    .sort((a, b) => (a.person! < b.person! ? -1 : 1));
  expect(rows).toEqual(wanted);
  const { counts } = (await shop.manifest(body.id)).manifest;
  expect(addsUp(counts)).toBe(true);
  expect(counts.matched).toBe(model.size);
}

describe('a withdrawal in the middle of a download', () => {
  it('keeps everybody in who was not decided yet', async () => {
    shop = await openShop(4);
    const people = await Promise.all(
      ['ann', 'bob', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal'].map(async (name, i) => {
        const person = await shop!.put(`${i}`, {}, { identifiers: [email(name)] });
        await shop!.grant(email(name), { marketing_email: 'granted' });
        return { name, person };
      }),
    );
    const last = people.sort((a, b) => (a.person < b.person ? -1 : 1)).at(-1)!;
    const order = { purpose: 'marketing_email', channel: 'email', format: 'csv', recipient: 'pigeonloft' };
    const { body } = await shop.order(order);
    const reader = (await shop.raw(`/v1/exports/${body.id}/content`)).body!.getReader();
    await reader.read();
    await shop.grant(email(last.name), { marketing_email: 'withdrawn' });
    let text = '';
    for (let next = await reader.read(); !next.done; next = await reader.read())
      text += Buffer.from(next.value).toString('utf8');
    expect(text.split('\r\n').filter(Boolean)).toHaveLength(7);
    expect(text).not.toContain(`${last.name}@`);
    expect((await shop.manifest(body.id)).manifest.counts.excluded).toEqual({ withdrawn: 1 });
  });
});

describe('canaries', () => {
  const FIELDS: Record<string, { purposes: string[]; value: unknown; token: string }> = {
    preferred_language: {
      purposes: ['essential', 'marketing_email'],
      value: 'canary language',
      token: 'canary language',
    },
    favourite_genres: { purposes: ['personalisation'], value: ['canary genre'], token: 'canary genre' },
    note: { purposes: ['essential'], value: 'canary note', token: 'canary note' },
    birth_year: { purposes: ['essential'], value: 1987, token: '1987' },
    plan: { purposes: ['analytics', 'essential'], value: 'pro', token: '"pro"' },
    unit_interest: { purposes: ['unit_profile'], value: 'coffee', token: '"coffee"' },
  };

  it('of every category never leave for a purpose that they are not declared for', async () => {
    shop = await openShop(4);
    const granted = Object.fromEntries(
      ['analytics', 'marketing_email', 'personalisation', 'unit_profile'].map((p) => [p, 'granted']),
    );
    await shop.put('1', {}, { identifiers: [email('canary')], unit: 'shop' });
    await shop.grant(email('canary'), granted, { unit: 'shop' });
    const attributes = Object.fromEntries(Object.entries(FIELDS).map(([k, f]) => [k, f.value]));
    await shop.put('1', attributes, { unit: 'shop' });
    let seen = 0;
    for (const purpose of [
      'essential',
      'analytics',
      'marketing_email',
      'personalisation',
      'similar_offers',
      'unit_profile',
    ]) {
      const { body } = await shop.order({ purpose, format: 'ndjson', recipient: 'shop' });
      const text = await (await shop.raw(`/v1/exports/${body.id}/content`)).text();
      for (const [field, { purposes, token }] of Object.entries(FIELDS)) {
        if (!text.includes(token)) continue;
        seen++;
        expect(purposes, `${field} for ${purpose}`).toContain(purpose);
      }
    }
    expect(seen).toBeGreaterThan(5);
  });
});
