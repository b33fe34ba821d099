import { afterEach, describe, expect, it, vi } from 'vitest';
import { type House, openHouse } from './house';

// Everything goes in and out through the front door.
vi.setConfig({ testTimeout: 180_000 });

let house: House;
afterEach(() => house.close());

type Sent = { run: string; counts: Record<string, number> };
const yes = { newsletter: 'granted' };
const send = (key: string, body: object = {}) => house.send<Sent>('POST', `/v1/campaigns/${key}/send`, body);
const run = (id: string) =>
  house.send<{ counts: { state: string; reason: string | null; n: number }[]; uncertain: { person: string }[] }>(
    'GET',
    `/v1/campaign-runs/${id}`,
  );

describe.each([1, 4])('a campaign over %i vaults', (vaults) => {
  it('reaches those who said yes, once each, and says why it leaves out the others', async () => {
    house = await openHouse(vaults);
    for (let i = 0; i < 8; i++) await house.customer(`y${i}`, [`yes${i}@post.example`], yes);
    for (let i = 0; i < 3; i++) await house.customer(`n${i}`, [`no${i}@post.example`], { newsletter: 'refused' });
    for (let i = 0; i < 4; i++) await house.customer(`s${i}`, [`silent${i}@post.example`]);
    const { status, body } = await send('autumn');
    expect([status, body.counts]).toEqual([202, { planned: 8, skipped: 7 }]);
    await house.server.tick();
    expect(house.mails.map((m) => m.to).sort()).toEqual(Array.from({ length: 8 }, (_, i) => `yes${i}@post.example`));
    const { counts } = (await run(body.run)).body;
    expect(counts).toEqual([
      { state: 'sent', reason: null, n: 8 },
      { state: 'skipped', reason: 'never_asked', n: 4 },
      { state: 'skipped', reason: 'refused', n: 3 },
    ]);
    await house.server.tick();
    expect(house.mails).toHaveLength(8);
    expect(house.problems).toEqual([]);
  });

  it('sends nothing to whoever withdraws between planning and sending', async () => {
    house = await openHouse(vaults);
    const people: string[] = [];
    for (let i = 0; i < 6; i++) people.push(await house.customer(`y${i}`, [`p${i}@post.example`], yes));
    const { body } = await send('autumn');
    expect(body.counts).toEqual({ planned: 6 });
    for (const id of people.slice(0, 4)) {
      const subject = { type: 'person', id };
      await house.send('POST', '/v1/consents', { subject, choices: { newsletter: 'withdrawn' }, method: 'api' });
    }
    await house.server.tick();
    expect(house.mails.map((m) => m.to).sort()).toEqual(['p4@post.example', 'p5@post.example']);
    const { counts } = (await run(body.run)).body;
    expect(counts).toContainEqual({ state: 'skipped', reason: 'withdrawn', n: 4 });
  });

  it('lets one unit know that another was in touch, over all addresses of a person', async () => {
    house = await openHouse(vaults);
    const person = await house.customer('1', ['one@post.example', 'other@post.example'], yes);
    expect((await send('autumn')).body.counts).toEqual({ planned: 1 });
    await house.server.tick();
    const second = await send('cakes');
    expect(second.body.counts).toEqual({ skipped: 1 });
    expect((await run(second.body.run)).body.counts).toEqual([{ state: 'skipped', reason: 'cap', n: 1 }]);
    const asked = { subject: { type: 'email', id: 'other@post.example' }, purpose: 'newsletter', unit: 'cafe' };
    const { body } = await house.send<Record<string, unknown>>('POST', '/v1/contacts', { ...asked, channel: 'email' });
    expect(body).toMatchObject({ reserved: null, decision: { allowed: true }, pressure: { allowed: false } });
    expect(body.seen, 'another legal entity, and the notice names none').toEqual([]);
    const own = await house.send<{ seen: unknown[] }>('GET', `/v1/people/${person}/contacts?unit=shop`);
    expect(own.body.seen).toEqual([{ unit: 'shop', channel: 'email', at: expect.any(Number) }]);
    house.later(8);
    expect((await send('cakes')).body.counts).toEqual({ planned: 1 });
  });
});

describe('a withdrawal beside a sending', () => {
  it('ends in a mail or in none for each person, and in none from then on', async () => {
    house = await openHouse(4);
    const people: string[] = [];
    for (let i = 0; i < 24; i++) people.push(await house.customer(`y${i}`, [`p${i}@post.example`], yes));
    const { body } = await send('autumn');
    expect(body.counts).toEqual({ planned: 24 });
    const withdraw = (id: string) =>
      house.send('POST', '/v1/consents', {
        subject: { type: 'person', id },
        choices: { newsletter: 'withdrawn' },
        method: 'api',
      });
    const before = people.slice(0, 6);
    for (const id of before) await withdraw(id);
    await Promise.all([house.server.tick(), ...people.slice(6).map(withdraw)]);
    const { counts } = (await run(body.run)).body;
    const n = (state: string) => counts.filter((c) => c.state === state).reduce((sum, c) => sum + c.n, 0);
    expect(n('sent') + n('skipped')).toBe(24);
    expect(house.mails).toHaveLength(n('sent'));
    const reached = new Set(house.mails.map((m) => m.to));
    expect(before.filter((_, i) => reached.has(`p${i}@post.example`))).toEqual([]);
    house.later(30);
    expect((await send('autumn')).body.counts).toEqual({ skipped: 24 });
  });
});

describe('contact pressure', () => {
  it('lets exactly one of fifty pass that ask at once under a cap of one', async () => {
    house = await openHouse(4);
    await house.customer('1', ['one@post.example', 'two@post.example'], yes);
    const asked = (i: number) =>
      house.send<{ reserved: string | null }>('POST', '/v1/contacts', {
        subject: { type: 'email', id: i % 2 ? 'one@post.example' : 'two@post.example' },
        purpose: 'newsletter',
        unit: i % 3 ? 'shop' : 'cafe',
        channel: 'email',
      });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => asked(i)));
    const touches = answers.flatMap(({ body }) => body.reserved ?? []);
    expect(answers.map(({ status }) => status)).toEqual(new Array(50).fill(200));
    expect(touches).toHaveLength(1);
    await house.send('POST', `/v1/contacts/${touches[0]}/released`, {});
    expect((await asked(1)).body.reserved, 'a released reservation makes room').not.toBeNull();
  });

  it('gives retention the place that acquisition had only reserved', async () => {
    house = await openHouse(1);
    await house.customer('1', ['one@post.example'], yes);
    const winning = await send('cakes');
    const keeping = await send('autumn');
    expect([winning.body.counts, keeping.body.counts]).toEqual([{ planned: 1 }, { planned: 1 }]);
    await house.server.tick();
    expect(house.mails).toHaveLength(1);
    expect((await run(keeping.body.run)).body.counts).toEqual([{ state: 'sent', reason: null, n: 1 }]);
    expect((await run(winning.body.run)).body.counts).toEqual([{ state: 'skipped', reason: 'cap', n: 1 }]);
  });

  it('holds back marketing during a pause that the person asked for, and never what they need', async () => {
    house = await openHouse(1);
    await house.customer('1', ['one@post.example'], yes);
    await send('autumn');
    await house.server.tick();
    const token = /\/u\/(un_\w+)/.exec(house.mails[0]!.text)![1]!;
    house.later(10);
    await house.send('POST', `/u/${token}`, 'pause=90', { 'content-type': 'application/x-www-form-urlencoded' });
    expect((await send('autumn')).body.counts).toEqual({ skipped: 1 });
    expect((await send('recall')).body.counts).toEqual({ planned: 1 });
    house.later(91);
    expect((await send('autumn')).body.counts).toEqual({ planned: 1 });
  });
});

describe('the queue', () => {
  it('never sends again what a mail server may have taken, and lists it', async () => {
    house = await openHouse(1);
    const person = await house.customer('1', ['one@post.example'], yes);
    house.post.behave = () => {
      throw Object.assign(new Error('the connection was lost'), { command: 'DATA', code: 'ETIMEDOUT' });
    };
    const { body } = await send('autumn');
    await house.server.tick();
    house.post.behave = () => {};
    house.later(1);
    await house.server.tick();
    expect(house.mails).toEqual([]);
    expect((await run(body.run)).body.uncertain).toMatchObject([{ person }]);
  });

  it('tries again what was certainly not taken, and gives up on a lasting no', async () => {
    house = await openHouse(1);
    await house.customer('1', ['busy@post.example'], yes);
    await house.customer('2', ['gone@post.example'], yes);
    house.post.behave = (mail) => {
      throw Object.assign(new Error('no'), {
        command: 'RCPT TO',
        responseCode: mail.to.startsWith('busy') ? 450 : 550,
      });
    };
    const { body } = await send('autumn');
    await house.server.tick();
    house.post.behave = () => {};
    house.later(1);
    await house.server.tick();
    expect(house.mails.map((m) => m.to)).toEqual(['busy@post.example']);
    const states = (await run(body.run)).body.counts.map(({ state, n }) => [state, n]);
    expect(states.sort()).toEqual([
      ['failed', 1],
      ['sent', 1],
    ]);
  });

  it('calls uncertain what was begun when the process ended', async () => {
    house = await openHouse(1);
    await house.customer('1', ['one@post.example'], yes);
    let release = (): void => {};
    house.post.behave = () =>
      new Promise<void>((_, reject) => {
        release = () => reject(new Error('ended'));
      });
    const { body } = await send('autumn');
    const begun = house.server.tick();
    while ((await run(body.run)).body.counts[0]!.state !== 'sending') await new Promise((r) => setTimeout(r, 5));
    const vault = house.server.backend.vaults.at(0);
    house.later(1);
    const context = { actor: { type: 'system', id: 'test' } } as const;
    expect(await vault.run('campaign.sweep', {}, context)).toMatchObject({ ok: true, value: { uncertain: 1 } });
    release();
    await begun;
    expect((await run(body.run)).body.counts).toEqual([{ state: 'uncertain', reason: 'the process ended', n: 1 }]);
  });

  it('stops', async () => {
    house = await openHouse(1);
    await house.customer('1', ['one@post.example'], yes);
    const { body } = await send('autumn');
    expect((await house.send('POST', `/v1/campaign-runs/${body.run}/stop`, {})).status).toBe(200);
    await house.server.tick();
    expect(house.mails).toEqual([]);
    expect((await run(body.run)).body.counts).toEqual([{ state: 'skipped', reason: 'stopped', n: 1 }]);
  });

  it('keeps to the pace that was declared', async () => {
    house = await openHouse(1, [
      [
        'campaigns',
        'slow',
        {
          name: 'Slow',
          unit: 'shop',
          purpose: 'newsletter',
          content: { en: { subject: 'S', text: 'T' } },
          per_minute: 2,
        },
      ],
    ]);
    for (let i = 0; i < 5; i++) await house.customer(`y${i}`, [`p${i}@post.example`], yes);
    await send('slow');
    const after: number[] = [];
    for (let i = 0; i < 3; i++) {
      await house.server.tick();
      after.push(house.mails.length);
      house.clock.advance(61_000);
    }
    expect(after).toEqual([2, 4, 5]);
  });
});

describe('the way out', () => {
  it('is one click by POST, for this topic and channel alone; looking at the page changes nothing', async () => {
    house = await openHouse(4, [
      [
        'campaigns',
        'offers',
        { name: 'Offers', unit: 'shop', purpose: 'similar', content: { en: { subject: 'S', text: 'T' } } },
      ],
    ]);
    const person = await house.customer('1', ['one@post.example'], yes);
    await send('autumn');
    await house.server.tick();
    const { headers, text } = house.mails[0]!;
    const link = /^<(https?:\/\/[^>]+)>$/.exec(headers!['List-Unsubscribe']!)![1]!;
    expect(headers!['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    expect(text).toContain(link);
    const path = new URL(link).pathname;
    const allowed = async (purpose: string) =>
      (
        await house.send<{ allowed: boolean; reason: string }>('POST', '/v1/check', {
          subject: { type: 'person', id: person },
          purpose,
          channel: 'email',
        })
      ).body;
    const page = await house.send('GET', path);
    expect([page.status, page.text.includes('one@post.example')]).toEqual([200, false]);
    expect((await allowed('newsletter')).allowed).toBe(true);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const click = () => house.send('POST', path, 'List-Unsubscribe=One-Click', form);
    expect([(await click()).status, (await click()).status]).toEqual([200, 200]);
    expect(await allowed('newsletter')).toMatchObject({ allowed: false, reason: 'withdrawn' });
    house.later(30);
    expect((await send('autumn')).body.counts).toEqual({ skipped: 1 });
    const other = `/u/un_eu0000${'0'.repeat(20)}`;
    expect((await house.send('POST', other, 'List-Unsubscribe=One-Click', form)).status).toBe(404);
  });

  it('closes an address that bounced for everything, and one that complained for marketing', async () => {
    house = await openHouse(4);
    await house.customer('1', ['gone@post.example'], yes);
    await house.customer('2', ['angry@post.example'], yes);
    const report = (id: string, event: string) =>
      house.send('POST', '/v1/deliveries', { address: { type: 'email', id }, event });
    await report('gone@post.example', 'hard_bounce');
    await report('angry@post.example', 'complaint');
    await send('autumn');
    await send('recall');
    await house.server.tick();
    expect(house.mails.map((m) => m.to)).toEqual(['angry@post.example']);
    expect(house.mails[0]!.headers).toEqual({});
  });
});

describe('who is left out', () => {
  it('is whoever has shown no interest for a year', async () => {
    house = await openHouse(1);
    await house.customer('1', ['old@post.example'], yes);
    house.later(366);
    await house.customer('2', ['new@post.example'], yes);
    const { body } = await send('autumn');
    expect(body.counts).toEqual({ planned: 1, skipped: 1 });
    expect((await run(body.run)).body.counts).toContainEqual({ state: 'skipped', reason: 'no_interest', n: 1 });
  });

  it('is the control group, and the result is measured against it', async () => {
    const measured = {
      measure: { purpose: 'statistics', days: 30 },
      holdout: 0.4,
      cost: 1000,
      content: { en: { subject: 'S', text: 'T' } },
    };
    house = await openHouse(4, [
      ['campaigns', 'test', { name: 'Test', unit: 'shop', purpose: 'newsletter', ...measured }],
      ['pressure_rules', 'main', {}],
    ]);
    const ask = (i: number) => house.customer(`y${i}`, [`p${i}@post.example`], { ...yes, statistics: 'granted' });
    await Promise.all(Array.from({ length: 120 }, (_, i) => ask(i)));
    const { body } = await send('test');
    const { planned, held_out } = body.counts as { planned: number; held_out: number };
    expect(planned + held_out).toBe(120);
    expect(held_out).toBeGreaterThan(29);
    await house.server.tick();
    await house.server.tick();
    await house.server.tick();
    const sent = new Set(house.mails.map((m) => m.to));
    expect(sent.size).toBe(planned);
    for (let i = 0; i < 120; i++) {
      if (!sent.has(`p${i}@post.example`)) continue;
      const order = {
        subject: { type: 'email', id: `p${i}@post.example` },
        unit: 'shop',
        number: `o${i}`,
        currency: 'EUR',
        purpose: 'service',
        lines: [{ product: 'doll', quantity: 1, price: 1000 }],
      };
      expect(
        (await house.send('POST', '/v1/orders', { ...order, at: new Date(house.clock.now()).toISOString() })).status,
      ).toBeLessThan(300);
    }
    house.later(31);
    const { result } = (
      await house.send<{ result: Record<string, number> }>('GET', `/v1/campaign-runs/${body.run}/result`)
    ).body;
    expect(result).toMatchObject({
      kind: 'incremental',
      treated: planned,
      control: held_out,
      margin: planned * 600,
      balanced: true,
    });
  });

  it('is whoever the segment does not mean, seen through what its purpose may use', async () => {
    house = await openHouse(4, [
      [
        'purposes',
        'newsletter',
        {
          name: { en: 'N' },
          text: { en: 'N' },
          basis: 'consent',
          direct_marketing: true,
          channels: ['email'],
          categories: ['user.contact', 'user.behavior.purchase_history'],
        },
      ],
    ]);
    const people: string[] = [];
    for (let i = 0; i < 4; i++) people.push(await house.customer(`y${i}`, [`p${i}@post.example`], yes));
    const rule = { orders: 'count', is: 'gte', value: 1 };
    const segment = { name: 'Buyers', purpose: 'newsletter', channel: 'email', unit: null, rule };
    const made = await house.send<{ id: string }>('POST', '/v1/segments', segment);
    expect(made.status, made.text).toBe(201);
    const content = { en: { subject: 'S', text: 'T' } };
    const buyers = { name: 'Buyers', unit: 'shop', purpose: 'newsletter', segment: made.body.id, content };
    await house.define([['campaigns', 'buyers', buyers]]);
    for (const id of people.slice(0, 2)) {
      await house.send('POST', '/v1/orders', {
        subject: { type: 'person', id },
        unit: 'shop',
        number: id,
        at: '2026-11-01T00:00:00Z',
        currency: 'EUR',
        purpose: 'service',
        lines: [{ product: 'doll', quantity: 1, price: 1000 }],
      });
    }
    const { body } = await send('buyers');
    expect(body.counts).toEqual({ planned: 2, skipped: 2 });
    expect((await run(body.run)).body.counts).toContainEqual({ state: 'skipped', reason: 'not_in_segment', n: 2 });
    await house.server.tick();
    expect(house.mails.map((m) => m.to).sort()).toEqual(['p0@post.example', 'p1@post.example']);
  });

  it('can be explained for one person', async () => {
    house = await openHouse(4);
    await house.customer('1', ['one@post.example'], { newsletter: 'refused' });
    const subject = { type: 'customer', id: 'shop~1' };
    const { body } = await house.send('POST', '/v1/campaigns/autumn/explain', { subject });
    expect(body).toMatchObject({
      decision: { outcome: 'skip', because: 'permission', reason: 'refused' },
      addresses: [{ allowed: false, reason: 'refused' }],
      pressure: { allowed: true },
    });
  });
});
