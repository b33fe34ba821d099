import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type BuiltFile, buildWidget } from '../../src/build/widget';
import { interfaceTexts } from '../../src/consent/texts';
import type { ConsentAnswer, ConsentBody, PurposeView, ServiceView, SiteConfig } from '../../src/consent/wire';

export const SITE = 'pk_test';

export const purpose = (key: string, more: Partial<PurposeView> = {}): PurposeView => ({
  key,
  name: key[0]?.toUpperCase() + key.slice(1),
  text: `What ${key} does, in a sentence that a person can understand.`,
  basis: 'consent',
  required: false,
  default: 'refused',
  model: 'opt_in',
  recipients: [],
  services: [],
  special_category: false,
  signals: [],
  ...more,
});

const SERVICES: ServiceView[] = [
  {
    key: 'stats',
    name: 'Plain Stats',
    vendor: 'Stats Ltd',
    country: 'IE',
    privacy_url: 'https://stats.test/privacy',
    hosts: ['stats.test'],
    storage: [
      { kind: 'cookie', name: '_st_*', lifetime: 34_128_000 },
      { kind: 'local_storage', name: 'stats-queue', lifetime: 0 },
    ],
  },
  {
    key: 'video',
    name: 'Moving Pictures',
    vendor: 'Video Inc',
    country: 'US',
    hosts: ['video.test'],
    storage: [{ kind: 'cookie', name: 'seen', lifetime: 86_400 }],
  },
];

/** A configuration as the server sends it for a visitor in the EEA. */
export const configOf = (language = 'en'): SiteConfig => ({
  site: { key: SITE, name: 'Shop', languages: ['en'] },
  controller: { name: 'Shop AG, Berlin', contact: 'privacy@shop.test', privacy_url: 'https://shop.test/privacy' },
  notice: {
    id: 'ntc_1',
    version: 3,
    language,
    title: 'We value your choice about cookies',
    text: 'With your consent we and our partners measure how the shop is used and show advertising.\n\nRead [how we work](https://shop.test/how).',
    hash: 'sha256:00',
  },
  purposes: [
    purpose('necessary', {
      name: 'Necessary',
      required: true,
      default: 'granted',
      basis: 'contract',
      model: 'notice_only',
      signals: ['security_storage'],
    }),
    purpose('analytics', { services: ['stats'], recipients: ['Stats Ltd'], signals: ['analytics_storage'] }),
    purpose('marketing', {
      services: ['video'],
      recipients: ['Video Inc'],
      signals: ['ad_storage', 'ad_user_data', 'ad_personalization'],
    }),
  ],
  services: SERVICES,
  policy: {
    region: 'DE',
    model: 'opt_in',
    gpc: 'honoured',
    gpc_display: false,
    dnt: 'ignored',
    grant_days: 180,
    reask_days: 180,
    mspa_signed: false,
  },
  texts: { ...interfaceTexts(language).texts },
});

/** The same site for a visitor in California. */
export const californian = (): SiteConfig => {
  const config = configOf();
  config.policy = { ...config.policy, region: 'US-CA', model: 'opt_out', gpc: 'required', gpc_display: true };
  for (const p of config.purposes)
    if (!p.required) Object.assign(p, { model: 'opt_out', default: 'granted', gpc: p.key === 'marketing' });
  return config;
};

export type Seen = { host: string; path: string; method: string; type: string | undefined; body: string };

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.png': 'image/png' };
const OPEN = { 'access-control-allow-origin': '*' };

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

const MEMBERS = 'site visitor key subject_token page_token notice choices method queued_seconds region signals'.split(
  ' ',
);

/** What the real server would refuse in a widget's act; '' when it is well formed. */
function fault(body: ConsentBody): string {
  const strange = Object.keys(body).filter((k) => !MEMBERS.includes(k));
  if (strange.length) return `unknown ${strange}`;
  if (body.site !== SITE) return 'site';
  if (!/^v_[\w-]{22}$/.test(body.visitor ?? '')) return 'visitor';
  if (!/^k_[\w-]{22}$/.test(body.key ?? '')) return 'key';
  if (!['accept_all', 'reject_all', 'custom', 'gpc', 'dnt'].includes(body.method)) return 'method';
  if (!Object.values(body.choices).every((c) => ['granted', 'refused', 'withdrawn'].includes(c))) return 'choices';
  return Object.keys(body.choices).length ? '' : 'no choices';
}

/**
 * A small server for the widget's tests: any host name, the wire shapes of the API, the built widget, pages that a test
 * sets, and a log of every request. `trouble` answers acts with a status; `down` cuts the line.
 */
export class StubServer {
  config: SiteConfig = configOf();
  pages: Record<string, { html: string; headers?: Record<string, string>; delay?: number }> = {};
  /** Scripts by path, served from any host. */
  scripts: Record<string, string> = {};
  seen: Seen[] = [];
  /** Acts in the order in which they were recorded, one per key. */
  acts: ConsentBody[] = [];
  trouble: number[] = [];
  built: BuiltFile[] = [];
  port = 0;
  /** So many answers to acts are recorded and then never sent. */
  deaf = 0;
  private tokens = new Set<string>();
  private texts = new Map<string, string>();
  private dir = mkdtempSync(join(tmpdir(), 'avow-widget-'));
  private server = createServer((request, response) => {
    this.answer(request, response).catch((error) => response.destroy(error));
  });

  async start(): Promise<this> {
    this.built = await buildWidget(this.dir);
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  reset(): void {
    this.config = configOf();
    this.pages = {};
    this.scripts = {};
    this.seen = [];
    this.acts = [];
    this.trouble = [];
    this.deaf = 0;
  }

  url(path = '/', host = 'shop.test'): string {
    return `http://${host}:${this.port}${path}`;
  }

  /** Requests to a host, or whose path begins so. */
  asked(what: string): Seen[] {
    return this.seen.filter((s) => s.host === what || s.path.startsWith(what));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const body = await bodyOf(request);
    this.seen.push({
      host,
      path: request.url ?? '',
      method: request.method ?? '',
      type: request.headers['content-type'],
      body,
    });
    const send = (status: number, type: string, content: string | Buffer, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': type, ...OPEN, ...headers }).end(content);
    const json = (status: number, value: unknown) => send(status, 'application/json', JSON.stringify(value));

    if (request.method === 'OPTIONS') return void send(500, 'text/plain', 'no preflight is expected');
    if (pathname === `/v1/sites/${SITE}/config`) return void json(200, this.config);
    if (pathname === `/v1/sites/${SITE}/page-token`) return void json(201, this.token());
    if (pathname === '/v1/consents') {
      if (this.record(body, json) === undefined) response.destroy();
      return;
    }
    if (pathname.startsWith('/widget/')) {
      const file = readFileSync(join(this.dir, pathname.slice(8)));
      return void send(200, TYPES[extname(pathname)] ?? 'text/plain', file);
    }
    if (pathname in this.scripts) return void send(200, 'text/javascript', this.scripts[pathname] as string);
    const page = this.pages[pathname];
    if (page?.delay) await new Promise((go) => setTimeout(go, page.delay));
    if (page) return void send(200, 'text/html; charset=utf-8', page.html, page.headers);
    if (pathname.endsWith('.png')) return void send(200, 'image/png', PIXEL);
    send(pathname === '/favicon.ico' ? 204 : 200, 'text/html', '');
  }

  private token() {
    const page_token = `pt_${Math.random().toString(36).slice(2)}`;
    this.tokens.add(page_token);
    return { page_token, expires_at: new Date(Date.now() + 300_000).toISOString() };
  }

  private record(text: string, json: (status: number, value: unknown) => unknown): unknown {
    const trouble = this.trouble.shift();
    if (trouble) return json(trouble, { code: 'trouble' });
    const body = JSON.parse(text) as ConsentBody;
    const earlier = this.texts.get(body.key ?? '');
    if (earlier !== undefined && earlier !== text) return json(422, { code: 'idempotency_conflict' });
    const code = fault(body);
    if (code) return json(422, { code });
    if (body.page_token && earlier === undefined && !this.tokens.delete(body.page_token))
      return json(422, { code: 'page_token' });
    if (earlier === undefined) this.acts.push(body);
    this.texts.set(body.key ?? '', text);
    if (this.deaf-- > 0) return undefined;
    const state = Object.fromEntries(
      Object.entries(body.choices).map(([k, status]) => [k, { status, valid_until: null }]),
    );
    const answer: ConsentAnswer = {
      person: 'per_1',
      revision: 'r1',
      record: `rec_${this.acts.length}`,
      state,
      receipt: 'e30.e30.AA',
      subject_token: `st_${body.visitor}`,
      cookie: `e30.${Buffer.from(JSON.stringify(body.choices)).toString('base64url')}.AA`,
    };
    return json(201, answer);
  }
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage';

/** Every `*.test` host is this machine. */
export const RESOLVE_TEST_HOSTS = '--host-resolver-rules=MAP *.test 127.0.0.1';

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...FLAGS.split(' '), RESOLVE_TEST_HOSTS],
  });

/** The tag that a site pastes; `more` are further attributes. */
export const tag = (more = ''): string => `<script src="/widget/v1.js" data-site="${SITE}" async ${more}></script>`;

/** A whole page around some markup. */
export const html = (body: string, head = tag()): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>${head}</head><body>${body}</body></html>`;

export const BANNER = '#avow-consent-banner';

/** The rules of WCAG 2.2 A and AA that axe finds broken. */
export async function axe(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' });
  return page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then((r) => r.violations.map((v) => v.id))`);
}

/** Waits until the widget has decided every gate of the page. */
export const ready = (page: Page): Promise<unknown> =>
  page.waitForFunction('window.avow && window.avow.ready && window.avow.ready.then(() => true)');

/** Runs a test with a context of its own, always closed. */
export async function withPage<T>(
  browser: Browser,
  use: (page: Page, context: BrowserContext) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(20_000);
  try {
    return await use(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

/** Does something in a browser context and gives back every request of it, from the HAR. */
export async function harOf(
  browser: Browser,
  use: (page: Page, context: BrowserContext) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<string[]> {
  const path = join(mkdtempSync(join(tmpdir(), 'avow-har-')), 'page.har');
  await withPage(browser, use, { ...options, recordHar: { path, mode: 'minimal' } });
  const har = JSON.parse(readFileSync(path, 'utf8')) as { log: { entries: { request: { url: string } }[] } };
  return har.log.entries.map((e) => e.request.url);
}

/** Hosts of a HAR that are not the site itself. */
export const strangersOf = (urls: string[]): string[] =>
  [...new Set(urls.map((u) => new URL(u).hostname))].filter((host) => host !== 'shop.test').sort();

/** Waits until the condition holds; fails with the text after twenty seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await holds()) return;
    await new Promise((go) => setTimeout(go, 20));
  }
  throw new Error(`never happened: ${what}`);
}
