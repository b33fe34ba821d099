import { action, type Ops, rfc3339, trusted, type VaultInfo } from '../platform';
import { latestCheckpoint } from './checkpoint-store';
import { rangesOf } from './log';
import { minimumText } from './minimum';
import { signNote } from './note';
import { currentMinimum, dropEntries, emptyPayloads, expiredPayloads, prunableTo, setMinimum } from './retention-store';
import type { Signer } from './signer';

/** What makes the log shorter; never silently. */
export function retentionOps(signerOf: (info: VaultInfo) => Signer) {
  return {
    /** Empties payloads from before `before`; the entry of this act says which. Call again while `more`. */
    'log.expire': action(trusted<{ before: number }>(), (w, { before }) => {
      const { seqs, more } = expiredPayloads(w.db, before);
      if (seqs.length === 0) {
        w.unchanged();
        return { expired: 0, more: false };
      }
      const by = w.audit('log.expired', { data: { before: rfc3339(before) }, erases: rangesOf(seqs) });
      emptyPayloads(w.db, seqs, by);
      return { expired: seqs.length, more };
    }),
    /** Drops emptied entries from before `before`; the new beginning is signed and recorded first. */
    'log.prune': action(trusted<{ before: number }>(), (w, { before }) => {
      const last = currentMinimum(w.db)?.minimum ?? 0;
      const minimum = Math.max(last, prunableTo(w.db, before, latestCheckpoint(w.db)?.size ?? 0));
      if (minimum > last) {
        const { origin, privateJwk } = signerOf(w.vault);
        const note = signNote(minimumText(origin, minimum), { name: origin, privateJwk });
        w.audit('log.pruned', { data: { minimum, before: rfc3339(before) } });
        setMinimum(w.db, { minimum, note }, w.now);
      } else w.auditedLater('the entry of this pruning was written when its minimum was signed');
      return { minimum, ...dropEntries(w.db, minimum) };
    }),
  } satisfies Ops;
}
