import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  completedTiles,
  decodeEntries,
  decodeHashes,
  encodeEntries,
  encodeHashes,
  hasTile,
  parseTilePath,
  type TileId,
  tilePath,
  tilesBetween,
  tilesOf,
} from '../../src/audit/tile';

const count = (tiles: readonly TileId[], level: TileId['level']) =>
  tiles.filter((tile) => tile.level === level).map(({ width }) => width);

describe('tile addresses', () => {
  test.each<[TileId, string]>([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 63, index: 999, width: 1 }, 'tile/63/999.p/1'],
    [{ level: 1, index: 1000, width: 255 }, 'tile/1/x001/000.p/255'],
    [{ level: 'entries', index: 273, width: 112 }, 'tile/entries/273.p/112'],
  ])('%o is %s', (id, path) => {
    expect(tilePath(id)).toBe(path);
    expect(parseTilePath(path)).toEqual(id);
  });

  test.each([
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/1000',
    'tile/0/x000/001',
    'tile/0/x001/x234',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/-1/000',
    'tile/entries/000/',
    'tile/entries/../000',
    '/tile/0/000',
    'tile/data/000',
  ])('%s is no address', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  test('every address is read as it was written', () => {
    const level = fc.oneof(fc.nat(63), fc.constant('entries' as const));
    fc.assert(
      fc.property(level, fc.nat(2 ** 31 - 1), fc.integer({ min: 1, max: 256 }), (l, index, width) => {
        const id = { level: l, index, width };
        expect(parseTilePath(tilePath(id))).toEqual(id);
      }),
    );
  });
});

describe('the tiles of a tree', () => {
  test('of 70,000 entries are those of the specification', () => {
    const tiles = tilesOf(70_000);
    expect(count(tiles, 0)).toEqual([...Array<number>(273).fill(256), 112]);
    expect(count(tiles, 1)).toEqual([256, 17]);
    expect(count(tiles, 2)).toEqual([1]);
    expect(count(tiles, 'entries')).toEqual(count(tiles, 0));
  });

  test('of 256 entries are a full one and a partial one above it', () => {
    expect(tilesOf(256).map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1', 'tile/entries/000']);
  });

  test('of no entries are none', () => {
    expect(tilesOf(0)).toEqual([]);
  });

  test('that are full are completed exactly once while the tree grows', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(steps, (grown) => {
        let size = 0;
        const seen: string[] = [];
        for (const step of grown) {
          seen.push(...completedTiles(size, size + step).map(tilePath));
          size += step;
        }
        const full = tilesOf(size).filter(({ width }) => width === 256);
        expect(seen.sort()).toEqual(full.map(tilePath).sort());
      }),
    );
  });

  test('between two sizes are those that the smaller tree lacks', () => {
    fc.assert(
      fc.property(fc.nat(1500), fc.nat(1500), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const before = new Set(tilesOf(from).map(tilePath));
        const lacking = tilesOf(to)
          .map(tilePath)
          .filter((path) => !before.has(path));
        expect(tilesBetween(from, to).map(tilePath)).toEqual(lacking);
        for (const id of tilesOf(to)) expect(hasTile(to, id)).toBe(true);
      }),
    );
  });

  test('of other trees are not its own', () => {
    expect(hasTile(300, { level: 0, index: 1, width: 43 })).toBe(false);
    expect(hasTile(300, { level: 0, index: 1, width: 256 })).toBe(false);
    expect(hasTile(300, { level: 1, index: 0, width: 2 })).toBe(false);
    expect(hasTile(300, { level: 'entries', index: 2, width: 1 })).toBe(false);
  });
});

describe('contents of tiles', () => {
  test('entries of any length up to 65,535 come back as they were', () => {
    const entries = [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(256).fill(2), new Uint8Array(65_535).fill(3)];
    expect(decodeEntries(encodeEntries(entries))).toEqual(entries);
    expect([...encodeEntries([new Uint8Array(258)]).subarray(0, 2)]).toEqual([1, 2]);
  });

  test('a longer entry is refused', () => {
    expect(() => encodeEntries([new Uint8Array(65_536)])).toThrow(RangeError);
  });

  test('lengths that do not add up are no bundle', () => {
    const bytes = encodeEntries([Uint8Array.of(1, 2, 3)]);
    expect(decodeEntries(bytes.subarray(0, 4))).toBeUndefined();
    expect(decodeEntries(bytes.subarray(0, 1))).toBeUndefined();
  });

  test('hashes come back as they were; no hashes, part of one, and more than 256 are no tile', () => {
    const hashes = Array.from({ length: 256 }, (_, i) => new Uint8Array(32).fill(i));
    expect(decodeHashes(encodeHashes(hashes))).toEqual(hashes);
    for (const length of [0, 31, 33, 257 * 32]) expect(decodeHashes(new Uint8Array(length))).toBeUndefined();
  });
});
