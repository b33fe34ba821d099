import type { Rulebook } from '../consent';
import type { CallContext } from '../platform';
import type { Analyses } from './kinds';
import { hideMetric, METRICS, type Metric } from './metric';
import { METRIC_SQL } from './metric-sql';
import type { Period } from './period';
import type { InsightPorts } from './routes.ports';

/** What a report is asked for, and under which rules. */
export type Asked = {
  ports: InsightPorts;
  book: Rulebook;
  analyses: Analyses;
  period: Period;
  now: number;
  survey?: string;
  context: CallContext;
};

/** A report as it is shown: for whom it speaks, who was left out and why, and from which number of people cells are shown. */
export type Report = {
  report: string;
  title: string;
  as_of: string;
  period: { from: string; until: string };
  population: string;
  people: number | null;
  excluded: Record<string, number>;
  k: number;
  body: unknown;
};

export type Made = { population: string; people: number; excluded: Record<string, number>; body: unknown };

/** One report: its name, what it answers, and how it is made. */
export type ReportKind = { title: string; make(asked: Asked): Promise<Made> };

export const countedPopulation = (a: Analyses): string =>
  `people whose purpose "${a.statistics}" allows it, purchases in ${a.currency}`;

export const scoredPopulation = (a: Analyses): string =>
  `customers whose purpose "${a.profiling}" allows it, purchases in ${a.currency}`;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Puts a report into its frame. The number of people is hidden like any other small cell. */
export function framed(name: string, kind: ReportKind, asked: Asked, made: Made): Report {
  const { k } = asked.analyses;
  return {
    report: name,
    title: kind.title,
    as_of: iso(asked.now),
    period: { from: iso(asked.period.from), until: iso(asked.period.until) },
    population: made.population,
    people: made.people > 0 && made.people < k ? null : made.people,
    excluded: Object.fromEntries(Object.entries(made.excluded).filter(([, n]) => n >= k)),
    k,
    body: made.body,
  };
}

/** A metric with its definition and the SQL by which anybody can recompute it. */
export function printed(metric: Metric, k: number) {
  const { as_of, ...shown } = hideMetric(metric, k);
  const { people: _people, ...definition } = METRICS[metric.metric];
  return { ...shown, as_of: iso(as_of), definition, sql: METRIC_SQL[metric.metric] ?? null };
}
