import type { CostEntry } from '../people';
import { askAll, need, Refusal } from '../platform';
import { mergePermissions } from './counted-reports';
import { gathered } from './gather';
import { budgetsIn, objectivesIn } from './kinds';
import { spreadOf } from './metric';
import { customerMetrics, keepOrWin } from './metric-customers';
import { permissionMetrics, pressureMetrics, satisfaction } from './metric-programme';
import { type Asked, countedPopulation, type Made, printed, type ReportKind } from './report';
import { customerCountsOf } from './reports-customers';
import { scorecard } from './scorecard';

/** Money that was spent in the period, from the ledger of costs. */
export async function costsOf({ ports, context, period, analyses }: Asked): Promise<CostEntry[]> {
  const span = { from: period.from, to: period.until };
  const all = need(await ports.registry.run('cost.list', span, context));
  return all.filter(({ currency }) => currency === analyses.currency);
}

export const spent = (costs: readonly CostEntry[], of: (c: CostEntry) => boolean): number =>
  costs.filter(of).reduce((sum, { amount }) => sum + amount, 0);

/** The cost of winning a customer and of keeping one, side by side. */
async function keeping(asked: Asked): Promise<Made> {
  const { analyses, period } = asked;
  const [all, costs] = await Promise.all([customerCountsOf(asked), costsOf(asked)]);
  const scope = { as_of: period.until, population: countedPopulation(analyses) };
  const { acquisition_cost, retention_cost, kept_per_won } = keepOrWin({
    counts: all.counts,
    acquisition_spending: spent(costs, (c) => c.kind === 'acquisition'),
    retention_spending: spent(costs, (c) => c.kind === 'retention'),
    scope,
  });
  const shown = [acquisition_cost, retention_cost].map((m) => printed(m, analyses.k));
  const isShown = shown.every(({ value }) => value !== null);
  return {
    population: scope.population,
    people: all.people,
    excluded: all.excluded,
    body: {
      currency: analyses.currency,
      acquisition_cost: shown[0],
      retention_cost: shown[1],
      kept_per_won: isShown ? kept_per_won : null,
    },
  };
}

async function permissions(asked: Asked): Promise<Made> {
  const { ports, context, period, analyses } = asked;
  const all = await gathered(ports.vaults, (vault, after) =>
    vault.run('report.permissions', { after, period }, context),
  );
  const scope = { as_of: asked.now, population: 'everybody who is known, with or without an account' };
  const purposes = Object.entries(mergePermissions(all.parts)).map(([purpose, counts]) => {
    const metrics = Object.entries(permissionMetrics(counts, scope));
    return [purpose, Object.fromEntries(metrics.map(([key, m]) => [key, printed(m, analyses.k)]))];
  });
  return { population: scope.population, people: all.people, excluded: {}, body: Object.fromEntries(purposes) };
}

async function pressure(asked: Asked): Promise<Made> {
  const { ports, context, period, analyses } = asked;
  const { values } = await askAll(ports.vaults, 'touch.histogram', period, context);
  const scope = { as_of: period.until, population: 'people with any marketing contact, over all units' };
  const parts = values.map(({ rows }) => rows);
  const most = Math.min(...(values[0]?.caps ?? []).map((cap) => cap.most));
  const cap = Number.isFinite(most) ? most : 0;
  const { over_cap_share } = pressureMetrics(parts, cap, scope);
  const { as_of, ...contacts } = spreadOf(parts, scope, analyses.k);
  const body = {
    cap: Number.isFinite(most) ? most : null,
    contacts: { ...contacts, n: contacts.n < analyses.k ? null : contacts.n },
    over_cap_share: printed(over_cap_share, analyses.k),
  };
  return { population: scope.population, people: contacts.n, excluded: {}, body };
}

async function satisfied(asked: Asked): Promise<Made> {
  const { ports, context, period, analyses, survey } = asked;
  if (survey === undefined)
    throw new Refusal('invalid', 'which survey?', [{ path: '/query/survey', message: 'names a survey' }]);
  const { values } = await askAll(ports.vaults, 'survey.scores', { survey, ...period }, context);
  const scores = values.flat().flatMap(({ value, n }) => Array.from({ length: n }, () => value));
  const scope = { as_of: period.until, population: `answers to the survey "${survey}"` };
  const metric = satisfaction(scores, scope);
  const body = { survey, satisfaction: printed(metric, analyses.k) };
  return { population: scope.population, people: scores.length, excluded: {}, body };
}

/** Objectives with their lights, budget against actual, adoption. */
async function programme(asked: Asked): Promise<Made> {
  const { book, period, analyses, now } = asked;
  const [all, costs] = await Promise.all([customerCountsOf(asked), costsOf(asked)]);
  const scope = { as_of: period.until, population: countedPopulation(analyses) };
  const metrics = customerMetrics(all.counts, scope);
  const byHand = new Map(
    need(await asked.ports.registry.run('insight.measurements', {}, asked.context)).map((m) => [m.objective, m.value]),
  );
  const shown = (key: keyof typeof metrics): number | null => printed(metrics[key], analyses.k).value;
  const card = scorecard({
    objectives: objectivesIn(book).map((o) => ({
      key: o.key,
      title: o.title,
      target: o.target,
      sense: o.sense,
      due_at: Date.parse(`${o.due}T00:00:00Z`),
      actual: o.metric ? shown(o.metric) : (byHand.get(o.key) ?? null),
      baseline: o.baseline,
    })),
    budget: budgetsIn(book).map((b) => ({
      title: b.title,
      planned: b.planned,
      actual: spent(costs, (c) => c.programme === b.programme),
    })),
    adoption: { active: byHand.get('staff_active') ?? 0, entitled: byHand.get('staff_entitled') ?? 0 },
    now,
  });
  return { population: scope.population, people: all.people, excluded: all.excluded, body: card };
}

export const PROGRAMME_REPORTS: Readonly<Record<string, ReportKind>> = {
  keeping: { title: 'The cost of keeping against winning', make: keeping },
  permissions: { title: 'Opt-in, coverage and withdrawal by purpose', make: permissions },
  pressure: { title: 'Contact pressure', make: pressure },
  satisfaction: { title: 'Satisfaction', make: satisfied },
  programme: { title: 'The programme at a glance', make: programme },
};
