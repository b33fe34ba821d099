import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  append,
  cardOf,
  incentiveNotice,
  type LoyaltyEntry,
  type LoyaltyRule,
  mergeCards,
} from '../../src/engage/loyalty';

const DAY = 86_400_000;
const rule: LoyaltyRule = { every: 5, minimum: 0, stamp_days: null, reward_days: null };
const buy = (n: number, at = n): LoyaltyEntry => ({ id: `order ${n}`, at, kind: 'purchase', amount: 30 });
const refund = (n: number, at: number): LoyaltyEntry => ({ id: `refund ${n}`, at, kind: 'reversal', of: `order ${n}` });
const take = (n: number, at: number): LoyaltyEntry => ({ id: `cup ${n}`, at, kind: 'redemption' });
const buys = (from: number, to: number): LoyaltyEntry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => buy(from + i));

describe('the coffee-shop card', () => {
  test('gives a cup for every fifth purchase and not before', () => {
    expect(cardOf(rule, buys(1, 4), 100)).toMatchObject({ stamps: 4, available: 0 });
    expect(cardOf(rule, buys(1, 5), 100)).toMatchObject({ stamps: 0, available: 1 });
    expect(cardOf(rule, buys(1, 14), 100)).toMatchObject({ stamps: 4, available: 2 });
  });

  test('counts only purchases of the minimum', () => {
    expect(cardOf({ ...rule, minimum: 31 }, buys(1, 5), 100)).toMatchObject({ stamps: 0, available: 0 });
    expect(cardOf({ ...rule, minimum: 30 }, buys(1, 5), 100).available).toBe(1);
  });

  test('gives exactly one cup for a fifth purchase that arrives 100 times', () => {
    let entries = buys(1, 4);
    const earned = Array.from({ length: 100 }, () => {
      const result = append(rule, entries, buy(5), 100);
      if (!result.ok) throw new Error(result.problem);
      entries = result.entries;
      return result.earned.length;
    });
    expect(earned.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(cardOf(rule, entries, 100)).toMatchObject({ stamps: 0, available: 1 });
  });

  test('takes the cup back when the fifth purchase is refunded', () => {
    const result = append(rule, buys(1, 5), refund(5, 6), 100);
    expect(result).toMatchObject({ ok: true, revoked: [1], card: { stamps: 4, available: 0, owed: 0 } });
  });

  test('owes nothing back, but gives no new cup, when a drunk cup is refunded', () => {
    const drunk = [...buys(1, 5), take(1, 6), refund(5, 7)];
    expect(cardOf(rule, drunk, 100)).toMatchObject({ stamps: 4, available: 0, owed: 1 });
    expect(cardOf(rule, [...drunk, buy(8)], 100)).toMatchObject({ stamps: 0, available: 0, owed: 0 });
    expect(cardOf(rule, [...drunk, ...buys(8, 13)], 100)).toMatchObject({ stamps: 0, available: 1, owed: 0 });
    const states = cardOf(rule, [...drunk, ...buys(8, 13)], 100).rewards.map(({ state }) => state);
    expect(states).toEqual(['settled', 'available']);
  });

  test('gives a cup once', () => {
    const once = append(rule, buys(1, 5), take(1, 6), 100);
    if (!once.ok) throw new Error(once.problem);
    expect(once.card.available).toBe(0);
    expect(append(rule, once.entries, take(2, 7), 100)).toEqual({ ok: false, problem: 'no_reward' });
    expect(append(rule, once.entries, take(1, 9), 100)).toMatchObject({ ok: true, repeated: true });
  });

  test('refuses a refund of nothing, a second refund, an id used for something else, and the future', () => {
    const entries = [...buys(1, 5), refund(2, 6)];
    expect(append(rule, entries, refund(9, 7), 100)).toEqual({ ok: false, problem: 'unknown_purchase' });
    const again: LoyaltyEntry = { id: 'refund 2b', at: 7, kind: 'reversal', of: 'order 2' };
    expect(append(rule, entries, again, 100)).toEqual({ ok: false, problem: 'already_reversed' });
    expect(append(rule, entries, { ...take(1, 7), id: 'order 1' }, 100)).toEqual({ ok: false, problem: 'id_reused' });
    expect(append(rule, entries, buy(7, 101), 100)).toEqual({ ok: false, problem: 'in_future' });
  });

  test('lets stamps and cups grow old', () => {
    const old: LoyaltyRule = { ...rule, stamp_days: 10, reward_days: 3 };
    const at = (...days: number[]): LoyaltyEntry[] => days.map((day, i) => buy(i, day * DAY));
    expect(cardOf(old, at(0, 1, 2, 3, 11), 11 * DAY)).toMatchObject({ stamps: 3, available: 0 });
    const full = at(0, 1, 2, 3, 9);
    expect(cardOf(old, full, 12 * DAY - 1).available).toBe(1);
    const late = cardOf(old, full, 12 * DAY);
    expect(late).toMatchObject({ available: 0, rewards: [{ state: 'expired' }] });
    expect(append(old, full, take(1, 12 * DAY), 12 * DAY)).toEqual({ ok: false, problem: 'no_reward' });
  });

  test('3 stamps and 2 stamps of one person make one cup, and merging again makes no second', () => {
    const merged = mergeCards(buys(1, 3), buys(4, 5));
    expect(cardOf(rule, merged, 100)).toMatchObject({ stamps: 0, available: 1 });
    expect(mergeCards(merged, buys(4, 5))).toEqual(merged);
  });
});

const kind = fc.integer({ min: 0, max: 2 });
const script = fc.array(fc.tuple(kind, fc.integer({ min: 1, max: 30 })), { maxLength: 60 });

/** Plays a script through `append`, as tills do. */
function play(steps: readonly (readonly [number, number])[], prefix = ''): LoyaltyEntry[] {
  return steps.reduce<LoyaltyEntry[]>((entries, [what, n], i) => {
    const made = [buy(i, i), refund(n, i), take(i, i)][what]!;
    const entry = made.kind === 'reversal' ? { ...made, of: `${prefix}${made.of}` } : made;
    const result = append(rule, entries, { ...entry, id: `${prefix}${made.id}` }, i);
    return result.ok ? result.entries : entries;
  }, []);
}

describe('for any history', () => {
  test('a card earns a fifth of its standing purchases, and gives or owes exactly those', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const entries = play(steps);
        const card = cardOf(rule, entries, 1000);
        const count = (is: LoyaltyEntry['kind']): number => entries.filter((entry) => entry.kind === is).length;
        const standing = count('purchase') - count('reversal');
        expect(card.rewards.length).toBe(Math.floor(standing / 5));
        expect(card.stamps).toBe(standing % 5);
        expect(card.available - card.owed).toBe(card.rewards.length - count('redemption'));
        expect(Math.min(card.available, card.owed)).toBe(0);
      }),
    );
  });

  test('the order of arrival does not matter', () => {
    fc.assert(
      fc.property(script, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (steps, keys) => {
        const entries = play(steps);
        const shuffled = entries
          .map((entry) => ({ entry, key: keys.next().value as number }))
          .sort((p, q) => p.key - q.key)
          .map(({ entry }) => entry);
        expect(cardOf(rule, shuffled, 1000)).toEqual(cardOf(rule, entries, 1000));
      }),
    );
  });

  test('merging loses no stamp and no cup', () => {
    fc.assert(
      fc.property(script, script, (one, two) => {
        const [p, q] = [play(one, 'p'), play(two, 'q')];
        const worth = (entries: LoyaltyEntry[]): number => {
          const { stamps, available, owed } = cardOf(rule, entries, 1000);
          return stamps + 5 * (available - owed);
        };
        expect(worth(mergeCards(p, q))).toBe(worth(p) + worth(q));
      }),
    );
  });
});

describe('the notice of financial incentive', () => {
  test('is asked for in California, of people, once', () => {
    const of = { region: 'US-CA', anonymous: false, accepted_at: null };
    expect(incentiveNotice(of)).toBe('required');
    expect(incentiveNotice({ ...of, accepted_at: 1 })).toBe('given');
    expect(incentiveNotice({ ...of, anonymous: true })).toBe('not_needed');
    expect(incentiveNotice({ ...of, region: 'SE' })).toBe('not_needed');
  });
});
