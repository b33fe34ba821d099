import { need, Refusal } from '../platform';
import { ALARM_RULE, type BasePoint, baseReport } from './base-alarm';
import { affinities, mergeBasketCounts } from './baskets';
import { mergeCohorts, retentionCurves } from './cohorts';
import { stageInput } from './counted-reports';
import { valueModelOf } from './fit';
import { gathered, relationsOf } from './gather';
import { summariseIntervals } from './intervals';
import type { Analyses } from './kinds';
import { lifetimeValue, type Valued, WEEKS_PER_MONTH } from './lifetime-value';
import { metricOf } from './metric';
import { customerMetrics, likelyGone, mergeCustomerCounts } from './metric-customers';
import { mergeHistograms } from './numeric/histogram';
import { DAY } from './period';
import type { StoredModel } from './registry-operations';
import { type Asked, countedPopulation, type Made, printed, type ReportKind, scoredPopulation } from './report';
import { rfmCuts, rfmTable } from './rfm';
import type { ScoreModel } from './scoring';
import { stageReport } from './stages';

const counted = (asked: Asked, of: { people: number; excluded: Record<string, number> }, body: unknown): Made => ({
  population: countedPopulation(asked.analyses),
  people: of.people,
  excluded: of.excluded,
  body,
});

async function cohorts(asked: Asked): Promise<Made> {
  const { ports, context, analyses, period } = asked;
  const all = await gathered(ports.vaults, (vault, after) =>
    vault.run('report.cohorts', { after, until: period.until }, context),
  );
  return counted(asked, all, { curves: retentionCurves(mergeCohorts(all.parts), analyses.k) });
}

async function intervals(asked: Asked): Promise<Made> {
  const { ports, context, analyses, period } = asked;
  const all = await gathered(ports.vaults, (vault, after) =>
    vault.run('report.intervals', { after, until: period.until }, context),
  );
  return counted(asked, all, { days: summariseIntervals(mergeHistograms(all.parts), analyses.k) });
}

async function rfm(asked: Asked): Promise<Made> {
  const { ports, context, analyses, period } = asked;
  const all = await gathered(ports.vaults, (vault, after) =>
    vault.run('report.rfm', { after, until: period.until }, context),
  );
  const rows = all.parts
    .flat()
    .map(([recency, frequency, monetary], n) => ({ id: `p${n}`, recency, frequency, monetary }));
  const cuts = rfmCuts(rows);
  return counted(asked, all, { cuts, cells: rfmTable(rows, cuts, analyses.k) });
}

async function baskets(asked: Asked): Promise<Made> {
  const { ports, context, analyses, period } = asked;
  const all = await gathered(ports.vaults, (vault, after) =>
    vault.run('report.baskets', { after, until: period.until }, context),
  );
  const products = mergeBasketCounts(all.parts.map((p) => p.products));
  const needs = mergeBasketCounts(all.parts.map((p) => p.needs));
  return counted(asked, all, {
    baskets: products.baskets,
    products: affinities(products, analyses.k),
    needs: affinities(needs, analyses.k),
  });
}

/** Twelve points, a month of 30 days apart, up to the end of the period. */
async function base(asked: Asked): Promise<Made> {
  const { ports, context, analyses, period } = asked;
  const times = Array.from({ length: 12 }, (_, i) => period.until - (11 - i) * 30 * DAY);
  const all = await gathered(ports.vaults, (vault, after) => vault.run('report.base', { after, times }, context));
  const points = times.map((at, i): BasePoint => {
    const active = all.parts.reduce((sum, part) => sum + (part[i] ?? 0), 0);
    return { at, active: active < analyses.k ? 0 : active, market: null };
  });
  const series = points.map(({ at, active }) => ({ at: new Date(at).toISOString(), active }));
  return counted(asked, all, { active_days: analyses.active_days, points: series, ...baseReport(points, ALARM_RULE) });
}

async function stages(asked: Asked): Promise<Made> {
  const { ports, context, analyses, period } = asked;
  const all = await gathered(ports.vaults, (vault, after) =>
    vault.run('report.stages', { after, until: period.until }, context),
  );
  const { as_of, ...report } = stageReport({ ...stageInput(all.parts.flat()), k: analyses.k });
  return counted(asked, all, report);
}

/** Counts of the customers of a period, over all vaults. */
export async function customerCountsOf(asked: Asked) {
  const { ports, context, period } = asked;
  const all = await gathered(ports.vaults, (vault, after) => vault.run('report.customers', { after, period }, context));
  return { ...all, counts: mergeCustomerCounts(all.parts) };
}

async function customers(asked: Asked): Promise<Made> {
  const { analyses, period } = asked;
  const all = await customerCountsOf(asked);
  const scope = { as_of: period.until, population: countedPopulation(analyses) };
  const metrics = customerMetrics(all.counts, scope);
  const shown = Object.fromEntries(Object.entries(metrics).map(([key, m]) => [key, printed(m, analyses.k)]));
  return counted(asked, all, { active_days: analyses.active_days, metrics: shown });
}

/** The newest model, as scoring takes it. */
export const scoreModelOf = ({ id, model, margin, as_of }: StoredModel): ScoreModel => ({
  id,
  purchases: model.purchases.params,
  spend: model.spend?.params ?? null,
  margin,
  as_of,
});

export async function newestModel({ ports, context }: Pick<Asked, 'ports' | 'context'>): Promise<StoredModel> {
  const stored = need(await ports.registry.run('insight.model', {}, context));
  if (!stored) throw new Refusal('precondition_failed', 'no model was fitted yet: POST /v1/insight/fits');
  return stored;
}

async function relations(asked: Asked): Promise<Made> {
  const { ports, analyses, context } = asked;
  const stored = await newestModel(asked);
  const { report, excluded } = await relationsOf(ports.vaults, { model: scoreModelOf(stored), analyses }, context);
  return {
    population: scoredPopulation(analyses),
    people: report.n,
    excluded,
    body: { ...report, n: undefined, as_of: new Date(stored.as_of).toISOString(), model: stored.id },
  };
}

/** A repeat customer below this probability of being active is likely gone. */
const LIKELY_GONE = 0.5;

async function lifetime(asked: Asked): Promise<Made> {
  const { ports, analyses, context } = asked;
  const stored = await newestModel(asked);
  const { id, as_of, people, model, margin, holdout, excluded } = stored;
  const now = await relationsOf(
    ports.vaults,
    { model: { ...scoreModelOf(stored), as_of: asked.now }, analyses },
    context,
  );
  const scope = { as_of: asked.now, population: scoredPopulation(analyses) };
  const equity = equityOf(stored, now.customers, analyses);
  const known = now.alive.map((probability) => ({ probability, artefact: false }));
  return {
    population: scope.population,
    people,
    excluded,
    body: {
      model: id,
      as_of: new Date(as_of).toISOString(),
      margin,
      ...shownModel(model, analyses.k),
      holdout,
      equity,
      value_per_customer: printed(metricOf('value_per_customer', equity?.value ?? 0, now.report.n, scope), analyses.k),
      likely_gone_rate: hidesRepeaters(model, analyses.k)
        ? null
        : printed(likelyGone(known, LIKELY_GONE, scope), analyses.k),
    },
  };
}

/** What all customers together are worth within the months ahead, with its interval; null without a spend model. */
function equityOf({ model, margin }: StoredModel, customers: readonly Valued[], analyses: Analyses) {
  const values = valueModelOf(model);
  const ahead = { periods: analyses.months, weeksPerPeriod: WEEKS_PER_MONTH, discount: analyses.discount, margin };
  return values && lifetimeValue(values, customers, ahead);
}

/** A few who bought once could be told from the number of those who bought again, so that one is hidden with them. */
const hidesRepeaters = ({ diagnostics: { customers, repeaters } }: StoredModel['model'], k: number): boolean =>
  customers > repeaters && customers - repeaters < k;

/** The model without its covariances, which are for computing on, and without numbers that would single people out. */
function shownModel(of: StoredModel['model'], k: number) {
  const { model, purchases, spend, diagnostics } = of;
  const isHidden = hidesRepeaters(of, k);
  const shown = (n: number): number | null => (isHidden ? null : n);
  return {
    version: model,
    purchases: { ...purchases, covariance: undefined },
    spend: spend && { ...spend, covariance: undefined, n: shown(spend.n) },
    diagnostics: {
      ...diagnostics,
      repeaters: shown(diagnostics.repeaters),
      spend_correlation: { ...diagnostics.spend_correlation, n: shown(diagnostics.spend_correlation.n) },
    },
  };
}

export const CUSTOMER_REPORTS: Readonly<Record<string, ReportKind>> = {
  customers: { title: 'Repeat purchases, retention and churn', make: customers },
  cohorts: { title: 'Retention curves by month of the first purchase', make: cohorts },
  intervals: { title: 'Days between purchases', make: intervals },
  rfm: { title: 'Recency, frequency and margin', make: rfm },
  baskets: { title: 'What is bought together, by product and by need', make: baskets },
  base: { title: 'Is the customer base shrinking?', make: base },
  stages: { title: 'Profit by stage of life', make: stages },
  loyalty_profit: { title: 'Loyalty and profit: true friends, butterflies, barnacles, strangers', make: relations },
  lifetime_value: { title: 'Lifetime value: the model and how well it fits', make: lifetime },
};
