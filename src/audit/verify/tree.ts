import { leafInto, nodeInto, sha256 } from './sha2';

/**
 * The Merkle tree of RFC 6962 over flat arrays: n hashes are one array of 32·n bytes, so that a million entries cost
 * 32 MB and not a million objects.
 */

export const HASH = 32;
/** Hashes in a full tile, entries in a full entry bundle. */
export const TILE = 256;
/** Levels of the tree that one tile spans. */
const TILE_HEIGHT = 8;

/** The hash at place `index` of a flat array. */
export function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.subarray(index * HASH, (index + 1) * HASH);
}

export function countOf(hashes: Uint8Array): number {
  return Math.floor(hashes.length / HASH);
}

/** SHA-256(0x00 ‖ entry). */
export function leafOf(entry: Uint8Array): Uint8Array {
  const leaf = new Uint8Array(HASH);
  leafInto(entry, 0, entry.length, leaf, 0);
  return leaf;
}

/** A tree's root, and the hashes of each level of its tiles, level 0 first; no level is empty. */
export type Tree = { readonly root: Uint8Array; readonly levels: readonly Uint8Array[] };

/**
 * The tree over flat leaf hashes, level by level: neighbours are joined, a single last one moves up as it is. This is
 * the tree of RFC 6962, whose left half is always the largest full one.
 */
export function treeOf(leaves: Uint8Array): Tree {
  if (leaves.length === 0) return { root: sha256(leaves), levels: [] };
  const levels: Uint8Array[] = [];
  let level = leaves;
  for (let height = 0; level.length > HASH || height === 0; height++) {
    if (height % TILE_HEIGHT === 0) addLevel(levels, level, countOf(leaves), height);
    if (level.length > HASH) level = parentsOf(level);
  }
  for (let height = levels.length * TILE_HEIGHT; countOf(leaves) >= 2 ** height; height += TILE_HEIGHT)
    addLevel(levels, level, countOf(leaves), height);
  return { root: level.slice(), levels };
}

/** Tiles hold hashes of full subtrees only: a last one that merely moved up is none of them. */
function addLevel(levels: Uint8Array[], level: Uint8Array, size: number, height: number): void {
  const full = Math.floor(size / 2 ** height);
  if (full > 0) levels.push(level.subarray(0, full * HASH));
}

/** `treeOf` without its tiles. */
export const rootOf = (leaves: Uint8Array): Uint8Array => treeOf(leaves).root;

/** Level `n + 1` of the tiles out of level `n`: one hash per full tile. */
export function tileParents(hashes: Uint8Array): Uint8Array {
  const full = Math.floor(countOf(hashes) / TILE);
  const out = new Uint8Array(full * HASH);
  for (let i = 0; i < full; i++) {
    out.set(rootOf(hashes.subarray(i * TILE * HASH, (i + 1) * TILE * HASH)), i * HASH);
  }
  return out;
}

/** The first place at which two flat arrays differ, a missing hash included; undefined when they are equal. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shared = Math.min(countOf(a), countOf(b)) * HASH;
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return Math.floor(i / HASH);
  return a.length === b.length ? undefined : shared / HASH;
}

function parentsOf(level: Uint8Array): Uint8Array {
  const count = countOf(level);
  const out = new Uint8Array(Math.ceil(count / 2) * HASH);
  for (let i = 0; i + 1 < count; i += 2) nodeInto(level, i * HASH, out, (i / 2) * HASH);
  if (count % 2 === 1) out.set(hashAt(level, count - 1), out.length - HASH);
  return out;
}
