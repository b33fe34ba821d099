import { createHash } from 'node:crypto';
import {
  BUNDLE_FORMAT,
  type BundleEntry,
  type BundleInput,
  type BundleLog,
  type FileRecord,
  jsonLine,
  type LogRecord,
  manifestStatement,
} from './bundle-format';
import { VERIFY_GUIDE } from './bundle-guide';
import { toBase64, utf8 } from './bytes';
import { canonicalText, type Json } from './canonical';
import { entryJson, parseEntry } from './entry';
import { TILE_WIDTH, type TileId, tilePath, tilesOf } from './tile';
import { collect, writeZip, type ZipFile } from './zip';

const SHARED = ['VERIFY.md', 'keys.json', 'manifest.json', 'manifest.sig'];
/** Lines are gathered to chunks of about this many bytes: a chunk per line would cost more than the line. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Streams the bundle: one pass over the entries, memory bounded by one tile and the list of file names. The same input
 * always gives the same bytes. Throws TypeError on bad names or entries, and when the entries don't number `size`.
 */
export async function* streamBundle(input: BundleInput): AsyncGenerator<Uint8Array> {
  const records: FileRecord[] = [];
  yield* writeZip(bundleFiles(input, records));
}

/** `streamBundle` in one array, for small logs and tests. */
export function buildBundle(input: BundleInput): Promise<Uint8Array> {
  return collect(streamBundle(input));
}

/** The files in their order; those that the manifest lists are measured while they pass. */
async function* bundleFiles(input: BundleInput, records: FileRecord[]): AsyncGenerator<ZipFile> {
  const sources = [...fixedFiles(input), ...input.logs.flatMap(logFiles)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const beforeManifest = sources.filter((file) => file.name < 'manifest.json');
  const afterManifest = sources.filter((file) => file.name > 'manifest.json');
  // What sorts behind the manifest is fixed and small, so it is measured first and written later.
  for (const file of afterManifest) await collect(measured(file, records));
  for (const file of beforeManifest) yield { name: file.name, chunks: measured(file, records) };
  const manifest = jsonLine(manifestOf(input, records));
  yield { name: 'manifest.json', chunks: [manifest] };
  yield { name: 'manifest.sig', chunks: [utf8(input.sign(manifestStatement(sha256Hex(manifest))))] };
  yield* afterManifest;
}

function manifestOf(input: BundleInput, records: readonly FileRecord[]): Json {
  return {
    format: BUNDLE_FORMAT,
    created: new Date(input.created).toISOString(),
    filter: input.filter,
    logs: input.logs.map(logRecord),
    files: [...records].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

function logRecord({ name, origin, size, root, epoch, minimum }: BundleLog): LogRecord {
  return { name, origin, size, root: toBase64(root), epoch, ...(minimum && { minimum: minimum.minimum }) };
}

function fixedFiles({ keys, extra = new Map() }: BundleInput): ZipFile[] {
  for (const name of extra.keys()) {
    if (SHARED.includes(name) || name.startsWith('logs/')) throw new TypeError(`"${name}" is the bundle's own file`);
  }
  return [
    { name: 'VERIFY.md', chunks: [utf8(VERIFY_GUIDE)] },
    { name: 'keys.json', chunks: [jsonLine({ keys })] },
    ...[...extra].map(([name, bytes]) => ({ name, chunks: [bytes] })),
  ];
}

function logFiles(log: BundleLog): ZipFile[] {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(log.name)) throw new TypeError(`"${log.name}" can't name a log in a bundle`);
  const folder = `logs/${log.name}`;
  return [
    { name: `${folder}/checkpoint`, chunks: [utf8(log.checkpoint)] },
    { name: `${folder}/entries.ndjson`, chunks: entryLines(log) },
    ...(log.minimum ? [{ name: `${folder}/minimum`, chunks: [utf8(log.minimum.note)] }] : []),
    ...tilesOf(log.size)
      .filter(isShown(log))
      .map((id) => ({ name: `${folder}/${tilePath(id)}`, chunks: later(() => log.tile(id)) })),
  ];
}

/** Entry bundles below the minimum are gone; the hashes of the tree are not. */
const isShown =
  ({ minimum }: BundleLog) =>
  ({ level, index }: TileId): boolean =>
    level !== 'entries' || index * TILE_WIDTH >= (minimum?.minimum ?? 0);

async function* entryLines({ entries, size, name, minimum }: BundleLog): AsyncGenerator<Uint8Array> {
  let lines = '';
  let seq = minimum?.minimum ?? 0;
  for await (const entry of entries()) {
    lines += `${canonicalText(entryLine(seq, entry))}\n`;
    seq += 1;
    if (lines.length >= CHUNK_BYTES) {
      yield utf8(lines);
      lines = '';
    }
  }
  if (seq !== size) throw new TypeError(`log ${name} has ${size} entries, but ${seq} were given`);
  yield utf8(lines);
}

/** One line of `entries.ndjson` as JSON. */
export function entryLine(seq: number, given: BundleEntry): Json {
  const parsed = parseEntry(given.entry);
  if (!parsed) throw new TypeError(`entry ${seq} is not a tile entry`);
  const entry = entryJson(parsed);
  if ('envelope' in given) return { seq, entry, envelope: given.envelope, salt: toBase64(given.salt) };
  return 'erased' in given ? { seq, entry, erased: given.erased } : { seq, entry, withheld: true };
}

async function* measured({ name, chunks }: ZipFile, records: FileRecord[]): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    digest.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  records.push({ path: name, bytes, sha256: digest.digest('hex') });
}

async function* later(read: () => Uint8Array | Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await read();
}

const sha256Hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
