import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { homeOf } from '../../src/consent';
import { engageHolder } from '../../src/engage';
import { type House, openHouse, system } from './house';

vi.setConfig({ testTimeout: 120_000 });

let house: House;
afterEach(() => house.close());

type Case = { case: string; unit: string; owner: string; state: string; overdue: boolean; due_at: string };
const list = async (query: string) => (await house.send<{ data: Case[] }>('GET', `/v1/cases?${query}`)).body.data;

describe.each([1, 4])('a case over %i vaults', (vaults) => {
  it('has a clock, an owner, and words that only its key opens', async () => {
    house = await openHouse(vaults, [['service_levels', 'shop', { hours: 24 }]]);
    const person = await house.customer('1', ['one@post.example'], { newsletter: 'granted' });
    const secret = 'The parcel arrived open, wet and late.';
    const opening = {
      subject: { type: 'person', id: person },
      unit: 'shop',
      owner: 'returns',
      kind: 'complaint',
      purpose: 'service',
      text: secret,
    };
    const made = await house.send<Case>('POST', '/v1/cases', opening);
    expect([made.status, made.body.due_at], made.text).toEqual([201, '2026-11-23T10:00:00.000Z']);
    expect(await list('overdue=true')).toEqual([]);
    house.later(2);
    expect(await list('overdue=true&unit=shop')).toMatchObject([{ case: made.body.case, overdue: true }]);
    const path = `/v1/cases/${made.body.case}`;
    const handed = await house.send<Case>('POST', `${path}/handover`, {
      unit: 'cafe',
      owner: 'front_desk',
      text: 'They know her.',
    });
    expect(handed.body).toMatchObject({ unit: 'cafe', owner: 'front_desk', state: 'open' });
    expect([await list('unit=shop'), (await list('unit=cafe')).length]).toEqual([[], 1]);
    await house.send('POST', `${path}/answer`, { text: 'A new one is on its way.' });
    expect((await house.send<Case>('POST', `${path}/close`, {})).body.state).toBe('closed');
    expect((await house.send('POST', `${path}/answer`, {})).status).toBe(409);
    const shown = await house.send<{ events: { what: string; text: string | null }[] }>('GET', path);
    expect(shown.body.events.map(({ what }) => what)).toEqual(['opened', 'handed_over', 'answered', 'closed']);
    expect(shown.body.events[0]!.text).toBe(secret);
    for (let i = 0; i < vaults; i++) {
      const bytes = ['', '-wal'].map((end) => readFileSync(join(house.dir, `vault-${i}.db${end}`)).toString('latin1'));
      expect(bytes.join('').includes('parcel arrived')).toBe(false);
    }
  });

  it('stands in the timeline with everything else between a person and all units', async () => {
    house = await openHouse(vaults);
    const person = await house.customer('1', ['one@post.example'], { newsletter: 'granted' });
    const subject = { type: 'person', id: person };
    await house.send('POST', '/v1/orders', {
      subject,
      unit: 'shop',
      number: 'o1',
      at: '2026-11-01T00:00:00Z',
      currency: 'EUR',
      purpose: 'service',
      lines: [{ product: 'doll', quantity: 1, price: 1000 }],
    });
    const { card } = (await house.send<{ card: string }>('POST', '/v1/loyalty/coffee/cards', { subject })).body;
    await house.send('POST', `/v1/loyalty/cards/${card}/purchases`, { id: 't1', amount: 300 });
    await house.send('POST', '/v1/campaigns/autumn/send', {});
    await house.server.tick();
    await house.send('POST', '/v1/cases', {
      subject,
      unit: 'cafe',
      owner: 'desk',
      kind: 'question',
      purpose: 'service',
      text: 'When?',
    });
    const { body } = await house.send<{ open_cases: Case[]; events: { what: string; unit: string | null }[] }>(
      'GET',
      `/v1/people/${person}/timeline`,
    );
    expect(body.open_cases).toHaveLength(1);
    expect(body.events.map(({ what, unit }) => `${what}@${unit}`).sort()).toEqual([
      'case.opened@cafe',
      'contact.sent@shop',
      'loyalty.purchase@null',
      'order.paid@shop',
    ]);
  });
});

describe.each([1, 4])('a visitor who turns out to be a customer, over %i vaults', (vaults) => {
  it('brings along contacts, wishes and stamps', async () => {
    house = await openHouse(vaults);
    const known = await house.customer('1', ['one@post.example'], { newsletter: 'granted' });
    const made = await house.send<{ key: string }>('POST', '/v1/sites', {
      name: 'S',
      origins: ['https://s.example'],
      unit: 'shop',
      notice: 'main',
      languages: ['en'],
      purposes: ['newsletter'],
    });
    const origin = { origin: 'https://s.example', 'content-type': 'text/plain', authorization: '' };
    const { page_token } = (
      await house.send<{ page_token: string }>('POST', `/v1/sites/${made.body.key}/page-token`, undefined, origin)
    ).body;
    const act = {
      site: made.body.key,
      visitor: `v_${'B'.repeat(22)}`,
      page_token,
      notice: { id: 'main', version: 1, language: 'en' },
      choices: { newsletter: 'granted' },
      method: 'custom',
    };
    const visitor = (await house.send<{ person: string; subject_token: string }>('POST', '/v1/consents', act, origin))
      .body;
    const subject = { type: 'person', id: visitor.person };
    const contact = { purpose: 'newsletter', unit: 'shop', channel: 'email' };
    expect(
      (await house.send<{ reserved: string }>('POST', '/v1/contacts', { ...contact, subject, sent: true })).body
        .reserved,
    ).not.toBeNull();
    const old = (await house.send<{ card: string }>('POST', '/v1/loyalty/coffee/cards', { subject })).body.card;
    for (let i = 0; i < 3; i++)
      await house.send('POST', `/v1/loyalty/cards/${old}/purchases`, { id: `t${i}`, amount: 300 });
    const linked = await house.send('POST', '/v1/links', {
      subject_token: visitor.subject_token,
      subject: { type: 'email', id: 'one@post.example' },
    });
    expect(linked.status, linked.text).toBeLessThan(300);
    await house.server.tick();
    const asked = await house.send<{ reserved: string | null }>('POST', '/v1/contacts', {
      ...contact,
      subject: { type: 'person', id: known },
    });
    expect(asked.body.reserved, 'the cap of one a week is full').toBeNull();
    const card = await house.send<{ stamps: number; card: string }>('GET', `/v1/loyalty/cards/${old}`);
    expect(card.body).toMatchObject({ stamps: 3 });
    expect(card.body.card).not.toBe(old);
    await house.server.tick();
    expect((await house.send<{ stamps: number }>('GET', `/v1/loyalty/cards/${old}`)).body.stamps).toBe(3);
    expect(house.problems).toEqual([]);
  });
});

it('leaves no row behind that leads to a person who was erased', async () => {
  house = await openHouse(1);
  const person = await house.customer('1', ['one@post.example'], { newsletter: 'granted', survey: 'granted' });
  const subject = { type: 'person', id: person };
  const { card } = (await house.send<{ card: string }>('POST', '/v1/loyalty/coffee/cards', { subject })).body;
  await house.send('POST', `/v1/loyalty/cards/${card}/purchases`, { id: 't1', amount: 300 });
  await house.send('POST', '/v1/campaigns/autumn/send', {});
  await house.server.tick();
  await house.send('POST', '/v1/cases', {
    subject,
    unit: 'cafe',
    owner: 'desk',
    kind: 'question',
    purpose: 'service',
    text: 'When?',
  });
  const rows = (): number => {
    const db = new Sqlite(join(house.dir, 'vault-0.db'), { readonly: true });
    const counts = engageHolder.tables.map((table) => {
      const owned = (db.prepare(`select * from ${table}`).all() as object[]).filter(
        (row) => JSON.stringify(row).includes(person) || JSON.stringify(row).includes(card),
      );
      return owned.length;
    });
    db.close();
    return counts.reduce((a, b) => a + b, 0);
  };
  expect(rows()).toBeGreaterThan(4);
  const home = homeOf(house.server.backend.vaults, person);
  const erased = await home.run('rights.erase', { persons: [person], request: 'req_test' }, system);
  expect(erased).toMatchObject({ ok: true });
  expect(rows()).toBe(0);
});
