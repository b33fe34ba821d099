import type { Handle } from './db';
import { errorText } from './db';

/** One migration: its statements run in one transaction. They only add (tables, columns, indexes). */
export type Migration = { tag: string; statements: readonly string[] };

/** What this code can read. A schema says the least code that understands it; only a greater number is refused. */
export const CODE = 1;

/** Brings a database up to date; the same on both runtimes; keeps SQLite's own error. */
export function migrate(handle: Handle, migrations: readonly Migration[], now: number): string[] {
  const { db } = handle;
  db.write(
    'create table if not exists migration (tag text primary key not null, applied_at integer not null) strict',
  ).run();
  refuseNewer(handle);
  const done = new Set(
    db
      .read('select tag from migration')
      .all<{ tag: string }>()
      .map((r) => r.tag),
  );
  const todo = migrations.filter((m) => !done.has(m.tag));
  for (const m of todo) apply(handle, m, now);
  return todo.map((m) => m.tag);
}

function apply(handle: Handle, m: Migration, now: number): void {
  try {
    handle.outer(() => {
      for (const statement of m.statements) handle.db.write(statement).run();
      handle.db.write('insert into migration (tag, applied_at) values (?, ?)').run(m.tag, now);
    });
  } catch (e) {
    throw new Error(`migration ${m.tag} failed: ${errorText(e)}`, { cause: e });
  }
}

function refuseNewer(handle: Handle): void {
  const { db } = handle;
  const has = db.read("select 1 as x from sqlite_schema where type = 'table' and name = 'meta'").get<{ x: number }>();
  const row = has ? db.read("select value from meta where key = 'min_code'").get<{ value: string }>() : undefined;
  if (row && Number(row.value) > CODE) {
    throw new Error(
      `this database needs Avow of schema code ${row.value} or newer, and this is ${CODE}: upgrade the program`,
    );
  }
}
