import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSnapshots } from '../../src/access';
import { type Auth, fixedClock, need, scopes } from '../../src/platform';
import { ORIGIN, openServer, type TestServer } from '../platform/server';

let server: TestServer;
let site: string;
let operations: { method: string; path: string; auth: Auth }[];
const system = { actor: { type: 'system', id: 'setup' } } as const;

beforeAll(async () => {
  server = await openServer();
  site = await server.shop();
  const doc = (await server.request('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, { 'x-avow-auth': Auth }>>;
  };
  operations = Object.entries(doc.paths).flatMap(([path, ops]) =>
    Object.entries(ops).map(([method, op]) => ({ method: method.toUpperCase(), path, auth: op['x-avow-auth'] })),
  );
});
afterAll(() => server.close());

const urlOf = (path: string) => path.replaceAll(/\{[^}]+\}/g, 'per_eu00000000000000000000000');
const bodyFor = (method: string) => (method === 'GET' || method === 'DELETE' ? undefined : '{}');
const knock = (o: { method: string; path: string }, headers: Record<string, string> = {}) =>
  server.request(o.method, urlOf(o.path), bodyFor(o.method), headers);
const named = (o: { method: string; path: string }) => `${o.method} ${o.path}`;

describe('every route', () => {
  it('says who may call it, and a public one says why', () => {
    expect(operations.length).toBeGreaterThan(25);
    const silent = operations.filter((o) => !o.auth?.kind || (o.auth.kind === 'public' && o.auth.because.length < 10));
    expect(silent.map(named)).toEqual([]);
  });

  it('answers nobody without a credential, unless it is public', async () => {
    const wrong: string[] = [];
    for (const o of operations.filter((x) => x.auth.kind !== 'public')) {
      const answer = await knock(o);
      if (answer.status !== 401 && !(o.auth.kind.startsWith('site') && answer.status === 403))
        wrong.push(`${named(o)} → ${answer.status}`);
    }
    expect(wrong).toEqual([]);
  });

  it('control: public routes do answer without one', async () => {
    for (const path of ['/livez', '/.well-known/jwks.json', '/.well-known/gpc.json'])
      expect((await server.request('GET', path)).status).toBe(200);
  });

  it('that needs a scope refuses every key without it, and lets the key with it pass its door', async () => {
    const wrong: string[] = [];
    const keys = new Map<string, string>();
    for (const scope of scopes) keys.set(scope, await server.client(scope, [scope]));
    for (const o of operations) {
      if (o.auth.kind !== 'scope' && o.auth.kind !== 'site_or_scope') continue;
      for (const scope of scopes) {
        const { status } = await knock(o, { authorization: `Bearer ${keys.get(scope)}` });
        const may = scope === o.auth.scope;
        if (may ? status === 401 || status === 403 : status !== 403)
          wrong.push(`${named(o)} with ${scope} → ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('for staff is closed to every secret key, and open only to its roles', async () => {
    const key = await server.client('all', scopes);
    for (const o of operations.filter((x) => x.auth.kind === 'staff'))
      expect([named(o), (await knock(o, { authorization: `Bearer ${key}` })).status]).toEqual([named(o), 401]);
  });

  it('for a visitor is closed to secret keys and site keys', async () => {
    const key = await server.client('all2', scopes);
    for (const o of operations.filter((x) => x.auth.kind === 'subject'))
      for (const authorization of [`Bearer ${key}`, `Bearer ${site}`, 'Bearer st_x.y', 'Basic abc'])
        expect([named(o), (await knock(o, { authorization })).status]).toEqual([named(o), 401]);
  });
});

describe('secret keys', () => {
  const ask = (key: string) => server.request('GET', '/v1/purposes', undefined, { authorization: `Bearer ${key}` });

  it('with one character changed are unknown', async () => {
    const key = await server.client('typo', ['admin']);
    expect((await ask(key)).status).toBe(200);
    for (const at of [4, 20, 40, key.length - 1]) {
      const other = key[at] === 'a' ? 'b' : 'a';
      expect((await ask(key.slice(0, at) + other + key.slice(at + 1))).status).toBe(401);
    }
    for (const wrong of ['', 'sk_', `${key} `.repeat(2), key.toUpperCase(), `pk${key.slice(2)}`])
      expect((await ask(wrong)).status).toBe(401);
  });

  it('are dead within five seconds of being revoked, and at the moment when rotation ends them', async () => {
    const { registry } = server.backend;
    const made = need(await registry.run('client.create', { name: 'short', scopes: ['admin'] }, system));
    server.clock.advance(2000);
    expect((await ask(made.key)).status).toBe(200);
    const next = need(await registry.run('client.rotate', { client: made.id, overlap_seconds: 60 }, system));
    server.clock.advance(5000);
    expect([(await ask(made.key)).status, (await ask(next.key)).status]).toEqual([200, 200]);
    server.clock.advance(55_000);
    expect([(await ask(made.key)).status, (await ask(next.key)).status]).toEqual([401, 200]);
    need(await registry.run('client.revoke', { client: made.id }, system));
    server.clock.advance(5000);
    expect((await ask(next.key)).status).toBe(401);
  });
});

describe('sessions of staff', () => {
  it('begin once with a link, end with time, and end at once when the person is disabled', async () => {
    const { registry } = server.backend;
    const { id } = need(await registry.run('staff.create', { name: 'Olga', role: 'officer' }, system));
    const link = need(await registry.run('staff.link', { staff: id }, system));
    const session = need(await registry.run('session.begin', { token: link.token }, system));
    expect((await registry.run('session.begin', { token: link.token }, system)).ok).toBe(false);
    const live = async (token: string) => need(await registry.run('session.find', { token }, system)) !== null;
    expect(await live(session.token)).toBe(true);
    server.clock.advance(12 * 3_600_000);
    expect(await live(session.token)).toBe(false);
    const late = need(await registry.run('staff.link', { staff: id }, system));
    server.clock.advance(30 * 60_000);
    expect((await registry.run('session.begin', { token: late.token }, system)).ok).toBe(false);
    const again = need(
      await registry.run(
        'session.begin',
        { token: need(await registry.run('staff.link', { staff: id }, system)).token },
        system,
      ),
    );
    need(await registry.run('staff.disable', { staff: id }, system));
    expect(await live(again.token)).toBe(false);
    expect((await registry.run('staff.link', { staff: id }, system)).ok).toBe(false);
  });
});

describe('what the edge remembers of the registry', () => {
  it('is read anew after a change, even when a reading was under way that began before it', async () => {
    let version = 1;
    const waiting: (() => void)[] = [];
    let hold = false;
    const source = {
      versions: async () => {
        const seen = { book: version, access: 1 };
        if (hold) await new Promise<void>((go) => waiting.push(go));
        return seen;
      },
      book: async () => ({ version }),
      keys: async () => [],
    };
    const clock = fixedClock(0);
    const snapshots = createSnapshots<{ version: number }>(source, clock);
    expect((await snapshots.current()).book.version).toBe(1);
    clock.advance(3000);
    hold = true;
    const early = snapshots.current();
    version = 2;
    hold = false;
    snapshots.drop();
    const after = snapshots.current();
    for (const go of waiting) go();
    await early;
    expect((await after).book.version).toBe(2);
    expect((await snapshots.current()).book.version).toBe(2);
  });

  it('is at most as old as a revoked key may live', async () => {
    let asked = 0;
    const source = {
      versions: async () => ({ book: 1, access: ++asked }),
      book: async () => ({}),
      keys: async () => [],
    };
    const clock = fixedClock(0);
    const snapshots = createSnapshots(source, clock);
    await snapshots.current();
    clock.advance(1999);
    await snapshots.current();
    expect(asked).toBe(1);
    clock.advance(1);
    await snapshots.current();
    expect(asked).toBe(2);
  });
});

it('the site key of a page opens nothing but its own calls', async () => {
  const answer = await server.request('GET', '/v1/purposes', undefined, {
    authorization: `Bearer ${site}`,
    origin: ORIGIN,
  });
  expect(answer.status).toBe(401);
});
