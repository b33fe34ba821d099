import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Db, Handle, Orm, Statement } from './db';

/** Each setting with the value that the promises rest on; read back at start. */
const settings: readonly { pragma: string; set: string; want: string | number; because: string }[] = [
  { pragma: 'journal_mode', set: 'WAL', want: 'wal', because: 'readers must not block the writer' },
  { pragma: 'synchronous', set: 'FULL', want: 2, because: 'NORMAL loses acknowledged acts in a power cut' },
  { pragma: 'foreign_keys', set: 'ON', want: 1, because: 'no row may point at nothing' },
  { pragma: 'secure_delete', set: 'ON', want: 1, because: 'erased bytes must leave the file' },
  { pragma: 'trusted_schema', set: 'OFF', want: 0, because: 'a schema must not call functions' },
];

/** File systems where SQLite's locks or fsync don't hold (statfs magic numbers of NFS, CIFS, SMB2, 9p). */
const networkFileSystems = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x01021997]);

export type NodeOptions = { readonly?: boolean; cacheMiB?: number };

/** Opens a database file for the one writer of this machine (or read-only) and verifies the settings that count. */
export function openSqlite(file: string, options: NodeOptions = {}): Handle {
  refuseNetworkFileSystem(file);
  const client = new Sqlite(file, options.readonly ? { readonly: true } : {});
  client.pragma('busy_timeout = 5000');
  client.pragma(`cache_size = ${-1024 * (options.cacheMiB ?? 64)}`);
  if (!options.readonly) applySettings(client, file);
  return handleOf(client);
}

function refuseNetworkFileSystem(file: string): void {
  const dir = dirname(file);
  if (file === ':memory:' || !existsSync(dir)) return;
  if (networkFileSystems.has(statfsSync(dir).type)) {
    throw new Error(
      `${dir} is on a network file system, where SQLite can lose data: choose a local folder with AVOW_DATA`,
    );
  }
}

function applySettings(client: Sqlite.Database, file: string): void {
  for (const s of settings) client.pragma(`${s.pragma} = ${s.set}`);
  for (const s of settings) {
    const found = client.pragma(s.pragma, { simple: true });
    const memory = file === ':memory:' && s.pragma === 'journal_mode';
    if (found !== s.want && !memory) {
      throw new Error(`${file}: ${s.pragma} is ${String(found)} and must be ${s.want}, because ${s.because}`);
    }
  }
}

function handleOf(client: Sqlite.Database): Handle {
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known) return known;
    const made = client.prepare(sql) as unknown as Statement;
    statements.set(sql, made);
    return made;
  };
  const db: Db = { orm: drizzle(client) as unknown as Orm, read: prepare, write: prepare };
  const exec = (sql: string) => prepare(sql).run();
  const undo = (sql: string) => {
    if (client.inTransaction) exec(sql);
  };
  return {
    db,
    outer: (work) =>
      bracket(
        work,
        () => exec('begin immediate'),
        () => exec('commit'),
        () => undo('rollback'),
      ),
    inner: (work) =>
      bracket(
        work,
        () => exec('savepoint op'),
        () => exec('release op'),
        () => {
          undo('rollback to op');
          undo('release op');
        },
      ),
    snapshot: (work) =>
      client.inTransaction
        ? work()
        : bracket(
            work,
            () => exec('begin'),
            () => exec('commit'),
            () => undo('rollback'),
          ),
    truncate: () => {
      client.pragma('wal_checkpoint(TRUNCATE)');
    },
    alive: () => client.inTransaction,
    close: () => {
      if (!client.readonly && client.open) client.pragma('wal_checkpoint(TRUNCATE)');
      client.close();
    },
  };
}

function bracket<T>(work: () => T, open: () => void, end: () => void, undo: () => void): T {
  open();
  try {
    const value = work();
    end();
    return value;
  } catch (e) {
    undo();
    throw e;
  }
}

/** Writes what is in the write-ahead log into the file and empties it (part of erasure and of backup). */
export function truncateWal(file: string): void {
  const client = new Sqlite(file);
  client.pragma('secure_delete = ON');
  client.pragma('wal_checkpoint(TRUNCATE)');
  client.close();
}

/** Copies a database as it stands in one instant, also while somebody writes, without the pages that deleted rows have left. */
export function copySqlite(from: string, to: string): void {
  const client = new Sqlite(from, { readonly: true });
  try {
    client.prepare('vacuum into ?').run(to);
  } finally {
    client.close();
  }
}

/** SQLite's own check of the whole file: `['ok']`, or what is broken. */
export function integrity(file: string): string[] {
  const client = new Sqlite(file, { readonly: true });
  try {
    return client.pragma('integrity_check') as { integrity_check: string }[] as never as string[];
  } finally {
    client.close();
  }
}
