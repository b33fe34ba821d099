import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAZY, MAY_IMPORT, TYPES_ONLY } from '../src/build/layout-rules';
import { factsOf } from './layout/imports';
import { judge, type Rule } from './layout/judge';
import { readSources, treeOf } from './layout/tree';

const root = fileURLToPath(new URL('..', import.meta.url));

type Files = Record<string, string>;

/** Which rules a tree of these files breaks. */
const broken = (files: Files): Rule[] => [...new Set(judge(treeOf(new Map(Object.entries(files)))).map((v) => v.rule))];

/** A small tree that keeps every rule and uses every kind of file. */
const sound: Files = {
  'src/platform/index.ts': "export * from './db';",
  'src/platform/db.ts': "import type { SQL } from 'drizzle-orm'; export type S = SQL;",
  'src/platform/sqlite-node.ts': "import 'node:fs'; import Sqlite from 'better-sqlite3'; export const open = Sqlite;",
  'src/platform/vault-durable.ts':
    "import { DurableObject } from 'cloudflare:workers'; export const D = DurableObject;",
  'src/audit/index.ts': "export { write } from './log';",
  'src/audit/log.ts': "import { sql } from 'drizzle-orm'; import '../platform'; export const write = sql;",
  'src/audit/verify/index.ts': "export * from './proof';",
  'src/audit/verify/proof.ts': "import { createHash } from 'node:crypto'; export const h = createHash;",
  'src/access/index.ts': "export { a } from './a';",
  'src/access/a.ts': "import { write } from '../audit'; export const a = write;",
  'src/http/index.ts': "import { Hono } from 'hono'; export const h = Hono;",
  'src/consent/index.ts': "export { routes } from './routes'; export * from './decide';",
  'src/consent/wire.ts': "export type Choice = 'granted';",
  'src/consent/decide.ts': "import { packs } from './packs/eu'; export const decide = packs;",
  'src/consent/packs/eu.ts': "import { person } from '../consent-store'; export const packs = person;",
  'src/consent/consent-store.ts': "import { eq } from 'drizzle-orm'; export const person = eq;",
  'src/consent/routes.ts':
    "import { Hono } from 'hono'; import '../http'; import '../access'; export const routes = Hono;",
  'src/people/index.ts':
    "import { decide } from '../consent'; import type { Choice } from '../consent/wire'; export { decide };",
  'src/demo/index.ts': "import 'node:http'; export const demo = 1;",
  'src/wiring.ts': "import { routes } from './consent'; export const all = routes;",
  'src/app.ts': "import { Hono } from 'hono'; import './http'; export const app = Hono;",
  'src/node.ts':
    "import 'node:fs'; import './wiring'; import './app'; import { open } from './platform/sqlite-node'; export { open };",
  'src/worker.ts': "import './wiring'; export { D } from './platform/vault-durable';",
  'src/cli.ts':
    "import './node'; await import('./demo'); await import('./audit/verify'); await import('../widget/scan');",
  'widget/main.ts': "import type { Choice } from '../src/consent/wire'; import './banner'; export type C = Choice;",
  'widget/banner.ts': 'export const banner = 1;',
  'widget/scan/index.ts':
    "import type { Choice } from '../../src/consent/wire'; import 'node:child_process'; export type C = Choice;",
  'test/consent/decide.test.ts': "import { packs } from '../../src/consent/packs/eu'; it('reads', () => packs);",
};

/** Rule → changes to the sound tree that must break it, and it alone. */
const violations: [Rule, string, Files][] = [
  ['unknown unit', 'a folder that is not on the map', { 'src/utils/x.ts': '' }],
  ['unknown unit', 'a file that is not on the map', { 'src/helpers.ts': '' }],
  ['table', 'a room that imports a room above it', { 'src/audit/x.ts': "import '../people';" }],
  ['table', 'a type from a room above', { 'src/platform/x.ts': "import type { h } from '../http';" }],
  ['table', 'a re-export from a room above', { 'src/platform/x.ts': "export * from '../http';" }],
  ['table', 'an import() type from a room above', { 'src/platform/x.ts': "export type X = import('../http').H;" }],
  ['table', 'a lazy import of a room above', { 'src/platform/x.ts': "export const x = () => import('../http');" }],
  ['table', 'a room file, not its routes, that imports http', { 'src/consent/x.ts': "import '../http';" }],
  ['table', 'wiring that imports the demo', { 'src/wiring.ts': "import type { d } from './demo';" }],
  ['table', 'an entry that imports a room', { 'src/worker.ts': "import './consent';" }],
  ['table', 'the source importing a test', { 'src/people/x.ts': "import '../../test/consent/decide.test';" }],
  ['table', 'the verifier importing its own server', { 'src/audit/verify/x.ts': "import type { w } from '..';" }],
  ['table', 'the server importing the verifier', { 'src/audit/x.ts': "import './verify';" }],
  ['table', 'the widget importing another room', { 'widget/x.ts': "import type { w } from '../src/audit';" }],
  ['outside', 'a file outside the tree', { 'src/platform/x.ts': "import '../../vitest.config';" }],
  ['door', 'a file behind the index', { 'src/people/x.ts': "import '../consent/decide';" }],
  ['door', 'a type behind the index', { 'src/people/x.ts': "import type { d } from '../consent/decide';" }],
  ['door', 'a file below the index', { 'src/people/x.ts': "import '../consent/packs/eu';" }],
  ['door', 'the widget at the front door', { 'widget/x.ts': "import type { d } from '../src/consent';" }],
  [
    'own index',
    'a room that imports its own index',
    { 'src/consent/wire.ts': "import type { d } from '.'; export type D = d;" },
  ],
  ['lazy', 'a command that loads the demo at once', { 'src/cli.ts': "import './demo';" }],
  ['lazy', 'a command that loads the verifier at once', { 'src/cli.ts': "export * from './audit/verify';" }],
  ['types only', 'a widget that loads the server', { 'widget/x.ts': "import { c } from '../src/consent/wire';" }],
  [
    'types only',
    'types that leave a bare import behind',
    { 'widget/x.ts': "import { type C } from '../src/consent/wire';" },
  ],
  ['types only', 'a widget that re-exports the server', { 'widget/x.ts': "export * from '../src/consent/wire';" }],
  ['runtime', 'a common file that loads a Node file', { 'src/platform/x.ts': "import './sqlite-node';" }],
  [
    'runtime',
    'a common file that loads it lazily',
    { 'src/platform/x.ts': "export const x = () => import('./sqlite-node');" },
  ],
  ['runtime', 'a Node file that loads the Worker', { 'src/platform/x-node.ts': "import './vault-durable';" }],
  ['builtin', 'a file system in a common file', { 'src/consent/x.ts': "import { readFileSync } from 'node:fs';" }],
  ['builtin', 'a built-in without its prefix', { 'src/consent/x.ts': "import 'child_process';" }],
  ['builtin', 'a network in the Worker', { 'src/worker.ts': "import 'node:net';" }],
  [
    'builtin',
    'threads behind a lazy import',
    { 'src/wiring.ts': "export const t = () => import('node:worker_threads');" },
  ],
  ['builtin', 'a file system behind require', { 'src/consent/x.ts': "const fs = require('fs'); export { fs };" }],
  [
    'tongue',
    'drizzle outside a store',
    { 'src/consent/decide.ts': "import { eq } from 'drizzle-orm'; export { eq };" },
  ],
  [
    'tongue',
    'drizzle types outside a store',
    { 'src/consent/restore.ts': "import type { SQL } from 'drizzle-orm/sqlite-core';" },
  ],
  ['tongue', 'drizzle in routes', { 'src/people/routes.ts': "import 'drizzle-orm';" }],
  ['tongue', 'Hono outside routes', { 'src/consent/x.ts': "import type { Context } from 'hono';" }],
  ['tongue', 'a package of Hono outside routes', { 'src/wiring.ts': "import '@hono/zod-openapi';" }],
  ['tongue', 'JSX outside routes and the console', { 'src/consent/page.tsx': 'export const page = <p />;' }],
  ['tongue', 'a driver in a store', { 'src/consent/consent-store.ts': "import 'better-sqlite3';" }],
  [
    'tongue',
    'a driver of drizzle in a store',
    { 'src/consent/consent-store.ts': "import 'drizzle-orm/durable-sqlite';" },
  ],
  ['tongue', 'the Worker runtime in a room', { 'src/people/x-durable.ts': "import 'cloudflare:workers';" }],
  ['no packages', 'a package in the widget', { 'widget/x.ts': "import 'nanostores';" }],
  ['no packages', 'a package in the verifier', { 'src/audit/verify/x.ts': "import 'canonicalize';" }],
  ['opaque', 'an import that nobody can read', { 'src/people/x.ts': 'export const x = (n: string) => import(n);' }],
  ['circle', 'two files of one room', { 'src/people/a.ts': "import './b';", 'src/people/b.ts': "import './a';" }],
  [
    'circle',
    'types alone',
    { 'src/people/a.ts': "import type { B } from './b';", 'src/people/b.ts': "export type * from './a';" },
  ],
  [
    'circle',
    'a circle of three with a lazy import',
    {
      'src/people/a.ts': "import './b';",
      'src/people/b.ts': "import './c';",
      'src/people/c.ts': "export const x = () => import('./a');",
    },
  ],
  ['circle', 'a file that imports itself', { 'src/people/a.ts': "export type A = import('./a').A;" }],
  ['any', 'a parameter of type any', { 'src/people/x.ts': 'export const x = (y: any) => y;' }],
  ['any', 'an any inside a generic of a test', { 'test/x.test.ts': 'export const x: Record<string, any> = {};' }],
  ['only', 'one test that hides the others', { 'test/x.test.ts': "it.only('x', () => 1);" }],
  ['only', 'one suite in a chain', { 'test/x.test.ts': "describe.each([1]).only('x', () => 1);" }],
  ['mock', 'a module double', { 'test/x.test.ts': "vi.mock('../src/audit');" }],
];

describe('the tree of the repository', () => {
  it('keeps the import table, the doors, the tongues and the runtimes, and has no circles', () => {
    const told = judge(treeOf(readSources(root))).map((v) => `${v.file}:${v.line} [${v.rule}] ${v.text}`);
    expect(told).toEqual([]);
  });

  it('is read from the disk, this file included', () => {
    expect([...readSources(root).keys()]).toContain('test/layout.test.ts');
  });
});

describe('the rules', () => {
  it('find nothing wrong with a sound tree', () => {
    expect(judge(treeOf(new Map(Object.entries(sound))))).toEqual([]);
  });

  it.each(violations)('catch under "%s" %s', (rule, _what, change) => {
    expect(broken({ ...sound, ...change })).toEqual([rule]);
  });

  it('allow exactly the cells of the table, for types too', () => {
    const isRoom = (unit: string): boolean => !/^(app|wiring|node|worker|cli|widget.*)$/.test(unit);
    const rooms = Object.keys(MAY_IMPORT).filter(isRoom);
    for (const from of rooms) {
      for (const to of rooms.filter((unit) => unit !== from)) {
        const up = from.includes('/') ? '../..' : '..';
        const found = broken({ [`src/${from}/x-node.ts`]: `import type { T } from '${up}/${to}';` });
        expect(found, `${from} → ${to}`).toEqual(MAY_IMPORT[from]?.includes(to) ? [] : ['table']);
      }
    }
  });

  it('name only units that exist', () => {
    const named = [MAY_IMPORT, LAZY, TYPES_ONLY].flatMap((table) => Object.entries(table).flat(2));
    expect(named.filter((unit) => !(unit in MAY_IMPORT))).toEqual([]);
  });

  it('tell the file, the line and the way of a circle', () => {
    const files = {
      'src/people/a.ts': "\nimport '../engage';",
      'src/people/b.ts': "import './c';",
      'src/people/c.ts': "import './b';",
    };
    const told = judge(treeOf(new Map(Object.entries(files))));
    expect(told.map((v) => [v.rule, v.file, v.line])).toEqual([
      ['table', 'src/people/a.ts', 2],
      ['circle', 'src/people/b.ts', 1],
    ]);
    expect(told[1]?.text).toBe('src/people/b.ts → src/people/c.ts → src/people/b.ts');
  });
});

describe('the parser', () => {
  it.each([
    ["import a from './x';", 'value'],
    ["import './x';", 'value'],
    ["import type { A } from './x';", 'type'],
    ["import { type A } from './x';", 'value'],
    ["export * from './x';", 'value'],
    ["export * as ns from './x';", 'value'],
    ["export type * from './x';", 'type'],
    ["export { a } from './x';", 'value'],
    ["export type { A } from './x';", 'type'],
    ["type A = import('./x').A;", 'type'],
    ["type A = typeof import('./x');", 'type'],
    ["const a = await import('./x');", 'dynamic'],
    ['const a = await import(`./x`);', 'dynamic'],
    ["import a = require('./x');", 'value'],
    ["const a = require('./x');", 'value'],
    ["declare module './x' {}", 'type'],
    ["new Worker(new URL('./x.ts', import.meta.url));", 'dynamic'],
  ])('sees %s', (text, kind) => {
    const found = factsOf('src/x.ts', `\n${text}`).imports;
    expect(found.map((i) => [i.specifier?.replace('.ts', ''), i.kind, i.line])).toEqual([['./x', kind, 2]]);
  });

  it('sees no imports in comments, strings and data files', () => {
    const text =
      "declare module '*.css' {}\n// import './x'\nconst a = \"import './x'\"; new URL('./x.json', import.meta.url);";
    expect(factsOf('src/x.ts', text).imports).toEqual([]);
  });

  it('refuses what is not TypeScript', () => {
    expect(() => factsOf('src/x.ts', 'import from from from')).toThrow(/src\/x\.ts can't be parsed/);
  });
});
