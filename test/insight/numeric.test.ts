import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lbeta, lgamma } from '../../src/insight/numeric/gamma';
import { histogramMean, histogramOf, histogramQuantile, mergeHistograms } from '../../src/insight/numeric/histogram';
import { betaExpectation, hypergeometricDeficit } from '../../src/insight/numeric/hypergeometric';
import { covarianceAt, gradient, hessian, inverse, quadraticForm } from '../../src/insight/numeric/linear';
import { logAddExp } from '../../src/insight/numeric/logspace';
import { maximise } from '../../src/insight/numeric/maximise';
import { seeded } from '../../src/insight/numeric/random';
import { correlationInterval, mean, pearson, quantile, ranks, spearman } from '../../src/insight/numeric/statistics';

const near = (actual: number, expected: number, relative = 1e-13): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(expected)));

describe('the logarithm of the gamma function', () => {
  // Computed with 40 digits by mpmath 1.3.
  test.each([
    [1e-8, 18.42068073818021],
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247001],
    [1, 0],
    [1.5, -0.12078223763524522],
    [3.7, 1.4280723266653881],
    [10, 12.80182748008147],
    [123.4, 469.3360974421906],
    [1e6, 12815504.56914761],
  ])('of %d has all its digits', (x, expected) => near(lgamma(x), expected, 3e-15));

  test('obeys Γ(x+1) = xΓ(x)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (x) => {
        near(lgamma(x + 1), lgamma(x) + Math.log(x));
      }),
    );
  });

  test('is refused outside its domain', () => {
    expect(() => lgamma(0)).toThrow(RangeError);
    expect(() => lgamma(Number.NaN)).toThrow(RangeError);
  });
});

describe('sums in log space', () => {
  test('neither overflow nor underflow', () => {
    near(logAddExp(-2000, -2001), -2000 + Math.log1p(Math.exp(-1)));
    near(logAddExp(5000, 5000), 5000 + Math.LN2);
    expect(Math.exp(-2000)).toBe(0);
  });

  test('take −∞ as nothing', () => {
    expect(logAddExp(Number.NEGATIVE_INFINITY, 3)).toBe(3);
    expect(logAddExp(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('the hypergeometric combination of the model', () => {
  // mpmath 1.3 with 40 digits, from the printed formula; a = 1 as its limit.
  test.each([
    ['an ordinary case', 0.243, 0.793, 2.426, 0.5, 0.2141874808445148],
    ['z near 1', 0.243, 0.793, 2.426, 0.9464, 1.859612037060421],
    ['a = 1, where the formula is 0/0', 0.243, 1, 2.426, 0.9, 1.096755557831275],
    ['a + b < 1, where c is negative', 0.243, 0.3, 0.4, 0.5, 0.2005618585777346],
    ['z = .999', 0.243, 0.793, 2.426, 0.999, 11.48122417906578],
    ['500 purchases', 500.243, 0.793, 502.426, 0.5, 373.1822262426987],
    ['z within a millionth of 1', 2.243, 0.793, 4.426, 0.999999, 286.2309850329703],
    ['b close to 0', 0.5, 3.2, 0.01, 0.99, 0.9037609187230248],
    ['a tiny z, where the formula cancels', 0.243, 0.793, 2.426, 1e-9, 2.430000002057952e-10],
    ['1500 purchases, where the series underflows', 1500, 0.5, 1500, 0.4, 872.9505592539098],
  ])('holds for %s', (_, r, a, b, z, expected) => {
    expect(Math.abs(hypergeometricDeficit({ r, a, b, z }) / expected - 1)).toBeLessThan(2e-12);
  });

  const parameter = fc.double({ min: 0.05, max: 20, noNaN: true });

  test('is the same by its series and by the integral', () => {
    const z = fc.double({ min: 0.01, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(parameter, parameter, parameter, z, (r, a, b, at) => {
        const scale = at / (1 - at);
        const integral = betaExpectation({ a, b, of: (p) => -Math.expm1(-r * Math.log1p(p * scale)) / p });
        expect(Math.abs(hypergeometricDeficit({ r, a, b, z: at }) / integral - 1)).toBeLessThan(1e-9);
      }),
    );
  });

  test('grows with z and stays below its value without dropout', () => {
    const z = fc.double({ min: 1e-6, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(parameter, parameter, parameter, z, (r, a, b, at) => {
        const value = hypergeometricDeficit({ r, a, b, z: at });
        expect(value).toBeGreaterThan(hypergeometricDeficit({ r, a, b, z: at / 2 }));
        expect(value).toBeLessThanOrEqual(((r * at) / (1 - at)) * (1 + 1e-12));
      }),
    );
  });

  test('is refused outside its domain, all arguments named', () => {
    expect(() => hypergeometricDeficit({ r: 1, a: 0, b: 1, z: 0.5 })).toThrow(/"a":0/);
    expect(() => hypergeometricDeficit({ r: 1, a: 1, b: 1, z: 1 })).toThrow(RangeError);
  });

  test('rests on expectations that give the moments of a beta distribution', () => {
    fc.assert(
      fc.property(parameter, parameter, (a, b) => {
        near(betaExpectation({ a, b, of: () => 1 }), 1, 1e-11);
        near(betaExpectation({ a, b, of: (p) => p }), a / (a + b), 1e-11);
        near(betaExpectation({ a, b, of: (p) => p * p }), Math.exp(lbeta(a + 2, b) - lbeta(a, b)), 1e-11);
      }),
    );
  });
});

describe('the search for a maximum', () => {
  test('climbs out of the bent valley of Rosenbrock', () => {
    const surface = ([x, y]: readonly number[]): number => -((1 - x!) ** 2) - 100 * (y! - x! * x!) ** 2;
    const top = maximise({ surface, start: [-1.2, 1] });
    near(top.at[0]!, 1, 1e-4);
    near(top.at[1]!, 1, 1e-4);
    expect(top.converged).toBe(true);
  });

  test('keeps out of where the surface is not defined', () => {
    const surface = ([x]: readonly number[]): number => Math.log(x!) - x!;
    near(maximise({ surface, start: [0.1] }).at[0]!, 1, 1e-4);
  });

  test('says that it did not arrive when it was stopped', () => {
    const surface = ([x, y]: readonly number[]): number => -((1 - x!) ** 2) - 100 * (y! - x! * x!) ** 2;
    expect(maximise({ surface, start: [-1.2, 1], most: 20 }).converged).toBe(false);
  });
});

describe('matrices', () => {
  test('the inverse of a positive definite matrix undoes it', () => {
    const m = [
      [4, 2, 0.6],
      [2, 3, 0.4],
      [0.6, 0.4, 2],
    ];
    const back = inverse(m)!;
    m.forEach((row, i) => {
      m.forEach((_, j) => {
        near(
          row.reduce((sum, v, k) => sum + v * back[k]![j]!, 0),
          i === j ? 1 : 0,
        );
      });
    });
  });

  test('a matrix that is not positive definite has no covariance', () => {
    expect(
      inverse([
        [1, 2],
        [2, 1],
      ]),
    ).toBeNull();
    expect(covarianceAt(([x, y]) => -((x! + y!) ** 2), [0, 0])).toBeNull();
  });

  test('the covariance of a normal likelihood is the one that it was made with', () => {
    const found = covarianceAt(([x, y]) => -0.5 * (x! ** 2 / 4 + y! ** 2 / 9), [0, 0])!;
    near(found[0]![0]!, 4, 1e-6);
    near(found[1]![1]!, 9, 1e-6);
    near(quadraticForm(found, [1, 1]), 13, 1e-6);
  });

  test('derivatives are those of the function', () => {
    const surface = ([x, y]: readonly number[]): number => x! ** 2 * y! + Math.sin(y!);
    near(gradient(surface, [2, 1])[0]!, 4, 1e-6);
    near(gradient(surface, [2, 1])[1]!, 4 + Math.cos(1), 1e-6);
    near(hessian(surface, [2, 1])[0]![1]!, 4, 1e-6);
  });
});

describe('statistics', () => {
  test('of nothing are null', () => {
    expect([mean([]), quantile([], 0.5), pearson([], []), spearman([1], [1])]).toEqual([null, null, null, null]);
  });

  test('a side that does not vary has no correlation', () => {
    expect(pearson([1, 1, 1], [1, 2, 3])).toBeNull();
  });

  test('Spearman sees any rising order as 1, Pearson only a straight one', () => {
    const xs = [1, 2, 3, 4, 5];
    const ys = xs.map((x) => Math.exp(x));
    near(spearman(xs, ys)!, 1);
    expect(pearson(xs, ys)!).toBeLessThan(0.95);
  });

  test('equal values share the mean of their ranks', () => {
    expect(ranks([10, 20, 10, 30])).toEqual([1.5, 3, 1.5, 4]);
  });

  test('the interval of a correlation of .5 of 28 pairs is the one in the tables', () => {
    const [low, high] = correlationInterval(0.5, 28)!;
    near(low, 0.156, 0.001);
    near(high, 0.736, 0.001);
    expect(correlationInterval(0.5, 3)).toBeNull();
  });

  test('quantiles of a histogram are those of its values, and merging loses nothing', () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, values, fc.double({ min: 0, max: 1, noNaN: true }), (one, two, p) => {
        const merged = mergeHistograms([histogramOf(one), histogramOf(two)]);
        near(histogramQuantile(merged, p)!, quantile([...one, ...two], p)!, 1e-12);
        near(histogramMean(merged)!, mean([...one, ...two])!, 1e-12);
      }),
    );
  });
});

describe('random numbers', () => {
  test('are the same for the same seed and different for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seeded(seed).uniform);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test('have the means and variances of their distributions', () => {
    const random = seeded(42);
    const n = 100_000;
    const moments = (draw: () => number): [number, number] => {
      const values = Array.from({ length: n }, draw);
      const m = mean(values)!;
      return [m, mean(values.map((v) => (v - m) ** 2))!];
    };
    const expectMoments = ([m, v]: [number, number], [em, ev]: [number, number]): void => {
      expect(Math.abs(m - em)).toBeLessThan(5 * Math.sqrt(ev / n));
      expect(Math.abs(v / ev - 1)).toBeLessThan(0.1);
    };
    expectMoments(moments(random.normal), [0, 1]);
    expectMoments(
      moments(() => random.exponential(2)),
      [0.5, 0.25],
    );
    expectMoments(
      moments(() => random.gamma(0.3, 2)),
      [0.15, 0.075],
    );
    expectMoments(
      moments(() => random.gamma(5, 1)),
      [5, 5],
    );
    expectMoments(
      moments(() => random.beta(0.8, 2.4)),
      [0.25, 0.1875 / 4.2],
    );
    expectMoments(
      moments(() => random.below(10)),
      [4.5, 8.25],
    );
  });
});
