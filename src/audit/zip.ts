import { concat, utf8 } from './bytes';
import { crc32 } from './crc32';

/**
 * The canonical ZIP: for given names and contents there is exactly one. Names ascending by byte, contents stored
 * uncompressed (two deflate libraries never agree), sizes and CRC in a data descriptor so that it can be streamed, the
 * earliest DOS time, no extra fields, no comments, no gaps. Who rebuilds it and compares finds every changed byte.
 */

/** Chunks that come at once or over time. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
/** A file of the archive; its contents are asked for once, when its turn comes. */
export type ZipFile = { readonly name: string; readonly chunks: Chunks };

type Record_ = { readonly name: Uint8Array; readonly crc: number; readonly size: number; readonly offset: number };

/** ZIP without its 64-bit extension: sizes and offsets below 4 GiB, at most 65,535 files. */
export const MAX_ZIP_BYTES = 0xffff_ffff;
export const MAX_ZIP_FILES = 0xffff;

const VERSION_NEEDED = 20;
/** Bit 3: CRC and sizes follow the contents. */
const FLAGS = 0x0008;
const STORED = 0;
const DOS_TIME = 0;
/** 1980-01-01, the first day that DOS knows. */
const DOS_DATE = 0x0021;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

/**
 * Writes the archive as it is read. Throws TypeError on a name outside `[A-Za-z0-9._/-]` or out of order, RangeError
 * when a limit of plain ZIP is passed (ask for a narrower export).
 */
export async function* writeZip(files: Iterable<ZipFile> | AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  const records: Record_[] = [];
  let offset = 0;
  let last = '';
  for await (const { name, chunks } of files) {
    requireName(name, last);
    const record = { name: utf8(name), crc: 0, size: 0, offset };
    yield localHeader(record.name);
    for await (const chunk of chunks) {
      record.crc = crc32(chunk, record.crc);
      record.size += chunk.length;
      yield chunk;
    }
    yield descriptor(record);
    offset = requireFits(offset + 30 + record.name.length + record.size + 16);
    last = name;
    records.push(record);
  }
  yield directory(records, offset);
}

/** `writeZip` for contents that are at hand. Sorts by name. */
export function zipOf(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return collect(writeZip(sorted.map(([name, bytes]) => ({ name, chunks: [bytes] }))));
}

/** All chunks in one array. */
export async function collect(chunks: Chunks): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return concat(parts);
}

function localHeader(name: Uint8Array): Uint8Array {
  return concat([fields([4, 0x04034b50], ...shared(), [4, 0], [4, 0], [4, 0], [2, name.length], [2, 0]), name]);
}

function descriptor({ crc, size }: Record_): Uint8Array {
  return fields([4, 0x08074b50], [4, crc], [4, size], [4, size]);
}

function directory(records: readonly Record_[], offset: number): Uint8Array {
  const entries = concat(records.map(directoryEntry));
  requireFits(offset + entries.length);
  if (records.length > MAX_ZIP_FILES)
    throw new RangeError(`${records.length} files don't fit a ZIP; narrow the export`);
  const count = records.length;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, entries.length], [4, offset], [2, 0]);
  return concat([entries, end]);
}

function directoryEntry({ name, crc, size, offset }: Record_): Uint8Array {
  const sizes = [
    [4, crc],
    [4, size],
    [4, size],
    [2, name.length],
    [2, 0],
    [2, 0],
  ] as const;
  const attributes = [
    [2, 0],
    [2, 0],
    [4, 0],
    [4, offset],
  ] as const;
  return concat([fields([4, 0x02014b50], [2, VERSION_NEEDED], ...shared(), ...sizes, ...attributes), name]);
}

const shared = () =>
  [
    [2, VERSION_NEEDED],
    [2, FLAGS],
    [2, STORED],
    [2, DOS_TIME],
    [2, DOS_DATE],
  ] as const;

/** Little-endian fields of 2 or 4 bytes. */
function fields(...parts: (readonly [bytes: 2 | 4, value: number])[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, [bytes]) => sum + bytes, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [bytes, value] of parts) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return out;
}

function requireName(name: string, last: string): void {
  if (!NAME.test(name) || name.split('/').some((part) => /^\.*$/.test(part))) {
    throw new TypeError(`"${name}" can't name a file of the bundle`);
  }
  if (name <= last) throw new TypeError(`"${name}" comes after "${last}": files are sorted by name, each once`);
}

function requireFits(bytes: number): number {
  if (bytes > MAX_ZIP_BYTES) throw new RangeError("more than 4 GiB don't fit a ZIP; narrow the export");
  return bytes;
}
