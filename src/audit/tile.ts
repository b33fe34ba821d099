import { concat } from './bytes';
import { type GetNode, HASH_SIZE, rootOf } from './merkle';

/**
 * C2SP tlog-tiles: the tree as files of 256 hashes, and its entries as bundles of 256, at fixed addresses. A full
 * tile never changes; the right-most one of each level is partial and named by its width.
 */

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Tree levels that one tile spans: 2^8 = 256. */
export const TILE_HEIGHT = 8;
/** The length prefix of an entry is a uint16. */
export const MAX_ENTRY_SIZE = 65_535;

/** A tile's address. `width` 256 is a full tile, 1–255 a partial one. */
export type TileId = {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
};

/** Reads the hashes of a tile of the tree. */
export type ReadTile = (level: number, index: number) => readonly Uint8Array[];

/** `tile/0/x001/x234/067`, `tile/entries/000.p/17`. */
export function tilePath({ level, index, width }: TileId): string {
  const partial = width < TILE_WIDTH ? `.p/${width}` : '';
  return `tile/${level}/${indexPath(index)}${partial}`;
}

/** The reverse of `tilePath`; undefined for anything that `tilePath` would not have written. */
export function parseTilePath(path: string): TileId | undefined {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (!match) return undefined;
  const level = match[1] === 'entries' ? ('entries' as const) : Number(match[1]);
  const index = Number(match[2]!.replaceAll(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const id = { level, index, width };
  return tilePath(id) === path && isTile(id) ? id : undefined;
}

/** Every tile of a tree of `size` entries: hash tiles level by level, then the entry bundles. */
export function tilesOf(size: number): TileId[] {
  return tilesBetween(0, size);
}

/** Tiles of the tree of size `to` that the tree of size `from` does not have: the new full ones, and the partial ends. */
export function tilesBetween(from: number, to: number): TileId[] {
  const hashes = levelsOf(to).flatMap((level) => levelTiles(level, widthAt(level, from), widthAt(level, to)));
  return [...hashes, ...levelTiles('entries', from, to)];
}

/** Full tiles that are complete at size `to` and were not at size `from`: they may be written once and cached for ever. */
export function completedTiles(from: number, to: number): TileId[] {
  return tilesBetween(from, to).filter((id) => id.width === TILE_WIDTH);
}

/** Whether a tree of `size` contains that tile, whole or as its partial end. */
export function hasTile(size: number, { level, index, width }: TileId): boolean {
  const hashes = level === 'entries' ? size : widthAt(level, size);
  const end = index * TILE_WIDTH + width;
  return width === TILE_WIDTH ? end <= hashes : end === hashes;
}

/** Whether a tree of `size` can serve that tile: also as the narrower end of an earlier tree. */
export function reaches(size: number, { level, index, width }: TileId): boolean {
  const hashes = level === 'entries' ? size : widthAt(level, size);
  return width >= 1 && width <= TILE_WIDTH && index * TILE_WIDTH + width <= hashes;
}

/** uint16 length-prefixed entries. Throws RangeError on an entry over 65,535 bytes. */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return concat(entries.flatMap((entry) => [lengthPrefix(entry), entry]));
}

/** The entries of a bundle; undefined when the lengths don't add up. */
export function decodeEntries(bytes: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + bytes[at]! * 256 + bytes[at + 1]!;
    if (end > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

/** A hash tile's bytes: its hashes one after another. */
export function encodeHashes(hashes: readonly Uint8Array[]): Uint8Array {
  return concat(hashes);
}

/** The hashes of a tile; undefined unless it holds 1–256 whole ones. */
export function decodeHashes(bytes: Uint8Array): Uint8Array[] | undefined {
  const count = bytes.length / HASH_SIZE;
  if (!Number.isInteger(count) || count < 1 || count > TILE_WIDTH) return undefined;
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE));
}

/** `getNode` for proofs over a tree that is stored as tiles: a node between two tile levels is hashed from its tile. */
export function nodesFromTiles(readTile: ReadTile): GetNode {
  return (level, index) => {
    const span = 2 ** (level % TILE_HEIGHT);
    const first = index * span;
    const tile = readTile(Math.floor(level / TILE_HEIGHT), Math.floor(first / TILE_WIDTH));
    return rootOf(tile.slice(first % TILE_WIDTH, (first % TILE_WIDTH) + span));
  };
}

/** The hashes of a tile out of stored nodes. */
export function tileHashes(
  { level, index, width }: TileId & { readonly level: number },
  getNode: GetNode,
): Uint8Array[] {
  return Array.from({ length: width }, (_, i) => getNode(level * TILE_HEIGHT, index * TILE_WIDTH + i));
}

/** How many hashes tile level `level` has in a tree of `size`. */
function widthAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

function levelsOf(size: number): number[] {
  const levels: number[] = [];
  while (widthAt(levels.length, size) > 0) levels.push(levels.length);
  return levels;
}

function levelTiles(level: TileId['level'], from: number, to: number): TileId[] {
  const tiles: TileId[] = [];
  if (from === to) return tiles;
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
    tiles.push({ level, index, width: Math.min(TILE_WIDTH, to - index * TILE_WIDTH) });
  }
  return tiles;
}

function isTile({ level, index, width }: TileId): boolean {
  return (level === 'entries' || level <= 63) && Number.isSafeInteger(index) && width >= 1 && width <= TILE_WIDTH;
}

function indexPath(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/[0-9]{3}/g) ?? [];
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}

function lengthPrefix(entry: Uint8Array): Uint8Array {
  if (entry.length > MAX_ENTRY_SIZE) throw new RangeError(`an entry of ${entry.length} bytes does not fit a bundle`);
  return Uint8Array.of(entry.length >> 8, entry.length & 0xff);
}
