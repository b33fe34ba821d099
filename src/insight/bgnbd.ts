import { lgamma } from './numeric/gamma';
import { covarianceAt } from './numeric/linear';
import { logAddExp } from './numeric/logspace';
import { maximise, type Surface } from './numeric/maximise';
import { Z95 } from './numeric/statistics';
import type { Count } from './summary';

/**
 * BG/NBD (Fader, Hardie, Lee, Marketing Science 24, 2005): while active a customer buys at a rate that is gamma
 * distributed (r, α) among customers, and after each purchase drops out with a probability that is beta distributed
 * (a, b). Times in weeks.
 */
export type BgNbd = { r: number; alpha: number; a: number; b: number };

/** What a fit found. */
export type Fit<P> = {
  params: P;
  /** 95 % interval of each parameter; null where the data don't determine them (see `covariance`). */
  intervals: { [K in keyof P]: [number, number] } | null;
  /** Covariance of the logarithms of the parameters, in their order; null where not identified. */
  covariance: number[][] | null;
  logLikelihood: number;
  /** Customers that were fitted. */
  n: number;
  evaluations: number;
  converged: boolean;
};

export type FitResult<P> = { ok: true; fit: Fit<P> } | { ok: false; problems: string[] };

/** Fewer repeat customers than this say nothing about four parameters. */
export const FEWEST_REPEATERS = 10;

export const toBgNbd = (logs: readonly number[]): BgNbd => {
  const [r, alpha, a, b] = logs.map(Math.exp) as [number, number, number, number];
  return { r, alpha, a, b };
};

/** Log-likelihood of counted customers. */
export function bgNbdLogLikelihood(counts: readonly Count[], params: BgNbd): number {
  return likelihoodOf(counts)(params);
}

/** Fits by maximum likelihood over the logarithms of the parameters. */
export function fitBgNbd(counts: readonly Count[]): FitResult<BgNbd> {
  const problems = problemsOf(counts);
  if (problems.length > 0) return { ok: false, problems };
  const likelihood = likelihoodOf(counts);
  const surface: Surface = (logs) => (isFar(logs) ? Number.NEGATIVE_INFINITY : likelihood(toBgNbd(logs)));
  const top = maximise({ surface, start: [0, Math.log(3), 0, Math.log(3)] });
  const params = toBgNbd(top.at);
  const covariance = top.converged ? covarianceAt(surface, top.at) : null;
  const n = counts.reduce((sum, count) => sum + count.n, 0);
  const { evaluations, converged, value: logLikelihood } = top;
  const intervals = logIntervals(params, covariance);
  return { ok: true, fit: { params, intervals, covariance, logLikelihood, n, evaluations, converged } };
}

/** Parameters beyond e^±12 mean a ridge, not a model: all customers are alike in what they describe. */
export const isFar = (logs: readonly number[]): boolean => logs.some((v) => Math.abs(v) > 12);

/** Intervals of positive parameters from the covariance of their logarithms. */
export function logIntervals<P extends Record<string, number>>(
  params: P,
  covariance: number[][] | null,
): { [K in keyof P]: [number, number] } | null {
  if (covariance === null) return null;
  const around = ([name, value]: [string, number], i: number): [string, [number, number]] => {
    const factor = Math.exp(Z95 * Math.sqrt(covariance[i]![i]!));
    return [name, [value / factor, value * factor]];
  };
  return Object.fromEntries(Object.entries(params).map(around)) as { [K in keyof P]: [number, number] };
}

function problemsOf(counts: readonly Count[]): string[] {
  const wrong = counts.flatMap(({ x, tx, T, n }, i) =>
    isCount(x, tx, T, n) ? [] : [`count ${i}: x ${x}, tx ${tx}, T ${T}, n ${n} is no history of a customer`],
  );
  const repeaters = counts.reduce((sum, { x, n }) => sum + (x > 0 ? n : 0), 0);
  const few = `${repeaters} repeat customers; at least ${FEWEST_REPEATERS} are needed`;
  return wrong.length > 0 ? wrong : repeaters < FEWEST_REPEATERS ? [few] : [];
}

function isCount(x: number, tx: number, T: number, n: number): boolean {
  const isWhole = Number.isInteger(x) && x >= 0 && Number.isInteger(n) && n > 0;
  return isWhole && Number.isFinite(T) && tx <= T && (x === 0 ? tx === 0 : tx > 0);
}

/** Numbers the distinct values of a column, so that costly functions are computed once for each. */
function indexed(values: readonly number[]): { distinct: Float64Array; index: Int32Array } {
  const places = new Map<number, number>();
  const index = Int32Array.from(values, (value) => {
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return place;
  });
  return { distinct: Float64Array.from(places.keys()), index };
}

/**
 * The likelihood as a function of the parameters, its data laid out in columns. For one customer (the paper's eq. 6 in
 * the form of Hardie's note 027) ln L = A1 + A2 + ln(e^A3 + δ(x>0)·e^A4).
 */
function likelihoodOf(counts: readonly Count[]): (params: BgNbd) => number {
  const x = indexed(counts.map((count) => count.x));
  const age = indexed(counts.map((count) => count.T));
  const last = indexed(counts.map((count) => count.tx));
  const n = Float64Array.from(counts, (count) => count.n);
  return (params) => {
    const logAge = age.distinct.map((T) => Math.log(params.alpha + T));
    const logLast = last.distinct.map((tx) => Math.log(params.alpha + tx));
    const ofX = x.distinct.map((value) => constantPart(value, params));
    const dropout = x.distinct.map((value) => Math.log(params.a) - Math.log(params.b + value - 1));
    let sum = 0;
    for (let i = 0; i < n.length; i++) {
      const k = x.index[i]!;
      const repeats = x.distinct[k]!;
      const stayed = -(params.r + repeats) * logAge[age.index[i]!]!;
      const left = dropout[k]! - (params.r + repeats) * logLast[last.index[i]!]!;
      sum += n[i]! * (ofX[k]! + (repeats > 0 ? logAddExp(stayed, left) : stayed));
    }
    return sum;
  };
}

/** A1 + A2: the part that depends on x alone. */
function constantPart(x: number, { r, alpha, a, b }: BgNbd): number {
  const rate = lgamma(r + x) - lgamma(r) + r * Math.log(alpha);
  return rate + lgamma(a + b) + lgamma(b + x) - lgamma(b) - lgamma(a + b + x);
}
