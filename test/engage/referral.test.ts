import { describe, expect, test } from 'vitest';
import {
  inviteProblems,
  type Referral,
  type ReferralRule,
  referralCode,
  referralOutcome,
} from '../../src/engage/referral';

const DAY = 86_400_000;
const rule: ReferralRule = { join_days: 30, buy_days: 60, minimum: 100, wait_days: 14, most: 10 };
const referral: Referral = {
  referrer: 'per_a',
  referred: 'per_b',
  opened_at: 0,
  joined_at: 5 * DAY,
  was_known: false,
  purchase: { at: 10 * DAY, amount: 100, reversed: false },
};
const outcome = (of: Partial<Referral>, now: number, earned_before = 0) =>
  referralOutcome({ rule, referral: { ...referral, ...of }, earned_before, now });

describe('a link', () => {
  test('is a code that names nobody', () => {
    expect(referralCode(Uint8Array.from([0, 31, 32, 255]))).toBe('0Z0Z');
    expect(referralCode(new Uint8Array(10))).toHaveLength(10);
  });

  test('is given for nothing but a programme, a channel and a language', () => {
    expect(inviteProblems({ programme: 'friends', channel: 'link', language: 'sv' })).toEqual([]);
    expect(inviteProblems({ programme: 'friends', colour: 'red' })).toEqual([
      { field: 'colour', problem: 'unknown_field' },
    ]);
  });

  test.each([
    [{ email: 'x' }],
    [{ friend: { id: 7 } }],
    [{ programme: 'for bo@example.org' }],
    [{ channel: ['link', { to: ['bo@example.org'] }] }],
    [{ channel: { 'bo@example.org': true } }],
    [{ language: '+46 70 123 45 67' }],
    [{ language: '070-123 45 67' }],
    [{ channel: 46701234567 }],
    [{ friendName: 'Bo' }],
  ])('is refused with anything of a friend: %j', (body) => {
    const problems = inviteProblems(body);
    expect(problems.map(({ problem }) => problem)).toEqual(['third_party_data']);
    expect(JSON.stringify(problems)).not.toMatch(/example\.org|123|Bo/);
  });

  test('names everything that is wrong', () => {
    expect(inviteProblems({ email: 'a', phone: 'b', colour: 'c' })).toHaveLength(3);
  });
});

describe('a referral', () => {
  test('is earned once the purchase has stood', () => {
    expect(outcome({}, 24 * DAY - 1)).toEqual({ state: 'waiting', until: 24 * DAY });
    expect(outcome({}, 24 * DAY)).toEqual({ state: 'earned', at: 24 * DAY });
  });

  test('waits for a purchase that is large enough, until it is too late', () => {
    const small = { at: 10 * DAY, amount: 99, reversed: false };
    expect(outcome({ purchase: null }, 20 * DAY)).toEqual({ state: 'waiting', until: 65 * DAY });
    expect(outcome({ purchase: small }, 65 * DAY)).toEqual({ state: 'waiting', until: 65 * DAY });
    expect(outcome({ purchase: small }, 65 * DAY + 1)).toEqual({ state: 'void', reasons: ['never_bought'] });
  });

  test.each([
    ['self', { referred: 'per_a' }],
    ['was_known', { was_known: true }],
    ['joined_late', { opened_at: -30 * DAY, joined_at: DAY }],
    ['bought_late', { purchase: { at: 66 * DAY, amount: 100, reversed: false } }],
    ['reversed', { purchase: { at: 10 * DAY, amount: 100, reversed: true } }],
  ] as const)('earns nothing: %s', (reason, of) => {
    expect(outcome(of, 90 * DAY)).toEqual({ state: 'void', reasons: [reason] });
  });

  test('earns nothing beyond the limit', () => {
    expect(outcome({}, 90 * DAY, 9).state).toBe('earned');
    expect(outcome({}, 90 * DAY, 10)).toEqual({ state: 'void', reasons: ['limit'] });
  });
});
