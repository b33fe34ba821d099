import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../src/audit/bytes';
import { decodeEntries } from '../../src/audit/tile';
import { verifyBundle } from '../../src/audit/verify';
import { parseHead } from '../../src/audit/verify/note';
import { leafOf, rootOf } from '../../src/audit/verify/tree';
import { type House, house, populate } from './house';

type Entry = {
  log: string;
  seq: number;
  at: string;
  envelope: { event: string; person?: string; actor: { id: string } };
};
type Page = { data: Entry[]; cursor: string | null };

describe.each([1, 4])('the log of a server with %i vault(s)', (vaults) => {
  let at: House;
  let audit: string;
  let persons: string[];
  beforeAll(async () => {
    at = await house(vaults);
    persons = await populate(at, 24);
    audit = await at.key('audit');
    await at.server.checkpoint();
  });
  afterAll(() => at.close());

  const names = ['registry', ...Array.from({ length: vaults }, (_, i) => `vault-${i}`)];
  const get = (path: string) => at.call('GET', path, audit);
  const search = async (query: string) => (await (await get(`/v1/audit/entries?${query}`)).json()) as Page;
  const exported = async (body: unknown = {}) => {
    const asked = await at.call('POST', '/v1/audit/exports', audit, body);
    expect(asked.status).toBe(202);
    const { content_url } = (await asked.json()) as { content_url: string };
    return get(new URL(content_url).pathname);
  };
  const bundle = async (body?: unknown) => new Uint8Array(await (await exported(body)).arrayBuffer());

  test('shows each signed head to everybody, the registry’s also at the short address', async () => {
    for (const name of names) {
      const answer = await at.server.app.request(`/log/${name}/checkpoint`);
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect((await answer.text()).split('\n')[0]).toBe(`avow.example/log/${name}`);
    }
    const short = await (await at.server.app.request('/log/checkpoint')).text();
    expect(short).toBe(await (await at.server.app.request('/log/registry/checkpoint')).text());
  });

  test('shows tiles, proofs, entries and exports to nobody without the scope', async () => {
    const stranger = await at.key('check', 'consent', 'admin');
    for (const path of ['/log/registry/tile/entries/000.p/1', '/log/registry/proof/inclusion/0', '/v1/audit/entries'])
      expect((await at.call('GET', path, stranger)).status).toBe(403);
    expect((await at.call('POST', '/v1/audit/exports', stranger, {})).status).toBe(403);
  });

  test('serves the entry bundles from which the signed root can be computed', async () => {
    for (const name of names) {
      const note = await (await get(`/log/${name}/checkpoint`)).text();
      const { size, root } = parseHead(note.slice(0, note.indexOf('\n\n') + 1))!;
      expect(size).toBeLessThan(256);
      const tile = await get(`/log/${name}/tile/entries/000.p/${size}`);
      const entries = decodeEntries(new Uint8Array(await tile.arrayBuffer()))!;
      expect(rootOf(concat(entries.map((e) => leafOf(e))))).toEqual(root);
      const hashes = new Uint8Array(await (await get(`/log/${name}/tile/0/000.p/${size}`)).arrayBuffer());
      expect(rootOf(hashes)).toEqual(root);
      const narrower = new Uint8Array(await (await get(`/log/${name}/tile/0/000.p/${size - 1}`)).arrayBuffer());
      expect(narrower).toEqual(hashes.subarray(0, -32));
    }
  });

  test.each(['0/000', '0/001.p/1', 'entries/000.p/0', '0/000.p/256', '1/000.p/1', '0/x000/000', 'x', '64/000.p/1'])(
    'has no tile %s',
    async (path) => {
      expect((await get(`/log/registry/tile/${path}`)).status).toBe(404);
    },
  );

  test('knows no other logs', async () => {
    expect((await get(`/log/vault-${vaults}/checkpoint`)).status).toBe(404);
    expect((await get('/log/people/checkpoint')).status).toBe(422);
  });

  test('finds every entry once, newest first, whatever the size of a page', async () => {
    const seen: Entry[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await search(`event=consent.recorded&limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.data);
      cursor = page.cursor;
    } while (cursor);
    expect(seen).toHaveLength(24);
    expect(new Set(seen.map((e) => e.envelope.person))).toEqual(new Set(persons));
    const times = seen.map((e) => Date.parse(e.at));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('narrows by person, actor, purpose and time', async () => {
    expect((await search(`person=${persons[3]}&event=consent.recorded`)).data.map((e) => e.envelope.person)).toEqual([
      persons[3],
    ]);
    expect((await search('actor=nobody')).data).toEqual([]);
    expect((await search('from=2027-01-01T00:00:00Z')).data).toEqual([]);
    expect((await search('to=2026-01-01T00:00:00Z')).data).toEqual([]);
    expect((await search('from=2026-01-01T00:00:00Z&limit=3')).data).toHaveLength(3);
  });

  test('writes down who searched for what', async () => {
    await search(`person=${persons[5]}`);
    const { data } = await search('event=audit.read');
    expect(data.some((e) => e.envelope.person === persons[5])).toBe(true);
  });

  test('refuses a cursor that is not its own, and names all that is wrong at once', async () => {
    const answer = await get('/v1/audit/entries?cursor=x');
    expect(answer.status).toBe(422);
    const wrong = (await (await get('/v1/audit/entries?limit=0&person=joe&nonsense=1')).json()) as {
      errors: unknown[];
    };
    expect(wrong.errors).toHaveLength(3);
  });

  test('leaves as a bundle that the verifier accepts, with the record of its own export', async () => {
    const report = verifyBundle(await bundle());
    expect(report.findings).toEqual([]);
    expect(report.logs.map((log) => log.name)).toEqual(names);
    expect(report.logs.every((log) => log.withheld === 0 && log.opened === log.size)).toBe(true);
    expect((await search('event=audit.exported')).data.length).toBeGreaterThan(0);
  });

  test('leaves as a bundle that the verifier refuses after any one byte has changed', async () => {
    const whole = await bundle();
    expect(verifyBundle(whole).ok).toBe(true);
    for (let at = 7; at < whole.length; at += Math.ceil(whole.length / 60)) {
      const changed = whole.slice();
      changed[at]! ^= 1 << (at % 8);
      expect({ at, ok: verifyBundle(changed).ok }).toEqual({ at, ok: false });
    }
  });

  test('shows in a filtered bundle exactly the view, and withholds the rest', async () => {
    const report = verifyBundle(await bundle({ filter: { person: persons[0] } }));
    expect(report.findings).toEqual([]);
    expect(report.filter).toEqual({ person: persons[0] });
    const opened = report.logs.reduce((sum, log) => sum + log.opened, 0);
    expect(opened).toBe((await search(`person=${persons[0]}&limit=200`)).data.length);
  });

  test.each([
    ['ndjson', 'application/x-ndjson'],
    ['csv', 'text/csv; charset=utf-8'],
    ['ocsf', 'application/x-ndjson'],
  ])('leaves as %s with exactly the view', async (format, type) => {
    const answer = await exported({ format, filter: { event: 'consent.recorded' } });
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="exp_[0-9a-z]+\./);
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(format === 'csv' ? 25 : 24);
  });

  test('says that a log begins at its first entry as long as nothing was pruned', async () => {
    expect((await at.server.app.request('/log/registry/minimum')).status).toBe(404);
  });

  test('gives an export only to the one who asked for it', async () => {
    const other = await at.key('audit');
    const asked = await at.call('POST', '/v1/audit/exports', audit, {});
    const { content_url } = (await asked.json()) as { content_url: string };
    expect((await at.call('GET', new URL(content_url).pathname, other)).status).toBe(404);
  });
});
