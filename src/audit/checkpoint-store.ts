import { blob, DAY, type Db, type ReadDb } from '../platform';
import type { KeyRecord } from './bundle-format';
import { checkpointText } from './checkpoint-text';
import { leavesBetween, logSize } from './entry-store';
import { keyHistory } from './key-store';
import { rootFrom, rootOf } from './merkle';
import { addSignature, type PrivateJwk, signNote, vkey } from './note';
import type { Signer } from './signer';
import { decodeHashes, encodeHashes, nodesFromTiles, TILE_WIDTH } from './tile';

export type Head = { size: number; root: string; note: string; at: number };

type CheckpointRow = { size: number; root: unknown; note: string; at: number };

export function latestCheckpoint(db: ReadDb, upTo = Number.MAX_SAFE_INTEGER): Head | undefined {
  const row = db
    .read('select size, root, note, at from log_checkpoint where size <= ? order by size desc limit 1')
    .get<CheckpointRow>(upTo);
  return row && { size: row.size, root: Buffer.from(blob(row.root)).toString('base64'), note: row.note, at: row.at };
}

/** At most so many full tiles are integrated in one slice: 8 × 256 leaves are well under 5 ms. */
const SLICE = 8;

/**
 * Integrates what was sequenced and signs a new head, from rows that were read back. Compare-and-set: the new head is
 * consistent with the last one or nothing is signed. Long logs take several calls (`more`).
 */
export function signCheckpoint(
  db: Db,
  signer: Signer,
  now: number,
): { head: Head | undefined; more: boolean; signed: boolean } {
  const total = logSize(db);
  const last = latestCheckpoint(db);
  if (last && total === last.size) return { head: last, more: false, signed: false };
  const first = integratedTiles(db);
  const full = Math.floor(total / TILE_WIDTH);
  const until = Math.min(full, first + SLICE);
  for (let tile = first; tile < until; tile++) integrateTile(db, tile);
  const size = until < full ? until * TILE_WIDTH : total;
  if (last && size <= last.size) return { head: last, more: until < full, signed: false };
  const getNode = nodeReader(db, size);
  if (last && Buffer.from(rootFrom(last.size, getNode)).toString('base64') !== last.root) {
    throw new Error(`the log no longer contains what its checkpoint of size ${last.size} signed`);
  }
  const root = rootFrom(size, getNode);
  const note = signed(checkpointText({ origin: signer.origin, size, root }), signer, keyHistory(db), now);
  return { head: store(db, note, size, root, now), more: until < full, signed: true };
}

/** So long after a change of keys the old one signs too, so that whoever trusts it can follow to the new one. */
const OVERLAP = 14 * DAY;

function signed(text: string, signer: Signer, history: readonly KeyRecord[], now: number): string {
  const { origin, privateJwk, earlier = [] } = signer;
  const overlaps = (jwk: PrivateJwk) => {
    const record = history.find((key) => key.vkey === vkey(origin, jwk));
    return record !== undefined && record.until !== null && record.until > now - OVERLAP;
  };
  const own = signNote(text, { name: origin, privateJwk });
  return earlier.filter(overlaps).reduce((note, jwk) => addSignature(note, { name: origin, privateJwk: jwk }), own);
}

function store(db: Db, note: string, size: number, root: Uint8Array, now: number): Head {
  db.write('insert into log_checkpoint (size, root, note, at) values (?, ?, ?, ?)').run(size, root, note, now);
  return { size, root: Buffer.from(root).toString('base64'), note, at: now };
}

/** Signature lines that others have made under a head. */
export function addCosignatures(db: Db, size: number, lines: readonly string[]): void {
  const row = db.read('select note from log_checkpoint where size = ?').get<{ note: string }>(size);
  if (!row) throw new Error(`there is no head of size ${size}`);
  const fresh = lines.filter((line) => !row.note.includes(line));
  db.write('update log_checkpoint set note = ? where size = ?').run(
    `${row.note}${fresh.map((l) => `${l}\n`).join('')}`,
    size,
  );
}

const integratedTiles = (db: ReadDb): number =>
  (db.read('select max(idx) as idx from log_tile where level = 0').get<{ idx: number | null }>()?.idx ?? -1) + 1;

/** Writes a full level-0 tile from its rows, and its root into the tile above; a tile that this completes likewise. */
function integrateTile(db: Db, index: number): void {
  const leaves = leavesBetween(db, index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
  writeTile(db, 0, index, leaves);
  addRoot(db, 1, index, rootOf(leaves));
}

/** Above level 0 a tile grows by one hash at a time, so that no proof has to compute what was known before. */
function addRoot(db: Db, level: number, place: number, root: Uint8Array): void {
  const index = Math.floor(place / TILE_WIDTH);
  const tile = [...(readTile(db, level, index) ?? []), root];
  if (tile.length !== (place % TILE_WIDTH) + 1) throw new Error(`the log's tile ${level}/${index} is not whole`);
  writeTile(db, level, index, tile);
  if (tile.length === TILE_WIDTH) addRoot(db, level + 1, index, rootOf(tile));
}

const writeTile = (db: Db, level: number, index: number, hashes: readonly Uint8Array[]): void =>
  db
    .write(
      'insert into log_tile (level, idx, hashes) values (?, ?, ?) on conflict (level, idx) do update set hashes = excluded.hashes',
    )
    .run(level, index, encodeHashes(hashes));

/** A tile as it was published: full at level 0, above it as far as it has grown. */
export function readTile(db: ReadDb, level: number, index: number): Uint8Array[] | undefined {
  const row = db.read('select hashes from log_tile where level = ? and idx = ?').get<{ hashes: unknown }>(level, index);
  return row && decodeHashes(blob(row.hashes));
}

/** The hashes of a tile in the tree of `size`, full or its partial end. */
export function tileOf(db: ReadDb, size: number, level: number, index: number): Uint8Array[] {
  const from = index * TILE_WIDTH;
  const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - from);
  const stored = readTile(db, level, index) ?? (level === 0 ? leavesBetween(db, from, from + width) : []);
  if (stored.length < width) throw new Error(`the log lacks tile ${level}/${index}`);
  return stored.slice(0, width);
}

/** Node reader for proofs over the tree of `size`; remembers the tiles that it has read. */
export function nodeReader(db: ReadDb, size: number): (level: number, index: number) => Uint8Array {
  const seen = new Map<string, Uint8Array[]>();
  return nodesFromTiles((level, index) => {
    const name = `${level}/${index}`;
    const tile = seen.get(name) ?? tileOf(db, size, level, index);
    seen.set(name, tile);
    return tile;
  });
}
