import { type Metric, metricOf, type Scope, type Spread, spreadOf } from './metric';
import { type Histogram, histogramOf } from './numeric/histogram';
import { isWithin, type Period } from './period';

/** Counts of one purpose, of one vault. */
export type PermissionCounts = {
  persons: number;
  asked: number;
  decided: number;
  granted: number;
  /** With a valid grant at the start of the period or given in it. */
  ever_granted: number;
  /** People who withdrew in the period. */
  withdrawn: number;
};

export type PermissionMetrics = {
  opt_in_rate: Metric;
  decision_coverage: Metric;
  grant_coverage: Metric;
  withdrawal_rate: Metric;
};

export function permissionMetrics(counts: PermissionCounts, scope: Scope): PermissionMetrics {
  return {
    opt_in_rate: metricOf('opt_in_rate', counts.granted, counts.asked, scope),
    decision_coverage: metricOf('decision_coverage', counts.decided, counts.persons, scope),
    grant_coverage: metricOf('grant_coverage', counts.granted, counts.persons, scope),
    withdrawal_rate: metricOf('withdrawal_rate', counts.withdrawn, counts.ever_granted, scope),
  };
}

/** A withdrawal and the times of sends and releases to that person for that purpose. */
export type WithdrawalEffects = { withdrawn_at: number; effects: readonly number[] };

export type WithdrawalReport = {
  /** Target: 0. */
  late_effects: Metric;
  /** Milliseconds from the withdrawal to the last effect after it; 0 where there was none. */
  delays: Histogram;
};

/** How long withdrawn permissions went on having effects. */
export function withdrawalReport(withdrawals: readonly WithdrawalEffects[], scope: Scope): WithdrawalReport {
  const delays = withdrawals.map(({ withdrawn_at, effects }) =>
    effects.reduce((most, at) => Math.max(most, at - withdrawn_at), 0),
  );
  const late = withdrawals.flatMap(({ withdrawn_at, effects }) => effects.filter((at) => at > withdrawn_at)).length;
  return { late_effects: metricOf('late_effects', late, withdrawals.length, scope), delays: histogramOf(delays) };
}

/** One marketing contact of a person, whatever the unit and channel. */
export type Contact = { person: string; at: number };

/** Contacts per person within the period: how many people had one, two, … Adds up. */
export function contactHistogram(contacts: readonly Contact[], period: Period): Histogram {
  const counts = new Map<string, number>();
  for (const { person, at } of contacts) {
    if (isWithin(at, period)) counts.set(person, (counts.get(person) ?? 0) + 1);
  }
  return histogramOf([...counts.values()]);
}

/** Contact pressure: mean, p95 and greatest number of contacts, and the share of people above the cap. */
export function pressureMetrics(
  parts: readonly Histogram[],
  cap: number,
  scope: Scope,
): { contacts: Spread; over_cap_share: Metric } {
  const contacts = spreadOf(parts, scope);
  const over = parts.flat().reduce((sum, { value, n }) => sum + (value > cap ? n : 0), 0);
  return { contacts, over_cap_share: metricOf('over_cap_share', over, contacts.n, scope) };
}

/** A request of a person for their rights; the deadline is that of `rights`. */
export type RequestTimes = {
  received_at: number;
  /** When the person was verified, if they had to be. */
  verified_at: number | null;
  completed_at: number | null;
  due_at: number;
};

export type RequestReport = {
  /** Milliseconds from receipt, and from verification, to completion. Add up with `spreadOf`. */
  from_receipt: Histogram;
  from_verification: Histogram;
  overdue_requests: Metric;
};

/** Response times of requests at `scope.as_of`. An open request whose time is not up says nothing yet. */
export function requestReport(requests: readonly RequestTimes[], scope: Scope): RequestReport {
  const known = requests.filter(({ received_at }) => received_at <= scope.as_of);
  const doneBy = ({ completed_at }: RequestTimes): number | null =>
    completed_at !== null && completed_at <= scope.as_of ? completed_at : null;
  const since = (by: (request: RequestTimes) => number | null): Histogram =>
    histogramOf(
      known.flatMap((request) => {
        const [start, end] = [by(request), doneBy(request)];
        return start === null || end === null ? [] : [end - start];
      }),
    );
  const due = known.filter((request) => doneBy(request) !== null || request.due_at < scope.as_of);
  const late = due.filter((request) => (doneBy(request) ?? scope.as_of) > request.due_at).length;
  return {
    from_receipt: since(({ received_at }) => received_at),
    from_verification: since(({ verified_at }) => verified_at),
    overdue_requests: metricOf('overdue_requests', late, due.length, scope),
  };
}

/** Counts of stored values, of one vault. */
export type QualityCounts = {
  required: number;
  present: number;
  with_rule: number;
  valid: number;
  persons: number;
  in_suspected_pairs: number;
  with_term: number;
  stale: number;
  values: number;
  with_live_basis: number;
};

export type QualityMetrics = {
  completeness: Metric;
  validity: Metric;
  duplicate_rate: Metric;
  stale_rate: Metric;
  field_coverage: Metric;
};

export function qualityMetrics(counts: QualityCounts, scope: Scope): QualityMetrics {
  return {
    completeness: metricOf('completeness', counts.present, counts.required, scope),
    validity: metricOf('validity', counts.valid, counts.with_rule, scope),
    duplicate_rate: metricOf('duplicate_rate', counts.in_suspected_pairs, counts.persons, scope),
    stale_rate: metricOf('stale_rate', counts.stale, counts.with_term, scope),
    field_coverage: metricOf('field_coverage', counts.with_live_basis, counts.values, scope),
  };
}

/** Scores of surveys under their own purpose. */
export function satisfaction(scores: readonly number[], scope: Scope): Metric {
  return metricOf(
    'satisfaction',
    scores.reduce((sum, score) => sum + score, 0),
    scores.length,
    scope,
  );
}
