/**
 * A stand-in for the CRM that a company has: it asks before it uses anybody's data, and it listens to webhooks.
 */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { crmClient, type Fetch } from './crm-client';
import { type CrmEvent, CustomerPage, CustomersPage, EventsPage } from './crm-pages';
import { CRM_CSS } from './crm-style';
import { verifyDelivery } from './crm-webhook';
import type { Customer, World } from './seed-types';

export type CrmOptions = {
  /** Origin of the API, without a slash at its end. */
  api: string;
  /** `sk_…` with scope `check`; used by this server only, never in a page. */
  secretKey: string;
  world: World;
  fetch: Fetch;
  /** The secrets (`whsec_…`) that deliveries may be signed with now; asked at each delivery. */
  webhookSecrets: () => readonly string[];
  /** Milliseconds since 1970. */
  clock?: () => number;
};

export type Crm = { app: Hono /** Newest first, each id once. */; events(): readonly CrmEvent[] };

const PAGE_SIZE = 25;
const MAX_EVENTS = 500;
const MAX_BODY = 64 * 1024;

const CSP = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

function matches(query: string): (customer: Customer) => boolean {
  const wanted = query.toLowerCase();
  return ({ given_name, family_name, numbers }) =>
    `${given_name} ${family_name}`.toLowerCase().includes(wanted) ||
    Object.values(numbers).some((number) => number.toLowerCase() === wanted);
}

/** The known customer first, then the newest: a tour begins with somebody whom it can name. */
function inOrder(world: World): Customer[] {
  const known = (customer: Customer) => (customer.ref === world.known.customer ? 1 : 0);
  return [...world.customers].sort((a, b) => known(b) - known(a) || b.registered_at - a.registered_at);
}

function pageOf(customers: Customer[], wanted: string | undefined) {
  const pages = Math.max(1, Math.ceil(customers.length / PAGE_SIZE));
  const page = Math.min(pages, Math.max(1, Number.parseInt(wanted ?? '1', 10) || 1));
  return { page, pages, shown: customers.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) };
}

/** `{type, timestamp, data}` of Standard Webhooks, or null when the body is something else. */
function eventIn(body: string): Pick<CrmEvent, 'type' | 'timestamp' | 'data'> | null {
  try {
    const { type, timestamp, data } = JSON.parse(body);
    return typeof type === 'string' ? { type, timestamp: String(timestamp ?? ''), data } : null;
  } catch {
    return null;
  }
}

/** 204 for what is ours and right, also the second time; 401 for a wrong signature; 400 for a body without a type. */
async function receive(c: Context, events: CrmEvent[], secrets: readonly string[], now: number): Promise<Response> {
  const id = c.req.header('webhook-id');
  const headers = { timestamp: c.req.header('webhook-timestamp'), signature: c.req.header('webhook-signature') };
  const body = await c.req.text();
  const verdict = verifyDelivery({ id, ...headers, body }, secrets, now);
  if (!verdict.ok) return c.json({ error: verdict.error }, 401);
  const event = eventIn(body);
  if (!event) return c.json({ error: 'not_an_event' }, 400);
  if (!events.some((one) => one.id === id)) events.unshift({ id: id!, received_at: now, ...event });
  events.length = Math.min(events.length, MAX_EVENTS);
  return c.body(null, 204);
}

function servePages(app: Hono, options: CrmOptions): void {
  const { world } = options;
  const client = crmClient(options);
  const everyone = inOrder(world);
  app.get('/', async (c) => {
    const query = (c.req.query('name') ?? '').trim();
    const { shown, page, pages } = pageOf(query ? everyone.filter(matches(query)) : everyone, c.req.query('page'));
    const keys = world.purposes.map((purpose) => purpose.key);
    const answers = shown.length > 0 ? await client.checks(shown, keys) : {};
    const props = { customers: shown, purposes: world.purposes, answers, query, page, pages };
    return c.html(<CustomersPage {...props} />);
  });
  app.get('/customers/:ref', async (c) => {
    const customer = everyone.find((one) => one.ref === c.req.param('ref'));
    if (!customer) return c.text('No such customer.', 404);
    const ask = async (purpose: World['purposes'][number]) => ({
      purpose,
      check: await client.check(customer, purpose.key),
    });
    const mine = <T extends { customer: string }>(rows: T[]) =>
      rows.filter((row) => row.customer === customer.ref).reverse();
    return c.html(
      <CustomerPage
        customer={customer}
        checks={await Promise.all(world.purposes.map(ask))}
        orders={mine(world.orders)}
        interactions={mine(world.interactions)}
        units={world.units}
      />,
    );
  });
}

/** `GET /`, `/customers/{ref}`, `/events` for people; `GET /api/events` and `POST /webhooks` for programs. */
export function crmApp(options: CrmOptions): Crm {
  const clock = options.clock ?? Date.now;
  const events: CrmEvent[] = [];
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy: CSP, strictTransportSecurity: false }));
  app.get('/crm.css', (c) => c.body(CRM_CSS, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  servePages(app, options);
  app.get('/events', (c) => c.html(<EventsPage events={events} />));
  app.get('/api/events', (c) => c.json(events, 200, { 'Cache-Control': 'no-store' }));
  app.post('/webhooks', bodyLimit({ maxSize: MAX_BODY }), (c) => receive(c, events, options.webhookSecrets(), clock()));
  return { app, events: () => events };
}
