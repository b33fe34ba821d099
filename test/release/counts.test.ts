import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, FLOOR, shareOf, shownGroups } from '../../src/release/counting';
import { openShop, type Shop } from './fixture';

const email = (i: number) => ({ type: 'email' as const, id: `p${i}@customers.example` });

describe('what is shown of groups', () => {
  const groups = fc.dictionary(fc.constantFrom('["a"]', '["b"]', '["c"]', '[null]'), fc.integer({ min: 1, max: 30 }));

  it('is no group under the floor, and never all but one that could be worked out from the sum', () => {
    fc.assert(
      fc.property(groups, (all) => {
        const { groups: shown, hidden } = shownGroups(all);
        const total = Object.values(all).reduce((a, b) => a + b, 0);
        const rest = total - shown.reduce((sum, g) => sum + g.people, 0);
        expect(shown.every((g) => g.people >= FLOOR)).toBe(true);
        expect(rest === 0 || rest >= FLOOR || shown.length === 0).toBe(true);
        expect(shown.length + hidden.groups).toBe(Object.keys(all).length);
      }),
    );
  });

  it('keeps what is large enough', () => {
    expect(shownGroups({ '["a"]': 40, '["b"]': 10 })).toEqual({
      groups: [
        { values: ['a'], people: 40 },
        { values: ['b'], people: 10 },
      ],
      hidden: { groups: 0 },
    });
  });
});

describe('an estimate', () => {
  it('is the count itself when everybody was counted', () => {
    expect(estimate(17, 1)).toEqual({ people: 17, margin: 0 });
  });

  it('is scaled by the share of ids that lies behind, and says how sure it is', () => {
    expect(shareOf('per_eu7fff00000000000000000000', 0, 1)).toBeCloseTo(0.5, 3);
    expect(shareOf('per_eu5fff00000000000000000000', 1, 4)).toBeCloseTo(0.5, 3);
    const { people, margin } = estimate(500, 0.1);
    expect(people).toBe(5000);
    expect(margin).toBeGreaterThan(300);
    expect(margin).toBeLessThan(500);
  });
});

describe.each([1, 4])('counting over %i vaults', (vaults) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(vaults);
    for (let i = 0; i < 36; i++) {
      await shop.put(`${i}`, {}, { identifiers: [email(i)] });
      await shop.grant(email(i), { analytics: i % 6 === 0 ? 'refused' : 'granted' });
      await shop.put(`${i}`, { plan: i < 12 ? 'free' : 'pro', age_range: i < 3 ? '50+' : '30-49' });
    }
  });
  afterAll(() => shop.close());

  it('previews a segment: matched is eligible and excluded together', async () => {
    const rule = { any: [{ everyone: true }] };
    const body = { name: 'All', purpose: 'analytics', channel: null, rule };
    const { id } = (await shop.send<{ id: string }>('POST', '/v1/segments', body)).body;
    const answer = await shop.send('POST', `/v1/segments/${id}/preview`, { exact: true });
    expect(answer.body).toMatchObject({ exact: true, matched: 36, eligible: 30, excluded: { refused: 6 } });
  });

  it('counts by attributes only whom the purpose may count, and hides small groups', async () => {
    const by = (fields: string[]) =>
      shop.send('POST', '/v1/aggregates', { purpose: 'analytics', by: fields, recipient: 'tallybrook' });
    expect((await by(['plan'])).body).toMatchObject({
      floor: 10,
      groups: [
        { values: ['pro'], people: 20 },
        { values: ['free'], people: 10 },
      ],
    });
    expect((await by(['age_range'])).body).toMatchObject({ groups: [], hidden: { groups: 2 } });
    expect((await by(['note'])).status).toBe(422);
    expect((await by(['shoe_size'])).status).toBe(422);
  });
});
