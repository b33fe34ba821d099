import { compactVerify, importJWK, type JWK } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { DAY } from '../../src/platform';
import { filesWith, type House, linkOf, openHouse } from './house';

let house: House;
afterEach(async () => {
  expect(house.errors).toEqual([]);
  await house.close();
});

const JANE = 'jane@customers.example';

/** A request whose asker has followed the link. */
async function proved(right: string, more: Record<string, unknown> = {}): Promise<string> {
  const { id } = (await house.ask(right, JANE, more)).body;
  const link = linkOf(house.mails.at(-1));
  await house.send('POST', link.path, { token: link.token });
  await house.settle();
  return id;
}

describe.each([1, 4])('staff, with %i vaults', (vaults) => {
  it('restrict: everything is kept and nothing allowed, until it is lifted', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const id = await proved('restriction');
    expect((await house.officer('POST', `/v1/requests/${id}/approve`, {})).status).toBe(200);
    await house.settle();
    expect((await house.officer('GET', `/v1/requests/${id}`)).body.state).toBe('fulfilled');
    expect((await house.check(JANE)).body).toMatchObject({ allowed: false, reason: 'restricted' });
    expect((await house.officer('POST', `/v1/requests/${id}/lift`, {})).status).toBe(200);
    expect((await house.check(JANE)).body.allowed).toBe(true);
  });

  it('look at an objection to any use, and marketing stops with it', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const id = await proved('objection', { scope: 'all' });
    expect((await house.check(JANE)).body.allowed).toBe(true);
    await house.officer('POST', `/v1/requests/${id}/approve`, {});
    await house.settle();
    expect((await house.check(JANE)).body.reason).toBe('objected');
  });

  it('hold data back from an erasure, say so, and erase when the hold is released', async () => {
    house = await openHouse(vaults);
    const person = await house.know(JANE);
    const placed = await house.officer('POST', `/v1/people/${person}/holds`, { ground: 'Case 12-34' });
    expect(placed.status).toBe(201);
    const id = await proved('erasure');
    const preview = await house.officer('GET', `/v1/requests/${id}/preview`);
    expect(preview.body).toMatchObject({ persons: 1, legal_holds: [placed.body.hold] });
    expect((preview.body.rows as Record<string, number>).consent_records).toBeGreaterThan(0);
    await house.officer('POST', `/v1/requests/${id}/approve`, {});
    await house.settle();
    const held = (await house.officer('GET', `/v1/requests/${id}`)).body;
    expect(held.state).toBe('processing');
    expect(held.tasks).toMatchObject([{ system: 'own_store', state: 'skipped_legal_hold' }]);
    expect((await house.check(JANE)).body.allowed).toBe(true);
    expect((await house.officer('POST', `/v1/requests/${id}/retry`, {})).body.state).toBe('processing');
    await house.settle();
    expect((await house.check(JANE)).body.allowed).toBe(true);
    const release = `/v1/people/${person}/holds/${placed.body.hold}/release`;
    expect((await house.officer('POST', release, { because: 'closed' })).status).toBe(200);
    await house.officer('POST', `/v1/requests/${id}/retry`, {});
    await house.settle();
    expect((await house.check(JANE)).body.reason).toBe('suppressed');
    expect((await house.officer('GET', `/v1/requests/${id}`)).body.state).toBe('fulfilled');
  });

  it('vouch for a lost address only by two of them, with two facts that lead to one person', async () => {
    house = await openHouse(vaults);
    await house.know(JANE, {
      identifiers: [
        { type: 'email', id: JANE },
        { type: 'phone', id: '+46701740605' },
      ],
    });
    await house.know('other@customers.example');
    const { id } = (await house.ask('access', 'new-address@customers.example')).body;
    const path = `/v1/requests/${id}/vouch`;
    const facts = [
      { type: 'email', id: JANE },
      { type: 'phone', id: '+46701740605' },
    ];
    const reply_to = 'new-address@customers.example';
    const strangers = [facts[0], { type: 'email', id: 'other@customers.example' }];
    expect((await house.officer('POST', path, { facts: strangers })).status).toBe(409);
    expect(
      (await house.officer('POST', path, { facts: [facts[0], { type: 'email', id: 'JANE@customers.example' }] }))
        .status,
    ).toBe(409);
    for (let i = 0; i < 2; i++)
      expect((await house.officer('POST', path, { facts, reply_to })).body.state).toBe('received');
    await house.settle();
    expect(house.mails).toEqual([]);
    expect((await house.second('POST', path, { facts, reply_to })).body).toMatchObject({
      state: 'fulfilled',
      verified: 'staff',
    });
    await house.settle();
    expect(house.mails.map((m) => m.to)).toEqual([reply_to]);
    const link = linkOf(house.mails[0]);
    expect((await house.send('POST', link.path, { token: link.token })).status).toBe(200);
  });

  it('see an agent’s authority before anything happens, though the person has confirmed', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const agent = { name: 'Agent Ltd', contact: 'a@agent.example' };
    const { id } = (await house.ask('access', JANE, { agent })).body;
    const link = linkOf(house.mails[0]);
    const confirmed = await house.send('POST', link.path, { token: link.token });
    expect(confirmed.body).toMatchObject({ state: 'verifying' });
    expect(confirmed.body.package).toBeUndefined();
    expect((await house.officer('POST', `/v1/requests/${id}/authorise`, {})).body.state).toBe('fulfilled');
  });

  it('send the link to a package once more, and only the newest works', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const id = await proved('access');
    const first = linkOf(house.mails.at(-1));
    await house.officer('POST', `/v1/requests/${id}/reissue`, {});
    await house.settle();
    const second = linkOf(house.mails.at(-1));
    expect(second.token).not.toBe(first.token);
    expect((await house.send('POST', first.path, { token: first.token })).status).toBe(403);
    expect((await house.send('POST', second.path, { token: second.token })).status).toBe(200);
  });
});

describe('an erasure certificate', () => {
  it('is signed, names every system, and claims nothing but what was done', async () => {
    house = await openHouse(4, { rules: { backup_days: 30 } });
    const person = await house.know(JANE);
    const id = await proved('erasure');
    await house.officer('POST', `/v1/requests/${id}/approve`, {});
    await house.settle();
    const { certificate } = (await house.officer('GET', `/v1/requests/${id}/certificate`)).body;
    const keys = (await house.send('GET', '/.well-known/jwks.json')).body.keys as JWK[];
    const { payload, protectedHeader } = await compactVerify(certificate, await importJWK(keys[0]!, 'EdDSA'));
    expect(protectedHeader).toMatchObject({ typ: 'erasure-certificate+jws', alg: 'EdDSA' });
    const said = JSON.parse(new TextDecoder().decode(payload));
    expect(said).toMatchObject({ request: id, person, controller: 'Otter', backups_until: '2026-03-02' });
    expect(said.systems.map((s: { system: string }) => s.system)).toEqual(
      expect.arrayContaining(['own_store/identity', 'own_store/consent', 'own_store/delivery', 'own_store/people']),
    );
    expect(said.log).toHaveLength(4);
    expect(said.log.some((l: { payloads: number }) => l.payloads > 0)).toBe(true);
    expect(house.mails.at(-1)!.text).toContain(certificate);
    expect(JSON.stringify(said)).not.toContain('jane');
  });

  it('is followed by the end of the evidence, and of the request itself, when their time is over', async () => {
    house = await openHouse(1, { rules: { evidence_days: 100, keep_days: 50 } });
    await house.know(JANE);
    const id = await proved('erasure');
    await house.officer('POST', `/v1/requests/${id}/approve`, {});
    await house.settle();
    house.clock.advance(49 * DAY);
    await house.settle();
    expect((await house.officer('GET', `/v1/requests/${id}`)).status).toBe(200);
    house.clock.advance(2 * DAY);
    await house.settle();
    expect((await house.officer('GET', `/v1/requests/${id}`)).status).toBe(404);
    house.clock.advance(60 * DAY);
    await house.settle();
    expect(filesWith(house.dir, [JANE])).toEqual([]);
  });
});
