import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { retryAt } from '../../src/delivery/retry';
import { eventsOf, signedHeaders, wants } from '../../src/delivery/webhook';
import { DAY } from '../../src/platform';
import { openServer, type TestServer } from '../platform/server';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('trying again', () => {
  it('waits longer each time, three to four days in all, and then gives up', () => {
    let now = 0;
    let attempts = 0;
    let last = 0;
    for (;;) {
      const next = retryAt(++attempts, now, 0);
      if (next === null) break;
      expect(next - now).toBeGreaterThanOrEqual(last);
      last = next - now;
      now = next;
    }
    expect(attempts).toBe(10);
    expect(now).toBeGreaterThan(3 * DAY);
    expect(now).toBeLessThan(4 * DAY);
  });

  it('never comes back sooner than the receiver asks, and spreads by at most a tenth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(100_000),
        (n, r, after) => {
          const plain = retryAt(n, 0, 0)!;
          expect(retryAt(n, 0, r, after)!).toBeGreaterThanOrEqual(Math.max(plain, after * 1000));
          expect(retryAt(n, 0, r)!).toBeLessThanOrEqual(Math.ceil(plain * 1.1));
        },
      ),
    );
  });
});

describe('a webhook', () => {
  const row = {
    seq: 3,
    id: 'evt_1',
    topic: 'consent.changed',
    person: 'per_1',
    at: Date.parse('2026-11-22T10:00:00Z'),
    body: JSON.stringify({
      person: 'per_1',
      record: 'rec_1',
      seq: 9,
      changes: { ads: 'refused', news: 'granted', sale: 'refused' },
    }),
  };

  it('tells each new status as an event of its own, with order and without personal data', () => {
    const events = eventsOf(row as never);
    expect(events.map((e) => e.type).sort()).toEqual(['consent.granted', 'consent.refused']);
    expect(events.find((e) => e.type === 'consent.refused')?.data).toMatchObject({ person: 'per_1', seq: 9 });
  });

  it('goes only to who wants it', () => {
    const to = (...topics: string[]) => wants({ topics }, 'consent.withdrawn');
    expect([
      to('*'),
      to('consent.withdrawn'),
      to('consent.*'),
      to('consent'),
      to('person.*'),
      to('consent.with'),
    ]).toEqual([true, true, true, false, false, false]);
  });

  it('is signed so that the reference library accepts it, and rejects it after any change', () => {
    const body = JSON.stringify({ type: 'consent.withdrawn', data: {} });
    const seconds = Math.floor(Date.now() / 1000);
    const headers = signedHeaders(secret, 'evt_1', seconds, body);
    const library = new Webhook(secret);
    expect(library.verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => library.verify(body.replace('{}', '{"x":1}'), headers)).toThrow();
    expect(() => library.verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow();
    expect(() => library.verify(body, signedHeaders(secret, 'evt_1', seconds - 600, body))).toThrow();
  });
});

describe('over the whole product', () => {
  let server: TestServer;
  afterEach(() => server.close());

  it('a change reaches the receiver that declared itself, once, in order, with a stable id', async () => {
    server = await openServer();
    await server.shop();
    await server.define('/v1/webhooks/crm', { url: 'https://crm.example/in', topics: ['consent.*'], secret });
    await server.recordAs('jane@customers.example', { newsletter: 'granted' });
    await server.recordAs('jane@customers.example', { newsletter: 'withdrawn' });
    await server.tick();
    await server.tick();
    const types = server.posts.map((p) => (JSON.parse(p.body) as { type: string }).type);
    expect(types).toEqual(['consent.granted', 'consent.withdrawn']);
    expect(new Set(server.posts.map((p) => p.headers['webhook-id'])).size).toBe(2);
    for (const p of server.posts) expect(p.body).not.toContain('jane');
  });
});
