import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText, type Json } from '../../src/audit/canonical';
import { commitTo, entryJson } from '../../src/audit/entry';
import { readSlowly } from '../../src/audit/verify/lines';
import { QuickLine } from '../../src/audit/verify/quick-line';
import { HASH, rootOf, treeOf } from '../../src/audit/verify/tree';
import { START, salt } from './bundle-fixture';

const utf8 = (text: string) => new TextEncoder().encode(text);

function quickly(bytes: Uint8Array) {
  const line = new QuickLine(bytes);
  const leaf = new Uint8Array(HASH);
  if (!line.read(0, bytes.length, leaf, 0)) return undefined;
  return { seq: line.seq, state: line.state, erased: line.state === 'erased' ? line.erased : 0, leaf };
}

function slowly(bytes: Uint8Array) {
  const leaf = new Uint8Array(HASH);
  const line = readSlowly(bytes, leaf, 0);
  return line && { seq: line.seq, state: line.state, erased: line.erased, leaf };
}

const lineOf = (seq: number, envelope: Json, good: boolean): string => {
  const key = salt(seq);
  const entry = entryJson({ t: START + seq, commitment: commitTo(key, good ? envelope : [envelope]) });
  return canonicalText({ seq, entry, envelope, salt: Buffer.from(key).toString('base64') });
};

const envelopes = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const places = fc.nat({ max: 2 ** 40 });

describe('the quick reader of lines', () => {
  test('says of every line what the slow one says, or leaves it to it', () => {
    let read = 0;
    fc.assert(
      fc.property(envelopes, places, fc.boolean(), (envelope, seq, good) => {
        const bytes = utf8(lineOf(seq, envelope, good));
        const quick = quickly(bytes);
        expect(slowly(bytes)).toMatchObject({ seq, state: good ? 'opened' : 'false' });
        if (quick) {
          read++;
          expect(quick).toEqual(slowly(bytes));
        }
      }),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(50);
  });

  test('takes nothing for a line that the slow one refuses, whichever byte is changed, dropped or doubled', () => {
    const lines = [
      lineOf(7, { event: 'a', erases: [[1, 2]], n: [1, -5, 0, true, null, { b: 'x"\\\n', c: 'ü' }] }, true),
      canonicalText({ seq: 12, entry: entryJson({ t: START, commitment: salt(1) }), erased: 40 }),
      canonicalText({ seq: 12, entry: entryJson({ t: START, commitment: salt(1) }), withheld: true }),
      canonicalText({ seq: 12, entry: entryJson({ t: START, commitment: salt(1) }) }),
    ];
    for (const line of lines) {
      const bytes = utf8(line);
      expect(quickly(bytes)).toEqual(slowly(bytes));
      for (let at = 0; at < bytes.length; at++) {
        for (const other of [...'"\\{}[]:,0a-=\u0001'].map((c) => c.charCodeAt(0)).concat(0xff, 0x80)) {
          const changed = bytes.slice();
          changed[at] = other;
          const quick = quickly(changed);
          if (quick) expect({ at, other, ...quick }).toEqual({ at, other, ...slowly(changed) });
        }
        const dropped = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
        const doubled = Uint8Array.from([...bytes.subarray(0, at), bytes[at]!, ...bytes.subarray(at)]);
        for (const odd of [dropped, doubled]) {
          const quick = quickly(odd);
          if (quick) expect(quick).toEqual(slowly(odd));
        }
      }
    }
  });

  test.each([
    ['keys out of order', '{"b":1,"a":2}'],
    ['a key twice', '{"a":1,"a":2}'],
    ['a number with a fraction of zero', '{"a":1.0}'],
    ['minus zero', '{"a":-0}'],
    ['a leading zero', '{"a":01}'],
    ['a space', '{"a": 1}'],
    ['an escape that nobody needs', '{"a":"\\u0041"}'],
    ['an escaped slash', '{"a":"\\/"}'],
    ['a comma too many', '{"a":[1,]}'],
  ])('does not take an envelope with %s', (_, envelope) => {
    const line = lineOf(1, { a: 1 }, true).replace('{"a":1}', envelope);
    expect(quickly(utf8(line))).toBeUndefined();
    expect(slowly(utf8(line))).toBeUndefined();
  });
});

describe('the tree of the verifier', () => {
  test.each([1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])('has the tiles of its %i leaves', (size) => {
    const leaves = new Uint8Array(size * HASH).map((_, i) => (i * 31 + (i >> 8)) & 0xff);
    const { root, levels } = treeOf(leaves);
    expect(root).toEqual(rootOf(leaves));
    const counts: number[] = [];
    for (let n = size; n > 0; n = Math.floor(n / 256)) counts.push(n);
    expect(levels.map((level) => level.length / HASH)).toEqual(counts);
    for (const [n, level] of levels.entries()) {
      const above = levels[n + 1];
      if (above) expect(above.subarray(0, HASH)).toEqual(rootOf(level.subarray(0, 256 * HASH)));
    }
  });
});
