import { afterEach, describe, expect, it } from 'vitest';
import { logSize } from '../../src/audit';
import { need, resumeSagas, runSaga, type Saga, type Vault, type Wire } from '../../src/platform';
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

type JobView = { id: string; op: string; attempts: number; due_at: number; last_error: string | null };
const jobs = (g: Ground): JobView[] =>
  g.handle.db.read('select id, op, attempts, due_at, last_error from job order by id').all<JobView>();
const schedule = (g: Ground, id: string, due: number, input: Wire, op = 'note.put') =>
  g.run('note.schedule', { id, op, due, input });

describe('jobs on the clock', () => {
  it('run when their time has come, not a millisecond before, and once', async () => {
    const g = fresh();
    await schedule(g, 'j', START + 1000, { key: 'a', value: 'x' });
    g.clock.set(START + 999);
    expect((await g.runner.runDueJobs()).ran).toBe(0);
    expect(g.value('a')).toBeNull();
    g.clock.set(START + 1000);
    expect(await g.runner.runDueJobs()).toEqual({ ran: 1, next: undefined });
    expect(g.value('a')).toBe('x');
    expect(jobs(g)).toEqual([]);
    expect((await g.runner.runDueJobs()).ran).toBe(0);
  });

  it('run in the order of their times and say when the next is due', async () => {
    const g = fresh();
    await schedule(g, 'late', START + 20, { key: 'k', value: 'late' });
    await schedule(g, 'early', START + 10, { key: 'k', value: 'early' });
    await schedule(g, 'next', START + 99, { key: 'k', value: 'next' });
    g.clock.set(START + 50);
    expect(await g.runner.runDueJobs()).toEqual({ ran: 2, next: START + 99 });
    expect(g.value('k')).toBe('late');
  });

  it('go together with what they did: a job that fails stays, and is tried again later and later', async () => {
    const g = fresh();
    await schedule(g, 'j', START, { key: 'a', value: 'x', ending: 'throw' });
    await g.runner.runDueJobs();
    expect(g.value('a')).toBeNull();
    expect(jobs(g)).toMatchObject([
      { attempts: 1, due_at: START + 2000, last_error: expect.stringContaining('wrong') },
    ]);
    g.clock.set(START + 2000);
    await g.runner.runDueJobs();
    expect(jobs(g)).toMatchObject([{ attempts: 2, due_at: START + 6000 }]);
  });

  it('that fail for ever are parked in sight instead of being tried for ever', async () => {
    const g = fresh();
    await schedule(g, 'j', START, { key: 'a', value: 'x', ending: 'refuse' });
    for (let i = 0; i < 20; i++) {
      g.clock.advance(86_400_000);
      await g.runner.runDueJobs();
    }
    expect(jobs(g)).toMatchObject([{ attempts: 12, last_error: 'refused on purpose' }]);
    expect(jobs(g)[0]!.due_at).toBeGreaterThan(g.clock.now() + 1000 * 365 * 86_400_000);
  });

  it('with an id are replaced, operation and all, and do not pile up', async () => {
    const g = fresh();
    await schedule(g, 'j', START + 10, { key: 'a', value: 'old' });
    await schedule(g, 'j', START + 20, { key: 'b' }, 'note.urgent');
    expect(jobs(g)).toMatchObject([{ op: 'note.urgent', due_at: START + 20 }]);
  });

  it('that put themselves on the clock again under their own id stay on it', async () => {
    const g = fresh();
    await schedule(g, 'daily', START, { id: 'daily', every: 100 }, 'note.again');
    await g.runner.runDueJobs();
    expect(jobs(g)).toMatchObject([{ id: 'daily', due_at: START + 100 }]);
    g.clock.advance(100);
    await g.runner.runDueJobs();
    expect(g.value('daily')).toBe(String(START + 100));
  });

  it('that nobody can run do not stop the others', async () => {
    const g = fresh();
    await schedule(g, 'a-unknown', START, {}, 'no.such.operation');
    await schedule(g, 'b-query', START, { key: 'x' }, 'note.get');
    await schedule(g, 'c-good', START, { key: 'good', value: 'x' });
    await g.runner.runDueJobs().catch(() => undefined);
    await g.runner.runDueJobs().catch(() => undefined);
    expect(g.value('good')).toBe('x');
  });
});

const vault = (g: Ground) => ({ run: g.run }) as unknown as Vault<typeof smallOps>;
type S = { done: string[] };

/** Three steps, each a command of its own; `dies` says before (or after) which of its moments the process ends. */
function counting(g: Ground, dies?: { step: number; when: 'before' | 'after' }): Saga<S> {
  const steps = ['one', 'two', 'three'].map((name, i) => ({
    name,
    run: async (s: S, command: string): Promise<S> => {
      if (dies?.step === i && dies.when === 'before') throw new Error('killed');
      const before = g.value(name);
      const input = { key: name, value: `${Number(before ?? 0) + 1}` };
      need(await g.run('note.put', input, { ...tester, command, fingerprint: '' }));
      if (dies?.step === i && dies.when === 'after') throw new Error('killed');
      return { done: [...s.done, name] };
    },
  }));
  return { kind: 'counting', steps };
}
const openSagas = (g: Ground): number => g.handle.db.read('select count(*) as n from saga').get<{ n: number }>()!.n;

describe('a saga', () => {
  it('runs its steps in order, and leaves no books behind', async () => {
    const g = fresh();
    expect(await runSaga(vault(g), counting(g), 's1', { done: [] })).toEqual({ done: ['one', 'two', 'three'] });
    expect(openSagas(g)).toBe(0);
  });

  const moments = [0, 1, 2].flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when })));
  it.each(moments)('killed $when its step $step is taken up again, and no step has happened twice', async (dies) => {
    const g = fresh();
    await expect(runSaga(vault(g), counting(g, dies), 's1', { done: [] })).rejects.toThrow('killed');
    expect(openSagas(g)).toBe(1);
    expect(await resumeSagas(vault(g), [counting(g) as never], START)).toBe(0);
    expect(await resumeSagas(vault(g), [counting(g) as never], START + 30_000)).toBe(1);
    expect(['one', 'two', 'three'].map(g.value)).toEqual(['1', '1', '1']);
    expect(openSagas(g)).toBe(0);
  });

  it('control: without command ids a step that was killed after its commit happens twice', async () => {
    const g = fresh();
    let killed = false;
    const careless: Saga<S> = {
      kind: 'counting',
      steps: [
        {
          name: 'one',
          run: async (s) => {
            need(await g.run('note.put', { key: 'one', value: `${Number(g.value('one') ?? 0) + 1}` }));
            if (!killed) {
              killed = true;
              throw new Error('killed');
            }
            return s;
          },
        },
      ],
    };
    await expect(runSaga(vault(g), careless, 's1', { done: [] })).rejects.toThrow('killed');
    await resumeSagas(vault(g), [careless as never], START + 30_000);
    expect(g.value('one')).toBe('2');
  });

  it('that is called again goes on where it stands instead of beginning anew', async () => {
    const g = fresh();
    await expect(runSaga(vault(g), counting(g, { step: 1, when: 'before' }), 's1', { done: [] })).rejects.toThrow();
    expect(await runSaga(vault(g), counting(g), 's1', { done: ['ignored'] })).toEqual({
      done: ['one', 'two', 'three'],
    });
    expect(g.value('one')).toBe('1');
  });

  it('that always fails keeps its error in sight and does not stop the sagas behind it', async () => {
    const g = fresh();
    const dies = { step: 0, when: 'before' } as const;
    const hopeless: Saga<S> = { ...counting(g, dies), kind: 'hopeless' };
    await expect(runSaga(vault(g), hopeless, 's1', { done: [] })).rejects.toThrow('killed');
    g.clock.advance(1);
    await expect(runSaga(vault(g), counting(g, { step: 1, when: 'before' }), 's2', { done: [] })).rejects.toThrow();
    await resumeSagas(vault(g), [hopeless as never, counting(g) as never], START + 60_000).catch(() => undefined);
    expect(['one', 'two', 'three'].map(g.value)).toEqual(['1', '1', '1']);
    const row = g.handle.db.read('select id, last_error from saga').all<{ id: string; last_error: string }>();
    expect(row).toEqual([{ id: 's1', last_error: 'one: killed' }]);
  });
});

describe('an entry in the log', () => {
  it('is written for each action and for no query', async () => {
    const g = fresh();
    await g.run('note.put', { key: 'a', value: 'x' });
    await g.run('note.get', { key: 'a' });
    await g.run('note.idle', { write: false });
    expect(logSize(g.handle.db)).toBe(1);
  });
});
