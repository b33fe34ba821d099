/** A year of buying: loyal and profitable are two different things here, as they are in shops. */
import { PRODUCTS } from './catalogue';
import { DAY, HOUR, MINUTE, type Span } from './seed-people';
import type { Random } from './seed-random';
import type { Archetype, Customer, LoyaltyPurchase, Millis, Order, OrderLine, Product, UnitKey } from './seed-types';

/** Orders per year at each kind of unit, and how often a parcel comes back. */
type Habit = { cafe: [number, number]; shop: [number, number]; retreats: [number, number]; returns: number };

const HABITS: Record<Archetype, Habit> = {
  friend: { cafe: [14, 34], shop: [6, 14], retreats: [1, 3], returns: 0.02 },
  butterfly: { cafe: [3, 8], shop: [2, 5], retreats: [1, 1], returns: 0.04 },
  barnacle: { cafe: [10, 26], shop: [5, 12], retreats: [1, 2], returns: 0.3 },
  stranger: { cafe: [1, 3], shop: [1, 2], retreats: [1, 1], returns: 0.08 },
};

/** Bookshops live from October to Christmas; January is quiet. */
const SEASON = [0.8, 0.75, 0.85, 0.85, 0.9, 0.85, 0.95, 0.9, 1, 1.15, 1.4, 1.9] as const;
const PEAK = 1.9;
const HOURS: Record<UnitKey, [number, number]> = { cafe: [6, 17], shop: [7, 22], retreats: [9, 21] };

const BY_UNIT: Record<UnitKey, Product[]> = {
  cafe: PRODUCTS.filter((product) => product.unit === 'cafe'),
  shop: PRODUCTS.filter((product) => product.unit === 'shop'),
  retreats: PRODUCTS.filter((product) => product.unit === 'retreats'),
};

/** A moment between two others when the unit is open, likelier in the months when people buy. */
function buyingTime(random: Random, from: Millis, to: Millis, unit: UnitKey): Millis {
  let day = from;
  for (let turn = 0; turn < 8; turn++) {
    day = from + Math.floor(random.next() * (to - from));
    if (random.chance(SEASON[new Date(day).getUTCMonth()]! / PEAK)) break;
  }
  const [opens, closes] = HOURS[unit];
  const at = day - (day % DAY) + random.int(opens, closes) * HOUR + random.int(0, 59) * MINUTE;
  return at < from ? from + random.int(1, 90) * MINUTE : Math.min(at, to);
}

function lineOf(product: Product, quantity: number): OrderLine {
  return { product: product.key, quantity, price: product.price, margin: (product.price - product.cost) * quantity };
}

function basket(random: Random, unit: UnitKey, archetype: Archetype): OrderLine[] {
  if (unit === 'retreats') return stay(random);
  if (unit === 'cafe') return random.sample(BY_UNIT.cafe, random.int(1, 2)).map((one) => lineOf(one, random.int(1, 2)));
  const most = archetype === 'barnacle' ? 1 : archetype === 'butterfly' ? 4 : 3;
  return random.sample(BY_UNIT.shop, random.int(1, most)).map((one) => lineOf(one, random.chance(0.1) ? 2 : 1));
}

function stay(random: Random): OrderLine[] {
  const covers = BY_UNIT.retreats.filter((product) => product.kind === 'cover');
  if (random.chance(0.3)) return [lineOf(random.pick(covers), 1)];
  const house = random.pick(BY_UNIT.retreats.filter((product) => product.kind === 'retreat'));
  return random.chance(0.45) ? [lineOf(house, 1), lineOf(covers[0]!, 1)] : [lineOf(house, 1)];
}

type Draft = Omit<Order, 'ref'>;

/** Returned goods earn nothing and still cost the parcel twice and the hour of looking at them. */
function order(random: Random, person: Customer, unit: UnitKey, span: Span): Draft {
  const lines = basket(random, unit, person.archetype);
  const web = unit !== 'cafe';
  const returned = unit === 'shop' && random.chance(HABITS[person.archetype].returns);
  const handling = unit === 'shop' ? random.int(240, 460) + (returned ? random.int(650, 1100) : 0) : 0;
  const earned = returned ? 0 : lines.reduce((sum, line) => sum + line.margin, 0);
  return {
    at: buyingTime(random, person.registered_at, span.now - HOUR, unit),
    customer: person.ref,
    unit,
    channel: web ? (unit === 'retreats' && random.chance(0.25) ? 'phone' : 'web') : 'store',
    currency: 'EUR',
    lines,
    total: lines.reduce((sum, line) => sum + line.price * line.quantity, 0),
    handling,
    margin: earned - handling,
    status: returned ? 'returned' : 'paid',
  };
}

/** How many orders fit into the part of the year that a person was a customer; everybody bought once. */
function ordersOf(random: Random, person: Customer, span: Span): Draft[] {
  const share = (span.now - person.registered_at) / (span.now - span.start);
  return (Object.keys(person.numbers) as UnitKey[]).flatMap((unit) => {
    const [low, high] = HABITS[person.archetype][unit];
    const scale = unit === person.home_unit ? share : share * 0.5;
    const count = Math.max(unit === person.home_unit ? 1 : 0, Math.round(random.int(low, high) * scale));
    return Array.from({ length: count }, () => order(random, person, unit, span));
  });
}

/** All orders, oldest first, numbered in that order. */
export function makeOrders(random: Random, span: Span, customers: readonly Customer[]): Order[] {
  return customers
    .flatMap((person) => ordersOf(random, person, span))
    .sort((a, b) => a.at - b.at)
    .map((draft, index) => ({ ref: `order_${String(index + 1).padStart(5, '0')}`, ...draft }));
}

type Stamp = Omit<LoyaltyPurchase, 'ref'>;

const CUPS = new Set(['cup-of-coffee', 'flat-white']);

function stampsOf(random: Random, bought: Order, card: string): Stamp[] {
  const stamps = bought.lines.filter((line) => CUPS.has(line.product)).reduce((sum, line) => sum + line.quantity, 0);
  if (stamps === 0) return [];
  const base = { card, customer: bought.customer, unit: 'cafe' as const, order: bought.ref, stamps };
  const stamp: Stamp = { ...base, at: bought.at, kind: 'purchase' };
  return random.chance(0.015) ? [stamp, { ...base, at: bought.at + 10 * MINUTE, kind: 'refund' }] : [stamp];
}

/** Cards that lie in purses without a name: nothing about their holders is known, and nothing needs to be. */
function namelessStamps(random: Random, span: Span): Stamp[] {
  return Array.from({ length: 24 }, (_, index) => `OTTER-9${String(1000 + index)}`).flatMap((card) =>
    Array.from({ length: random.int(2, 11) }, () => ({
      at: buyingTime(random, span.start, span.now - HOUR, 'cafe'),
      card,
      customer: null,
      unit: 'cafe' as const,
      order: null,
      kind: 'purchase' as const,
      stamps: 1,
    })),
  );
}

/** The stamps of the cafés' cards, from the orders of those who show one and from cards without a name. */
export function makeLoyalty(
  random: Random,
  span: Span,
  customers: readonly Customer[],
  orders: readonly Order[],
): LoyaltyPurchase[] {
  const cards = new Map(customers.map((person) => [person.ref, person.card]));
  const named = orders.flatMap((bought) => {
    const card = cards.get(bought.customer);
    return bought.unit === 'cafe' && card ? stampsOf(random, bought, card) : [];
  });
  return [...named, ...namelessStamps(random, span)]
    .sort((a, b) => a.at - b.at)
    .map((stamp, index) => ({ ref: `stamp_${String(index + 1).padStart(5, '0')}`, ...stamp }));
}
