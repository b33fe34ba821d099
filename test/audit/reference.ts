import { createHash } from 'node:crypto';

/**
 * A second telling of the tree, written from RFC 9162 §2.1 alone: recursive definitions over whole lists, as the text
 * has them, as slow as they are obvious. It shares nothing with src/audit or src/audit/verify.
 */

type List = readonly Buffer[];

const sha256 = (...parts: readonly Uint8Array[]) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();

/** MTH({}) = HASH(), MTH({d0}) = HASH(0x00 || d0), MTH(D[n]) = HASH(0x01 || MTH(D[0:k]) || MTH(D[k:n])). */
export function mth(d: List): Buffer {
  if (d.length === 0) return sha256();
  if (d.length === 1) return sha256(Buffer.from([0]), d[0]!);
  const k = split(d.length);
  return sha256(Buffer.from([1]), mth(d.slice(0, k)), mth(d.slice(k)));
}

/** §2.1.3.1. */
export function path(m: number, d: List): Buffer[] {
  if (d.length === 1) return [];
  const k = split(d.length);
  if (m < k) return path(m, d.slice(0, k)).concat([mth(d.slice(k))]);
  return path(m - k, d.slice(k)).concat([mth(d.slice(0, k))]);
}

/** §2.1.4.1. */
export function proof(m: number, d: List): Buffer[] {
  return subproof(m, d, true);
}

function subproof(m: number, d: List, b: boolean): Buffer[] {
  if (m === d.length) return b ? [] : [mth(d)];
  const k = split(d.length);
  if (m <= k) return subproof(m, d.slice(0, k), b).concat([mth(d.slice(k))]);
  return subproof(m - k, d.slice(k), false).concat([mth(d.slice(0, k))]);
}

/** The root that an inclusion proof leads to, by following the definition of PATH backwards. */
export function rootFromPath(m: number, n: number, leaf: Buffer, proof: List): Buffer | undefined {
  if (n === 1) return proof.length === 0 ? leaf : undefined;
  const k = split(n);
  const sibling = proof.at(-1);
  const inner =
    m < k ? rootFromPath(m, k, leaf, proof.slice(0, -1)) : rootFromPath(m - k, n - k, leaf, proof.slice(0, -1));
  if (!sibling || !inner) return undefined;
  return m < k ? sha256(Buffer.from([1]), inner, sibling) : sha256(Buffer.from([1]), sibling, inner);
}

/** The largest power of two smaller than n. */
function split(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}
