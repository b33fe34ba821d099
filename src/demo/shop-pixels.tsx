/** The vendors' scripts, and the book of what was really loaded. */
import type { Hono } from 'hono';
import type { Language, Product } from './seed-types';
import { frameOf, languageOf, type Shop } from './shop-context';
import { type Hit, LoadedPage } from './shop-privacy';
import { PIXELS } from './shop-scripts';

const MAX_HITS = 500;

/** Products for the needs behind those that were looked at, without these themselves. */
function suggestions(shop: Shop, seen: string[]): Product[] {
  const needs = new Set(seen.flatMap((key) => shop.products.get(key)?.spaces ?? []));
  return [...shop.products.values()]
    .filter((product) => !seen.includes(product.key) && product.spaces.some((space) => needs.has(space)))
    .slice(0, 3);
}

function note(shop: Shop, kind: Hit['kind'], pixel: string, page: string): boolean {
  const known = PIXELS.find((one) => one.key === pixel);
  if (!known) return false;
  shop.hits.unshift({ at: shop.clock(), kind, pixel, purpose: known.purpose, page: page.slice(0, 200) });
  shop.hits.length = Math.min(shop.hits.length, MAX_HITS);
  return true;
}

function pathOf(referrer: string | undefined): string {
  return referrer && URL.canParse(referrer) ? new URL(referrer).pathname : '?';
}

/** `/pixel/…`, `/suggestions.json`, `/loaded.json`, `/{lang}/loaded`. */
export function servePixels(app: Hono, shop: Shop): void {
  for (const { key, script } of PIXELS) {
    app.get(`/pixel/${key}.js`, (c) => {
      note(shop, 'script', key, pathOf(c.req.header('Referer')));
      return c.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-store' });
    });
  }
  app.post('/pixel/beacon', async (c) => {
    const body: unknown = await c.req.json().catch(() => null);
    const { pixel, page } = { pixel: '', page: '?', ...(body as object | null) };
    return note(shop, 'beacon', String(pixel), String(page))
      ? c.body(null, 204)
      : c.json({ error: 'unknown pixel' }, 422);
  });
  app.get('/suggestions.json', (c) => {
    const lang: Language = c.req.query('lang') === 'de' ? 'de' : 'en';
    const found = suggestions(shop, (c.req.query('seen') ?? '').split(','));
    return c.json(found.map((product) => ({ url: `/${lang}/p/${product.key}`, name: product.name[lang] })));
  });
  app.get('/loaded', (c) => c.redirect('/en/loaded'));
  app.get('/loaded.json', (c) => c.json(shop.hits, 200, { 'Cache-Control': 'no-store' }));
  app.get('/:lang{(?:en|de)}/loaded', (c) => c.html(<LoadedPage frame={frameOf(shop, c)} hits={shop.hits} />));
  app.post('/:lang{(?:en|de)}/loaded/clear', (c) => {
    shop.hits.length = 0;
    return c.redirect(`/${languageOf(c)}/loaded`, 303);
  });
}
