import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Subject } from '../../src/identity';
import { createLookup } from '../../src/identity';
import { openNode } from '../../src/node';
import {
  type CallContext,
  DAY,
  fixedClock,
  generateSecrets,
  need,
  readConfig,
  silentLogger,
  vaultOfBits,
} from '../../src/platform';

export const START = Date.parse('2026-11-22T10:00:00Z');
const system: CallContext = { actor: { type: 'system', id: 'setup' } };

const en = (text: string) => ({ en: text });
const purpose = (name: string, basis: string, more: object) => ({ name: en(name), text: en(name), basis, ...more });

/** A small company: two units, five purposes, eight fields. */
export const COMPANY: readonly (readonly [string, string, object])[] = [
  ['controller', 'main', { name: 'Otter', contact: 'privacy@otter.example' }],
  ['units', 'shop', { name: 'Shop', legal_entity: 'Otter Ltd' }],
  ['units', 'cafe', { name: 'Café', legal_entity: 'Otter Café Ltd' }],
  ['purposes', 'essential', purpose('Service', 'contract', { categories: ['user'], retention_days: 3650 })],
  [
    'purposes',
    'analytics',
    purpose('Analytics', 'consent', { device: 'analytics', categories: ['user.behavior', 'user.demographic'] }),
  ],
  ['purposes', 'personalisation', purpose('Personal offers', 'consent', { categories: ['user'] })],
  [
    'purposes',
    'marketing_email',
    purpose('Newsletter', 'consent', {
      categories: ['user.contact', 'user.demographic.language'],
      direct_marketing: true,
      channels: ['email'],
      similar_products: true,
    }),
  ],
  [
    'purposes',
    'similar_offers',
    purpose('Offers to customers', 'legitimate_interests', {
      categories: ['user.contact'],
      direct_marketing: true,
      channels: ['email'],
      similar_products: true,
    }),
  ],
  [
    'purposes',
    'diet_advice',
    purpose('Diet advice', 'consent', { categories: ['user.health'], special_category: true }),
  ],
  ['purposes', 'unit_profile', purpose('Profile of a unit', 'consent', { categories: ['user'], units: 'own' })],
  ['notices', 'main', { texts: { en: { title: 'T', text: 'Text' } }, needs_new_consent: false }],
  ...fields({
    preferred_language: ['preferences', 'string', 'user.demographic.language', ['essential', 'marketing_email']],
    favourite_genres: ['interests', 'string_list', 'user.demographic.profile', ['personalisation']],
    birth_year: ['demographics', 'integer', 'user.demographic.date_of_birth', ['essential'], { min: 1900, max: 2026 }],
    age_range: [
      'demographics',
      'string',
      'user.demographic.age_range',
      ['analytics', 'personalisation'],
      { values: ['18-29', '30-49', '50+'], retention_days: 30 },
    ],
    diet: ['preferences', 'text', 'user.health.condition', ['diet_advice'], { special: true }],
    note: ['preferences', 'text', 'user.content.private', ['essential']],
    unit_interest: ['interests', 'string', 'user.behavior', ['unit_profile'], { values: ['books', 'coffee'] }],
    plan: ['transactions', 'string', 'user.behavior', ['analytics', 'essential'], { values: ['free', 'pro'] }],
    lifetime_value: ['transactions', 'integer', 'user.behavior.purchase_history', ['analytics'], { derived: true }],
  }),
  ['products', 'bk_night', { unit: 'shop', name: en('The Night'), spaces: ['quiet_evening'], price: 1800, cost: 1000 }],
  ['products', 'cf_house', { unit: 'cafe', name: en('House coffee'), spaces: ['quiet_evening'], price: 350, cost: 90 }],
  ['spaces', 'quiet_evening', { name: en('A quiet evening') }],
];

type FieldLine = [string, string, string, string[], object?];
function fields(all: Record<string, FieldLine>): (readonly [string, string, object])[] {
  return Object.entries(all).map(([key, [group, type, category, purposes, more]]) => [
    'fields',
    key,
    { name: en(key), group, type, category, purposes, retention_days: 730, owner: 'shop', ...more },
  ]);
}

const bodyOf = (body: unknown): string | undefined =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array
    ? (body as string | undefined)
    : JSON.stringify(body);

export type Answer<T = Record<string, unknown>> = { status: number; body: T; headers: Headers };

/** A whole server in a folder of its own, with a clock that stands still. */
export async function openCompany(vaults: number, more: readonly (readonly [string, string, object])[] = []) {
  const dir = mkdtempSync(join(tmpdir(), 'avow-people-'));
  const clock = fixedClock(START);
  const secrets = generateSecrets();
  const lookup = createLookup(secrets);
  const server = await openNode({
    config: readConfig({
      AVOW_DATA: dir,
      AVOW_VAULTS: String(vaults),
      AVOW_REGION_HEADER: 'x-region',
      AVOW_TRUSTED_PROXIES: '1',
    }),
    secrets,
    clock,
    log: silentLogger,
    delivery: { mail: undefined, post: async () => ({ status: 200 }) },
    widgetDir: 'dist/widget',
    background: false,
  });
  const entries = [...COMPANY, ...more].map(([kind, key, body]) => ({ kind, key, body: body as never }));
  need(await server.backend.registry.run('definitions.put', { entries }, system));
  const scopes = ['check', 'consent', 'people', 'collect', 'admin', 'rights', 'release'] as const;
  const { key } = need(
    await server.backend.registry.run('client.create', { name: 'crm', scopes: [...scopes] }, system),
  );
  await server.edge.published();
  const send = async <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const answer = await server.app.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: bodyOf(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : {}) as T, headers: answer.headers };
  };
  /** What was agreed to a second after everything before: evidence that is older than a no doesn't beat it. */
  const grant = (subject: object, choices: object, extra: object = {}) => {
    clock.advance(1000);
    const evidence = { when: new Date(clock.now()).toISOString(), how: 'paper', wording: 'yes', by: 'desk' };
    return send('POST', '/v1/consents', { subject, choices, method: 'api', evidence, ...extra });
  };
  /** What an erasure leaves behind: keys of all spellings, in the vaults of their own bits. */
  const suppress = async (subject: Subject, scope = '*') => {
    const ident = lookup.ident(subject);
    const hashes = [...ident.exact, ...ident.folded];
    const home = vaultOfBits(server.backend.vaults, ident.bits);
    need(await home.run('identity.suppress', { hashes: ident.exact, scope, reason: 'erased' }, system));
    for (let i = 0; i < server.backend.vaults.count; i++)
      need(await server.backend.vaults.at(i).run('identity.suppress', { hashes, scope, reason: 'erased' }, system));
  };
  /** Rows of all vaults, read from their files. */
  const rows = <T = Record<string, unknown>>(sql: string, ...params: (string | number)[]): T[] =>
    Array.from({ length: vaults }, (_, i) => {
      const db = new Sqlite(join(dir, `vault-${i}.db`), { readonly: true });
      const found = db.prepare(sql).all(...params) as T[];
      db.close();
      return found;
    }).flat();
  /** Is this text anywhere in the files of this server? */
  const isOnDisk = (text: string): boolean =>
    readdirSync(dir).some((file) => readFileSync(join(dir, file)).includes(text));
  return {
    rows,
    isOnDisk,
    suppress,
    lookup,
    dir,
    clock,
    server,
    key,
    send,
    grant,
    later: (days: number) => clock.advance(days * DAY),
    close: async () => {
      await server.close();
      rmSync(dir, { recursive: true });
    },
  };
}

export type Company = Awaited<ReturnType<typeof openCompany>>;
