import type { Purchase } from './history';
import { type Metric, metricOf, type Scope } from './metric';
import { ratio } from './numeric/statistics';
import { dayOf, isWithin, type Period } from './period';

/** Counts of customers over one period, of one vault. Add up. */
export type CustomerCounts = {
  /** With at least one, and at least two, purchase days in the period. */
  buyers: number;
  repeat_buyers: number;
  /** Active at the start, at the end, and at both. */
  at_start: number;
  at_end: number;
  stayed: number;
  /** First purchase ever in the period and active at its end. */
  new_at_end: number;
  /** First purchase ever in the period. */
  new_customers: number;
};

/**
 * Counts for the metrics below, from all purchases ever. A customer is active at a time who bought within `window`
 * milliseconds before it.
 */
export function customerCounts(purchases: readonly Purchase[], period: Period, window: number): CustomerCounts {
  const times = new Map<string, number[]>();
  for (const { customer, at } of purchases) {
    if (at >= period.until) continue;
    const own = times.get(customer);
    if (own) own.push(at);
    else times.set(customer, [at]);
  }
  const customers = [...times.values()].map((own) => factsOf(own, period, window));
  const count = (is: (facts: Facts) => boolean): number => customers.filter(is).length;
  return {
    buyers: count(({ days }) => days >= 1),
    repeat_buyers: count(({ days }) => days >= 2),
    at_start: count(({ atStart }) => atStart),
    at_end: count(({ atEnd }) => atEnd),
    stayed: count(({ atStart, atEnd }) => atStart && atEnd),
    new_at_end: count(({ isNew, atEnd }) => isNew && atEnd),
    new_customers: count(({ isNew }) => isNew),
  };
}

type Facts = { days: number; isNew: boolean; atStart: boolean; atEnd: boolean };

function factsOf(times: readonly number[], period: Period, window: number): Facts {
  const isActive = (at: number): boolean => times.some((time) => time >= at - window && time < at);
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  return {
    days: new Set(times.filter((time) => isWithin(time, period)).map(dayOf)).size,
    isNew: isWithin(first, period),
    atStart: isActive(period.from),
    atEnd: isActive(period.until),
  };
}

/** Counts of several vaults as one. */
export function mergeCustomerCounts(parts: readonly CustomerCounts[]): CustomerCounts {
  const sum = (by: keyof CustomerCounts): number => parts.reduce((total, part) => total + part[by], 0);
  return {
    buyers: sum('buyers'),
    repeat_buyers: sum('repeat_buyers'),
    at_start: sum('at_start'),
    at_end: sum('at_end'),
    stayed: sum('stayed'),
    new_at_end: sum('new_at_end'),
    new_customers: sum('new_customers'),
  };
}

export type CustomerMetrics = { repeat_purchase_rate: Metric; retention_rate: Metric; churn_rate: Metric };

/** Retention counts people won back, as its usual definition does; churn counts only those who left. */
export function customerMetrics(counts: CustomerCounts, scope: Scope): CustomerMetrics {
  const { buyers, repeat_buyers, at_start, at_end, stayed, new_at_end } = counts;
  return {
    repeat_purchase_rate: metricOf('repeat_purchase_rate', repeat_buyers, buyers, scope),
    retention_rate: metricOf('retention_rate', at_end - new_at_end, at_start, scope),
    churn_rate: metricOf('churn_rate', at_start - stayed, at_start, scope),
  };
}

/** What it costs to win a customer and to keep one, side by side. */
export type KeepOrWin = {
  acquisition_cost: Metric;
  retention_cost: Metric;
  /** Acquisition ÷ retention: so many customers could be kept for the price of winning one. */
  kept_per_won: number | null;
};

/** Spending comes from the ledger of costs, once for the whole organisation: merge the counts first. */
export function keepOrWin(of: {
  counts: CustomerCounts;
  acquisition_spending: number;
  retention_spending: number;
  scope: Scope;
}): KeepOrWin {
  const { counts, scope } = of;
  const acquisition_cost = metricOf('acquisition_cost', of.acquisition_spending, counts.new_customers, scope);
  const retention_cost = metricOf('retention_cost', of.retention_spending, counts.stayed, scope);
  const [win, keep] = [acquisition_cost.value, retention_cost.value];
  return { acquisition_cost, retention_cost, kept_per_won: win === null || keep === null ? null : ratio(win, keep) };
}

/**
 * Lifetime value by the simple formula m·r/(1+d−r) (Farris et al., Marketing Metrics): margin m at the end of each period,
 * retention r, discount d. Null where it has no limit (r ≥ 1 + d).
 */
export function simpleLifetimeValue(of: { margin: number; retention: number; discount: number }): number | null {
  const rest = 1 + of.discount - of.retention;
  return rest > 0 ? (of.margin * of.retention) / rest : null;
}

/** Share of repeat customers who are probably gone. One-time buyers can't be told and are left out. */
export function likelyGone(
  alive: readonly { probability: number; artefact: boolean }[],
  below: number,
  scope: Scope,
): Metric {
  const known = alive.filter(({ artefact }) => !artefact);
  const gone = known.filter(({ probability }) => probability < below).length;
  return metricOf('likely_gone_rate', gone, known.length, scope);
}

/** Ours and category spending, of buyers who told the latter under its own purpose. */
export function shareOfWallet(buyers: readonly { ours: number; category: number | null }[], scope: Scope): Metric {
  const told = buyers.flatMap(({ ours, category }) => (ours > 0 && category !== null ? [{ ours, category }] : []));
  const ours = told.reduce((sum, buyer) => sum + buyer.ours, 0);
  const category = told.reduce((sum, buyer) => sum + Math.max(buyer.category, buyer.ours), 0);
  return metricOf('share_of_wallet', ours, category, scope);
}
