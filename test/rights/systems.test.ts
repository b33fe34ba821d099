import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR } from '../../src/platform';
import type { RightsSystem, SystemSubject } from '../../src/rights';
import { type House, linkOf, openHouse } from './house';

let house: House;
afterEach(async () => {
  expect(house.errors).toEqual([]);
  await house.close();
});

const JANE = 'jane@customers.example';

/** A system in memory: rows by address; it can be out of order. */
function crm(state: { rows: Record<string, string>; broken: boolean; asked: SystemSubject[] }): RightsSystem {
  const mine = (s: SystemSubject) => s.identifiers.filter((i) => i.type === 'email' && i.id in state.rows);
  return {
    name: 'crm',
    collect: async (s) => {
      if (state.broken) throw new Error('down');
      return [
        { name: 'crm_people', title: 'CRM', rows: mine(s).map((i) => ({ email: i.id, note: state.rows[i.id]! })) },
      ];
    },
    erase: async (s) => {
      state.asked.push(s);
      if (state.broken) throw new Error('down');
      const found = mine(s);
      for (const i of found) delete state.rows[i.id];
      return { outcome: found.length > 0 ? 'done' : 'not_found', deleted: found.length, retained: [] };
    },
  };
}

async function proved(right: string): Promise<string> {
  const { id } = (await house.ask(right, JANE)).body;
  const link = linkOf(house.mails.at(-1));
  await house.send('POST', link.path, { token: link.token });
  await house.settle();
  return id;
}

const packageOf = async (): Promise<Record<string, string>> => {
  const link = linkOf(house.mails.at(-1));
  const files = unzipSync((await house.send('POST', link.path, { token: link.token })).bytes);
  return Object.fromEntries(Object.entries(files).map(([name, b]) => [name, new TextDecoder().decode(b)]));
};

describe.each([1, 4])('a system beside our databases, with %i vaults', (vaults) => {
  it('is part of the package, and is named when it does not answer', async () => {
    const state = { rows: { [JANE]: 'likes tea', 'other@customers.example': 'secret' }, broken: false, asked: [] };
    house = await openHouse(vaults, { systems: [crm(state)] });
    await house.know(JANE);
    await proved('access');
    const files = await packageOf();
    expect(JSON.parse(files['data/crm_people.json']!)).toEqual([{ email: JANE, note: 'likes tea' }]);
    expect(JSON.parse(files['manifest.json']!)).toMatchObject({ sources: ['own_store', 'crm'], missing: [] });
    state.broken = true;
    await proved('access');
    const less = await packageOf();
    expect(JSON.parse(less['manifest.json']!)).toMatchObject({ sources: ['own_store'], missing: ['crm'] });
    expect(less['index.html']).toContain('did not answer: crm');
  });

  it('is asked again until it has erased; only then is the erasure certified', async () => {
    const state: { rows: Record<string, string>; broken: boolean; asked: SystemSubject[] } = {
      rows: { [JANE]: 'x' },
      broken: true,
      asked: [],
    };
    house = await openHouse(vaults, { systems: [crm(state)] });
    await house.know(JANE);
    const id = await proved('erasure');
    await house.officer('POST', `/v1/requests/${id}/approve`, {});
    await house.settle();
    expect((await house.check(JANE)).body.reason).toBe('suppressed');
    const waiting = (await house.officer('GET', `/v1/requests/${id}`)).body;
    expect(waiting.state).toBe('processing');
    expect(waiting.tasks).toMatchObject([
      { system: 'crm', state: 'retrying' },
      { system: 'own_store', state: 'done' },
    ]);
    expect((await house.officer('GET', `/v1/requests/${id}/certificate`)).status).toBe(404);
    state.broken = false;
    house.clock.advance(HOUR);
    await house.settle();
    expect(state.rows).toEqual({});
    expect(state.asked.every((s) => s.identifiers.some((i) => i.id === JANE))).toBe(true);
    expect((await house.officer('GET', `/v1/requests/${id}`)).body.state).toBe('fulfilled');
    const { certificate } = (await house.officer('GET', `/v1/requests/${id}/certificate`)).body;
    const said = JSON.parse(Buffer.from(certificate.split('.')[1]!, 'base64url').toString());
    expect(said.systems).toContainEqual({ system: 'crm', outcome: 'done', deleted: 1, retained: [] });
  });

  it('that never answers leaves the request fulfilled in part, and the person is told', async () => {
    const state = { rows: { [JANE]: 'x' }, broken: true, asked: [] };
    house = await openHouse(vaults, { systems: [crm(state)] });
    await house.know(JANE);
    const id = await proved('erasure');
    await house.officer('POST', `/v1/requests/${id}/approve`, {});
    for (let i = 0; i < 12; i++) {
      await house.settle();
      house.clock.advance(8 * HOUR);
    }
    await house.settle();
    expect((await house.officer('GET', `/v1/requests/${id}`)).body.state).toBe('partially_fulfilled');
    expect(house.mails.at(-1)).toMatchObject({ to: JANE, subject: 'Your request was fulfilled in part' });
  });
});
