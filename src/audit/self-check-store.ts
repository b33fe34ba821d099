import { isObject, type Reader, rfc3339, type Wire } from '../platform';
import { fromBase64, sameBytes, toBase64 } from './bytes';
import { readTile } from './checkpoint-store';
import { commitTo } from './entry';
import { type BundleLine, firstSeq, linesBetween } from './entry-store';
import { leafHash, rootOf } from './merkle';
import { TILE_WIDTH } from './tile';

/** What can be wrong with rows that were published. */
export type Fault = {
  seq: number;
  what: 'entry_missing' | 'entry_changed' | 'payload_missing' | 'payload_changed' | 'erasure_unexplained';
};

/** One block of 256 entries (or the shorter last one of a tree of `size`). */
export type BlockCheck = { faults: Fault[]; leaves: string };

/** Compares a block's rows with the tile that was published, and each payload with its commitment. */
export function checkBlock(r: Reader, index: number, size: number): BlockCheck {
  const from = index * TILE_WIDTH;
  const to = Math.min(size, from + TILE_WIDTH);
  const published = readTile(r.db, 0, index);
  if (to <= firstSeq(r.db)) return { faults: [], leaves: toBase64(joined(published ?? [])) };
  const lines = new Map(linesBetween(r, {}, { from, to }).map((line) => [line.seq, line]));
  const faults: Fault[] = [];
  const leaves: Uint8Array[] = [];
  for (let seq = from; seq < to; seq++) {
    const line = lines.get(seq);
    const leaf = line && leafHash(fromBase64(line.entry)!);
    const expected = published?.[seq - from];
    const what = faultOf(r, line, leaf, expected);
    if (what) faults.push({ seq, what });
    leaves.push(expected ?? leaf ?? new Uint8Array(32));
  }
  return { faults, leaves: toBase64(joined(leaves)) };
}

function faultOf(
  r: Reader,
  line: BundleLine | undefined,
  leaf: Uint8Array | undefined,
  expected: Uint8Array | undefined,
): Fault['what'] | undefined {
  if (!line || !leaf) return 'entry_missing';
  if (expected && !sameBytes(leaf, expected)) return 'entry_changed';
  if (line.salt === null) return explained(r, line);
  const { c } = JSON.parse(Buffer.from(line.entry, 'base64').toString()) as { c: string };
  if (toBase64(commitTo(fromBase64(line.salt)!, line.envelope)) !== c) return 'payload_changed';
  // The last block has no published tile yet: at least the time must be the one that was committed to.
  return timeOf(line.envelope) === rfc3339(line.at) ? undefined : 'entry_changed';
}

const timeOf = (envelope: Wire): Wire | undefined => (isObject(envelope) ? envelope.at : undefined);

/** A payload may be missing only where a later entry declares that it was erased. */
function explained(r: Reader, { seq, erased_by: by }: BundleLine): Fault['what'] | undefined {
  if (by === null) return 'payload_missing';
  const [entry] = by > seq ? linesBetween(r, {}, { from: by, to: by + 1 }) : [];
  const envelope = entry?.envelope;
  const ranges = envelope && isObject(envelope) ? envelope.erases : undefined;
  const covers = (range: Wire) => Array.isArray(range) && range[0] <= seq && seq <= range[1];
  return Array.isArray(ranges) && ranges.some(covers) ? undefined : 'erasure_unexplained';
}

function joined(hashes: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(hashes));
}

/** The root of a block's leaves. */
export function rootOfBlock(leaves: Uint8Array): Uint8Array {
  return rootOf(Array.from({ length: leaves.length / 32 }, (_, i) => leaves.subarray(i * 32, (i + 1) * 32)));
}
