import { createHash, createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { buildBundle, streamBundle } from '../../src/audit/bundle';
import { utf8 } from '../../src/audit/bytes';
import { canonicalBytes, canonicalText } from '../../src/audit/canonical';
import { crc32 } from '../../src/audit/crc32';
import { commitment, commitTo, entryBytes, parseEntry } from '../../src/audit/entry';
import { canonical, type Json, parseCanonical } from '../../src/audit/verify/json';
import { hmacSha256, sha256, sha512 } from '../../src/audit/verify/sha2';
import { readZip } from '../../src/audit/verify/zip';
import { collect, writeZip, zipOf } from '../../src/audit/zip';
import { bundleOf, inputOf, logOf, ORIGIN, ordinary, salt, signer, withErasure } from './bundle-fixture';

const key = signer(ORIGIN);
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('tile entries', () => {
  const entry = { t: 1_767_225_600_000, commitment: new Uint8Array(32).fill(9) };

  test('are version, time and commitment in canonical JSON, and nothing else', () => {
    expect(text(entryBytes(entry))).toBe(
      '{"c":"CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=","t":1767225600000,"v":1}',
    );
    expect(parseEntry(entryBytes(entry))).toEqual(entry);
  });

  test.each([
    ['another version', '"v":1', '"v":2'],
    ['a space', '{"c"', '{ "c"'],
    ['a further member', '"v":1', '"v":1,"x":1'],
    ['a time with a leading zero', '"t":1', '"t":01'],
    ['a short commitment', 'CQkJCQ', ''],
  ])('with %s are not read', (_, from, to) => {
    expect(parseEntry(utf8(text(entryBytes(entry)).replace(from, to)))).toBeUndefined();
  });

  test('commit with HMAC-SHA-256, keyed by the salt, to the canonical envelope', () => {
    const expected = createHmac('sha256', salt(1)).update('{"a":1,"b":[true,null]}').digest();
    expect(Buffer.from(commitTo(salt(1), { b: [true, null], a: 1 }))).toEqual(expected);
    expect(() => commitment(salt(1).subarray(1), utf8('{}'))).toThrow(TypeError);
  });
});

describe('the canonical ZIP', () => {
  const contents = new Map([
    ['b/second.txt', utf8('zwei')],
    ['a', new Uint8Array(0)],
    ['b/first', new Uint8Array(70_000).fill(7)],
  ]);

  test('is read by a foreign library, sorted by name', async () => {
    const files = unzipSync(await zipOf(contents));
    expect(Object.keys(files)).toEqual(['a', 'b/first', 'b/second.txt']);
    for (const [name, bytes] of contents) expect(files[name]).toEqual(bytes);
  });

  test('is read back by the verifier without a departure', async () => {
    const archive = readZip(await zipOf(contents))!;
    expect(archive.departure).toBeUndefined();
    expect([...archive.files]).toEqual([...contents].sort(([a], [b]) => (a < b ? -1 : 1)));
  });

  test('does not depend on how its contents were cut into chunks', async () => {
    const bytes = utf8('one two three');
    const cut = writeZip([{ name: 'x', chunks: [bytes.subarray(0, 3), bytes.subarray(3, 3), bytes.subarray(3)] }]);
    expect(await collect(cut)).toEqual(await zipOf(new Map([['x', bytes]])));
  });

  test.each(['', '/a', '../a', 'a/../b', 'a//b', 'a/', '.hidden', 'ä', 'a b', 'a\\b'])(
    'refuses the name "%s"',
    async (name) => {
      await expect(collect(writeZip([{ name, chunks: [] }]))).rejects.toThrow(TypeError);
    },
  );

  test('refuses names out of order or twice', async () => {
    const files = (...names: string[]) => names.map((name) => ({ name, chunks: [] }));
    await expect(collect(writeZip(files('b', 'a')))).rejects.toThrow(TypeError);
    await expect(collect(writeZip(files('a', 'a')))).rejects.toThrow(TypeError);
  });

  test('refuses more files than plain ZIP can count', async () => {
    const names = Array.from({ length: 65_536 }, (_, i) => String(i).padStart(5, '0'));
    await expect(collect(writeZip(names.map((name) => ({ name, chunks: [] }))))).rejects.toThrow(RangeError);
  });

  test('that another program packed is a departure, not canonical', async () => {
    const { zipSync } = await import('fflate');
    const foreign = zipSync({ a: utf8('one') }, { level: 0 });
    expect(readZip(foreign)?.departure).toBeDefined();
  });

  test('has the CRC of the standard check value', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926);
    expect(crc32(utf8('6789'), crc32(utf8('12345')))).toBe(0xcbf43926);
  });
});

describe('a bundle', () => {
  test('contains what VERIFY.md says, and opens in a foreign library', async () => {
    const files = unzipSync(await bundleOf(withErasure(260, 3), key));
    expect(Object.keys(files)).toEqual([
      'VERIFY.md',
      'keys.json',
      'logs/v0/checkpoint',
      'logs/v0/entries.ndjson',
      'logs/v0/tile/0/000',
      'logs/v0/tile/0/001.p/5',
      'logs/v0/tile/1/000.p/1',
      'logs/v0/tile/entries/000',
      'logs/v0/tile/entries/001.p/5',
      'manifest.json',
      'manifest.sig',
    ]);
    const lines = text(files['logs/v0/entries.ndjson'])
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(261);
    expect(lines[3]).toEqual({ seq: 3, entry: lines[3].entry, erased: 260 });
    expect(lines[260].envelope.erases).toEqual([[3, 3]]);
  });

  test('lists every other file in its manifest with length and SHA-256', async () => {
    const files = unzipSync(await bundleOf(ordinary(3), key, { extra: new Map([['verify.html', utf8('<p>')]]) }));
    const manifest = JSON.parse(text(files['manifest.json']));
    expect(manifest).toMatchObject({ format: 'avow-bundle/1', created: '2026-01-01T00:00:00.000Z', filter: null });
    const { 'manifest.json': _, 'manifest.sig': __, ...listed } = files;
    const expected = Object.entries(listed).map(([path, bytes]) => ({
      path,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }));
    expect(manifest.files).toEqual(expected);
  });

  test('asks for each entry once, and holds no more than a chunk of lines back', async () => {
    let asked = 0;
    let furthest = 0;
    const entries = ordinary(5000);
    const log = logOf('v0', entries, key);
    const counted = function* () {
      for (const entry of entries) {
        asked += 1;
        yield entry;
      }
    };
    let before = 0;
    for await (const _ of streamBundle(inputOf([{ ...log, entries: counted }], key))) {
      furthest = Math.max(furthest, asked - before);
      before = asked;
    }
    expect(asked).toBe(5000);
    expect(furthest).toBeLessThan(600);
  });

  test.each([
    ['fewer entries than its size', { entries: () => ordinary(2) }],
    ['more entries than its size', { entries: () => ordinary(4) }],
    ['a name that is a path', { name: '../v0' }],
    ['an entry that is none', { entries: () => ordinary(3).with(1, { entry: utf8('{}'), withheld: true }) }],
  ])('is not made of a log with %s', async (_, wrong) => {
    const log = { ...logOf('v0', ordinary(3), key), ...wrong };
    await expect(buildBundle(inputOf([log], key))).rejects.toThrow(TypeError);
  });

  test.each(['manifest.sig', 'logs/v0/x'])('does not let an extra file take the place of %s', async (name) => {
    await expect(bundleOf(ordinary(1), key, { extra: new Map([[name, utf8('')]]) })).rejects.toThrow(TypeError);
  });
});

describe('the verifier’s own arithmetic', () => {
  test('agrees with the runtime on SHA-256, SHA-512 and HMAC of every length over two blocks', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = new Uint8Array(length).map((_, i) => (i * 31 + length) & 0xff);
      const expected = (name: string) => createHash(name).update(bytes).digest('hex');
      expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(expected('sha256'));
      expect(Buffer.from(sha512(bytes)).toString('hex')).toBe(expected('sha512'));
      const hmac = createHmac('sha256', salt(length)).update(bytes).digest('hex');
      expect(Buffer.from(hmacSha256(salt(length), bytes)).toString('hex')).toBe(hmac);
    }
  });

  test('agrees with the writer on the canonical form of any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        expect(canonical(json)).toBe(text(canonicalBytes(json)));
        expect(canonical(parseCanonical(canonical(json))!)).toBe(canonical(json));
      }),
    );
  });

  test('writes the canonical form that the library writes, and refuses what it refuses', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalText(value as Json)).toBe(canonicalize(value));
      }),
    );
    expect(canonicalText({ b: undefined, a: [1e21, 1e-7, -0, 0.1] })).toBe('{"a":[1e+21,1e-7,0,0.1]}');
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, undefined, 1n])
      expect(() => canonicalText(wrong as Json)).toThrow(TypeError);
  });

  test.each(['{"b":1,"a":2}', '{"a":1,"a":1}', '1.0', '-0', '"\\u0041"', ' 1', '{"a":1e2}', '[1,]'])(
    'does not take %s for canonical',
    (json) => {
      expect(parseCanonical(json)).toBeUndefined();
    },
  );

  test('keeps a member called __proto__ a member', () => {
    const json = '{"__proto__":{"a":1},"b":2}';
    expect(canonical(parseCanonical(json)!)).toBe(json);
  });
});
