import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declaredCategories, migrate, registryMigrations, vaultMigrations } from '../../src/platform';
import { openSqlite } from '../../src/platform/sqlite-node';
import { holders } from '../../src/wiring';

declare global {
  interface ImportMeta {
    glob(pattern: string, options: { eager: true }): Record<string, unknown>;
  }
}

/** Loads every room's tables, so that their categories are declared. */
const rooms = import.meta.glob('../../src/*/{tables,registry-tables,keyring-tables}.ts', { eager: true });

type Column = { table: string; column: string };

function columnsOf(migrations: typeof vaultMigrations): Column[] {
  const dir = mkdtempSync(join(tmpdir(), 'avow-catalogue-'));
  const handle = openSqlite(join(dir, 'x.db'));
  migrate(handle, migrations, Date.now());
  const columns = handle.db
    .read(
      `select m.name as "table", c.name as "column" from sqlite_schema m join pragma_table_info(m.name) c
       where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> 'migration' order by 1, 2`,
    )
    .all<Column>();
  const loose = handle.db
    .read(
      "select name from pragma_table_list where schema = 'main' and strict = 0 and type = 'table' and name not like 'sqlite_%'",
    )
    .all<{ name: string }>();
  handle.close();
  rmSync(dir, { recursive: true });
  expect(loose).toEqual([]);
  return columns;
}

const vault = columnsOf(vaultMigrations);
const registry = columnsOf(registryMigrations);

/** Columns that lead to a person. Staff and clients of the registry are no data subjects of a request. */
const PERSON_COLUMNS = ['person', 'subject_person'];

/** Tables with a person column that no request reaches, each with its reason. */
const EXEMPT: Readonly<Record<string, string>> = {
  log_payload: 'the log is emptied by erasePayloads, under the entry that says so',
  keyring_key: 'the keyring destroys keys and keeps tombstones',
};

describe('the catalogue of data', () => {
  it('has loaded the rooms', () => expect(Object.keys(rooms).length).toBeGreaterThan(6));

  it('gives every column of every table a data category', () => {
    const declared = declaredCategories();
    const missing = [...vault, ...registry].filter(({ table, column }) => declared.get(table)?.[column] === undefined);
    expect(missing).toEqual([]);
  });

  it('would notice a column without one', () => {
    const declared = declaredCategories();
    const planted = [...vault, { table: 'person', column: 'shoe_size' }];
    expect(planted.filter(({ table, column }) => declared.get(table)?.[column] === undefined)).toHaveLength(1);
  });

  it('gives every table with a person column exactly one holder', () => {
    const tables = [...new Set(vault.filter((c) => PERSON_COLUMNS.includes(c.column)).map((c) => c.table))];
    const owners = tables
      .filter((t) => !(t in EXEMPT))
      .map((t) => [t, holders.filter((h) => h.tables.includes(t)).map((h) => h.name)] as const);
    expect(owners.filter(([, names]) => names.length !== 1)).toEqual([]);
  });

  it('names only tables that exist', () => {
    const known = new Set([...vault, ...registry].map((c) => c.table));
    expect(holders.flatMap((h) => h.tables).filter((t) => !known.has(t))).toEqual([]);
  });
});
