/**
 * A small bookshop with the widget on every page: the place where a visitor chooses, signs in, buys and asks for their
 * data. Its pages fetch nothing but the shop itself and the API, under a policy without inline code.
 */
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { randomFrom } from './seed-random';
import type { Product } from './seed-types';
import { artOf, OTTER } from './shop-art';
import { serveBasket } from './shop-basket';
import { frameOf, languageOf, missing, type Shop, type ShopOptions } from './shop-context';
import { Home, ProductPage } from './shop-pages';
import { servePixels } from './shop-pixels';
import { PrivacyPage } from './shop-privacy';
import { SHOP_JS } from './shop-scripts';
import { sessionsInMemory } from './shop-session';
import { serveSignIn } from './shop-sign-in';
import { SHOP_CSS } from './shop-style';

export type { PlaceOrder, Proofs, ShopOptions, ShopOrder, SignIn } from './shop-context';

function secured(api: string) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", api],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'", api],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    // Plain http on a loopback address: the demo has no certificate to insist on.
    strictTransportSecurity: false,
  });
}

function serveFiles(app: Hono, shop: Shop): void {
  const text = (type: string) => ({ 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'max-age=300' });
  app.get('/shop.css', (c) => c.body(SHOP_CSS, 200, text('text/css')));
  app.get('/shop.js', (c) => c.body(SHOP_JS, 200, text('text/javascript')));
  app.get('/favicon.svg', (c) => c.body(OTTER, 200, text('image/svg+xml')));
  app.get('/art/:lang{(?:en|de)}/:file{.+\\.svg}', (c) => {
    const product = shop.products.get(c.req.param('file').slice(0, -'.svg'.length));
    return product ? c.body(artOf(product, languageOf(c)), 200, text('image/svg+xml')) : c.notFound();
  });
}

function related(shop: Shop, to: Product): Product[] {
  const near = [...shop.products.values()].filter(
    (other) => other.key !== to.key && other.spaces.some((space) => to.spaces.includes(space)),
  );
  return randomFrom(to.price).sample(near, 4);
}

function servePages(app: Hono, shop: Shop): void {
  app.get('/', (c) => c.redirect(/^de\b/i.test(c.req.header('Accept-Language') ?? '') ? '/de' : '/en'));
  app.get('/:lang{(?:en|de)}', (c) => {
    const need = shop.world.spaces.find((space) => space.key === c.req.query('need'))?.key ?? null;
    const all = [...shop.products.values()];
    const products = need ? all.filter((product) => product.spaces.includes(need)) : all;
    const hero = all.filter((product) => product.kind === 'book').slice(0, 3);
    const props = { products, hero, spaces: shop.world.spaces, space: need };
    return c.html(<Home frame={frameOf(shop, c)} {...props} />);
  });
  app.get('/:lang{(?:en|de)}/p/:key', (c) => {
    const product = shop.products.get(c.req.param('key'));
    if (!product) return missing(shop, c);
    return c.html(<ProductPage frame={frameOf(shop, c)} product={product} related={related(shop, product)} />);
  });
  app.get('/:lang{(?:en|de)}/privacy', (c) => {
    const { purposes, services } = shop.world;
    const declared = purposes.map((purpose) => ({
      purpose,
      services: services.filter((service) => purpose.services.includes(service.key)),
    }));
    return c.html(<PrivacyPage frame={frameOf(shop, c)} declared={declared} />);
  });
}

/**
 * The shop as an app: `GET /{en|de}`, `/p/{key}`, `/basket`, `/sign-in`, `/account`, `/privacy`, `/loaded` below the
 * language; `/loaded.json` lists the newest script loads and beacons first.
 */
export function shopApp(options: ShopOptions): Hono {
  const { world } = options;
  const shop: Shop = {
    ...options,
    clock: options.clock ?? Date.now,
    sessions: sessionsInMemory(),
    hits: [],
    products: new Map(world.products.filter(({ unit }) => unit !== 'cafe').map((product) => [product.key, product])),
    customers: new Map(world.customers.map((customer) => [customer.email, customer])),
    orders: 0,
  };
  const app = new Hono();
  app.use(secured(shop.api), csrf());
  app.use(async (c, next) => {
    await next();
    if (c.res.headers.get('Content-Type')?.startsWith('text/html')) c.header('Cache-Control', 'private, no-cache');
  });
  serveFiles(app, shop);
  servePages(app, shop);
  serveBasket(app, shop);
  serveSignIn(app, shop);
  servePixels(app, shop);
  app.notFound((c) => missing(shop, c));
  return app;
}
