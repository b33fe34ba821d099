const DAY = 86_400_000;

/** An offer on a site or in a message, and whom it is for. */
export type Offer = {
  id: string;
  unit: string;
  channels: readonly string[];
  /** From (inclusive) until (exclusive), milliseconds UTC. */
  from: number;
  until: number;
  /** Purpose that must be allowed to show it; null: contextual, nothing of the person is used. */
  purpose: string | null;
  /** Any of these segments; none: everybody. */
  segments: readonly string[];
  min_age: number | null;
  /** ISO 3166 codes, `SE` or `US-CA`; null: everywhere. */
  regions: readonly string[] | null;
  /** Shown at most so many times to one person, at least so many days apart; null: no limit. */
  most: number | null;
  days_between: number | null;
  /** Higher goes first. */
  priority: number;
};

/** What is known where the offer would be shown. The decision is `decide`'s, made now, for the offer's purpose. */
export type OfferFacts = {
  unit: string;
  channel: string;
  region: string | null;
  decision: { allowed: boolean; reason: string } | null;
  /** The rest may be filled only where that decision allows it. */
  segments: readonly string[];
  age: number | null;
  shown_at: readonly number[];
  accepted: boolean;
  in_control: boolean;
};

export type OfferReason =
  | 'wrong_unit'
  | 'wrong_channel'
  | 'not_yet'
  | 'over'
  | 'not_permitted'
  | 'not_in_segment'
  | 'age_unknown'
  | 'too_young'
  | 'wrong_region'
  | 'accepted'
  | 'shown_often'
  | 'shown_lately'
  | 'control_group';

export type OfferEligibility = {
  eligible: boolean;
  /** Everything that speaks against it. */
  reasons: OfferReason[];
  /** Reason of the decision on the purpose, where that was the obstacle. */
  decision: string | null;
};

/** Whether an offer may be shown, with all reasons why not. */
export function offerEligibility(offer: Offer, facts: OfferFacts, now: number): OfferEligibility {
  const isPermitted = offer.purpose === null || facts.decision?.allowed === true;
  const reasons: OfferReason[] = [
    ...when(offer.unit !== facts.unit, 'wrong_unit'),
    ...when(!offer.channels.includes(facts.channel), 'wrong_channel'),
    ...when(now < offer.from, 'not_yet'),
    ...when(now >= offer.until, 'over'),
    ...when(!isInRegion(offer.regions, facts.region), 'wrong_region'),
    ...when(!isPermitted, 'not_permitted'),
    ...(isPermitted ? personalReasons(offer, facts, now) : []),
  ];
  const decision = isPermitted ? null : (facts.decision?.reason ?? 'never_asked');
  return { eligible: reasons.length === 0, reasons, decision };
}

const when = (isSo: boolean, reason: OfferReason): OfferReason[] => (isSo ? [reason] : []);

/** `US` covers `US-CA`; an unknown region is in none. */
function isInRegion(regions: readonly string[] | null, region: string | null): boolean {
  if (regions === null) return true;
  return region !== null && regions.some((own) => own === region || region.startsWith(`${own}-`));
}

/** These look at the person, so only once the purpose is allowed. A contextual offer for a segment or an age is for nobody. */
function personalReasons(offer: Offer, facts: OfferFacts, now: number): OfferReason[] {
  const isPersonal = offer.purpose !== null;
  const age = isPersonal ? facts.age : null;
  const shown = isPersonal ? facts.shown_at : [];
  const isIn = offer.segments.length === 0 || (isPersonal && offer.segments.some((s) => facts.segments.includes(s)));
  const latest = Math.max(Number.NEGATIVE_INFINITY, ...shown);
  return [
    ...when(!isIn, 'not_in_segment'),
    ...when(offer.min_age !== null && age === null, 'age_unknown'),
    ...when(offer.min_age !== null && age !== null && age < offer.min_age, 'too_young'),
    ...when(isPersonal && facts.accepted, 'accepted'),
    ...when(offer.most !== null && shown.length >= offer.most, 'shown_often'),
    ...when(offer.days_between !== null && now - latest < offer.days_between * DAY, 'shown_lately'),
    ...when(isPersonal && facts.in_control, 'control_group'),
  ];
}

export type OfferChoice = {
  offer: Offer | null;
  /** Why each of the others was not chosen; `outranked` where only another's priority stood before it. */
  others: { offer: string; reasons: readonly (OfferReason | 'outranked')[] }[];
};

/** The eligible offer of the highest priority (then by id), with the reasons for all others. */
export function chooseOffer(offers: readonly Offer[], factsOf: (offer: Offer) => OfferFacts, now: number): OfferChoice {
  const ranked = [...offers].sort((p, q) => q.priority - p.priority || (p.id < q.id ? -1 : 1));
  const judged = ranked.map((offer) => ({ offer, ...offerEligibility(offer, factsOf(offer), now) }));
  const chosen = judged.find(({ eligible }) => eligible)?.offer ?? null;
  const others = judged
    .filter(({ offer }) => offer !== chosen)
    .map(({ offer, eligible, reasons }) => ({
      offer: offer.id,
      reasons: eligible ? (['outranked'] as const) : reasons,
    }));
  return { offer: chosen, others };
}
