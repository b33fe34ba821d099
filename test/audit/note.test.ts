import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkpointText, parseCheckpoint } from '../../src/audit/checkpoint-text';
import { openNote, type PrivateJwk, parseVkey, signNote, type Verifier, vkey } from '../../src/audit/note';
import { verifyEd25519 } from '../../src/audit/verify/ed25519';
import * as verifier from '../../src/audit/verify/note';
import ed25519 from '../vectors/ed25519.json';
import vectors from '../vectors/note.json';

const { peter, enoch, text, peterLine, enochLine } = vectors;
const peterKey = parseVkey(peter.vkey)!;
const enochKey = parseVkey(enoch.vkey)!;
const both = `${text}\n${peterLine}${enochLine}`;
const hex = (digits: string) => new Uint8Array(Buffer.from(digits, 'hex'));

/** The published test key of the vectors, as the JWK that we sign with. */
function peterJwk(): PrivateJwk {
  const seed = Buffer.from(peter.skeyTail, 'base64').subarray(1);
  const x = Buffer.from(peterKey.publicKey).toString('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, d: seed.toString('base64url') };
}

describe('signed notes', () => {
  test('the published key signs the published text with the published signature', () => {
    expect(signNote(text, { name: peter.name, privateJwk: peterJwk() })).toBe(`${text}\n${peterLine}`);
  });

  test.each([vectors.specVkey, peter.vkey, enoch.vkey])(
    'the published key %s is read and written alike',
    (published) => {
      const { name, publicKey } = parseVkey(published)!;
      const x = Buffer.from(publicKey).toString('base64url');
      expect(vkey(name, { kty: 'OKP', crv: 'Ed25519', x })).toBe(published);
      expect(verifier.parseKey(published)?.name).toBe(name);
    },
  );

  test('no part and no neighbour of a published key is taken for a key', () => {
    const key = peter.vkey;
    const parts = [...key]
      .flatMap((_, i) => [...key].map((__, j) => key.slice(i, j + 1)))
      .filter((part) => part !== key);
    const neighbours = [...key].map(
      (c, i) => key.slice(0, i) + String.fromCharCode(c.charCodeAt(0) + 1) + key.slice(i + 1),
    );
    for (const bad of [...parts, ...neighbours, ...vectors.badVkeys]) {
      expect(parseVkey(bad), bad).toBeUndefined();
      expect(verifier.parseKey(bad), bad).toBeUndefined();
    }
  });

  test('a note with one known and one unknown signature opens, and tells them apart', () => {
    const opened = openNote(both, [peterKey]);
    expect(opened.ok && opened.text).toBe(text);
    expect(opened.ok && opened.signedBy.map((v) => v.name)).toEqual(['PeterNeumann']);
    expect(opened.ok && opened.unverified.map((s) => s.name)).toEqual(['EnochRoot']);
    expect(verifier.openNote(both, [verifier.parseKey(peter.vkey)!])).toMatchObject({ ok: true, text });
  });

  test('a note with two known signatures names both', () => {
    const opened = openNote(both, [peterKey, enochKey]);
    expect(opened.ok && opened.signedBy.map((v) => v.name)).toEqual(['PeterNeumann', 'EnochRoot']);
  });

  test('a note that no known key signed is refused', () => {
    expect(openNote(both, [])).toEqual({ ok: false, error: { code: 'unsigned' } });
    expect(verifier.openNote(both, [])).toEqual({ ok: false, why: 'unsigned' });
  });

  test('a false signature of a known key spoils the note, even beside a good one', () => {
    const forged = both.replace('less', 'fewer').replace('problem is', 'trouble is');
    expect(openNote(forged, [peterKey, enochKey])).toEqual({
      ok: false,
      error: { code: 'bad_signature', name: 'PeterNeumann' },
    });
    const half = `${text}\n${peterLine}${enochLine.replace('5n2t', '5n3t')}`;
    expect(openNote(half, [peterKey, enochKey])).toEqual({
      ok: false,
      error: { code: 'bad_signature', name: 'EnochRoot' },
    });
    expect(
      verifier.openNote(
        half,
        [peter.vkey, enoch.vkey].map((k) => verifier.parseKey(k)!),
      ).ok,
    ).toBe(false);
  });

  test.each([
    ['without signatures', text],
    ['with only the blank line', `${text}\n`],
    ['without the last newline', `${text}\n${peterLine.slice(0, -1)}`],
    ['with a control character', `\u0001${text}\n${peterLine}`],
    ['with a name with a space', `${text}\n${peterLine.replace('PeterNeumann', 'Peter Neumann')}`],
    ['with a line that is no signature', `${text}\n${peterLine}Unexpected line.\n`],
    ['with base64 in a second spelling', `${text}\n${peterLine.replace('nAM=', 'nAN=')}`],
    ['with 101 signatures', `${text}\n${peterLine.repeat(101)}`],
    ['with half a surrogate pair', `\ud800${text}\n${peterLine}`],
  ])('a note %s is malformed', (_, note) => {
    expect(openNote(note, [peterKey])).toEqual({ ok: false, error: { code: 'malformed' } });
  });

  test('what can not stand in a note is not signed', () => {
    const key = { name: peter.name, privateJwk: peterJwk() };
    for (const bad of ['no newline', 'tab\t\n', 'half \ud800\n']) expect(() => signNote(bad, key)).toThrow(TypeError);
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b'])
      expect(() => signNote(text, { ...key, name })).toThrow(TypeError);
  });

  test('any text is signed so that both readers open it, and neither once a character is changed', () => {
    const lines = fc.array(fc.stringMatching(/^[ -~äöü€]{0,20}$/), { minLength: 1, maxLength: 5 });
    const trusted: Verifier[] = [peterKey];
    fc.assert(
      fc.property(lines, fc.nat(), (body, at) => {
        const note = signNote(`${body.join('\n')}\n`, { name: peter.name, privateJwk: peterJwk() });
        expect(openNote(note, trusted)).toMatchObject({ ok: true, text: `${body.join('\n')}\n` });
        const place = at % note.length;
        const changed = `${note.slice(0, place)}${note[place] === 'x' ? 'y' : 'x'}${note.slice(place + 1)}`;
        expect(openNote(changed, trusted).ok).toBe(false);
        expect(verifier.openNote(changed, [verifier.parseKey(peter.vkey)!]).ok).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the verifier’s own Ed25519', () => {
  test.each(ed25519.vectors)('accepts RFC 8032 $name, and no other message', ({ public: key, message, signature }) => {
    expect(verifyEd25519(hex(key), hex(message), hex(signature))).toBe(true);
    expect(verifyEd25519(hex(key), hex(`${message}00`), hex(signature))).toBe(false);
  });

  test('agrees with the runtime on random keys, messages and flipped bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(511), (message, bit) => {
        const { publicKey, privateKey } = generateKeyPairSync('ed25519');
        const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
        const signature = new Uint8Array(sign(null, message, privateKey));
        expect(verifyEd25519(raw, message, signature)).toBe(true);
        signature[bit >> 3]! ^= 1 << (bit & 7);
        expect(verifyEd25519(raw, message, signature)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  test('refuses S plus the group order, a second spelling of the same signature', () => {
    const { public: key, message, signature } = ed25519.vectors[0]!;
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const bytes = hex(signature);
    const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
    bytes.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse(), 32);
    expect(verifyEd25519(hex(key), hex(message), bytes)).toBe(false);
  });

  test('refuses keys and signatures of a wrong length', () => {
    const { public: key, message, signature } = ed25519.vectors[0]!;
    expect(verifyEd25519(hex(key).subarray(1), hex(message), hex(signature))).toBe(false);
    expect(verifyEd25519(hex(key), hex(message), hex(`${signature}00`))).toBe(false);
  });
});

describe('checkpoints', () => {
  const head = { origin: 'log.example/vault-1', size: 70_000, root: new Uint8Array(32).fill(7) };

  test('are read as they are written, by both readers', () => {
    expect(parseCheckpoint(checkpointText(head))).toEqual(head);
    expect(verifier.parseHead(checkpointText(head))).toEqual(head);
  });

  test.each([
    ['a leading zero', (t: string) => t.replace('70000', '070000')],
    ['a sign', (t: string) => t.replace('70000', '+70000')],
    ['an extension line', (t: string) => `${t}more\n`],
    ['no last newline', (t: string) => t.slice(0, -1)],
    ['a short root', (t: string) => t.replace('BwcH', '')],
    ['base64 in a second spelling', (t: string) => t.replace('Bwc=', 'Bwd=')],
    ['no origin', (t: string) => t.replace(head.origin, '')],
  ])('with %s are refused by both readers', (_, change) => {
    const changed = change(checkpointText(head));
    expect(changed).not.toBe(checkpointText(head));
    expect(parseCheckpoint(changed)).toBeUndefined();
    expect(verifier.parseHead(changed)).toBeUndefined();
  });

  test('that make no sense are not written', () => {
    for (const bad of [{ origin: '' }, { origin: 'a\nb' }, { size: -1 }, { size: 1.5 }, { root: new Uint8Array(31) }]) {
      expect(() => checkpointText({ ...head, ...bad })).toThrow(TypeError);
    }
  });
});
