import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Makes migrations from the tables (drizzle-kit), marks every new table STRICT, which drizzle-kit can't, and writes all
 * of them as one module, so that both runtimes apply the same statements without a file system.
 *
 *   npm run migrations             new migration where the tables have changed, and the module
 *   npm run migrations -- --check  fails if either would change
 */
const root = resolve(import.meta.dirname, '../..');
const out = join(root, 'src/platform/migrations.gen.ts');
const check = process.argv.includes('--check');

/** Which database holds which rooms' tables. */
const databases = {
  registry: [
    'src/platform/tables.ts',
    'src/platform/keyring-tables.ts',
    'src/{audit,delivery,access}/tables.ts',
    'src/*/registry-tables.ts',
  ],
  vault: ['src/{platform,audit,delivery,identity,consent,people,collect,release,rights,insight,engage}/tables.ts'],
} as const;

const expand = (patterns: readonly string[]): string[] =>
  patterns
    .flatMap((p) => {
      const braces = /^(.*)\{(.*)\}(.*)$/.exec(p);
      return braces
        ? braces[2]!.split(',').map((x) => `${braces[1]}${x}${braces[3]}`)
        : p.includes('*')
          ? listRooms(p)
          : [p];
    })
    .filter((p) => existsSync(join(root, p)));

const listRooms = (pattern: string): string[] =>
  readdirSync(join(root, 'src')).map((room) => pattern.replace('*', room));

function generate(name: keyof typeof databases): void {
  const dir = mkdtempSync(join(tmpdir(), 'avow-drizzle-'));
  const config = join(dir, 'drizzle.config.json');
  // drizzle-kit loads CommonJS only, so the tables are bundled for it.
  const schema = join(dir, 'tables.cjs');
  const imports = expand(databases[name]).map((p) => `export * from ${JSON.stringify(join(root, p))};`);
  buildSync({
    stdin: { contents: imports.join('\n'), resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: schema,
    logLevel: 'warning',
  });
  writeFileSync(config, JSON.stringify({ dialect: 'sqlite', schema, out: `./migrations/${name}` }));
  const before = sqlFiles(name);
  try {
    execFileSync(
      join(root, 'node_modules/.bin/drizzle-kit'),
      [
        'generate',
        '--config',
        config,
        '--name',
        process.env.AVOW_MIGRATION ?? (before.length === 0 ? 'init' : 'change'),
      ],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
  const fresh = sqlFiles(name).filter((f) => !before.includes(f));
  if (check && fresh.length > 0)
    throw new Error(`the tables of the ${name} have changed: run npm run migrations (and remove ${fresh.join(', ')})`);
  for (const file of fresh) makeStrict(join(root, 'migrations', name, file));
}

const sqlFiles = (name: string): string[] =>
  existsSync(join(root, 'migrations', name))
    ? readdirSync(join(root, 'migrations', name))
        .filter((f) => f.endsWith('.sql'))
        .sort()
    : [];

/** `CREATE TABLE … );` → `… ) STRICT;` */
function makeStrict(file: string): void {
  const sql = readFileSync(file, 'utf8');
  writeFileSync(file, sql.replaceAll(/(CREATE TABLE [\s\S]*?\n\));/g, '$1 STRICT;'));
}

const statementsOf = (name: string, file: string): string[] =>
  readFileSync(join(root, 'migrations', name, file), 'utf8')
    .split('--> statement-breakpoint')
    .map((s) => s.trim())
    .filter(Boolean);

function moduleText(): string {
  const maps = Object.keys(databases).map((name) => {
    const list = sqlFiles(name).map((f) => ({ tag: f.replace('.sql', ''), statements: statementsOf(name, f) }));
    return `export const ${name}Migrations: readonly Migration[] = ${JSON.stringify(list, null, 2)};`;
  });
  return `// Made by src/build/migrations.ts from migrations/. Do not edit.\nimport type { Migration } from './migrate';\n\n${maps.join('\n\n')}\n`;
}

for (const name of Object.keys(databases) as (keyof typeof databases)[]) generate(name);
const text = moduleText();
if (check && readFileSync(out, 'utf8') !== text)
  throw new Error('src/platform/migrations.gen.ts is out of date: run npm run migrations');
if (!check) writeFileSync(out, text);
