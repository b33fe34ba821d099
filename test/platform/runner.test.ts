import { afterEach, describe, expect, it } from 'vitest';
import { logSize } from '../../src/audit';
import { action, type Handle, type Listeners, trusted, type Wire } from '../../src/platform';
import { type Ground, ground, START, type smallOps, tester } from './ground';

let open: Ground[] = [];
const fresh = (o: Parameters<typeof ground>[0] = {}): Ground => {
  const g = ground(o);
  open.push(g);
  return g;
};
afterEach(() => {
  for (const g of open) g.close();
  open = [];
});

const put = (key: string, ending?: string): Wire => (ending ? { key, value: 'x', ending } : { key, value: 'x' });
const codeOf = (r: { ok: boolean; error?: { code: string } }): string => (r.ok ? 'ok' : r.error!.code);
const feedSize = (g: Ground) => g.handle.db.read('select count(*) as n from feed').get<{ n: number }>()!.n;

describe('what an action must do', () => {
  it('refuses an action that ends without an audit entry, and keeps nothing of it', async () => {
    const g = fresh();
    expect(codeOf(await g.run('note.put', put('a', 'unaudited')))).toBe('internal');
    expect(g.value('a')).toBeNull();
    expect(g.reported.join()).toContain('ended without an audit entry');
    expect(codeOf(await g.run('note.put', put('a')))).toBe('ok');
    expect(g.value('a')).toBe('x');
  });

  it('refuses "unchanged" after a change, and allows it where nothing changed', async () => {
    const g = fresh();
    expect(codeOf(await g.run('note.idle', { write: true }))).toBe('internal');
    expect(g.value('idle')).toBeNull();
    expect(codeOf(await g.run('note.idle', { write: false }))).toBe('ok');
  });

  it('refuses an asynchronous action at run time, and rolls back the half of it that has run', async () => {
    const late = action(trusted<{ key: string }>(), ((w: Parameters<(typeof smallOps)['note.put']['run']>[0]) => {
      w.db.write("insert into meta (key, value) values ('half', 'x')").run();
      w.audit('half', {});
      return Promise.resolve({ ok: true });
    }) as never);
    const g = fresh({ ops: { 'note.late': late } });
    expect(codeOf(await g.run('note.late', { key: 'half' }))).toBe('internal');
    expect(g.value('half')).toBeNull();
    expect(logSize(g.handle.db)).toBe(0);
    expect(g.reported.join()).toContain('asynchronous');
  });

  it('an asynchronous action does not compile', () => {
    // @ts-expect-error: a promise is not a result
    action(trusted<{ key: string }>(), async () => ({ ok: true }));
    action(trusted<{ key: string }>(), () => ({ ok: true }));
  });

  it('keeps fact, audit entry, message and listener in one transaction', async () => {
    const listeners: Listeners = {
      noted: [
        (w) => {
          w.db.write("insert into meta (key, value) values ('heard', 'x')").run();
        },
      ],
    };
    const loud = action(trusted<{ fail: boolean }>(), (w, i) => {
      w.emit('note', { text: 'hello' });
      w.raise('noted', {});
      w.audit('loud', {});
      if (i.fail) throw new Error('at the very end');
      return { ok: true };
    });
    const g = fresh({ ops: { 'note.loud': loud }, listeners });
    await g.run('note.loud', { fail: true });
    expect([logSize(g.handle.db), feedSize(g), g.value('heard')]).toEqual([0, 0, null]);
    await g.run('note.loud', { fail: false });
    expect([logSize(g.handle.db), feedSize(g), g.value('heard')]).toEqual([1, 1, 'x']);
  });

  it('answers an operation that nobody knows, also one named after a member of every object', async () => {
    const g = fresh();
    for (const name of ['no.such', 'toString', '__proto__', 'constructor'])
      expect(codeOf(await g.run(name, {}))).toBe('not_found');
  });

  it('answers an attempt from a read, and runs its action only when the read has no answer', async () => {
    const g = fresh();
    expect(await g.run('note.find_or_put', { key: 'k' })).toMatchObject({ value: 'made by the action' });
    expect(logSize(g.handle.db)).toBe(1);
    expect(await g.run('note.find_or_put', { key: 'k' })).toMatchObject({ value: 'made' });
    expect(logSize(g.handle.db)).toBe(1);
  });
});

describe('group commit', () => {
  it('commits the actions of one turn together, and undoes only those that fail', async () => {
    let commits = 0;
    const counting = (h: Handle): Handle => ({
      ...h,
      outer: (work) => {
        commits++;
        return h.outer(work);
      },
    });
    const g = fresh({ wrap: counting, batchMs: 5000 });
    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map((key, i) => g.run('note.put', put(key, ['', 'refuse', 'throw', ''][i]!))),
    );
    expect(commits).toBe(1);
    expect(results.map(codeOf)).toEqual(['ok', 'conflict', 'internal', 'ok']);
    expect(['a', 'b', 'c', 'd'].map(g.value)).toEqual(['x', null, null, 'x']);
    expect(logSize(g.handle.db)).toBe(2);
  });

  it('when an error ends the outer transaction, rejects the whole batch and keeps nothing of it', async () => {
    const g = fresh({ batchMs: 5000 });
    await g.run('note.put', put('before'));
    const results = await Promise.all([
      g.run('note.put', put('a')),
      g.run('note.put', put('b', 'rollback')),
      g.run('note.put', put('c')),
    ]);
    expect(results.map(codeOf)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(['before', 'a', 'b', 'c'].map(g.value)).toEqual(['x', null, null, null]);
    expect(logSize(g.handle.db)).toBe(1);
    expect(g.fatal).toHaveLength(1);
  });

  it('settles everybody who waits when the database has stopped', async () => {
    const g = fresh({ batchMs: 5000 });
    const results = await Promise.race([
      Promise.all([g.run('note.put', put('b', 'rollback')), g.run('note.put', put('c')), g.run('note.put', put('d'))]),
      new Promise<'nobody answers'>((done) => setTimeout(done, 1000, 'nobody answers')),
    ]);
    expect(results).not.toBe('nobody answers');
    expect((results as { ok: boolean }[]).map((r) => r.ok)).toEqual([false, false, false]);
    expect(codeOf(await g.run('note.put', put('later')))).toBe('unavailable');
  });

  it('when COMMIT fails, answers nobody with a yes, keeps nothing, and says that the process must end', async () => {
    let failing = false;
    const breaking = (h: Handle): Handle => ({
      ...h,
      outer: (work) =>
        h.outer(() => {
          const value = work();
          if (failing) throw new Error('disk I/O error');
          return value;
        }),
    });
    const g = fresh({ wrap: breaking });
    expect(codeOf(await g.run('note.put', put('kept')))).toBe('ok');
    failing = true;
    const lost = await Promise.all([g.run('note.put', put('a')), g.run('note.put', put('b'))]);
    expect(lost.map(codeOf)).toEqual(['unavailable', 'unavailable']);
    failing = false;
    expect(codeOf(await g.run('note.put', put('c')))).toBe('unavailable');
    expect(['kept', 'a', 'b', 'c'].map(g.value)).toEqual(['x', null, null, null]);
    expect(g.fatal).toHaveLength(1);
  });

  it('control: a runner that answered before COMMIT would be caught by the same look', async () => {
    const g = fresh();
    const answered: string[] = [];
    try {
      g.handle.outer(() => {
        g.handle.db.write("insert into meta (key, value) values ('early', 'x')").run();
        answered.push('early');
        throw new Error('disk I/O error');
      });
    } catch {}
    expect(answered.filter((key) => g.value(key) === null)).toEqual(['early']);
  });

  it('never wakes deliveries for messages that were rolled back', async () => {
    const g = fresh({ batchMs: 5000 });
    await Promise.all([g.run('note.emit', { text: 'lost' }), g.run('note.put', put('b', 'rollback'))]);
    expect(feedSize(g)).toBe(0);
    expect(g.woken).toEqual([]);
    const h = fresh();
    await h.run('note.emit', { text: 'kept' });
    expect(h.woken).toEqual([{ messages: true, due: undefined }]);
  });
});

describe('the queue', () => {
  it('is bounded: whoever comes too late is told so at once and nothing is recorded', async () => {
    const g = fresh({ maxQueue: 3 });
    const results = await Promise.all(Array.from({ length: 5 }, (_, i) => g.run('note.put', put(`k${i}`))));
    expect(results.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'busy', 'busy']);
    expect(logSize(g.handle.db)).toBe(3);
    expect(codeOf(await g.run('note.put', put('k5')))).toBe('ok');
  });

  it('lets withdrawals go before everything that waits', async () => {
    const g = fresh();
    const order: string[] = [];
    await Promise.all([
      g.run('note.put', put('first')).then((r) => order.push(`put ${r.ok && (r.value as { seq: number }).seq}`)),
      g.run('note.urgent', { key: 'u' }).then((r) => order.push(`urgent ${r.ok && (r.value as { seq: number }).seq}`)),
    ]);
    expect(order).toEqual(['urgent 0', 'put 2']);
  });

  it('ends a batch after its milliseconds and goes on with the rest in another', async () => {
    let commits = 0;
    const counting = (h: Handle): Handle => ({
      ...h,
      outer: (work) => {
        commits++;
        return h.outer(work);
      },
    });
    const g = fresh({ wrap: counting, batchMs: 0 });
    await Promise.all(['a', 'b', 'c'].map((key) => g.run('note.put', put(key))));
    expect(commits).toBe(3);
  });
});

describe('commands', () => {
  const command = { ...tester, command: 'c1', fingerprint: 'f1' };

  it('runs a command once and gives its retries the first answer, whatever they now say', async () => {
    const g = fresh();
    const first = await g.run('note.put', put('a'), command);
    const again = await g.run('note.put', put('b'), command);
    expect(again).toMatchObject({ ok: true, value: first.ok && first.value });
    expect(g.value('b')).toBeNull();
    expect(logSize(g.handle.db)).toBe(1);
  });

  it('runs a command once when its retries arrive in the same turn', async () => {
    const g = fresh();
    const both = await Promise.all([g.run('note.put', put('a'), command), g.run('note.put', put('a'), command)]);
    expect(both[1]).toEqual(both[0]);
    expect(logSize(g.handle.db)).toBe(1);
  });

  it('refuses a command id that comes with another body', async () => {
    const g = fresh();
    await g.run('note.put', put('a'), command);
    expect(codeOf(await g.run('note.put', put('a'), { ...command, fingerprint: 'f2' }))).toBe('idempotency_conflict');
  });

  it('remembers nothing of a command that failed, so that it may be tried again', async () => {
    const g = fresh();
    expect(codeOf(await g.run('note.put', put('a', 'refuse'), command))).toBe('conflict');
    expect(codeOf(await g.run('note.put', put('a'), command))).toBe('ok');
  });

  it('keeps the result sealed', async () => {
    const g = fresh();
    await g.run('note.put', put('a'), command);
    const row = g.handle.db.read('select result from command').get<{ result: Uint8Array }>()!;
    expect(Buffer.from(row.result).toString('latin1')).not.toContain('promise');
  });
});

describe('time and revisions', () => {
  it('records times that never run backwards, whatever the clock does', async () => {
    const g = fresh();
    const now = async () => {
      const r = await g.run('note.put', put('a'));
      return r.ok ? (r.value as { now: number }).now : 0;
    };
    expect(await now()).toBe(START);
    g.clock.advance(-3_600_000);
    expect(await now()).toBe(START);
    g.clock.set(START + 5);
    expect(await now()).toBe(START + 5);
  });

  it('goes on from the last recorded time after a restart with an earlier clock', async () => {
    const first = fresh();
    await first.run('note.put', put('a'));
    first.handle.close();
    first.ring.close();
    const second = fresh({ at: first.at, now: START - 86_400_000 });
    open = open.filter((g) => g !== first);
    const r = await second.run('note.put', put('b'));
    expect(r.ok && (r.value as { now: number }).now).toBe(START);
  });

  it('answers a demanded revision or says that it is not there yet', async () => {
    const g = fresh();
    const r = await g.run('note.put', put('a'));
    const atLeast = r.ok ? r.revision : '';
    expect(codeOf(await g.run('note.get', { key: 'a' }, { ...tester, atLeast }))).toBe('ok');
    const { encodeRevision } = await import('../../src/platform');
    const future = encodeRevision(g.runner.info, 2);
    expect(codeOf(await g.run('note.get', { key: 'a' }, { ...tester, atLeast: future }))).toBe('revision_not_reached');
    expect(codeOf(await g.run('note.get', { key: 'a' }, { ...tester, atLeast: 'rubbish' }))).toBe('invalid');
  });
});
