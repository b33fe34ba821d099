import { currentRulebook, decide, type PersonState, type Rulebook, readState } from '../consent';
import { personById } from '../identity';
import { action, DAY, type Ops, query, type Reader, Refusal, trusted, type Writer } from '../platform';
import { armOf } from './experiment';
import { boughtBy, personsAfter } from './facts';
import { offerBodies, offersIn, recommendationsIn, surveyIn } from './kinds';
import { isMember, type SegmentRule } from './membership';
import { chooseOffer, type Offer, type OfferChoice, type OfferFacts } from './offer';
import { type CopurchaseCounts, copurchaseCounts, type History } from './recommend';
import { addAnswer, noteAccepted, noteShown, type ShownRow, scoreCounts, shownTo, staleSince } from './show-store';

/** What purchases are, in the words of the register. */
const PURCHASES = 'user.behavior.purchase_history';
export const NEIGHBOURS = 'neighbours';

const question = (purpose: string) => ({ purpose, category: PURCHASES });

/** One vault's part of what is bought together: consenting buyers only, a slice at a time. */
function countPage(r: Reader, i: { after: string; limit: number }) {
  const book = currentRulebook(r.db);
  const { purpose } = recommendationsIn(book);
  const page = personsAfter(r, i.after, i.limit);
  const until = performance.now() + 4;
  const histories: History[] = [];
  let last: string | null = null;
  for (const person of purpose === null ? [] : page) {
    last = person;
    if (decide(book, readState(r.db, person), question(purpose!), r.now).allowed)
      histories.push({ person, products: boughtBy(r, person) });
    if (performance.now() > until) break;
  }
  const isLast = last === null || (last === page.at(-1) && page.length < i.limit);
  const counts: CopurchaseCounts = copurchaseCounts(histories);
  return {
    counts,
    buyers: histories.filter(({ products }) => products.length > 0).length,
    after: isLast ? null : last,
  };
}

/** What a person bought, where their profile may be used for this; else null. */
function profileOf(r: Reader, person: string): string[] | null {
  const book = currentRulebook(r.db);
  const { purpose } = recommendationsIn(book);
  if (purpose === null) return null;
  return decide(book, readState(r.db, person), question(purpose), r.now).allowed ? boughtBy(r, person) : null;
}

type Place = { unit: string; channel: string; region: string | null };
type Visit = Place & { person: string; segments: SegmentRule[] };

const ageIn = (state: PersonState | undefined, now: number): number | null =>
  state?.age_band ? state.age_band.age + Math.floor((now - state.age_band.at) / (365.2425 * DAY)) : null;

/** Gathers what the rule may look at: nothing of the person before the offer's purpose allows it. */
function factsOf(r: Reader, book: Rulebook, visit: Visit, shown: readonly ShownRow[]) {
  const { person, segments, unit, channel, region } = visit;
  const state = readState(r.db, person);
  return (offer: Offer): OfferFacts => {
    const decision = offer.purpose === null ? null : decide(book, state, { purpose: offer.purpose }, r.now);
    const base = {
      unit,
      channel,
      region,
      decision,
      segments: [],
      age: null,
      shown_at: [],
      accepted: false,
      in_control: false,
    };
    if (!decision?.allowed) return base;
    const own = shown.filter((s) => s.offer === offer.id);
    return {
      ...base,
      segments: segments.filter((s) => offer.segments.includes(s.key) && isMember(r, s, person)).map(({ key }) => key),
      age: ageIn(state, r.now),
      shown_at: own.map(({ at }) => at),
      accepted: own.some(({ accepted }) => accepted === 1),
      in_control: armOf({ experiment: `offer:${offer.id}`, person, share: shareOf(book, offer.id) }) === 'control',
    };
  };
}

const shareOf = (book: Rulebook, offer: string): number => offerBodies(book)[offer]?.holdout ?? 0;

/** The contextual choice, for everybody of whom nothing may be used. Needs no vault. */
export function contextualOffer(book: Rulebook, place: Place, now: number): OfferChoice {
  const facts = { ...place, decision: null, segments: [], age: null, shown_at: [], accepted: false, in_control: false };
  return chooseOffer(offersIn(book), () => facts, now);
}

export type Shown = { offer: string | null; personal: boolean; others: OfferChoice['others'] };

const choiceFor = (r: Reader, i: Visit): OfferChoice => {
  const book = currentRulebook(r.db);
  return chooseOffer(offersIn(book), factsOf(r, book, i, shownTo(r.db, i.person)), r.now);
};

/** Chooses, and writes down that it was shown where the person's profile was used for it. */
function show(w: Writer, i: Visit): Shown {
  const active = personById(w.db, i.person);
  const { offer, others } = choiceFor(w, i);
  const isPersonal = active?.status === 'active' && offer !== null && offer.purpose !== null;
  if (!isPersonal) {
    w.unchanged();
    return { offer: offer?.id ?? null, personal: false, others };
  }
  noteShown(w.db, i.person, offer.id, w.now);
  const keyed = active.keyed === 1;
  w.audit('offer.shown', { person: i.person, purpose: offer.purpose!, keyed, data: { offer: offer.id, unit: i.unit } });
  return { offer: offer.id, personal: true, others };
}

function answer(w: Writer, i: { survey: string; person: string; score: number }): { stored: boolean } {
  const survey = surveyIn(currentRulebook(w.db), i.survey);
  if (!survey) throw new Refusal('not_found', `there is no survey ${i.survey}`);
  if (i.score > survey.scale)
    throw new Refusal('invalid', 'this score is beyond the scale', [
      { path: '/body/score', message: `must be at most ${survey.scale}` },
    ]);
  const row = personById(w.db, i.person);
  if (row?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
  const { allowed, reason } = decide(
    currentRulebook(w.db),
    readState(w.db, i.person),
    { purpose: survey.purpose },
    w.now,
  );
  if (!allowed) throw new Refusal('forbidden', `this purpose does not allow it: ${reason}`, { reason });
  addAnswer(w.db, { survey: survey.key, person: i.person, score: i.score, unit: survey.unit, at: w.now });
  w.audit('survey.answered', {
    person: i.person,
    purpose: survey.purpose,
    keyed: row.keyed === 1,
    data: { survey: survey.key },
  });
  return { stored: true };
}

/** Offers, recommendations and surveys in a vault. */
export const showOps = {
  'recommend.page': query(trusted<{ after: string; limit: number }>(), countPage),
  'recommend.stale': query(trusted<Record<never, never>>(), (r) => ({ at: staleSince(r.db, NEIGHBOURS) })),
  'recommend.profile': query(trusted<{ person: string }>(), (r, i) => ({ products: profileOf(r, i.person) })),
  'offer.show': action(trusted<Visit>(), show),
  /** Why this offer and not another, without showing any. */
  'offer.explain': action(trusted<Visit>(), (w, i) => {
    const { offer, others } = choiceFor(w, i);
    w.audit('offer.explained', { person: i.person, keyed: personById(w.db, i.person)?.keyed === 1 });
    return { offer: offer?.id ?? null, others };
  }),
  'offer.accept': action(trusted<{ person: string; offer: string }>(), (w, i) => {
    if (!noteAccepted(w.db, i.person, i.offer)) throw new Refusal('not_found', 'this offer was not shown to you');
    const keyed = personById(w.db, i.person)?.keyed === 1;
    w.audit('offer.accepted', { person: i.person, keyed, data: { offer: i.offer } });
    return { accepted: true };
  }),
  'survey.answer': action(trusted<{ survey: string; person: string; score: number }>(), answer),
  'survey.scores': query(trusted<{ survey: string; from: number; until: number }>(), (r, i) =>
    scoreCounts(r.db, i.survey, i.from, i.until),
  ),
} satisfies Ops;
