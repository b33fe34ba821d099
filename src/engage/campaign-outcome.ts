import { currentRulebook, decide, readState } from '../consent';
import type { Reader } from '../platform';
import { type Outcome, outcomeOf } from './experiment';
import { marginOf } from './facts';
import { campaignOf } from './judge';
import { assigned } from './send-store';

export type OutcomeInput = { run: string; campaign: string; from: number; until: number; after: string; limit: number };

/** One page of an outcome, in sums that add up. `after`: where the next begins; null at the end. */
export type Measured = { treated: Outcome; control: Outcome; after: string | null };

/** Margins of both arms after the sending, of those alone of whom they may be measured, whatever became of the message. */
export function outcome(r: Reader, i: OutcomeInput): Measured {
  const c = campaignOf(r, i.campaign);
  const book = currentRulebook(r.db);
  const rows = assigned(r.db, i.run, i.after, i.limit);
  const measured = c.measure === null ? [] : rows;
  const margins: Record<'treated' | 'control', number[]> = { treated: [], control: [] };
  for (const { person, arm } of measured) {
    const question = { purpose: c.measure!.purpose, category: 'user.behavior.purchase_history' };
    if (arm === 'none' || !decide(book, readState(r.db, person), question, r.now).allowed) continue;
    margins[arm].push(marginOf(r, person, i));
  }
  const after = rows.length < i.limit ? null : rows.at(-1)!.person;
  return { treated: outcomeOf(margins.treated), control: outcomeOf(margins.control), after };
}
