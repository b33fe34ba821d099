import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need, vaultOfId } from '../../src/platform';
import { event, type Gate, openGate, VISITOR } from '../collect/fixture';

const system = { actor: { type: 'system', id: 'test' } } as const;

describe.each([1, 4])('retention and linking over %i vaults', (vaults) => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await openGate(vaults);
  });
  afterAll(() => gate.close());
  const customer = (n: number) => ({ type: 'customer', id: `shop~${n}` });
  const put = (n: number, attributes: object, more = {}) =>
    gate.api<{ stored: { purpose: string }[]; person: string }>('PUT', `/v1/people/customer:shop~${n}`, {
      attributes,
      ...more,
    });
  const kept = (person: string) =>
    gate
      .rows<{ field: string; purpose: string }>(
        'select field, purpose from attribute where person = ? order by 1, 2',
        person,
      )
      .map((r) => `${r.field}:${r.purpose}`);
  const act = (n: number, choices: object) =>
    gate.api('POST', '/v1/consents', { subject: customer(n), choices, method: 'api' });

  const vaultOfPerson = (id: string) => vaultOfId(gate.server.backend.vaults, id)!;

  it('deletes a value for the purpose that falls, at once, and keeps it for the others', async () => {
    const { person } = (await put(1, {}, { residence: 'AT' })).body;
    await gate.grant(customer(1), { personalisation: 'granted', analytics: 'granted' });
    await put(1, { age_range: '18-29', preferred_language: 'en' });
    expect(kept(person)).toEqual(['age_range:analytics', 'age_range:personalisation', 'preferred_language:essential']);
    await act(1, { personalisation: 'withdrawn' });
    expect(kept(person)).toEqual(['age_range:analytics', 'preferred_language:essential']);
    await act(1, { analytics: 'withdrawn' });
    expect(kept(person)).toEqual(['preferred_language:essential']);
  });

  it('deletes what happened under a purpose that falls', async () => {
    await gate.grant(customer(1), { analytics: 'granted' });
    const visit = { subject: customer(1), unit: 'shop', channel: 'web', kind: 'visit', at: '2026-11-21T10:00:00Z' };
    await gate.api('POST', '/v1/interactions', { ...visit, purpose: 'analytics' });
    await gate.api('POST', '/v1/interactions', { ...visit, purpose: 'essential', summary: 'c4n4ry-summary' });
    const purposes = () => gate.rows<{ purpose: string }>('select purpose from interaction').map((r) => r.purpose);
    expect(purposes().sort()).toEqual(['analytics', 'essential']);
    await act(1, { analytics: 'withdrawn' });
    expect(purposes()).toEqual(['essential']);
    expect(gate.isOnDisk('c4n4ry-summary')).toBe(false);
  });

  it('falls for one unit without touching the other', async () => {
    const { person } = (await put(2, {})).body;
    for (const unit of ['shop', 'cafe']) {
      await gate.grant(customer(2), { unit_profile: 'granted' }, { unit });
      await put(2, { unit_interest: 'books' }, { unit });
    }
    const units = () => gate.rows<{ unit: string }>('select unit from attribute where person = ? order by 1', person);
    expect(units()).toHaveLength(2);
    await gate.api('POST', '/v1/consents', {
      subject: customer(2),
      unit: 'cafe',
      choices: { unit_profile: 'withdrawn' },
      method: 'api',
    });
    expect(units().map((u) => u.unit)).toEqual(['shop']);
  });

  it('hides a value when its time is over, and the sweep deletes it', async () => {
    const { person } = (await put(3, {}, { residence: 'AT' })).body;
    await gate.grant(customer(3), { analytics: 'granted' });
    await put(3, { age_range: '50+', preferred_language: 'en' });
    gate.later(31);
    await gate.server.tick();
    expect(kept(person)).toEqual(['preferred_language:essential']);
    gate.later(800);
    for (let i = 0; i < 5; i++) await gate.server.tick();
    expect(kept(person)).toEqual([]);
    expect(gate.rows('select person from attribute where expires_at <= ?', gate.clock.now())).toEqual([]);
  });

  it('carries what a visitor did to the person that they are, as far as that person allows', async () => {
    await gate.choose({ analytics: 'granted', personalisation: 'granted' });
    expect((await gate.send('/v1/track', event())).dropped).toBeNull();
    expect(
      (await gate.send('/v1/track', event({ event: 'Browsed', context: { campaign: { genre: ['crime'] } } }))).dropped,
    ).toBeNull();
    const { person } = (await put(4, {}, { residence: 'AT' })).body;
    await gate.grant(customer(4), { analytics: 'granted' });
    const visitor = (
      await gate.api<{ person: string }>('POST', '/v1/people/resolve', { subject: { type: 'visitor', id: VISITOR } })
    ).body.person;
    const vault = vaultOfPerson(visitor);
    const refusal = { person, method: 'custom' as const, choices: { personalisation: 'refused' as const }, detail: {} };
    need(await vaultOfPerson(person).run('consent.record', refusal, system));
    const token = { from: visitor, into: person };
    const frozen = need(await vault.run('link.freeze', token, system));
    const target = vaultOfPerson(person);
    need(await target.run('link.absorb', { ...token, moved: frozen as never }, system));
    need(await vault.run('link.redirect', token, system));
    await gate.server.tick();
    const owners = gate.rows<{ person: string; purpose: string }>(
      "select person, purpose from interaction where source = 'webshop'",
    );
    expect(owners).toEqual([{ person, purpose: 'analytics' }]);
  });
});
