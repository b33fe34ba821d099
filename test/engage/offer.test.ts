import { describe, expect, test } from 'vitest';
import { chooseOffer, type Offer, type OfferFacts, offerEligibility } from '../../src/engage/offer';

const DAY = 86_400_000;
const now = 100 * DAY;
const offer: Offer = {
  id: 'spring',
  unit: 'shop',
  channels: ['web'],
  from: 90 * DAY,
  until: 110 * DAY,
  purpose: 'offers',
  segments: ['loyal'],
  min_age: 18,
  regions: ['SE', 'US'],
  most: 3,
  days_between: 2,
  priority: 5,
};
const facts: OfferFacts = {
  unit: 'shop',
  channel: 'web',
  region: 'US-CA',
  decision: { allowed: true, reason: 'granted' },
  segments: ['loyal', 'young'],
  age: 30,
  shown_at: [90 * DAY],
  accepted: false,
  in_control: false,
};

describe('an offer', () => {
  test('is shown where everything speaks for it', () => {
    expect(offerEligibility(offer, facts, now)).toEqual({ eligible: true, reasons: [], decision: null });
  });

  test.each([
    ['wrong_unit', { unit: 'bank' }],
    ['wrong_channel', { channel: 'email' }],
    ['not_in_segment', { segments: ['young'] }],
    ['age_unknown', { age: null }],
    ['too_young', { age: 17 }],
    ['wrong_region', { region: 'NO' }],
    ['wrong_region', { region: null }],
    ['accepted', { accepted: true }],
    ['shown_often', { shown_at: [1, 2, 3] }],
    ['shown_lately', { shown_at: [99 * DAY] }],
    ['control_group', { in_control: true }],
  ] as const)('is not shown: %s', (reason, change) => {
    expect(offerEligibility(offer, { ...facts, ...change }, now).reasons).toEqual([reason]);
  });

  test('begins with its first moment and ends before its last', () => {
    const at = (time: number) => offerEligibility(offer, { ...facts, shown_at: [] }, time).reasons;
    expect([at(90 * DAY - 1), at(90 * DAY), at(110 * DAY - 1), at(110 * DAY)]).toEqual([['not_yet'], [], [], ['over']]);
  });

  test('names everything that speaks against it, and looks at nobody who did not allow it', () => {
    const refused = {
      ...facts,
      unit: 'bank',
      decision: { allowed: false, reason: 'withdrawn' },
      age: 3,
      accepted: true,
    };
    expect(offerEligibility(offer, refused, now)).toEqual({
      eligible: false,
      reasons: ['wrong_unit', 'not_permitted'],
      decision: 'withdrawn',
    });
    expect(offerEligibility(offer, { ...facts, decision: null }, now).decision).toBe('never_asked');
  });

  test('without a purpose is contextual: it uses nothing of the person, not even what is at hand', () => {
    const contextual = { ...offer, purpose: null, segments: [], min_age: null };
    const known = { ...facts, decision: null, accepted: true, shown_at: [now], in_control: true };
    expect(offerEligibility(contextual, known, now).eligible).toBe(true);
    expect(offerEligibility({ ...contextual, segments: ['loyal'] }, known, now).reasons).toEqual(['not_in_segment']);
    expect(offerEligibility({ ...contextual, min_age: 18 }, known, now).reasons).toEqual(['age_unknown']);
  });
});

describe('the choice among offers', () => {
  const contextual: Offer = { ...offer, id: 'anyone', purpose: null, segments: [], min_age: null, priority: 1 };

  test('is the highest that is eligible, with the reasons for the others', () => {
    const better: Offer = { ...offer, id: 'better', segments: ['rich'], priority: 9 };
    const choice = chooseOffer([contextual, offer, better], () => facts, now);
    expect(choice.offer?.id).toBe('spring');
    expect(choice.others).toEqual([
      { offer: 'better', reasons: ['not_in_segment'] },
      { offer: 'anyone', reasons: ['outranked'] },
    ]);
  });

  test('falls to the contextual one for who did not allow a profile', () => {
    const choice = chooseOffer([contextual, offer], () => ({ ...facts, decision: null }), now);
    expect(choice.offer?.id).toBe('anyone');
  });

  test('is none where none fits, and the same for every order', () => {
    expect(chooseOffer([offer], () => ({ ...facts, age: 3 }), now).offer).toBeNull();
    const twins = [
      { ...offer, id: 'b' },
      { ...offer, id: 'a' },
    ];
    expect(chooseOffer(twins, () => facts, now).offer?.id).toBe('a');
    expect(chooseOffer([...twins].reverse(), () => facts, now).offer?.id).toBe('a');
  });
});
