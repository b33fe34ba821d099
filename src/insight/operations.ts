import { currentRulebook } from '../consent';
import { action, type Ops, query, type Reader, Refusal, trusted } from '../platform';
import {
  basePart,
  basketsPart,
  cohortsPart,
  customersPart,
  intervalsPart,
  permissionsPart,
  rfmPart,
  stagesPart,
} from './counted-reports';
import { type FitSlice, fitPart } from './counting';
import { analysesIn } from './kinds';
import type { Thresholds } from './loyalty-profit';
import type { Period } from './period';
import { explainScore, relationPart, type ScoreModel, scorePart } from './scoring';
import { fieldsPart } from './stored-fields';

/** Every operation here is for one slice; the edge asks until there is none left. */
const counted = <I extends { after: string }, O>(count: (r: Reader, i: I) => O) => {
  return (r: Reader, i: I): O => {
    if (!analysesIn(currentRulebook(r.db)))
      throw new Refusal('precondition_failed', 'declare first how analyses are made: PUT /v1/analyses/main');
    return count(r, i);
  };
};

type Until = { after: string; until: number };

/** The insight room's operations in a vault: counts of those who allow it, a slice at a time. */
export const insightOps = {
  'insight.counts': query(trusted<FitSlice>(), counted(fitPart)),
  'insight.relations': query(trusted<{ after: string; model: ScoreModel }>(), counted(relationPart)),
  'insight.score': action(trusted<{ after: string; model: ScoreModel; thresholds: Thresholds | null }>(), scorePart),
  'insight.explain': action(
    trusted<{ person: string; model: ScoreModel; thresholds: Thresholds | null }>(),
    explainScore,
  ),
  'report.fields': query(trusted<{ after: string }>(), fieldsPart),
  'report.cohorts': query(trusted<Until>(), counted(cohortsPart)),
  'report.intervals': query(trusted<Until>(), counted(intervalsPart)),
  'report.rfm': query(trusted<Until>(), counted(rfmPart)),
  'report.baskets': query(trusted<Until>(), counted(basketsPart)),
  'report.customers': query(trusted<{ after: string; period: Period }>(), counted(customersPart)),
  'report.base': query(trusted<{ after: string; times: number[] }>(), counted(basePart)),
  'report.stages': query(trusted<Until>(), counted(stagesPart)),
  'report.permissions': query(trusted<{ after: string; period: Period }>(), permissionsPart),
} satisfies Ops;
