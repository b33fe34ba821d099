import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../src/audit/verify';
import { type Mailbox, startMailbox } from '../../src/demo/mailbox';
import { client, type Installation, installations } from './harness';
import { declareWorld, ORIGIN, visitorId } from './world';

const notice = { id: 'main', version: 1, language: 'en' };
const EMAIL = 'mira.lindqvist@people.example';

describe.each(installations)('the whole path, from a choice to a verified log, on $name', ({ open }) => {
  let on: Installation;
  let api: ReturnType<typeof client>;
  let mailbox: Mailbox;
  let site: string;
  let token: string;
  let person: string;
  const page = { authorization: '', origin: ORIGIN, 'content-type': 'text/plain' };
  const customer = { type: 'customer', id: 'shop~4711' };
  const visitor = visitorId(42);
  const check = async (subject: object, purpose: string) => (await api.post('/v1/check', { subject, purpose })).body;

  /** Waits until a mail has come to an address, running what is due. */
  const mailTo = async (to: string, count = 1) => {
    for (let i = 0; i < 40; i++) {
      await on.settle();
      const mails = mailbox.messages(to);
      if (mails.length >= count) return mails[0]!;
      await new Promise((r) => setTimeout(r, 250));
    }
    throw new Error(`no mail has come to ${to}`);
  };
  const linkIn = (text: string) => {
    const url = /https?:\/\/\S+/.exec(text)?.[0];
    if (!url) throw new Error(`no link in: ${text}`);
    return new URL(url);
  };
  /** Confirms as the page behind the mail does. */
  const confirm = async (id: string, text: string) => {
    const secret = linkIn(text).searchParams.get('token');
    return api.post(`/v1/requests/${id}/confirm`, { token: secret }, { authorization: '' });
  };

  beforeAll(async () => {
    mailbox = await startMailbox();
    on = await open({ smtpPort: mailbox.smtpPort });
    api = client(on, await on.firstKey());
    ({ site } = await declareWorld(api));
    const name = { en: 'Favourite genre' };
    await api.put('/v1/fields/genre', {
      name,
      group: 'interests',
      type: 'string',
      category: 'user.demographic',
      purposes: ['analytics', 'service'],
      retention_days: 365,
      owner: 'shop',
    });
    await api.put('/v1/fields/shoe_size', {
      name,
      group: 'preferences',
      type: 'integer',
      category: 'user.demographic',
      purposes: ['service'],
      retention_days: 365,
      owner: 'shop',
    });
    await api.put('/v1/sources/wk_contract', {
      name: 'web',
      unit: 'shop',
      events: { view: { purpose: 'analytics' }, ad: { purpose: 'marketing' } },
    });
  });
  afterAll(async () => {
    await on?.close();
    await mailbox?.close();
  });

  it('ties the visitor to the customer record with two proofs', async () => {
    const body = {
      source: 'crm',
      unit: 'shop',
      identifiers: [{ type: 'email', id: EMAIL }],
      verified: ['email'],
      attributes: { genre: { value: 'crime', purposes: ['service'] } },
    };
    const made = await api.put(`/v1/people/customer:${customer.id}`, body);
    expect(made.status).toBe(201);
    person = String(made.body.person);
    const act = await api.post(
      '/v1/consents',
      { site, visitor, notice, choices: { analytics: 'granted', marketing: 'refused' }, method: 'custom' },
      page,
    );
    token = String(act.body.subject_token);
    expect(await api.post('/v1/links', { subject_token: token, subject: customer })).toMatchObject({
      status: 200,
      body: { person },
    });
    expect(await check({ type: 'email', id: EMAIL }, 'analytics')).toMatchObject({ allowed: true, reason: 'granted' });
    expect(await check(customer, 'marketing')).toMatchObject({ allowed: false, reason: 'refused' });
  });

  it('refuses an undeclared attribute', async () => {
    const answer = await api.put(`/v1/people/customer:${customer.id}`, { attributes: { horoscope: 'otter' } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'undeclared_attribute' } });
  });

  it('drops an event for a refused purpose and keeps one for a granted purpose', async () => {
    const track = (event: string) =>
      api.post(
        '/v1/track',
        { writeKey: 'wk_contract', type: 'track', event, anonymousId: visitor, messageId: `m-${event}` },
        { authorization: '' },
      );
    const dropped = await track('ad');
    expect(dropped).toMatchObject({ status: 200, body: { success: true } });
    expect(dropped.headers.get('x-consent-dropped')).toBe('1');
    const kept = await track('view');
    expect(kept).toMatchObject({ status: 200, body: { success: true } });
    expect(kept.headers.get('x-consent-dropped')).toBeNull();
  });

  it('stores an order and interactions of different units', async () => {
    const order = {
      subject: customer,
      unit: 'shop',
      number: 'S-1',
      at: '2026-11-01T10:00:00Z',
      currency: 'EUR',
      purpose: 'service',
      lines: [{ product: 'book', quantity: 1, price: 1800, margin: 600 }],
    };
    expect(await api.post('/v1/orders', order)).toMatchObject({ status: 201, body: { stored: true } });
    for (const unit of ['shop', 'cafe']) {
      const interaction = {
        subject: customer,
        unit,
        channel: 'store',
        kind: 'question',
        at: '2026-11-02T10:00:00Z',
        purpose: 'service',
        summary: 'Asked for a quiet table.',
      };
      expect(await api.post('/v1/interactions', interaction)).toMatchObject({ status: 201, body: { stored: true } });
    }
    await api.put(`/v1/people/customer:${customer.id}`, {
      attributes: { genre: { value: 'crime', purposes: ['analytics'] } },
    });
  });

  it('lets out only whom and what the purpose allows, with a manifest that adds up', async () => {
    const exported = async (purpose: string) => {
      const order = await api.post('/v1/exports', { purpose, people: [customer], format: 'ndjson', recipient: 'shop' });
      expect(order.status).toBe(202);
      const content = await on.fetch(String(order.body.content_url).replace(/^https?:\/\/[^/]+/, ''), {
        headers: { authorization: `Bearer ${await key()}` },
      });
      const rows = (await content.text())
        .split('\n')
        .filter(Boolean)
        .map((l) => JSON.parse(l) as Record<string, unknown>);
      const manifest = (await api.get(`/v1/exports/${order.body.id}/manifest`)).body as unknown as {
        manifest: { counts: Counts };
      };
      return { rows, manifest };
    };
    type Counts = { matched: number; released: number; excluded: Record<string, number> };
    const key = async () => keyOf(api);
    const marketing = await exported('marketing');
    expect(marketing.rows).toEqual([]);
    const analytics = await exported('analytics');
    expect(analytics.rows).toHaveLength(1);
    expect(JSON.stringify(analytics.rows)).toContain('crime');
    expect(JSON.stringify(analytics.rows)).not.toContain(EMAIL);
    for (const { manifest } of [marketing, analytics]) {
      const { matched, released, excluded } = countsIn(manifest);
      expect(matched).toBe(released + Object.values(excluded).reduce((a, b) => a + b, 0));
    }
  });

  it('obeys a withdrawal in the very next check', async () => {
    await api.post(
      '/v1/consents',
      { site, visitor, subject_token: token, notice, choices: { analytics: 'withdrawn' }, method: 'custom' },
      page,
    );
    expect(await check({ type: 'email', id: EMAIL }, 'analytics')).toMatchObject({
      allowed: false,
      reason: 'withdrawn',
    });
  });

  it('hands out everything to the person who proves to be it', async () => {
    const asked = await api.post(
      '/v1/requests',
      { site, right: 'access', subject: { type: 'email', id: EMAIL } },
      page,
    );
    expect(asked.status).toBe(202);
    const stranger = await api.post(
      '/v1/requests',
      { site, right: 'access', subject: { type: 'email', id: 'stranger@people.example' } },
      page,
    );
    expect(Object.keys(stranger.body)).toEqual(Object.keys(asked.body));
    const mail = await mailTo(EMAIL);
    expect((await confirm(String(asked.body.id), mail.text ?? '')).status).toBe(200);
    const ready = await mailTo(EMAIL, 2);
    const secret = linkIn(ready.text ?? '').searchParams.get('token');
    const answer = await on.fetch(`/v1/requests/${asked.body.id}/package`, {
      method: 'POST',
      body: JSON.stringify({ token: secret }),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(200);
    const zip = Buffer.from(await answer.arrayBuffer());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    const again = await on.fetch(`/v1/requests/${asked.body.id}/package`, {
      method: 'POST',
      body: JSON.stringify({ token: secret }),
      headers: { 'content-type': 'application/json' },
    });
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(mailbox.messages('stranger@people.example')).toEqual([]);
  });

  it('forgets the person for good', async () => {
    const before = mailbox.messages(EMAIL).length;
    const asked = await api.post(
      '/v1/requests',
      { site, right: 'erasure', subject: { type: 'email', id: EMAIL } },
      page,
    );
    const mail = await mailTo(EMAIL, before + 1);
    expect((await confirm(String(asked.body.id), mail.text ?? '')).status).toBe(200);
    await api.post(`/v1/requests/${asked.body.id}/approve`, {});
    await erased();
    expect(await check({ type: 'email', id: EMAIL }, 'analytics')).toMatchObject({
      allowed: false,
      reason: 'suppressed',
    });
    const back = await api.put(`/v1/people/customer:${customer.id}`, {
      source: 'crm',
      identifiers: [{ type: 'email', id: 'Mira.Lindqvist+again@people.example' }],
    });
    expect(JSON.stringify(back.body)).toMatch(/suppressed|gone/);
    if (on.dataDir)
      for (const word of [EMAIL, 'mira.lindqvist', 'quiet table']) expect(filesWith(on.dataDir, word)).toEqual([]);
  });

  it('exports a log that verifies offline, and that nobody can change unnoticed', async () => {
    await on.settle();
    const order = await api.post('/v1/audit/exports', {});
    expect(order.status).toBe(202);
    const answer = await on.fetch(String(order.body.content_url).replace(/^https?:\/\/[^/]+/, ''), {
      headers: { authorization: `Bearer ${keyOf(api)}` },
    });
    const bundle = new Uint8Array(await answer.arrayBuffer());
    expect(verifyBundle(bundle)).toMatchObject({ ok: true, findings: [] });
    for (let i = 0; i < 12; i++) {
      const changed = bundle.slice();
      const at = Math.floor((i / 12) * changed.length);
      changed[at]! ^= 1;
      expect(verifyBundle(changed).ok, `byte ${at}`).toBe(false);
    }
  });

  async function erased(): Promise<void> {
    for (let i = 0; i < 60; i++) {
      await on.settle();
      const found = await api.post('/v1/people/resolve', { subject: customer });
      if (found.status === 404) return;
      await new Promise((r) => setTimeout(r, 250));
    }
    throw new Error('the person was not erased');
  }
});

/** The counts of a manifest, wherever its envelope puts them. */
function countsIn(manifest: unknown): { matched: number; released: number; excluded: Record<string, number> } {
  const stack: unknown[] = [manifest];
  while (stack.length > 0) {
    const x = stack.pop();
    if (typeof x !== 'object' || x === null) continue;
    if ('matched' in x && 'released' in x) return x as never;
    stack.push(...Object.values(x));
  }
  throw new Error(`no counts in ${JSON.stringify(manifest)}`);
}

const keyOf = (api: ReturnType<typeof client>): string => api.key;

const filesWith = (dir: string, word: string): string[] =>
  readdirSync(dir).filter((file) => readFileSync(join(dir, file)).includes(Buffer.from(word)));
