import { type Histogram, histogramMean, histogramQuantile, mergeHistograms, sizeOf } from './numeric/histogram';
import { ratio } from './numeric/statistics';

type Definition = {
  title: string;
  numerator: string;
  denominator: string;
  unit: 'share' | 'money' | 'number';
  /** Which of the two numbers are people, who must not be few. */
  people: 'both' | 'below' | 'none';
};

/** Every metric by its exact definition. A period is [from, until) in UTC. */
export const METRICS = {
  repeat_purchase_rate: {
    title: 'Repeat purchase rate',
    numerator: 'customers with at least two purchase days in the period',
    denominator: 'customers with at least one',
    unit: 'share',
    people: 'both',
  },
  retention_rate: {
    title: 'Retention',
    numerator: 'customers active at the end less those new in the period',
    denominator: 'customers active at the start',
    unit: 'share',
    people: 'both',
  },
  churn_rate: {
    title: 'Churn',
    numerator: 'customers active at the start less those of them still active at the end',
    denominator: 'customers active at the start',
    unit: 'share',
    people: 'both',
  },
  likely_gone_rate: {
    title: 'Likely gone',
    numerator: 'repeat customers whose probability of being active is below the threshold',
    denominator: 'repeat customers who may be scored',
    unit: 'share',
    people: 'both',
  },
  acquisition_cost: {
    title: 'Acquisition cost per customer',
    numerator: 'spending on acquisition in the period',
    denominator: 'new customers in the period',
    unit: 'money',
    people: 'below',
  },
  retention_cost: {
    title: 'Retention cost per customer',
    numerator: 'spending on retention in the period',
    denominator: 'customers retained in the period',
    unit: 'money',
    people: 'below',
  },
  value_per_customer: {
    title: 'Lifetime value per customer',
    numerator: 'expected value of all scored customers (customer equity)',
    denominator: 'scored customers',
    unit: 'money',
    people: 'below',
  },
  share_of_wallet: {
    title: 'Share of wallet',
    numerator: 'purchases from us of our buyers who told their category spending',
    denominator: 'their purchases in the category, as they told',
    unit: 'share',
    people: 'none',
  },
  opt_in_rate: {
    title: 'Opt-in rate',
    numerator: 'people who granted',
    denominator: 'people who were asked',
    unit: 'share',
    people: 'both',
  },
  decision_coverage: {
    title: 'Consent coverage: decided',
    numerator: 'people with a decision for the purpose',
    denominator: 'people',
    unit: 'share',
    people: 'both',
  },
  grant_coverage: {
    title: 'Consent coverage: granted',
    numerator: 'people with a valid grant for the purpose',
    denominator: 'people',
    unit: 'share',
    people: 'both',
  },
  field_coverage: {
    title: 'Stored values with a live basis',
    numerator: 'stored values with a live basis',
    denominator: 'stored values',
    unit: 'share',
    people: 'none',
  },
  withdrawal_rate: {
    title: 'Withdrawal rate',
    numerator: 'people who withdrew in the period',
    denominator: 'people with a valid grant at its start or given in it',
    unit: 'share',
    people: 'both',
  },
  late_effects: {
    title: 'Effects after withdrawal',
    numerator: 'sends and releases after the withdrawal took effect',
    denominator: 'withdrawals',
    unit: 'number',
    people: 'below',
  },
  campaign_return: {
    title: 'Campaign return, incremental',
    numerator: 'incremental margin against the control group less cost',
    denominator: 'cost',
    unit: 'share',
    people: 'none',
  },
  campaign_attributed: {
    title: 'Campaign margin, attributed',
    numerator: 'margin of the people reached less cost; no control group, so not caused by it',
    denominator: 'cost',
    unit: 'share',
    people: 'none',
  },
  over_cap_share: {
    title: 'People over the contact cap',
    numerator: 'people with more marketing contacts than the cap',
    denominator: 'people with any marketing contact',
    unit: 'share',
    people: 'both',
  },
  satisfaction: {
    title: 'Satisfaction',
    numerator: 'sum of scores',
    denominator: 'answers',
    unit: 'number',
    people: 'below',
  },
  overdue_requests: {
    title: 'Overdue requests',
    numerator: 'requests answered late or open beyond their deadline',
    denominator: 'requests due by now or answered',
    unit: 'share',
    people: 'none',
  },
  completeness: {
    title: 'Completeness',
    numerator: 'required values that are present',
    denominator: 'required values',
    unit: 'share',
    people: 'none',
  },
  validity: {
    title: 'Validity',
    numerator: 'stored values that pass their rule',
    denominator: 'stored values with a rule',
    unit: 'share',
    people: 'none',
  },
  duplicate_rate: {
    title: 'Duplicates',
    numerator: 'people in a suspected pair',
    denominator: 'people',
    unit: 'share',
    people: 'both',
  },
  stale_rate: {
    title: 'Stale values',
    numerator: 'stored values not confirmed within their term',
    denominator: 'stored values with a term',
    unit: 'share',
    people: 'none',
  },
} as const satisfies { [key: string]: Definition };

export type MetricKey = keyof typeof METRICS;

/** When a number holds and for whom it speaks. */
export type Scope = {
  /** Milliseconds UTC. */
  as_of: number;
  /** Who is counted, in words: unit, purpose, who is left out. */
  population: string;
};

export type Metric = Scope & {
  metric: MetricKey;
  numerator: number;
  denominator: number;
  /** Null where the denominator is 0. */
  value: number | null;
};

export function metricOf(metric: MetricKey, numerator: number, denominator: number, scope: Scope): Metric {
  const { as_of, population } = scope;
  return { metric, numerator, denominator, value: ratio(numerator, denominator), as_of, population };
}

/** The same metric of several vaults as one. Throws RangeError for different metrics, times or populations. */
export function mergeMetrics(parts: readonly [Metric, ...Metric[]]): Metric {
  const [first] = parts;
  for (const { metric, as_of, population } of parts) {
    if (metric !== first.metric || as_of !== first.as_of || population !== first.population) {
      throw new RangeError(`${metric} of ${population} can't be added to ${first.metric} of ${first.population}`);
    }
  }
  const sum = (by: 'numerator' | 'denominator'): number => parts.reduce((total, part) => total + part[by], 0);
  return metricOf(first.metric, sum('numerator'), sum('denominator'), first);
}

/** The metric without its numbers where fewer than k people stand behind it. */
export type ShownMetric = Omit<Metric, 'numerator' | 'denominator'> & {
  numerator: number | null;
  denominator: number | null;
};

/** Hides a metric where the people whom it counts, or those of them whom it doesn't, are 1 … k−1. */
export function hideMetric(metric: Metric, k: number): ShownMetric {
  const { people } = METRICS[metric.metric];
  const { numerator, denominator } = metric;
  const counted = { both: [numerator, denominator, denominator - numerator], below: [denominator], none: [] }[people];
  const isHidden = counted.some((n) => n > 0 && n < k);
  return isHidden ? { ...metric, numerator: null, denominator: null, value: null } : metric;
}

/** A distribution as people read it. */
export type Spread = Scope & {
  n: number;
  mean: number | null;
  median: number | null;
  p95: number | null;
  max: number | null;
};

/** Spread of the histograms of all vaults. Everything but n is null where n is 0 or below k. */
export function spreadOf(parts: readonly Histogram[], scope: Scope, k = 1): Spread {
  const merged = mergeHistograms(parts);
  const n = sizeOf(merged);
  const shown = n < k ? [] : merged;
  return {
    as_of: scope.as_of,
    population: scope.population,
    n,
    mean: histogramMean(shown),
    median: histogramQuantile(shown, 0.5),
    p95: histogramQuantile(shown, 0.95),
    max: shown.at(-1)?.value ?? null,
  };
}
