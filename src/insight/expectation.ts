import type { BgNbd } from './bgnbd';
import { lbeta, lgamma } from './numeric/gamma';
import { betaExpectation, hypergeometricDeficit } from './numeric/hypergeometric';
import { remember } from './numeric/remember';
import type { Summary } from './summary';

/** Expected repeat purchases of a new customer within t weeks of the first purchase. */
export function expectedPurchases({ r, alpha, a, b }: BgNbd, t: number): number {
  return hypergeometricDeficit({ r, a, b, z: t / (alpha + t) });
}

/** Expected purchases in the t weeks after T, given the customer's history. */
export function conditionalExpectation(params: BgNbd, history: Summary, t: number): number {
  return probabilityAlive(params, history) * expectedWhileAlive(params, history, t);
}

/** The same, if it were known that the customer is still active. Depends on x and T only. */
export function expectedWhileAlive(params: BgNbd, { x, T }: Pick<Summary, 'x' | 'T'>, t: number): number {
  return expectedPurchases({ ...params, r: params.r + x, alpha: params.alpha + T, b: params.b + x }, t);
}

/**
 * Probability that a customer is still active. In this model nobody drops out before the first repeat purchase, so it is
 * 1 for x = 0 whatever the silence: an artefact. `aliveOf` says so; never let it decide on keeping or erasing.
 */
export function probabilityAlive({ r, alpha, a, b }: BgNbd, { x, tx, T }: Summary): number {
  if (x === 0) return 1;
  return 1 / (1 + Math.exp(Math.log(a / (b + x - 1)) + (r + x) * Math.log((alpha + T) / (alpha + tx))));
}

export type Alive = {
  probability: number;
  /** True for one-time buyers, of whom the model can't say anything: don't show it as a fact. */
  artefact: boolean;
};

/** P(alive) together with whether it means anything. */
export function aliveOf(params: BgNbd, history: Summary): Alive {
  return { probability: probabilityAlive(params, history), artefact: history.x === 0 };
}

/**
 * Expected time as an active customer within the next `horizon` weeks: the projected duration of Reinartz & Kumar. A
 * horizon is needed because without one the expectation is infinite where a ≤ 1 or r + x ≤ 1.
 */
export function expectedActiveWeeks(params: BgNbd, history: Summary, horizon: number): number {
  return projector(params, horizon)(history);
}

/** The same for many customers: build once, call for each. */
export function projector(params: BgNbd, horizon: number): (of: Summary) => number {
  const whileAlive = remember((of) => weeksWhileAlive(params, of, horizon));
  return (history) => probabilityAlive(params, history) * whileAlive(history);
}

function weeksWhileAlive(params: BgNbd, { x, T }: Pick<Summary, 'x' | 'T'>, horizon: number): number {
  const shape = params.r + x;
  const scale = params.alpha + T;
  const of = (p: number): number => {
    const log = Math.log1p((p * horizon) / scale);
    return (scale / p) * (Math.abs(shape - 1) < 1e-9 ? log : -Math.expm1((1 - shape) * log) / (shape - 1));
  };
  return betaExpectation({ a: params.a, b: params.b + x, of });
}

/** Probabilities of 0, 1, … `most` repeat purchases within t weeks of the first (the paper's eq. 8). */
export function purchaseDistribution(params: BgNbd, t: number, most: number): number[] {
  const { r, alpha, a, b } = params;
  const [logStay, logZ] = [r * Math.log(alpha / (alpha + t)), Math.log(t / (alpha + t))];
  const result: number[] = [];
  let fewer = 0;
  for (let x = 0; x <= most; x++) {
    const poisson = t === 0 && x > 0 ? 0 : Math.exp(negativeBinomialLog(r, x) + logStay + (x > 0 ? x * logZ : 0));
    const stayed = Math.exp(lbeta(a, b + x) - lbeta(a, b)) * poisson;
    const left = x > 0 ? Math.exp(lbeta(a + 1, b + x - 1) - lbeta(a, b)) * Math.max(0, 1 - fewer) : 0;
    result.push(stayed + left);
    fewer += poisson;
  }
  return result;
}

const negativeBinomialLog = (r: number, x: number): number => lgamma(r + x) - lgamma(r) - lgamma(x + 1);
