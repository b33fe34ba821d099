import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  append,
  auditOps,
  auditRegistryOps,
  erasePayloads,
  lastTime,
  logSize,
  noteSigner,
  payloadsOf,
  signers,
} from '../../src/audit';
import type { AuditPorts, NamedLog } from '../../src/audit/routes.ports';
import {
  action,
  type CallContext,
  DAY,
  type Db,
  fixedClock,
  generateSecrets,
  type Handle,
  joinOps,
  type KeyClass,
  type KeyRef,
  type Keyring,
  migrate,
  need,
  ownKeys,
  Runner,
  registryMigrations,
  type Secrets,
  type Statement,
  trusted,
  type Vault,
} from '../../src/platform';
import { openSqlite } from '../../src/platform/sqlite-node';

/** A database with a log and two acts, on the real runner and the real file; and what can go wrong under it. */

export const NOW = Date.parse('2026-11-22T10:00:00Z');
const TESTER: CallContext = { actor: { type: 'system', id: 'test' } };

const acts = {
  'test.act': action(
    trusted<{ person?: string; keep?: 'ordinary' | 'evidence'; keyed?: boolean; data: string }>(),
    (w, i) => ({
      seq: w.audit('test.acted', { ...i, data: { text: i.data } }),
    }),
  ),
  'test.erase': action(trusted<{ person: string; classes: string[] }>(), (w, i) => {
    const by = w.audit('test.erased', { person: i.person, erases: payloadsOf(w.db, i.person, i.classes) });
    return { by, emptied: erasePayloads(w.db, i.person, by, i.classes) };
  }),
};

/** Keys in memory. */
function keyringInMemory(): Keyring {
  const keys = new Map<string, Uint8Array | null>();
  const name = (ref: KeyRef) => `${ref.class}:${ref.person}`;
  return {
    load: async (refs) => refs.map((ref) => keys.get(name(ref)) ?? undefined),
    make: async (refs) =>
      refs.map((ref) => {
        if (!keys.has(name(ref))) keys.set(name(ref), crypto.getRandomValues(new Uint8Array(32)));
        return keys.get(name(ref)) ?? undefined;
      }),
    destroy: async (refs) => {
      for (const ref of refs) keys.set(name(ref), null);
    },
    journal: async () => {},
  };
}

/** When it strikes: before the write, after it (the write is there, but nobody is told), or at the commit, both ways. */
export type Fault = {
  mode: 'failed' | 'persisted' | 'commit failed' | 'commit persisted';
  sql: RegExp;
  struck: number;
};

export function faulty(handle: Handle, fault: () => Fault | undefined): Handle {
  const strike = (mode: Fault['mode'], sql: string) => {
    const f = fault();
    if (f?.mode !== mode || !f.sql.test(sql) || f.struck > 0) return;
    f.struck++;
    throw new Error('the disk had a fault');
  };
  const wrapped = (sql: string, statement: Statement): Statement => {
    const around =
      <T extends unknown[], R>(run: (...params: T) => R) =>
      (...params: T): R => {
        strike('failed', sql);
        const result = run(...params);
        strike('persisted', sql);
        return result;
      };
    return {
      run: around((...p: Parameters<Statement['run']>) => statement.run(...p)),
      get: around((...p: never[]) => statement.get(...p)) as Statement['get'],
      all: around((...p: never[]) => statement.all(...p)) as Statement['all'],
    };
  };
  const db: Db = {
    orm: handle.db.orm,
    read: (sql) => handle.db.read(sql),
    write: (sql) => wrapped(sql, handle.db.write(sql)),
  };
  return {
    db,
    outer: (work) => {
      const result = handle.outer(() => {
        const done = work();
        strike('commit failed', 'commit');
        return done;
      });
      strike('commit persisted', 'commit');
      return result;
    },
    inner: (work) => handle.inner(work),
    alive: () => handle.alive(),
    snapshot: (work) => handle.snapshot(work),
    close: () => handle.close(),
  };
}

export type Opening = { dir?: string; secrets?: Secrets; keyring?: Keyring };

/** One database; as the registry, so that exports can be asked for. */
export function smallVault({
  dir = mkdtempSync(join(tmpdir(), 'avow-small-')),
  secrets = generateSecrets(),
  keyring = keyringInMemory(),
}: Opening = {}) {
  const clock = fixedClock(NOW);
  const signerOf = signers(secrets.log, 'https://avow.example');
  const ops = joinOps(auditOps(signerOf), auditRegistryOps, acts);
  const state: { fault?: Fault; fatal?: unknown } = {};
  const handle = faulty(openSqlite(join(dir, 'registry.db')), () => state.fault);
  migrate(handle, registryMigrations, NOW);
  const info = { name: 'registry', index: -1, count: 0, zone: 'eu', epoch: 1, publicUrl: 'https://avow.example' };
  const runner = new Runner({
    handle,
    ops,
    clock,
    keyring,
    ownKey: ownKeys(secrets, 'registry'),
    info,
    hooks: { audit: append, emit: () => {}, sequence: logSize, lastTime },
    fatal: (e) => {
      state.fatal = e;
    },
  });
  const home = { run: runner.run } as Vault<typeof ops>;
  const log: NamedLog = { name: 'registry', home: home as NamedLog['home'] };
  const act = async (data: string, over: { person?: string; keep?: 'ordinary' | 'evidence'; keyed?: boolean } = {}) =>
    need(await home.run('test.act', { data, ...over }, TESTER)).seq;
  const many = async (count: number, over: Parameters<typeof act>[1] = {}) =>
    Promise.all(Array.from({ length: count }, (_, i) => act(`act ${i}`, over)));
  const sign = async () => {
    while (need(await home.run('log.checkpoint', {}, TESTER)).more);
  };
  const ports: AuditPorts = {
    registry: home as AuditPorts['registry'],
    vaults: { count: 0, zone: 'eu', at: () => home as NamedLog['home'] },
    clock,
    checkpoint: sign,
    signNote: noteSigner(signerOf),
    publicUrl: 'https://avow.example',
  };
  const close = () => {
    handle.close();
    rmSync(dir, { recursive: true });
  };
  return { dir, secrets, keyring, clock, handle, home, log, act, many, sign, ports, state, close };
}

export type SmallVault = ReturnType<typeof smallVault>;

export const asTester = TESTER;
export const YEAR = 365 * DAY;
export type { KeyClass };

/** A stream as one array. */
export const whole = async (stream: ReadableStream<Uint8Array>): Promise<Uint8Array> =>
  new Uint8Array(await new Response(stream).arrayBuffer());
