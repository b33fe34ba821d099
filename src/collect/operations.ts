import type { Question } from '../consent';
import type { Ident } from '../identity';
import { action, DAY, type Ops, query, trusted } from '../platform';
import { dropsBetween, forgetDrops } from './drop-store';
import {
  claimMany,
  ensureMany,
  importRows,
  type PreviewInput,
  previewRows,
  type QuarantineInput,
  quarantineRows,
  type RowsInput,
} from './import-write';
import { mayCollect, type StoreInput, storeEvents } from './write';

/** How long the sums of what was dropped are kept. */
const KEEP_DROPS = 90 * DAY;

/** The gate in: what it does in a vault. */
export const collectOps = {
  'collect.store': action(trusted<StoreInput>(), (w, i) => storeEvents(w, i)),
  'import.ensure': action(trusted<{ idents: Ident[] }>(), (w, i) => ensureMany(w, i.idents)),
  'import.claim': action(trusted<{ claims: { ident: Ident; person: string }[] }>(), (w, i) => claimMany(w, i.claims)),
  'import.rows': action(trusted<RowsInput>(), (w, i) => importRows(w, i)),
  'import.preview': query(trusted<PreviewInput>(), (r, i) => previewRows(r, i)),
  'import.quarantine': action(trusted<QuarantineInput>(), (w, i) => quarantineRows(w, i)),
  'collect.may': query(trusted<{ person: string; questions: Question[] }>(), (r, i) => mayCollect(r, i)),
  'collect.drops': query(trusted<{ from: number; to: number; source?: string }>(), (r, i) =>
    dropsBetween(r.db, i.from, i.to, i.source),
  ),
  'collect.forget_drops': action(trusted<Record<never, never>>(), (w) => {
    const forgotten = forgetDrops(w.db, w.now - KEEP_DROPS);
    w.audit('drops.forgotten', { data: { rows: forgotten } });
    return { forgotten };
  }),
} satisfies Ops;
