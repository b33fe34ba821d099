/** What the shop is made of, and what each of its routes looks up about the visitor. */
import type { Context } from 'hono';
import type { Customer, Language, Product, UnitKey, World } from './seed-types';
import { MissingPage } from './shop-account';
import type { Frame } from './shop-pages';
import type { Hit } from './shop-privacy';
import type { Sessions } from './shop-session';

/** The two proofs of a link: the browser's token and the customer whom the shop knows. */
export type Proofs = { subject_token: string; subject: { type: 'customer'; id: string } };
export type SignIn = (proofs: Proofs) => Promise<{ linked: boolean }>;

/** An order as the shop's backend reports it; money in cents. */
export type ShopOrder = {
  ref: string;
  at: number;
  customer: string;
  unit: UnitKey;
  currency: 'EUR';
  lines: { product: string; quantity: number; price: number; margin: number }[];
};
export type PlaceOrder = (order: ShopOrder) => Promise<void>;

export type ShopOptions = {
  /** Origin of the API, without a slash at its end. */
  api: string;
  /** Public, `pk_…` and `wk_…`. The secret key never comes here: the backend's two calls are injected. */
  siteKey: string;
  writeKey: string;
  world: World;
  signIn: SignIn;
  /** Without it, orders stay in the shop. */
  placeOrder?: PlaceOrder;
  /** Milliseconds since 1970. */
  clock?: () => number;
};

/** All that a route of the shop works with. */
export type Shop = ShopOptions & {
  clock: () => number;
  sessions: Sessions;
  hits: Hit[];
  /** What can be bought here, by key: the cafés sell at their counters only. */
  products: Map<string, Product>;
  /** By e-mail address in lower case. */
  customers: Map<string, Customer>;
  orders: number;
};

/** `unit~number` of the unit that runs this shop, or of the first that knows the person. */
export function customerId({ numbers, home_unit }: Customer): string {
  const unit: UnitKey = numbers.shop ? 'shop' : home_unit;
  return `${unit}~${numbers[unit]}`;
}

export function languageOf(c: Context): Language {
  return c.req.param('lang') === 'de' ? 'de' : 'en';
}

export function frameOf(shop: Shop, c: Context): Frame {
  const session = shop.sessions.find(c);
  const { api, siteKey, writeKey, world } = shop;
  return {
    lang: languageOf(c),
    path: c.req.path.slice(3),
    api,
    siteKey,
    writeKey,
    brand: world.brand,
    basket: [...(session?.basket.values() ?? [])].reduce((sum, count) => sum + count, 0),
    hello: session?.customer?.given_name ?? null,
    linkable: Boolean(session?.customer && !session.linked),
  };
}

export function missing(shop: Shop, c: Context): Response | Promise<Response> {
  return c.html(<MissingPage frame={frameOf(shop, c)} />, 404);
}
