import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleRoutes } from '../../src/console';
import { roles } from '../../src/platform';
import { type House, type Officer, openHouse, SITE } from './house';

let house: House;
let owner: Officer;
let person: string;
let record: string;
beforeAll(async () => {
  house = await openHouse();
  owner = await house.signIn('owner');
  ({ person, record } = await house.choose({ analytics: 'granted' }));
  await house.customer('asks@customers.example');
  await owner.post('/console/requests/new', {
    right: 'access',
    region: 'DE',
    type: 'email',
    id: 'asks@customers.example',
  });
  await owner.post('/console/connections/webhooks/new', { key: 'erp', url: 'https://erp.example/h', topics: '*' });
  await house.server.tick();
});
afterAll(() => house.close());

const declared = () => consoleRoutes({ config: { publicUrl: house.publicUrl } } as never);

/** Every page's path with real things in it. */
async function pages(): Promise<string[]> {
  const request = /\/console\/requests\/(req_[0-9a-z]+)/.exec((await owner.get('/console/requests')).text)![1]!;
  const client = /\/keys\/(cli_[0-9a-z]+)/.exec((await owner.get('/console/connections')).text)![1]!;
  const values: Record<string, string> = { person, record, request, client, hook: 'erp', version: '1' };
  const keyOf = (path: string) =>
    path.includes('/sites/')
      ? SITE
      : path.includes('/notices/')
        ? 'main'
        : path.includes('/register/')
          ? 'main'
          : 'letters';
  return declared()
    .filter((r) => r.method === 'get' && r.auth.kind === 'staff')
    .map((r) =>
      r.path === '/console/preview'
        ? `${r.path}?key=main&site=${SITE}&version=1&language=en&region=DE&theme=dark`
        : r.path,
    )
    .map((path) => path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'key' ? keyOf(path) : values[name]!)));
}

describe('who may do what', () => {
  const golden = join(import.meta.dirname, 'roles.golden.txt');

  /** One line per route: who may call it. */
  const matrix = () =>
    declared()
      .map(({ method, path, auth }) => {
        const allowed: readonly string[] = auth.kind === 'staff' ? auth.roles : [];
        const who =
          auth.kind === 'staff' ? roles.map((role) => (allowed.includes(role) ? role : '-')).join(' ') : auth.kind;
        return `${method.toUpperCase().padEnd(5)}${path.replace(/-[0-9a-f]{12}\./, '-HASH.').padEnd(56)}${who}`;
      })
      .sort()
      .join('\n');

  it('is what was agreed: the matrix of routes and roles equals the golden file', () => {
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, `${matrix()}\n`);
    expect(`${matrix()}\n`).toBe(readFileSync(golden, 'utf8'));
  });

  it('holds: every role gets exactly the pages that the matrix says', async () => {
    const routes = declared().filter((r) => r.method === 'get' && r.auth.kind === 'staff');
    const paths = await pages();
    for (const role of roles) {
      const member = await house.signIn(role);
      for (const [i, r] of routes.entries()) {
        const { status } = await member.get(paths[i]!);
        const may = r.auth.kind === 'staff' && r.auth.roles.includes(role);
        expect(`${role} ${paths[i]} ${status}`).toBe(`${role} ${paths[i]} ${may ? 200 : 403}`);
      }
    }
  });

  it('holds for deeds: a role without the right is refused before anything is read', async () => {
    const routes = declared().filter((r) => r.method === 'post' && r.auth.kind === 'staff');
    const auditor = await house.signIn('auditor');
    for (const r of routes) {
      if (r.auth.kind === 'staff' && r.auth.roles.includes('auditor')) continue;
      const path = r.path.replace(/\{\w+\}/g, 'letters');
      expect(`${r.path} ${(await auditor.post(path, {})).status}`).toBe(`${r.path} 403`);
    }
  });

  it('lets nobody change anything by reading: only the log of who looked grows', async () => {
    const paths = await pages();
    const state = () =>
      ['registry', 'vault-0'].map((name) => {
        const file = new Sqlite(join(house.dir, `${name}.db`), { readonly: true });
        const tables = file
          .prepare(
            "select name from sqlite_master where type = 'table' and name not like 'log_%' and name not like 'sqlite_%' order by name",
          )
          .all() as { name: string }[];
        const all = tables.map((t) => [t.name, file.prepare(`select * from "${t.name}" order by 1`).raw().all()]);
        const events = file.prepare('select distinct event from log_payload order by event').pluck().all();
        file.close();
        return { all: JSON.stringify(all), events };
      });
    const before = state();
    for (let round = 0; round < 2; round++) for (const path of paths) await owner.get(path);
    const after = state();
    expect(after.map((s) => s.all)).toEqual(before.map((s) => s.all));
    const fresh = after.flatMap((s, i) => s.events.filter((e) => !before[i]!.events.includes(e)));
    for (const event of fresh)
      expect(event).toMatch(/^(audit\.read|consents\.listed|person\.(consents_read|counted)|request\.read)$/);
    await owner.post('/console/settings/controller', { version: '1', name: 'Changed', contact: 'x@otter.example' });
    expect(state().map((s) => s.all)).not.toEqual(before.map((s) => s.all));
  });
});
