import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import nodemailer from 'nodemailer';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM_FLAGS, findChromium } from '../../src/build/chromium';
import { buildWidget } from '../../src/build/widget';
import type { SiteConfig } from '../../src/consent/wire';
import { startMailbox } from '../../src/demo/mailbox';
import { type Language, makeWorld } from '../../src/demo/seed';
import { type Proofs, shopApp } from '../../src/demo/shop';

const world = makeWorld({ now: Date.parse('2026-11-22T10:00:00Z'), seed: 7, customers: 40, strangers: 5 });
const TEXTS = { accept_all: 'Accept all', reject_all: 'Reject all', choose: 'Choose' };

/** What the API would tell a visitor in the EEA about the demo's shop. */
function configOf(lang: Language): SiteConfig {
  const notice = world.notices.filter((one) => one.site === 'shop').pop()!;
  return {
    site: { key: 'pk_demo', name: world.brand, languages: ['en', 'de'] },
    controller: { name: world.controller.name },
    notice: {
      id: notice.notice,
      version: notice.version,
      language: lang,
      title: notice.title[lang],
      text: notice.text[lang],
      hash: 'h',
    },
    purposes: world.purposes.map(({ uses: _, categories: __, scope: ___, ...one }) => ({
      ...one,
      name: one.name[lang],
      text: one.text[lang],
      default: one.required ? 'granted' : 'refused',
      model: 'opt_in',
    })),
    services: world.services,
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
    texts: TEXTS,
  };
}

/** The API as far as a page sees it; the widget is the built one. */
function apiDouble(widget: string): Server {
  return createServer((request, answer) => {
    const url = new URL(request.url ?? '/', 'http://api');
    answer.setHeader('Access-Control-Allow-Origin', '*');
    const script = url.pathname === '/widget/v1.js';
    answer.setHeader('Content-Type', script ? 'text/javascript' : 'application/json');
    if (script) return answer.end(widget);
    if (url.pathname.endsWith('/config')) {
      return answer.end(JSON.stringify(configOf(url.searchParams.get('lang') === 'de' ? 'de' : 'en')));
    }
    if (url.pathname.endsWith('/page-token'))
      return answer.end('{"page_token":"t","expires_at":"2030-01-01T00:00:00Z"}');
    if (url.pathname === '/v1/consents') {
      const record = { person: 'per_1', revision: '1', record: 'rec_1', state: {}, receipt: 'a.b.c' };
      return answer.writeHead(201).end(JSON.stringify({ ...record, subject_token: 'token_of_the_browser' }));
    }
    return answer.end('{"success":true}');
  });
}

const listen = (server: Server) =>
  new Promise<string>((done) =>
    server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );

const directory = mkdtempSync(join(tmpdir(), 'shop-widget-'));
const proofs: Proofs[] = [];
const servers: Server[] = [];
let browser: Browser;
let context: BrowserContext;
let page: Page;
let shop: string;
let problems: string[];
let asked: URL[];

beforeAll(async () => {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium is missing: apt-get install chromium, or set CHROME_PATH.');
  await buildWidget(directory);
  const api = apiDouble(readFileSync(join(directory, 'v1.js'), 'utf8'));
  const signIn = async (both: Proofs) => ({ linked: Boolean(proofs.push(both)) });
  const app = shopApp({ api: await listen(api), siteKey: 'pk_demo', writeKey: 'wk_demo', world, signIn });
  const web = createAdaptorServer({ fetch: app.fetch }) as Server;
  shop = await listen(web);
  servers.push(api, web);
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
});

afterAll(async () => {
  await browser?.close();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  await fetch(`${shop}/en/loaded/clear`, { method: 'POST', headers: { Origin: shop } });
  proofs.length = 0;
  problems = [];
  asked = [];
  context = await browser.newContext();
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => asked.push(new URL(request.url())));
});

afterEach(() => context.close());

const loaded = async () => (await (await fetch(`${shop}/loaded.json`)).json()) as { kind: string; purpose: string }[];
const choose = (name: string) => page.getByRole('button', { name, exact: true }).first().click();

describe('in a real browser', () => {
  it('every page runs without a breach of its policy, and asks only the shop and the API', async () => {
    for (const path of ['/en', '/de/p/enamel-mug-otter', '/en/basket', '/de/sign-in', '/en/privacy', '/de/loaded']) {
      await page.goto(shop + path);
      await page.getByRole('button', { name: 'Reject all', exact: true }).first().waitFor();
    }
    expect(problems).toEqual([]);
    expect(asked.length).toBeGreaterThan(20);
    expect(new Set(asked.map((url) => url.hostname))).toEqual(new Set(['127.0.0.1']));
  });

  it('nothing of a vendor is loaded or stored before a choice, nor after a no', async () => {
    await page.goto(`${shop}/en/p/enamel-mug-otter`);
    await page.getByRole('button', { name: 'Reject all', exact: true }).first().waitFor();
    expect(await loaded()).toEqual([]);
    await choose('Reject all');
    await page.goto(`${shop}/de`, { waitUntil: 'networkidle' });
    expect(await loaded()).toEqual([]);
    expect((await context.cookies()).filter((cookie) => !cookie.name.startsWith('avow'))).toEqual([]);
  });

  it('after a yes each vendor’s script runs, sends, and stores what is declared', async () => {
    await page.goto(`${shop}/en/p/enamel-mug-otter`);
    await choose('Accept all');
    await expect.poll(async () => (await loaded()).length).toBe(6);
    expect(new Set((await loaded()).map((hit) => hit.purpose))).toEqual(
      new Set(['analytics', 'personalisation', 'ads_sharing']),
    );
    const cookies = (await context.cookies()).map((cookie) => cookie.name);
    expect(cookies).toEqual(expect.arrayContaining(['tb_id', 'tb_visit', 'aw_audience']));
    await page.locator('[data-suggestions] a').first().waitFor();
    expect(asked.some((url) => url.pathname === '/v1/track')).toBe(true);
    expect(problems).toEqual([]);
  });

  it('signing in hands over the browser’s token, for a choice made before it', async () => {
    await page.goto(`${shop}/en`);
    await choose('Reject all');
    await page.waitForFunction(`localStorage.getItem('avow:pk_demo').includes('token_of_the_browser')`);
    await page.goto(`${shop}/en/sign-in`);
    await page.fill('#email', world.known.email);
    await page.locator('form[data-sign-in] button').click();
    await page.locator('[data-linked=yes]').waitFor();
    expect(proofs).toEqual([
      { subject_token: 'token_of_the_browser', subject: { type: 'customer', id: 'shop~10042' } },
    ]);
  });

  it('and for a choice made after it', async () => {
    await page.goto(`${shop}/de/sign-in`);
    await page.fill('#email', world.known.email);
    await page.press('#email', 'Enter');
    await page.locator('[data-linked=no]').waitFor();
    expect(proofs).toEqual([]);
    await choose('Accept all');
    await expect.poll(() => proofs.length).toBe(1);
    expect(proofs[0]!.subject_token).toBe('token_of_the_browser');
  });

  it('a mail’s script doesn’t run in the mailbox, and its link opens beside it', async () => {
    const box = await startMailbox();
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: box.smtpPort, secure: false });
    const html = `<p id="p">Hallo</p><a href="${shop}/en">open</a><script>document.getElementById('p').textContent='ran'</script>`;
    await transport.sendMail({ from: 'a@example.com', to: 'b@example.com', subject: 's', text: 't', html });
    await page.goto(`${box.url}/messages/1`);
    const frame = page.frameLocator('iframe');
    expect(await frame.locator('#p').textContent()).toBe('Hallo');
    const opened = context.waitForEvent('page');
    await frame.getByText('open').click();
    const beside = await opened;
    await beside.waitForLoadState();
    expect(beside.url()).toBe(`${shop}/en`);
    transport.close();
    await box.close();
  });
});
