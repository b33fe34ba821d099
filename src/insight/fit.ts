import { type BgNbd, type Fit, fitBgNbd } from './bgnbd';
import { type Diagnostics, diagnose } from './diagnostics';
import { fitGammaGamma, type GammaGamma } from './gamma-gamma';
import type { Purchase } from './history';
import { dailyRepeats, type Holdout, holdoutCounts, holdoutOf, type TrackingPoint, trackingOf } from './holdout';
import {
  lifetimeValue,
  MODEL_VERSION,
  type Valued,
  type ValueEstimate,
  type ValueModel,
  type ValueQuestion,
  YEAR,
} from './lifetime-value';
import { DAY, WEEK } from './period';
import { type Count, countSpends, countSummaries, endOf, type SpendCount, summarise } from './summary';

/** What vaults return for a fit: counts only, nobody's name. */
export type FitInput = {
  counts: readonly Count[];
  spends: readonly SpendCount[];
  as_of: number;
  /** Rows of fewer people are hidden. */
  k: number;
};

export type LifetimeModel = {
  model: typeof MODEL_VERSION;
  as_of: number;
  purchases: Fit<BgNbd>;
  /** Null where there is too little repeat spending; `diagnostics.warnings` says so. */
  spend: Fit<GammaGamma> | null;
  diagnostics: Diagnostics;
};

export type ModelResult = { ok: true; model: LifetimeModel } | { ok: false; problems: string[] };

/** Fits both models to counts. Only people whose profiling purpose allows it may be in them: the caller decides that. */
export function fitModel({ counts, spends, as_of, k }: FitInput): ModelResult {
  const purchases = fitBgNbd(counts);
  if (!purchases.ok) return purchases;
  const spend = fitGammaGamma(spends);
  const diagnostics = diagnose(purchases.fit.params, counts, spends, k);
  const unsure = [
    ...(purchases.fit.converged && purchases.fit.covariance ? [] : ['the purchase parameters are not identified']),
    ...(spend.ok ? [] : spend.problems.map((problem) => `no spend model: ${problem}`)),
    ...(spend.ok && spend.fit.params.q <= 1 ? ['the spend model has no mean (q ≤ 1): no values'] : []),
  ];
  const warnings = [...diagnostics.warnings, ...unsure];
  const fits = { purchases: purchases.fit, spend: spend.ok ? spend.fit : null };
  return { ok: true, model: { model: MODEL_VERSION, as_of, ...fits, diagnostics: { ...diagnostics, warnings } } };
}

/** The two fits as `lifetimeValue` takes them; null without a spend model. */
export function valueModelOf({ purchases, spend }: LifetimeModel): ValueModel | null {
  return spend === null ? null : { purchases, spend };
}

export type HistoryQuestion = {
  purchases: readonly Purchase[];
  /** Last day of calibration, milliseconds UTC; what follows is the holdout. Default: everything is fitted. */
  cut?: number;
  /** Rows of fewer people are hidden; 1 for a file of one's own. */
  k: number;
  /** What the values are to mean; default a year, all spend margin. */
  question?: ValueQuestion;
};

export type HistoryReport = LifetimeModel & {
  /** Value of all customers together (customer equity). */
  equity: ValueEstimate | null;
  holdout: (Holdout & { tracking: TrackingPoint[] }) | null;
};

/** `avow insight fit <file>`: fit, value and, with a cut, the test against what followed. */
export function fitHistory(
  of: HistoryQuestion,
): { ok: true; report: HistoryReport } | { ok: false; problems: string[] } {
  const until = endOf(of.purchases);
  if (until === null) return { ok: false, problems: ['no purchases'] };
  const cut = Math.min(of.cut ?? until, until);
  const customers = [...summarise(of.purchases, cut).values()];
  const [counts, spends] = [countSummaries(customers), countSpends(customers)];
  const fitted = fitModel({ counts, spends, as_of: cut, k: of.k });
  if (!fitted.ok) return fitted;
  const values = valueModelOf(fitted.model);
  const equity = values && lifetimeValue(values, valuedOf(customers), of.question ?? { ...YEAR, margin: 1 });
  const holdout = until - cut >= WEEK ? holdoutReport(fitted.model.purchases.params, of, cut, until) : null;
  return { ok: true, report: { ...fitted.model, equity, holdout } };
}

/** One-time buyers of one age are worth the same, so they are counted together. */
export function valuedOf(customers: readonly Valued[]): Valued[] {
  const once = countSummaries(customers.filter(({ x }) => x === 0)).map((count) => ({ ...count, mean: 0 }));
  return [...once, ...customers.filter(({ x }) => x > 0)];
}

function holdoutReport(
  params: BgNbd,
  { purchases, k }: HistoryQuestion,
  cut: number,
  until: number,
): HistoryReport['holdout'] {
  const counts = holdoutCounts(purchases, cut, until);
  const weeks = Math.round((until - cut) / DAY) / 7;
  const tracking = trackingOf(params, counts, dailyRepeats(purchases, cut, until));
  return { ...holdoutOf(params, counts, weeks, k), tracking };
}
