import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { crmApp } from '../../src/demo/crm';
import { crmClient, subjectOf } from '../../src/demo/crm-client';
import { verifyDelivery } from '../../src/demo/crm-webhook';
import { makeWorld } from '../../src/demo/seed';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const API = 'http://127.0.0.1:4000';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const world = makeWorld({ now: NOW, seed: 7, customers: 60, strangers: 5 });
const known = world.customers.find((one) => one.ref === world.known.customer)!;

type Asked = {
  url: string;
  key: string | null;
  body: { subject?: unknown; subjects?: { id: string }[]; purpose?: string };
};

/** A CRM whose questions go to `answer`. */
function crm(answer: (asked: Asked) => Response | Promise<Response>, secrets: string[] = [SECRET]) {
  const asked: Asked[] = [];
  const made = crmApp({
    api: API,
    secretKey: 'sk_test',
    world,
    webhookSecrets: () => secrets,
    clock: () => NOW,
    fetch: async (url, init) => {
      const one = { url, key: new Headers(init.headers).get('Authorization'), body: JSON.parse(String(init.body)) };
      asked.push(one);
      return answer(one);
    },
  });
  return { ...made, asked };
}

const granted = { allowed: true, reason: 'granted' };
const refused = { allowed: false, reason: 'refused' };

describe('asking', () => {
  it('shows for everybody on the page what may be done and why, with one question', async () => {
    const { app, asked } = crm(({ body }) =>
      Response.json({
        results: Object.fromEntries(
          body.subjects!.map(({ id }) => [`customer:${id}`, { analytics: granted, marketing_email: refused }]),
        ),
      }),
    );
    const text = await (await app.request('/')).text();
    expect(asked.length).toBe(1);
    expect(asked[0]).toMatchObject({ url: `${API}/v1/checks`, key: 'Bearer sk_test' });
    expect(asked[0]!.body.subjects!.length).toBe(25);
    expect(asked[0]!.body.subjects![0]).toEqual({ type: 'customer', id: 'shop~10042' });
    const row = text.slice(text.indexOf('data-customer="customer_0001"')).split('</tr>')[0]!;
    expect(row).toMatch(/data-purpose-key="analytics"><span class="yes">yes<\/span><span class="sub">granted/);
    expect(row).toMatch(/data-purpose-key="marketing_email"><span class="no">no<\/span><span class="sub">refused/);
    expect(row).toMatch(/data-purpose-key="ads_sharing"><span class="no">no<\/span><span class="sub">no_answer/);
  });

  it('shows for one customer what each answer rests on', async () => {
    const more = {
      basis: 'consent',
      record: 'rec_9',
      notice_version: 2,
      rulebook: 'rb_3',
      valid_until: '2027-01-02T00:00:00Z',
    };
    const { app, asked } = crm(({ body }) =>
      Response.json(body.purpose === 'analytics' ? { ...granted, ...more } : refused),
    );
    const text = await (await app.request(`/customers/${known.ref}`)).text();
    expect(asked.map((one) => one.body.purpose)).toEqual(world.purposes.map((purpose) => purpose.key));
    for (const piece of ['rec_9', 'rb_3', '2027-01-02', 'Otterbound Retreats', 'Lock House'])
      expect(text).toContain(piece);
    expect(text.match(/class="yes"/g)?.length).toBe(1);
  });

  it.each([
    ['is away', () => Promise.reject(new Error('ECONNREFUSED'))],
    ['fails', () => new Response('{"allowed":true,"reason":"granted"}', { status: 500 })],
    ['talks nonsense', () => new Response('<html>', { status: 200 })],
    [
      'says yes in another shape',
      () => Response.json({ allowed: 'true', results: { x: { analytics: { allowed: 1 } } } }),
    ],
  ])('takes it as a no when the API %s', async (_, answer) => {
    const { app } = crm(answer);
    const list = await (await app.request('/')).text();
    const one = await (await app.request(`/customers/${known.ref}`)).text();
    for (const text of [list, one]) {
      expect(text).not.toContain('class="yes"');
      expect(text).toContain('no_answer');
    }
  });

  it('finds by name and number, pages, and never shows the secret key', async () => {
    const { app } = crm(() => Response.json({ results: {} }));
    const found = await (await app.request('/?name=ostrow')).text();
    expect(found.match(/data-customer=/g)?.length).toBe(1);
    expect((await (await app.request('/?name=10042')).text()).match(/data-customer=/g)?.length).toBe(1);
    expect(await (await app.request('/?name=zzzz')).text()).toContain('Nobody of this name.');
    expect((await (await app.request('/?page=3')).text()).match(/data-customer=/g)?.length).toBe(10);
    expect((await (await app.request('/?page=-4')).text()).match(/data-customer=/g)?.length).toBe(25);
    for (const path of ['/', '/events', `/customers/${known.ref}`]) {
      const answer = await app.request(path);
      const text = await answer.text();
      expect(text).not.toContain('sk_test');
      expect(text).not.toMatch(/<script|<style|\sstyle=/);
      expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    }
    expect((await app.request('/customers/nobody')).status).toBe(404);
  });

  it('names each customer by a number that this customer has', () => {
    for (const customer of world.customers) {
      const [unit, number] = subjectOf(customer).id.split('~') as [keyof typeof customer.numbers, string];
      expect(customer.numbers[unit]).toBe(number);
    }
  });

  it('asks for many at once and gives each their own answer', async () => {
    const two = world.customers.slice(0, 2);
    const ids = two.map((one) => `customer:${subjectOf(one).id}`);
    const results = { [ids[0]!]: { analytics: granted }, [ids[1]!]: { analytics: refused } };
    const client = crmClient({ api: API, secretKey: 'k', fetch: async () => Response.json({ results }) });
    expect(await client.checks(two, ['analytics'])).toEqual({
      [two[0]!.ref]: { analytics: granted },
      [two[1]!.ref]: { analytics: refused },
    });
  });
});

const event = JSON.stringify({
  type: 'consent.withdrawn',
  timestamp: '2026-11-22T09:59:59Z',
  data: { purpose: 'analytics', seq: 7 },
});

function delivery(body: string, { secret = SECRET, id = 'msg_1', at = NOW } = {}) {
  const signature = new Webhook(secret).sign(id, new Date(at), body);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': signature,
  };
  return { method: 'POST', body, headers: { ...headers, 'Content-Type': 'application/json' } };
}

describe('webhooks', () => {
  it('signed by the reference library are accepted and listed', async () => {
    const { app, events } = crm(() => Response.json({}));
    expect((await app.request('/webhooks', delivery(event))).status).toBe(204);
    expect(events()).toEqual([
      {
        id: 'msg_1',
        received_at: NOW,
        type: 'consent.withdrawn',
        timestamp: '2026-11-22T09:59:59Z',
        data: { purpose: 'analytics', seq: 7 },
      },
    ]);
    expect(await (await app.request('/api/events')).json()).toEqual(events());
    expect(await (await app.request('/events')).text()).toContain('consent.withdrawn');
  });

  it('that come twice are answered twice and listed once', async () => {
    const { app, events } = crm(() => Response.json({}));
    await app.request('/webhooks', delivery(event));
    expect((await app.request('/webhooks', delivery(event, { at: NOW + 60_000 }))).status).toBe(204);
    await app.request('/webhooks', delivery(event, { id: 'msg_2' }));
    expect(events().map((one) => one.id)).toEqual(['msg_2', 'msg_1']);
  });

  it('with another secret, a changed body, an old time or a missing header are refused and not listed', async () => {
    const { app, events } = crm(() => Response.json({}));
    const good = delivery(event);
    const without = { ...good, headers: { 'Content-Type': 'application/json' } };
    const wrong = [
      delivery(event, { secret: OTHER }),
      { ...good, body: event.replace('withdrawn', 'granted') },
      { ...good, headers: { ...good.headers, 'webhook-id': 'msg_9' } },
      delivery(event, { at: NOW - 301_000 }),
      delivery(event, { at: NOW + 302_000 }),
      without,
    ];
    for (const one of wrong) expect((await app.request('/webhooks', one)).status).toBe(401);
    expect(events()).toEqual([]);
  });

  it('are accepted under the old and the new secret while one replaces the other', async () => {
    const { app, events } = crm(() => Response.json({}), [OTHER, SECRET]);
    await app.request('/webhooks', delivery(event, { id: 'a' }));
    await app.request('/webhooks', delivery(event, { id: 'b', secret: OTHER }));
    expect(events().length).toBe(2);
  });

  it('may carry signatures of other kinds beside the right one', () => {
    const { headers } = delivery(event);
    const one = { id: 'msg_1', timestamp: headers['webhook-timestamp'], body: event };
    expect(verifyDelivery({ ...one, signature: `v1a,AAAA ${headers['webhook-signature']}` }, [SECRET], NOW)).toEqual({
      ok: true,
    });
    const renamed = headers['webhook-signature'].replace('v1,', 'v1a,');
    expect(verifyDelivery({ ...one, signature: renamed }, [SECRET], NOW)).toEqual({
      ok: false,
      error: 'signature_wrong',
    });
    expect(verifyDelivery({ ...one, signature: headers['webhook-signature'] }, [], NOW).ok).toBe(false);
  });

  it('agree with the vector that the standard publishes', () => {
    const vector = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      body: '{"test": 2432232314}',
    };
    expect(verifyDelivery(vector, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], 1_614_265_330_000)).toEqual({ ok: true });
  });

  it('that are right but say nothing, or too much, are refused', async () => {
    const { app, events } = crm(() => Response.json({}));
    for (const body of ['[]', 'null', '{"data":1}', 'x']) {
      expect((await app.request('/webhooks', delivery(body))).status).toBe(400);
    }
    const huge = delivery(JSON.stringify({ type: 'x', data: 'y'.repeat(70_000) }));
    expect((await app.request('/webhooks', huge)).status).toBe(413);
    expect(events()).toEqual([]);
  });
});
