import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, openCompany } from './fixture';

describe.each([1, 4])('life stages and groups over %i vaults', (vaults) => {
  let company: Company;
  beforeAll(async () => {
    company = await openCompany(vaults, [['organisations', 'acme', { name: 'Acme' }]]);
    for (const n of [1, 2, 3]) await company.send('PUT', `/v1/people/customer:shop~${n}`, { residence: 'AT' });
    for (const n of [1, 2]) await company.grant({ type: 'customer', id: `shop~${n}` }, { personalisation: 'granted' });
  });
  afterAll(() => company.close());
  const post = (n: number, what: string, body: object) =>
    company.send('POST', `/v1/people/customer:shop~${n}/${what}`, { purpose: 'personalisation', ...body });

  it('ends a phase of life where the next begins', async () => {
    await post(1, 'stages', { stage: 'student', from: '2024-10-01T00:00:00Z' });
    await post(1, 'stages', { stage: 'early_career', from: '2026-10-01T00:00:00Z' });
    const stages = company.rows<{ stage: string; until_at: number | null }>(
      'select stage, until_at from life_stage order by from_at',
    );
    expect(stages).toEqual([
      { stage: 'student', until_at: Date.parse('2026-10-01T00:00:00Z') },
      { stage: 'early_career', until_at: null },
    ]);
  });

  it('stores neither without the purpose’s consent', async () => {
    const stage = await post(3, 'stages', { stage: 'student', from: '2024-10-01T00:00:00Z' });
    const member = await post(3, 'memberships', { kind: 'household', role: 'adult' });
    expect(stage.body).toMatchObject({ stored: false, reason: 'never_asked' });
    expect(member.body).toMatchObject({ stored: false, group: null });
  });

  it('gathers a household over all vaults, and loses who withdraws', async () => {
    const begun = await post(1, 'memberships', { kind: 'household', role: 'adult' });
    const group = begun.body.group as string;
    await post(2, 'memberships', { kind: 'household', role: 'adult', group });
    const members = async () =>
      (await company.send<{ data: object[] }>('GET', `/v1/groups/${group}/members`)).body.data.length;
    expect(await members()).toBe(2);
    const subject = { type: 'customer', id: 'shop~2' };
    await company.send('POST', '/v1/consents', { subject, choices: { personalisation: 'withdrawn' }, method: 'api' });
    expect(await members()).toBe(1);
    expect(company.rows('select person from membership')).toHaveLength(1);
  });

  it('knows declared organisations only', async () => {
    const acme = await post(1, 'memberships', { kind: 'organisation', role: 'buyer', group: 'acme' });
    expect(acme.body).toMatchObject({ stored: true, group: 'acme' });
    const other = await post(1, 'memberships', { kind: 'organisation', role: 'buyer', group: 'nonsense' });
    expect(other.status).toBe(404);
  });
});
