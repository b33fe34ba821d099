import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium } from '../../src/build/chromium';
import { need } from '../../src/platform';
import { type House, openHouse } from '../console/house';

const setup = { actor: { type: 'system', id: 'setup' } } as const;

/** The console on a real port, and a browser that signs in by links. */
export async function openConsole() {
  const late: { fetch?: (r: Request, env: unknown) => Response | Promise<Response> } = {};
  const server = createServer(getRequestListener((r, env) => late.fetch!(r, env)));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const house: House = await openHouse(1, { publicUrl: url });
  late.fetch = (r, env) => house.server.app.fetch(r, env as never);
  const browser: Browser = await chromium.launch({ executablePath: findChromium()!, args: [...CHROMIUM_FLAGS] });
  const { registry } = house.server.backend;
  const { id } = need(await registry.run('staff.create', { name: 'Ada Brightwater', role: 'owner' }, setup));

  /** A fresh browser in which Ada has signed in by pressing the button. */
  const signedIn = async (
    options: BrowserContextOptions = {},
  ): Promise<{ context: BrowserContext; page: Page; errors: string[] }> => {
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin', locale: 'en', ...options });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (e) => errors.push(String(e)));
    page.on('console', (m) => {
      if (m.type() === 'error' || m.type() === 'warning') errors.push(m.text());
    });
    // Sign-in is slowed down per network; the test's clock stands still unless it is moved.
    house.clock.advance(60_000);
    const { token } = need(await registry.run('staff.link', { staff: id }, setup));
    await page.goto(`${url}/console/sign-in?token=${token}`);
    await page.getByRole('button').click();
    await page.waitForURL(`${url}/console`);
    return { context, page, errors };
  };
  return {
    url,
    house,
    browser,
    signedIn,
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await house.close();
    },
  };
}

export type Console = Awaited<ReturnType<typeof openConsole>>;

/** Some visitors, a customer with a request, and every page that this makes worth opening. */
export async function furnished({ house }: Console) {
  const officer = await house.signIn('owner');
  for (let i = 0; i < 24; i++) {
    if (i % 4 === 0) house.later(1);
    await house.choose({
      analytics: i % 3 === 0 ? 'refused' : 'granted',
      letters: i % 2 === 0 ? 'granted' : 'refused',
    });
  }
  const { person, record } = await house.choose({ analytics: 'granted', letters: 'refused' });
  await house.customer('jane@customers.example');
  const again = await house.signIn('owner');
  const started = await again.post('/console/requests/new', {
    right: 'rectification',
    region: 'DE',
    type: 'email',
    id: 'jane@customers.example',
    message: 'My name is spelled wrongly.',
    seen: '1',
  });
  await house.server.tick();
  await house.server.checkpoint();
  const request = started.location!.split('?')[0]!;
  await again.post('/console/notices/main/edit', {
    version: '1',
    'title.en': 'Your data',
    'text.en': 'We ask you first.',
    'title.de': 'Ihre Daten',
    'text.de': 'Wir fragen Sie zuerst.',
    needs_new_consent: 'no',
    reason: 'clearer',
  });
  await again.post('/console/connections/webhooks/new', { key: 'erp', url: 'https://erp.example/h', topics: '*' });
  const client = /\/keys\/(cli_[0-9a-z]+)/.exec((await again.get('/console/connections')).text)![1]!;
  const paths = [
    '/console',
    '/console/consents',
    `/console/people/${person}`,
    `/console/people/${person}/record`,
    `/console/people/${person}/withdraw`,
    `/console/people/${person}/proof/${record}`,
    '/console/requests',
    '/console/requests/new',
    request,
    '/console/purposes',
    '/console/purposes/letters',
    '/console/purposes/letters/edit',
    '/console/notices',
    '/console/notices/main',
    '/console/notices/main/edit',
    '/console/notices/main/preview?region=US-CA',
    '/console/notices/main/versions/2?against=1',
    '/console/reports?days=30',
    '/console/reports/register',
    '/console/reports/register/letters',
    '/console/audit',
    '/console/connections',
    '/console/connections/keys/new',
    `/console/connections/keys/${client}`,
    '/console/connections/webhooks/erp',
    '/console/connections/sites/new',
    '/console/connections/sites/pk_otter_shop',
    '/console/settings',
    '/console/settings/requests',
    '/console/purposes/nothing_here',
  ];
  return { officer, person, record, request, paths };
}
