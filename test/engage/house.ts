import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mail } from '../../src/delivery';
import { openNode } from '../../src/node';
import { type CallContext, DAY, fixedClock, generateSecrets, jsonLogger, need, readConfig } from '../../src/platform';

export const START = Date.parse('2026-11-22T10:00:00Z');
export const system: CallContext = { actor: { type: 'system', id: 'setup' } };

type Line = readonly [kind: string, key: string, body: object];

const en = (text: string) => ({ en: text });
const purpose = (key: string, basis: string, more: object): Line => [
  'purposes',
  key,
  { name: en(key), text: en(key), basis, ...more },
];
const marketing = { direct_marketing: true, channels: ['email', 'sms'], categories: ['user.contact'] };
const content = { en: { subject: 'Hello', text: 'News for you.' } };

/** A group of two legal entities with a newsletter, a card and a few campaigns. */
export const GROUP: readonly Line[] = [
  ['controller', 'main', { name: 'Otter', contact: 'privacy@otter.example' }],
  ['units', 'shop', { name: 'Shop', legal_entity: 'Otter Ltd' }],
  ['units', 'cafe', { name: 'Café', legal_entity: 'Otter Café Ltd' }],
  purpose('service', 'contract', { categories: ['user'] }),
  purpose('newsletter', 'consent', marketing),
  purpose('similar', 'legitimate_interests', marketing),
  purpose('profiling', 'consent', { categories: ['user.behavior', 'user.demographic'] }),
  purpose('statistics', 'consent', { categories: ['user.behavior'] }),
  purpose('survey', 'consent', { categories: ['user.behavior'] }),
  ['notices', 'main', { texts: { en: { title: 'T', text: 'Text' } }, needs_new_consent: false }],
  ['pressure_rules', 'main', { caps: [{ name: 'one_a_week', most: 1, days: 7 }] }],
  ['campaigns', 'autumn', { name: 'Autumn', unit: 'shop', purpose: 'newsletter', content }],
  ['campaigns', 'cakes', { name: 'Cakes', unit: 'cafe', purpose: 'newsletter', content, goal: 'acquisition' }],
  ['campaigns', 'recall', { name: 'Recall', unit: 'shop', purpose: 'service', kind: 'transactional', content }],
  [
    'loyalty_programmes',
    'coffee',
    { name: 'Coffee', unit: 'cafe', purpose: 'service', every: 5, reward: en('A free cup') },
  ],
  ['referral_programmes', 'friends', { name: 'Friends', purpose: 'service', url: 'https://shop.example/hello' }],
  ['surveys', 'nps', { question: en('Would you recommend us?'), unit: 'shop', purpose: 'survey' }],
  ['recommendation_rules', 'main', { purpose: 'profiling', k: 2 }],
  ['products', 'doll', { unit: 'shop', name: en('Doll'), spaces: ['play'], price: 1000, cost: 400 }],
  ['products', 'game', { unit: 'shop', name: en('Game'), spaces: ['play'], price: 2000, cost: 900 }],
  ['products', 'cup', { unit: 'cafe', name: en('Cup'), spaces: ['calm'], price: 900, cost: 300 }],
  ['spaces', 'play', { name: en('Playtime') }],
  ['spaces', 'calm', { name: en('Calm') }],
];

export type Answer<T> = { status: number; body: T; text: string; headers: Headers };

/** How the double of a mail server answers. */
export type MailBehaviour = (mail: Mail) => void | Promise<void>;

/** A whole server in a folder of its own, with a clock that stands still and a mail server that remembers. */
export async function openHouse(vaults: number, more: readonly Line[] = [], folder?: string) {
  const dir = folder ?? mkdtempSync(join(tmpdir(), 'avow-engage-'));
  const clock = fixedClock(START);
  const mails: Mail[] = [];
  const post = { behave: (() => {}) as MailBehaviour };
  const secrets = generateSecrets();
  const problems: string[] = [];
  const server = await openNode({
    config: readConfig({ AVOW_DATA: dir, AVOW_VAULTS: String(vaults) }),
    secrets,
    clock,
    log: jsonLogger((line) => problems.push(line), clock.now),
    delivery: {
      mail: {
        send: async (mail) => {
          await post.behave(mail);
          mails.push(mail);
        },
      },
      post: async () => ({ status: 200 }),
    },
    widgetDir: 'dist/widget',
    background: false,
  });
  const define = async (lines: readonly Line[]) => {
    const entries = lines.map(([kind, key, body]) => ({ kind, key, body: body as never }));
    need(await server.backend.registry.run('definitions.put', { entries }, system));
    await server.edge.published();
  };
  const scopes = ['check', 'consent', 'people', 'collect', 'admin', 'rights', 'release', 'audit'] as const;
  const made = await server.backend.registry.run('client.create', { name: 'crm', scopes: [...scopes] }, system);
  const { key } = need(made);
  await define([...GROUP, ...more]);
  const send = async <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const answer = await server.app.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').includes('json');
    return { status: answer.status, body: (isJson ? JSON.parse(text) : {}) as T, text, headers: answer.headers };
  };
  const grant = (subject: object, choices: object, extra: object = {}) =>
    send<{ person: string; subject_token: string }>('POST', '/v1/consents', {
      subject,
      choices,
      method: 'api',
      evidence: { when: '2026-01-01T00:00:00Z', how: 'paper', wording: 'yes', by: 'desk' },
      ...extra,
    });
  /** A customer with one or several addresses, and what they have granted. */
  const customer = async (number: string, emails: readonly string[] = [], choices: object = {}) => {
    const { body } = await send<{ person: string }>('PUT', `/v1/people/customer:shop~${number}`, {
      source: 'crm',
      identifiers: emails.map((id) => ({ type: 'email', id })),
    });
    if (Object.keys(choices).length > 0) await grant({ type: 'person', id: body.person }, choices);
    return body.person;
  };
  return {
    server,
    clock,
    mails,
    post,
    problems,
    dir,
    send,
    grant,
    define,
    customer,
    later: (days: number) => clock.advance(days * DAY),
    close: async () => {
      await server.close();
      if (folder === undefined) rmSync(dir, { recursive: true });
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;
