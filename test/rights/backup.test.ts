import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, fixedClock } from '../../src/platform';
import { makeBackup, type RestoreSource, restoreFiles, verifyBackup } from '../../src/rights/backup-node';
import { replayRestore } from '../../src/wiring';
import { filesWith, type House, linkOf, openHouse, START } from './house';

const GONE = 'gone@customers.example';
const STAYS = 'stays@customers.example';
const LEAVES = 'leaves@customers.example';

let house: House;
let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'avow-backup-'));
});
afterEach(async () => {
  await house.close();
  rmSync(out, { recursive: true, force: true });
});

const place = (h: House, vaults: number) => ({
  dataDir: h.dir,
  databases: ['registry', ...Array.from({ length: vaults }, (_, i) => `vault-${i}`)],
  secrets: h.secrets,
  clock: h.clock,
});

/** Three people; a backup; then one is erased, one withdraws, one objects and is suppressed. */
async function lifeGoesOn(vaults: number): Promise<string> {
  house = await openHouse(vaults);
  for (const email of [GONE, STAYS, LEAVES]) await house.know(email);
  await house.server.checkpoint();
  const { dir } = makeBackup(place(house, vaults), out, 30);
  house.clock.advance(DAY);
  await house.ask('withdrawal', LEAVES);
  const { id } = (await house.ask('erasure', GONE)).body;
  const link = linkOf(house.mails.at(-1));
  await house.send('POST', link.path, { token: link.token });
  await house.officer('POST', `/v1/requests/${id}/approve`, {});
  await house.settle();
  await house.server.checkpoint();
  await house.close(true);
  return dir;
}

async function restored(
  vaults: number,
  from: RestoreSource,
  dir = house.dir,
): Promise<Awaited<ReturnType<typeof replayRestore>>> {
  const clock = fixedClock(START + 2 * DAY);
  const facts = restoreFiles({ ...place(house, vaults), dataDir: dir, clock }, from);
  house = await openHouse(vaults, { dir, secrets: house.secrets, now: START + 2 * DAY });
  return replayRestore({ vaults: house.server.edge.vaults, registry: house.server.backend.registry }, facts);
}

describe.each([1, 4])('a restore, with %i vaults', (vaults) => {
  it('of the data alone erases again, and repeats every no from the journal', async () => {
    const dir = await lifeGoesOn(vaults);
    const report = await restored(vaults, { data: dir });
    expect(report).toMatchObject({ erased: 1, closed: 0 });
    expect((await house.check(GONE)).body).toMatchObject({ allowed: false, reason: 'suppressed' });
    expect((await house.check(LEAVES)).body).toMatchObject({ allowed: false, reason: 'withdrawn' });
    expect((await house.check(STAYS)).body.allowed).toBe(true);
    expect(house.errors).toEqual([]);
  });

  it('of data and keyring says no to everybody, because nobody knows what was said since', async () => {
    const dir = await lifeGoesOn(vaults);
    const keyring = join(out, 'keyring', 'keyring.db');
    const report = await restored(vaults, { data: dir, keyring });
    expect(report.closed).toBe(3);
    for (const email of [GONE, STAYS, LEAVES])
      expect((await house.check(email)).body).toMatchObject({ allowed: false, reason: 'conflict' });
  });

  it('leaves the gap open only where somebody answers for it', async () => {
    const dir = await lifeGoesOn(vaults);
    const keyring = join(out, 'keyring', 'keyring.db');
    await restored(vaults, { data: dir, keyring, accept_gap: { by: 'Ada', because: 'the server was off since then' } });
    expect((await house.check(STAYS)).body.allowed).toBe(true);
  });

  it('with the newest keyring on an empty machine keeps the erased erased', async () => {
    const dir = await lifeGoesOn(vaults);
    makeBackup(place(house, vaults), out, 30);
    const fresh = mkdtempSync(join(tmpdir(), 'avow-fresh-'));
    const old = house.dir;
    await restored(vaults, { data: dir, keyring: join(out, 'keyring', 'keyring.db') }, fresh);
    expect((await house.check(GONE)).body).toMatchObject({ allowed: false, reason: 'suppressed' });
    expect((await house.check(LEAVES)).body.allowed).toBe(false);
    rmSync(old, { recursive: true, force: true });
  });

  it('is demanded by the server, which refuses a copy that was only put there', async () => {
    const dir = await lifeGoesOn(vaults);
    const aside = join(out, 'aside');
    cpSync(house.dir, aside, { recursive: true });
    for (const name of place(house, vaults).databases) {
      rmSync(join(house.dir, `${name}.db-wal`), { force: true });
      rmSync(join(house.dir, `${name}.db-shm`), { force: true });
      cpSync(join(dir, `${name}.db`), join(house.dir, `${name}.db`));
    }
    await expect(openHouse(vaults, { dir: house.dir, secrets: house.secrets })).rejects.toThrow('avow restore');
    rmSync(house.dir, { recursive: true });
    cpSync(aside, house.dir, { recursive: true });
    house = await openHouse(vaults, { dir: house.dir, secrets: house.secrets, now: START + 2 * DAY });
    expect((await house.check(GONE)).body.reason).toBe('suppressed');
  });
});

describe('a backup', () => {
  it('holds no name of anybody, nor any byte of who was erased before it', async () => {
    await lifeGoesOn(1);
    const { dir } = makeBackup(place(house, 1), out, 30);
    expect(existsSync(join(dir, 'keyring.db'))).toBe(false);
    expect(filesWith(dir, [GONE, STAYS, LEAVES, 'customers.example'])).toEqual([]);
    house = await openHouse(1, { dir: house.dir, secrets: house.secrets, now: START + DAY });
  });

  it('that was changed is refused, with everything that is wrong', async () => {
    const dir = await lifeGoesOn(1);
    writeFileSync(join(dir, 'vault-0.db'), Buffer.concat([readFileSync(join(dir, 'vault-0.db')), Buffer.from('x')]));
    rmSync(join(dir, 'registry.db'));
    expect(() => verifyBackup(dir)).toThrow(/registry\.db is missing\n.*vault-0\.db is not the file/);
    house = await openHouse(1, { dir: house.dir, secrets: house.secrets, now: START + DAY });
  });

  it('older than the journal is followed by a no for everybody', async () => {
    const dir = await lifeGoesOn(1);
    const later = { ...place(house, 1), clock: fixedClock(START + 40 * DAY) };
    makeBackup(later, out, 30);
    const report = await restored(1, { data: dir });
    expect(report.closed).toBe(2);
    expect((await house.check(STAYS)).body.reason).toBe('conflict');
    expect((await house.check(GONE)).body.allowed).toBe(false);
  });
});
