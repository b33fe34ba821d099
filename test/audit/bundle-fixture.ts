import { createHash, generateKeyPairSync } from 'node:crypto';
import { buildBundle } from '../../src/audit/bundle';
import type { BundleEntry, BundleInput, BundleLog } from '../../src/audit/bundle-format';
import { concat, utf8 } from '../../src/audit/bytes';
import type { Json } from '../../src/audit/canonical';
import { checkpointText } from '../../src/audit/checkpoint-text';
import { commitTo, entryBytes } from '../../src/audit/entry';
import { leafHash, rootOf } from '../../src/audit/merkle';
import { type PrivateJwk, signNote, vkey } from '../../src/audit/note';
import { encodeEntries, encodeHashes, TILE_WIDTH, type TileId } from '../../src/audit/tile';
import { readZip } from '../../src/audit/verify/zip';
import { zipOf } from '../../src/audit/zip';

/** Small bundles for tests, and what an attacker without the key can do to them. */

export const ORIGIN = 'audit.example/log/v0';
export const START = Date.UTC(2026, 0, 1);

export type Signer = { readonly name: string; readonly jwk: PrivateJwk; readonly vkey: string };

/** A fresh key that speaks for `name`. */
export function signer(name: string): Signer {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as PrivateJwk;
  return { name, jwk, vkey: vkey(name, jwk) };
}

/** A salt that is the same in every run, different for every number. */
export function salt(n: number): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`salt ${n}`).digest());
}

/** An opened entry with that envelope. */
export function opened(n: number, envelope: Json): BundleEntry {
  const key = salt(n);
  return { entry: entryBytes({ t: START + n, commitment: commitTo(key, envelope) }), envelope, salt: key };
}

/** `count` opened entries of ordinary acts. */
export function ordinary(count: number): BundleEntry[] {
  return Array.from({ length: count }, (_, n) =>
    opened(n, { event: 'consent.granted', detail: { purpose: 'news', n } }),
  );
}

/** Entries of which `gone` is erased, explained by a last entry that says so. */
export function withErasure(count: number, gone: number): BundleEntry[] {
  const entries = ordinary(count);
  entries[gone] = { entry: entries[gone]!.entry, erased: count };
  return [...entries, opened(count, { event: 'person.erased', erases: [[gone, gone]] })];
}

/** A log over these entries, signed. */
export function logOf(name: string, entries: readonly BundleEntry[], key: Signer): BundleLog {
  const leaves = entries.map(({ entry }) => leafHash(entry));
  const head = { origin: key.name, size: entries.length, root: rootOf(leaves) };
  const checkpoint = signNote(checkpointText(head), { name: key.name, privateJwk: key.jwk });
  return { name, ...head, epoch: 1, checkpoint, entries: () => entries, tile: (id) => tileBytes(id, entries, leaves) };
}

/** The bundle's input for logs that share one key. */
export function inputOf(logs: readonly BundleLog[], key: Signer, over: Partial<BundleInput> = {}): BundleInput {
  const sign = (text: string) => signNote(text, { name: key.name, privateJwk: key.jwk });
  return { created: START, filter: null, keys: [{ vkey: key.vkey, from: START, until: null }], logs, sign, ...over };
}

/** A whole bundle of one log. */
export function bundleOf(entries: readonly BundleEntry[], key: Signer, over: Partial<BundleInput> = {}) {
  return buildBundle(inputOf([logOf('v0', entries, key)], key, over));
}

export type FileMap = Map<string, Uint8Array>;

/** The files of a bundle, copied so that they can be tampered with. */
export function filesOf(bundle: Uint8Array): FileMap {
  return new Map([...readZip(bundle)!.files].map(([name, bytes]) => [name, bytes.slice()]));
}

/** The same files as another canonical ZIP: what an attacker does who knows the format but has no key. */
export async function repack(bundle: Uint8Array, change: (files: FileMap) => void): Promise<Uint8Array> {
  const files = filesOf(bundle);
  change(files);
  return zipOf(files);
}

/** Rewrites the lines of `entries.ndjson`. */
export function editLines(files: FileMap, edit: (lines: string[]) => string[], log = 'v0'): void {
  const path = `logs/${log}/entries.ndjson`;
  const lines = new TextDecoder().decode(files.get(path)!).split('\n').slice(0, -1);
  files.set(
    path,
    utf8(
      edit(lines)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );
}

/** Replaces lines, entry bundles and level-0 tiles by those of other entries, names of partial tiles included. */
export function replaceEntries(files: FileMap, entries: readonly BundleEntry[], what: { hashes: boolean }, log = 'v0') {
  const leaves = entries.map(({ entry }) => leafHash(entry));
  const levels = what.hashes ? (['entries', 0] as const) : (['entries'] as const);
  for (const level of levels) {
    for (const path of [...files.keys()]) if (path.startsWith(`logs/${log}/tile/${level}/`)) files.delete(path);
    for (let first = 0; first < entries.length; first += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, entries.length - first);
      const id = { level, index: first / TILE_WIDTH, width };
      const suffix = width < TILE_WIDTH ? `.p/${width}` : '';
      const path = `logs/${log}/tile/${level}/${String(id.index).padStart(3, '0')}${suffix}`;
      files.set(path, tileBytes(id, entries, leaves));
    }
  }
}

function tileBytes({ level, index, width }: TileId, entries: readonly BundleEntry[], leaves: readonly Uint8Array[]) {
  const first = index * TILE_WIDTH;
  if (level === 'entries') return encodeEntries(entries.slice(first, first + width).map(({ entry }) => entry));
  const span = TILE_WIDTH ** level;
  const hashes = Array.from({ length: width }, (_, i) =>
    rootOf(leaves.slice((first + i) * span, (first + i + 1) * span)),
  );
  return encodeHashes(hashes);
}

/** Every byte of an array changed in turn, a different bit each time. */
export function* flips(bytes: Uint8Array): Generator<{ at: number; flipped: Uint8Array }> {
  for (let at = 0; at < bytes.length; at++) {
    const flipped = concat([bytes]);
    flipped[at]! ^= 1 << (at % 8);
    yield { at, flipped };
  }
}
