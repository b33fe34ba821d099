import type { Files } from './manifest';
import { leafInto } from './sha2';
import { countOf, HASH, TILE } from './tree';

/** The tiles of a log inside a bundle (https://c2sp.org/tlog-tiles), read into flat arrays of hashes. */

/** A tile that a tree of some size must have: its file, and which hashes of its level it holds. */
export type Tile = { readonly file: string; readonly first: number; readonly width: number };

/** The tiles of one level whose hashes number `count`. */
export function tilesOfLevel(folder: string, level: number | 'entries', count: number): Tile[] {
  const tiles: Tile[] = [];
  for (let first = 0; first < count; first += TILE) {
    const width = Math.min(TILE, count - first);
    const partial = width < TILE ? `.p/${width}` : '';
    tiles.push({ file: `${folder}/tile/${level}/${indexPath(first / TILE)}${partial}`, first, width });
  }
  return tiles;
}

/** The blocks of 256 (the last one shorter) of a level as its files hold them; undefined where one is missing. */
export function readHashes(files: Files, folder: string, level: number, count: number): (Uint8Array | undefined)[] {
  return tilesOfLevel(folder, level, count).map(({ file }) => readTile(files, file));
}

/** The leaf hashes of the entry bundles from `minimum` on, in blocks of 256; undefined where one is missing or can't be read. */
export function readEntries(files: Files, folder: string, size: number, minimum: number): (Uint8Array | undefined)[] {
  return tilesOfLevel(folder, 'entries', size).map(({ file, first }) => {
    const bytes = first < minimum ? undefined : readTile(files, file);
    return bytes && leavesOf(bytes);
  });
}

/** All blocks one behind the other; a missing one ends the list. */
export function flat(blocks: readonly (Uint8Array | undefined)[]): Uint8Array {
  const missing = blocks.indexOf(undefined);
  const present = blocks.slice(0, missing < 0 ? blocks.length : missing).filter((block) => block !== undefined);
  const out = new Uint8Array(present.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of present) {
    out.set(block, at);
    at += block.length;
  }
  return out;
}

/** A list of hashes in blocks of 256. */
export function blocksOf(hashes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(countOf(hashes) / TILE);
  return Array.from({ length: count }, (_, i) => hashes.subarray(i * TILE * HASH, (i + 1) * TILE * HASH));
}

/** A tile under its own name or, where the end was cut, under the name of a narrower one. */
function readTile(files: Files, file: string): Uint8Array | undefined {
  const exact = files.get(file);
  if (exact) return exact;
  const stem = file.replace(/\.p\/[0-9]+$/, '');
  for (let width = TILE; width > 0; width--) {
    const other = files.get(width === TILE ? stem : `${stem}.p/${width}`);
    if (other) return other;
  }
  return undefined;
}

/** The leaf hashes of an entry bundle; undefined when its lengths don't add up. */
function leavesOf(bytes: Uint8Array): Uint8Array | undefined {
  const leaves = new Uint8Array(TILE * HASH);
  let count = 0;
  let at = 0;
  while (at + 2 <= bytes.length && count < TILE) {
    const end = at + 2 + (bytes[at]! << 8) + bytes[at + 1]!;
    if (end > bytes.length) return undefined;
    leafInto(bytes, at + 2, end, leaves, HASH * count++);
    at = end;
  }
  return at === bytes.length ? leaves.subarray(0, count * HASH) : undefined;
}

function indexPath(index: number): string {
  const rest = Math.floor(index / 1000);
  const last = String(index % 1000).padStart(3, '0');
  return rest === 0 ? last : `${parentPath(rest)}/${last}`;
}

function parentPath(index: number): string {
  const own = `x${String(index % 1000).padStart(3, '0')}`;
  return index < 1000 ? own : `${parentPath(Math.floor(index / 1000))}/${own}`;
}
