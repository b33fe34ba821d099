import { currentRulebook } from '../consent';
import { action, type Ops, query, Refusal, trusted } from '../platform';
import { attributesOfMany, pageOfPersons } from './attribute-store';
import { decideProposal, openProposals } from './duplicate-store';
import { qualityOf } from './quality';
import { deleteQuarantined, fieldUses, quarantinePage, storedCounts, storedSince } from './quality-store';
import { fieldRegister } from './register';

/** What a steward of data works with: sums, reasons and pseudonyms, never the values themselves. */
export const qualityOps = {
  /** Sums over one page of persons; `after` of the next page, or null at the end. */
  'quality.page': query(trusted<{ after: string; limit: number }>(), (r, i) => {
    const fields = Object.values(fieldRegister(currentRulebook(r.db))).filter((f) => !f.archived && !f.derived);
    const page = pageOfPersons(r, i.after, i.limit).map((p) => p.id);
    const stored = attributesOfMany(r, page);
    const after = page.length < i.limit ? null : page.at(-1)!;
    return { sums: qualityOf(fields, page, stored, r.now), after };
  }),
  'quality.use': query(trusted<Record<never, never>>(), (r) => ({
    counts: storedCounts(r.db, r.now),
    since: storedSince(r.db),
    uses: fieldUses(r.db),
  })),
  'quarantine.page': query(trusted<{ after: string; limit: number }>(), (r, i) => ({
    rows: quarantinePage(r.db, i.after, i.limit),
  })),
  'quarantine.discard': action(trusted<{ id: string }>(), (w, i) => {
    const discarded = deleteQuarantined(w.db, i.id);
    if (discarded) w.audit('quarantine.discarded', { data: { id: i.id } });
    else w.unchanged();
    return { discarded };
  }),
  'duplicate.page': query(trusted<{ after: string; limit: number }>(), (r, i) => ({
    rows: openProposals(r.db, i.after, i.limit),
  })),
  'duplicate.reject': action(trusted<{ id: string }>(), (w, i) => {
    const rejected = decideProposal(w.db, i.id, 'rejected', w.context.actor.id, w.now);
    if (rejected) w.audit('duplicate.rejected', { data: { id: i.id } });
    else w.unchanged();
    return { rejected };
  }),
} satisfies Ops;

/** Refuses an id that no vault knows. */
export function needOne(found: readonly boolean[], what: string): void {
  if (!found.some(Boolean)) throw new Refusal('not_found', `there is no such ${what}`);
}
