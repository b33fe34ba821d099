import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, openGate } from '../collect/fixture';

type Quality = {
  field: string;
  persons: number;
  present: number;
  completeness: number;
  timeliness: number;
  validity: number;
};
type Row = { id: string; reason: string; field: string };

describe.each([1, 4])('data quality over %i vaults', (vaults) => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await openGate(vaults);
    for (let n = 0; n < 6; n++)
      await gate.api('PUT', `/v1/people/customer:shop~${n}`, {
        attributes: { preferred_language: 'en', ...(n < 3 ? { plan: 'pro' } : {}) },
      });
  });
  afterAll(() => gate.close());
  const field = async (key: string) =>
    (await gate.api<{ data: Quality[] }>('GET', '/v1/quality')).body.data.find((q) => q.field === key)!;

  it('tells how complete and how valid a field is over everybody', async () => {
    expect(await field('preferred_language')).toMatchObject({ persons: 6, present: 6, completeness: 1, validity: 1 });
    expect(await field('plan')).toMatchObject({ persons: 6, present: 3, completeness: 0.5 });
    expect(await field('birth_year')).toMatchObject({ present: 0, completeness: 0, validity: null });
  });

  it('notices values that the register of today refuses, and stale ones', async () => {
    const body = {
      name: { en: 'plan' },
      group: 'transactions',
      type: 'string',
      category: 'user.behavior',
      purposes: ['essential'],
      retention_days: 730,
      owner: 'shop',
      values: ['free'],
      stale_days: 10,
    };
    await gate.api('PUT', '/v1/fields/plan', body);
    gate.later(20);
    expect(await field('plan')).toMatchObject({ present: 3, validity: 0, timeliness: 0 });
  });

  it('proposes what nobody has read for its purpose in 90 days', async () => {
    const unused = async () =>
      (await gate.api<{ data: { field: string; purpose: string; persons: number }[] }>('GET', '/v1/quality/unused'))
        .body.data;
    expect(await unused()).toEqual([]);
    gate.later(90);
    expect(await unused()).toContainEqual(
      expect.objectContaining({ field: 'preferred_language', purpose: 'essential', persons: 6, last_read: null }),
    );
  });

  it('lists what was put aside without its value, page by page, and discards it', async () => {
    await gate.api('PUT', '/v1/mappings/list', { columns: { number: '@customer', year: 'birth_year' } });
    const rows = ['number,year', 'a,1200', 'b,1300', 'c,1400', ''].join('\n');
    await gate.api('POST', '/v1/imports?mapping=list&source=crm&unit=shop', rows);
    const seen: Row[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: { data: Row[]; cursor?: string } = (
        await gate.api<{ data: Row[]; cursor?: string }>('GET', `/v1/quarantine?limit=2${query}`)
      ).body;
      seen.push(...page.data);
      cursor = page.cursor;
    }
    expect(seen.map((r) => r.field)).toEqual(['birth_year', 'birth_year', 'birth_year']);
    expect(new Set(seen.map((r) => r.id)).size).toBe(3);
    expect(JSON.stringify(seen)).not.toMatch(/1200|1300|1400/);
    expect((await gate.api('DELETE', `/v1/quarantine/${seen[0]!.id}`)).status).toBe(200);
    expect((await gate.api('DELETE', `/v1/quarantine/${seen[0]!.id}`)).status).toBe(404);
  });

  it('proposes two persons who share an address, and forgets the pair once it is rejected', async () => {
    const identifiers = [{ type: 'email', id: 'both@customers.example' }];
    await gate.api('PUT', '/v1/people/customer:shop~71', { identifiers });
    await gate.api('PUT', '/v1/people/customer:shop~72', { identifiers });
    const open = async () =>
      (await gate.api<{ data: { id: string; reasons: string[] }[] }>('GET', '/v1/duplicates')).body.data;
    const [pair] = await open();
    expect(pair!.reasons).toEqual(['same_email']);
    expect((await gate.api('POST', `/v1/duplicates/${pair!.id}/reject`)).status).toBe(200);
    await gate.api('PUT', '/v1/people/customer:shop~72', { identifiers });
    expect(await open()).toEqual([]);
  });

  it('books costs and reads them back by period', async () => {
    const cost = { at: '2026-11-01T00:00:00Z', unit: 'shop', kind: 'acquisition', amount: 120_000, currency: 'EUR' };
    expect((await gate.api('POST', '/v1/costs', cost)).status).toBe(201);
    expect(
      (await gate.api('POST', '/v1/costs', { ...cost, unit: 'nowhere', field: 'shoe_size' })).body.errors,
    ).toHaveLength(2);
    const read = (to: string) =>
      gate.api<{ data: { amount: number }[] }>('GET', `/v1/costs?from=2026-11-01T00:00:00Z&to=${to}`);
    expect((await read('2026-12-01T00:00:00Z')).body.data.map((c) => c.amount)).toEqual([120_000]);
    expect((await read('2026-11-01T00:00:00Z')).body.data).toEqual([]);
  });
});
