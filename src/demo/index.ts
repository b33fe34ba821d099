import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { accessOps } from '../access';
import type { consentOps, definitionOps } from '../consent';
import { type MailTransport, type Post, smtpTransport } from '../delivery';
import { guardedPost } from '../delivery/post-node';
import {
  type Clock,
  type Config,
  DAY,
  generateSecrets,
  type Logger,
  need,
  parseSecrets,
  readConfig,
  type Secrets,
  silentLogger,
  type Vault,
  type Vaults,
} from '../platform';
import { crmApp } from './crm';
import { declarations, SITE_KEYS, WRITE_KEY } from './declare';
import { type Mailbox, startMailbox } from './mailbox';
import { type Replayed, replay } from './replay';
import { makeWorld, type World } from './seed';
import { shopApp } from './shop';
import { tour } from './story';

/** What the demo drives: one opened installation, as `openNode` makes it. The entry injects it. */
export type DemoServer = {
  app: {
    fetch(request: Request, env?: never): Response | Promise<Response>;
    request(path: string, init?: RequestInit): Response | Promise<Response>;
  };
  backend: { registry: Vault<typeof accessOps & ReturnType<typeof definitionOps>> };
  edge: { vaults: Vaults<typeof consentOps>; published(): Promise<void> };
  tick(): Promise<void>;
  checkpoint(): Promise<void>;
  close(): Promise<void>;
};
export type DemoParts = {
  config: Config;
  secrets: Secrets;
  clock: Clock;
  log: Logger;
  widgetDir: string;
  background: false;
  delivery: { mail: MailTransport; post: Post };
};

export type DemoOptions = {
  open(parts: DemoParts): Promise<DemoServer>;
  port: number;
  dataDir?: string;
  widgetDir: string;
  progress?(line: string): void;
  now?: number;
  /** How many people the world has; the default is the demo's own. */
  customers?: number;
  strangers?: number;
};

/** What a script needs (`avow demo --json`). */
export type DemoFacts = {
  pid: number;
  data_dir: string;
  site_url: string;
  console_url: string;
  docs_url: string;
  mailbox_url: string;
  crm_url: string;
  api_url: string;
  known_email: string;
  known_customer: string;
  purposes: string[];
  units: string[];
  keys: { site: string; write: string; secret: string };
};

export type Demo = {
  facts: DemoFacts;
  greeting: string;
  replayed: Replayed | undefined;
  server: DemoServer;
  close(): Promise<void>;
};

const SEED = 7;
const setup = { actor: { type: 'system', id: 'demo' } } as const;
const SCOPES = ['check', 'consent', 'collect', 'people', 'release', 'rights', 'audit', 'admin'] as const;

/** While the past is replayed, mails are only kept for their links. */
type Replaying = { on: boolean; mails: string[] };

/** What a kept demo remembers beside its data. */
type Kept = { secrets: Secrets; key: string; now: number; owner: string };

/** Starts everything on 127.0.0.1: Avow, a shop, a mailbox, a CRM double. Without `dataDir` nothing is left behind. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'avow-demo-'));
  const say = options.progress ?? (() => {});
  const ports = await openPorts(options.port);
  const mailbox = await startMailbox();
  const kept = readKept(dataDir);
  const now = kept?.now ?? options.now ?? Date.now();
  const world = makeWorld({ now, seed: SEED, customers: options.customers, strangers: options.strangers });
  const clock = movableClock();
  const secrets = kept?.secrets ?? generateSecrets();
  const config = readConfig({
    AVOW_DATA: dataDir,
    AVOW_PUBLIC_URL: ports.api.url,
    AVOW_PORT: String(ports.api.port),
    AVOW_DEV: '1',
    AVOW_LOG: 'none',
    // The demo stands in for the proxy that would tell the visitor's region.
    AVOW_REGION_HEADER: 'x-demo-region',
    AVOW_TRUSTED_PROXIES: '1',
  });
  const replaying: Replaying = { on: kept === undefined, mails: [] };
  const post = guardedPost({ dev: true });
  const server = await options.open({
    config,
    secrets,
    clock,
    log: silentLogger,
    widgetDir: options.widgetDir,
    background: false,
    delivery: {
      // The year before today has been delivered already: its mails and webhooks go nowhere.
      mail: {
        send: async (mail) => {
          if (replaying.on) replaying.mails.push(mail.text);
          else await smtpTransport(`smtp://127.0.0.1:${mailbox.smtpPort}`, config.mailFrom).send(mail);
        },
      },
      post: async (url, headers, body) => (replaying.on ? { status: 204 } : post(url, headers, body)),
    },
  });
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const key =
    kept?.key ??
    need(await server.backend.registry.run('client.create', { name: 'Demo CRM', scopes: [...SCOPES] }, setup)).key;
  const owner =
    kept?.owner ??
    need(await server.backend.registry.run('staff.create', { name: 'Otti Lutra', role: 'owner' }, setup)).id;
  let replayed: Replayed | undefined;
  if (!kept) {
    replayed = await seed({
      server,
      world,
      key,
      clock,
      mails: replaying.mails,
      origins: { shop: ports.shop.url, webhook: `${ports.crm.url}/webhooks`, webhookSecret },
      say,
    });
    writeFileSync(join(dataDir, 'demo.json'), JSON.stringify({ secrets, key, now, owner } satisfies Kept), {
      mode: 0o600,
    });
  }
  replaying.on = false;
  clock.set(undefined);
  await server.checkpoint();
  const ticking = setInterval(() => void server.tick().catch(() => undefined), 300);
  ticking.unref();
  attach(ports, { server, world, key, webhookSecret, owner });
  const facts = factsOf({ dataDir, ports, mailbox, world, key });
  return {
    facts,
    greeting: greet(facts),
    replayed,
    server,
    close: async () => {
      clearInterval(ticking);
      for (const p of Object.values(ports)) p.server.close();
      await server.close();
      await mailbox.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function readKept(dataDir: string): Kept | undefined {
  const file = join(dataDir, 'demo.json');
  if (!existsSync(file)) return undefined;
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  return { ...kept, secrets: parseSecrets(JSON.stringify(kept.secrets)) };
}

/** The replay's clock; afterwards the machine's. */
function movableClock() {
  let fixed: number | undefined = Date.now();
  return { now: () => fixed ?? Date.now(), set: (now: number | undefined) => (fixed = now) };
}

type Port = {
  server: Server;
  port: number;
  url: string;
  handler: { fetch(r: Request, env?: unknown): Response | Promise<Response> };
};
type Ports = { api: Port; shop: Port; crm: Port; front: Port };

/** The addresses must be known before anything is declared, so the ports are opened first. */
async function openPorts(api: number): Promise<Ports> {
  const [a, shop, crm, front] = [await openPort(api), await openPort(0), await openPort(0), await openPort(0)];
  return { api: a, shop, crm, front };
}

function openPort(port: number): Promise<Port> {
  const handler: Port['handler'] = {
    fetch: () =>
      new Response('The demo is starting: try again in some seconds.', {
        status: 503,
        headers: { 'retry-after': '2' },
      }),
  };
  const server = createServer(getRequestListener((r, env) => handler.fetch(r, env)));
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      const at = (server.address() as AddressInfo).port;
      done({ server, port: at, url: `http://127.0.0.1:${at}`, handler });
    });
  });
}

type Seeding = {
  server: DemoServer;
  world: World;
  key: string;
  clock: ReturnType<typeof movableClock>;
  mails: readonly string[];
  origins: Parameters<typeof declarations>[1];
  say(line: string): void;
};

async function seed({ server, world, key, clock, mails, origins, say }: Seeding): Promise<Replayed> {
  const call = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await server.app.request(path, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const publish = async (entries: ReturnType<typeof declarations>) => {
    need(await server.backend.registry.run('definitions.put', { entries }, setup));
    await server.edge.published();
  };
  clock.set(world.started_at - DAY);
  await publish(declarations(world, origins));
  let told = 0;
  return replay(world, {
    call,
    admin: (method, path, body) => call(method, path, body, { authorization: `Bearer ${key}` }),
    publish,
    confirm: async (subject, record) => {
      const found = await call(
        'POST',
        '/v1/people/resolve',
        { subject: { type: 'customer', id: subject } },
        { authorization: `Bearer ${key}` },
      );
      const person = String(found.body.person);
      if (found.status === 200) await server.edge.vaults.at(0).run('consent.confirm', { person, record }, setup);
    },
    prove: async (request) => {
      const find = () => mails.findLast((text) => text.includes(request) && text.includes('/confirm'));
      for (let i = 0; i < 5 && !find(); i++) await server.tick();
      const token = /token=([A-Za-z0-9_.-]+)/.exec(find() ?? '')?.[1];
      if (token) await call('POST', `/v1/requests/${request}/confirm`, { token });
    },
    setClock: (now) => clock.set(now),
    tick: server.tick,
    progress: (done, of) => {
      const tenth = Math.floor((done / of) * 10);
      if (tenth > told) say(`  living through the past year … ${tenth * 10} %`);
      told = Math.max(told, tenth);
    },
  });
}

type Attached = { server: DemoServer; world: World; key: string; webhookSecret: string; owner: string };

function attach(ports: Ports, { server, world, key, webhookSecret, owner }: Attached): void {
  const api = ports.api.url;
  const admin = (path: string, body: unknown) =>
    server.app.request(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    });
  ports.api.handler.fetch = (r, env) => server.app.fetch(r, env as never);
  const shop = shopApp({
    api,
    siteKey: SITE_KEYS.shop,
    writeKey: WRITE_KEY,
    world,
    signIn: async (proofs) => ({ linked: (await admin('/v1/links', proofs)).status === 200 }),
    placeOrder: async ({ ref, at, customer, unit, currency, lines }) => {
      const subject = { type: 'customer', id: customer };
      const answer = await admin('/v1/orders', {
        subject,
        unit,
        number: ref,
        at: new Date(at).toISOString(),
        currency,
        lines,
        purpose: 'essential',
        source: 'shop',
      });
      if (answer.status >= 400) throw new Error(`the order was not taken: ${answer.status}`);
    },
  });
  ports.shop.handler.fetch = (r, env) => shop.fetch(r, env as never);
  const crm = crmApp({
    api,
    secretKey: key,
    world,
    webhookSecrets: () => [webhookSecret],
    fetch: async (url, init) => server.app.request(String(url).replace(api, ''), init),
  });
  ports.crm.handler.fetch = (r, env) => crm.app.fetch(r, env as never);
  const front = frontDoor(server, api, owner);
  ports.front.handler.fetch = (r, env) => front.fetch(r, env as never);
}

/** A fresh one-time link at each visit, so that the console's address works for as long as the demo lives. */
function frontDoor(server: DemoServer, api: string, owner: string): Hono {
  const app = new Hono();
  app.get('/console', async (c) => {
    const { token } = need(await server.backend.registry.run('staff.link', { staff: owner }, setup));
    return c.redirect(`${api}/console/sign-in?token=${token}`);
  });
  return app;
}

function factsOf(i: { dataDir: string; ports: Ports; mailbox: Mailbox; world: World; key: string }): DemoFacts {
  const { ports, world } = i;
  return {
    pid: process.pid,
    data_dir: i.dataDir,
    site_url: ports.shop.url,
    console_url: `${ports.front.url}/console`,
    docs_url: `${ports.api.url}/docs`,
    mailbox_url: i.mailbox.url,
    crm_url: ports.crm.url,
    api_url: ports.api.url,
    known_email: world.known.email,
    known_customer: `${world.known.unit}~${world.known.number}`,
    purposes: world.purposes.map((p) => p.key),
    units: world.units.map((u) => u.key),
    keys: { site: SITE_KEYS.shop, write: WRITE_KEY, secret: i.key },
  };
}

function greet(f: DemoFacts): string {
  const stops = tour(
    { shop: f.site_url, console: f.console_url, mailbox: f.mailbox_url, crm: f.crm_url },
    f.known_email,
  );
  return `
Avow's demo is ready (pid ${f.pid}; Ctrl-C ends it${f.data_dir.includes('avow-demo-') ? ' and leaves nothing behind' : ''}).

  Shop      ${f.site_url}
  Console   ${f.console_url}
  API docs  ${f.docs_url}
  Mailbox   ${f.mailbox_url}
  CRM       ${f.crm_url}

${stops.map((s, i) => `  ${i + 1}. ${s.title}: ${s.do}`).join('\n')}

Ask it yourself:
  curl -s ${f.api_url}/v1/check -H "Authorization: Bearer ${f.keys.secret}" -H "Content-Type: application/json" \\
    -d '{"subject":{"type":"email","id":"${f.known_email}"},"purpose":"analytics"}'
`;
}
