import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { buildWorker } from '../../src/build/worker';
import { openNode } from '../../src/node';
import {
  generateSecrets,
  jsonLogger,
  need,
  readConfig,
  type Secrets,
  silentLogger,
  systemClock,
  type Vault,
} from '../../src/platform';
import { smtpTransport } from '../../src/wiring';

/** One installation under test, on either runtime, seen from outside: HTTP, and the registry's port for the first key. */
export type Installation = {
  name: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Makes a client with all scopes and answers its key. */
  firstKey(): Promise<string>;
  /** Runs what is due: deliveries, jobs, checkpoints. */
  settle(): Promise<void>;
  /** The data folder, where there is one. */
  dataDir: string | undefined;
  close(): Promise<void>;
};

export type Options = { vaults: number; smtpPort?: number; secrets?: Secrets };

const ALL = ['check', 'consent', 'collect', 'people', 'release', 'rights', 'audit', 'admin'] as const;
const setup = { actor: { type: 'system', id: 'setup' } } as const;

export async function nodeInstallation({
  vaults,
  smtpPort,
  secrets = generateSecrets(),
}: Options): Promise<Installation> {
  const dataDir = mkdtempSync(join(tmpdir(), 'avow-contract-'));
  const config = readConfig({
    AVOW_DATA: dataDir,
    AVOW_VAULTS: String(vaults),
    AVOW_PUBLIC_URL: 'http://127.0.0.1:8787',
    AVOW_DEV: '1',
    AVOW_REGION_HEADER: 'x-region',
    AVOW_TRUSTED_PROXIES: '1',
  });
  const mail = smtpPort ? smtpTransport(`smtp://127.0.0.1:${smtpPort}`, config.mailFrom) : undefined;
  const server = await openNode({
    config,
    secrets,
    clock: systemClock,
    log: process.env.AVOW_TEST_LOG ? jsonLogger(console.error, Date.now) : silentLogger,
    delivery: { mail, post: async () => ({ status: 204 }) },
    widgetDir: 'dist/widget',
    background: false,
  });
  return {
    name: `node, ${vaults} vault(s)`,
    fetch: async (path, init) => server.app.request(path, init),
    firstKey: async () =>
      need(await server.backend.registry.run('client.create', { name: 'contract', scopes: [...ALL] }, setup)).key,
    settle: async () => {
      await server.tick();
      await server.checkpoint();
    },
    dataDir,
    close: async () => {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Stub = Pick<Vault<never>, 'run'> & { run(name: string, input: unknown, context: unknown): Promise<never> };

export async function workerInstallation({
  vaults,
  smtpPort,
  secrets = generateSecrets(),
}: Options): Promise<Installation> {
  const script = await buildWorker();
  const mf = new Miniflare({
    modules: true,
    scriptPath: script,
    compatibilityDate: '2026-04-20',
    compatibilityFlags: ['nodejs_compat'],
    durableObjects: {
      REGISTRY: { className: 'Registry', useSQLite: true },
      VAULT: { className: 'VaultObject', useSQLite: true },
    },
    bindings: {
      AVOW_SECRETS: JSON.stringify(secrets),
      AVOW_PUBLIC_URL: 'http://127.0.0.1:8787',
      AVOW_DEV: '1',
      AVOW_REGION_HEADER: 'x-region',
      AVOW_TRUSTED_PROXIES: '1',
      AVOW_VAULTS: String(vaults),
      ...(smtpPort ? { AVOW_SMTP_URL: `smtp://127.0.0.1:${smtpPort}` } : {}),
    },
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
  });
  try {
    await mf.ready;
    const namespace = await mf.getDurableObjectNamespace('REGISTRY');
    const registry = namespace.get(namespace.idFromName('registry')) as unknown as Stub;
    return {
      name: `workerd, ${vaults} vault(s)`,
      fetch: (path, init) =>
        mf.dispatchFetch(`http://127.0.0.1:8787${path}`, init as never) as unknown as Promise<Response>,
      firstKey: async () =>
        (need(await registry.run('client.create', { name: 'contract', scopes: [...ALL] }, setup)) as { key: string })
          .key,
      settle: async () => {
        await new Promise((r) => setTimeout(r, 1500));
      },
      dataDir: undefined,
      close: () => mf.dispose(),
    };
  } catch (e) {
    await mf.dispose();
    throw e;
  }
}

/** Both runtimes, one vault and four. */
export const installations: readonly { name: string; open(o?: Partial<Options>): Promise<Installation> }[] = [
  1, 4,
].flatMap((vaults) => [
  { name: `node, ${vaults} vault(s)`, open: (o) => nodeInstallation({ vaults, ...o }) },
  { name: `workerd, ${vaults} vault(s)`, open: (o) => workerInstallation({ vaults, ...o }) },
]);

/** A small client: JSON in and out. */
export function client(on: Installation, key: string) {
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await on.fetch(path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return {
      status: answer.status,
      headers: answer.headers,
      body: (isJson && text ? JSON.parse(text) : text) as Record<string, never>,
    };
  };
  return {
    key,
    get: (path: string, headers?: Record<string, string>) => send('GET', path, undefined, headers),
    post: (path: string, body: unknown, headers?: Record<string, string>) => send('POST', path, body, headers),
    put: (path: string, body: unknown, headers?: Record<string, string>) => send('PUT', path, body, headers),
  };
}
