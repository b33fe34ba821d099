import { describe, expect, test } from 'vitest';
import { bgNbdLogLikelihood, fitBgNbd } from '../../src/insight/bgnbd';
import { fitHistory, fitModel } from '../../src/insight/fit';
import { fitGammaGamma, gammaGammaLogLikelihood } from '../../src/insight/gamma-gamma';
import type { Random } from '../../src/insight/numeric/random';
import { seeded } from '../../src/insight/numeric/random';
import { DAY, WEEK } from '../../src/insight/period';
import { simulate } from '../../src/insight/simulate';
import {
  type Count,
  countSpends,
  countSummaries,
  mergeCounts,
  type SpendCount,
  summarise,
} from '../../src/insight/summary';
import { CDNOW, CDNOW_SPEND } from './cdnow';

/** Customers as the model has them, in continuous time: no merging of days between the model and its data. */
function drawCounts(n: number, random: Random): Count[] {
  return Array.from({ length: n }, () => {
    const T = 27 + 12 * random.uniform();
    const rate = random.gamma(CDNOW.r, CDNOW.alpha);
    const dropout = random.beta(CDNOW.a, CDNOW.b);
    let [x, tx] = [0, 0];
    for (let at = random.exponential(rate); at < T; at += random.exponential(rate)) {
      [x, tx] = [x + 1, at];
      if (random.uniform() < dropout) break;
    }
    return { x, tx, T, n: 1 };
  });
}

function drawSpends(n: number, random: Random): SpendCount[] {
  return Array.from({ length: n }, () => {
    const x = 1 + random.below(6);
    const rate = random.gamma(CDNOW_SPEND.q, CDNOW_SPEND.v);
    return { x, mean: random.gamma(CDNOW_SPEND.p * x, rate) / x, n: 1 };
  });
}

const isIn = (value: number, [low, high]: [number, number]): boolean => value >= low && value <= high;

describe('a fit of purchases', () => {
  const counts = drawCounts(20_000, seeded(3));
  const result = fitBgNbd(counts);
  if (!result.ok) throw new Error(result.problems.join());
  const { fit } = result;

  test('recovers within its interval the parameters that made the data', () => {
    expect(fit.converged).toBe(true);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(isIn(CDNOW[name], fit.intervals![name]), name).toBe(true);
    }
  });

  test('gives intervals narrow enough to tell other parameters apart', () => {
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(isIn(CDNOW[name] * 1.5, fit.intervals![name]), name).toBe(false);
    }
  });

  test('is a maximum: no parameter moved a little is likelier', () => {
    const top = bgNbdLogLikelihood(counts, fit.params);
    expect(top).toBeCloseTo(fit.logLikelihood, 6);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      for (const factor of [0.98, 1.02]) {
        const moved = bgNbdLogLikelihood(counts, { ...fit.params, [name]: fit.params[name] * factor });
        expect(moved, `${name} × ${factor}`).toBeLessThan(top);
      }
    }
  });

  test('covers the truth about as often as it promises', () => {
    const covered = Array.from({ length: 20 }, (_, seed) => {
      const again = fitBgNbd(drawCounts(2000, seeded(100 + seed)));
      return again.ok && again.fit.intervals !== null && isIn(CDNOW.r, again.fit.intervals.r);
    });
    expect(covered.filter(Boolean).length).toBeGreaterThanOrEqual(16);
  });
});

describe('a fit of spend', () => {
  const spends = drawSpends(10_000, seeded(6));
  const result = fitGammaGamma(spends);
  if (!result.ok) throw new Error(result.problems.join());

  test('recovers within its interval the parameters that made the data', () => {
    for (const name of ['p', 'q', 'v'] as const) {
      expect(isIn(CDNOW_SPEND[name], result.fit.intervals![name]), name).toBe(true);
    }
  });

  test('is the same in öre as in kronor', () => {
    const cents = fitGammaGamma(spends.map((count) => ({ ...count, mean: count.mean * 100 })));
    if (!cents.ok) throw new Error(cents.problems.join());
    expect(cents.fit.params.p).toBeCloseTo(result.fit.params.p, 3);
    expect(cents.fit.params.v / 100).toBeCloseTo(result.fit.params.v, 2);
    const lost = spends.length * Math.log(100);
    expect(cents.fit.logLikelihood + lost).toBeCloseTo(result.fit.logLikelihood, 4);
    expect(gammaGammaLogLikelihood(spends, result.fit.params)).toBeCloseTo(result.fit.logLikelihood, 6);
  });
});

describe('counts', () => {
  test('of four vaults merged fit exactly as those of one', () => {
    const all = drawCounts(1200, seeded(9)).map((c) => ({ ...c, tx: Math.round(c.tx), T: Math.round(c.T) }));
    const good = all.filter(({ x, tx, T }) => tx <= T && (x === 0 || tx > 0));
    const parts = [0, 1, 2, 3].map((vault) => good.filter((_, i) => i % 4 === vault));
    const [whole, merged] = [fitBgNbd(mergeCounts([good])), fitBgNbd(mergeCounts(parts))];
    if (!whole.ok || !merged.ok) throw new Error('no fit');
    expect(mergeCounts(parts).length).toBeLessThan(good.length);
    expect(merged.fit.logLikelihood).toBeCloseTo(whole.fit.logLikelihood, 5);
    expect(merged.fit.n).toBe(good.length);
  });

  test('that are no histories are refused, all of them named', () => {
    const result = fitBgNbd([
      { x: 1, tx: 5, T: 4, n: 1 },
      { x: 0, tx: 1, T: 4, n: 1 },
      { x: 2, tx: 1, T: 4, n: 0 },
      { x: 2, tx: 1, T: 4, n: 1 },
    ]);
    expect(result.ok ? [] : result.problems.map((problem) => problem.slice(0, 7))).toEqual([
      'count 0',
      'count 1',
      'count 2',
    ]);
  });

  test('with too few repeat customers are refused', () => {
    expect(fitBgNbd([{ x: 0, tx: 0, T: 4, n: 1000 }])).toMatchObject({ ok: false });
    expect(fitGammaGamma([{ x: 1, mean: 5, n: 9 }])).toMatchObject({ ok: false });
  });

  test('that do not determine the parameters give no interval, and the report says so', () => {
    const alike: Count[] = [{ x: 3, tx: 10, T: 20, n: 500 }];
    const result = fitModel({ counts: alike, spends: [], as_of: 0, k: 1 });
    if (!result.ok) throw new Error('no fit');
    expect(result.model.purchases.intervals).toBeNull();
    expect(result.model.spend).toBeNull();
    expect(result.model.diagnostics.warnings.join()).toMatch(/not identified.*no spend model/);
  });
});

describe('a history', () => {
  const from = Date.UTC(2024, 0, 1);
  const purchases = simulate({
    purchases: CDNOW,
    spend: CDNOW_SPEND,
    customers: 2357,
    arrival: 12,
    weeks: 78,
    from,
    random: seeded(11),
  });
  const cut = from + 39 * WEEK - DAY;
  const result = fitHistory({ purchases, cut, k: 1 });
  if (!result.ok) throw new Error(result.problems.join());
  const { report } = result;

  test('is fitted with a value for all customers and its interval', () => {
    const [low, high] = report.equity!.interval!;
    expect(low).toBeLessThan(report.equity!.value!);
    expect(high).toBeGreaterThan(report.equity!.value!);
    expect(report.purchases.n).toBe(2357);
    expect(report.model).toBe('bgnbd-gammagamma/1');
  });

  test('made by the model shows no warning, and its spread of purchases fits', () => {
    expect(report.diagnostics.warnings).toEqual([]);
    const total = report.diagnostics.frequency.reduce((sum, { expected }) => sum + expected, 0);
    expect(total).toBeCloseTo(2357, 6);
    for (const { actual, expected } of report.diagnostics.frequency) {
      expect(Math.abs(actual! - expected)).toBeLessThan(5 * Math.sqrt(expected) + 5);
    }
  });

  test('whose spend grows with frequency is warned of', () => {
    const biased = purchases.map((p, i) => ({ ...p, spend: 10 + (i % 3) }));
    const repeats = summarise(biased, cut);
    const dear = biased.map((p) => ({ ...p, spend: p.spend * (1 + (repeats.get(p.customer)?.x ?? 0)) }));
    const warned = fitHistory({ purchases: dear, cut, k: 1 });
    expect(warned.ok && warned.report.diagnostics.warnings.join()).toMatch(/depends on frequency/);
  });

  test('predicts what followed, in total and by number of purchases', () => {
    const holdout = report.holdout!;
    expect(holdout.weeks).toBeCloseTo(39, 0);
    expect(Math.abs(holdout.expected / holdout.actual - 1)).toBeLessThan(0.2);
    expect(holdout.by_frequency.reduce((sum, { customers }) => sum + customers!, 0)).toBe(2357);
    expect(holdout.top_decile_share!).toBeGreaterThan(0.3);
  });

  test('hides rows of few people, in the fit and in the holdout', () => {
    const k = 60;
    const hidden = fitHistory({ purchases, cut, k });
    if (!hidden.ok) throw new Error(hidden.problems.join());
    const { diagnostics, holdout } = hidden.report;
    const few = report.diagnostics.frequency.filter(({ actual }) => actual! < k).map(({ x }) => x);
    expect(few.length).toBeGreaterThan(0);
    for (const x of few) {
      expect(diagnostics.frequency[x]!.actual).toBeNull();
      expect(holdout!.by_frequency[x]).toEqual({ x, customers: null, actual: null, expected: null });
    }
    expect(diagnostics.frequency[0]!.actual).toBe(report.diagnostics.frequency[0]!.actual);
  });

  test('has a chart whose lines stay together, and end at all repeat purchases', () => {
    const { tracking } = report.holdout!;
    expect(tracking.length).toBeGreaterThanOrEqual(75);
    for (const { week, actual, expected } of tracking.filter(({ week }) => week > 10)) {
      expect(Math.abs(expected / actual - 1), `week ${week}`).toBeLessThan(0.15);
    }
  });

  test('with 100 customers fewer is fitted on 100 fewer', () => {
    const withdrawn = new Set(Array.from({ length: 100 }, (_, i) => `c${i + 1}`));
    const rest = summarise(
      purchases.filter(({ customer }) => !withdrawn.has(customer)),
      cut,
    );
    const fitted = fitModel({
      counts: countSummaries(rest.values()),
      spends: countSpends(rest.values()),
      as_of: cut,
      k: 1,
    });
    expect(fitted.ok && fitted.model.purchases.n).toBe(2257);
  });

  test('is simulated the same for the same seed', () => {
    const draw = (seed: number) =>
      simulate({
        purchases: CDNOW,
        spend: CDNOW_SPEND,
        customers: 20,
        arrival: 4,
        weeks: 30,
        from,
        random: seeded(seed),
      });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('of nothing is refused', () => {
    expect(fitHistory({ purchases: [], k: 1 })).toEqual({ ok: false, problems: ['no purchases'] });
  });
});
