import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  generateSecrets,
  KeyMemory,
  KeyNeeded,
  type KeyRef,
  type Keyring,
  keyringOps,
  remoteKeyring,
  seal,
  unseal,
  unsealText,
  unwrap,
  type Vault,
  wrap,
  wrappingOf,
} from '../../src/platform';
import { openKeyring } from '../../src/platform/keyring-node';
import { folder, type Ground, ground, smallOps, tester } from './ground';

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

const jane: KeyRef = { person: 'per_eu0000jane', class: 'ordinary' };
const codeOf = (r: { ok: boolean; error?: { code: string } }): string => (r.ok ? 'ok' : r.error!.code);

/** A ring that counts its calls. */
function counting(calls: { load: number; make: number }): (real: Keyring) => Keyring {
  return (real) => ({
    ...real,
    load: (refs) => {
      calls.load++;
      return real.load(refs);
    },
    make: (refs) => {
      calls.make++;
      return real.make(refs);
    },
  });
}

describe('keys in an operation', () => {
  it('are made at the first need, before anything is committed under them, and are in memory from then on', async () => {
    const calls = { load: 0, make: 0 };
    const g = fresh({ ring: counting(calls) });
    expect(await g.ring.load([jane])).toEqual([undefined]);
    expect(codeOf(await g.run('note.seal', { person: jane.person }))).toBe('ok');
    expect((await g.ring.load([jane]))[0]).toHaveLength(32);
    expect(calls).toEqual({ load: 0, make: 1 });
    await g.run('note.seal', { person: jane.person });
    expect(calls.make).toBe(1);
  });

  it('are not made by looking', async () => {
    const g = fresh();
    expect(await g.run('note.can_open', { person: jane.person })).toMatchObject({ value: { key: false } });
    expect(await g.ring.load([jane])).toEqual([undefined]);
    await g.run('note.seal', { person: jane.person });
    expect(await g.run('note.can_open', { person: jane.person })).toMatchObject({ value: { key: true } });
  });

  it('are asked for round by round, and an operation that asks without end is stopped', async () => {
    const g = fresh();
    expect(codeOf(await g.run('note.seal', { person: 'few', rounds: 5 }))).toBe('ok');
    expect(codeOf(await g.run('note.seal', { person: 'many', rounds: 60 }))).toBe('internal');
    expect(g.value('sealed many')).toBeNull();
  });

  it('that were destroyed can be used neither for old nor for new, and the caller is told that it is gone', async () => {
    const g = fresh();
    const sealed = await g.run('note.seal', { person: jane.person });
    const key = (await g.ring.load([jane]))[0]!;
    expect(
      unsealText(key, 'note', Buffer.from(sealed.ok ? (sealed.value as { sealed: string }).sealed : '', 'base64')),
    ).toBe('secret');
    await g.ring.destroy([jane], 7);
    g.runner.memory.forget(jane);
    expect(codeOf(await g.run('note.seal', { person: jane.person }))).toBe('gone');
    expect(await g.run('note.can_open', { person: jane.person })).toMatchObject({ value: { key: false } });
  });

  it('an operation whose keys can not be fetched fails as a result, a query as well as an action', async () => {
    const broken = (real: Keyring): Keyring => ({
      ...real,
      load: () => Promise.reject(new Error('the ring is away')),
      make: () => Promise.reject(new Error('the ring is away')),
    });
    const g = fresh({ ring: broken });
    expect(codeOf(await g.run('note.seal', { person: 'p' }))).toBe('internal');
    expect(codeOf(await g.run('note.can_open', { person: 'p' }))).toBe('internal');
    expect(codeOf(await g.run('note.put', { key: 'a', value: 'x' }))).toBe('ok');
  });
});

/** The same promises for the file and for the registry's tables. */
const rings: [string, () => { ring: Keyring; close(): void }][] = [
  [
    'a file of its own',
    () => {
      const at = folder();
      const ring = openKeyring(join(at.path, 'keyring.db'), wrappingOf(generateSecrets()), { now: () => 1 });
      return {
        ring,
        close: () => {
          ring.close();
          at.gone();
        },
      };
    },
  ],
  [
    'tables of the registry',
    () => {
      const at = folder();
      const shape = openKeyring(join(at.path, 'vault-0.db'), wrappingOf(generateSecrets()), { now: () => 1 });
      shape.close();
      const g = ground({ at: at.path, ops: { ...smallOps, ...keyringOps(wrappingOf(generateSecrets())) } });
      const vault = { run: (name: string, input: never) => g.run(name, input, tester) };
      return {
        ring: remoteKeyring(vault as unknown as Vault<ReturnType<typeof keyringOps>>),
        close: () => {
          g.close();
          at.gone();
        },
      };
    },
  ],
];

describe.each(rings)('the keyring in %s', (_, make) => {
  it('answers nothing for a key that was never made', async () => {
    const { ring, close } = make();
    expect(await ring.load([jane])).toEqual([undefined]);
    close();
  });

  it('makes one key for one person and class, however many ask for it at once', async () => {
    const { ring, close } = make();
    const asked = await Promise.all([ring.make([jane]), ring.make([jane, { ...jane, class: 'evidence' }])]);
    expect(asked[1]![0]).toEqual(asked[0]![0]);
    expect(asked[1]![1]).not.toEqual(asked[0]![0]);
    expect(await ring.load([jane])).toEqual(asked[0]);
    close();
  });

  it('leaves a tombstone for a destroyed key, and making never brings it back', async () => {
    const { ring, close } = make();
    await ring.make([jane, { ...jane, class: 'evidence' }]);
    await ring.destroy([jane], 5);
    expect(await ring.load([jane])).toEqual([undefined]);
    expect(await ring.make([jane])).toEqual([undefined]);
    expect((await ring.load([{ ...jane, class: 'evidence' }]))[0]).toHaveLength(32);
    close();
  });

  it('leaves a tombstone also where there never was a key', async () => {
    const { ring, close } = make();
    await ring.destroy([jane], 5);
    expect(await ring.make([jane])).toEqual([undefined]);
    close();
  });
});

describe('the keyring file', () => {
  it('holds no key in plain, and nothing of a destroyed key even wrapped', async () => {
    const at = folder();
    const file = join(at.path, 'keyring.db');
    const secrets = generateSecrets();
    const ring = openKeyring(file, wrappingOf(secrets), { now: () => 1 });
    const key = (await ring.make([jane]))[0]!;
    const row = ring.handle.db.read('select sealed from keyring_key').get<{ sealed: Uint8Array }>()!;
    const wrapped = Buffer.from(row.sealed);
    await ring.destroy([jane], 2);
    ring.close();
    const bytes = readFileSync(file);
    expect(bytes.includes(Buffer.from(key))).toBe(false);
    expect(bytes.includes(wrapped)).toBe(false);
    expect(bytes.includes(Buffer.from(jane.person))).toBe(true);
    at.gone();
  });

  it('control: the wrapped key is in the file while it lives, so its absence means something', async () => {
    const at = folder();
    const file = join(at.path, 'keyring.db');
    const ring = openKeyring(file, wrappingOf(generateSecrets()), { now: () => 1 });
    await ring.make([jane]);
    const row = ring.handle.db.read('select sealed from keyring_key').get<{ sealed: Uint8Array }>()!;
    ring.close();
    expect(readFileSync(file).includes(Buffer.from(row.sealed))).toBe(true);
    at.gone();
  });

  it('keeps keys and heads over a restart, and a head never goes back within its epoch', async () => {
    const at = folder();
    const file = join(at.path, 'keyring.db');
    const wrapping = wrappingOf(generateSecrets());
    const first = openKeyring(file, wrapping, { now: () => 1 });
    const key = await first.make([jane]);
    const head = { log: 'vault-0', epoch: 1, size: 10, root: 'r10', at: 1 };
    first.noteHead(head);
    first.noteHead({ ...head, size: 5, root: 'r5' });
    first.close();
    const second = openKeyring(file, wrapping, { now: () => 2 });
    expect(await second.load([jane])).toEqual(key);
    expect(second.head('vault-0')).toMatchObject({ size: 10, root: 'r10' });
    second.noteHead({ ...head, epoch: 2, size: 3, root: 'e2' });
    expect(second.head('vault-0')).toMatchObject({ epoch: 2, size: 3 });
    second.close();
    at.gone();
  });

  it('names the wrapping key that is missing', async () => {
    const at = folder();
    const file = join(at.path, 'keyring.db');
    const ring = openKeyring(file, wrappingOf(generateSecrets()), { now: () => 1 });
    await ring.make([jane]);
    ring.close();
    const other = { current: 'k2', keys: { k2: new Uint8Array(32) } };
    const again = openKeyring(file, other, { now: () => 1 });
    await expect(again.load([jane])).rejects.toThrow(/wrapping key k1 .* AVOW_SECRETS/);
    again.close();
    at.gone();
  });
});

describe('sealing', () => {
  const key = new Uint8Array(32).fill(7);

  it('binds a value to its place, its key and every byte', () => {
    const sealed = seal(key, 'table.column:1', 'jane');
    expect(unsealText(key, 'table.column:1', sealed)).toBe('jane');
    expect(() => unseal(key, 'table.column:2', sealed)).toThrow();
    expect(() => unseal(new Uint8Array(32), 'table.column:1', sealed)).toThrow();
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice();
      changed[i]! ^= 1;
      expect(() => unseal(key, 'table.column:1', changed)).toThrow();
    }
  });

  it('never seals the same value to the same bytes', () => {
    expect(seal(key, 'p', 'jane')).not.toEqual(seal(key, 'p', 'jane'));
  });

  it('binds a wrapped key to its person and class', () => {
    const wrapping = { current: 'k1', keys: { k1: new Uint8Array(32).fill(1) } };
    const wrapped = wrap(wrapping, jane, key);
    expect(unwrap(wrapping, jane, wrapped.kid, wrapped.sealed)).toEqual(key);
    expect(() => unwrap(wrapping, { ...jane, person: 'other' }, wrapped.kid, wrapped.sealed)).toThrow();
    expect(() => unwrap(wrapping, { ...jane, class: 'evidence' }, wrapped.kid, wrapped.sealed)).toThrow();
  });
});

describe('keys in memory', () => {
  it('are bounded, and a key that went is asked for again', () => {
    const memory = new KeyMemory(() => new Uint8Array(32), 2);
    for (const person of ['a', 'b', 'c']) memory.put({ person, class: 'ordinary' }, new Uint8Array(32), true);
    expect(() => memory.keys.open('a')).toThrow(KeyNeeded);
    expect(memory.keys.open('c')).toHaveLength(32);
  });

  it('many at once cost one trip', () => {
    const memory = new KeyMemory(() => new Uint8Array(32));
    memory.put({ person: 'a', class: 'ordinary' }, undefined, false);
    const wanted: KeyRef[] = ['a', 'b', 'c'].map((person) => ({ person, class: 'ordinary' }));
    expect(() => memory.keys.ready(wanted)).toThrow(
      expect.objectContaining({ refs: wanted.slice(1), make: false }) as unknown as Error,
    );
  });
});
