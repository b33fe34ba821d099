import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALARM_RULE, activeBase, baseReport } from '../../src/insight/base-alarm';
import { affinities, type Basket, basketCounts, mergeBasketCounts } from '../../src/insight/baskets';
import { cohortCounts, mergeCohorts, retentionCurves } from '../../src/insight/cohorts';
import type { Purchase } from '../../src/insight/history';
import { purchaseIntervals, summariseIntervals } from '../../src/insight/intervals';
import { mergeHistograms } from '../../src/insight/numeric/histogram';
import { DAY } from '../../src/insight/period';
import { type RfmRow, rfmCuts, rfmScore, rfmTable } from '../../src/insight/rfm';

const buy = (customer: string, date: string): Purchase => ({ customer, at: Date.parse(`${date}T12:00:00Z`), spend: 1 });

/** Each person of one vault only, as in life. */
const split = (purchases: readonly Purchase[]): Purchase[][] =>
  [0, 1].map((vault) => purchases.filter(({ customer }) => customer.charCodeAt(0) % 2 === vault));

describe('recency, frequency, monetary value', () => {
  const rows: RfmRow[] = Array.from({ length: 100 }, (_, i) => ({
    id: `c${i}`,
    recency: i,
    frequency: 100 - i,
    monetary: (i * 37) % 100,
  }));
  const cuts = rfmCuts(rows);

  test('give the best the highest score, a small recency being good', () => {
    expect(rfmScore({ recency: 0, frequency: 100, monetary: 99 }, cuts)).toEqual({ r: 5, f: 5, m: 5 });
    expect(rfmScore({ recency: 99, frequency: 1, monetary: 0 }, cuts)).toEqual({ r: 1, f: 1, m: 1 });
  });

  test('put about a fifth in each band', () => {
    const bands = [1, 2, 3, 4, 5].map((r) => rows.filter((row) => rfmScore(row, cuts).r === r).length);
    expect(bands).toEqual([20, 20, 20, 20, 20]);
  });

  test('give equal values equal scores', () => {
    const same = rows.map((row) => ({ ...row, frequency: 1 }));
    const scores = same.map((row) => rfmScore(row, rfmCuts(same)).f);
    expect(new Set(scores).size).toBe(1);
  });

  test('hide cells of few, and count everybody once where nothing is hidden', () => {
    const total = rfmTable(rows, cuts, 1).reduce((sum, { customers }) => sum + customers!, 0);
    expect(total).toBe(100);
    expect(rfmTable(rows, cuts, 1000).every(({ customers }) => customers === null)).toBe(true);
  });
});

describe('cohorts', () => {
  const purchases = [
    buy('a', '2024-01-05'),
    buy('a', '2024-01-25'),
    buy('a', '2024-03-01'),
    buy('b', '2024-01-31'),
    buy('b', '2024-02-01'),
    buy('c', '2024-02-10'),
    buy('c', '2024-12-10'),
  ];
  const until = Date.parse('2024-03-31T23:00:00Z');

  test('follow each month of first purchase, and do not know the future', () => {
    expect(cohortCounts(purchases, until)).toEqual([
      { cohort: '2024-01', size: 2, active: [2, 1, 1] },
      { cohort: '2024-02', size: 1, active: [1, 0] },
    ]);
  });

  test('of two vaults add up to those of one', () => {
    const parts = split(purchases).map((part) => cohortCounts(part, until));
    expect(mergeCohorts(parts)).toEqual(cohortCounts(purchases, until));
  });

  test('make curves that start at everybody, and one over all that are old enough', () => {
    const curves = retentionCurves(cohortCounts(purchases, until), 1);
    expect(curves.map(({ cohort, retained }) => [cohort, retained])).toEqual([
      ['2024-01', [1, 0.5, 0.5]],
      ['2024-02', [1, 0]],
      [null, [1, 1 / 3, 0.5]],
    ]);
  });

  test('cross the turn of the year', () => {
    const turn = [buy('a', '2023-12-30'), buy('a', '2024-01-02')];
    expect(cohortCounts(turn, Date.parse('2024-01-31'))).toEqual([{ cohort: '2023-12', size: 1, active: [1, 1] }]);
  });

  test('show neither a few who stayed nor a few who left, nor a sum that gives them away', () => {
    const counts = [
      { cohort: '2024-01', size: 100, active: [100, 98, 50] },
      { cohort: '2024-02', size: 100, active: [100, 40, 50] },
    ];
    const [first, second, all] = retentionCurves(counts, 5);
    expect(first!.retained).toEqual([1, null, 0.5]);
    expect(second!.retained).toEqual([1, 0.4, 0.5]);
    expect(all!.retained).toEqual([1, null, 0.5]);
    const shown = retentionCurves(counts, 2);
    expect(shown[0]!.retained[1]).toBe(0.98);
    expect(shown[2]!.retained[1]).toBe(0.69);
  });

  test('a small cohort takes another with it, so that the total does not give it away', () => {
    const counts = [
      { cohort: '2024-01', size: 3, active: [3] },
      { cohort: '2024-02', size: 20, active: [20] },
      { cohort: '2024-03', size: 90, active: [90] },
    ];
    expect(retentionCurves(counts, 5).map(({ size }) => size)).toEqual([null, null, 90, 113]);
  });
});

describe('intervals between purchases', () => {
  const purchases = [
    buy('a', '2024-01-01'),
    buy('a', '2024-01-01'),
    buy('a', '2024-01-08'),
    buy('a', '2024-01-29'),
    buy('b', '2024-01-01'),
    buy('b', '2024-01-08'),
    buy('c', '2024-01-01'),
  ];
  const until = Date.parse('2024-12-31');

  test('are days between days, of the same customer', () => {
    expect(purchaseIntervals(purchases, until)).toEqual([
      { value: 7, n: 2 },
      { value: 21, n: 1 },
    ]);
    expect(summariseIntervals(purchaseIntervals(purchases, until), 1)).toMatchObject({ intervals: 3, median: 7 });
  });

  test('of two vaults add up, and few are not summarised', () => {
    const parts = split(purchases).map((part) => purchaseIntervals(part, until));
    expect(mergeHistograms(parts)).toEqual(purchaseIntervals(purchases, until));
    expect(summariseIntervals(mergeHistograms(parts), 10)).toMatchObject({ intervals: 3, mean: null, p90: null });
  });
});

describe('baskets', () => {
  const basket = (person: string, ...products: string[]): Basket => ({ person, products });
  const baskets = [
    ...['a', 'b', 'c', 'd', 'e'].map((person) => basket(person, 'doll', 'game')),
    basket('a', 'doll', 'game'),
    ...['f', 'g', 'h', 'i'].map((person) => basket(person, 'doll', 'tea')),
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((person) => basket(person, 'tea', 'cup')),
  ];
  const spaces: Record<string, string> = { doll: 'playtime', game: 'playtime', tea: 'breakfast', cup: 'breakfast' };

  test('show pairs bought by k people, however often one person bought them', () => {
    const pairs = affinities(basketCounts(baskets), 5).map(({ pair }) => pair);
    expect(pairs).toEqual([
      ['cup', 'tea'],
      ['doll', 'game'],
    ]);
    const greedy = [...baskets, ...Array.from({ length: 50 }, () => basket('x', 'gun', 'rope'))];
    expect(affinities(basketCounts(greedy), 2).some(({ pair }) => pair.includes('gun'))).toBe(false);
  });

  test('have a lift above 1 for what goes together and below it for what does not', () => {
    const lifts = new Map(affinities(basketCounts(baskets), 1).map(({ pair, lift }) => [pair.join('+'), lift]));
    expect(lifts.get('doll+game')).toBeCloseTo((6 * 16) / (10 * 6), 12);
    expect(lifts.get('doll+tea')!).toBeLessThan(1);
  });

  test('meet by need across products', () => {
    const byNeed = basketCounts(baskets, (product) => spaces[product] ?? null);
    expect(byNeed.single).toEqual({ playtime: { baskets: 10, persons: 9 }, breakfast: { baskets: 10, persons: 9 } });
    expect(affinities(byNeed, 4).map(({ pair, persons }) => [pair, persons])).toEqual([[['breakfast', 'playtime'], 4]]);
  });

  test('of two vaults add up, also for products with the names of built-in things', () => {
    const odd = [...baskets, basket('a', '__proto__', 'constructor'), basket('b', '__proto__', 'constructor')];
    const parts = [0, 1].map((vault) => basketCounts(odd.filter(({ person }) => person.charCodeAt(0) % 2 === vault)));
    expect(mergeBasketCounts(parts)).toEqual(basketCounts(odd));
    expect(affinities(mergeBasketCounts(parts), 2).map(({ pair }) => pair[0])).toContain('__proto__');
  });
});

describe('the customer base', () => {
  const series = (...active: number[]) => active.map((n, i) => ({ at: i, active: n, market: null }));

  test('that grows raises no alarm', () => {
    expect(baseReport(series(100, 110, 120, 119), ALARM_RULE)).toMatchObject({ alarm: false, falls: 1 });
  });

  test('that falls three times in a row raises it, and twice does not', () => {
    expect(baseReport(series(100, 99, 98, 97), ALARM_RULE)).toMatchObject({ alarm: true, reasons: ['falling'] });
    expect(baseReport(series(100, 101, 100, 99), ALARM_RULE).alarm).toBe(false);
  });

  test('far below its peak raises it even while it recovers', () => {
    const report = baseReport(series(100, 60, 65, 70), ALARM_RULE);
    expect(report).toMatchObject({ reasons: ['below_peak'], peak: 100, latest: 70 });
    expect(report.from_peak).toBeCloseTo(-0.3, 12);
  });

  test('with all of a market that shrinks is no comfort', () => {
    const points = [1000, 600, 300, 120].map((market, i) => ({ at: i, active: 100, market }));
    const report = baseReport(points, ALARM_RULE);
    expect(report).toMatchObject({ alarm: true, reasons: ['shrinking_market'], share: { first: 0.1 } });
    expect(report.share.latest!).toBeGreaterThan(0.8);
  });

  test('of nobody says nothing', () => {
    expect(baseReport([], ALARM_RULE)).toMatchObject({ alarm: false, peak: null, from_peak: null, latest: null });
    expect(baseReport(series(0, 0), ALARM_RULE)).toMatchObject({ alarm: false, from_peak: null });
  });

  test('is who bought within the window', () => {
    const purchases = [buy('a', '2024-01-01'), buy('b', '2024-01-20'), buy('b', '2024-01-21')];
    const at = ['2024-01-15', '2024-01-25', '2024-03-01'].map((date) => Date.parse(date));
    expect(activeBase(purchases, 20 * DAY, at).map(({ active }) => active)).toEqual([1, 1, 0]);
  });

  test('is never larger than the number of customers, and never shrinks with a longer window', () => {
    const purchase = fc.record({
      customer: fc.constantFrom('a', 'b', 'c'),
      at: fc.integer({ min: 0, max: 100 }),
      spend: fc.constant(1),
    });
    fc.assert(
      fc.property(fc.array(purchase), fc.integer({ min: 1, max: 50 }), (list, window) => {
        const [short] = activeBase(list, window, [60]);
        const [long] = activeBase(list, window * 2, [60]);
        expect(short!.active).toBeLessThanOrEqual(long!.active);
        expect(long!.active).toBeLessThanOrEqual(3);
      }),
    );
  });
});
