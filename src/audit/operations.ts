import { action, type Ops, query, trusted, type VaultInfo } from '../platform';
import { addCosignatures, latestCheckpoint, nodeReader, signCheckpoint, tileOf } from './checkpoint-store';
import {
  entriesBetween,
  findNewest,
  firstSeq,
  linesBetween,
  logSize,
  openEntries,
  pageOfView,
  type Span,
} from './entry-store';
import type { LogFilter } from './filter';
import { keyHistory, noteKey } from './key-store';
import { consistencyProof, inclusionProof } from './merkle';
import { mirrorPosition, setMirrorPosition } from './mirror-store';
import { vkey } from './note';
import { retentionOps } from './retention-operations';
import { currentMinimum } from './retention-store';
import { checkBlock } from './self-check-store';
import type { Signer } from './signer';
import { encodeEntries, encodeHashes, reaches, TILE_WIDTH } from './tile';

const b64 = (x: Uint8Array): string => Buffer.from(x).toString('base64');

/** The log's operations, the same in every vault and in the registry. */
export function auditOps(signerOf: (info: VaultInfo) => Signer) {
  return {
    ...retentionOps(signerOf),
    /** Integrates and signs; call again while `more`. A new key is recorded in the log before it signs for the first time. */
    'log.checkpoint': action(trusted<Record<never, never>>(), (w) => {
      const signer = signerOf(w.vault);
      const change = noteKey(w.db, signer, w.now);
      if (change) w.audit('log.key', { data: change });
      const { head, more, signed } = signCheckpoint(w.db, signer, w.now);
      w.auditedLater('a checkpoint signs the log and is no entry of it');
      return { head: head ?? null, more, signed, epoch: w.vault.epoch };
    }),
    /** The last published head (at most `size`, if given), how many entries are sequenced, and who has signed. */
    'log.head': query(trusted<{ size?: number }>(), (r, i) => {
      const { origin, privateJwk } = signerOf(r.vault);
      return {
        head: latestCheckpoint(r.db, i.size) ?? null,
        sequenced: logSize(r.db),
        origin,
        vkey: vkey(origin, privateJwk),
        epoch: r.vault.epoch,
        keys: keyHistory(r.db),
        minimum: currentMinimum(r.db) ?? null,
      };
    }),
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
    /** Which entries are in the view, newest first; nothing is opened. One slice: go on at `next`. */
    'log.find': query(trusted<{ filter: LogFilter; before: number | null; limit: number }>(), (r, i) =>
      findNewest(r.db, i.filter, i.before ?? Number.MAX_SAFE_INTEGER, i.limit),
    ),
    /** Shows entries to an officer. What was looked for is written down before anything is shown. */
    'log.search': action(trusted<{ filter: LogFilter; seqs: number[] }>(), (w, i) => {
      const found = openEntries(w, i.seqs);
      w.audit('audit.read', { person: i.filter.person, data: { filter: i.filter, entries: found.length } });
      return found;
    }),
    /** A page of the view, for an export that the registry has announced. */
    'log.page': query(trusted<{ filter: LogFilter; span: Span; limit: number }>(), (r, i) =>
      pageOfView(r, i.filter, i.span, i.limit),
    ),
    /** All entries of a span, as a bundle has them, for an export that the registry has announced. */
    'log.lines': query(trusted<{ filter: LogFilter; span: Span }>(), (r, i) => linesBetween(r, i.filter, i.span)),
    /** Adds cosignatures that were checked to the head of that size. */
    'log.cosign': action(trusted<{ size: number; lines: string[] }>(), (w, i) => {
      addCosignatures(w.db, i.size, i.lines);
      w.auditedLater('a cosignature is added to a head, which is no entry of the log');
      return { size: i.size };
    }),
    /** The first entry that a copy of the log elsewhere doesn't have. */
    'log.mirror_position': query(trusted<{ sink: string }>(), (r, i) => ({ position: mirrorPosition(r.db, i.sink) })),
    'log.mirrored': action(trusted<{ sink: string; position: number }>(), (w, i) => {
      setMirrorPosition(w.db, i.sink, i.position);
      w.auditedLater('how far a copy of the log is, is no act of anybody');
      return { position: i.position };
    }),
    /** Compares one block of the published tree with the rows behind it. */
    'log.check_block': query(trusted<{ index: number; size: number }>(), (r, i) => checkBlock(r, i.index, i.size)),
    /** The registry's log covers the vaults' heads, so that its checkpoint covers everything. */
    'log.note_heads': action(
      trusted<{ heads: { log: string; size: number; root: string; epoch: number }[] }>(),
      (w, i) => {
        w.audit('log.heads', { data: { heads: i.heads } });
        return { heads: i.heads.length };
      },
    ),
  } satisfies Ops;
}
