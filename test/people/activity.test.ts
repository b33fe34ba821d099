import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, openCompany } from './fixture';

const ORDER = {
  unit: 'shop',
  number: 'S-1',
  at: '2026-11-20T10:00:00Z',
  currency: 'EUR',
  purpose: 'essential',
  lines: [{ product: 'bk_night', quantity: 2, price: 1800 }],
};
const VISIT = { unit: 'shop', channel: 'web', kind: 'visit', at: '2026-11-20T10:00:00Z' };

describe.each([1, 4])('orders and interactions over %i vaults', (vaults) => {
  let company: Company;
  beforeAll(async () => {
    company = await openCompany(vaults);
  });
  afterAll(() => company.close());
  const customer = (n: number) => ({ type: 'customer', id: `shop~${n}` });
  const check = async (subject: object, purpose: string) =>
    (await company.send('POST', '/v1/check', { subject, purpose, channel: 'email', unit: 'shop' })).body;

  it('stores an order for its purpose, and the same number again is the same order', async () => {
    const first = await company.send('POST', '/v1/orders', { ...ORDER, subject: customer(1) });
    const again = await company.send('POST', '/v1/orders', { ...ORDER, subject: customer(1) });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ stored: true, purpose: 'essential', repeated: false });
    expect(again.body).toMatchObject({ order: first.body.order, repeated: true });
  });

  it('does not store an order for a purpose that may not be', async () => {
    const answer = await company.send('POST', '/v1/orders', {
      ...ORDER,
      subject: customer(1),
      purpose: 'personalisation',
    });
    expect(answer.body).toMatchObject({ stored: false, order: null, reason: 'never_asked' });
    const wrong = await company.send('POST', '/v1/orders', { ...ORDER, subject: customer(1), purpose: 'nonsense' });
    expect(wrong.body).toMatchObject({ stored: false, reason: 'unknown_purpose' });
  });

  it('licenses soft opt-in by a sale at which a way out was offered, until it is returned', async () => {
    await company.send('PUT', '/v1/people/customer:shop~2', { residence: 'AT' });
    const offer = () => check(customer(2), 'similar_offers');
    const sale = { ...ORDER, subject: customer(2), number: 'S-2', at: '2026-11-19T10:00:00Z' };
    expect(await offer()).toMatchObject({ allowed: false, reason: 'never_asked' });
    await company.send('POST', '/v1/orders', sale);
    expect(await offer()).toMatchObject({ allowed: false, reason: 'never_asked' });
    const offered = { ...sale, number: 'S-3', at: '2026-11-20T11:00:00Z', opt_out_offered: true };
    await company.send('POST', '/v1/orders', offered);
    expect(await offer()).toMatchObject({ allowed: true, reason: 'soft_opt_in' });
    await company.send('POST', '/v1/orders', { ...offered, status: 'returned' });
    expect(await offer()).toMatchObject({ allowed: false, reason: 'never_asked' });
  });

  it('stores an interaction once, and drops the properties that its purpose does not cover', async () => {
    await company.send('PUT', '/v1/people/customer:shop~3', { residence: 'DE' });
    await company.grant(customer(3), { analytics: 'granted' });
    const visit = { ...VISIT, subject: customer(3), purpose: 'analytics', id: 'm1' };
    const first = await company.send('POST', '/v1/interactions', {
      ...visit,
      detail: { plan: 'pro', birth_year: 1980 },
    });
    expect(first.body).toMatchObject({
      stored: true,
      repeated: false,
      dropped: [{ field: 'birth_year', reason: 'purpose_not_declared' }],
    });
    const again = await company.send('POST', '/v1/interactions', visit);
    expect(again.body).toMatchObject({ stored: true, repeated: true });
  });

  it('refuses undeclared properties and what lies in the future', async () => {
    const body = { ...VISIT, subject: customer(3), purpose: 'analytics' };
    const undeclared = await company.send('POST', '/v1/interactions', { ...body, detail: { shoe_size: 43 } });
    expect(undeclared.body.code).toBe('undeclared_attribute');
    const future = await company.send('POST', '/v1/interactions', { ...body, at: '2027-01-01T00:00:00Z' });
    expect(future.body.code).toBe('invalid');
  });

  it('stores nothing without consent', async () => {
    const body = { ...VISIT, subject: customer(4), purpose: 'analytics' };
    const answer = await company.send('POST', '/v1/interactions', body);
    expect(answer.body).toMatchObject({ stored: false, interaction: null, reason: 'never_asked' });
  });

  it('never takes a suppressed customer in again, however the address is spelled', async () => {
    await company.suppress({ type: 'email', id: 'gone.person@gmail.com' });
    const spelled = { type: 'email', id: ' GonePerson+shop@googlemail.com' };
    const order = await company.send('POST', '/v1/orders', { ...ORDER, subject: spelled });
    expect(order.status).toBe(410);
    const put = await company.send<{ identifiers: object[] }>('PUT', '/v1/people/customer:shop~9', {
      identifiers: [spelled],
    });
    expect(put.body.identifiers).toContainEqual({ type: 'email', status: 'suppressed' });
    const found = await company.send('POST', '/v1/people/resolve', { subject: spelled });
    expect(found.status).toBe(404);
  });
});
