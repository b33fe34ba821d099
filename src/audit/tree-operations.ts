import { type Ops, query, trusted } from '../platform';
import { latestCheckpoint, nodeReader, tileOf } from './checkpoint-store';
import { entriesBetween, firstSeq } from './entry-store';
import { consistencyProof, inclusionProof } from './merkle';
import { checkBlock } from './self-check-store';
import { encodeEntries, encodeHashes, reaches, TILE_WIDTH } from './tile';

const b64 = (x: Uint8Array): string => Buffer.from(x).toString('base64');

/** The published tree: tiles, proofs, and whether the rows behind it are still what was published. */
export const treeOps = {
  /** A tile or entry bundle of the published tree, base64; null when the tree doesn't have it. */
  'log.tile': query(trusted<{ level: number | 'entries'; index: number; width: number }>(), (r, i) => {
    const size = latestCheckpoint(r.db)?.size ?? 0;
    if (!reaches(size, i)) return null;
    const from = i.index * TILE_WIDTH;
    if (i.level === 'entries') {
      if (from < firstSeq(r.db)) return null;
      return b64(encodeEntries(entriesBetween(r.db, from, from + i.width)));
    }
    return b64(encodeHashes(tileOf(r.db, size, i.level, i.index).slice(0, i.width)));
  }),
  /** Inclusion proof of an entry in the last published tree; null while it is only sequenced. */
  'log.proof': query(trusted<{ seq: number }>(), (r, i) => {
    const head = latestCheckpoint(r.db);
    if (!head || i.seq >= head.size || i.seq < 0) return null;
    return {
      index: i.seq,
      checkpoint: head.note,
      hashes: inclusionProof(i.seq, head.size, nodeReader(r.db, head.size)).map(b64),
    };
  }),
  'log.consistency': query(trusted<{ from: number; to: number }>(), (r, i) => {
    const size = latestCheckpoint(r.db)?.size ?? 0;
    if (i.from < 1 || i.to < i.from || i.to > size) return null;
    return { hashes: consistencyProof(i.from, i.to, nodeReader(r.db, i.to)).map(b64) };
  }),
  /** Compares one block of the published tree with the rows behind it. */
  'log.check_block': query(trusted<{ index: number; size: number }>(), (r, i) => checkBlock(r, i.index, i.size)),
} satisfies Ops;
