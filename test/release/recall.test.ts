import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './fixture';

const email = (name: string) => ({ type: 'email' as const, id: `${name}@customers.example` });
type Recalls = { data: { person: string; purpose: string; reason: string }[]; cursor: string };

describe.each([1, 4])('recipients of earlier releases, over %i vaults', (vaults) => {
  let shop: Shop;
  const person: Record<string, string> = {};
  beforeEach(async () => {
    shop = await openShop(vaults);
    for (const [i, name] of ['ann', 'bob', 'cat'].entries()) {
      person[name] = await shop.put(`${i}`, {}, { identifiers: [email(name)] });
      await shop.grant(email(name), { marketing_email: 'granted', analytics: 'granted' });
    }
  });
  afterEach(() => shop.close());

  const release = async (): Promise<void> => {
    const order = { purpose: 'marketing_email', channel: 'email', format: 'ndjson', recipient: 'pigeonloft' };
    await shop.rows((await shop.order(order)).body.id);
  };
  const list = async () => (await shop.send<Recalls>('GET', '/v1/recalls/pigeonloft')).body;

  it('are told who has withdrawn since, until they say that they know', async () => {
    await release();
    expect((await list()).data).toEqual([]);
    await shop.grant(email('ann'), { marketing_email: 'withdrawn' });
    await shop.grant(email('bob'), { analytics: 'withdrawn' });
    const told = await list();
    expect(told.data).toMatchObject([{ person: person.ann, purpose: 'marketing_email', reason: 'withdrawn' }]);
    const open = await shop.send<{ data: object[] }>('GET', '/v1/recalls');
    expect(open.body.data).toMatchObject([{ recipient: 'pigeonloft', open: 1 }]);
    await shop.grant(email('cat'), { marketing_email: 'withdrawn' });
    const known = await shop.send('POST', '/v1/recalls/pigeonloft/acknowledge', { cursor: told.cursor });
    expect(known.body).toEqual({ acknowledged: 1 });
    expect((await list()).data.map((r) => r.person)).toEqual([person.cat]);
  });

  it('are told nothing of people whose data they never got', async () => {
    await shop.grant(email('ann'), { marketing_email: 'withdrawn' });
    await release();
    await shop.grant(email('ann'), { analytics: 'withdrawn' });
    expect((await list()).data).toEqual([]);
  });

  it('get their list as a file that a spreadsheet can not be tricked by', async () => {
    await release();
    await shop.grant(email('ann'), { marketing_email: 'withdrawn' });
    const file = await shop.raw('/v1/recalls/pigeonloft?format=csv');
    expect(await file.text()).toMatch(
      /^person,purpose,reason,at\r\nper_[0-9a-z]+,marketing_email,withdrawn,2026-11-22T/,
    );
    expect(file.headers.get('avow-cursor')).toBe((await list()).cursor);
  });

  it('refuse a cursor that is none', async () => {
    expect((await shop.raw('/v1/recalls/pigeonloft?cursor=x')).status).toBe(422);
  });
});
