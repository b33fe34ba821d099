import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVIDENCE, ORIGIN, openServer, type TestServer, visitorId } from '../platform/server';

/**
 * Over HTTP, as pages and services do it. A request may arrive twice, late, and in another order than it was sent: none of
 * that may turn a no into a yes.
 */
const DAY = 86_400_000;
let address = 0;

describe.each([1, 4])('requests that are replayed, with %i vault(s)', (count) => {
  let server: TestServer;
  let site: string;
  let people = 0;
  beforeAll(async () => {
    server = await openServer({ vaults: count, env: { AVOW_TRUSTED_PROXIES: '1', AVOW_REGION_HEADER: 'x-region' } });
    site = await server.shop();
  });
  afterAll(() => server.close());

  const notice = { id: 'main', version: 1, language: 'en' };
  type Sent = { body: Record<string, unknown>; headers: Record<string, string> };
  const act = (visitor: string, purpose: string, say: string, more: Record<string, unknown> = {}): Sent => ({
    body: { site, visitor, key: `k${people++}`, notice, choices: { [purpose]: say }, method: 'custom', ...more },
    headers: { 'x-forwarded-for': `10.${(address >> 8) & 255}.${address++ & 255}.1`, 'x-region': 'DE' },
  });
  const send = (s: Sent) => server.page('/v1/consents', s.body, s.headers);
  const may = async (subject: { type: string; id: string }, purpose: string) =>
    (await server.check(subject, purpose)).body.allowed;

  it('change nothing, in whatever order and however often they come again', async () => {
    const step = fc.record({
      purpose: fc.constantFrom('analytics', 'ads', 'fraud'),
      say: fc.constantFrom('granted', 'granted', 'refused', 'withdrawn'),
      again: fc.array(fc.nat(20), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
        const id = visitorId(`R${people++}`);
        const sent: Sent[] = [];
        const last: Record<string, string> = {};
        for (const s of steps) {
          server.clock.advance(60_000);
          const now = act(id, s.purpose, s.say);
          sent.push(now);
          expect((await send(now)).status).toBe(201);
          last[s.purpose] = s.say;
          for (const n of s.again) expect((await send(sent[n % sent.length]!)).status).toBe(201);
          for (const [purpose, said] of Object.entries(last))
            expect(await may({ type: 'visitor', id }, purpose), `${purpose} after ${said}`).toBe(said === 'granted');
        }
      }),
      { numRuns: 25, interruptAfterTimeLimit: 6_000 },
    );
  }, 30_000);

  it('give the first answer again, receipt and all, and make no second record', async () => {
    const id = visitorId(`S${people++}`);
    const once = act(id, 'analytics', 'granted');
    const first = await send(once);
    const again = await send(once);
    expect([again.body.record, again.body.receipt]).toEqual([first.body.record, first.body.receipt]);
    const me = await server.request('GET', '/v1/consents/me', undefined, {
      authorization: `Bearer ${first.body.subject_token}`,
    });
    expect(me.body.history).toHaveLength(1);
  });

  it('with another body under the same key are refused', async () => {
    const id = visitorId(`T${people++}`);
    const once = act(id, 'analytics', 'granted');
    await send(once);
    const changed = { ...once, body: { ...once.body, choices: { analytics: 'refused' } } };
    expect(await send(changed)).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
  });

  it('do not bring a yes back after the visitor was linked and the person has withdrawn', async () => {
    const n = people++;
    const id = visitorId(`U${n}`);
    const email = { type: 'email', id: `u${n}@customers.example` };
    const yes = act(id, 'analytics', 'granted');
    const first = await send(yes);
    await server.recordAs(email.id, { newsletter: 'refused' });
    expect(
      (await server.call('POST', '/v1/links', { subject_token: first.body.subject_token, subject: email })).status,
    ).toBe(200);
    expect(await may(email, 'analytics')).toBe(true);
    await send(act(id, 'analytics', 'withdrawn', { subject_token: first.body.subject_token }));
    expect(await may(email, 'analytics')).toBe(false);
    for (const replay of [yes, { ...yes, body: { ...yes.body, subject_token: first.body.subject_token } }])
      await send(replay);
    expect(await may(email, 'analytics')).toBe(false);
  });

  it('do not bring a yes back days later', async () => {
    const id = visitorId(`W${people++}`);
    const yes = act(id, 'analytics', 'granted');
    await send(yes);
    await send(act(id, 'analytics', 'withdrawn'));
    for (let day = 0; day < 3; day++) {
      server.clock.advance(DAY);
      await server.tick();
      await send(yes);
      expect(await may({ type: 'visitor', id }, 'analytics')).toBe(false);
    }
  });

  it('that a device has kept in its queue do not beat a no that came after they were meant', async () => {
    const id = visitorId(`X${people++}`);
    await send(act(id, 'analytics', 'granted'));
    server.clock.advance(10 * DAY);
    await send(act(id, 'analytics', 'withdrawn'));
    server.clock.advance(DAY);
    await send(act(id, 'analytics', 'granted', { queued_seconds: 5 * 86_400 }));
    expect(await may({ type: 'visitor', id }, 'analytics')).toBe(false);
    await send(act(id, 'analytics', 'granted', { queued_seconds: 60 }));
    expect(await may({ type: 'visitor', id }, 'analytics')).toBe(true);
  });

  it('of an import with old evidence never beat a no that was taken down since', async () => {
    const n = people++;
    const email = `imp${n}@customers.example`;
    const mayMail = () => may({ type: 'email', id: email }, 'newsletter');
    await server.recordAs(email, { newsletter: 'granted' });
    expect(await mayMail()).toBe(true);
    await server.recordAs(email, { newsletter: 'withdrawn' });
    expect(await mayMail()).toBe(false);
    await server.recordAs(email, { newsletter: 'granted' });
    expect(await mayMail()).toBe(false);
    const fresh = new Date(server.clock.now() + 1000).toISOString();
    server.clock.advance(5000);
    await server.recordAs(email, { newsletter: 'granted' }, { evidence: { ...EVIDENCE, when: fresh } });
    expect(await mayMail()).toBe(true);
  });

  it('of a check are answered anew: a withdrawal is obeyed by the very next check, whatever key it carries', async () => {
    const id = visitorId(`Y${people++}`);
    await send(act(id, 'analytics', 'granted'));
    const ask = () =>
      server.call(
        'POST',
        '/v1/check',
        { subject: { type: 'visitor', id }, purpose: 'analytics' },
        { 'idempotency-key': `c${id}` },
      );
    const askMany = () =>
      server.call(
        'POST',
        '/v1/checks',
        { subjects: [{ type: 'visitor', id }], purposes: ['analytics'] },
        { 'idempotency-key': `d${id}` },
      );
    const many = async () => (await askMany()).text.includes('"allowed":true');
    expect([(await ask()).body.allowed, await many()]).toEqual([true, true]);
    await send(act(id, 'analytics', 'withdrawn'));
    expect([(await ask()).body.allowed, await many()]).toEqual([false, false]);
  });

  it('of the origin of another page are refused', async () => {
    const yes = act(visitorId(`Z${people++}`), 'analytics', 'granted');
    const other = await server.request('POST', '/v1/consents', yes.body, {
      ...yes.headers,
      origin: `${ORIGIN}.evil.example`,
    });
    expect(other.status).toBe(403);
  });
});
