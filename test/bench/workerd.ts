/** The same warm check inside workerd (Miniflare, SQLite Durable Objects on disk), beside a hello in a Durable Object. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon, { type Request } from 'autocannon';
import Sqlite from 'better-sqlite3';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { buildWorker } from '../../src/build/worker';
import { generateSecrets, type Scope, type Secrets } from '../../src/platform';
import { customer, PURPOSES, populate } from './world';

export type WorkerdLine = {
  what: string;
  people: number;
  perSecond: number;
  p50: number;
  p99: number;
  ofHello: number;
};

const HELLO = `
import { DurableObject } from 'cloudflare:workers';
export class Hello extends DurableObject { async hello(body) { return { allowed: true, reason: 'granted', purpose: body.purpose }; } }
export default { async fetch(request, env) {
  const body = await request.json();
  const stub = env.HELLO.get(env.HELLO.idFromName('one'));
  return Response.json(await stub.hello(body));
} };`;

const common = {
  modules: true as const,
  compatibilityDate: '2026-04-20',
  compatibilityFlags: ['nodejs_compat'],
  host: '127.0.0.1',
  port: 0,
  cf: false as const,
  telemetry: { enabled: false },
  log: new Log(LogLevel.ERROR),
};

const setup = { actor: { type: 'system', id: 'bench' } } as const;
type Stub = { run(name: string, input: unknown, context: unknown): Promise<{ ok: boolean; value: never }> };

/** Measures with `people` in one vault, put straight into its file while nothing runs; 2,000 of them are asked. */
export async function measureWorkerd(people: number, seconds: number): Promise<WorkerdLine[]> {
  const dir = mkdtempSync(join(tmpdir(), 'avow-bench-do-'));
  const secrets = generateSecrets();
  const script = readFileSync(await buildWorker(join(dir, 'worker.js')), 'utf8');
  const hello = new Miniflare({
    ...common,
    script: HELLO,
    durableObjects: { HELLO: { className: 'Hello', useSQLite: true } },
  });
  let product = open(script, dir, secrets);
  try {
    const key = await clientOf(product);
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    await declare(await product.ready, headers);
    await act(await product.ready, headers);
    await product.dispose();
    populate(vaultFile(join(dir, 'state')), secrets, 0, people);
    product = open(script, dir, secrets);
    const url = new URL('/v1/check', await product.ready);
    const ask = (n: number) =>
      JSON.stringify({ subject: customer(n % Math.min(people, 2000)), purpose: 'newsletter', channel: 'email' });
    await fire(url, headers, ask, Math.max(4, seconds));
    const base = await fire(await hello.ready, headers, ask, seconds);
    const warm = await fire(url, headers, ask, seconds);
    return [
      { what: 'hello in a Durable Object', people, ...base, ofHello: 1 },
      { what: 'check warm', people, ...warm, ofHello: warm.perSecond / base.perSecond },
    ];
  } finally {
    await Promise.all([hello.dispose(), product.dispose()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

const open = (script: string, dir: string, secrets: Secrets): Miniflare =>
  new Miniflare({
    ...common,
    script,
    durableObjects: {
      REGISTRY: { className: 'Registry', useSQLite: true },
      VAULT: { className: 'VaultObject', useSQLite: true },
    },
    durableObjectsPersist: join(dir, 'state'),
    bindings: { AVOW_SECRETS: JSON.stringify(secrets), AVOW_PUBLIC_URL: 'http://127.0.0.1:8787' },
  });

async function clientOf(product: Miniflare): Promise<string> {
  const registry = await product.getDurableObjectNamespace('REGISTRY');
  const stub = registry.get(registry.idFromName('registry')) as unknown as Stub;
  const scopes: Scope[] = ['check', 'consent', 'admin'];
  return ((await stub.run('client.create', { name: 'bench', scopes }, setup)).value as { key: string }).key;
}

/** The Durable Object's state is an ordinary database: the one of the vault has people in it. */
function vaultFile(state: string): string {
  const files = readdirSync(state, { recursive: true }).map(String);
  const found = files.filter((f) => f.endsWith('.sqlite')).find((f) => hasPeople(join(state, f)));
  if (!found) throw new Error('workerd has left no vault in its state folder');
  return join(state, found);
}

function hasPeople(file: string): boolean {
  const db = new Sqlite(file, { readonly: true });
  const row = db.prepare("select 1 from sqlite_schema where name = 'consent_state'").get();
  db.close();
  return row !== undefined;
}

async function send(
  url: URL,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<void> {
  const answer = await fetch(new URL(path, url), { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

async function declare(url: URL, headers: Record<string, string>): Promise<void> {
  await send(url, 'PUT', '/v1/controller/main', headers, { name: 'Otter', contact: 'privacy@otter.example' });
  for (const p of PURPOSES) {
    const mail = p === 'newsletter' ? { direct_marketing: true, channels: ['email'] } : {};
    await send(url, 'PUT', `/v1/purposes/${p}`, headers, {
      name: { en: p },
      text: { en: p },
      basis: 'consent',
      ...mail,
    });
  }
}

/** One act, so that the vault has its tables. */
async function act(url: URL, headers: Record<string, string>): Promise<void> {
  const evidence = { when: '2026-01-05T10:00:00Z', how: 'form', wording: 'Yes', by: 'Shop' };
  const subject = { type: 'customer', id: 'bench~first' };
  await send(url, 'POST', '/v1/consents', headers, {
    subject,
    choices: { newsletter: 'granted' },
    method: 'import',
    evidence,
  });
}

async function fire(url: URL, headers: Record<string, string>, body: (n: number) => string, seconds: number) {
  let n = 0;
  const next = (request: Request): Request => ({
    ...request,
    method: 'POST',
    path: url.pathname,
    headers,
    body: body(n++),
  });
  const result = await autocannon({
    url: url.origin,
    connections: 64,
    duration: seconds,
    requests: [{ method: 'POST', setupRequest: next }],
  });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} answers of ${url.pathname} were no success`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}
