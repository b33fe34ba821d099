import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMirror, httpSink, type MirrorEntry, type Sink } from '../../src/audit/mirror';
import { fileSink, syslogSink } from '../../src/audit/sinks-node';
import { action, type Ops, query, trusted, type Vault } from '../../src/platform';
import { asTester, type SmallVault, smallVault } from './small-vault';

/** What the guard knows of the operations: which read, and which may not wait. */
const ops = {
  'test.act': action(trusted<{ data: string }>(), () => null, { urgent: (i) => i.data === 'withdraw' }),
  'log.head': query(trusted<Record<never, never>>(), () => null),
} satisfies Ops;

function memorySink(required: boolean) {
  const taken: MirrorEntry[] = [];
  const state: { mood: 'well' | 'refusing' | 'hanging'; calls: number } = { mood: 'well', calls: 0 };
  const sink: Sink = {
    name: 'memory',
    required,
    write: async (entries) => {
      state.calls++;
      if (state.mood === 'refusing') throw new Error('the collector refuses');
      if (state.mood === 'hanging') return new Promise(() => {});
      taken.push(...entries);
    },
  };
  return { sink, taken, state };
}

const mirrorOf = (at: SmallVault, sinks: Sink[], retryMs = 0, timeoutMs = 10_000) =>
  createMirror({ logs: [at.log], sinks, now: at.clock.now, timeoutMs, retryMs });

const guarded = (at: SmallVault, sinks: Sink[], retryMs?: number, timeoutMs?: number) => {
  const mirror = mirrorOf(at, sinks, retryMs, timeoutMs);
  const vault = mirror.guard('registry', at.home as unknown as Vault<typeof ops>, ops);
  return { mirror, act: (data: string) => vault.run('test.act', { data }, asTester), vault };
};

describe('a copy of the log elsewhere', () => {
  test('gets every entry in order, once, and goes on where it was after a restart', async () => {
    const at = smallVault();
    await at.many(450);
    const { sink, taken } = memorySink(false);
    await mirrorOf(at, [sink]).pump();
    expect(taken.map((entry) => entry.seq)).toEqual(Array.from({ length: 450 }, (_, i) => i));
    await at.many(2);
    await mirrorOf(at, [sink]).pump();
    expect(taken.map((entry) => entry.seq).slice(-3)).toEqual([449, 450, 451]);
    at.close();
  });

  test('holds who did what, and never the sealed details', async () => {
    const at = smallVault();
    await at.act('SECRET-CANARY', { person: 'per_a' });
    const { sink, taken } = memorySink(false);
    await mirrorOf(at, [sink]).pump();
    expect(taken).toEqual([
      {
        log: 'registry',
        seq: 0,
        at: '2026-11-22T10:00:00.000Z',
        event: 'test.acted',
        actor: 'system:test',
        person: 'per_a',
      },
    ]);
    at.close();
  });

  test('that is not required may fail without holding anything up', async () => {
    const at = smallVault();
    const { sink, state } = memorySink(false);
    state.mood = 'refusing';
    const { mirror, act } = guarded(at, [sink]);
    expect((await act('x')).ok).toBe(true);
    await mirror.pump();
    expect(mirror.states()[0]).toMatchObject({ position: 0, failing: { why: 'the collector refuses' } });
    state.mood = 'well';
    await mirror.pump();
    expect(mirror.states()[0]).toMatchObject({ position: 1, failing: null });
    at.close();
  });
});

describe('a required copy', () => {
  test('has the entry before the answer leaves', async () => {
    const at = smallVault();
    const { sink, taken } = memorySink(true);
    const { act } = guarded(at, [sink]);
    expect((await act('x')).ok).toBe(true);
    expect(taken.map((entry) => entry.seq)).toEqual([0]);
    await Promise.all([act('a'), act('b'), act('c')]);
    expect(taken.map((entry) => entry.seq)).toEqual([0, 1, 2, 3]);
    at.close();
  });

  test.each(['refusing', 'hanging'] as const)(
    'that is %s withholds answers, and lets nothing new begin',
    async (mood) => {
      const at = smallVault();
      const { sink, state, taken } = memorySink(true);
      const { act, vault } = guarded(at, [sink], 60_000, mood === 'hanging' ? 50 : 10_000);
      state.mood = mood;
      expect(await act('x')).toMatchObject({ ok: false, error: { code: 'unavailable' } });
      const calls = state.calls;
      expect(await act('y')).toMatchObject({ ok: false, error: { code: 'unavailable' } });
      expect(state.calls).toBe(calls);
      expect(await vault.run('log.head', {}, asTester)).toMatchObject({ ok: true, value: { sequenced: 1 } });
      expect(await act('withdraw')).toMatchObject({ ok: true });
      state.mood = 'well';
      at.clock.advance(61_000);
      expect((await act('z')).ok).toBe(true);
      expect(taken.map((entry) => entry.seq)).toEqual([0, 1, 2]);
      at.close();
    },
  );
});

describe('places that take a copy', () => {
  test('a file: one line of JSON per entry, appended', async () => {
    const at = smallVault();
    const dir = mkdtempSync(join(tmpdir(), 'avow-mirror-'));
    const path = join(dir, 'audit.ndjson');
    await at.many(3);
    await mirrorOf(at, [fileSink('file', true, path)]).pump();
    await at.many(1);
    await mirrorOf(at, [fileSink('file', true, path)]).pump();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([0, 1, 2, 3]);
    rmSync(dir, { recursive: true });
    at.close();
  });

  test('an HTTP collector: only 2xx counts as taken', async () => {
    const at = smallVault();
    await at.many(1);
    const bodies: string[] = [];
    let status = 500;
    const sink = httpSink('http', true, async (body) => {
      bodies.push(body);
      return { status };
    });
    const mirror = mirrorOf(at, [sink]);
    await mirror.pump();
    expect(mirror.states()[0]?.failing?.why).toBe('the collector answered 500');
    status = 204;
    await mirror.pump();
    expect(mirror.states()[0]).toMatchObject({ position: 1, failing: null });
    expect(bodies[0]).toBe(bodies[1]);
    at.close();
  });

  test('syslog: RFC 5424 messages, framed by their length', async () => {
    const at = smallVault();
    await at.many(2);
    const received: Buffer[] = [];
    const server = createServer((socket) => socket.on('data', (chunk) => received.push(chunk)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const mirror = mirrorOf(at, [syslogSink('syslog', false, { host: '127.0.0.1', port })]);
    await mirror.pump();
    await new Promise((resolve) => server.close(resolve));
    expect(mirror.states()[0]).toMatchObject({ position: 2, failing: null });
    let rest = Buffer.concat(received).toString();
    for (const seq of [0, 1]) {
      const [, length = '', message = ''] = /^(\d+) (.*)$/s.exec(rest)!;
      expect(message).toMatch(/^<110>1 2026-11-22T10:00:00\.000Z \S+ avow - test\.acted - \{/);
      expect(JSON.parse(message.slice(message.indexOf('{'), Number(length))).seq).toBe(seq);
      rest = message.slice(Number(length));
    }
    expect(rest).toBe('');
    at.close();
  });
});
