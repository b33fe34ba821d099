import { drizzle } from 'drizzle-orm/durable-sqlite';
import type { Db, Handle, Orm, Param, Statement } from './db';

/** The part of a Durable Object's storage that we use (its own types live in the Worker's project only). */
export interface DurableStorage {
  readonly sql: { exec(sql: string, ...params: unknown[]): { toArray(): unknown[] } };
  transactionSync<T>(work: () => T): T;
}

/** The database of a Durable Object. Durability and WAL are the platform's; foreign keys are always on. */
export function openDurable(storage: DurableStorage): Handle {
  const prepare = (sql: string): Statement => ({
    get: <R>(...params: Param[]) => storage.sql.exec(sql, ...params).toArray()[0] as R | undefined,
    all: <R>(...params: Param[]) => storage.sql.exec(sql, ...params).toArray() as R[],
    run: (...params) => {
      storage.sql.exec(sql, ...params);
    },
  });
  const db: Db = { orm: drizzle(storage as never) as unknown as Orm, read: prepare, write: prepare };
  let open = 0;
  const transaction = <T>(work: () => T): T => {
    open++;
    try {
      return storage.transactionSync(work);
    } finally {
      open--;
    }
  };
  return {
    db,
    outer: transaction,
    inner: transaction,
    snapshot: (work) => work(),
    alive: () => open > 0,
    close: () => {},
  };
}
