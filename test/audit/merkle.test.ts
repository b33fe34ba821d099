import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, toHex } from '../../src/audit/bytes';
import * as merkle from '../../src/audit/merkle';
import { decodeHashes, nodesFromTiles, tileHashes } from '../../src/audit/tile';
import { rootOf as verifierRootOf } from '../../src/audit/verify/tree';
import vectors from '../vectors/merkle.json';
import * as reference from './reference';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const hexes = (hashes: readonly Uint8Array[]) => hashes.map(toHex);
const inputs = vectors.leafInputs.map(hex);
const leaves = inputs.map(merkle.leafHash);
const vectorNode: merkle.GetNode = (level, index) => hex(vectors.nodes[level]![index]!);
const other = hex('abacaba000000000000000000000000000000000000000000060061e00123456');

/** Builds a tree by appending, as the log does, and keeps what an append returns. */
function grow(entries: readonly Uint8Array[]): merkle.GetNode {
  const nodes = new Map<string, Uint8Array>();
  const getNode: merkle.GetNode = (level, index) => {
    const found = nodes.get(`${level}/${index}`);
    if (!found) throw new Error(`node ${level}/${index} was never stored`);
    return found;
  };
  for (const [index, entry] of entries.entries()) {
    for (const node of merkle.completedBy(index, merkle.leafHash(entry), getNode)) {
      nodes.set(`${node.level}/${node.index}`, node.hash);
    }
  }
  return getNode;
}

const entryLists = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 70 });

describe('the published vectors of transparency-dev/merkle', () => {
  test('the empty tree has the root SHA-256("")', () => {
    expect(toHex(merkle.emptyRoot())).toBe(vectors.emptyRoot);
    expect(toHex(merkle.rootFrom(0, vectorNode))).toBe(vectors.emptyRoot);
  });

  test('leaf hashes and all complete subtrees are the published ones', () => {
    const getNode = grow(inputs);
    for (const [level, hashes] of vectors.nodes.entries()) {
      expect(hashes.map((_, index) => toHex(getNode(level, index)))).toEqual(hashes);
    }
  });

  test.each(vectors.roots.map((root, i) => [i + 1, root] as const))(
    'the root of %i entries is the published one',
    (size, root) => {
      expect(toHex(merkle.rootOf(leaves.slice(0, size)))).toBe(root);
      expect(toHex(merkle.rootFrom(size, vectorNode))).toBe(root);
      expect(toHex(verifierRootOf(concat(leaves.slice(0, size))))).toBe(root);
    },
  );

  test.each(vectors.inclusion)(
    'the inclusion proof of entry $index in $size is the published one',
    ({ index, size, proof }) => {
      expect(hexes(merkle.inclusionProof(index, size, vectorNode))).toEqual(proof);
    },
  );

  test.each(vectors.consistency)(
    'the consistency proof from $size1 to $size2 is the published one',
    ({ size1, size2, proof }) => {
      expect(hexes(merkle.consistencyProof(size1, size2, vectorNode))).toEqual(proof);
    },
  );
});

describe('verifying inclusion', () => {
  const claims = vectors.inclusion.map(({ index, size, proof }) => ({
    index,
    size,
    leaf: leaves[index]!,
    proof: proof.map(hex),
    root: hex(vectors.roots[size - 1]!),
  }));

  test.each(claims)('entry $index in $size is accepted', (claim) => {
    expect(merkle.verifyInclusion(claim)).toBe(true);
  });

  test.each(claims)('no corruption of the proof of entry $index in $size is accepted', (claim) => {
    const accepted = corruptInclusion(claim).filter(([, corrupt]) => merkle.verifyInclusion(corrupt));
    expect(accepted.map(([name]) => name)).toEqual([]);
  });
});

describe('verifying consistency', () => {
  const claims = vectors.consistency.map(({ size1, size2, proof }) => ({
    size1,
    size2,
    root1: hex(vectors.roots[size1 - 1]!),
    root2: hex(vectors.roots[size2 - 1]!),
    proof: proof.map(hex),
  }));

  test.each(claims)('$size1 to $size2 is accepted', (claim) => {
    expect(merkle.verifyConsistency(claim)).toBe(true);
  });

  test.each(claims.slice(1))('no corruption of the proof from $size1 to $size2 is accepted', (claim) => {
    const accepted = corruptConsistency(claim).filter(([, corrupt]) => merkle.verifyConsistency(corrupt));
    expect(accepted.map(([name]) => name)).toEqual([]);
  });

  test('equal sizes need equal roots and an empty proof', () => {
    const same = claims[0]!;
    expect(merkle.verifyConsistency({ ...same, root2: other })).toBe(false);
    expect(merkle.verifyConsistency({ ...same, proof: [other] })).toBe(false);
  });

  test('the empty tree proves nothing', () => {
    expect(merkle.verifyConsistency({ ...claims[1]!, size1: 0, proof: [] })).toBe(false);
    expect(() => merkle.consistencyProof(0, 8, vectorNode)).toThrow(RangeError);
  });
});

describe('the second telling, written from the RFC alone', () => {
  test('agrees on every root', () => {
    fc.assert(
      fc.property(entryLists, (entries) => {
        const expected = reference.mth(entries.map((e) => Buffer.from(e))).toString('hex');
        const hashes = entries.map(merkle.leafHash);
        expect(toHex(merkle.rootOf(hashes))).toBe(expected);
        expect(toHex(merkle.rootFrom(entries.length, grow(entries)))).toBe(expected);
        expect(toHex(verifierRootOf(concat(hashes)))).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('agrees on every inclusion proof, and follows ours to the same root', () => {
    fc.assert(
      fc.property(entryLists, fc.nat(), (entries, pick) => {
        const index = pick % entries.length;
        const list = entries.map((e) => Buffer.from(e));
        const proof = merkle.inclusionProof(index, entries.length, grow(entries));
        expect(hexes(proof)).toEqual(hexes(reference.path(index, list)));
        const leaf = merkle.leafHash(entries[index]!);
        const root = reference.rootFromPath(
          index,
          entries.length,
          Buffer.from(leaf),
          proof.map((p) => Buffer.from(p)),
        );
        expect(root?.toString('hex')).toBe(reference.mth(list).toString('hex'));
        expect(merkle.verifyInclusion({ index, size: entries.length, leaf, proof, root: reference.mth(list) })).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('agrees on every consistency proof, which our verifier accepts and, once changed, refuses', () => {
    fc.assert(
      fc.property(entryLists, fc.nat(), fc.nat(), (entries, pick, bit) => {
        const size1 = 1 + (pick % entries.length);
        const list = entries.map((e) => Buffer.from(e));
        const proof = merkle.consistencyProof(size1, entries.length, grow(entries));
        expect(hexes(proof)).toEqual(hexes(reference.proof(size1, list)));
        const roots = { root1: reference.mth(list.slice(0, size1)), root2: reference.mth(list) };
        const claim = { size1, size2: entries.length, proof, ...roots };
        expect(merkle.verifyConsistency(claim)).toBe(true);
        if (proof.length === 0) return;
        const changed = flipBit(proof, bit % (proof.length * 256));
        expect(merkle.verifyConsistency({ ...claim, proof: changed })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('every index of every tree up to 40 entries is provable, and provable at no other index', () => {
    const entries = Array.from({ length: 40 }, (_, i) => Uint8Array.of(i));
    const getNode = grow(entries);
    for (let size = 1; size <= 40; size++) {
      const root = merkle.rootFrom(size, getNode);
      for (let index = 0; index < size; index++) {
        const proof = merkle.inclusionProof(index, size, getNode);
        const leaf = merkle.leafHash(entries[index]!);
        const provable = Array.from({ length: size }, (_, i) => i).filter((i) =>
          merkle.verifyInclusion({ index: i, size, leaf, proof, root }),
        );
        expect(provable).toEqual([index]);
      }
    }
  });
});

describe('storage by tiles', () => {
  test('proofs out of tiles are those out of single nodes, over the edge of a tile too', () => {
    const entries = Array.from({ length: 70_000 }, (_, i) => Uint8Array.of(i & 0xff, i >> 8, i >> 16));
    const getNode = grow(entries);
    const size = entries.length;
    const readTile = (level: number, index: number) => {
      const width = Math.min(256, Math.floor(size / 256 ** level) - index * 256);
      return decodeHashes(concat(tileHashes({ level, index, width }, getNode)))!;
    };
    const fromTiles = nodesFromTiles(readTile);
    expect(toHex(merkle.rootFrom(size, fromTiles))).toBe(toHex(merkle.rootFrom(size, getNode)));
    for (const index of [0, 255, 256, 65_535, 65_536, 69_999]) {
      const proof = merkle.inclusionProof(index, size, fromTiles);
      expect(hexes(proof)).toEqual(hexes(merkle.inclusionProof(index, size, getNode)));
    }
    expect(hexes(merkle.consistencyProof(257, size, fromTiles))).toEqual(
      hexes(merkle.consistencyProof(257, size, getNode)),
    );
  });

  test('sizes beyond 32 bits are not cut', () => {
    const size = 2 ** 40 + 3;
    const getNode: merkle.GetNode = (level, index) => merkle.leafHash(new TextEncoder().encode(`${level}/${index}`));
    const root = merkle.rootFrom(size, getNode);
    const index = 2 ** 40 + 1;
    const proof = merkle.inclusionProof(index, size, getNode);
    const leaf = getNode(0, index);
    // The made-up nodes are consistent only along the right edge, which is all that this proof touches.
    const edge = merkle.nodeHash(getNode(0, index - 1), leaf);
    const honest: merkle.GetNode = (level, i) => (level === 1 && i === 2 ** 39 ? edge : getNode(level, i));
    expect(proof).toHaveLength(3);
    expect(merkle.verifyInclusion({ index, size, leaf, proof, root: merkle.rootFrom(size, honest) })).toBe(true);
    expect(merkle.verifyInclusion({ index, size, leaf, proof, root })).toBe(false);
  });
});

function corruptInclusion(claim: merkle.InclusionClaim): [string, merkle.InclusionClaim][] {
  const { index, size, proof, root } = claim;
  return [
    ['index − 1', { ...claim, index: index - 1 }],
    ['index + 1', { ...claim, index: index + 1 }],
    ['index ^ 2', { ...claim, index: index ^ 2 }],
    ['size × 2', { ...claim, size: size * 2 }],
    ['size ÷ 2', { ...claim, size: Math.floor(size / 2) }],
    ['short leaf', { ...claim, leaf: hex('aa') }],
    ['wrong leaf', { ...claim, leaf: other }],
    ['empty root', { ...claim, root: hex(vectors.emptyRoot) }],
    ['random root', { ...claim, root: other }],
    ['trailing garbage', { ...claim, proof: [...proof, hex('')] }],
    ['trailing root', { ...claim, proof: [...proof, root] }],
    ['preceding garbage', { ...claim, proof: [hex(''), ...proof] }],
    ['preceding root', { ...claim, proof: [root, ...proof] }],
    ...proof.map(
      (_, i) => [`flipped ${i}`, { ...claim, proof: flipBit(proof, i * 256 + 3) }] as [string, typeof claim],
    ),
    ...(proof.length > 0 ? [['removed', { ...claim, proof: proof.slice(0, -1) }] as [string, typeof claim]] : []),
    ...(proof.length > 1
      ? [['inserted', { ...claim, proof: [proof[0]!, other, ...proof.slice(1)] }] as [string, typeof claim]]
      : []),
  ];
}

function corruptConsistency(claim: merkle.ConsistencyClaim): [string, merkle.ConsistencyClaim][] {
  const { size1, size2, root1, root2, proof } = claim;
  return [
    ['size1 − 1', { ...claim, size1: size1 - 1 }],
    ['size1 + 1', { ...claim, size1: size1 + 1 }],
    ['size1 ^ 2', { ...claim, size1: size1 ^ 2 }],
    ['size2 × 2', { ...claim, size2: size2 * 2 }],
    ['size2 ÷ 2', { ...claim, size2: Math.floor(size2 / 2) }],
    ['short root1', { ...claim, root1: hex('aa') }],
    ['short root2', { ...claim, root2: hex('aa') }],
    ['swapped roots', { ...claim, root1: root2, root2: root1 }],
    ['empty proof', { ...claim, proof: [] }],
    ['trailing garbage', { ...claim, proof: [...proof, hex('')] }],
    ['trailing root1', { ...claim, proof: [...proof, root1] }],
    ['trailing root2', { ...claim, proof: [...proof, root2] }],
    ['preceding garbage', { ...claim, proof: [hex(''), ...proof] }],
    ['preceding root1', { ...claim, proof: [root1, ...proof] }],
    ['preceding root2', { ...claim, proof: [root2, ...proof] }],
    ['doubled first', { ...claim, proof: [proof[0]!, ...proof] }],
    ['truncated', { ...claim, proof: proof.slice(0, -1) }],
    ...proof.map(
      (_, i) => [`flipped ${i}`, { ...claim, proof: flipBit(proof, i * 256 + 4) }] as [string, typeof claim],
    ),
  ];
}

function flipBit(proof: readonly Uint8Array[], bit: number): Uint8Array[] {
  const copy = proof.map((hash) => hash.slice());
  copy[Math.floor(bit / 256)]![Math.floor((bit % 256) / 8)]! ^= 1 << (bit % 8);
  return copy;
}
