import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeServer, openNode } from '../../src/node';
import {
  type CallContext,
  DAY,
  fixedClock,
  generateSecrets,
  need,
  type Role,
  readConfig,
  silentLogger,
  type Wire,
} from '../../src/platform';

export const START = Date.parse('2026-11-22T10:00:00Z');
export const PUBLIC = 'http://127.0.0.1:8787';
export const SITE = 'pk_otter_shop';
const system: CallContext = { actor: { type: 'system', id: 'setup' } };

const both = (en: string, de: string) => ({ en, de });

/** A small company: one site, a notice in two languages and two versions, purposes of every colour. */
const COMPANY: { kind: string; key: string; body: Wire }[] = [
  { kind: 'controller', key: 'main', body: { name: 'Otter', contact: 'privacy@otter.example' } },
  { kind: 'units', key: 'shop', body: { name: 'Shop', legal_entity: 'Otter Ltd' } },
  {
    kind: 'services',
    key: 'counter',
    body: { name: 'Counter', vendor: 'Counter ApS', country: 'DK', hosts: ['c.example'] },
  },
  {
    kind: 'purposes',
    key: 'analytics',
    body: {
      name: both('Analytics', 'Statistik'),
      text: both('We count what is read.', 'Wir zählen, was gelesen wird.'),
      basis: 'consent',
      device: 'analytics',
      categories: ['user.behavior'],
      recipients: ['Counter ApS'],
      services: ['counter'],
      retention_days: 180,
    },
  },
  {
    kind: 'purposes',
    key: 'letters',
    body: {
      name: both('Letters', 'Briefe'),
      text: both('We write to you twice a month.', 'Wir schreiben zweimal im Monat.'),
      basis: 'consent',
      direct_marketing: true,
      channels: ['email', 'post'],
      categories: ['user.contact.email'],
    },
  },
  {
    kind: 'purposes',
    key: 'service',
    body: {
      name: both('Service', 'Betrieb'),
      text: both('We deliver what you order.', 'Wir liefern, was Sie bestellen.'),
      basis: 'contract',
    },
  },
  {
    kind: 'purposes',
    key: 'diet',
    body: {
      name: both('Diet', 'Ernährung'),
      text: both('What you can’t eat.', 'Was Sie nicht essen dürfen.'),
      basis: 'consent',
      special_category: true,
    },
  },
];

const notice = (en: string, de: string): Wire => ({
  texts: { en: { title: 'Your data', text: en }, de: { title: 'Ihre Daten', text: de } },
  needs_new_consent: false,
  reason: 'clearer words',
});

const site: Wire = {
  name: 'Otter Shop',
  origins: ['https://shop.example'],
  unit: 'shop',
  notice: 'main',
  languages: ['en', 'de'],
  purposes: ['analytics', 'letters', 'service'],
};

export type House = Awaited<ReturnType<typeof openHouse>>;

/** A server in a folder of its own, with the small company, and a way in for every role. */
export async function openHouse(vaults = 1, options: { bare?: boolean; publicUrl?: string } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'avow-console-'));
  const clock = fixedClock(START);
  const publicUrl = options.publicUrl ?? PUBLIC;
  const mails: { to: string; text: string }[] = [];
  const server: NodeServer = await openNode({
    config: readConfig({
      AVOW_DATA: dir,
      AVOW_VAULTS: String(vaults),
      AVOW_PUBLIC_URL: publicUrl,
      AVOW_REGION_HEADER: 'x-region',
      AVOW_TRUSTED_PROXIES: '1',
    }),
    secrets: generateSecrets(),
    clock,
    log: silentLogger,
    delivery: { mail: { send: async (m) => void mails.push(m) }, post: async () => ({ status: 204 }) },
    widgetDir: 'dist/widget',
    background: false,
  });
  const { registry } = server.backend;
  const publish = async (entries: { kind: string; key: string; body: Wire }[]) => {
    need(await registry.run('definitions.put', { entries }, system));
    await server.edge.published();
  };
  if (!options.bare) {
    await publish([...COMPANY, { kind: 'notices', key: 'main', body: notice('We ask first.', 'Wir fragen zuerst.') }]);
    await publish([{ kind: 'sites', key: SITE, body: site }]);
  }
  const { key } = need(
    await registry.run(
      'client.create',
      { name: 'crm', scopes: ['check', 'consent', 'people', 'rights', 'audit', 'admin'] },
      system,
    ),
  );
  server.edge.changed();
  const api = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await server.app.request(path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    });
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  };
  let visitors = 0;
  return {
    dir,
    server,
    clock,
    mails,
    publicUrl,
    publish,
    notice,
    api,
    /** One visitor chooses on the site; answers who that is. */
    choose: async (choices: Record<string, string>, more: object = {}) => {
      const visitor = `v_${String(++visitors).padStart(22, '0')}`;
      const answer = await server.app.request('/v1/consents', {
        method: 'POST',
        headers: { 'content-type': 'text/plain', origin: 'https://shop.example', 'x-region': 'DE' },
        body: JSON.stringify({
          site: SITE,
          visitor,
          notice: { id: 'main', version: 1, language: 'en' },
          choices,
          method: 'custom',
          ...more,
        }),
      });
      const made = (await answer.json()) as { person: string; record: string; subject_token: string };
      if (answer.status !== 201) throw new Error(JSON.stringify(made));
      return { visitor, ...made };
    },
    /** A customer with an address, known to the CRM. */
    customer: async (email: string, choices: Record<string, string> = { letters: 'refused' }) => {
      const made = await api('POST', '/v1/consents', { subject: { type: 'email', id: email }, choices, method: 'api' });
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      return made.body as { person: string; record: string };
    },
    signIn: (role: Role) => signIn(server, publicUrl, role),
    later: (days: number) => clock.advance(days * DAY),
    close: async () => {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type Officer = Awaited<ReturnType<typeof signIn>>;

const tokenIn = (html: string): string => /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';

/** A member of staff with a browser that keeps one cookie and sends what browsers send. */
async function signIn(server: NodeServer, publicUrl: string, role: Role) {
  const { registry } = server.backend;
  const { id } = need(await registry.run('staff.create', { name: `Some ${role}`, role }, system));
  const { token } = need(await registry.run('staff.link', { staff: id }, system));
  const https = publicUrl.startsWith('https:');
  const answer = await server.app.request('/console/sign-in', {
    method: 'POST',
    headers: { origin: publicUrl, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }).toString(),
  });
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const page = await server.app.request(path, { headers: { cookie, accept: 'text/html', ...headers } });
    return { status: page.status, headers: page.headers, text: await page.text() };
  };
  const csrf = tokenIn((await get('/console')).text);
  const post = async (
    path: string,
    fields: Record<string, string | string[]>,
    headers: Record<string, string> = {},
  ) => {
    const body = new URLSearchParams({ csrf });
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'csrf') body.delete('csrf');
      for (const one of [value].flat()) body.append(name, one);
    }
    const page = await server.app.request(path, {
      method: 'POST',
      headers: {
        cookie,
        accept: 'text/html',
        origin: publicUrl,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: body.toString(),
    });
    return {
      status: page.status,
      headers: page.headers,
      location: page.headers.get('location'),
      text: await page.text(),
    };
  };
  return { id, cookie, csrf, https, answer, get, post };
}
