import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, type Gate, KEY, ORIGIN, openGate, SOURCE, VISITOR } from './fixture';

type Stored = {
  kind: string;
  detail: string | null;
  product: string | null;
  purpose: string;
  record: string | null;
  at: number;
};

describe.each([1, 4])('the gate in over %i vaults', (vaults) => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await openGate(vaults);
  });
  afterAll(() => gate.close());
  const stored = () =>
    gate.rows<Stored>('select kind, detail, product, purpose, record, at from interaction order by seq');
  const total = (drops: { count: number }[]) => drops.reduce((sum, d) => sum + d.count, 0);

  it('answers success and stores nothing of a visitor whom nobody has asked, nor makes a person', async () => {
    const answer = await gate.send('/v1/track', event({ properties: { plan: 'pro', canary: 'c4n4ry-1' } }));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ success: true });
    expect(answer.dropped).toBe('1');
    expect(stored()).toEqual([]);
    expect(gate.rows('select id from person')).toEqual([]);
    expect(gate.isOnDisk('c4n4ry-1')).toBe(false);
  });

  it('stores an event once the visitor has agreed, with purpose and record, and mapped properties only', async () => {
    await gate.choose({ analytics: 'granted', personalisation: 'refused' });
    const answer = await gate.send(
      '/v1/track',
      event({ properties: { plan: 'pro', product_id: 'bk_night', canary: 'c4n4ry-2' } }),
    );
    expect(answer.dropped).toBeNull();
    const [row, ...more] = stored();
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      kind: 'Product Viewed',
      product: 'bk_night',
      purpose: 'analytics',
      detail: '{"plan":"pro"}',
    });
    expect(row!.record).toMatch(/^rec_/);
    expect(row!.at).toBe(Date.parse('2026-11-22T09:59:00.000Z'));
    expect(gate.isOnDisk('c4n4ry-2')).toBe(false);
  });

  it('takes the same message once', async () => {
    const before = stored().length;
    const same = event({ messageId: 'once' });
    await gate.send('/v1/track', same);
    await gate.send('/v1/batch', { batch: [same, same] });
    expect(stored()).toHaveLength(before + 1);
  });

  it('drops what is unmapped, refused, or refused in the event itself, and counts why', async () => {
    const before = stored().length;
    gate.clock.advance(60_000);
    const answer = await gate.send('/v1/batch', {
      batch: [
        event({ event: 'Secret Thing' }),
        event({ event: 'Browsed', context: { campaign: { genre: ['crime'] } } }),
        event({ context: { consent: { categoryPreferences: {} } } }),
        event({ context: { consent: { categoryPreferences: { performance: false } } } }),
        event({ context: { consentManagement: { deniedConsentIds: ['performance'], allowedConsentIds: [] } } }),
        { type: 'track', event: 'Nobody' },
        event({ context: { consent: { categoryPreferences: { performance: true } } } }),
      ],
    });
    expect(answer.dropped).toBe('6');
    expect(stored()).toHaveLength(before + 1);
    const drops = (await gate.drops()).filter((d) => d.reason !== 'unknown_person');
    expect(drops.map((d) => `${d.purpose}:${d.reason}:${d.count}`).sort()).toEqual([
      ':malformed:1',
      ':unmapped:1',
      'analytics:event_consent:3',
      'personalisation:refused:1',
    ]);
  });

  it('obeys a withdrawal with the very next event', async () => {
    await gate.choose({ analytics: 'withdrawn' });
    const before = stored().length;
    const answer = await gate.send('/v1/track', event());
    expect(answer.dropped).toBe('1');
    expect(stored()).toHaveLength(before);
    await gate.choose({ analytics: 'granted' });
    await gate.send('/v1/track', event());
    expect(stored()).toHaveLength(before + 1);
  });

  it('knows all long and one-letter routes, any content type, and gzip in disguise', async () => {
    for (const path of ['/v1/track', '/v1/t']) {
      const answer = await gate.send(path, event(), { 'content-type': 'text/plain' });
      expect(answer.dropped, path).toBeNull();
    }
    for (const path of ['/v1/batch', '/v1/b']) {
      const packed = gate.gzip({ batch: [event()] });
      const answer = await gate.send(path, packed, { 'content-type': 'application/x-www-form-urlencoded' });
      expect([answer.status, answer.dropped], path).toEqual([200, null]);
    }
    for (const [long, short] of [
      ['page', 'p'],
      ['screen', 's'],
      ['identify', 'i'],
      ['group', 'g'],
      ['alias', 'a'],
    ]) {
      const answers = await Promise.all([gate.send(`/v1/${long}`, event()), gate.send(`/v1/${short}`, event())]);
      expect(
        answers.map((a) => a.status),
        long,
      ).toEqual([200, 200]);
    }
  });

  it('takes the write key out of the body, and refuses unknown and archived ones and foreign origins', async () => {
    const bare = { authorization: '' };
    expect((await gate.send('/v1/track', { ...event(), writeKey: KEY }, bare)).status).toBe(200);
    expect((await gate.send('/v1/track', event(), bare)).status).toBe(401);
    expect((await gate.send('/v1/track', { ...event(), writeKey: 'wk_old' }, bare)).status).toBe(401);
    expect((await gate.send('/v1/track', event(), { origin: 'https://evil.example' })).status).toBe(403);
    expect((await gate.send('/v1/track', event(), { origin: ORIGIN })).status).toBe(200);
  });

  it('takes PostHog batches in, by uuid once', async () => {
    const before = stored().length;
    const one = { event: 'Product Viewed', distinct_id: VISITOR, uuid: 'u-1', properties: { plan: 'free' } };
    const body = { api_key: KEY, batch: [one, one], sent_at: '2026-11-22T10:00:00Z' };
    const answer = await gate.send('/batch/', gate.gzip(body), { authorization: '' });
    expect([answer.status, answer.dropped]).toEqual([200, null]);
    expect(stored()).toHaveLength(before + 1);
  });

  it('refuses bodies that are too large, also when they are small while packed, and what is not JSON', async () => {
    const big = { batch: [event({ properties: { plan: 'x'.repeat(600_000) } })] };
    expect((await gate.send('/v1/batch', big)).status).toBe(413);
    expect((await gate.send('/v1/batch', gate.gzip(big))).status).toBe(413);
    expect((await gate.send('/v1/track', 'nonsense')).status).toBe(400);
    expect((await gate.send('/v1/track', '[1]')).status).toBe(400);
    const giant = { batch: [event({ properties: { plan: 'x'.repeat(40_000) } }), event()] };
    expect((await gate.send('/v1/batch', giant)).dropped).toBe('1');
  });

  it('writes one audit entry for a request, however many events it has', async () => {
    const count = () => total(gate.rows<{ count: number }>('select count(*) as count from log_entry'));
    const before = count();
    await gate.send('/v1/batch', { batch: Array.from({ length: 50 }, () => event()) });
    expect(count()).toBe(before + 1);
  });

  it('stores traits of a known customer for the purposes that may, and claims the address', async () => {
    const traits = { language: 'en', age: '18-29', email: 'kim@customers.example', shoe_size: 43 };
    const answer = await gate.send('/v1/identify', { userId: '900', anonymousId: VISITOR, traits });
    expect(answer.status).toBe(200);
    const kept = gate.rows<{ field: string; purpose: string; source: string }>(
      'select field, purpose, source from attribute',
    );
    expect(kept).toEqual([{ field: 'preferred_language', purpose: 'essential', source: 'webshop' }]);
    const found = await gate.api('POST', '/v1/people/resolve', {
      subject: { type: 'email', id: 'kim@customers.example' },
    });
    const number = await gate.api('POST', '/v1/people/resolve', { subject: { type: 'customer', id: 'shop~900' } });
    expect(found.body.person).toBe(number.body.person);
  });

  it('makes nobody of an identify that may store nothing', async () => {
    const before = gate.rows('select id from person').length;
    await gate.send('/v1/identify', { userId: '901', traits: { age: '18-29', shoe_size: 43 } });
    expect(gate.rows('select id from person')).toHaveLength(before);
  });

  it('collects of a known customer only what the visitor on the device has not refused', async () => {
    const other = `v_${'B'.repeat(22)}`;
    await gate.choose({ analytics: 'refused' }, other);
    await gate.grant({ type: 'customer', id: 'shop~900' }, { analytics: 'granted' });
    const alone = await gate.send('/v1/track', event({ anonymousId: undefined, userId: '900' }));
    expect(alone.dropped).toBeNull();
    const shared = await gate.send('/v1/track', event({ anonymousId: other, userId: '900' }));
    expect(shared.dropped).toBe('1');
  });

  it('never joins persons by an alias: it is proposed', async () => {
    await gate.send('/v1/alias', { userId: '900', previousId: VISITOR });
    expect(gate.rows<{ status: string }>('select status from duplicate_proposal').map((p) => p.status)).toEqual([
      'open',
    ]);
  });

  it('joins a declared organisation and no other', async () => {
    await gate.send('/v1/group', { userId: '900', groupId: 'acme' });
    await gate.send('/v1/group', { userId: '900', groupId: 'nonsense' });
    expect(gate.rows<{ group_id: string }>('select group_id from membership').map((m) => m.group_id)).toEqual(['acme']);
  });

  it('tells a browser SDK where to send, and which categories there are', async () => {
    const answer = await gate.api<{ consentSettings: { allCategories: string[] } }>(
      'GET',
      `/v1/projects/${KEY}/settings`,
    );
    expect(answer.status).toBe(200);
    expect(answer.body.consentSettings.allCategories).toContain('performance');
    expect((await gate.api('GET', '/v1/projects/wk_nonsense/settings')).status).toBe(401);
  });

  it('records a withdrawal that a trusted source reports, and never a yes', async () => {
    const preferences = (performance: boolean) => ({
      type: 'track',
      event: 'Segment Consent Preference Updated',
      userId: '900',
      context: { consent: { categoryPreferences: { performance } } },
    });
    const may = async () =>
      (await gate.api('POST', '/v1/check', { subject: { type: 'customer', id: 'shop~900' }, purpose: 'analytics' }))
        .body;
    expect((await gate.send('/v1/track', preferences(false))).dropped).toBe('1');
    expect(await may()).toMatchObject({ allowed: true });
    const trusted = { authorization: `Basic ${btoa('wk_trusted:')}` };
    expect((await gate.send('/v1/track', preferences(false), trusted)).dropped).toBeNull();
    expect(await may()).toMatchObject({ allowed: false, reason: 'withdrawn' });
    await gate.send('/v1/track', preferences(true), trusted);
    expect(await may()).toMatchObject({ allowed: false, reason: 'withdrawn' });
  });

  it('finds on the disk what was stored, so that looking for what was not means something', () => {
    expect(gate.isOnDisk('Product Viewed')).toBe(true);
  });
});

describe('Sec-GPC', () => {
  it('turns a sale of data off where the region gives it force, for that call, and only narrows', async () => {
    const gate = await openGate(1);
    const ads = {
      name: { en: 'Ads' },
      text: { en: 'Ads' },
      basis: 'consent',
      device: 'sale',
      categories: ['user.behavior'],
    };
    await gate.api('PUT', '/v1/purposes/ads', ads);
    await gate.api('PUT', `/v1/sources/${KEY}`, { ...SOURCE, events: { Seen: { purpose: 'ads' } } });
    await gate.choose({ analytics: 'refused' }, VISITOR, 'US-CA');
    const seen = () => event({ event: 'Seen' });
    expect((await gate.send('/v1/track', seen())).dropped).toBeNull();
    expect((await gate.send('/v1/track', seen(), { 'sec-gpc': '1' })).dropped).toBe('1');
    expect((await gate.drops()).map((d) => d.reason)).toEqual(['gpc']);
    expect((await gate.send('/v1/track', seen())).dropped).toBeNull();
    await gate.close();
  });
});
