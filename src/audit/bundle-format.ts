import { canonicalBytes, type Json } from './canonical';
import type { TileId } from './tile';

/**
 * What an exported bundle contains and how it is spelled. `audit/verify/` reads the same format but shares no code
 * with this file on purpose: an error in one of the two doesn't hide in the other.
 */

/** Goes up whenever an older verifier could misread a bundle. */
export const BUNDLE_FORMAT = 'avow-bundle/1';

/** A key that has signed for a log, with the time (Unix ms) in which it did; `until` null while it still does. */
export type KeyRecord = { readonly vkey: string; readonly from: number; readonly until: number | null };

/**
 * One entry of a log on its way into a bundle, in the order of the log: opened (envelope and salt), erased (the
 * sequence number of the entry that records the erasure), or withheld (outside the export's filter).
 */
export type BundleEntry =
  | { readonly entry: Uint8Array; readonly envelope: Json; readonly salt: Uint8Array }
  | { readonly entry: Uint8Array; readonly erased: number }
  | { readonly entry: Uint8Array; readonly withheld: true };

/** One log on its way into a bundle. `checkpoint`: the signed note for exactly `size` and `root`. */
export type BundleLog = {
  /** Folder name: lower-case letters, digits, hyphens. */
  readonly name: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly epoch: number;
  readonly checkpoint: string;
  /** Where the log begins after a pruning (a multiple of 256), with the signed statement of it. */
  readonly minimum?: { readonly minimum: number; readonly note: string };
  /** All entries from 0, or from the minimum. Asked for once. */
  readonly entries: () => Iterable<BundleEntry> | AsyncIterable<BundleEntry>;
  /** The bytes of a tile or entry bundle of this tree, as it is served. Asked for once each. */
  readonly tile: (id: TileId) => Uint8Array | Promise<Uint8Array>;
};

/**
 * What a bundle is made of. `filter` is null for the whole log; otherwise entries outside it are withheld, and the
 * verifier says so. `sign` makes a signed note of a text with the current key.
 */
export type BundleInput = {
  /** Unix milliseconds. */
  readonly created: number;
  readonly filter: Json;
  readonly keys: readonly KeyRecord[];
  readonly logs: readonly BundleLog[];
  readonly sign: (text: string) => string;
  /** Further fixed files, such as `verify.html`. Names must not collide with the bundle's own. */
  readonly extra?: ReadonlyMap<string, Uint8Array>;
};

/** What the manifest says of one file. */
export type FileRecord = { readonly path: string; readonly bytes: number; readonly sha256: string };
/** What the manifest says of one log. `root` in base64. */
export type LogRecord = {
  name: string;
  origin: string;
  size: number;
  root: string;
  epoch: number;
  /** Left out while nothing was pruned. */
  minimum?: number;
};

/** The manifest: every file but itself and its signature, with length and SHA-256 (hex). */
export type Manifest = {
  format: typeof BUNDLE_FORMAT;
  /** RFC 3339, UTC. */
  created: string;
  filter: Json;
  logs: LogRecord[];
  files: FileRecord[];
};

/** Canonical JSON as it stands in a file of the bundle: one line, ended by a newline. */
export function jsonLine(value: Json): Uint8Array {
  const json = canonicalBytes(value);
  const line = new Uint8Array(json.length + 1);
  line.set(json);
  line[json.length] = 0x0a;
  return line;
}

/** The text whose signed note is `manifest.sig`: the manifest by its hash, so that the note stays short. */
export function manifestStatement(manifestSha256Hex: string): string {
  return `${BUNDLE_FORMAT}\nmanifest.json sha256 ${manifestSha256Hex}\n`;
}
