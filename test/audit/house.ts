import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logsOf, type NamedLog } from '../../src/audit';
import { type NodeServer, openNode } from '../../src/node';
import { fixedClock, generateSecrets, need, readConfig, type Scope, SECOND, silentLogger } from '../../src/platform';

export const NOW = Date.parse('2026-11-22T10:00:00Z');

/** A whole server in this process, on real files, with a clock that stands still. */
export async function house(
  vaults: number,
  secrets = generateSecrets(),
  dir = mkdtempSync(join(tmpdir(), 'avow-log-')),
) {
  const clock = fixedClock(NOW);
  const config = readConfig({ AVOW_DATA: dir, AVOW_VAULTS: String(vaults), AVOW_PUBLIC_URL: 'https://avow.example' });
  const server: NodeServer = await openNode({
    config,
    secrets,
    clock,
    log: silentLogger,
    delivery: { mail: undefined, post: async () => ({ status: 200 }) },
    widgetDir: 'dist/widget',
    background: false,
  });
  /** A new secret key; a key is known everywhere after five seconds. */
  const key = async (...scopes: Scope[]) => {
    const made = need(await server.backend.registry.run('client.create', { name: 'test', scopes }, { actor: SETUP }));
    clock.advance(6 * SECOND);
    return made.key;
  };
  const call = (method: string, path: string, bearer: string, body?: unknown) =>
    server.app.request(path, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const close = async () => {
    await server.close();
    rmSync(dir, { recursive: true });
  };
  return { server, clock, secrets, config, dir, key, call, close };
}

export type House = Awaited<ReturnType<typeof house>>;

export const SETUP = { type: 'system', id: 'setup' } as const;

/** A shop with one purpose, and people who have said something about it. */
export async function populate({ call, key }: House, people: number): Promise<string[]> {
  const bearer = await key('admin', 'consent');
  const put = async (path: string, body: unknown) => {
    const answer = await call('PUT', path, bearer, body);
    if (answer.status !== 200) throw new Error(await answer.text());
  };
  await put('/v1/controller/main', { name: 'Otter', contact: 'privacy@otter.example' });
  await put('/v1/units/shop', { name: 'Shop', legal_entity: 'Otter Ltd' });
  await put('/v1/purposes/news', { name: { en: 'News' }, text: { en: 'We write' }, basis: 'consent' });
  const persons: string[] = [];
  for (let n = 0; n < people; n++) {
    const answer = await call('POST', '/v1/consents', bearer, {
      subject: { type: 'email', id: `canary-${n}@customers.example` },
      choices: { news: n % 3 === 0 ? 'refused' : 'granted' },
      method: 'api',
      evidence: { when: '2026-01-01T00:00:00Z', how: 'paper form', wording: `Canary wording ${n}`, by: 'Shop Uppsala' },
    });
    if (answer.status !== 201) throw new Error(await answer.text());
    persons.push(((await answer.json()) as { person: string }).person);
  }
  return persons;
}

/** The logs of a server, the registry's first. */
export const logsIn = ({ server }: House): NamedLog[] =>
  logsOf(server.backend as unknown as Parameters<typeof logsOf>[0]);

/** One log of a server. */
export const logIn = (at: House, name: string): NamedLog['home'] => logsIn(at).find((log) => log.name === name)!.home;

/** Many entries at once, in every log. */
export async function fill(at: House, entries: number): Promise<void> {
  const acts = logsIn(at).flatMap(({ home }) =>
    Array.from({ length: entries }, () => home.run('log.note_heads', { heads: [] }, { actor: SETUP })),
  );
  for (const result of await Promise.all(acts)) need(result);
}
