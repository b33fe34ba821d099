import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';

/** drizzle's handle, the same type for better-sqlite3 and for a Durable Object. */
export type Orm = BaseSQLiteDatabase<'sync', unknown, Record<string, never>>;

export type Param = string | number | null | Uint8Array;

/** A prepared statement for hot paths. Rows are plain objects; BLOBs go through `blob()`. */
export interface ReadStatement {
  get<R>(...params: Param[]): R | undefined;
  all<R>(...params: Param[]): R[];
}
export interface Statement extends ReadStatement {
  /** Returns nothing: a Durable Object reports no changes. Use `returning`. */
  run(...params: Param[]): void;
}

/** What a query may do. */
export interface ReadDb {
  readonly orm: Pick<Orm, 'select' | 'selectDistinct'>;
  /** Prepares once per database and text. At most 100 parameters (the Durable Object's limit). */
  read(sql: string): ReadStatement;
}

/** What an action may do. It exists only inside the runner's transaction. */
export interface Db extends ReadDb {
  readonly orm: Orm;
  write(sql: string): Statement;
}

/**
 * One open database with one writer. `outer` and `inner` are the runner's alone.
 * Promise: when `outer` returns, everything done in it is durable (Node: WAL with synchronous=FULL; Durable Object: the
 * output gate); when it throws, nothing of it is there.
 */
export interface Handle {
  readonly db: Db;
  outer<T>(work: () => T): T;
  /** A savepoint: an error undoes only this work. */
  inner<T>(work: () => T): T;
  /** False when an error has ended the transaction that `outer` opened (SQLite rolls back by itself on a full disk). */
  alive(): boolean;
  /** Groups the reads of `work` in one snapshot. */
  snapshot<T>(work: () => T): T;
  /** Writes what lies beside the file (the write-ahead log) into it and empties it. A Durable Object has no such thing. */
  truncate?(): void;
  close(): void;
}

const derivedMemories: WeakMap<object, unknown>[] = [];

/**
 * Per-database memory that may be lost (caches, counters). `derived`: it repeats what rows say, so a roll-back makes it
 * wrong and {@link forgetDerived} empties it.
 */
export function perDb<T>(make: () => T, options: { derived?: boolean } = {}): (db: ReadDb) => T {
  const all = new WeakMap<object, T>();
  if (options.derived) derivedMemories.push(all);
  return (db) => {
    const known = all.get(db);
    if (known !== undefined) return known;
    const made = make();
    all.set(db, made);
    return made;
  };
}

/** After a roll-back: nothing that was derived in memory survives it. */
export function forgetDerived(db: ReadDb): void {
  for (const memory of derivedMemories) memory.delete(db);
}

/** Is this error SQLite's word that the disk is full? (Node has a code, a Durable Object only a message.) */
export const isDiskFull = (e: unknown): boolean => /SQLITE_FULL|database or disk is full/.test(errorText(e));

/** Code and messages of an error and its causes, for classification. */
export function errorText(e: unknown): string {
  if (!(e instanceof Error)) return String(e);
  const code = (e as { code?: unknown }).code;
  const cause = e.cause === undefined ? '' : ` ${errorText(e.cause)}`;
  return `${typeof code === 'string' ? `${code} ` : ''}${e.message}${cause}`;
}
