import type { Rulebook } from '../consent';
import type { CostEntry } from '../people';
import { type CallContext, need, Refusal } from '../platform';
import { ALARM_RULE, type BasePoint, baseReport } from './base-alarm';
import { affinities, mergeBasketCounts } from './baskets';
import { mergeCohorts, retentionCurves } from './cohorts';
import { mergePermissions, type Part, stageInput } from './counted-reports';
import { type InsightVaults, gathered, relationsOf } from './gather';
import { hideSmall } from './hide';
import { summariseIntervals } from './intervals';
import { type Analyses, analysesIn, budgetsIn, objectivesIn } from './kinds';
import { hideMetric, METRICS, type Metric, type Scope, spreadOf } from './metric';
import { customerMetrics, keepOrWin, mergeCustomerCounts } from './metric-customers';
import { permissionMetrics, pressureMetrics, satisfaction } from './metric-programme';
import { METRIC_SQL } from './metric-sql';
import { mergeHistograms } from './numeric/histogram';
import { DAY, type Period } from './period';
import type { StoredModel } from './registry-operations';
import { rfmCuts, rfmTable } from './rfm';
import type { InsightPorts } from './routes.ports';
import { type Budget, type Objective, scorecard } from './scorecard';
import type { ScoreModel } from './scoring';
import { stageReport } from './stages';

/** What a report is asked for. */
export type Asked = { period: Period; now: number; survey?: string };
type Reported = { population: string; excluded: Record<string, number>; people: number; body: unknown };
type Report = (ports: InsightPorts, of: { book: Rulebook; analyses: Analyses; asked: Asked; context: CallContext }) => Promise<Reported>;

const who = (a: Analyses): string => `people whose purpose "${a.statistics}" allows it, in ${a.currency}`;

/** A report that adds up slices over `until`. */
const summed =
  <T>(
    op: (vaults: InsightVaults, after: string, at: number, asked: Asked, context: CallContext, index: number) => never,
    _shape: (parts: T[]) => unknown,
  ): never => {
    throw new Error(`${op}`);
  };
void summed;
