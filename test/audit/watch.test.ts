import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkProof, type Get, type Watched, watch } from '../../src/audit/verify';
import { openNote, parseHead, parseKey } from '../../src/audit/verify/note';
import { fileOf } from '../../src/node';
import { generateSigningKey, need } from '../../src/platform';
import { fill, type House, house, logIn, populate, SETUP } from './house';

const nobody: Watched = { keys: [], heads: {} };

/** The server as the auditor's machine reaches it; `answers` puts other bytes in the place of what it says. */
function reach(at: House, bearer: string, answers: Record<string, string> = {}): Get {
  return async (path) => (path in answers ? new Response(answers[path]) : at.call('GET', path, bearer));
}

describe.each([1, 4])('a machine elsewhere that watches %i vault(s)', (vaults) => {
  let at: House;
  let audit: string;
  beforeAll(async () => {
    at = await house(vaults);
    await populate(at, 6);
    audit = await at.key('audit');
    await at.server.checkpoint();
  });
  afterAll(() => at.close());

  test('takes the keys at first use and says so; from then on each head must continue the last', async () => {
    const first = await watch(reach(at, audit), nobody);
    expect(first).toMatchObject({ ok: true, firstUse: true, alarms: [] });
    expect(Object.keys(first.watched.heads)).toHaveLength(vaults + 1);
    await fill(at, 300);
    await at.server.checkpoint();
    const second = await watch(reach(at, audit), first.watched);
    expect(second).toMatchObject({ ok: true, firstUse: false, alarms: [] });
    expect(second.sizes.registry!).toBeGreaterThan(first.sizes.registry! + 299);
    expect(await watch(reach(at, audit), second.watched)).toMatchObject({ ok: true, watched: second.watched });
  });

  test('sounds the alarm when an end was cut off, and keeps the longer head', async () => {
    const old = await (await at.call('GET', '/log/vault-0/checkpoint', audit)).text();
    const { watched } = await watch(reach(at, audit), nobody);
    await fill(at, 1);
    await at.server.checkpoint();
    const newer = (await watch(reach(at, audit), watched)).watched;
    const look = await watch(reach(at, audit, { '/log/vault-0/checkpoint': old }), newer);
    expect(look.alarms).toMatchObject([{ code: 'rolled_back', log: 'vault-0' }]);
    expect(look.watched.heads['vault-0']).toBe(newer.heads['vault-0']);
  });

  test('sounds the alarm when a log says nothing, or nothing that is signed', async () => {
    const { watched } = await watch(reach(at, audit), nobody);
    const note = watched.heads['vault-0']!;
    const forged = note.replace(/\n\d+\n/, '\n999\n');
    const silent: Get = async (path) =>
      path === '/log/vault-0/checkpoint' ? new Response('', { status: 404 }) : at.call('GET', path, audit);
    expect((await watch(silent, watched)).alarms).toMatchObject([{ code: 'missing' }]);
    const look = await watch(reach(at, audit, { '/log/vault-0/checkpoint': forged }), watched);
    expect(look.alarms).toMatchObject([{ code: 'signature' }]);
    const dead: Get = () => Promise.reject(new Error('no route'));
    expect((await watch(dead, watched)).alarms).toMatchObject([{ code: 'unreachable' }]);
  });

  test('sounds the alarm when the server does not prove that it goes on', async () => {
    const { watched } = await watch(reach(at, audit), nobody);
    await fill(at, 1);
    await at.server.checkpoint();
    const stranger = await at.key('check');
    const look = await watch(reach(at, stranger), watched);
    expect(look.alarms.map((alarm) => alarm.code)).toEqual(new Array(vaults + 1).fill('not_proved'));
  });

  test('gives out proofs that hold offline, for the entry that they are for and no other', async () => {
    const tile = async (index: number) => {
      const { proof } = (await (await at.call('GET', `/log/vault-0/proof/inclusion/${index}`, audit)).json()) as {
        proof: string;
      };
      return proof;
    };
    const { vkey } = need(await logIn(at, 'vault-0').run('log.head', {}, { actor: SETUP }));
    const [line] = need(
      await logIn(at, 'vault-0').run('log.lines', { filter: {}, span: { from: 3, to: 4 } }, { actor: SETUP }),
    );
    const entry = new Uint8Array(Buffer.from(line!.entry, 'base64'));
    const keys = [parseKey(vkey)!];
    expect(checkProof(await tile(3), entry, keys)).toMatchObject({ ok: true, index: 3 });
    expect(checkProof(await tile(4), entry, keys)).toEqual({ ok: false, why: 'not_included' });
    expect(checkProof((await tile(3)).replace('index 3', 'index 03'), entry, keys)).toEqual({
      ok: false,
      why: 'malformed',
    });
    expect(checkProof(await tile(3), entry, [])).toEqual({ ok: false, why: 'unsigned' });
  });
});

describe('a log whose past was rewritten', () => {
  test('is recognised although it only grew: by the same size, and by the proof', async () => {
    const secrets = (await house(1)).secrets;
    const honest = await house(1, secrets);
    const liar = await house(1, secrets);
    const [a, b] = [await honest.key('audit'), await liar.key('audit')];
    await fill(honest, 5);
    await fill(liar, 5);
    await honest.server.checkpoint();
    await liar.server.checkpoint();
    const { watched } = await watch(reach(honest, a), nobody);
    const fork = await watch(reach(liar, b), watched);
    expect(fork.alarms.map((alarm) => alarm.code)).toEqual(['forked', 'forked']);
    await fill(liar, 5);
    await liar.server.checkpoint();
    const longer = await watch(reach(liar, b), watched);
    expect(longer.alarms.map((alarm) => alarm.code)).toEqual(['forked', 'forked']);
    await honest.close();
    await liar.close();
  });
});

describe('a change of the log’s key', () => {
  test('is an entry of the log; both keys sign for a while, and a watcher follows', async () => {
    const before = await house(1);
    await fill(before, 3);
    await before.server.checkpoint();
    const { watched } = await watch(reach(before, await before.key('audit')), nobody);
    await before.server.close();
    const next = generateSigningKey('l2');
    const secrets = { ...before.secrets, log: { current: 'l2', keys: [...before.secrets.log.keys, next] } };
    const after = await house(1, secrets, before.dir);
    await fill(after, 3);
    await after.server.checkpoint();
    const audit = await after.key('audit');
    const search = await after.call('GET', '/v1/audit/entries?event=log.key', audit);
    const { data } = (await search.json()) as { data: { log: string; envelope: { data: { previous: string } } }[] };
    expect(data.map((entry) => entry.log).sort()).toEqual(['registry', 'vault-0']);
    for (const { envelope } of data) expect(watched.keys).toContain(envelope.data.previous);
    const look = await watch(reach(after, audit), watched);
    expect(look).toMatchObject({ ok: true, alarms: [] });
    expect(look.watched.keys).toHaveLength(4);
    after.clock.advance(30 * 86_400_000);
    await fill(after, 3);
    await after.server.checkpoint();
    expect((await watch(reach(after, audit), look.watched)).ok).toBe(true);
    const late = await watch(reach(after, audit), watched);
    expect(late.alarms.map((alarm) => alarm.code)).toEqual(['signature', 'signature']);
    await after.close();
  });
});

describe('a restore', () => {
  test('goes on under another name, so that no name ever has two histories; a watcher hears of it', async () => {
    const before = await house(1);
    await fill(before, 4);
    await before.server.checkpoint();
    const { watched } = await watch(reach(before, await before.key('audit')), nobody);
    await before.server.close();
    const db = new Sqlite(fileOf(before.config, 'vault-0'));
    db.exec("insert into meta (key, value) values ('epoch', '2') on conflict (key) do update set value = '2'");
    db.close();
    const after = await house(1, before.secrets, before.dir);
    await fill(after, 1);
    await after.server.checkpoint();
    const head = await (await after.server.app.request('/log/vault-0/checkpoint')).text();
    expect(head.split('\n')[0]).toBe('avow.example/log/vault-0/epoch/2');
    const audit = await after.key('audit');
    const keys = await keysOf(after, audit);
    const look = await watch(reach(after, audit), { ...watched, keys: [...watched.keys, ...keys] });
    expect(look.alarms).toMatchObject([{ code: 'another_log', log: 'vault-0' }]);
    const opened = openNote(
      head,
      keys.map((key) => parseKey(key)!),
    );
    expect(opened.ok && parseHead(opened.text)?.size).toBeGreaterThan(4);
    await after.close();
  });
});

async function keysOf(at: House, bearer: string): Promise<string[]> {
  const { logs } = (await (await at.call('GET', '/log/keys', bearer)).json()) as { logs: { vkey: string }[] };
  return logs.map((log) => log.vkey);
}
