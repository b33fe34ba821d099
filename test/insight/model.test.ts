import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bgNbdLogLikelihood } from '../../src/insight/bgnbd';
import {
  aliveOf,
  conditionalExpectation,
  expectedActiveWeeks,
  expectedPurchases,
  probabilityAlive,
  purchaseDistribution,
} from '../../src/insight/expectation';
import { expectedSpend, gammaGammaLogLikelihood } from '../../src/insight/gamma-gamma';
import { lifetimeValue, valuer, YEAR } from '../../src/insight/lifetime-value';
import { CDNOW, CDNOW_SPEND, EXPECTED_PURCHASES, EXPECTED_SPEND, PRINTED, PRINTED_SPEND } from './cdnow';

describe('the published figures of CDNOW', () => {
  test.each(EXPECTED_PURCHASES)('within %f weeks a new customer buys %f times again', (weeks, expected) => {
    expect(expectedPurchases(CDNOW, weeks)).toBeCloseTo(expected, 4);
  });

  test('a customer with x = 2, tx = 30.43, T = 38.86 is expected to buy 1.226 times in 39 weeks', () => {
    const history = { x: 2, tx: 30.43, T: 38.86 };
    expect(conditionalExpectation(PRINTED, history, 39).toFixed(3)).toBe('1.226');
    expect(conditionalExpectation(CDNOW, history, 39).toFixed(4)).toBe('1.2259');
  });

  test('the expected mean spends of the first ten customers have their printed digits', () => {
    const found = EXPECTED_SPEND.map(([x, mean]) => expectedSpend(CDNOW_SPEND, { x, mean })!.toFixed(2));
    expect(found).toEqual(EXPECTED_SPEND.map(([, , expected]) => expected.toFixed(2)));
  });

  test('other parameters give other figures', () => {
    expect(expectedPurchases({ ...CDNOW, a: 0.9 }, 39)).not.toBeCloseTo(expectedPurchases(CDNOW, 39), 2);
  });
});

describe('the likelihoods', () => {
  // By quadrature of their definitions over λ, p and ν with mpmath 1.3: no formula shared with the code.
  test.each([
    [{ x: 2, tx: 30.43, T: 38.86 }, -9.45860630707],
    [{ x: 1, tx: 1.71, T: 38.86 }, -4.46909327503],
    [{ x: 7, tx: 29.43, T: 38.86 }, -21.8632762715],
    [{ x: 29, tx: 38, T: 38.86 }, -44.4420685244],
    [{ x: 0, tx: 0, T: 38.86 }, -0.554713276438],
  ])('of purchases %o is what integration gives', (history, expected) => {
    expect(bgNbdLogLikelihood([{ ...history, n: 1 }], PRINTED)).toBeCloseTo(expected, 8);
  });

  test.each([
    [2, 22.35, -3.55131675973],
    [1, 11.77, -3.73770967874],
    [7, 73.74, -6.05486731072],
  ])('of %d purchases of %f each is what integration gives', (x, mean, expected) => {
    expect(gammaGammaLogLikelihood([{ x, mean, n: 1 }], PRINTED_SPEND)).toBeCloseTo(expected, 9);
  });

  test('stay finite for 500 purchases and for a long silence', () => {
    expect(Number.isFinite(bgNbdLogLikelihood([{ x: 500, tx: 51, T: 520, n: 3 }], PRINTED))).toBe(true);
  });

  test('of counted customers is the sum over them', () => {
    const history = { x: 2, tx: 30.43, T: 38.86 };
    const one = bgNbdLogLikelihood([{ ...history, n: 1 }], PRINTED);
    expect(bgNbdLogLikelihood([{ ...history, n: 40 }], PRINTED)).toBeCloseTo(40 * one, 9);
  });
});

const positive = (max: number) => fc.double({ min: 0.05, max, noNaN: true });
const model = fc.record({ r: positive(5), alpha: positive(50), a: positive(5), b: positive(10) });
const history = fc
  .record({ x: fc.integer({ min: 0, max: 60 }), share: positive(1), T: positive(200) })
  .map(({ x, share, T }) => ({ x, tx: x === 0 ? 0 : share * T, T }));

describe('expectations', () => {
  test('are not negative, grow with time, and are nothing in no time', () => {
    fc.assert(
      fc.property(model, history, positive(100), (params, of, t) => {
        expect(conditionalExpectation(params, of, 0)).toBe(0);
        const soon = conditionalExpectation(params, of, t);
        expect(soon).toBeGreaterThan(0);
        expect(conditionalExpectation(params, of, 2 * t)).toBeGreaterThan(soon);
      }),
    );
  });

  test('the distribution of purchases has their expectation as its mean', () => {
    const mean = purchaseDistribution(PRINTED, 20, 400).reduce((sum, share, x) => sum + x * share, 0);
    expect(mean).toBeCloseTo(expectedPurchases(PRINTED, 20), 8);
  });

  test('the distribution of purchases sums to 1, and in no time nobody buys again', () => {
    fc.assert(
      fc.property(model, (params) => {
        const total = purchaseDistribution(params, 1, 4000).reduce((sum, share) => sum + share, 0);
        expect(total).toBeGreaterThan(0.999);
        expect(total).toBeLessThan(1 + 1e-9);
      }),
      { numRuns: 20 },
    );
    expect(purchaseDistribution(PRINTED, 0, 2)).toEqual([1, 0, 0]);
  });

  test('the time as an active customer is what integration gives', () => {
    expect(expectedActiveWeeks(PRINTED, { x: 2, tx: 30.43, T: 38.86 }, 52)).toBeCloseTo(32.02452319, 7);
    expect(expectedActiveWeeks(PRINTED, { x: 0, tx: 0, T: 38.86 }, 52)).toBeCloseTo(50.42683524, 7);
  });

  test('the time as an active customer is at most the horizon, also where r + x is 1', () => {
    fc.assert(
      fc.property(model, history, positive(500), (params, of, horizon) => {
        const weeks = expectedActiveWeeks(params, of, horizon);
        expect(weeks).toBeGreaterThan(0);
        expect(weeks).toBeLessThanOrEqual(horizon * (1 + 1e-9));
      }),
    );
    const at = (r: number): number => expectedActiveWeeks({ ...PRINTED, r }, { x: 0, tx: 0, T: 10 }, 52);
    expect(at(1)).toBeCloseTo(at(1 + 1e-6), 4);
  });
});

describe('the probability of being active', () => {
  test('is 1 for a one-time buyer after any silence, and is marked as an artefact', () => {
    expect(aliveOf(PRINTED, { x: 0, tx: 0, T: 5000 })).toEqual({ probability: 1, artefact: true });
    expect(aliveOf(PRINTED, { x: 1, tx: 1, T: 5000 }).artefact).toBe(false);
  });

  test('falls with the silence, and faster for who bought often', () => {
    const alive = (x: number, silence: number): number => probabilityAlive(PRINTED, { x, tx: 30, T: 30 + silence });
    expect(alive(5, 20)).toBeLessThan(alive(5, 5));
    expect(alive(20, 20)).toBeLessThan(alive(2, 20));
  });

  test('is a probability, even for 500 purchases', () => {
    fc.assert(
      fc.property(model, history, (params, of) => {
        for (const x of [of.x, 500]) {
          const p = probabilityAlive(params, { ...of, x, tx: x === 0 ? 0 : of.T / 2 });
          expect(p >= 0 && p <= 1).toBe(true);
        }
      }),
    );
  });
});

describe('expected spend', () => {
  test('lies between the customer and the crowd, nearer the customer the more they bought', () => {
    const crowd = expectedSpend(CDNOW_SPEND, { x: 0, mean: 0 })!;
    const spend = (x: number): number => expectedSpend(CDNOW_SPEND, { x, mean: 100 })!;
    expect(spend(1)).toBeGreaterThan(crowd);
    expect(spend(20)).toBeGreaterThan(spend(1));
    expect(spend(20)).toBeLessThan(100);
  });

  test('is null where the mean of the population is infinite', () => {
    expect(expectedSpend({ p: 6, q: 0.9, v: 15 }, { x: 2, mean: 10 })).toBeNull();
  });
});

describe('lifetime value', () => {
  const fits = {
    purchases: { params: CDNOW, covariance: null },
    spend: { params: CDNOW_SPEND, covariance: null },
  };
  const question = { ...YEAR, margin: 0.3 };
  const customer = { x: 2, tx: 30.43, T: 38.86, mean: 22.35 };

  test('is the discounted sum of expected purchases at the expected spend', () => {
    let expected = 0;
    for (let k = 1; k <= 12; k++) {
      const until = (months: number): number => conditionalExpectation(CDNOW, customer, months * 4.345);
      expected += (until(k) - until(k - 1)) / 1.01 ** k;
    }
    expected *= expectedSpend(CDNOW_SPEND, customer)! * 0.3;
    expect(valuer(CDNOW, CDNOW_SPEND, question)(customer)).toBeCloseTo(expected, 9);
  });

  test('without discount and margin is purchases times spend', () => {
    const plain = valuer(CDNOW, CDNOW_SPEND, { periods: 1, weeksPerPeriod: 39, discount: 0, margin: 1 })(customer)!;
    const product = conditionalExpectation(CDNOW, customer, 39) * expectedSpend(CDNOW_SPEND, customer)!;
    expect(plain).toBeCloseTo(product, 9);
  });

  test('of n like customers is n times that of one', () => {
    const one = lifetimeValue(fits, [customer], question).value!;
    expect(lifetimeValue(fits, [{ ...customer, n: 7 }], question).value).toBeCloseTo(7 * one, 9);
  });

  test('has no interval where the parameters are not identified, and no value without a mean spend', () => {
    expect(lifetimeValue(fits, [customer], question).interval).toBeNull();
    const infinite = { ...fits, spend: { params: { p: 6, q: 0.9, v: 15 }, covariance: null } };
    expect(lifetimeValue(infinite, [customer], question).value).toBeNull();
  });

  test('of a one-time buyer is as uncertain as the scale of spend, if only that is uncertain', () => {
    const zeros = (n: number): number[][] => Array.from({ length: n }, () => new Array<number>(n).fill(0));
    const scale = zeros(3);
    scale[2]![2] = 0.01;
    const model = {
      purchases: { params: CDNOW, covariance: zeros(4) },
      spend: { params: CDNOW_SPEND, covariance: scale },
    };
    const { value, interval } = lifetimeValue(model, [{ x: 0, tx: 0, T: 20, mean: 0 }], question);
    expect((interval![1] - value!) / value!).toBeCloseTo(1.96 * 0.1, 4);
  });

  test('has an interval that widens with the uncertainty of the parameters', () => {
    const certain = (variance: number): [number, number] => {
      const diagonal = (n: number) =>
        Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? variance : 0)));
      const model = {
        purchases: { params: CDNOW, covariance: diagonal(4) },
        spend: { params: CDNOW_SPEND, covariance: diagonal(3) },
      };
      return lifetimeValue(model, [customer], question).interval!;
    };
    const [narrow, wide] = [certain(1e-4), certain(4e-4)];
    expect(wide[1] - wide[0]).toBeCloseTo(2 * (narrow[1] - narrow[0]), 6);
  });
});
