import { need, Refusal } from '../platform';
import { ALARM_RULE, type BasePoint, baseReport } from './base-alarm';
import { affinities, mergeBasketCounts } from './baskets';
import { mergeCohorts, retentionCurves } from './cohorts';
import { stageInput } from './counted-reports';
import { gathered, relationsOf } from './gather';
import { summariseIntervals } from './intervals';
import { customerMetrics, mergeCustomerCounts } from './metric-customers';
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

async function lifetime(asked: Asked): Promise<Made> {
  const stored = await newestModel(asked);
  const { id, as_of, people, model, margin, holdout, excluded } = stored;
  return {
    population: scoredPopulation(asked.analyses),
    people,
    excluded,
    body: { model: id, as_of: new Date(as_of).toISOString(), margin, ...withoutMatrices(model), holdout },
  };
}

/** Covariances are for computing on, not for reading. */
const withoutMatrices = ({ model, purchases, spend, diagnostics }: StoredModel['model']) => ({
  version: model,
  purchases: { ...purchases, covariance: undefined },
  spend: spend && { ...spend, covariance: undefined },
  diagnostics,
});

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
