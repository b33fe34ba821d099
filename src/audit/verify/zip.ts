import { sameBytes, textOf, utf8 } from './bytes';

/**
 * Reads a canonical ZIP by rebuilding it: from the names and sizes in its directory every header is written anew and
 * compared with what is there. Stored contents only, so there is nothing to inflate and no bomb to fear.
 */

export type Archive = {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Where the archive departs from the one canonical form; undefined when it doesn't. */
  readonly departure: { readonly offset: number; readonly file?: string } | undefined;
};

type Entry = { readonly name: string; readonly size: number; readonly offset: number };

const END_SIZE = 22;
const LOCAL_SIZE = 30;
const DESCRIPTOR_SIZE = 16;
const DIRECTORY_SIZE = 46;
/** Signature of each record, then the fields that never vary: version 2.0, bit 3, stored, 1980-01-01 00:00. */
const FIXED = [20, 0, 8, 0, 0, 0, 0, 0, 33, 0];

/** Undefined when the directory can't be read at all. */
export function readZip(bytes: Uint8Array): Archive | undefined {
  const entries = readDirectory(bytes);
  if (!entries) return undefined;
  const files = new Map<string, Uint8Array>();
  for (const { name, size, offset } of entries) {
    const start = offset + LOCAL_SIZE + utf8(name).length;
    files.set(name, bytes.subarray(start, start + size));
  }
  return { files, departure: findDeparture(bytes, entries, files) };
}

/** The contents must lie one behind the other, each with its own name, in order; the rest must be as rebuilt. */
function findDeparture(bytes: Uint8Array, entries: readonly Entry[], files: ReadonlyMap<string, Uint8Array>) {
  const directory: Uint8Array[] = [];
  let at = 0;
  let last = '';
  for (const { name, size, offset } of entries) {
    const content = files.get(name)!;
    const crc = crc32(content);
    const header = localHeader(name);
    if (offset !== at || name <= last || content.length !== size) return { offset: at, file: name };
    if (!startsWith(bytes, at, header)) return { offset: at, file: name };
    at += header.length + size;
    if (!startsWith(bytes, at, descriptor(crc, size))) return { offset: at, file: name };
    at += DESCRIPTOR_SIZE;
    last = name;
    directory.push(directoryEntry(name, crc, size, offset));
  }
  return findDirectoryDeparture(bytes, at, directory);
}

function findDirectoryDeparture(bytes: Uint8Array, start: number, directory: readonly Uint8Array[]) {
  let at = start;
  for (const entry of directory) {
    if (!startsWith(bytes, at, entry)) return { offset: at };
    at += entry.length;
  }
  const end = endRecord(directory.length, at - start, start);
  return startsWith(bytes, at, end) && bytes.length === at + END_SIZE ? undefined : { offset: at };
}

function readDirectory(bytes: Uint8Array): Entry[] | undefined {
  if (bytes.length < END_SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - END_SIZE;
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    if (at + DIRECTORY_SIZE > end) return undefined;
    const nameLength = view.getUint16(at + 28, true);
    const name = textOf(bytes.subarray(at + DIRECTORY_SIZE, at + DIRECTORY_SIZE + nameLength));
    if (name === undefined) return undefined;
    entries.push({ name, size: view.getUint32(at + 24, true), offset: view.getUint32(at + 42, true) });
    at += DIRECTORY_SIZE + nameLength;
  }
  return entries;
}

function localHeader(name: string): Uint8Array {
  const bytes = utf8(name);
  return record(0x04034b50, [...FIXED, ...zeros(12), ...u16(bytes.length), ...u16(0)], bytes);
}

function descriptor(crc: number, size: number): Uint8Array {
  return record(0x08074b50, [...u32(crc), ...u32(size), ...u32(size)]);
}

function directoryEntry(name: string, crc: number, size: number, offset: number): Uint8Array {
  const bytes = utf8(name);
  const sizes = [...u32(crc), ...u32(size), ...u32(size), ...u16(bytes.length)];
  return record(0x02014b50, [20, 0, ...FIXED, ...sizes, ...zeros(12), ...u32(offset)], bytes);
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  return record(0x06054b50, [...zeros(4), ...u16(count), ...u16(count), ...u32(size), ...u32(offset), ...zeros(2)]);
}

function record(signature: number, fields: readonly number[], name: Uint8Array = new Uint8Array(0)): Uint8Array {
  return Uint8Array.of(...u32(signature), ...fields, ...name);
}

function startsWith(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  return sameBytes(bytes.subarray(at, at + expected.length), expected);
}

const zeros = (count: number) => new Array<number>(count).fill(0);
const u16 = (n: number) => [n & 0xff, (n >>> 8) & 0xff];
const u32 = (n: number) => [...u16(n), ...u16(n >>> 16)];

/** Four tables, so that four bytes go in one step. */
const CRC_TABLE = crcTables();

function crcTables(): Int32Array {
  const tables = new Int32Array(4 * 256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    tables[n] = c;
  }
  for (let n = 256; n < tables.length; n++) {
    const below = tables[n - 256]!;
    tables[n] = tables[below & 0xff]! ^ (below >>> 8);
  }
  return tables;
}

function crc32(bytes: Uint8Array): number {
  const t = CRC_TABLE;
  const whole = bytes.length - (bytes.length % 4);
  let crc = -1;
  let i = 0;
  for (; i < whole; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t[768 + (crc & 0xff)]! ^ t[512 + ((crc >>> 8) & 0xff)]! ^ t[256 + ((crc >>> 16) & 0xff)]! ^ t[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = t[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}
