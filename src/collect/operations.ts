import type { Question } from '../consent';
import { action, DAY, type Ops, query, trusted } from '../platform';
import { dropsBetween, forgetDrops } from './drop-store';
import { mayCollect, type StoreInput, storeEvents } from './write';

/** How long the sums of what was dropped are kept. */
const KEEP_DROPS = 90 * DAY;

/** The gate in: what it does in a vault. */
export const collectOps = {
  'collect.store': action(trusted<StoreInput>(), (w, i) => storeEvents(w, i)),
  'collect.may': query(trusted<{ person: string; questions: Question[] }>(), (r, i) => mayCollect(r, i)),
  'collect.drops': query(trusted<{ from: number; to: number; source?: string }>(), (r, i) =>
    dropsBetween(r.db, i.from, i.to, i.source),
  ),
  'collect.forget_drops': action(trusted<Record<never, never>>(), (w) => {
    const forgotten = forgetDrops(w.db, w.now - KEEP_DROPS);
    if (forgotten === 0) w.unchanged();
    else w.audit('drops.forgotten', { data: { rows: forgotten } });
    return { forgotten };
  }),
} satisfies Ops;
