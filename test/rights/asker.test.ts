import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/platform';
import { codeOf, type House, linkOf, openHouse } from './house';

let house: House;
afterEach(async () => {
  expect(house.errors).toEqual([]);
  await house.close();
});

const JANE = 'jane@gmail.com';
const wrong = (right: string, i: number): string => String((Number(right) + 1 + i) % 100_000_000).padStart(8, '0');

describe.each([1, 4])('the asker, with %i vaults', (vaults) => {
  it('can have 1,000 codes guessed at once, of which five are looked at', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const { id } = (await house.ask('access', JANE)).body;
    const code = codeOf(house.mails[0]);
    const home = house.server.backend.vaults;
    const guess = (c: string, i: number) =>
      house.send('POST', `/v1/requests/${id}/confirm`, { code: c }, { 'x-request-id': `g${i}` });
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, i) => guess(wrong(code, i), i)));
    expect(answers.every((a) => a.status === 403 || a.status === 429)).toBe(true);
    // Past the limiter of one network, every guess is counted before it is looked at.
    const run = (c: string) =>
      home
        .at(vaults === 1 ? 0 : Math.floor(Number.parseInt(id.slice(6, 10), 16) / (0x10000 / vaults)))
        .run('request.confirm', { request: id, proof: { code: c } }, { actor: { type: 'anonymous', id: 'guesser' } });
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => run(wrong(code, i))));
    expect(await run(code)).toMatchObject({ ok: true, value: { confirmed: false } });
    expect((await house.officer('GET', `/v1/requests/${id}`)).body.state).toBe('verifying');
  });

  it('is proved by the right code within five tries (so the test above could fail)', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const { id } = (await house.ask('access', JANE)).body;
    const code = codeOf(house.mails[0]);
    for (let i = 0; i < 4; i++)
      expect((await house.send('POST', `/v1/requests/${id}/confirm`, { code: wrong(code, i) })).status).toBe(403);
    expect((await house.send('POST', `/v1/requests/${id}/confirm`, { code })).body.state).toBe('fulfilled');
  });

  it('gets at most three mails a day, in whatever spelling the address is asked for', async () => {
    house = await openHouse(vaults);
    const spellings = [JANE, 'j.ane@gmail.com', 'jane+a@gmail.com', 'jane+b@googlemail.com'];
    for (const s of spellings) await house.know(s);
    for (let i = 0; i < 40; i++) {
      const spelled = spellings[i % 4]!;
      const loud = i % 3 === 0 ? spelled.toUpperCase() : spelled;
      await house.send('POST', '/v1/requests', {
        right: i % 5 === 4 ? 'withdrawal' : 'access',
        subject: { type: 'email', id: loud },
      });
      house.clock.advance(HOUR / 4);
    }
    for (let i = 0; i < 12; i++) await house.settle();
    expect(house.mails).toHaveLength(3);
    house.clock.advance(DAY);
    await house.ask('access', JANE);
    expect(house.mails).toHaveLength(4);
  });

  it('shares its network’s mails with whoever else asks from there, without being told', async () => {
    house = await openHouse(vaults, { rules: { network_mails_per_day: 4 } });
    const people = Array.from({ length: 6 }, (_, i) => `p${i}@customers.example`);
    for (const p of people) await house.know(p);
    const answers = [];
    for (const p of people) answers.push((await house.ask('access', p)).status);
    expect(new Set(answers)).toEqual(new Set([202]));
    expect(house.mails).toHaveLength(4);
  });

  it('cannot put words, headers or other recipients into a mail', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const hostile = 'x\r\nBcc: all@evil.example\r\n\r\n<img src=x onerror=alert(1)>';
    await house.ask('access', JANE, { message: hostile, language: 'en' });
    const bad = await house.send('POST', '/v1/requests', {
      right: 'access',
      subject: { type: 'email', id: `${JANE}\r\nBcc: a@b.example` },
    });
    expect(bad.status).toBe(422);
    await house.settle();
    expect(house.mails.map((m) => m.to)).toEqual([JANE]);
    expect(JSON.stringify(house.mails)).not.toMatch(/evil|onerror/);
  });

  it('is proved by the subject token as an anonymous visitor', async () => {
    house = await openHouse(vaults);
    const visitor = `v_${'A'.repeat(22)}`;
    const first = await house.send(
      'POST',
      '/v1/consents',
      {
        site: 'pk_shop',
        visitor,
        notice: { id: 'main', version: 1, language: 'en' },
        choices: { newsletter: 'refused' },
        method: 'custom',
      },
      { origin: 'https://shop.example' },
    );
    const subject = { type: 'visitor', id: visitor };
    const forged = await house.send('POST', '/v1/requests', { right: 'access', subject, subject_token: 'st_x.y' });
    expect(forged.status).toBe(401);
    const asked = await house.send('POST', '/v1/requests', {
      right: 'access',
      subject,
      subject_token: first.body.subject_token,
    });
    expect(asked.status).toBe(202);
    await house.settle();
    expect((await house.officer('GET', `/v1/requests/${asked.body.id}`)).body).toMatchObject({
      state: 'fulfilled',
      verified: 'token',
    });
  });

  it('who never answers sees the request lapse, and nothing was done', async () => {
    house = await openHouse(vaults);
    await house.know(JANE);
    const known = await house.ask('erasure', JANE);
    const unknown = await house.ask('erasure', 'nobody@gmail.com');
    house.clock.advance(31 * DAY);
    await house.settle();
    for (const r of [known, unknown])
      expect((await house.officer('GET', `/v1/requests/${r.body.id}`)).body.state).toBe('expired');
    const link = linkOf(house.mails[0]);
    expect((await house.send('POST', link.path, { token: link.token })).status).toBe(403);
    expect((await house.check(JANE)).body.reason).not.toBe('suppressed');
  });
});

describe('an approval', () => {
  it('by one of two who are needed is not enough, and the same person is not two', async () => {
    house = await openHouse(1, { rules: { four_eyes: ['erasure'] } });
    await house.know(JANE);
    const { id } = (await house.ask('erasure', JANE)).body;
    const link = linkOf(house.mails[0]);
    await house.send('POST', link.path, { token: link.token });
    for (let i = 0; i < 2; i++)
      expect((await house.officer('POST', `/v1/requests/${id}/approve`, {})).body.state).toBe('in_review');
    expect((await house.second('POST', `/v1/requests/${id}/approve`, {})).body.state).toBe('processing');
  });

  it('by rule leaves a day in which the link of the mail cancels the erasure', async () => {
    house = await openHouse(1, { rules: { auto_approve: ['erasure'] } });
    await house.know(JANE);
    await house.ask('erasure', JANE);
    const link = linkOf(house.mails[0]);
    expect((await house.send('POST', link.path, { token: link.token })).body.state).toBe('approved');
    house.clock.advance(DAY - 1);
    await house.settle();
    expect((await house.check(JANE)).body.allowed).toBe(true);
    const cancel = linkOf(house.mails[1]);
    expect(cancel.path).toMatch(/\/cancel$/);
    expect((await house.send('POST', cancel.path, { token: cancel.token })).body.state).toBe('withdrawn');
    house.clock.advance(DAY);
    await house.settle();
    expect((await house.check(JANE)).body.allowed).toBe(true);
  });

  it('by rule erases when the day is over', async () => {
    house = await openHouse(1, { rules: { auto_approve: ['erasure'] } });
    await house.know(JANE);
    await house.ask('erasure', JANE);
    const link = linkOf(house.mails[0]);
    await house.send('POST', link.path, { token: link.token });
    house.clock.advance(DAY);
    await house.settle();
    expect((await house.check(JANE)).body.reason).toBe('suppressed');
  });
});
