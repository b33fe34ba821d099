import { randomBytes } from 'node:crypto';
import { blob } from './bytes';
import type { Db, ReadDb } from './db';
import { type KeyClass, type KeyRef, unwrap, type Wrapping, wrap } from './keyring';

/** The keyring's rows, the same on Node (a file of its own) and in the registry of a Durable Object zone. */
export const keyringSchema: readonly string[] = [
  `create table if not exists keyring_key (person text not null, class text not null, kid text, sealed blob,
    made_at integer not null, destroyed_at integer, primary key (person, class)) strict`,
  `create table if not exists keyring_journal (seq integer primary key autoincrement, vault text not null, body text not null,
    at integer not null) strict`,
  `create table if not exists keyring_head (log text primary key not null, epoch integer not null, size integer not null,
    root text not null, at integer not null) strict`,
];

type KeyRow = { kid: string | null; sealed: unknown; destroyed_at: number | null };

export function loadKey(db: ReadDb, wrapping: Wrapping, ref: KeyRef): Uint8Array | undefined {
  const row = db
    .read('select kid, sealed, destroyed_at from keyring_key where person = ? and class = ?')
    .get<KeyRow>(ref.person, ref.class);
  return row && row.kid !== null && row.destroyed_at === null
    ? unwrap(wrapping, ref, row.kid, blob(row.sealed))
    : undefined;
}

/** Makes the key if there is none; a destroyed key stays destroyed. */
export function makeKey(db: Db, wrapping: Wrapping, ref: KeyRef, now: number): Uint8Array | undefined {
  const wrapped = wrap(wrapping, ref, randomBytes(32));
  db.write(
    'insert into keyring_key (person, class, kid, sealed, made_at) values (?, ?, ?, ?, ?) on conflict (person, class) do nothing',
  ).run(ref.person, ref.class, wrapped.kid, wrapped.sealed, now);
  return loadKey(db, wrapping, ref);
}

/** Puts a tombstone in the key's place; also where there never was a key, so that a restore can't make one. */
export function destroyKey(db: Db, ref: KeyRef, at: number): void {
  db.write(
    `insert into keyring_key (person, class, kid, sealed, made_at, destroyed_at) values (?, ?, null, null, ?, ?)
     on conflict (person, class) do update set kid = null, sealed = null,
       destroyed_at = coalesce(keyring_key.destroyed_at, excluded.destroyed_at)`,
  ).run(ref.person, ref.class, at, at);
}

export type Tombstone = { person: string; class: KeyClass; at: number };

export const tombstones = (db: ReadDb): Tombstone[] =>
  db
    .read(
      'select person, class, destroyed_at as at from keyring_key where destroyed_at is not null order by person, class',
    )
    .all<Tombstone>();

export type JournalEntry = { vault: string; body: string; at: number };

export function journal(db: Db, entries: readonly JournalEntry[]): void {
  for (const e of entries) {
    db.write('insert into keyring_journal (vault, body, at) values (?, ?, ?)').run(e.vault, e.body, e.at);
  }
}

export const journalled = (db: ReadDb): (JournalEntry & { seq: number })[] =>
  db.read('select seq, vault, body, at from keyring_journal order by seq').all<JournalEntry & { seq: number }>();

/** The first and the last sequence that the journal still has; `first` is behind `last` when it is empty. */
export function journalSpan(db: ReadDb): { first: number; last: number } {
  const row = db
    .read('select min(seq) as first, max(seq) as last from keyring_journal')
    .get<{ first: number | null; last: number | null }>()!;
  if (row.last !== null && row.first !== null) return { first: row.first, last: row.last };
  const last =
    db.read("select seq from sqlite_sequence where name = 'keyring_journal'").get<{ seq: number }>()?.seq ?? 0;
  return { first: last + 1, last };
}

/** After a backup the narrowings before it are in the backup. */
export const forgetJournal = (db: Db, upTo: number): void =>
  db.write('delete from keyring_journal where seq <= ?').run(upTo);

/** The last signed head of a log. */
export type LogHead = { log: string; epoch: number; size: number; root: string; at: number };

export const logHead = (db: ReadDb, log: string): LogHead | undefined =>
  db.read('select log, epoch, size, root, at from keyring_head where log = ?').get<LogHead>(log);

/** Heads only grow within an epoch. */
export function noteHead(db: Db, h: LogHead): void {
  db.write(
    `insert into keyring_head (log, epoch, size, root, at) values (?, ?, ?, ?, ?)
     on conflict (log) do update set epoch = excluded.epoch, size = excluded.size, root = excluded.root, at = excluded.at
     where excluded.epoch > keyring_head.epoch or (excluded.epoch = keyring_head.epoch and excluded.size >= keyring_head.size)`,
  ).run(h.log, h.epoch, h.size, h.root, h.at);
}
