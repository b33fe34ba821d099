import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generateSecrets } from '../../src/platform';
import { integrity } from '../../src/platform/sqlite-node';
import { folder } from '../platform/ground';
import { openServer } from '../platform/server';

/**
 * A process that serves is killed with SIGKILL at a random moment while writers write, thirty times. What kill −9 can
 * show: that nothing is answered before it is handed to the operating system. What it can't: that it has reached the
 * disk; for that the settings are read back (`database.test.ts`) and the order of fsync and answer is SQLite's.
 */
const CYCLES = 30;
const WRITERS = 8;
const ROOT = join(import.meta.dirname, '../..');

const program = folder('avow-kill-program-');
const script = join(program.path, 'kill-server.mjs');
/** Bundled once: a cycle is then mostly writing, not loading. */
beforeAll(async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(program.path, 'node_modules'));
  await build({
    entryPoints: [join(ROOT, 'test/fault/kill-server.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'warning',
  });
});
afterAll(() => program.gone());

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** Starts the server in its own process and answers its port. */
async function start(dir: string, variant: 'right' | 'early'): Promise<number> {
  child = spawn(process.execPath, [script, dir, variant], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr!.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the server ended at once: ${errors}`)));
  const ready = once(createInterface({ input: child.stdout! }), 'line').then(([line]) => String(line));
  const line = await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  return Number(line.split(' ')[1]);
}

async function kill(): Promise<void> {
  const ended = once(child!, 'exit');
  child!.kill('SIGKILL');
  await ended;
  child = undefined;
}

type Act = { email: string; status: 'granted' | 'refused'; key: string };
type Books = { acknowledged: Act[]; unanswered: Act[] };

const bodyOf = (a: Act): string =>
  JSON.stringify({
    subject: { type: 'email', id: a.email },
    choices: { newsletter: a.status },
    method: 'api',
    evidence: { when: '2026-01-05T10:00:00Z', how: 'form', wording: 'Yes', by: 'Shop' },
  });

const send = (port: number, key: string, a: Act): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/v1/consents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': a.key },
    body: bodyOf(a),
  });

/** Writes act after act until the server is gone; notes what was acknowledged and what stayed without an answer. */
async function write(port: number, key: string, writer: string, books: Books): Promise<void> {
  for (let i = 0; ; i++) {
    const a: Act = {
      email: `${writer}-${i % 20}@customers.example`,
      status: i % 3 === 0 ? 'refused' : 'granted',
      key: `${writer}-${i}`,
    };
    try {
      const answer = await send(port, key, a);
      await answer.text();
      if (answer.status !== 201) throw new Error(`answered ${answer.status}`);
      books.acknowledged.push(a);
    } catch {
      books.unanswered.push(a);
      return;
    }
  }
}

/** Makes a data folder with a shop in it, as the server would have. */
async function prepare(dir: string): Promise<{ key: string; secrets: ReturnType<typeof generateSecrets> }> {
  const secrets = generateSecrets();
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
  const server = await openServer({ dir, secrets, vaults: 2, now: Date.now() });
  await server.shop();
  const key = await server.client('writer', ['consent', 'check']);
  await server.close();
  return { key, secrets };
}

/** One life of the server: start, write, die. */
async function cycle(dir: string, key: string, n: number, books: Books, variant: 'right' | 'early'): Promise<void> {
  const port = await start(dir, variant);
  for (const a of books.unanswered.splice(0)) {
    // A retry with the same key: whether the first attempt was committed or not, there must be one record.
    const answer = await send(port, key, a);
    if (answer.status === 201) books.acknowledged.push(a);
  }
  const writers = Array.from({ length: WRITERS }, (_, w) => write(port, key, `c${n}w${w}`, books));
  await new Promise((done) => setTimeout(done, 20 + Math.random() * 400));
  await kill();
  await Promise.all(writers);
}

/** What is wrong after all that: acknowledged acts that are missing, or keys that made more than one record. */
async function reckon(dir: string, secrets: ReturnType<typeof generateSecrets>, books: Books): Promise<string[]> {
  const server = await openServer({ dir, secrets, vaults: 2, now: Date.now() });
  const wrong: string[] = [];
  const acts = new Map<string, Act[]>();
  for (const a of books.acknowledged) acts.set(a.email, [...(acts.get(a.email) ?? []), a]);
  for (const [email, said] of acts) {
    const { body } = await server.call('POST', '/v1/check', {
      subject: { type: 'email', id: email },
      purpose: 'analytics',
    });
    const person = body.reason === 'unknown_person' ? null : email;
    if (person === null) {
      wrong.push(`${email}: nobody knows them, but ${said.length} acts were acknowledged`);
      continue;
    }
    const found = await historyOf(server, email);
    if (found !== said.length) wrong.push(`${email}: ${said.length} acts were acknowledged, ${found} are recorded`);
  }
  await server.checkpoint();
  const ready = await server.call('GET', '/readyz');
  if (ready.status !== 200) wrong.push(`not ready: ${ready.text}`);
  await server.close();
  for (const name of ['registry', 'vault-0', 'vault-1', 'keyring']) {
    const found = JSON.stringify(integrity(join(dir, `${name}.db`)));
    if (found !== '[{"integrity_check":"ok"}]' && found !== '["ok"]') wrong.push(`${name}: ${found}`);
  }
  return wrong;
}

type Server = Awaited<ReturnType<typeof openServer>>;

/** How many records a person has. */
async function historyOf(server: Server, email: string): Promise<number> {
  const { createLookup } = await import('../../src/identity');
  const ident = createLookup(server.secrets).ident({ type: 'email', id: email });
  const vault = server.backend.vaults.at(ident.bits < 0x8000 ? 0 : 1);
  const system = { actor: { type: 'system', id: 'test' } } as const;
  const found = await vault.run('identity.find', { ident }, system);
  const person = found.ok ? found.value.person : null;
  if (person === null) return 0;
  const history = await vault.run('consent.history', { person }, system);
  return history.ok ? history.value.history.length : -1;
}

describe('a server that is killed while it writes', () => {
  it(`has every choice that it acknowledged, once, and a log that verifies, after ${CYCLES} kills`, async () => {
    const at = folder('avow-kill-');
    const { key, secrets } = await prepare(at.path);
    const books: Books = { acknowledged: [], unanswered: [] };
    for (let n = 0; n < CYCLES; n++) await cycle(at.path, key, n, books, 'right');
    const open = books.unanswered;
    const port = await start(at.path, 'right');
    for (const a of open.splice(0)) if ((await send(port, key, a)).status === 201) books.acknowledged.push(a);
    await kill();
    expect(books.acknowledged.length).toBeGreaterThan(CYCLES);
    expect(await reckon(at.path, secrets, books)).toEqual([]);
    at.gone();
  }, 180_000);

  it('control: a server that acknowledges before it commits is caught', async () => {
    const at = folder('avow-kill-early-');
    const { key, secrets } = await prepare(at.path);
    const books: Books = { acknowledged: [], unanswered: [] };
    for (let n = 0; n < 3; n++) await cycle(at.path, key, n, books, 'early');
    expect((await reckon(at.path, secrets, books)).length).toBeGreaterThan(0);
    at.gone();
  }, 60_000);
});
