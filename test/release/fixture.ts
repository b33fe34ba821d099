import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLookup, type Subject } from '../../src/identity';
import { openNode } from '../../src/node';
import {
  fixedClock,
  generateSecrets,
  type Http,
  need,
  readConfig,
  silentLogger,
  vaultOfBits,
} from '../../src/platform';
import type { Manifest } from '../../src/release/manifest';
import { type Answer, COMPANY, START } from '../people/fixture';

const en = (text: string) => ({ en: text });

/** Purposes that name whom they give data to; the rest of the company is that of the store's tests. */
const MORE: readonly (readonly [string, string, object])[] = [
  [
    'purposes',
    'marketing_email',
    {
      name: en('Newsletter'),
      text: en('Newsletter'),
      basis: 'consent',
      categories: ['user.contact.email', 'user.demographic.language', 'user.behavior.purchase_history'],
      direct_marketing: true,
      channels: ['email'],
      recipients: ['pigeonloft'],
    },
  ],
  [
    'purposes',
    'analytics',
    {
      name: en('Analytics'),
      text: en('Analytics'),
      basis: 'consent',
      device: 'analytics',
      categories: ['user.behavior', 'user.demographic'],
      recipients: ['tallybrook'],
    },
  ],
];

export type ExportAnswer = {
  id: string;
  status: string;
  columns: string[];
  dropped_columns: { column: string; reason: string }[];
  content_url: string;
  manifest_url: string;
  releases?: { id: string; outcome: string; counts: Manifest['counts'] | null }[];
};

type Definition = readonly [string, string, object];

/** A whole server in a folder of its own, with a clock that stands still, and other systems that are doubles. */
async function openServer(vaults: number, more: readonly Definition[], http?: Http) {
  const dir = mkdtempSync(join(tmpdir(), 'avow-release-'));
  const clock = fixedClock(START);
  const secrets = generateSecrets();
  const server = await openNode({
    config: readConfig({ AVOW_DATA: dir, AVOW_VAULTS: String(vaults) }),
    secrets,
    clock,
    log: silentLogger,
    delivery: { mail: undefined, post: async () => ({ status: 200 }), http },
    widgetDir: 'dist/widget',
    background: false,
  });
  const system = { actor: { type: 'system', id: 'setup' } } as const;
  const entries = [...COMPANY, ...MORE, ...more].map(([kind, key, body]) => ({ kind, key, body: body as never }));
  need(await server.backend.registry.run('definitions.put', { entries }, system));
  const scopes = ['check', 'consent', 'people', 'admin', 'rights', 'release', 'audit'] as const;
  const made = need(await server.backend.registry.run('client.create', { name: 'crm', scopes: [...scopes] }, system));
  await server.edge.published();
  const close = async () => {
    await server.close();
    rmSync(dir, { recursive: true });
  };
  return { server, clock, key: made.key, lookup: createLookup(secrets), close };
}

export async function openShop(vaults: number, more: readonly Definition[] = [], http?: Http) {
  const company = await openServer(vaults, more, http);
  const { server, key, lookup } = company;
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
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, body: (text && isJson ? JSON.parse(text) : text) as T, headers: answer.headers };
  };
  /** What was agreed to a second after everything before: evidence that is older than a no doesn't beat it. */
  const grant = (subject: object, choices: object, extra: object = {}) => {
    company.clock.advance(1000);
    const evidence = { when: new Date(company.clock.now()).toISOString(), how: 'paper', wording: 'yes', by: 'desk' };
    return send('POST', '/v1/consents', { subject, choices, method: 'api', evidence, ...extra });
  };
  const suppress = async (subject: Subject, scope = '*') => {
    const ident = lookup.ident(subject);
    const home = vaultOfBits(server.backend.vaults, ident.bits);
    const system = { actor: { type: 'system', id: 'setup' } } as const;
    need(await home.run('identity.suppress', { hashes: ident.exact, scope, reason: 'objected' }, system));
  };
  const put = async (number: string, attributes: object = {}, extra: object = {}) => {
    const { body } = await send<{ person: string }>('PUT', `/v1/people/customer:shop~${number}`, {
      source: 'crm',
      attributes,
      ...extra,
    });
    return body.person;
  };
  const order = (body: object) => send<ExportAnswer>('POST', '/v1/exports', body);
  const raw = (path: string, init: RequestInit = {}) =>
    server.app.request(path, { ...init, headers: { authorization: `Bearer ${key}` } });
  /** Downloads an export of NDJSON as objects. */
  const rows = async (id: string): Promise<Record<string, unknown>[]> => {
    const text = await (await raw(`/v1/exports/${id}/content`)).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const manifest = async (id: string, release?: string) =>
    (
      await send<{ manifest: Manifest; jws: string }>(
        'GET',
        `/v1/exports/${id}/manifest${release ? `?release=${release}` : ''}`,
      )
    ).body;
  return { ...company, send, grant, suppress, put, order, raw, rows, manifest };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
