import { describe, expect, test } from 'vitest';
import { exportBundle } from '../../src/audit/export';
import { createSelfCheck } from '../../src/audit/self-check';
import { verifyBundle } from '../../src/audit/verify';
import { need } from '../../src/platform';
import { asTester, type Fault, type SmallVault, smallVault, whole, YEAR } from './small-vault';

/** Every write of the log, and the operation that makes it. */
const WRITES: [what: string, sql: RegExp, op: (at: SmallVault) => Promise<{ ok: boolean }>][] = [
  ['the entry of an act', /^insert into log_entry/, (at) => at.home.run('test.act', { data: 'x' }, asTester)],
  ['the payload of an act', /^insert into log_payload/, (at) => at.home.run('test.act', { data: 'x' }, asTester)],
  ['the key that signs', /insert into log_key/, (at) => at.home.run('log.checkpoint', {}, asTester)],
  ['a tile of the tree', /^insert into log_tile/, (at) => at.home.run('log.checkpoint', {}, asTester)],
  ['a signed head', /^insert into log_checkpoint/, (at) => at.home.run('log.checkpoint', {}, asTester)],
  [
    'an erasure',
    /^update log_payload/,
    (at) => at.home.run('test.erase', { person: 'per_a', classes: ['own'] }, asTester),
  ],
  ['an expiry', /^update log_payload/, (at) => at.home.run('log.expire', { before: at.clock.now() }, asTester)],
];

const size = async ({ home }: SmallVault) => need(await home.run('log.head', {}, asTester)).sequenced;
const head = async ({ home }: SmallVault) => need(await home.run('log.head', {}, asTester)).head;

/** A log with something to erase, to expire and to sign. */
async function grown(at: SmallVault): Promise<void> {
  await at.many(300);
  await at.act('of a person', { person: 'per_a' });
  at.clock.advance(YEAR);
}

async function holds(at: SmallVault): Promise<void> {
  const report = verifyBundle(await whole(await exportBundle(at.ports, { filter: {} }, asTester)));
  expect(report.findings).toEqual([]);
  const check = createSelfCheck([at.log], at.clock);
  while (await check.step());
  expect(check.checks()).toEqual({ registry_log: 'ok' });
}

describe.each(['failed', 'persisted'] as const)('a write of the log that %s', (mode) => {
  test.each(WRITES)('changes nothing: %s', async (_, sql, op) => {
    const at = smallVault();
    await grown(at);
    const before = [await size(at), await head(at)];
    const fault: Fault = { mode, sql, struck: 0 };
    at.state.fault = fault;
    expect((await op(at)).ok).toBe(false);
    expect(fault.struck).toBe(1);
    expect([await size(at), await head(at)]).toEqual(before);
    expect((await op(at)).ok).toBe(true);
    await holds(at);
    at.close();
  });
});

describe.each(['failed', 'persisted'] as const)('a pruning whose write %s', (mode) => {
  test.each([
    ['the signed beginning', /^insert into log_minimum/],
    ['the payloads below it', /^delete from log_payload/],
    ['the entries below it', /^delete from log_entry/],
  ])('changes nothing, and goes through when it is tried again: %s', async (_, sql) => {
    const at = smallVault();
    await grown(at);
    await at.sign();
    need(await at.home.run('log.expire', { before: at.clock.now() }, asTester));
    const before = [await size(at), await head(at), await firstOf(at)];
    const fault: Fault = { mode, sql, struck: 0 };
    at.state.fault = fault;
    expect((await at.home.run('log.prune', { before: at.clock.now() }, asTester)).ok).toBe(false);
    expect(fault.struck).toBe(1);
    expect([await size(at), await head(at), await firstOf(at)]).toEqual(before);
    expect(need(await at.home.run('log.prune', { before: at.clock.now() }, asTester)).minimum).toBe(256);
    expect(await firstOf(at)).toBe(256);
    await holds(at);
    at.close();
  });
});

const firstOf = async ({ home }: SmallVault) =>
  need(await home.run('log.page', { filter: {}, span: { from: 0, to: 9999 }, limit: 1 }, asTester)).entries[0]!.seq;

describe('a commit', () => {
  test('that failed was not acknowledged, and nothing of it is there after a restart', async () => {
    const at = smallVault();
    await grown(at);
    const before = await size(at);
    at.state.fault = { mode: 'commit failed', sql: /commit/, struck: 0 };
    const result = await at.home.run('test.act', { data: 'x' }, asTester);
    expect(result).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(at.state.fatal).toBeDefined();
    at.handle.close();
    const again = smallVault(at);
    expect(await size(again)).toBe(before);
    await holds(again);
    again.close();
  });

  test('that failed but persisted is found by the retry after a restart, and stands in the log once', async () => {
    const at = smallVault();
    await grown(at);
    const before = await size(at);
    at.state.fault = { mode: 'commit persisted', sql: /commit/, struck: 0 };
    const context = { ...asTester, command: 'once', fingerprint: 'x' };
    expect((await at.home.run('test.act', { data: 'x' }, context)).ok).toBe(false);
    at.handle.close();
    const again = smallVault(at);
    expect(await size(again)).toBe(before + 1);
    const retried = need(await again.home.run('test.act', { data: 'x' }, context));
    expect(retried.seq).toBe(before);
    expect(await size(again)).toBe(before + 1);
    await holds(again);
    again.close();
  });

  test('goes through where there is no fault (the control)', async () => {
    const at = smallVault();
    at.state.fault = { mode: 'failed', sql: /no such statement/, struck: 0 };
    expect((await at.home.run('test.act', { data: 'x' }, asTester)).ok).toBe(true);
    expect(at.state.fault.struck).toBe(0);
    at.close();
  });
});
