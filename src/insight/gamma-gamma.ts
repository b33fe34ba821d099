import { FEWEST_REPEATERS, type Fit, type FitResult, isFar, logIntervals } from './bgnbd';
import { lgamma } from './numeric/gamma';
import { covarianceAt } from './numeric/linear';
import { maximise, type Surface } from './numeric/maximise';
import type { SpendCount } from './summary';

/**
 * Gamma-Gamma model of spend (Fader & Hardie, note 025, 2013): a customer's purchases vary as gamma (p, ν), and ν among
 * customers as gamma (q, v). Assumes that spend and frequency are independent: look at the correlation in the diagnostics.
 */
export type GammaGamma = { p: number; q: number; v: number };

export const toGammaGamma = (logs: readonly number[]): GammaGamma => {
  const [p, q, v] = logs.map(Math.exp) as [number, number, number];
  return { p, q, v };
};

/** Log-likelihood of counted mean spends (x repeat purchases of `mean` each). */
export function gammaGammaLogLikelihood(counts: readonly SpendCount[], params: GammaGamma): number {
  return likelihoodOf(counts)(params);
}

/** Fits by maximum likelihood. Rows need x > 0 and mean > 0 (`countSpends` gives such). */
export function fitGammaGamma(counts: readonly SpendCount[]): FitResult<GammaGamma> {
  const problems = problemsOf(counts);
  if (problems.length > 0) return { ok: false, problems };
  const n = counts.reduce((sum, count) => sum + count.n, 0);
  const average = counts.reduce((sum, count) => sum + count.n * count.mean, 0) / n;
  const likelihood = likelihoodOf(counts);
  const surface: Surface = (logs) => {
    const relative = [logs[0]!, logs[1]!, logs[2]! - Math.log(average)];
    return isFar(relative) ? Number.NEGATIVE_INFINITY : likelihood(toGammaGamma(logs));
  };
  const top = maximise({ surface, start: [Math.log(2), Math.log(3), Math.log(average)] });
  const params = toGammaGamma(top.at);
  const covariance = top.converged ? covarianceAt(surface, top.at) : null;
  const { evaluations, converged, value: logLikelihood } = top;
  const intervals = logIntervals(params, covariance);
  const fit: Fit<GammaGamma> = { params, intervals, covariance, logLikelihood, n, evaluations, converged };
  return { ok: true, fit };
}

function problemsOf(counts: readonly SpendCount[]): string[] {
  const isGood = ({ x, mean, n }: SpendCount): boolean =>
    Number.isInteger(x) && x > 0 && Number.isFinite(mean) && mean > 0 && Number.isInteger(n) && n > 0;
  const wrong = counts.flatMap((count, i) =>
    isGood(count) ? [] : [`spend count ${i}: x ${count.x}, mean ${count.mean}, n ${count.n} is no repeat spending`],
  );
  const n = counts.reduce((sum, count) => sum + count.n, 0);
  const few = `${n} repeat customers with a spend; at least ${FEWEST_REPEATERS} are needed`;
  return wrong.length > 0 ? wrong : n < FEWEST_REPEATERS ? [few] : [];
}

function likelihoodOf(counts: readonly SpendCount[]): (params: GammaGamma) => number {
  const xs = [...new Set(counts.map(({ x }) => x))];
  const place = new Map(xs.map((x, k) => [x, k]));
  const index = Int32Array.from(counts, ({ x }) => place.get(x)!);
  const [total, logMean, n] = [
    Float64Array.from(counts, ({ x, mean }) => x * mean),
    Float64Array.from(counts, ({ mean }) => Math.log(mean)),
    Float64Array.from(counts, (count) => count.n),
  ];
  return ({ p, q, v }) => {
    const same = q * Math.log(v) - lgamma(q);
    const ofX = xs.map((x) => same + lgamma(p * x + q) - lgamma(p * x) + p * x * Math.log(x));
    let sum = 0;
    for (let i = 0; i < n.length; i++) {
      const px = p * xs[index[i]!]!;
      sum += n[i]! * (ofX[index[i]!]! + (px - 1) * logMean[i]! - (px + q) * Math.log(total[i]! + v));
    }
    return sum;
  };
}

/**
 * Expected mean spend of a customer with x repeat purchases of `mean` each: between their own mean and everybody's.
 * Null where q ≤ 1, when the population's mean is infinite.
 */
export function expectedSpend({ p, q, v }: GammaGamma, { x, mean }: { x: number; mean: number }): number | null {
  if (q <= 1) return null;
  const everybody = (p * v) / (q - 1);
  const own = (p * x) / (p * x + q - 1);
  return x === 0 ? everybody : (1 - own) * everybody + own * mean;
}
