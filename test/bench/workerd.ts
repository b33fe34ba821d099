/** The same warm check inside workerd (Miniflare, SQLite Durable Objects on disk), beside a hello in a Durable Object. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon, { type Request } from 'autocannon';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { buildWorker } from '../../src/build/worker';
import { generateSecrets, type Scope } from '../../src/platform';
import { customer, PURPOSES } from './world';

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

/** Measures with `people` in one vault; they are brought in over the API's own import of acts, 5 % asked. */
export async function measureWorkerd(people: number, seconds: number): Promise<WorkerdLine[]> {
  const dir = mkdtempSync(join(tmpdir(), 'avow-bench-do-'));
  const hello = new Miniflare({
    ...common,
    script: HELLO,
    durableObjects: { HELLO: { className: 'Hello', useSQLite: true } },
  });
  const product = new Miniflare({
    ...common,
    scriptPath: await buildWorker(join(dir, 'worker.js')),
    durableObjects: {
      REGISTRY: { className: 'Registry', useSQLite: true },
      VAULT: { className: 'VaultObject', useSQLite: true },
    },
    durableObjectsPersist: join(dir, 'state'),
    bindings: { AVOW_SECRETS: JSON.stringify(generateSecrets()), AVOW_PUBLIC_URL: 'http://127.0.0.1:8787' },
  });
  try {
    const helloUrl = await hello.ready;
    const url = await product.ready;
    const registry = await product.getDurableObjectNamespace('REGISTRY');
    const stub = registry.get(registry.idFromName('registry')) as unknown as Stub;
    const scopes: Scope[] = ['check', 'consent', 'admin'];
    const made = await stub.run('client.create', { name: 'bench', scopes }, setup);
    const headers = {
      authorization: `Bearer ${(made.value as { key: string }).key}`,
      'content-type': 'application/json',
    };
    await declare(url, headers);
    await fill(url, headers, people);
    const ask = (n: number) =>
      JSON.stringify({ subject: customer(n % Math.min(people, 2000)), purpose: 'newsletter', channel: 'email' });
    await fire(new URL('/v1/check', url), headers, ask, 2);
    const base = await fire(helloUrl, headers, ask, seconds);
    const warm = await fire(new URL('/v1/check', url), headers, ask, seconds);
    return [
      { what: 'hello in a Durable Object', people, ...base, ofHello: 1 },
      { what: 'check warm', people, ...warm, ofHello: warm.perSecond / base.perSecond },
    ];
  } finally {
    await Promise.all([hello.dispose(), product.dispose()]);
    rmSync(dir, { recursive: true, force: true });
  }
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

/** Records one act per person, 200 at once. */
async function fill(url: URL, headers: Record<string, string>, people: number): Promise<void> {
  const evidence = { when: '2026-01-05T10:00:00Z', how: 'form', wording: 'Yes', by: 'Shop' };
  let n = 0;
  const worker = async (): Promise<void> => {
    while (n < people) {
      const subject = customer(n++);
      await send(url, 'POST', '/v1/consents', headers, {
        subject,
        choices: { newsletter: 'granted' },
        method: 'import',
        evidence,
      });
    }
  };
  await Promise.all(Array.from({ length: 200 }, worker));
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
