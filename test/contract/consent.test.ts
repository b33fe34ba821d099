import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client, type Installation, installations } from './harness';
import { declareWorld, ORIGIN, visitorId } from './world';

const notice = { id: 'main', version: 1, language: 'en' };

describe.each(installations)('consent over HTTP on $name', ({ open }) => {
  let on: Installation;
  let api: ReturnType<typeof client>;
  let site: string;
  const page = { authorization: '', origin: ORIGIN, 'content-type': 'text/plain' };
  const act = (visitor: string, choices: Record<string, string>, extra: object = {}) =>
    api.post('/v1/consents', { site, visitor, notice, choices, method: 'custom', ...extra }, page);
  const check = (subject: { type: string; id: string }, purpose: string, extra: object = {}) =>
    api.post('/v1/check', { subject, purpose, ...extra });

  beforeAll(async () => {
    on = await open();
    api = client(on, await on.firstKey());
    ({ site } = await declareWorld(api));
  });
  afterAll(() => on?.close());

  it('gives the widget everything it needs, in the language asked for', async () => {
    const { status, body, headers } = await api.get(`/v1/sites/${site}/config?lang=de`, page);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      notice: { language: 'de', title: 'Ihre Wahl', version: 1 },
      policy: { region: 'unknown', model: 'opt_in' },
    });
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    const again = await api.get(`/v1/sites/${site}/config?lang=de`, { ...page, 'if-none-match': headers.get('etag')! });
    expect(again.status).toBe(304);
  });

  it('obeys a choice in the very next check, and says no to whoever was never asked', async () => {
    const visitor = visitorId(1);
    const { status, body } = await act(visitor, { analytics: 'granted', marketing: 'refused' });
    expect(status).toBe(201);
    expect(body.receipt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const subject = { type: 'visitor', id: visitor };
    expect((await check(subject, 'analytics')).body).toMatchObject({
      allowed: true,
      reason: 'granted',
      record: body.record,
    });
    expect((await check(subject, 'marketing')).body).toMatchObject({ allowed: false, reason: 'refused' });
    expect((await check(subject, 'newsletter')).body).toMatchObject({ allowed: false, reason: 'never_asked' });
    expect((await check({ type: 'email', id: 'nobody@people.example' }, 'analytics')).body).toMatchObject({
      allowed: false,
      reason: 'unknown_person',
    });
    expect((await check(subject, 'mind_reading')).body).toMatchObject({ allowed: false, reason: 'unknown_purpose' });
    await act(visitor, { analytics: 'withdrawn' });
    expect((await check(subject, 'analytics')).body).toMatchObject({ allowed: false, reason: 'withdrawn' });
  });

  it('remembers no yes under an idempotency key', async () => {
    const visitor = visitorId(13);
    const ask = () =>
      api.post(
        '/v1/check',
        { subject: { type: 'visitor', id: visitor }, purpose: 'analytics' },
        { 'idempotency-key': 'once' },
      );
    await act(visitor, { analytics: 'granted' });
    expect((await ask()).body).toMatchObject({ allowed: true });
    await act(visitor, { analytics: 'withdrawn' });
    expect((await ask()).body).toMatchObject({ allowed: false, reason: 'withdrawn' });
  });

  it('runs a retried act once', async () => {
    const visitor = visitorId(2);
    const first = await act(visitor, { analytics: 'granted' }, { key: 'same' });
    const second = await act(visitor, { analytics: 'granted' }, { key: 'same' });
    expect(second.body.record).toBe(first.body.record);
    const other = await act(visitor, { analytics: 'refused' }, { key: 'same' });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
  });

  it('uses a page token once', async () => {
    const { body } = await api.post(`/v1/sites/${site}/page-token`, {}, page);
    expect((await act(visitorId(3), { analytics: 'granted' }, { page_token: body.page_token })).status).toBe(201);
    expect(await act(visitorId(4), { analytics: 'granted' }, { page_token: body.page_token })).toMatchObject({
      status: 409,
    });
  });

  it('answers many people and purposes at once', async () => {
    await act(visitorId(5), { analytics: 'granted' });
    await act(visitorId(6), { analytics: 'refused' });
    const subjects = [5, 6, 7].map((n) => ({ type: 'visitor', id: visitorId(n) }));
    const { body } = await api.post('/v1/checks', { subjects, purposes: ['analytics', 'marketing'] });
    expect(body.results).toMatchObject({
      [`visitor:${visitorId(5)}`]: {
        analytics: { allowed: true, reason: 'granted' },
        marketing: { allowed: false, reason: 'never_asked' },
      },
      [`visitor:${visitorId(6)}`]: { analytics: { allowed: false, reason: 'refused' } },
      [`visitor:${visitorId(7)}`]: { analytics: { allowed: false, reason: 'unknown_person' } },
    });
  });

  it('takes a reported grant only with evidence', async () => {
    const subject = { type: 'email', id: 'Jane.Doe@People.example' };
    const bare = await api.post('/v1/consents', { subject, choices: { newsletter: 'granted' }, method: 'api' });
    expect(bare).toMatchObject({ status: 422, body: { code: 'evidence_required' } });
    const evidence = { when: '2026-01-05T10:00:00Z', how: 'paper form', wording: 'Yes please', by: 'Shop' };
    expect(
      (await api.post('/v1/consents', { subject, choices: { newsletter: 'granted' }, method: 'api', evidence })).status,
    ).toBe(201);
    const found = await check({ type: 'email', id: 'jane.doe@people.example' }, 'newsletter', { channel: 'email' });
    expect(found.body).toMatchObject({ allowed: true, reason: 'granted' });
  });

  it('asks for each address, and consent for one licenses no other', async () => {
    const subject = { type: 'customer', id: 'shop~2002' };
    const [one, two] = ['first@people.example', 'second@people.example'].map((id) => ({ type: 'email', id }));
    await api.put(`/v1/people/customer:${subject.id}`, { source: 'crm', identifiers: [one, two], verified: ['email'] });
    const evidence = { when: '2026-01-05T10:00:00Z', how: 'form', wording: 'Yes please', by: 'Shop' };
    await api.post('/v1/consents', {
      subject,
      contact_point: one,
      choices: { newsletter: 'granted' },
      method: 'api',
      evidence,
    });
    expect((await check(one!, 'newsletter', { channel: 'email' })).body).toMatchObject({ allowed: true });
    expect((await check(two!, 'newsletter', { channel: 'email' })).body).toMatchObject({
      allowed: false,
      reason: 'never_asked',
    });
    const both = (await check(subject, 'newsletter', { channel: 'email' })).body as unknown as {
      allowed: boolean;
      contact_points: { allowed: boolean }[];
    };
    expect(both.allowed).toBe(false);
    expect(both.contact_points.map((p) => p.allowed).sort()).toEqual([false, true]);
  });

  it('ties a visitor to a known person and never widens', async () => {
    const visitor = visitorId(8);
    const { body } = await act(visitor, { analytics: 'granted', marketing: 'refused' });
    const subject = { type: 'customer', id: 'shop~1001' };
    const evidence = { when: '2026-01-05T10:00:00Z', how: 'paper form', wording: 'Yes please', by: 'Shop' };
    await api.post('/v1/consents', { subject, choices: { marketing: 'granted' }, method: 'api', evidence });
    const linked = await api.post('/v1/links', { subject_token: body.subject_token, subject });
    expect(linked).toMatchObject({ status: 200, body: { linked: true } });
    expect((await check(subject, 'analytics')).body).toMatchObject({ allowed: true });
    expect((await check(subject, 'marketing')).body).toMatchObject({ allowed: false, reason: 'refused' });
    expect((await check({ type: 'visitor', id: visitor }, 'analytics')).body).toMatchObject({ allowed: true });
    const history = await api.get(`/v1/people/${linked.body.person}/consents`);
    expect((history.body.history as unknown as unknown[]).length).toBe(2);
    const receipt = await api.get(`/v1/receipts/${body.record}`, { authorization: `Bearer ${body.subject_token}` });
    expect(receipt.status).toBe(200);
  });

  it('proves an act with its receipt once the log is published', async () => {
    const { body } = await act(visitorId(9), { analytics: 'granted' });
    await on.settle();
    const { body: proof } = await api.get(`/v1/receipts/${body.record}`, {
      authorization: `Bearer ${body.subject_token}`,
    });
    expect(proof).toMatchObject({ receipt: { '@type': ['dpv:ConsentReceipt'] } });
    const verified = await api.post('/v1/receipts/verify', { receipt: proof.jws });
    expect(verified.body).toMatchObject({ valid: true });
  });

  it('refuses what can not be, says all of it, and changes nothing', async () => {
    const bad = await act('v_short', { analytics: 'maybe', mind_reading: 'granted' }, { nonsense: 1 });
    expect(bad.status).toBe(422);
    expect((bad.body.errors as unknown as { path: string }[]).map((e) => e.path)).toEqual(
      expect.arrayContaining(['/body/choices/analytics', '/body/nonsense']),
    );
    expect(await act(visitorId(10), { mind_reading: 'granted' })).toMatchObject({
      status: 422,
      body: { code: 'unknown_purpose' },
    });
    expect((await check({ type: 'visitor', id: visitorId(10) }, 'analytics')).body).toMatchObject({
      reason: 'unknown_person',
    });
    for (const origin of [
      'https://evil.example',
      'null',
      'https://shop.example.evil.example',
      'http://shop.example',
      'https://shop.example:8443',
    ]) {
      const foreign = await api.post(
        '/v1/consents',
        { site, visitor: visitorId(10), notice, choices: { analytics: 'granted' }, method: 'custom' },
        { ...page, origin },
      );
      expect(foreign).toMatchObject({ status: 403, body: { code: 'origin_refused' } });
    }
  });

  it('obeys a state that the caller has seen', async () => {
    const { body } = await act(visitorId(11), { analytics: 'granted' });
    const subject = { type: 'visitor', id: visitorId(11) };
    const seen = await api.post(
      '/v1/check',
      { subject, purpose: 'analytics' },
      { 'consent-revision-at-least': String(body.revision) },
    );
    expect(seen.body).toMatchObject({ allowed: true });
  });

  it('tells in order what has changed, and nothing but pseudonyms', async () => {
    const before = (await api.get('/v1/changes?timeout=0')).headers.get('change-cursor');
    let cursor = before ?? '';
    for (let page = 0; page < 50; page++) {
      const read = await api.get(`/v1/changes?after=${cursor}`);
      cursor = read.headers.get('change-cursor') ?? cursor;
      if ((read.body as unknown as unknown[]).length === 0) break;
    }
    await act(visitorId(12), { analytics: 'granted', marketing: 'refused' });
    await act(visitorId(12), { analytics: 'withdrawn' });
    const { body, status } = await api.get(`/v1/changes?after=${cursor}&timeout=1000`);
    expect(status).toBe(200);
    const events = body as unknown as { type: string; data: { purposes: string[] } }[];
    expect(events.map((e) => e.type)).toEqual(
      expect.arrayContaining(['consent.granted', 'consent.refused', 'consent.withdrawn']),
    );
    expect(events.map((e) => e.type).indexOf('consent.granted')).toBeLessThan(
      events.map((e) => e.type).indexOf('consent.withdrawn'),
    );
    expect(JSON.stringify(events)).not.toContain(visitorId(12));
    expect(await api.get('/v1/changes?after=nonsense')).toMatchObject({ status: 422 });
  });
});
