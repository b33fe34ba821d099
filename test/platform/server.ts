import { openNode } from '../../src/node';
import {
  type CallContext,
  fixedClock,
  generateSecrets,
  need,
  readConfig,
  type Scope,
  type Secrets,
  scopes,
  silentLogger,
} from '../../src/platform';
import { folder, START } from './ground';

export const ORIGIN = 'https://shop.example';
const system: CallContext = { actor: { type: 'system', id: 'setup' } };

export type Answer = { status: number; headers: Headers; body: Record<string, unknown>; text: string };
export type TestServer = Awaited<ReturnType<typeof openServer>>;
type Choices = Record<string, 'granted' | 'refused' | 'withdrawn'>;

export const EVIDENCE = { when: '2026-01-05T10:00:00Z', how: 'paper form', wording: 'Yes, write to me', by: 'Shop' };

/** The shop of the tests: purposes that between them use every lock. */
const PURPOSES = {
  analytics: { basis: 'consent', device: 'analytics', categories: ['user.behavior'] },
  ads: { basis: 'consent', device: 'marketing', recipients: ['AdNet'] },
  sale: { basis: 'consent', device: 'sale' },
  session: { basis: 'contract', device: 'necessary' },
  newsletter: {
    basis: 'consent',
    direct_marketing: true,
    channels: ['email', 'sms', 'post'],
    similar_products: true,
    valid_days: 700,
  },
  unit_news: { basis: 'consent', direct_marketing: true, channels: ['email'], units: 'own' },
  fraud: { basis: 'legitimate_interests', categories: ['user.financial'] },
  health: { basis: 'consent', special_category: true, categories: ['user.health_and_medical'] },
  club: { basis: 'consent', double_opt_in: true },
} as const;
export const PURPOSE_KEYS = Object.keys(PURPOSES) as (keyof typeof PURPOSES)[];

/** The whole product on real files, in this process, with a clock that stands still until it is moved. */
export async function openServer(
  o: { dir?: string; vaults?: number; secrets?: Secrets; now?: number; env?: Record<string, string> } = {},
) {
  const own = o.dir === undefined ? folder() : undefined;
  const clock = fixedClock(o.now ?? START);
  const secrets = o.secrets ?? generateSecrets();
  const config = readConfig({ AVOW_DATA: o.dir ?? own!.path, AVOW_VAULTS: String(o.vaults ?? 1), ...o.env });
  const posts: { url: string; headers: Record<string, string>; body: string }[] = [];
  const node = await openNode({
    config,
    secrets,
    clock,
    log: silentLogger,
    delivery: {
      mail: undefined,
      post: async (url, headers, body) => {
        posts.push({ url, headers, body });
        return { status: 200 };
      },
    },
    widgetDir: 'dist/widget',
    background: false,
    fatal: (e) => {
      throw e;
    },
  });
  let secret = '';

  const request = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await node.app.request(path, { method, headers, body: text });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, text: answer, body: parsed(answer) };
  };
  /** Makes a client. The edge knows its key two seconds later at the latest. */
  const client = async (name: string, wanted: readonly Scope[] = scopes): Promise<string> => {
    const made = need(await node.backend.registry.run('client.create', { name, scopes: [...wanted] }, system));
    clock.advance(2000);
    return made.key;
  };
  /** With a secret key that has every scope. */
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    secret ||= await client('tester');
    return request(method, path, body, {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      ...headers,
    });
  };
  const define = async (path: string, body: unknown, method = 'PUT') => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer.body;
  };
  const publish = (needsNewConsent: boolean, text = 'Text') =>
    define('/v1/notices/main', {
      texts: { en: { title: 'Your choice', text }, de: { title: 'Ihre Wahl', text } },
      needs_new_consent: needsNewConsent,
    });
  /** Declares purposes, notice and site; answers the site's key. */
  const shop = async (): Promise<string> => {
    await define('/v1/controller/main', { name: 'Otter', contact: 'privacy@otter.example' });
    await define('/v1/units/shop', { name: 'Shop', legal_entity: 'Otter Ltd' });
    await define('/v1/units/cafe', { name: 'Café', legal_entity: 'Otter Ltd' });
    for (const [key, p] of Object.entries(PURPOSES))
      await define(`/v1/purposes/${key}`, { name: { en: key }, text: { en: `We use data for ${key}` }, ...p });
    await publish(false);
    const site = await define(
      '/v1/sites',
      {
        name: 'Shop',
        origins: [ORIGIN],
        unit: 'shop',
        notice: 'main',
        languages: ['en', 'de'],
        purposes: PURPOSE_KEYS,
      },
      'POST',
    );
    return site.key as string;
  };
  const page = (path: string, body?: unknown, headers: Record<string, string> = {}, method = 'POST') =>
    request(method, path, body, { origin: ORIGIN, 'content-type': 'text/plain', ...headers });
  const recordAs = (email: string, choices: Choices, more: Record<string, unknown> = {}) =>
    call('POST', '/v1/consents', {
      subject: { type: 'email', id: email },
      choices,
      method: 'api',
      ...(Object.values(choices).includes('granted') ? { evidence: EVIDENCE } : {}),
      ...more,
    });
  const check = (subject: { type: string; id: string }, purpose: string, more: Record<string, unknown> = {}) =>
    call('POST', '/v1/check', { subject, purpose, ...more });
  const close = async () => {
    await node.close();
    own?.gone();
  };
  return {
    ...node,
    close,
    clock,
    secrets,
    config,
    posts,
    request,
    call,
    client,
    define,
    publish,
    shop,
    page,
    recordAs,
    check,
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A visitor id as the widget makes one. */
export const visitorId = (n: number | string): string => `v_${String(n).padStart(22, 'x').slice(-22)}`;
