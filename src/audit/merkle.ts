import { hash } from 'node:crypto';
import { sameBytes } from './bytes';

/**
 * The Merkle tree of RFC 6962 §2.1 (= RFC 9162 §2.1) over SHA-256. Sizes and indexes are numbers below 2^53, so no
 * bit operators: they would cut at 32 bits.
 */

/** SHA-256 length in bytes. */
export const HASH_SIZE = 32;

/**
 * Reads the hash of a complete subtree: `level` 0 is the leaf hash of entry `index`; at level n it is the hash over
 * entries [index·2^n, (index+1)·2^n). Only ever asked for subtrees that lie wholly inside the tree.
 */
export type GetNode = (level: number, index: number) => Uint8Array;

/** A complete subtree's hash with its place. */
export type Node = { readonly level: number; readonly index: number; readonly hash: Uint8Array };

export type InclusionClaim = {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
};

export type ConsistencyClaim = {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

const half = (n: number) => Math.floor(n / 2);
const isOdd = (n: number) => n % 2 === 1;
const isSize = (n: number) => Number.isSafeInteger(n) && n >= 0;

function sha256(bytes: Uint8Array): Uint8Array {
  const digest = hash('sha256', bytes, 'buffer');
  return new Uint8Array(digest.buffer, digest.byteOffset, HASH_SIZE);
}

/** SHA-256(0x00 ‖ entry). The prefix keeps a leaf from being passed off as a node. */
export function leafHash(entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + entry.length);
  bytes.set(entry, 1);
  return sha256(bytes);
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * HASH_SIZE);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_SIZE);
  return sha256(bytes);
}

/** The root of the empty tree: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** The root over leaf hashes, in one pass and with O(log n) memory beside the input. */
export function rootOf(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const open: { level: number; hash: Uint8Array }[] = [];
  for (const leaf of leafHashes) {
    let node = { level: 0, hash: leaf };
    for (let last = open.at(-1); last?.level === node.level; last = open.at(-1)) {
      open.pop();
      node = { level: node.level + 1, hash: nodeHash(last.hash, node.hash) };
    }
    open.push(node);
  }
  return open.length === 0 ? emptyRoot() : open.map((n) => n.hash).reduceRight((right, left) => nodeHash(left, right));
}

/** The root of the tree of `size` entries out of O(log n) stored subtrees. */
export function rootFrom(size: number, getNode: GetNode): Uint8Array {
  return size === 0 ? emptyRoot() : range(0, size, getNode);
}

/**
 * Every subtree that entry `index` completes, the leaf itself first: what an append has to store. O(1) amortised,
 * O(log n) at worst; `getNode` is asked only for left neighbours that an earlier append returned.
 */
export function completedBy(index: number, leaf: Uint8Array, getNode: GetNode): Node[] {
  const nodes: Node[] = [{ level: 0, index, hash: leaf }];
  let node = nodes[0]!;
  while (isOdd(node.index)) {
    const joined = nodeHash(getNode(node.level, node.index - 1), node.hash);
    node = { level: node.level + 1, index: half(node.index), hash: joined };
    nodes.push(node);
  }
  return nodes;
}

/** PATH(index, D[size]) of RFC 6962 §2.1.1, from the leaf upwards. Throws RangeError unless index < size. */
export function inclusionProof(index: number, size: number, getNode: GetNode): Uint8Array[] {
  if (!isSize(index) || !isSize(size) || index >= size) throw new RangeError(`no entry ${index} in a tree of ${size}`);
  return path(index, 0, size, getNode);
}

/**
 * PROOF(size1, D[size2]) of RFC 6962 §2.1.2. Empty when the sizes are equal. Throws RangeError unless
 * 0 < size1 ≤ size2: a consistency proof from the empty tree says nothing.
 */
export function consistencyProof(size1: number, size2: number, getNode: GetNode): Uint8Array[] {
  if (!isSize(size1) || !isSize(size2) || size1 === 0 || size1 > size2) {
    throw new RangeError(`no consistency proof from ${size1} to ${size2}`);
  }
  return subproof(size1, 0, size2, true, getNode);
}

/** RFC 9162 §2.1.3.2. False for any wrong length, surplus or missing hash; never throws on numbers out of range. */
export function verifyInclusion({ index, size, leaf, proof, root }: InclusionClaim): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  if (![leaf, root, ...proof].every(isHash)) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(r, root);
}

/** RFC 9162 §2.1.4.2. False when size1 is 0, when the sizes run backwards, and for any wrong length or surplus hash. */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyClaim): boolean {
  if (!isSize(size1) || !isSize(size2) || size1 === 0 || size1 > size2) return false;
  if (![root1, root2, ...proof].every(isHash)) return false;
  if (size1 === size2) return proof.length === 0 && sameBytes(root1, root2);
  const [first, ...rest] = isPowerOfTwo(size1) ? [root1, ...proof] : proof;
  if (first === undefined) return false;
  let [fn, sn] = [size1 - 1, size2 - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [first, first];
  for (const c of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(fr, root1) && sameBytes(sr, root2);
}

function path(index: number, start: number, end: number, getNode: GetNode): Uint8Array[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...path(index, start, middle, getNode), range(middle, end, getNode)]
    : [...path(index, middle, end, getNode), range(start, middle, getNode)];
}

function subproof(size: number, start: number, end: number, known: boolean, getNode: GetNode): Uint8Array[] {
  if (size === end) return known ? [] : [range(start, end, getNode)];
  const middle = start + splitOf(end - start);
  return size <= middle
    ? [...subproof(size, start, middle, known, getNode), range(middle, end, getNode)]
    : [...subproof(size, middle, end, false, getNode), range(start, middle, getNode)];
}

/** MTH(D[start:end]); `start` is a multiple of the largest power of two that fits, as it is everywhere in a proof. */
function range(start: number, end: number, getNode: GetNode): Uint8Array {
  const width = end - start;
  if (isPowerOfTwo(width)) return getNode(Math.round(Math.log2(width)), start / width);
  const middle = start + splitOf(width);
  return nodeHash(range(start, middle, getNode), range(middle, end, getNode));
}

/** The largest power of two smaller than n (n ≥ 2). */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const isPowerOfTwo = (n: number) => n === 1 || splitOf(n) * 2 === n;
const isHash = (bytes: Uint8Array) => bytes.length === HASH_SIZE;
