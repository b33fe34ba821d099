/** Basket and order. */
import type { Context, Hono } from 'hono';
import type { Customer } from './seed-types';
import { ThanksPage } from './shop-account';
import { customerId, frameOf, languageOf, missing, type Shop, type ShopOrder } from './shop-context';
import { type BasketLine, BasketPage } from './shop-pages';
import type { Session } from './shop-session';

const MAX_QUANTITY = 20;

function linesOf(shop: Shop, session: Session | undefined): BasketLine[] {
  return [...(session?.basket ?? [])].flatMap(([key, quantity]) => {
    const product = shop.products.get(key);
    return product ? [{ product, quantity }] : [];
  });
}

/** `/{lang}/basket`, `/basket/remove`, `/checkout`. */
export function serveBasket(app: Hono, shop: Shop): void {
  app.get('/:lang{(?:en|de)}/basket', (c) => {
    const lines = linesOf(shop, shop.sessions.find(c));
    return c.html(<BasketPage frame={frameOf(shop, c)} lines={lines} failed={false} />);
  });
  app.post('/:lang{(?:en|de)}/basket', async (c) => {
    const product = shop.products.get(String((await c.req.parseBody()).product));
    if (!product) return missing(shop, c);
    const { basket } = shop.sessions.open(c);
    basket.set(product.key, Math.min(MAX_QUANTITY, (basket.get(product.key) ?? 0) + 1));
    return c.redirect(`/${languageOf(c)}/basket`, 303);
  });
  app.post('/:lang{(?:en|de)}/basket/remove', async (c) => {
    shop.sessions.find(c)?.basket.delete(String((await c.req.parseBody()).product));
    return c.redirect(`/${languageOf(c)}/basket`, 303);
  });
  app.post('/:lang{(?:en|de)}/checkout', (c) => checkout(shop, c));
}

/** One order per unit, since each sells under its own name. */
function ordersOf(shop: Shop, customer: Customer, lines: BasketLine[]): ShopOrder[] {
  const units = [...new Set(lines.map((line) => line.product.unit))];
  return units.map((unit) => ({
    ref: `W${String(++shop.orders).padStart(4, '0')}-${crypto.randomUUID().slice(0, 6)}`,
    at: shop.clock(),
    customer: customerId(customer),
    unit,
    currency: 'EUR',
    lines: lines
      .filter((line) => line.product.unit === unit)
      .map(({ product: { key, price, cost }, quantity }) => ({
        product: key,
        quantity,
        price,
        margin: (price - cost) * quantity,
      })),
  }));
}

async function checkout(shop: Shop, c: Context): Promise<Response> {
  const session = shop.sessions.find(c);
  const lines = linesOf(shop, session);
  if (!session?.customer || lines.length === 0) return c.redirect(`/${languageOf(c)}/basket`, 303);
  const orders = ordersOf(shop, session.customer, lines);
  for (const order of orders) {
    try {
      await shop.placeOrder?.(order);
    } catch {
      const frame = { ...frameOf(shop, c), path: '/basket' };
      return c.html(<BasketPage frame={frame} lines={linesOf(shop, session)} failed={true} />, 502);
    }
    for (const line of order.lines) session.basket.delete(line.product);
  }
  // An order can't be asked for by a link: the other language leads to its front page.
  return c.html(<ThanksPage frame={{ ...frameOf(shop, c), path: '' }} refs={orders.map((order) => order.ref)} />);
}
