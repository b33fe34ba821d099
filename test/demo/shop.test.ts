import { describe, expect, it } from 'vitest';
import { makeWorld } from '../../src/demo/seed';
import { type Proofs, type ShopOrder, shopApp } from '../../src/demo/shop';
import { artOf } from '../../src/demo/shop-art';
import { PIXELS } from '../../src/demo/shop-scripts';

const API = 'http://127.0.0.1:4000';
const ORIGIN = 'http://shop.example';
const world = makeWorld({ now: Date.parse('2026-11-22T10:00:00Z'), seed: 7, customers: 60, strangers: 5 });
const product = 'the-tidekeepers-almanac';

/** A shop, and a browser that keeps one cookie. */
function visit({ linked = true, failing = false } = {}) {
  const proofs: Proofs[] = [];
  const orders: ShopOrder[] = [];
  const app = shopApp({
    api: API,
    siteKey: 'pk_test',
    writeKey: 'wk_test',
    world,
    signIn: async (both) => {
      proofs.push(both);
      return { linked };
    },
    placeOrder: async (order) => {
      if (failing) throw new Error('the API is away');
      orders.push(order);
    },
    clock: () => world.now,
  });
  let cookie = '';
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = { ...(cookie && { Cookie: cookie }), ...(init.headers as Record<string, string>) };
    const answer = await app.request(ORIGIN + path, { ...init, headers });
    cookie = answer.headers.get('Set-Cookie')?.split(';')[0] ?? cookie;
    return answer;
  };
  const post = (path: string, fields: Record<string, string> = {}, origin = ORIGIN) =>
    send(path, { method: 'POST', body: new URLSearchParams(fields), headers: { Origin: origin } });
  const json = (path: string, body: unknown) =>
    send(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  return { get: (path: string) => send(path), post, json, proofs, orders, cookie: () => cookie };
}

const PAGES = ['', '/p/enamel-mug-otter', '/basket', '/sign-in', '/privacy', '/loaded'];

describe('every page', () => {
  it.each(['en', 'de'].flatMap((lang) => PAGES.map((path) => `/${lang}${path}`)))(
    '%s carries the widget, gated pixels and a way to the choices, in its language',
    async (path) => {
      const text = await (await visit().get(path)).text();
      expect(text).toContain(`<html lang="${path.slice(1, 3)}"`);
      expect(text).toContain(`<script src="${API}/widget/v1.js" data-site="pk_test"`);
      expect(text).toContain('data-avow-open');
      for (const { key, purpose } of PIXELS) {
        expect(text).toContain(`<script type="text/plain" data-purpose="${purpose}" src="/pixel/${key}.js"></script>`);
      }
      expect(text.match(/<h1/g)?.length).toBe(1);
    },
  );

  it.each(['en', 'de'].flatMap((lang) => PAGES.map((path) => `/${lang}${path}`)))(
    '%s has no inline code or style and asks nobody but the shop and the API',
    async (path) => {
      const answer = await visit().get(path);
      const text = await answer.text();
      expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
      for (const [tag] of text.matchAll(/<script[^>]*>/g)) expect(tag).toContain(' src=');
      for (const [, url] of text.matchAll(/(?:src|href|action)="([^"]*)"/g)) {
        expect(url!.startsWith('/') || url!.startsWith(`${API}/widget/`), url).toBe(true);
      }
      expect(answer.headers.get('Content-Security-Policy')).toBe(
        `default-src 'none'; script-src 'self' ${API}; style-src 'self'; img-src 'self'; connect-src 'self' ${API}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      );
    },
  );

  it('sets no cookie by being looked at', async () => {
    for (const path of PAGES) expect((await visit().get(`/en${path}`)).headers.get('Set-Cookie')).toBeNull();
  });

  it('has pictures, styles and scripts that are there', async () => {
    const { get } = visit();
    const text = await (await get('/de')).text();
    const urls = [...text.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, url]) => url!);
    expect(urls.length).toBeGreaterThan(30);
    for (const url of new Set(urls)) expect((await get(url.replaceAll('&amp;', '&'))).status, url).toBe(200);
  });

  it('says what is missing in the language of its address', async () => {
    const answer = await visit().get('/de/p/nothing');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('Auf dieser Seite ist nichts.');
  });

  it('begins in the language of the browser', async () => {
    const app = shopApp({ api: API, siteKey: 'p', writeKey: 'w', world, signIn: async () => ({ linked: false }) });
    const to = async (language: string) =>
      (await app.request('/', { headers: { 'Accept-Language': language } })).headers.get('Location');
    expect(await to('de-AT,de;q=0.9')).toBe('/de');
    expect(await to('fr')).toBe('/en');
  });
});

describe('a picture', () => {
  it('is well-formed for every product, whatever its name holds', () => {
    for (const one of world.products) {
      const art = artOf({ ...one, name: { en: 'A <b> & "c"', de: 'x' } }, 'en');
      expect(art).not.toContain('<b>');
      expect(art.match(/<svg/g)?.length).toBe(1);
      expect(art).not.toMatch(/NaN|undefined/);
    }
  });
});

describe('signing in', () => {
  it('ties the visitor with both proofs: the browser’s token and the customer number', async () => {
    const { post, get, proofs } = visit();
    const { email, unit, number } = world.known;
    const answer = await post('/en/sign-in', { email: ` ${email.toUpperCase()} `, subject_token: 'tok_1' });
    expect(answer.headers.get('Location')).toBe('/en/account');
    expect(proofs).toEqual([{ subject_token: 'tok_1', subject: { type: 'customer', id: `${unit}~${number}` } }]);
    const page = await (await get('/en/account')).text();
    expect(page).toContain('data-linked="yes"');
    expect(page).toContain('Wilhelmine');
  });

  it('works without a choice on this device, and ties the choice that comes later', async () => {
    const { post, get, json, proofs } = visit();
    await post('/en/sign-in', { email: world.known.email, subject_token: '' });
    expect(proofs).toEqual([]);
    expect(await (await get('/en')).text()).toContain('data-linkable="yes"');
    expect(await (await json('/link', { subject_token: 'tok_2' })).json()).toEqual({ linked: true });
    expect(proofs.map((one) => one.subject_token)).toEqual(['tok_2']);
    expect(await (await get('/en')).text()).not.toContain('data-linkable');
  });

  it('gives a new session id, so that a planted one is worth nothing', async () => {
    const { post, cookie } = visit();
    await post('/en/basket', { product });
    const before = cookie();
    await post('/en/sign-in', { email: world.known.email });
    expect(cookie()).not.toBe(before);
    expect(before).toMatch(/^otterbound_session=/);
  });

  it('fails for an address that nobody has, and says so', async () => {
    const { post, proofs } = visit();
    const answer = await post('/de/sign-in', { email: 'nobody@example.com', subject_token: 'tok' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('Diese Adresse gehört niemandem');
    expect(proofs).toEqual([]);
  });

  it('survives an API that refuses to tie', async () => {
    const { post, get } = visit({ linked: false });
    await post('/en/sign-in', { email: world.known.email, subject_token: 'tok' });
    expect(await (await get('/en/account')).text()).toContain('data-linked="no"');
  });

  it('can’t be done by another site’s form', async () => {
    const { post, proofs } = visit();
    expect((await post('/en/sign-in', { email: world.known.email }, 'https://evil.example')).status).toBe(403);
    expect(proofs).toEqual([]);
  });

  it('is needed for a link: a token alone ties nothing', async () => {
    const { json, proofs } = visit();
    expect((await json('/link', { subject_token: 'tok' })).status).toBe(422);
    expect(proofs).toEqual([]);
  });

  it('ends with signing out', async () => {
    const { post, get } = visit();
    await post('/en/sign-in', { email: world.known.email });
    await post('/en/sign-out');
    expect((await get('/en/account')).status).toBe(302);
  });
});

describe('buying', () => {
  it('reports one order per unit with price and margin in cents', async () => {
    const { post, orders, get } = visit();
    await post('/en/basket', { product });
    await post('/en/basket', { product });
    await post('/en/basket', { product: 'week-reed-cabin' });
    expect(await (await get('/en/basket')).text()).toContain('€938.00');
    await post('/en/sign-in', { email: world.known.email });
    const thanks = await (await post('/en/checkout')).text();
    expect(orders.map(({ unit, customer, at }) => ({ unit, customer, at }))).toEqual([
      { unit: 'shop', customer: 'shop~10042', at: world.now },
      { unit: 'retreats', customer: 'shop~10042', at: world.now },
    ]);
    expect(orders[0]!.lines).toEqual([{ product, quantity: 2, price: 2400, margin: 1780 }]);
    for (const { ref } of orders) expect(thanks).toContain(ref);
    expect(thanks).toContain('href="/de" lang="de"');
    expect(await (await get('/en/basket')).text()).toContain('Your basket is empty.');
  });

  it('asks for a sign-in first', async () => {
    const { post, orders } = visit();
    await post('/en/basket', { product });
    await post('/en/checkout');
    expect(orders).toEqual([]);
  });

  it('keeps the basket when the order can’t be noted', async () => {
    const { post, get } = visit({ failing: true });
    await post('/en/basket', { product });
    await post('/en/sign-in', { email: world.known.email });
    const answer = await post('/en/checkout');
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('Your basket is kept');
    expect(await (await get('/en/basket')).text()).toContain('Tidekeeper');
  });

  it('sells nothing that isn’t sold here, and takes things out again', async () => {
    const { post, get } = visit();
    expect((await post('/en/basket', { product: 'cup-of-coffee' })).status).toBe(404);
    await post('/en/basket', { product });
    await post('/en/basket/remove', { product });
    expect(await (await get('/en/basket')).text()).toContain('Your basket is empty.');
  });
});

describe('what was loaded', () => {
  it('lists a script when it is fetched and what it sends, with purpose and page, newest first', async () => {
    const { get, json, post } = visit();
    expect(await (await get('/loaded.json')).json()).toEqual([]);
    await get('/pixel/analytics.js');
    await json('/pixel/beacon', { pixel: 'ads', page: '/en/p/x' });
    expect(await (await get('/loaded.json')).json()).toEqual([
      { at: world.now, kind: 'beacon', pixel: 'ads', purpose: 'ads_sharing', page: '/en/p/x' },
      { at: world.now, kind: 'script', pixel: 'analytics', purpose: 'analytics', page: '?' },
    ]);
    expect(await (await get('/en/loaded')).text()).toContain('/pixel/analytics.js');
    await post('/en/loaded/clear');
    expect(await (await get('/loaded.json')).json()).toEqual([]);
  });

  it('takes no beacon of a pixel that doesn’t exist', async () => {
    const { get, json } = visit();
    for (const body of [{ pixel: 'other' }, null, 7, 'x']) expect((await json('/pixel/beacon', body)).status).toBe(422);
    expect(await (await get('/loaded.json')).json()).toEqual([]);
  });

  it('stores only what the register declares for its service', () => {
    for (const { script, service } of PIXELS) {
      const declared = world.services.find((one) => one.key === service)!.storage.map((item) => item.name);
      const cookies = [...script.matchAll(/document\.cookie = '(\w+)=/g)].map(([, name]) => name!);
      const entries = [...script.matchAll(/localStorage\.setItem\('(\w+)'/g)].map(([, name]) => name!);
      expect(cookies.length + entries.length).toBeGreaterThan(0);
      for (const name of [...cookies, ...entries]) {
        expect(declared.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one))).toBe(
          true,
        );
      }
    }
  });

  it('suggests by need, and nothing that was seen', async () => {
    const { get } = visit();
    const list = (await (await get(`/suggestions.json?lang=de&seen=${product}`)).json()) as { url: string }[];
    expect(list.length).toBe(3);
    expect(list.every((one) => one.url.startsWith('/de/p/') && !one.url.endsWith(product))).toBe(true);
    expect(await (await get('/suggestions.json?seen=')).json()).toEqual([]);
  });
});
