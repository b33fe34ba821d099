import { currentRulebook, decide, type Question, readState } from '../consent';
import { contactHashes } from '../identity';
import { DAY, type Reader, Refusal } from '../platform';
import { type AddressFacts, type AudienceDecision, audienceDecision } from './audience';
import { armOf } from './experiment';
import { lastInterest } from './facts';
import { type Campaign, campaignIn } from './kinds';
import { isMember, type SegmentRule } from './membership';
import type { SendRow } from './send-store';
import { pressureOn } from './touching';

export function campaignOf(r: Reader, key: string): Campaign {
  const found = campaignIn(currentRulebook(r.db), key);
  if (!found) throw new Refusal('not_found', `there is no campaign ${key}`);
  return found;
}

/** The question that a campaign asks of `decide`, for one address or for none. */
const questionOf = (c: Campaign, contactPoint?: string): Question => ({
  purpose: c.purpose,
  channel: c.kind === 'marketing' ? c.channel : undefined,
  unit: c.unit,
  category: 'user.contact.email',
  contact_point: contactPoint,
});

/** Verified addresses first, then the oldest: the one that the person gave first. */
export function addressesOf(r: Reader, c: Campaign, person: string, suppressed: readonly string[]): AddressFacts[] {
  const book = currentRulebook(r.db);
  const state = readState(r.db, person);
  const points = contactHashes(r.db, person).filter((p) => p.kind === 'email');
  const sorted = points.sort((a, b) => Number(b.verified_at !== null) - Number(a.verified_at !== null));
  return sorted.map(({ id, hash }) => {
    const question = { ...questionOf(c, hash), suppressed: suppressed.includes(id) ? true : undefined };
    const { allowed, reason, record } = decide(book, state, question, r.now);
    return { id, allowed, reason, record };
  });
}

/** `suppressed`: contact points that the identifiers' own vaults have said no to. `but`: a reservation of our own. */
export type Case = { person: string; segment: SegmentRule | null; suppressed: readonly string[]; but?: string };

/** Judges one person for a campaign, in the transaction that writes the outcome down. */
export function judge(r: Reader, c: Campaign, { person, segment, suppressed, but }: Case): AudienceDecision {
  const book = currentRulebook(r.db);
  const addresses = addressesOf(r, c, person, suppressed);
  const isAllowed = addresses.some(({ allowed }) => allowed);
  const facts = {
    addresses,
    general: decide(book, readState(r.db, person), questionOf(c), r.now),
    in_segment: segment === null || !isAllowed ? null : isMember(r, segment, person),
    arm: armOf({ experiment: c.key, person, share: c.holdout }),
    pressure: pressureOn(r, { person, unit: c.unit, channel: c.channel, kind: c.kind, goal: c.goal }, but),
    last_interest: isAllowed ? lastInterest(r, person) : null,
    sunset: c.sunset_days === null || c.kind === 'transactional' ? null : c.sunset_days * DAY,
  };
  return audienceDecision(facts, r.now);
}

export const assignedBy = (d: AudienceDecision): SendRow['arm'] =>
  d.outcome === 'held_out' ? 'control' : d.outcome === 'send' || d.because === 'pressure' ? 'treated' : 'none';
