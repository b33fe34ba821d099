import { type BgNbd, toBgNbd } from './bgnbd';
import { expectedWhileAlive, probabilityAlive } from './expectation';
import { expectedSpend, type GammaGamma, toGammaGamma } from './gamma-gamma';
import { gradient, quadraticForm } from './numeric/linear';
import { remember } from './numeric/remember';
import { Z95 } from './numeric/statistics';
import type { Customer } from './summary';

/** Names the formulae, so that a stored score says what made it. */
export const MODEL_VERSION = 'bgnbd-gammagamma/1';

/** 365.25 / 7 / 12, rounded as in the published examples. */
export const WEEKS_PER_MONTH = 4.345;

export type ValueQuestion = {
  /** Periods to look ahead. */
  periods: number;
  weeksPerPeriod: number;
  /** Discount per period, 0.01 = 1 %. */
  discount: number;
  /** Share of the spend that is margin. */
  margin: number;
};

/** A year of months at 1 % a month. */
export const YEAR: Omit<ValueQuestion, 'margin'> = { periods: 12, weeksPerPeriod: WEEKS_PER_MONTH, discount: 0.01 };

/** Both models, with the covariances of the logarithms of their parameters (null: not identified). */
export type ValueModel = {
  purchases: { params: BgNbd; covariance: number[][] | null };
  spend: { params: GammaGamma; covariance: number[][] | null };
};

/** A customer, or n with the same history. */
export type Valued = Customer & { n?: number };

export type ValueEstimate = {
  /** Null where the spend model has no mean (q ≤ 1). */
  value: number | null;
  /** 95 % interval from the uncertainty of the parameters; it says nothing of one customer's luck. Null: not identified. */
  interval: [number, number] | null;
  model: typeof MODEL_VERSION;
};

/** Σ over periods of E[spend] · (E[Y(k)] − E[Y(k−1)]) / (1 + d)^k · margin, for customers one by one or counted. */
export function lifetimeValue(model: ValueModel, customers: readonly Valued[], question: ValueQuestion): ValueEstimate {
  const { purchases, spend } = model;
  const value = totalValue(purchases.params, spend.params, customers, question);
  const interval = value === null ? null : valueInterval(model, customers, question, value);
  return { value, interval, model: MODEL_VERSION };
}

/** One customer's value without the interval, for scoring many: build once, call for each. */
export function valuer(purchases: BgNbd, spend: GammaGamma, question: ValueQuestion): (of: Customer) => number | null {
  const discounted = remember((of) => discountedPurchases(purchases, of, question));
  return (customer) => {
    const each = expectedSpend(spend, customer);
    return each === null ? null : each * question.margin * probabilityAlive(purchases, customer) * discounted(customer);
  };
}

function totalValue(p: BgNbd, s: GammaGamma, customers: readonly Valued[], question: ValueQuestion): number | null {
  const worth = valuer(p, s, question);
  let sum = 0;
  for (const customer of customers) {
    const value = worth(customer);
    if (value === null) return null;
    sum += (customer.n ?? 1) * value;
  }
  return sum;
}

/** Discounted purchases while alive, which depend on x and T only. */
function discountedPurchases(params: BgNbd, of: { x: number; T: number }, question: ValueQuestion): number {
  let [sum, before] = [0, 0];
  for (let k = 1; k <= question.periods; k++) {
    const until = expectedWhileAlive(params, of, k * question.weeksPerPeriod);
    sum += (until - before) / (1 + question.discount) ** k;
    before = until;
  }
  return sum;
}

/** Delta method over the logarithms of all seven parameters; the two models are fitted apart, so independent. */
function valueInterval(
  { purchases, spend }: ValueModel,
  customers: readonly Valued[],
  question: ValueQuestion,
  value: number,
): [number, number] | null {
  if (purchases.covariance === null || spend.covariance === null) return null;
  const { r, alpha, a, b } = purchases.params;
  const { p, q, v } = spend.params;
  const byPurchases = gradient(
    (logs) => totalValue(toBgNbd(logs), spend.params, customers, question) ?? Number.NaN,
    [r, alpha, a, b].map(Math.log),
  );
  const bySpend = gradient(
    (logs) => totalValue(purchases.params, toGammaGamma(logs), customers, question) ?? Number.NaN,
    [p, q, v].map(Math.log),
  );
  const variance = quadraticForm(purchases.covariance, byPurchases) + quadraticForm(spend.covariance, bySpend);
  if (!Number.isFinite(variance) || variance < 0) return null;
  const half = Z95 * Math.sqrt(variance);
  return [Math.max(0, value - half), value + half];
}
