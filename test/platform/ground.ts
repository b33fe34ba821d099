import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, lastTime, logSize } from '../../src/audit';
import { addToFeed } from '../../src/delivery';
import {
  action,
  attempt,
  type CallContext,
  fixedClock,
  generateSecrets,
  type Handle,
  type Keyring,
  migrate,
  type Ops,
  ownKeys,
  query,
  Refusal,
  Runner,
  type RunnerOptions,
  sagaOps,
  seal,
  trusted,
  vaultMigrations,
  type Wire,
  wrappingOf,
} from '../../src/platform';
import { openKeyring } from '../../src/platform/keyring-node';
import { openSqlite } from '../../src/platform/sqlite-node';

export const START = Date.parse('2026-11-22T10:00:00Z');
export const tester: CallContext = { actor: { type: 'system', id: 'test' } };

/** A folder of its own in the system's temporary folder, removed by `gone`. */
export function folder(prefix = 'avow-test-'): { path: string; gone(): void } {
  const path = mkdtempSync(join(tmpdir(), prefix));
  return { path, gone: () => rmSync(path, { recursive: true, force: true }) };
}

type Put = {
  key: string;
  value: string;
  ending?: 'nothing' | 'refuse' | 'throw' | 'rollback' | 'promise' | 'unaudited';
};

const insert = 'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value';

/** Operations small enough to see the runner through them. They use the table of small facts. */
export const smallOps = {
  'note.put': action(trusted<Put>(), (w, i) => {
    w.db.write(insert).run(i.key, i.value);
    if (i.ending !== 'unaudited') w.audit('note.put', { data: { key: i.key } });
    if (i.ending === 'refuse') throw new Refusal('conflict', 'refused on purpose');
    if (i.ending === 'throw') throw new Error('thrown on purpose');
    if (i.ending === 'rollback') {
      w.db.write('rollback').run();
      throw new Error('SQLite ended the transaction');
    }
    return { seq: logSize(w.db), now: w.now, promise: i.ending === 'promise' };
  }),
  'note.urgent': action(
    trusted<{ key: string }>(),
    (w, i) => {
      w.db.write(insert).run(i.key, 'urgent');
      return { seq: w.audit('note.urgent', {}) };
    },
    { urgent: () => true },
  ),
  'note.idle': action(trusted<{ write: boolean }>(), (w, i) => {
    if (i.write) w.db.write(insert).run('idle', 'not idle at all');
    w.unchanged();
    return { ok: true };
  }),
  'note.get': query(
    trusted<{ key: string }>(),
    (r, i) => r.db.read('select value from meta where key = ?').get<{ value: string }>(i.key)?.value ?? null,
  ),
  'note.find_or_put': attempt(
    trusted<{ key: string }>(),
    (r, i) => r.db.read('select value from meta where key = ?').get<{ value: string }>(i.key)?.value,
    (w, i) => {
      w.db.write(insert).run(i.key, 'made');
      w.audit('note.made', {});
      return 'made by the action';
    },
  ),
  'note.seal': action(trusted<{ person: string; rounds?: number }>(), (w, i) => {
    for (let n = 0; n < (i.rounds ?? 1); n++) w.keys.seal(`${i.person}${n === 0 ? '' : n}`);
    const sealed = Buffer.from(seal(w.keys.seal(i.person), 'note', 'secret')).toString('base64');
    w.db.write(insert).run(`sealed ${i.person}`, sealed);
    w.audit('note.sealed', {});
    return { sealed };
  }),
  'note.can_open': query(trusted<{ person: string }>(), (r, i) => ({ key: r.keys.open(i.person) !== undefined })),
  'note.schedule': action(trusted<{ id?: string; op: string; due: number; input: Wire }>(), (w, i) => {
    w.schedule(i);
    w.auditedLater('a job is audited when it runs');
    return { ok: true };
  }),
  /** A periodic job: puts itself on the clock again, under the same id. */
  'note.again': action(trusted<{ id: string; every: number }>(), (w, i) => {
    w.db.write(insert).run(i.id, String(w.now));
    w.schedule({ id: i.id, op: 'note.again', due: w.now + i.every, input: i });
    return { seq: w.audit('note.again', {}) };
  }),
  'note.emit': action(trusted<{ text: string }>(), (w, i) => {
    w.emit('note', { text: i.text });
    return { seq: w.audit('note.emitted', {}) };
  }),
  ...sagaOps,
} satisfies Ops;

export type Ground = ReturnType<typeof ground>;

type Options = Partial<Pick<RunnerOptions, 'ops' | 'maxQueue' | 'batchMs' | 'listeners'>> & {
  /** Folder to open; a fresh one of its own otherwise. */
  at?: string;
  now?: number;
  /** Stands in the handle's way: for faults. */
  wrap?(handle: Handle): Handle;
  ring?(real: Keyring): Keyring;
};

/** One real database with the real migrations, a real keyring beside it, and a runner on them. */
export function ground(o: Options = {}) {
  const own = o.at === undefined ? folder() : undefined;
  const at = o.at ?? own!.path;
  const clock = fixedClock(o.now ?? START);
  const secrets = generateSecrets();
  const ring = openKeyring(join(at, 'keyring.db'), wrappingOf(secrets), clock);
  const real = openSqlite(join(at, 'vault-0.db'));
  migrate(real, vaultMigrations, clock.now());
  const fatal: unknown[] = [];
  const reported: string[] = [];
  const woken: { messages: boolean; due?: number }[] = [];
  const runner = new Runner({
    handle: o.wrap?.(real) ?? real,
    ops: o.ops ?? smallOps,
    clock,
    keyring: o.ring?.(ring) ?? ring,
    ownKey: ownKeys(secrets, 'vault-0'),
    info: { name: 'vault-0', index: 0, count: 1, zone: 'eu', epoch: 1, publicUrl: 'http://127.0.0.1:8787' },
    hooks: { audit: append, emit: addToFeed, sequence: logSize, lastTime },
    listeners: o.listeners,
    fatal: (e) => fatal.push(e),
    wake: (what) => woken.push(what),
    report: (e, op) => reported.push(`${op}: ${e instanceof Error ? e.message : String(e)}`),
    maxQueue: o.maxQueue,
    batchMs: o.batchMs,
  });
  const run = (name: string, input: Wire, context: CallContext = tester) => runner.run(name, input, context);
  const value = (key: string) =>
    real.db.read('select value from meta where key = ?').get<{ value: string }>(key)?.value ?? null;
  const close = () => {
    real.close();
    ring.close();
    own?.gone();
  };
  return { runner, run, value, clock, ring, handle: real, secrets, fatal, reported, woken, at, close };
}
