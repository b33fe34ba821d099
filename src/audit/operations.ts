import { action, type Ops, query, trusted, type VaultInfo } from '../platform';
import { addCosignatures, latestCheckpoint, signCheckpoint } from './checkpoint-store';
import { logSize } from './entry-store';
import { keyHistory, noteKey } from './key-store';
import { vkey } from './note';
import { retentionOps } from './retention-operations';
import { currentMinimum } from './retention-store';
import type { Signer } from './signer';
import { treeOps } from './tree-operations';
import { viewOps } from './view-operations';

/** The log's operations, the same in every vault and in the registry. */
export function auditOps(signerOf: (info: VaultInfo) => Signer) {
  return {
    ...treeOps,
    ...viewOps,
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
    /** Adds cosignatures that were checked to the head of that size. */
    'log.cosign': action(trusted<{ size: number; lines: string[] }>(), (w, i) => {
      addCosignatures(w.db, i.size, i.lines);
      w.auditedLater('a cosignature is added to a head, which is no entry of the log');
      return { size: i.size };
    }),
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
