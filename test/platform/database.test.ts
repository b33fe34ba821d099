import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Migration, migrate, registryMigrations, vaultMigrations } from '../../src/platform';
import { openSqlite } from '../../src/platform/sqlite-node';
import { folder } from './ground';

let at: ReturnType<typeof folder>;
beforeEach(() => {
  at = folder();
});
afterEach(() => at.gone());
const file = (name = 'x.db') => join(at.path, name);
const pragma = (handle: ReturnType<typeof openSqlite>, name: string) =>
  Object.values(handle.db.read(`pragma ${name}`).get<Record<string, unknown>>()!)[0];

describe('a database file on Node', () => {
  it('is opened with the settings that the promises rest on', () => {
    const handle = openSqlite(file());
    const found = ['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete', 'trusted_schema'].map((name) =>
      pragma(handle, name),
    );
    expect(found).toEqual(['wal', 2, 1, 1, 0]);
    handle.close();
  });

  it('is refused when a setting does not take, and the message says which and why', () => {
    // SQLite keeps a database without a name in memory and in temporary files, and gives it no write-ahead log.
    expect(() => openSqlite('')).toThrow('journal_mode is delete and must be wal, because readers must not block');
  });

  it('that is no database is refused with the word of SQLite', () => {
    writeFileSync(file(), 'this is a shopping list, and a long one, so that it is no empty file'.repeat(20));
    expect(() => openSqlite(file())).toThrow(/not a database/);
  });

  it('leaves no write-ahead log behind when it is closed', () => {
    const handle = openSqlite(file());
    handle.outer(() => handle.db.write('create table t (x)').run());
    expect(statSync(`${file()}-wal`).size).toBeGreaterThan(0);
    handle.close();
    expect(existsSync(`${file()}-wal`)).toBe(false);
  });

  it('undoes a savepoint alone, and everything when the outer work throws', () => {
    const handle = openSqlite(file());
    const { db } = handle;
    handle.outer(() => db.write('create table t (x integer)').run());
    handle.outer(() => {
      db.write('insert into t values (1)').run();
      expect(() =>
        handle.inner(() => {
          db.write('insert into t values (2)').run();
          throw new Error('inner');
        }),
      ).toThrow('inner');
    });
    expect(() =>
      handle.outer(() => {
        db.write('insert into t values (3)').run();
        throw new Error('outer');
      }),
    ).toThrow('outer');
    expect(db.read('select x from t').all<{ x: number }>()).toEqual([{ x: 1 }]);
    handle.close();
  });

  it('groups reads in one snapshot: what another connection commits meanwhile is not seen', () => {
    const handle = openSqlite(file());
    handle.outer(() => handle.db.write('create table t (x integer)').run());
    const other = openSqlite(file());
    const count = () => handle.db.read('select count(*) as n from t').get<{ n: number }>()!.n;
    handle.snapshot(() => {
      expect(count()).toBe(0);
      other.outer(() => other.db.write('insert into t values (1)').run());
      expect(count()).toBe(0);
    });
    expect(count()).toBe(1);
    other.close();
    handle.close();
  });
});

describe.each([
  ['registry', registryMigrations],
  ['vault', vaultMigrations],
])('the migrations of the %s', (_, migrations) => {
  it('make STRICT tables only, once, and doing it again does nothing', () => {
    const handle = openSqlite(file());
    expect(migrate(handle, migrations, 1)).toEqual(migrations.map((m) => m.tag));
    expect(migrate(handle, migrations, 2)).toEqual([]);
    const loose = handle.db
      .read("select name from pragma_table_list where type = 'table' and strict = 0 and name not like 'sqlite%'")
      .all<{ name: string }>();
    expect(loose).toEqual([]);
    handle.close();
  });

  it('keep within what a Durable Object can do: at most 100 columns, no virtual tables', () => {
    const handle = openSqlite(file());
    migrate(handle, migrations, 1);
    const wide = handle.db
      .read("select name, ncol, type from pragma_table_list where ncol > 100 or type not in ('table')")
      .all<{ name: string }>();
    expect(wide).toEqual([]);
    handle.close();
  });
});

describe('the migrator', () => {
  const first: Migration = { tag: '0000_first', statements: ['create table a (x integer) strict'] };

  it('applies what is new, in order', () => {
    const handle = openSqlite(file());
    migrate(handle, [first], 1);
    expect(
      migrate(handle, [first, { tag: '0001_second', statements: ['alter table a add column y text'] }], 2),
    ).toEqual(['0001_second']);
    handle.close();
  });

  it('keeps the error of SQLite and nothing of a migration that fails in its middle', () => {
    const handle = openSqlite(file());
    const bad: Migration = { tag: '0001_bad', statements: ['create table b (x integer) strict', 'create table a (x)'] };
    migrate(handle, [first], 1);
    expect(() => migrate(handle, [first, bad], 2)).toThrow(/migration 0001_bad failed: .*table a already exists/);
    expect(handle.db.read("select name from sqlite_schema where name = 'b'").all()).toEqual([]);
    expect(migrate(handle, [first, { tag: '0001_bad', statements: ['create table b (x integer) strict'] }], 3)).toEqual(
      ['0001_bad'],
    );
    handle.close();
  });

  it('refuses a schema that needs newer code, and reads one that is newer but says that we understand it', () => {
    const handle = openSqlite(file());
    migrate(handle, vaultMigrations, 1);
    const say = (code: string) =>
      handle.db
        .write(
          "insert into meta (key, value) values ('min_code', ?) on conflict (key) do update set value = excluded.value",
        )
        .run(code);
    say('2');
    expect(() => migrate(handle, vaultMigrations, 2)).toThrow(/needs Avow of schema code 2 or newer, and this is 1/);
    say('1');
    handle.db.write("insert into migration (tag, applied_at) values ('9999_from_the_future', 1)").run();
    expect(migrate(handle, vaultMigrations, 2)).toEqual([]);
    handle.close();
  });
});
