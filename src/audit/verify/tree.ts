import { sameBytes } from './bytes';
import type { Sha256 } from './sha2';

/**
 * The Merkle tree of RFC 6962 over flat arrays: n hashes are one array of 32·n bytes, so that a million entries cost
 * 32 MB and not a million objects.
 */

export const HASH = 32;
/** Hashes in a full tile, entries in a full entry bundle. */
export const TILE = 256;

/** The hash at place `index` of a flat array. */
export function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.subarray(index * HASH, (index + 1) * HASH);
}

export function countOf(hashes: Uint8Array): number {
  return Math.floor(hashes.length / HASH);
}

/** SHA-256(0x00 ‖ entry). */
export function leafOf(entry: Uint8Array, sha256: Sha256): Uint8Array {
  const bytes = new Uint8Array(entry.length + 1);
  bytes.set(entry, 1);
  return sha256(bytes);
}

/**
 * The root over flat leaf hashes, level by level: neighbours are joined, a single last one moves up as it is. This is
 * the tree of RFC 6962, whose left half is always the largest full one.
 */
export function rootOf(leaves: Uint8Array, sha256: Sha256): Uint8Array {
  if (leaves.length === 0) return sha256(leaves);
  let level = leaves;
  while (level.length > HASH) level = parentsOf(level, sha256);
  return level.slice();
}

/** Level `n + 1` of the tiles out of level `n`: one hash per full tile. */
export function tileParents(hashes: Uint8Array, sha256: Sha256): Uint8Array {
  const full = Math.floor(countOf(hashes) / TILE);
  const out = new Uint8Array(full * HASH);
  for (let i = 0; i < full; i++) {
    out.set(rootOf(hashes.subarray(i * TILE * HASH, (i + 1) * TILE * HASH), sha256), i * HASH);
  }
  return out;
}

/** The first place at which two flat arrays differ, a missing hash included; undefined when they are equal. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shared = Math.min(countOf(a), countOf(b));
  for (let i = 0; i < shared; i++) if (!sameBytes(hashAt(a, i), hashAt(b, i))) return i;
  return a.length === b.length ? undefined : shared;
}

function parentsOf(level: Uint8Array, sha256: Sha256): Uint8Array {
  const count = countOf(level);
  const out = new Uint8Array(Math.ceil(count / 2) * HASH);
  const pair = new Uint8Array(1 + 2 * HASH);
  pair[0] = 1;
  for (let i = 0; i + 1 < count; i += 2) {
    pair.set(level.subarray(i * HASH, (i + 2) * HASH), 1);
    out.set(sha256(pair), (i / 2) * HASH);
  }
  if (count % 2 === 1) out.set(hashAt(level, count - 1), out.length - HASH);
  return out;
}
