import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createTokens } from '../../src/access';
import { createLookup } from '../../src/identity';
import { openNode } from '../../src/node';
import {
  type CallContext,
  generateSecrets,
  need,
  readConfig,
  type Secrets,
  silentLogger,
  systemClock,
  vaultId,
} from '../../src/platform';
import { truncateWal } from '../../src/platform/sqlite-node';

/** Five purposes, as the aims say. */
export const PURPOSES = ['analytics', 'marketing', 'newsletter', 'profiling', 'research'] as const;
export const ORIGIN = 'https://shop.example';
const system: CallContext = { actor: { type: 'system', id: 'bench' } };

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A server on real files in this process, with a site, five purposes and a client, and nobody in it yet. */
export async function openWorld(o: { dir?: string; secrets?: Secrets; port?: number } = {}) {
  const dir = o.dir ?? mkdtempSync(join(tmpdir(), 'avow-bench-'));
  const secrets = o.secrets ?? generateSecrets();
  const config = readConfig({ AVOW_DATA: dir, AVOW_TRUSTED_PROXIES: '1' });
  const server = await openNode({
    config,
    secrets,
    clock: systemClock,
    log: silentLogger,
    delivery: { mail: undefined, post: async () => ({ status: 200 }) },
    widgetDir: 'dist/widget',
    background: true,
  });
  const client = need(
    await server.backend.registry.run('client.create', { name: 'crm', scopes: ['check', 'consent', 'admin'] }, system),
  );
  const site = await declare(server, client.key);
  const close = async (): Promise<void> => {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  };
  const tokens = createTokens(secrets);
  /** A token as the page-token call hands it out: that call isn't measured here. */
  const pageToken = (): string => tokens.page(site, ORIGIN, Date.now()).token;
  /** Everything is signed and in the files. */
  const settled = async (): Promise<void> => {
    await server.checkpoint();
    for (const name of ['registry', 'vault-0']) truncateWal(join(dir, `${name}.db`));
  };
  return { server, dir, secrets, key: client.key, site, pageToken, settled, close };
}

/** Declares the controller, a unit, the purposes, a notice and a site. */
async function declare(
  server: { app: { request(path: string, init: RequestInit): Response | Promise<Response> } },
  key: string,
) {
  const send = async (method: string, path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await server.app.request(path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as { key: string };
  };
  await send('PUT', '/v1/controller/main', { name: 'Otter', contact: 'privacy@otter.example' });
  await send('PUT', '/v1/units/shop', { name: 'Shop', legal_entity: 'Otter Ltd' });
  for (const p of PURPOSES) {
    const device = p === 'analytics' || p === 'marketing' ? p : null;
    const mail = p === 'newsletter' ? { direct_marketing: true, channels: ['email'] } : {};
    await send('PUT', `/v1/purposes/${p}`, { name: { en: p }, text: { en: p }, basis: 'consent', device, ...mail });
  }
  await send('PUT', '/v1/notices/main', { texts: { en: { title: 'T', text: 'Text' } }, needs_new_consent: false });
  const site = { name: 'Shop', origins: [ORIGIN], unit: 'shop', notice: 'main', languages: ['en'], purposes: PURPOSES };
  return (await send('POST', '/v1/sites', site)).key;
}

/** The n-th customer's identifier; everybody is known by a customer number. */
export const customer = (n: number): { type: 'customer'; id: string } => ({ type: 'customer', id: `shop~${n}` });

const SLICE = 20_000;

/**
 * Puts people with one consent record each straight into the tables of a closed vault, as the product would have written
 * them but for their entries in the log: to ask a million people for their consent over the API takes an hour.
 */
export function populate(file: string, secrets: Secrets, from: number, to: number): void {
  const lookup = createLookup(secrets);
  const db = new Sqlite(file);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  const person = db.prepare(
    "insert into person (id, status, keyed, created_at, last_seen_at) values (?, 'active', 0, ?, ?)",
  );
  const identifier = db.prepare('insert into identifier (hash, type, person, claimed_at) values (?, ?, ?, ?)');
  const state = db.prepare('insert into consent_state (person, body) values (?, ?)');
  const record = db.prepare(
    `insert into consent_record (id, person, at, method, site, unit, notice, language, notice_hash, choices, detail, evidence, log_seq, rulebook)
     values (?, ?, ?, 'custom', 'pk_bench', 'shop', 'main@1', 'en', null, ?, '{"region":"DE"}', null, 0, 1)`,
  );
  const now = Date.now();
  const choices = JSON.stringify(Object.fromEntries(PURPOSES.map((p, i) => [p, i % 2 ? 'refused' : 'granted'])));
  const one = (n: number): void => {
    const ident = lookup.ident(customer(n));
    const id = vaultId('per', 'eu', ident.bits);
    const rec = vaultId('rec', 'eu', ident.bits);
    const acts = PURPOSES.map((p, i) => ({
      p,
      s: i % 2 ? 'refused' : 'granted',
      seq: n + 1,
      at: now,
      rec,
      nv: 'main@1',
    }));
    person.run(id, now, now);
    identifier.run(ident.hashes[0], 'customer', id, now);
    state.run(id, JSON.stringify({ v: 1, acts, region: 'DE' }));
    record.run(rec, id, now, choices);
  };
  for (let at = from; at < to; at += SLICE) {
    db.transaction(() => {
      for (let n = at; n < Math.min(to, at + SLICE); n++) one(n);
    })();
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

/** Bytes of all database files of a folder. */
export const bytesIn = (dir: string): number =>
  readdirSync(dir)
    .filter((f) => f.endsWith('.db'))
    .reduce((sum, f) => sum + statSync(join(dir, f)).size, 0);
