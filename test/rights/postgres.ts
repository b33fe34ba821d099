import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlClient } from '../../src/rights/sql-system';

const home = '/usr/lib/postgresql';
const bin = existsSync(home) ? join(home, readdirSync(home).sort().at(-1)!, 'bin') : undefined;
export const hasPostgres = bin !== undefined && existsSync(join(bin, 'initdb'));

type Server = { client: SqlClient; run(sql: string): string; stop(): void };

const literal = (x: string | number | null): string =>
  x === null ? 'null' : typeof x === 'number' ? String(x) : `'${x.replaceAll("'", "''")}'`;

/** A real server in a folder of its own, spoken to by psql; PostgreSQL refuses to run as root, so root lends it a user. */
export function openPostgres(): Server {
  const dir = mkdtempSync(join(tmpdir(), 'avow-pg-'));
  const data = join(dir, 'data');
  mkdirSync(data);
  const root = process.getuid?.() === 0;
  const uid = root ? Number(execFileSync('id', ['-u', 'postgres']).toString()) : undefined;
  if (root) for (const d of [dir, data]) chownSync(d, uid!, -1 as never);
  chmodSync(dir, 0o755);
  const as = (command: string, args: string[]) =>
    execFileSync(root ? 'runuser' : command, root ? ['-u', 'postgres', '--', command, ...args] : args, {
      stdio: 'pipe',
    });
  as(join(bin!, 'initdb'), ['-D', data, '-U', 'tester', '--auth=trust', '-N']);
  as(join(bin!, 'pg_ctl'), [
    '-D',
    data,
    '-w',
    '-l',
    join(data, 'log'),
    '-o',
    `-c listen_addresses='' -k ${dir}`,
    'start',
  ]);
  const run = (sql: string): string => {
    const done = spawnSync('psql', ['-h', dir, '-U', 'tester', '-d', 'postgres', '-XqAt', '-v', 'ON_ERROR_STOP=1'], {
      input: sql,
    });
    if (done.status !== 0) throw new Error(done.stderr.toString());
    return done.stdout.toString().trim();
  };
  return {
    run,
    client: clientOf(run),
    stop: () => {
      as(join(bin!, 'pg_ctl'), ['-D', data, '-w', '-m', 'immediate', 'stop']);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Every statement is a session of psql; what belongs to one transaction is checked by reading back. */
function clientOf(run: (sql: string) => string): SqlClient {
  const client: SqlClient = {
    query: async (text, params) => {
      const sql = text.replaceAll(/\$(\d+)/g, (_, n: string) => literal(params[Number(n) - 1]!));
      if (!/^select/i.test(sql)) {
        run(`${sql};`);
        return [];
      }
      return JSON.parse(run(`select coalesce(json_agg(x), '[]') from (${sql}) x;`)) as Record<string, unknown>[];
    },
    transaction: (work) => work(client),
  };
  return client;
}
