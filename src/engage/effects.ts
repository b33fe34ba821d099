import { currentRulebook, readState } from '../consent';
import type { Reader } from '../platform';
import { personsAfter } from './facts';
import { campaignIn } from './kinds';
import { sendsAbout } from './send-store';

/** A withdrawal or objection, and when mails of that purpose went to the person. Without names. */
export type Withdrawal = { withdrawn_at: number; effects: number[] };
export type EffectsPage = { withdrawals: Withdrawal[]; after: string | null };

const SLICE = 100;

/** One slice of what happened after people said no: every mail that was begun counts, arrived or not. */
export function effectsPage(r: Reader, i: { from: number; until: number; after: string }): EffectsPage {
  const page = personsAfter(r, i.after, SLICE);
  const withdrawals = page.flatMap((person) => withdrawalsOf(r, person, i));
  return { withdrawals, after: page.length < SLICE ? null : page.at(-1)! };
}

function withdrawalsOf(r: Reader, person: string, { from, until }: { from: number; until: number }): Withdrawal[] {
  const { purposes } = currentRulebook(r.db);
  const nos = (readState(r.db, person)?.acts ?? []).filter(
    (a) => (a.s === 'withdrawn' || a.s === 'objected') && a.at >= from && a.at < until,
  );
  const marketing = nos.filter((a) => a.p === '*marketing' || purposes[a.p]?.direct_marketing);
  if (marketing.length === 0) return [];
  const sends = sendsAbout(r.db, person).filter(
    ({ state }) => state !== 'skipped' && state !== 'held_out' && state !== 'planned',
  );
  const purposeOf = (campaign: string) => campaignIn(currentRulebook(r.db), campaign)?.purpose;
  return marketing.map((a) => ({
    withdrawn_at: a.at,
    effects: sends.filter((s) => a.p === '*marketing' || purposeOf(s.campaign) === a.p).map(({ at }) => at),
  }));
}
