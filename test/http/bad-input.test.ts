import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logSize } from '../../src/audit';
import { fileOf } from '../../src/node';
import { openSqlite } from '../../src/platform/sqlite-node';
import { EVIDENCE, ORIGIN, openServer, type TestServer, visitorId } from '../platform/server';

let server: TestServer;
let site: string;
let address = 0;
beforeAll(async () => {
  server = await openServer({ env: { AVOW_TRUSTED_PROXIES: '1' } });
  site = await server.shop();
});
afterAll(() => server.close());

const notice = { id: 'main', version: 1, language: 'en' };
const good = (more: Record<string, unknown> = {}) => ({
  site,
  visitor: visitorId(`b${address}`),
  notice,
  choices: { analytics: 'granted' },
  method: 'custom',
  ...more,
});
const post = (body: unknown, headers: Record<string, string> = {}) =>
  server.page('/v1/consents', body, { 'x-forwarded-for': `10.9.${address++ & 255}.1`, ...headers });
type Errors = { path: string; message: string }[];
const paths = (answer: { body: Record<string, unknown> }) => ((answer.body.errors ?? []) as Errors).map((e) => e.path);

/** Entries in all logs: what a refused call must not move. */
function entries(): number {
  return ['registry', 'vault-0'].reduce((sum, name) => {
    const handle = openSqlite(fileOf(server.config, name), { readonly: true });
    const size = logSize(handle.db);
    handle.close();
    return sum + size;
  }, 0);
}

describe('a call that can not be right', () => {
  const table: [what: string, body: () => unknown, status: number, code: string, path?: string][] = [
    ['is not JSON', () => '{', 400, 'malformed', '/body'],
    ['is empty', () => '', 400, 'malformed', '/body'],
    ['is a list, and so has no site key', () => '[]', 401, 'unauthenticated'],
    ['is null, and so has no site key', () => 'null', 401, 'unauthenticated'],
    ['is too large', () => JSON.stringify(good({ key: 'x'.repeat(70_000) })), 413, 'too_large'],
    ['has an unknown member', () => good({ extra: 1 }), 422, 'invalid', '/body/extra'],
    ['has a wrong type', () => good({ choices: 'all' }), 422, 'invalid', '/body/choices'],
    ['has no choice', () => good({ choices: {} }), 422, 'invalid', '/body/choices'],
    [
      'has a choice that is none',
      () => good({ choices: { analytics: 'maybe' } }),
      422,
      'invalid',
      '/body/choices/analytics',
    ],
    [
      'names an unknown purpose',
      () => good({ choices: { nothing: 'granted' } }),
      422,
      'unknown_purpose',
      '/body/choices/nothing',
    ],
    [
      'chooses what is necessary',
      () => good({ choices: { session: 'refused' } }),
      422,
      'unknown_purpose',
      '/body/choices/session',
    ],
    [
      'names a notice that was never shown',
      () => good({ notice: { ...notice, version: 99 } }),
      422,
      'unknown_notice',
      '/body/notice',
    ],
    [
      'names a language of every object',
      () => good({ notice: { ...notice, language: 'constructor' } }),
      422,
      'unknown_notice',
      '/body/notice',
    ],
    [
      'names a notice of every object',
      () => good({ notice: { ...notice, id: 'constructor' } }),
      422,
      'unknown_notice',
      '/body/notice',
    ],
    [
      'has a __proto__',
      () => `${JSON.stringify(good()).slice(0, -1)},"__proto__":{"admin":true}}`,
      400,
      'malformed',
      '/body',
    ],
    [
      'has a __proto__ in disguise',
      () => `${JSON.stringify(good()).slice(0, -1)},"\\u005f_proto__":{"admin":true}}`,
      400,
      'malformed',
      '/body',
    ],
    [
      'has a __proto__ deep inside',
      () => JSON.stringify(good()).replace('"en"', '{"__proto__":1}'),
      400,
      'malformed',
      '/body',
    ],
    ['has NUL in a string', () => good({ visitor: 'v_\u0000' }), 400, 'malformed', '/body'],
    ['has half a character', () => JSON.stringify(good()).replace('"en"', '"\\ud800"'), 400, 'malformed', '/body'],
    ['has a visitor that is none', () => good({ visitor: 'v_short' }), 422, 'invalid'],
    [
      'speaks for somebody else',
      () => good({ subject: { type: 'email', id: 'x@y.example' } }),
      422,
      'invalid',
      '/body/subject',
    ],
    ['reports', () => good({ method: 'staff' }), 422, 'invalid', '/body/method'],
    ['has no visitor', () => good({ visitor: undefined }), 422, 'invalid', '/body/visitor'],
    ['nests without end', () => '['.repeat(30_000), 400, 'malformed', '/body'],
  ];
  it.each(table)('%s: is told so as problem+json, and changes nothing', async (_, body, status, code, path) => {
    const before = entries();
    const answer = await post(body());
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe(answer.body.request_id);
    if (path) expect(paths(answer)).toContain(path);
    expect(entries()).toBe(before);
  });

  it('control: the same call, right, is recorded and moves the log', async () => {
    const before = entries();
    expect((await post(good())).status).toBe(201);
    expect(entries()).toBeGreaterThan(before);
  });

  it('that is not UTF-8 is refused', async () => {
    const bytes = Buffer.from(JSON.stringify(good())).fill(0xff, 3, 4);
    const answer = await server.app.request('/v1/consents', {
      method: 'POST',
      headers: { origin: ORIGIN },
      body: bytes,
    });
    expect(answer.status).toBe(400);
  });

  it('is told all that is wrong at once, of path, query and body', async () => {
    const answer = await post({
      site,
      visitor: 7,
      notice: { ...notice, version: 0 },
      choices: { analytics: 'x' },
      method: 'y',
      more: 1,
    });
    expect(paths(answer).sort()).toEqual(
      ['/body/choices/analytics', '/body/method', '/body/more', '/body/notice/version', '/body/visitor'].sort(),
    );
    const config = await server.page(
      `/v1/sites/${site}/config?region=Mars&lang=${'x'.repeat(201)}&foo=1`,
      undefined,
      {},
      'GET',
    );
    expect(paths(config).sort()).toEqual(['/query/foo', '/query/lang', '/query/region']);
    const twice = await server.page(`/v1/sites/${site}/config?lang=en&lang=de`, undefined, {}, 'GET');
    expect(paths(twice)).toEqual(['/query/lang']);
  });

  it('by a service about somebody unknown changes nothing either, not even their being known', async () => {
    const before = entries();
    const wrong = [
      { choices: { nothing: 'refused' } },
      { choices: { newsletter: 'granted' }, evidence: undefined },
      { choices: { newsletter: 'granted' }, evidence: { ...EVIDENCE, when: '2999-01-01T00:00:00Z' } },
      { choices: { health: 'granted' } },
    ];
    for (const [i, more] of wrong.entries()) {
      const subject = { type: 'email', id: `nobody${i}@customers.example` };
      const answer = await server.call('POST', '/v1/consents', { subject, method: 'api', evidence: EVIDENCE, ...more });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
    expect(entries()).toBe(before);
  });

  it('with a key that can not be one is refused', async () => {
    for (const key of ['', 'x'.repeat(256), 'ä']) {
      const answer = await server.call('POST', '/v1/consents', {}, { 'idempotency-key': key === 'ä' ? '\u00e4' : key });
      expect(answer.status).toBe(422);
    }
  });

  it('batches may have a megabyte and a thousand people, not more', async () => {
    const subjects = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ type: 'customer', id: `shop~${'x'.repeat(60)}${i}` }));
    const ask = (n: number) => server.call('POST', '/v1/checks', { subjects: subjects(n), purposes: ['analytics'] });
    expect((await ask(1000)).status).toBe(200);
    expect((await ask(1001)).status).toBe(422);
    expect((await ask(20_000)).status).toBe(413);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'a purpose called %s is unknown, and no error',
    async (purpose) => {
      const one = await server.check({ type: 'visitor', id: visitorId('proto') }, purpose);
      expect([one.status, one.body.allowed]).toEqual([200, false]);
      await post(good({ visitor: visitorId('known') }));
      const known = await server.check({ type: 'visitor', id: visitorId('known') }, purpose);
      expect([known.status, known.body.reason]).toEqual([200, 'unknown_purpose']);
    },
  );
});

describe('foreign origins', () => {
  const host = 'shop.example';
  const evil = [
    'null',
    '',
    'https://evil.example',
    `https://${host}.evil.example`,
    `https://evil-${host}`,
    `https://evil${host}`,
    `https://${host}:443.evil.example`,
    `https://${host}:8443`,
    `https://${host}:80`,
    `http://${host}`,
    `https://www.${host}`,
    `https://${host}/`,
    `https://${host}.`,
    `https://${host.toUpperCase()}`,
    `HTTPS://${host}`,
    `https://user@${host}`,
    `https://${host}@evil.example`,
    `https://evil.example#${host}`,
    `https://evil.example?${host}`,
    `https://evil.example/${host}`,
    `https://${host}%00.evil.example`,
    `https://${host}%2eevil.example`,
    `https://${host}\\.evil.example`,
    `https://shop。example`,
    'https://shop.exаmple',
    'https://xn--shop.example',
    `ftp://${host}`,
    `file://${host}`,
    `chrome-extension://${host}`,
    'data:text/html,x',
    'javascript:alert(1)',
    `https://${host},https://evil.example`,
    `https://${host} https://evil.example`,
    `https://evil.example, https://${host}`,
    `//${host}`,
    host,
    '*',
    'https://*',
    `https://*.${host}`,
    'https://127.0.0.1',
    'https://localhost',
    `https://[::1]`,
  ].filter((o) => [...o].every((c) => c.charCodeAt(0) < 256));

  it(`of ${evil.length} kinds are refused with 403, without permission to read the answer, and change nothing`, async () => {
    const before = entries();
    for (const origin of evil) {
      const answer = await post(good(), { origin });
      expect([origin, answer.status, answer.body.code]).toEqual([origin, 403, 'origin_refused']);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      const preflight = await server.request('OPTIONS', '/v1/consents', undefined, { origin });
      expect([origin, preflight.status]).toEqual([origin, 403]);
    }
    expect(entries()).toBe(before);
  });

  it('control: the origin that the site lists is served, and may read', async () => {
    const answer = await post(good());
    expect(answer.status).toBe(201);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect((await server.request('OPTIONS', '/v1/consents', undefined, { origin: ORIGIN })).status).toBe(204);
  });

  it('a write without any origin is refused, a read is served', async () => {
    const bare = await server.request('POST', '/v1/consents', good());
    expect(bare.status).toBe(403);
    expect((await server.request('GET', `/v1/sites/${site}/config`)).status).toBe(200);
  });
});

describe('public writes', () => {
  it('are limited per network, a grant without a page token harder, and recover', async () => {
    const from = { 'x-forwarded-for': '192.0.2.7' };
    const until429 = async (more: Record<string, unknown>): Promise<number> => {
      for (let i = 0; i < 200; i++) {
        const answer = await post(good({ visitor: visitorId(`lim${i}`), ...more }), from);
        if (answer.status === 429) {
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
          return i;
        }
      }
      return 200;
    };
    const grants = await until429({});
    server.clock.advance(3_600_000);
    const refusals = await until429({ choices: { analytics: 'refused' } });
    expect(grants).toBeLessThan(refusals);
    expect(refusals).toBeLessThan(200);
    expect((await post(good(), { 'x-forwarded-for': '192.0.3.7' })).status).toBe(201);
    server.clock.advance(3_600_000);
    expect((await post(good(), from)).status).toBe(201);
  });

  it('a page token counts once, for its own site, and not for ever', async () => {
    const token = async () => String((await server.page(`/v1/sites/${site}/page-token`)).body.page_token);
    const flag = async (page_token: string | undefined) => {
      const answer = await post(good({ visitor: visitorId(`t${address}`), page_token }));
      if (answer.status !== 201) return answer.status;
      const me = await server.request('GET', '/v1/consents/me', undefined, {
        authorization: `Bearer ${answer.body.subject_token}`,
      });
      const [last] = (me.body.history as { detail: { no_page_token?: boolean } }[]).slice(-1);
      return last!.detail.no_page_token === true ? 'flagged' : 'trusted';
    };
    const one = await token();
    expect([await flag(one), await flag(one), await flag(undefined), await flag('pt_rubbish')]).toEqual([
      'trusted',
      409,
      'flagged',
      'flagged',
    ]);
    const late = await token();
    server.clock.advance(31 * 60_000);
    expect(await flag(late)).toBe('flagged');
  });
});
