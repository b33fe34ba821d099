import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../../src/platform';
import { type House, type Officer, openHouse, PUBLIC } from './house';

let house: House;
let owner: Officer;
beforeAll(async () => {
  house = await openHouse();
  owner = await house.signIn('owner');
});
afterAll(() => house.close());

const system = { actor: { type: 'system', id: 'setup' } } as const;
const link = async () => need(await house.server.backend.registry.run('staff.link', { staff: owner.id }, system)).token;

const submit = (token: string, headers: Record<string, string> = { origin: PUBLIC }) =>
  house.server.app.request('/console/sign-in', {
    method: 'POST',
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token }).toString(),
  });

describe('signing in', () => {
  it('does not use a link up when it is only opened, as scanners of mails do', async () => {
    const token = await link();
    for (let i = 0; i < 3; i++) {
      const page = await house.server.app.request(`/console/sign-in?token=${token}`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<form');
    }
    expect((await submit(token)).status).toBe(303);
  });

  it('works once with each link', async () => {
    const token = await link();
    expect((await submit(token)).headers.getSetCookie()).toHaveLength(1);
    const again = await submit(token);
    expect(again.status).toBe(401);
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  it('refuses a link that is over', async () => {
    const token = await link();
    house.clock.advance(31 * 60_000);
    expect((await submit(token)).status).toBe(401);
  });

  it('is refused when another site sends the form (login CSRF)', async () => {
    const token = await link();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: PUBLIC, 'sec-fetch-site': 'cross-site' },
      {},
    ] as Record<string, string>[]) {
      const answer = await submit(token, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await submit(token)).status).toBe(303);
  });

  it('sets a cookie that scripts can not read and other sites can not send along', () => {
    const cookie = owner.answer.headers.getSetCookie()[0]!;
    expect(cookie).toMatch(/^avow-session=/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toContain('Path=/');
  });

  it('pins the cookie to the host over https', async () => {
    const secure = await openHouse(1, { publicUrl: 'https://privacy.otter.example', bare: true });
    const cookie = (await secure.signIn('owner')).answer.headers.getSetCookie()[0]!;
    expect(cookie).toMatch(/^__Host-avow=/);
    expect(cookie).toContain('Secure');
    expect(cookie).not.toContain('Domain');
    await secure.close();
  });

  it('slows down who guesses links', async () => {
    const other = await openHouse(1, { bare: true });
    const guess = () =>
      other.server.app.request('/console/sign-in', {
        method: 'POST',
        headers: { origin: PUBLIC, 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${'x'.repeat(43)}`,
      });
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await guess()).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses.slice(10)).toEqual([429, 429]);
    other.clock.advance(60_000);
    expect((await guess()).status).toBe(401);
    await other.close();
  });

  it('leads a browser without a session to the sign-in page, and tells a program 401', async () => {
    const page = await house.server.app.request('/console/consents', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/console/sign-in']);
    const program = await house.server.app.request('/console/consents');
    expect(program.status).toBe(401);
    expect(program.headers.get('content-type')).toBe('application/problem+json');
  });

  it('ends with the session when somebody signs out', async () => {
    const support = await house.signIn('support');
    expect((await support.get('/console')).status).toBe(200);
    const out = await support.post('/console/sign-out', {});
    expect(out.location).toBe('/console/sign-in');
    expect(out.headers.getSetCookie()[0]).toMatch(/Max-Age=0/);
    expect((await support.get('/console')).status).toBe(303);
  });

  it('ends for all sessions of somebody whose access ends', async () => {
    const analyst = await house.signIn('analyst');
    expect((await analyst.get('/console')).status).toBe(200);
    expect((await owner.post(`/console/settings/staff/${analyst.id}/disable`, {})).status).toBe(303);
    expect((await analyst.get('/console')).status).toBe(303);
  });
});

describe('a deed', () => {
  const good = { name: 'Otter', contact: 'a@otter.example', version: '1' };

  it('is done for a form of our own page and session', async () => {
    const answer = await owner.post('/console/settings/controller', good);
    expect(answer.location).toBe('/console/settings?done=saved');
  });

  it.each([
    ['of another origin', { origin: 'https://evil.example' }, {}],
    ['of an opaque origin', { origin: 'null' }, {}],
    ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }, {}],
    ['of a sibling host', { 'sec-fetch-site': 'same-site' }, {}],
    ['without a token', {}, { csrf: '' }],
    ['with a wrong token', {}, { csrf: 'x'.repeat(43) }],
    ['as JSON', { 'content-type': 'application/json' }, {}],
    ['as plain text', { 'content-type': 'text/plain' }, {}],
    ['as multipart', { 'content-type': 'multipart/form-data; boundary=x' }, {}],
  ])('is refused for a form %s, and changes nothing', async (_name, headers, fields) => {
    const before = await owner.get('/console/settings');
    const answer = await owner.post('/console/settings/controller', { ...good, name: 'Evil', ...fields }, headers);
    expect([400, 403]).toContain(answer.status);
    expect((await owner.get('/console/settings')).text).toBe(before.text);
  });

  it('is refused with the token of another session', async () => {
    const other = await house.signIn('owner');
    const answer = await owner.post('/console/settings/controller', { ...good, csrf: other.csrf });
    expect(answer.status).toBe(403);
  });

  it('is refused for a role that may not', async () => {
    const auditor = await house.signIn('auditor');
    const answer = await auditor.post('/console/settings/controller', good);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('You may not do that');
  });

  it('takes no more than half a megabyte', async () => {
    const answer = await owner.post('/console/settings/controller', { ...good, address: 'x'.repeat(600_000) });
    expect(answer.status).toBe(413);
  });
});

describe('every page', () => {
  it('runs nothing and loads nothing that is not a file of ours, and can not be framed', async () => {
    const { headers } = await owner.get('/console');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('fits in 60 KB on the first view, style and script included', async () => {
    const page = (await owner.get('/console')).text;
    const files = [...page.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+)"/g)].map((m) => m[1]!);
    expect(files).toHaveLength(2);
    const sizes = await Promise.all(
      files.map(async (f) => (await (await house.server.app.request(f)).arrayBuffer()).byteLength),
    );
    expect(page.length + sizes.reduce((a, b) => a + b, 0)).toBeLessThan(60_000);
  });

  it('tells in words what is wrong, in the language of the reader', async () => {
    const page = await owner.get('/console/purposes/nope');
    expect(page.status).toBe(404);
    expect(page.text).toContain('There is nothing here');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
