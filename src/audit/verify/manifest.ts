import { textOf, toHex } from './bytes';
import type { Ed25519 } from './ed25519';
import { isArray, isCount, isObject, type Json, parseCanonical } from './json';
import { countSignatures, type Key, openNote, parseKey } from './note';
import type { Note } from './report';
import type { Sha256 } from './sha2';
import { TILE } from './tree';

/** The manifest: what the bundle claims to be, file by file, and who signed for that. */

export type LogClaim = {
  name: string;
  origin: string;
  size: number;
  root: string;
  epoch: number;
  /** Where the log begins, when its first entries were pruned: a multiple of 256. */
  minimum?: number;
};
export type FileClaim = { path: string; bytes: number; sha256: string };
export type Manifest = { created: string; filter: Json; logs: LogClaim[]; files: FileClaim[] };
/** Whose signatures count, and who computes. */
export type Trust = { readonly keys: readonly Key[]; readonly sha256: Sha256; readonly ed25519: Ed25519 };
export type Files = ReadonlyMap<string, Uint8Array>;

const FORMAT = 'avow-bundle/1';
/** The two that can't be listed in the manifest: itself, and the signature over it. */
const UNLISTED = new Set(['manifest.json', 'manifest.sig']);

/** Reads the manifest; undefined, and noted, when it isn't one. */
export function readManifest(files: Files, note: Note): Manifest | undefined {
  const manifest = parseManifest(readJson(files.get('manifest.json')));
  if (!manifest) {
    note({
      code: 'manifest_unreadable',
      file: 'manifest.json',
      message: `The manifest is missing, or is not the canonical JSON of format ${FORMAT}.`,
    });
  }
  return manifest;
}

/** The keys that the bundle itself carries. */
export function bundledKeys(files: Files): Key[] {
  const json = readJson(files.get('keys.json'));
  const records = isObject(json) && isArray(json.keys) ? json.keys : [];
  const vkeys = records.map((record) => (isObject(record) && typeof record.vkey === 'string' ? record.vkey : ''));
  return vkeys.map(parseKey).filter((key) => key !== undefined);
}

/** Checks `manifest.sig`; returns the keys that signed. One line only: a second would be covered by nothing. */
export function checkSignature(files: Files, { keys, sha256, ed25519 }: Trust, note: Note): readonly Key[] {
  const signed = textOf(files.get('manifest.sig') ?? new Uint8Array(0)) ?? '';
  const statement = `${FORMAT}\nmanifest.json sha256 ${toHex(sha256(files.get('manifest.json')!))}\n`;
  const opened = openNote(signed, keys, ed25519);
  if (opened.ok && opened.text === statement && countSignatures(signed) === 1) return opened.keys;
  const message = opened.ok
    ? 'The manifest was changed after it was signed.'
    : `The manifest's signature is not valid: ${WHY[opened.why]}.`;
  note({ code: 'manifest_signature', file: 'manifest.sig', message });
  return [];
}

/** Why a note says nothing, as the end of a sentence. */
export const WHY = {
  malformed: 'it is not a signed note',
  unsigned: 'none of the trusted keys made it',
  false_signature: 'it does not fit the text',
} as const;

/** Every listed file is there, unchanged, and nothing else is. */
export function checkFiles(files: Files, manifest: Manifest, sha256: Sha256, note: Note): void {
  for (const { path, bytes, sha256: expected } of manifest.files) {
    const content = files.get(path);
    if (!content) note({ code: 'file_missing', file: path, message: `The file ${path} is missing.` });
    else if (content.length !== bytes || toHex(sha256(content)) !== expected) {
      note({ code: 'file_changed', file: path, message: `The file ${path} is not the one that the manifest lists.` });
    }
  }
  const listed = new Set(manifest.files.map((file) => file.path));
  for (const path of files.keys()) {
    if (listed.has(path) || UNLISTED.has(path)) continue;
    note({ code: 'file_surplus', file: path, message: `The file ${path} is not listed in the manifest.` });
  }
}

/** Canonical JSON on one line, ended by a newline. */
function readJson(bytes: Uint8Array | undefined): Json | undefined {
  const text = bytes && textOf(bytes);
  return text?.endsWith('\n') ? parseCanonical(text.slice(0, -1)) : undefined;
}

function parseManifest(json: Json | undefined): Manifest | undefined {
  if (!isObject(json) || json.format !== FORMAT || typeof json.created !== 'string') return undefined;
  if (!isArray(json.logs) || !isArray(json.files) || json.filter === undefined) return undefined;
  const { created, filter } = json;
  const logs = json.logs.filter(isLogClaim);
  const files = json.files.filter(isFileClaim);
  const whole = logs.length === json.logs.length && files.length === json.files.length;
  return whole ? { created, filter, logs, files } : undefined;
}

function isLogClaim(json: Json): json is LogClaim {
  if (!isObject(json) || !isCount(json.size) || !isCount(json.epoch)) return false;
  if (json.minimum !== undefined && !(isCount(json.minimum) && json.minimum % TILE === 0 && json.minimum <= json.size))
    return false;
  return [json.name, json.origin, json.root].every((member) => typeof member === 'string');
}

function isFileClaim(json: Json): json is FileClaim {
  return isObject(json) && typeof json.path === 'string' && isCount(json.bytes) && typeof json.sha256 === 'string';
}
