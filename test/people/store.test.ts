import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, openCompany } from './fixture';

type Written = {
  person: string;
  created: boolean;
  stored: { field: string; purpose: string; record: string | null; expires_at: string }[];
  dropped: { field: string; purpose: string | null; reason: string }[];
  identifiers: { type: string; status: string }[];
  deleted: string[];
};
type Problem = { code: string; errors: { path: string; message: string }[] };

describe.each([1, 4])('the store over %i vaults', (vaults) => {
  let company: Company;
  const put = <T = Written>(ref: string, body: object) => company.send<T>('PUT', `/v1/people/${ref}`, body);
  beforeAll(async () => {
    company = await openCompany(vaults);
  });
  afterAll(() => company.close());

  it('refuses the whole call for one undeclared attribute, and nobody is made', async () => {
    const answer = await put<Problem>('customer:shop~1', {
      attributes: { shoe_size: 43, birth_year: 1400, preferred_language: 'en' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('undeclared_attribute');
    expect(answer.body.errors.map((e) => e.path)).toEqual([
      '/body/attributes/shoe_size',
      '/body/attributes/birth_year',
    ]);
    const found = await company.send('POST', '/v1/people/resolve', { subject: { type: 'customer', id: 'shop~1' } });
    expect(found.status).toBe(404);
  });

  it('stores a value for the purposes that may have it and lists those that may not', async () => {
    const answer = await put('customer:shop~2', {
      source: 'crm',
      identifiers: [{ type: 'email', id: 'jane@customers.example' }],
      attributes: { preferred_language: 'en', favourite_genres: ['crime', 'poetry'] },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.stored.map((s) => `${s.field}:${s.purpose}`)).toEqual(['preferred_language:essential']);
    expect(answer.body.dropped).toEqual([
      { field: 'preferred_language', purpose: 'marketing_email', reason: 'never_asked' },
      { field: 'favourite_genres', purpose: 'personalisation', reason: 'never_asked' },
    ]);
    expect(answer.body.identifiers.map((i) => i.status)).toEqual(['claimed', 'claimed']);
  });

  it('stores it once the person has agreed, with the record that licenses it', async () => {
    await company.grant({ type: 'email', id: 'jane@customers.example' }, { personalisation: 'granted' });
    const answer = await put('customer:shop~2', { attributes: { favourite_genres: ['poetry', 'crime', 'crime'] } });
    expect(answer.status).toBe(200);
    expect(answer.body.stored).toHaveLength(1);
    expect(answer.body.stored[0]!.record).toMatch(/^rec_/);
    expect(answer.body.stored[0]!.expires_at).toBe('2028-11-21T10:00:01.000Z');
  });

  it('finds the same person by address and by number', async () => {
    const ids = await Promise.all(
      [
        { type: 'email', id: 'Jane@Customers.example ' },
        { type: 'customer', id: 'shop~2' },
      ].map(async (subject) => (await company.send('POST', '/v1/people/resolve', { subject })).body.person),
    );
    expect(ids[0]).toMatch(/^per_/);
    expect(ids[1]).toBe(ids[0]);
  });

  it('joins a new number to the person whose address comes with it', async () => {
    const answer = await put('customer:cafe~77', { identifiers: [{ type: 'email', id: 'jane@customers.example' }] });
    const jane = await company.send('POST', '/v1/people/resolve', { subject: { type: 'customer', id: 'shop~2' } });
    expect(answer.body.person).toBe(jane.body.person);
    expect(answer.body.created).toBe(false);
  });

  it('never joins two numbers of one unit by an address they share: the second stays apart', async () => {
    const answer = await put('customer:shop~3', { identifiers: [{ type: 'email', id: 'jane@customers.example' }] });
    const jane = await company.send('POST', '/v1/people/resolve', { subject: { type: 'customer', id: 'shop~2' } });
    expect(answer.body.person).not.toBe(jane.body.person);
    expect(answer.body.identifiers).toEqual([
      { type: 'customer', status: 'claimed' },
      { type: 'email', status: 'conflict' },
    ]);
  });

  it('never stores a special category without an explicit yes of the person', async () => {
    await put('customer:shop~4', {});
    const reported = await company.grant({ type: 'customer', id: 'shop~4' }, { diet_advice: 'granted' });
    expect(reported.status).toBe(403);
    const answer = await put('customer:shop~4', { attributes: { diet: 'no nuts' } });
    expect(answer.body.stored).toEqual([]);
    expect(answer.body.dropped).toEqual([{ field: 'diet', purpose: 'diet_advice', reason: 'never_asked' }]);
  });

  it('keeps what one unit was allowed from another', async () => {
    await put('customer:shop~5', {});
    await company.grant({ type: 'customer', id: 'shop~5' }, { unit_profile: 'granted' }, { unit: 'shop' });
    const own = await put('customer:shop~5', { unit: 'shop', attributes: { unit_interest: 'books' } });
    const other = await put('customer:shop~5', { unit: 'cafe', attributes: { unit_interest: 'coffee' } });
    expect(own.body.stored).toHaveLength(1);
    expect(other.body.dropped.map((d) => d.reason)).toEqual(['never_asked']);
  });

  it('refuses values that can not be, each by name, and a value for a purpose that its field does not declare', async () => {
    const wrong = await put<Problem>('customer:shop~6', { attributes: { age_range: '12-14', birth_year: 'x' } });
    expect(wrong.body.code).toBe('invalid');
    expect(wrong.body.errors).toHaveLength(2);
    const other = await put('customer:shop~6', {
      attributes: { birth_year: { value: 1980, purposes: ['analytics', 'essential'] } },
    });
    expect(other.body.dropped).toEqual([{ field: 'birth_year', purpose: 'analytics', reason: 'purpose_not_declared' }]);
    expect(other.body.stored.map((s) => s.purpose)).toEqual(['essential']);
  });

  it('never lets an older value overwrite a newer one, nor a score come from outside', async () => {
    await put('customer:shop~7', { attributes: { plan: 'pro' } });
    const old = await put('customer:shop~7', { collected_at: '2026-01-01T00:00:00Z', attributes: { plan: 'free' } });
    expect(old.body.dropped.map((d) => d.reason)).toEqual(['never_asked', 'older_than_stored']);
    const score = await put<Problem>('customer:shop~7', { attributes: { lifetime_value: 1 } });
    expect(score.body.code).toBe('undeclared_attribute');
  });

  it('deletes a value that is set to null', async () => {
    const answer = await put('customer:shop~7', { attributes: { plan: null, note: null } });
    expect(answer.body.deleted).toEqual(['plan']);
  });
});
