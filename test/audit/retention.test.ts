import { describe, expect, test } from 'vitest';
import { exportBundle, exportContent } from '../../src/audit/export';
import { shortenLog } from '../../src/audit/retention';
import { createSelfCheck } from '../../src/audit/self-check';
import { verifyBundle } from '../../src/audit/verify';
import { need } from '../../src/platform';
import { editLines, repack } from './bundle-fixture';
import { asTester, type SmallVault, smallVault, whole, YEAR } from './small-vault';

const bundle = async (at: SmallVault, filter = {}) => whole(await exportBundle(at.ports, { filter }, asTester));
const codes = (bytes: Uint8Array) => verifyBundle(bytes).findings.map((f) => `${f.code} ${f.seq ?? ''}`.trim());

async function checked(at: SmallVault): Promise<string> {
  const check = createSelfCheck([at.log], at.clock, 0);
  await check.step();
  for (let i = 0; i < 20; i++) await check.step();
  return check.checks().registry_log!;
}

const erase = async (at: SmallVault, person: string, classes: string[]) =>
  need(await at.home.run('test.erase', { person, classes }, asTester));

describe('erasure', () => {
  test('empties the payloads of a person; the tree stays, and an entry explains what is missing', async () => {
    const at = smallVault();
    await at.many(5, { person: 'per_a', keyed: true });
    await at.many(5, { person: 'per_b', keyed: true });
    await at.sign();
    const { by, emptied } = await erase(at, 'per_a', ['own', 'ordinary']);
    expect({ by, emptied }).toEqual({ by: 10, emptied: 5 });
    await at.keyring.destroy([{ person: 'per_a', class: 'ordinary' }], at.clock.now());
    const report = verifyBundle(await bundle(at));
    expect(report.findings).toEqual([]);
    expect(report.logs[0]).toMatchObject({ erased: 5 });
    expect(await checked(at)).toBe('ok');
    at.close();
  });

  test('leaves evidence in place until its own timer ends', async () => {
    const at = smallVault();
    const [kept] = await at.many(1, { person: 'per_a', keyed: true, keep: 'evidence' });
    await at.many(2, { person: 'per_a', keyed: true });
    expect((await erase(at, 'per_a', ['own', 'ordinary'])).emptied).toBe(2);
    const line = async () =>
      need(await at.home.run('log.lines', { filter: {}, span: { from: kept!, to: kept! + 1 } }, asTester))[0]!;
    expect((await line()).envelope).not.toBeNull();
    expect((await erase(at, 'per_a', ['evidence'])).emptied).toBe(1);
    expect(await line()).toMatchObject({ envelope: null, erased_by: 4 });
    expect(codes(await bundle(at))).toEqual([]);
    at.close();
  });

  test('in a filtered bundle is shown where its record is, and not told of elsewhere', async () => {
    const at = smallVault();
    await at.many(3, { person: 'per_a' });
    await at.many(3, { person: 'per_b' });
    await erase(at, 'per_a', ['own']);
    const mine = verifyBundle(await bundle(at, { person: 'per_a' }));
    expect(mine).toMatchObject({ ok: true, logs: [{ erased: 3, opened: 1 }] });
    const other = verifyBundle(await bundle(at, { person: 'per_b' }));
    expect(other).toMatchObject({ ok: true, logs: [{ erased: 0, opened: 3 }] });
    at.close();
  });

  test('that was not recorded is tampering, for the verifier and for the server itself', async () => {
    const at = smallVault();
    await at.many(10);
    await at.sign();
    at.handle.outer(() => at.handle.db.write('update log_payload set sealed = null where seq = 4').run());
    expect(codes(await bundle(at))).toEqual(['payload_missing 4']);
    expect(await checked(at)).toContain('entry 4: payload_missing');
    at.close();
  });
});

describe('pruning', () => {
  /** 700 old entries, 100 young ones. */
  async function old(): Promise<SmallVault> {
    const at = smallVault();
    await at.many(700);
    at.clock.advance(2 * YEAR);
    await at.many(100);
    await at.sign();
    return at;
  }

  test('empties what is old, drops whole blocks of it, and says so in the log', async () => {
    const at = await old();
    const done = await shortenLog(at.log, at.clock.now() - YEAR);
    expect(done).toEqual({ log: 'registry', expired: 700, minimum: 512 });
    const { minimum } = need(await at.home.run('log.head', {}, asTester));
    expect(minimum?.note).toContain('avow-minimum/1\navow.example/log/registry\n512\n');
    const events = need(
      await at.home.run(
        'log.page',
        { filter: { event: 'log.pruned' }, span: { from: 0, to: 9999 }, limit: 9 },
        asTester,
      ),
    );
    expect(events.entries).toHaveLength(1);
    expect(events.entries[0]!.envelope).toMatchObject({ data: { minimum: 512 } });
    expect(await shortenLog(at.log, at.clock.now() - YEAR)).toEqual({ log: 'registry', expired: 0, minimum: 512 });
    at.close();
  });

  test('leaves a bundle that verifies, says where it begins, and still names what is changed', async () => {
    const at = await old();
    await shortenLog(at.log, at.clock.now() - YEAR);
    const bytes = await bundle(at);
    const report = verifyBundle(bytes);
    expect(report.findings).toEqual([]);
    expect(report.logs[0]).toMatchObject({ minimum: 512, erased: 188 });
    const changed = await repack(bytes, (files) =>
      editLines(files, (lines) => lines.with(200, lines[200]!.replace(/"t":\d+/, '"t":5')), 'registry'),
    );
    expect(codes(changed)).toContain('entry_changed 712');
    const removed = await repack(bytes, (files) => editLines(files, (lines) => lines.toSpliced(210, 1), 'registry'));
    expect(codes(removed)).toContain('entry_removed 722');
    expect(await checked(at)).toBe('ok');
    at.close();
  });

  test('that nobody signed for is tampering', async () => {
    const at = await old();
    await shortenLog(at.log, at.clock.now() - YEAR);
    const bytes = await repack(await bundle(at), (files) => files.delete('logs/registry/minimum'));
    expect(codes(bytes)).toEqual(expect.arrayContaining(['minimum_unsigned 0', 'file_missing']));
    at.close();
  });

  test('stops at evidence, and at what is not yet published', async () => {
    const at = smallVault();
    await at.many(300);
    await at.act('proof', { person: 'per_a', keyed: true, keep: 'evidence' });
    await at.many(300);
    at.clock.advance(2 * YEAR);
    expect((await shortenLog(at.log, at.clock.now())).minimum).toBe(0);
    await at.sign();
    expect((await shortenLog(at.log, at.clock.now())).minimum).toBe(256);
    expect(codes(await bundle(at))).toEqual([]);
    at.close();
  });

  test('does not stop the log from growing, being proved and being exported', async () => {
    const at = await old();
    await shortenLog(at.log, at.clock.now() - YEAR);
    await at.many(300);
    await at.sign();
    expect(need(await at.home.run('log.consistency', { from: 100, to: 800 }, asTester))).not.toBeNull();
    expect(need(await at.home.run('log.tile', { level: 'entries', index: 0, width: 256 }, asTester))).toBeNull();
    expect(need(await at.home.run('log.tile', { level: 'entries', index: 2, width: 256 }, asTester))).not.toBeNull();
    const { stream } = await exportContent(at.ports, { format: 'ndjson', filter: {} }, asTester);
    const lines = new TextDecoder()
      .decode(await whole(stream))
      .trimEnd()
      .split('\n');
    expect(JSON.parse(lines[0]!)).toMatchObject({ seq: 512, erased_by: 800 });
    at.close();
  });
});
