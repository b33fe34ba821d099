import { afterEach, describe, expect, it, vi } from 'vitest';
import { type House, openHouse } from './house';

vi.setConfig({ testTimeout: 120_000 });

let house: House;
afterEach(() => house.close());

type Card = {
  card: string;
  stamps: number;
  available: number;
  owed: number;
  earned: number[];
  revoked: number[];
  anonymous: boolean;
};
const open = (body: object = {}) => house.send<Card>('POST', '/v1/loyalty/coffee/cards', body);
const buy = (card: string, id: string, amount = 350) =>
  house.send<Card>('POST', `/v1/loyalty/cards/${card}/purchases`, { id, amount });
const look = async (card: string) => (await house.send<Card>('GET', `/v1/loyalty/cards/${card}`)).body;

describe.each([1, 4])('a loyalty card over %i vaults', (vaults) => {
  it('gives one reward for five purchases, to nobody in particular', async () => {
    house = await openHouse(vaults);
    const { body: card, status } = await open();
    expect([status, card.anonymous]).toEqual([201, true]);
    for (let i = 0; i < 4; i++) expect((await buy(card.card, `t${i}`)).body.earned).toEqual([]);
    expect((await buy(card.card, 't4')).body).toMatchObject({ earned: [1], stamps: 0, available: 1 });
    expect((await buy(card.card, 't4')).body, 'the same receipt again').toMatchObject({ earned: [], available: 1 });
    const taken = await house.send<Card>('POST', `/v1/loyalty/cards/${card.card}/redemptions`, { id: 'r1' });
    expect(taken.body.available).toBe(0);
    expect((await house.send('POST', `/v1/loyalty/cards/${card.card}/redemptions`, { id: 'r2' })).status).toBe(409);
  });

  it('gives exactly one reward when a hundred tills ring the fifth purchase at once', async () => {
    house = await openHouse(vaults);
    const { card } = (await open()).body;
    for (let i = 0; i < 4; i++) await buy(card, `t${i}`);
    const answers = await Promise.all(Array.from({ length: 100 }, () => buy(card, 'the-fifth')));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.flatMap(({ body }) => body.earned)).toEqual([1]);
    expect(await look(card)).toMatchObject({ available: 1, stamps: 0 });
  });

  it('takes a reward back with the purchase that earned it', async () => {
    house = await openHouse(vaults);
    const { card } = (await open()).body;
    for (let i = 0; i < 5; i++) await buy(card, `t${i}`);
    const back = await house.send<Card>('POST', `/v1/loyalty/cards/${card}/reversals`, { id: 'refund', of: 't4' });
    expect(back.body).toMatchObject({ revoked: [1], available: 0, stamps: 4 });
    expect((await buy(card, 't5')).body).toMatchObject({ earned: [1], available: 1 });
  });

  it('makes one card of three stamps and two, and loses none', async () => {
    house = await openHouse(vaults);
    const person = await house.customer('1', ['one@post.example']);
    const paper = (await open()).body.card;
    const own = (await open({ subject: { type: 'person', id: person } })).body.card;
    for (let i = 0; i < 3; i++) await buy(paper, `p${i}`);
    for (let i = 0; i < 2; i++) await buy(own, `o${i}`);
    const joined = await house.send<Card>('POST', `/v1/loyalty/cards/${paper}/join`, {
      subject: { type: 'person', id: person },
    });
    expect(joined.body).toMatchObject({ card: own, available: 1, stamps: 0 });
    expect((await buy(paper, 'later')).body, 'the old number leads to the new card').toMatchObject({
      card: own,
      stamps: 1,
    });
    expect(await look(paper)).toMatchObject({ card: own, stamps: 1 });
    const again = await house.send<Card>('POST', `/v1/loyalty/cards/${paper}/join`, { into: own });
    expect(again.body).toMatchObject({ card: own, available: 1, stamps: 1 });
  });
});

it('needs no marketing consent, and allows no marketing', async () => {
  house = await openHouse(1);
  const person = await house.customer('1', ['one@post.example'], { newsletter: 'refused' });
  expect((await open({ subject: { type: 'person', id: person } })).status).toBe(201);
  const sent = await house.send<{ counts: object }>('POST', '/v1/campaigns/autumn/send', {});
  expect(sent.body.counts).toEqual({ skipped: 1 });
});

it('tells a resident of California of the financial incentive first', async () => {
  house = await openHouse(1);
  await house.send('PUT', '/v1/people/customer:shop~1', { source: 'crm', residence: 'US-CA' });
  const subject = { type: 'customer', id: 'shop~1' };
  const refused = await open({ subject });
  expect([refused.status, refused.text]).toEqual([412, expect.stringContaining('financial incentive')]);
  expect((await open({ subject, notice_accepted: true })).status).toBe(201);
  expect((await open()).status, 'a card without a person collects nothing').toBe(201);
});
