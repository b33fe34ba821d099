/**
 * The demo's world: a year of a bookshop café that doesn't exist. Pure and repeatable: the same seed and the same `now`
 * give the same world to the last byte, and nothing in it lies after `now`.
 */
import { BRAND, CONTROLLER, PRODUCTS, SITES, SPACES, UNITS } from './catalogue';
import { noticesFrom } from './catalogue-notices';
import { FIELDS, PURPOSES, RECIPIENTS, SERVICES } from './catalogue-privacy';
import { grantedWindows, makeConsents } from './seed-consents';
import { makeAttributes, makeInteractions } from './seed-contacts';
import { makeLoyalty, makeOrders } from './seed-orders';
import { DAY, makeCustomers, type Span } from './seed-people';
import { randomFrom } from './seed-random';
import type { Millis, Step, World } from './seed-types';
import { erasedAt, makeRequests } from './story';

export type * from './seed-types';

export type WorldOptions = {
  /** Milliseconds since 1970; nothing in the world is later. */
  now: Millis;
  /** Any whole number. */
  seed: number;
  /** Default 500. */
  customers?: number;
  /** Visitors who chose and never said who they are. Default 140. */
  strangers?: number;
};

/** Each part draws from its own source, so that changing one leaves the others as they were. */
const PART = { people: 1, orders: 2, consents: 3, interactions: 4, attributes: 5, loyalty: 6, requests: 7 } as const;

/** Nothing happens to a person after the moment that `ends` names. */
function lived<T extends { at: Millis; customer: string | null }>(rows: T[], ends: ReadonlyMap<string, Millis>): T[] {
  return rows.filter((row) => row.customer === null || row.at < (ends.get(row.customer) ?? Number.POSITIVE_INFINITY));
}

function things() {
  return {
    brand: BRAND,
    controller: CONTROLLER,
    units: UNITS,
    sites: SITES,
    recipients: RECIPIENTS,
    services: SERVICES,
    purposes: PURPOSES,
    fields: FIELDS,
    spaces: SPACES,
    products: PRODUCTS,
  };
}

/** Makes the world. Every list is sorted by time; a copy of it is safe to change. */
export function makeWorld({ now, seed, customers: count = 500, strangers = 140 }: WorldOptions): World {
  const span: Span = { start: now - 365 * DAY, now };
  const random = (part: keyof typeof PART) => randomFrom(seed * 31 + PART[part]);
  const { customers, known } = makeCustomers(random('people'), span, count);
  const requests = makeRequests(random('requests'), span, customers, known.customer);
  const ends = erasedAt(requests);
  const asked = customers.filter((person) => person.ref !== known.customer);
  const told = makeConsents(random('consents'), span, asked, strangers);
  const windows = grantedWindows(told, now);
  const orders = lived(makeOrders(random('orders'), span, customers), ends);
  const visitors = new Map(told.links.map((link) => [link.visitor, link.customer]));
  const acts = told.acts.filter((act) => {
    const customer = act.customer ?? visitors.get(act.visitor ?? '');
    return act.at < (ends.get(customer ?? '') ?? now);
  });
  return structuredClone({
    ...things(),
    seed,
    now,
    started_at: span.start,
    notices: noticesFrom(span.start),
    customers,
    known,
    acts,
    confirmations: lived(told.confirmations, ends),
    links: lived(told.links, ends),
    orders,
    interactions: lived(makeInteractions(random('interactions'), span, customers, windows, known), ends),
    attributes: lived(makeAttributes(random('attributes'), span, customers, windows), ends),
    loyalty: lived(makeLoyalty(random('loyalty'), span, customers, orders), ends),
    requests,
  });
}

/** Where two steps fall on the same millisecond, causes come before effects. */
const ORDER: Step['kind'][] = [
  'notice',
  'customer',
  'act',
  'link',
  'confirmation',
  'attribute',
  'order',
  'loyalty',
  'interaction',
  'request',
  'request_step',
];

/** Everything that happened, oldest first: what a server replays with its clock set to each `at` in turn. */
export function timeline(world: World): Step[] {
  const steps: Step[] = [
    ...world.notices.map((row): Step => ({ kind: 'notice', at: row.published_at, row })),
    ...world.customers.map((row): Step => ({ kind: 'customer', at: row.registered_at, row })),
    ...world.acts.map((row): Step => ({ kind: 'act', at: row.at, row })),
    ...world.links.map((row): Step => ({ kind: 'link', at: row.at, row })),
    ...world.confirmations.map((row): Step => ({ kind: 'confirmation', at: row.at, row })),
    ...world.attributes.map((row): Step => ({ kind: 'attribute', at: row.at, row })),
    ...world.orders.map((row): Step => ({ kind: 'order', at: row.at, row })),
    ...world.loyalty.map((row): Step => ({ kind: 'loyalty', at: row.at, row })),
    ...world.interactions.map((row): Step => ({ kind: 'interaction', at: row.at, row })),
    ...world.requests.map((row): Step => ({ kind: 'request', at: row.at, row })),
    ...world.requests.flatMap(({ ref, steps }) =>
      steps.map((step): Step => ({ kind: 'request_step', at: step.at, row: { ...step, request: ref } })),
    ),
  ];
  const rank = new Map(ORDER.map((kind, index) => [kind, index]));
  return steps.sort((a, b) => a.at - b.at || rank.get(a.kind)! - rank.get(b.kind)!);
}
