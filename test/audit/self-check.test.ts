import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { createSelfCheck } from '../../src/audit/self-check';
import { fileOf } from '../../src/node';
import { DAY, need } from '../../src/platform';
import { fill, type House, house, logIn, logsIn, populate, SETUP } from './house';

async function sworn(vaults = 1) {
  const at = await house(vaults);
  await populate(at, 2);
  await fill(at, 20);
  await at.server.checkpoint();
  return at;
}

/** What somebody with write access to the file does. */
function tamper({ config }: House, sql: string, database = 'vault-0'): void {
  const db = new Sqlite(fileOf(config, database));
  db.pragma('foreign_keys = off');
  db.exec(sql);
  db.close();
}

async function checked(at: House) {
  const check = createSelfCheck(logsIn(at), at.clock);
  let steps = 0;
  while (await check.step()) steps++;
  return { check, steps, state: check.checks() };
}

/** A database that is open twice can't be closed like an honest one: the checkpoint at the end would refuse. */
const abandon = async (at: House) => {
  await at.server.close().catch(() => undefined);
};

describe.each([1, 4])('a server with %i vault(s) that checks itself', (vaults) => {
  test('finds nothing wrong with an honest log, in small steps', async () => {
    const at = await sworn(vaults);
    const { check, steps, state } = await checked(at);
    expect(Object.keys(state)).toHaveLength(vaults + 1);
    expect(new Set(Object.values(state))).toEqual(new Set(['ok']));
    expect(check.ok()).toBe(true);
    expect(steps).toBeGreaterThanOrEqual(vaults + 1);
    await at.close();
  });
});

describe('a server that checks itself', () => {
  test('says how far it is, and begins anew after a day', async () => {
    const at = await sworn();
    const check = createSelfCheck(logsIn(at), at.clock);
    expect(check.checks()).toEqual({ registry_log: 'not checked yet', 'vault-0_log': 'not checked yet' });
    while (await check.step());
    expect(check.checks()).toEqual({ registry_log: 'ok', 'vault-0_log': 'ok' });
    expect(await check.step()).toBe(false);
    at.clock.advance(DAY);
    expect(await check.step()).toBe(true);
    await at.close();
  });

  const size = async (at: House) => need(await logIn(at, 'vault-0').run('log.head', {}, { actor: SETUP })).head!.size;

  test.each([
    ['a payload that was deleted', 'update log_payload set sealed = null where seq = 7', 'entry 7: payload_missing'],
    ['a payload row that was deleted', 'delete from log_payload where seq = 7', 'entry 7: payload_missing'],
    [
      'a payload that was exchanged for another',
      'update log_payload set sealed = (select sealed from log_payload where seq = 8) where seq = 7',
      'entry 7: payload_missing',
    ],
    [
      'an erasure that nobody recorded',
      'update log_payload set sealed = null, erased_by = 9 where seq = 7',
      'entry 7: erasure_unexplained',
    ],
    [
      'a commitment that was changed',
      'update log_entry set commitment = zeroblob(32) where seq = 7',
      'entry 7: payload_changed',
    ],
    ['a time that was changed', 'update log_entry set at = at + 1 where seq = 7', 'entry 7: entry_changed'],
    ['an entry that was deleted', 'delete from log_entry where seq = 7', 'entry 7: entry_missing'],
  ])('names %s', async (_, sql, expected) => {
    const at = await sworn();
    expect((await size(at)) > 8).toBe(true);
    tamper(at, sql);
    const { check, state } = await checked(at);
    expect(state['vault-0_log']).toContain(expected);
    expect(check.ok()).toBe(false);
    await abandon(at);
  });

  test('names an entry whose rows were changed consistently, against the published tile', async () => {
    const at = await house(1);
    await fill(at, 300);
    await at.server.checkpoint();
    tamper(at, 'update log_entry set at = at + 1 where seq = 7');
    expect((await checked(at)).state['vault-0_log']).toContain('entry 7: entry_changed');
    await abandon(at);
  });

  test('notices a tile that was changed by the root', async () => {
    const at = await house(1);
    await fill(at, 300);
    await at.server.checkpoint();
    tamper(
      at,
      'update log_tile set hashes = cast(zeroblob(32) || substr(hashes, 33) as blob) where level = 0 and idx = 0',
    );
    const { state } = await checked(at);
    expect(state['vault-0_log']).toContain('entry 0: entry_changed');
    await abandon(at);
  });

  test('notices a rewritten entry that fits its payload by the root', async () => {
    const at = await sworn();
    const last = (await size(at)) - 1;
    tamper(at, `delete from log_payload where seq = ${last}; delete from log_entry where seq = ${last}`);
    expect((await checked(at)).state['vault-0_log']).toContain(`entry ${last}: entry_missing`);
    await abandon(at);
  });
});
