import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { buildBundle } from '../../src/audit/bundle';
import type { BundleEntry } from '../../src/audit/bundle-format';
import { toBase64, toHex, utf8 } from '../../src/audit/bytes';
import { canonicalText } from '../../src/audit/canonical';
import { checkpointText } from '../../src/audit/checkpoint-text';
import { leafHash, rootOf } from '../../src/audit/merkle';
import { signNote } from '../../src/audit/note';
import { type Finding, type VerifyOptions, verifyBundle } from '../../src/audit/verify';
import {
  bundleOf,
  editLines,
  type FileMap,
  filesOf,
  flips,
  inputOf,
  logOf,
  ORIGIN,
  opened,
  ordinary,
  repack,
  replaceEntries,
  salt,
  signer,
  withErasure,
} from './bundle-fixture';

const key = signer(ORIGIN);
const options = { vkeys: [key.vkey] };
/** With the runtime's own cryptography, for the tests that verify thousands of times. */
const fast: VerifyOptions = {
  ...options,
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  ed25519: (publicKey, message, signature) => {
    const x = Buffer.from(publicKey).toString('base64url');
    const jwk = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, message, jwk, signature);
  },
};

/** The findings about entries, tiles and payloads; the manifest's own (a file differs) come on top of every tampering. */
function entryFindings(bundle: Uint8Array) {
  const coarse = ['file_changed', 'file_missing', 'file_surplus'];
  const { ok, findings } = verifyBundle(bundle, options);
  expect(ok).toBe(false);
  return findings.filter((f) => !coarse.includes(f.code)).map(({ code, seq, last }) => place(code, seq, last));
}

const place = (code: string, seq?: number, last = seq) => (seq === last ? `${code} ${seq}` : `${code} ${seq}–${last}`);
const codes = (findings: readonly Finding[]) => [...new Set(findings.map((f) => f.code))];
const swap = <T>(list: readonly T[], a: number, b: number) => list.with(a, list[b]!).with(b, list[a]!);

describe('an untouched bundle', () => {
  test.each([0, 1, 2, 255, 256, 257, 600])('of %i entries is accepted', async (size) => {
    const report = verifyBundle(await bundleOf(ordinary(size), key), options);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      trust: 'given',
      signers: [key.vkey],
      created: '2026-01-01T00:00:00.000Z',
    });
    expect(report.logs).toMatchObject([{ name: 'v0', origin: ORIGIN, size, opened: size, erased: 0, withheld: 0 }]);
  });

  test('is accepted without a key, but says that only the bundle vouches for it', async () => {
    expect(verifyBundle(await bundleOf(ordinary(3), key))).toMatchObject({ ok: true, trust: 'bundle' });
  });

  test('is accepted with the runtime’s SHA-256 and Ed25519 handed in, and a forged one is not', async () => {
    expect(verifyBundle(await bundleOf(ordinary(300), key), fast).findings).toEqual([]);
    const forged = verifyBundle(await bundleOf(ordinary(300), signer(ORIGIN)), fast);
    expect(codes(forged.findings)).toEqual(['manifest_signature', 'checkpoint_signature']);
  });

  test('may hold several logs, each signed in its own name', async () => {
    const registry = signer('audit.example/log/registry');
    const logs = [logOf('registry', ordinary(5), registry), logOf('v0', withErasure(9, 4), key)];
    const bundle = await buildBundle(inputOf(logs, registry));
    const report = verifyBundle(bundle, { vkeys: [registry.vkey, key.vkey] });
    expect(report.findings).toEqual([]);
    expect(report.logs.map(({ name, opened: o, erased }) => [name, o, erased])).toEqual([
      ['registry', 5, 0],
      ['v0', 9, 1],
    ]);
  });

  test('is the same bytes when it is built again', async () => {
    const input = inputOf([logOf('v0', ordinary(300), key)], key);
    expect(toHex(await buildBundle(input))).toBe(toHex(await buildBundle(input)));
  });
});

describe('one changed byte', () => {
  const tiny = bundleOf(withErasure(2, 0), key, { extra: new Map([['verify.html', utf8('<p>offline</p>')]]) });

  test('anywhere in the bundle is rejected', { timeout: 120_000 }, async () => {
    const bundle = await tiny;
    expect(verifyBundle(bundle, options).findings).toEqual([]);
    const accepted = [...flips(bundle)].filter(({ flipped }) => verifyBundle(flipped, fast).ok).map(({ at }) => at);
    expect(accepted).toEqual([]);
  });

  test('in any file is rejected also when the ZIP around it is made anew', { timeout: 120_000 }, async () => {
    const files = filesOf(await tiny);
    expect([...files.keys()]).toContain('verify.html');
    for (const [name, bytes] of files) {
      for (const { at, flipped } of flips(bytes)) {
        const bundle = await repack(await tiny, (all) => void all.set(name, flipped));
        expect(verifyBundle(bundle, fast).ok, `${name} byte ${at}`).toBe(false);
      }
    }
  });

  test('more at the end, one less, and nothing at all are rejected', async () => {
    const bundle = await tiny;
    for (const bad of [
      new Uint8Array([...bundle, 0]),
      new Uint8Array([0, ...bundle]),
      bundle.slice(0, -1),
      bundle.slice(1),
    ]) {
      expect(verifyBundle(bad, options).ok).toBe(false);
    }
    expect(codes(verifyBundle(new Uint8Array(0), options).findings)).toEqual(['zip_unreadable']);
  });
});

/** What is done to the entries of a log of 600; the lines, the entry bundles and the hash tiles can each follow suit. */
const TAMPERINGS: { name: string; edit: (entries: readonly BundleEntry[]) => BundleEntry[]; found: string[] }[] = [
  {
    name: 'an entry changed with its payload',
    edit: (e) => e.with(300, opened(300, { event: 'consent.refused' })),
    found: ['entry_changed 300'],
  },
  { name: 'the first entry removed', edit: (e) => e.slice(1), found: ['entry_removed 0'] },
  { name: 'an entry removed', edit: (e) => e.toSpliced(257, 1), found: ['entry_removed 257'] },
  { name: 'three entries removed', edit: (e) => e.toSpliced(100, 3), found: ['entry_removed 100–102'] },
  { name: 'an entry inserted', edit: (e) => e.toSpliced(42, 0, opened(9000, {})), found: ['entry_inserted 42'] },
  { name: 'an entry doubled', edit: (e) => e.toSpliced(8, 0, e[7]!), found: ['entry_inserted 8'] },
  { name: 'an entry appended', edit: (e) => [...e, opened(9000, {})], found: ['entry_inserted 600'] },
  {
    name: 'an entry moved',
    edit: (e) => e.toSpliced(500, 1).toSpliced(20, 0, e[500]!),
    found: ['entry_reordered 500'],
  },
  { name: 'two entries swapped', edit: (e) => swap(e, 10, 400), found: ['entry_reordered 10', 'entry_reordered 400'] },
  { name: 'the tail cut off', edit: (e) => e.slice(0, 590), found: ['tail_cut 590–599'] },
  { name: 'the last entry cut off', edit: (e) => e.slice(0, 599), found: ['tail_cut 599'] },
];

describe('tampering by one without the key', () => {
  const entries = ordinary(600);
  const whole = bundleOf(entries, key);

  test.each(TAMPERINGS)('$name in the lines is named exactly', async ({ edit, found }) => {
    expect(entryFindings(await repack(await whole, (files) => rewriteLines(files, edit(entries))))).toEqual(found);
  });

  test.each(TAMPERINGS)('$name in lines and entry bundles is named exactly', async ({ edit, found }) => {
    const bundle = await repack(await whole, (files) => {
      rewriteLines(files, edit(entries));
      replaceEntries(files, edit(entries), { hashes: false });
    });
    expect(entryFindings(bundle).filter((f) => !f.startsWith('tile_changed'))).toEqual(found);
  });

  test('everything rewritten, signed head included, needs a key that is not trusted', async () => {
    const forger = signer(ORIGIN);
    const forged = await bundleOf(entries.with(7, opened(7, { event: 'nothing happened' })), forger);
    expect(codes(verifyBundle(forged, options).findings)).toEqual(['manifest_signature', 'checkpoint_signature']);
    expect(verifyBundle(forged), 'control: only the key tells').toMatchObject({ ok: true, trust: 'bundle' });
  });

  test('lines, bundles and tiles rewritten alike contradict the tile above: the block of 256 is named', async () => {
    const bundle = await repack(await whole, (files) => {
      const forged = entries.with(300, opened(300, { event: 'consent.refused' }));
      rewriteLines(files, forged);
      replaceEntries(files, forged, { hashes: true });
    });
    expect(entryFindings(bundle)).toEqual(['root_mismatch 256–511']);
  });

  test('the whole bundle cut short, names of tiles included, still misses its tail', async () => {
    const bundle = await repack(await whole, (files) => {
      rewriteLines(files, entries.slice(0, 590));
      replaceEntries(files, entries.slice(0, 590), { hashes: true });
    });
    expect(entryFindings(bundle)[0]).toBe('tail_cut 590–599');
  });

  test('a hash changed in a tile is named, although every line is right', async () => {
    const bundle = await repack(await whole, (files) => flipByte(files, 'logs/v0/tile/0/001', 32 * 5));
    expect(entryFindings(bundle)).toEqual(['tile_changed 261']);
  });

  test('a hash changed in the upper tile is named', async () => {
    const bundle = await repack(await whole, (files) => flipByte(files, 'logs/v0/tile/1/000.p/2', 40));
    expect(entryFindings(bundle)).toEqual(['tile_changed 256']);
  });

  test('only the time of an entry changed in its line is named', async () => {
    const bundle = await repack(await whole, (files) =>
      editLines(files, (lines) => lines.with(3, lines[3]!.replace(/"t":[0-9]+/, '"t":1'))),
    );
    expect(entryFindings(bundle)).toEqual(['entry_changed 3']);
  });

  test.each([
    ['the envelope', (line: string) => line.replace('consent.granted', 'consent.refused')],
    ['the salt', (line: string) => line.replace(/"salt":"[^"]+"/, `"salt":"${toBase64(salt(1))}"`)],
    ['the length of the salt', (line: string) => line.replace(/"salt":"[^"]+"/, '"salt":"AAAA"')],
  ])('%s changed is named', async (_, edit) => {
    const bundle = await repack(await whole, (files) => editLines(files, (lines) => lines.with(77, edit(lines[77]!))));
    expect(entryFindings(bundle)).toEqual(['payload_changed 77']);
  });

  test('payloads deleted are named, neighbours together', async () => {
    const strip = (line: string) => line.replace(/,"envelope":.*,"salt":"[^"]+"/, '');
    const bundle = await repack(await whole, (files) =>
      editLines(files, (lines) => lines.map((line, n) => ([5, 6, 9].includes(n) ? strip(line) : line))),
    );
    expect(entryFindings(bundle)).toEqual(['payload_missing 5–6', 'payload_missing 9']);
  });

  test('lines that are not canonical, or have members that nobody defined, are named', async () => {
    const bundle = await repack(await whole, (files) =>
      editLines(files, (lines) =>
        lines.with(1, lines[1]!.replace('{', '{ ')).with(4, lines[4]!.replace('{', '{"a":1,')),
      ),
    );
    expect(entryFindings(bundle)).toEqual([
      'line_unreadable 1',
      'line_unreadable 4',
      'entry_changed 1',
      'entry_changed 4',
    ]);
  });

  test('a line that gives itself another number is named', async () => {
    const bundle = await repack(await whole, (files) =>
      editLines(files, (lines) => lines.with(8, lines[8]!.replace('"seq":8', '"seq":9'))),
    );
    expect(entryFindings(bundle)).toEqual(['line_misnumbered 8']);
  });

  test('a missing, a surplus and an exchanged file are named', async () => {
    const bundle = await repack(await whole, (files) => {
      files.delete('VERIFY.md');
      files.set('logs/v0/tile/2/000.p/1', utf8('x'));
      files.set('keys.json', utf8('{"keys":[]}\n'));
    });
    const findings = verifyBundle(bundle, options).findings.map(({ code, file }) => [code, file]);
    expect(findings).toEqual([
      ['file_missing', 'VERIFY.md'],
      ['file_changed', 'keys.json'],
      ['file_surplus', 'logs/v0/tile/2/000.p/1'],
    ]);
  });
});

describe('erasure', () => {
  test('of a payload is accepted when a later entry records it', async () => {
    const report = verifyBundle(await bundleOf(withErasure(10, 4), key), options);
    expect(report.findings).toEqual([]);
    expect(report.logs[0]).toMatchObject({ opened: 10, erased: 1 });
  });

  test.each([
    ['an entry that records no erasure', (e: BundleEntry[]) => e.with(4, { entry: e[4]!.entry, erased: 8 })],
    ['an entry that does not exist', (e: BundleEntry[]) => e.with(4, { entry: e[4]!.entry, erased: 99 })],
    ['itself', (e: BundleEntry[]) => e.with(4, { entry: e[4]!.entry, erased: 4 })],
    [
      'an erasure of another entry',
      (e: BundleEntry[]) => withErasure(10, 5).with(4, { entry: e[4]!.entry, erased: 10 }).with(5, e[5]!),
    ],
  ])('that points to %s is tampering', async (_, edit) => {
    const bundle = await bundleOf(edit(ordinary(10)), key);
    expect(entryFindings(bundle)).toEqual(['erasure_unexplained 4']);
  });

  test('is not explained by an erasure entry whose own payload was forged', async () => {
    const entries = withErasure(10, 4);
    const bundle = await repack(await bundleOf(entries, key), (files) =>
      editLines(files, (lines) => lines.with(10, lines[10]!.replace('[[4,4]]', '[[3,4]]'))),
    );
    expect(entryFindings(bundle)).toEqual(['erasure_unexplained 4', 'payload_changed 10']);
  });

  test('withheld entries need a filter: without one they count as missing', async () => {
    const entries = ordinary(6).map((e, n) => (n < 4 ? ({ entry: e.entry, withheld: true } as const) : e));
    const filtered = verifyBundle(await bundleOf(entries, key, { filter: { from: 4 } }), options);
    expect(filtered).toMatchObject({ ok: true, filter: { from: 4 }, logs: [{ opened: 2, withheld: 4 }] });
    expect(entryFindings(await bundleOf(entries, key))).toEqual(['payload_missing 0–3']);
  });
});

describe('heads', () => {
  const entries = ordinary(30);
  const sign = (text: string, by = key) => signNote(text, { name: by.name, privateJwk: by.jwk });
  const headOf = (list: readonly BundleEntry[], by = key) =>
    sign(checkpointText({ origin: by.name, size: list.length, root: rootOf(list.map((e) => leafHash(e.entry))) }), by);

  test('kept from earlier are found again in a log that only grew', async () => {
    const remembered = [headOf(entries.slice(0, 10)), headOf(entries), headOf([])];
    expect(verifyBundle(await bundleOf(entries, key), { ...options, remembered }).findings).toEqual([]);
  });

  test('kept from earlier show that the log was rolled back, and from where', async () => {
    const report = verifyBundle(await bundleOf(entries.slice(0, 25), key), {
      ...options,
      remembered: [headOf(entries)],
    });
    expect(report.findings).toMatchObject([{ code: 'rolled_back', log: 'v0', seq: 25, last: 29 }]);
  });

  test('kept from earlier show that the log was rewritten, and between which heads', async () => {
    const forked = entries.with(14, opened(14, { event: 'another past' }));
    const remembered = [headOf(entries.slice(0, 10)), headOf(entries.slice(0, 20))];
    const report = verifyBundle(await bundleOf(forked, key), { ...options, remembered });
    expect(report.findings).toMatchObject([{ code: 'forked', log: 'v0', seq: 10, last: 19 }]);
  });

  test('kept ones that nobody trusted signed are not silently left out', async () => {
    const remembered = [headOf(entries, signer(ORIGIN))];
    expect(codes(verifyBundle(await bundleOf(entries, key), { ...options, remembered }).findings)).toEqual([
      'checkpoint_unreadable',
    ]);
  });

  test('older than the manifest promises are a cut tail', async () => {
    const older = { ...logOf('v0', entries, key), checkpoint: headOf(entries.slice(0, 12)) };
    const { findings } = verifyBundle(await buildBundle(inputOf([older], key)), options);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'tail_cut', seq: 12, last: 29 }));
    expect(codes(findings)).toContain('checkpoint_mismatch');
  });

  test('signed in the name of another log are refused', async () => {
    const stranger = signer('audit.example/log/v1');
    const log = { ...logOf('v0', entries, key), checkpoint: sign(checkpointText(logOf('v0', entries, key)), stranger) };
    const report = verifyBundle(await buildBundle(inputOf([log], key)), { vkeys: [key.vkey, stranger.vkey] });
    expect(codes(report.findings)).toEqual(['checkpoint_unreadable']);
  });

  test('that claim more entries than the bundle has bytes are refused at once', async () => {
    const root = logOf('v0', entries, key).root;
    const checkpoint = sign(checkpointText({ origin: ORIGIN, size: 2 ** 52, root }));
    const log = { ...logOf('v0', entries, key), checkpoint };
    expect(codes(verifyBundle(await buildBundle(inputOf([log], key)), options).findings)).toContain('tail_cut');
  });

  test('a second signature under the manifest is refused: nothing would cover it', async () => {
    const stranger = signer('audit.example/log/v1');
    const bundle = await repack(await bundleOf(entries, key), (files) => {
      const text = new TextDecoder().decode(files.get('manifest.sig')!);
      const line = sign('x\n', stranger).split('\n\n')[1]!;
      files.set('manifest.sig', utf8(text + line));
    });
    expect(codes(verifyBundle(bundle, options).findings)).toEqual(['manifest_signature']);
  });

  test('a key that is none is named', async () => {
    const { findings } = verifyBundle(await bundleOf(entries, key), { vkeys: [key.vkey, 'audit.example+00+xx'] });
    expect(codes(findings)).toEqual(['key_unreadable']);
  });
});

function flipByte(files: FileMap, name: string, at: number): void {
  files.get(name)![at]! ^= 1;
}

/** Writes lines for other entries as the exporter would have, numbered anew. */
function rewriteLines(files: FileMap, entries: readonly BundleEntry[]): void {
  editLines(files, () =>
    entries.map((given, seq) => {
      const entry = JSON.parse(new TextDecoder().decode(given.entry));
      const shown = 'envelope' in given ? { envelope: given.envelope, salt: toBase64(given.salt) } : {};
      return canonicalText({ seq, entry, ...shown });
    }),
  );
}
