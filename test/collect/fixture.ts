import { gzipSync } from 'node:zlib';
import { type Company, openCompany } from '../people/fixture';

export const KEY = 'wk_shop';
export const ORIGIN = 'https://shop.example';
export const VISITOR = `v_${'A'.repeat(22)}`;

export const SOURCE = {
  name: 'webshop',
  unit: 'shop',
  channel: 'web',
  origins: [ORIGIN],
  user_id: 'customer',
  country: 'AT',
  events: {
    'Product Viewed': { purpose: 'analytics', product: 'product_id', properties: { plan: 'plan', note: 'note' } },
    'Order Completed': { purpose: 'essential', properties: { plan: 'plan' } },
    Browsed: { purpose: 'personalisation', properties: { 'context.campaign.genre': 'favourite_genres' } },
  },
  page: { purpose: 'analytics' },
  traits: { language: 'preferred_language', age: 'age_range', born: 'birth_year', email: '@email' },
  group: { purpose: 'essential' },
  consents: { performance: ['analytics'] },
};

export const event = (more: object = {}) => ({
  type: 'track',
  event: 'Product Viewed',
  anonymousId: VISITOR,
  messageId: `m-${Math.random()}`,
  timestamp: '2026-11-22T09:59:00.000Z',
  properties: { plan: 'pro', product_id: 'bk_night', email: 'jane@customers.example' },
  ...more,
});

export type Sent = { status: number; body: Record<string, unknown>; dropped: string | null; headers: Headers };

/** A company with a web shop that sends events, and what a test needs to look behind the gate. */
export async function openGate(vaults: number) {
  const company: Company = await openCompany(vaults, [
    ['organisations', 'acme', { name: 'Acme' }],
    ['sources', KEY, SOURCE],
    ['sources', 'wk_trusted', { ...SOURCE, name: 'trusted', trusted: true }],
    ['sources', 'wk_old', { ...SOURCE, name: 'old', archived: true }],
    [
      'sites',
      'pk_shop',
      {
        name: 'Shop',
        origins: [ORIGIN],
        unit: 'shop',
        notice: 'main',
        languages: ['en'],
        purposes: ['analytics', 'personalisation'],
      },
    ],
  ]);
  const { app } = company.server;
  const send = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Sent> => {
    const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const answer = await app.request(path, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${KEY}:`)}`, ...headers },
      body: raw as string,
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text ? JSON.parse(text) : {},
      dropped: answer.headers.get('x-consent-dropped'),
      headers: answer.headers,
    };
  };
  /** A visitor's own choice, as the widget sends it. */
  const choose = (choices: object, visitor = VISITOR, region = 'AT') =>
    app.request('/v1/consents', {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'text/plain', 'x-region': region },
      body: JSON.stringify({
        site: 'pk_shop',
        visitor,
        notice: { id: 'main', version: 1, language: 'en' },
        choices,
        method: 'custom',
      }),
    });
  /** What was not collected in the last day. */
  const drops = async () =>
    (await company.send<{ data: { reason: string; purpose: string; count: number }[] }>('GET', '/v1/collection/drops'))
      .body.data;
  return { ...company, send, api: company.send, choose, drops, gzip: (x: unknown) => gzipSync(JSON.stringify(x)) };
}

export type Gate = Awaited<ReturnType<typeof openGate>>;
