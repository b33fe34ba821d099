import { action, type Ops, query, trusted, type VaultInfo } from '../platform';
import { latestCheckpoint, nodeReader, type Signer, signCheckpoint, tileOf } from './checkpoint-store';
import { entriesBetween, type LogFilter, logSize, readEntries } from './log';
import { consistencyProof, inclusionProof } from './merkle';
import { encodeEntries, encodeHashes, hasTile, TILE_WIDTH, type TileId } from './tile';

const b64 = (x: Uint8Array): string => Buffer.from(x).toString('base64');

/** The log's operations, the same in every vault and in the registry. */
export function auditOps(signerOf: (info: VaultInfo) => Signer) {
  return {
    /** Integrates and signs; call again while `more`. */
    'log.checkpoint': action(trusted<Record<never, never>>(), (w) => {
      const { head, more, signed } = signCheckpoint(w.db, signerOf(w.vault), w.now);
      w.auditedLater('a checkpoint signs the log and is no entry of it');
      return { head: head ?? null, more, signed };
    }),
    /** The last published head (at most `size`, if given) and how many entries are sequenced. */
    'log.head': query(trusted<{ size?: number }>(), (r, i) => ({
      head: latestCheckpoint(r.db, i.size) ?? null,
      sequenced: logSize(r.db),
      origin: signerOf(r.vault).origin,
      epoch: r.vault.epoch,
    })),
    /** A tile or entry bundle of the published tree, base64; null when the tree doesn't have it. */
    'log.tile': query(trusted<{ level: number | 'entries'; index: number; width: number }>(), (r, i) => {
      const size = latestCheckpoint(r.db)?.size ?? 0;
      if (!hasTile(size, i as TileId) && !(i.width < TILE_WIDTH && i.index * TILE_WIDTH + i.width <= size)) return null;
      if (i.level === 'entries')
        return b64(encodeEntries(entriesBetween(r.db, i.index * TILE_WIDTH, i.index * TILE_WIDTH + i.width)));
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
    /** Shows entries to an officer. What was looked for is written down before anything is shown. */
    'log.search': action(
      trusted<{ filter: LogFilter; after: number; limit: number; newest_first?: boolean }>(),
      (w, i) => {
        const found = readEntries(w, i.filter, i.after, i.limit, i.newest_first);
        w.audit('audit.read', { data: { filter: i.filter, after: i.after, entries: found.length } });
        return found;
      },
    ),
    /** Says that the log leaves the house, before the first page of it does. */
    'log.export': action(trusted<{ export: string; filter: LogFilter }>(), (w, i) => {
      w.audit('audit.exported', { data: { export: i.export, filter: i.filter } });
      return { sequenced: logSize(w.db) };
    }),
    /** A page for an export that `log.export` has announced. */
    'log.page': query(trusted<{ after: number; limit: number; filter: LogFilter }>(), (r, i) =>
      readEntries(r, i.filter, i.after, i.limit),
    ),
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
