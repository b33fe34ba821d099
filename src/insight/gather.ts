import { type CallContext, everyVault, need, type Result, type Vaults } from '../platform';
import type { Part } from './counted-reports';
import { dailyOf, type FitPart } from './counting';
import { type FitInput, fitModel, type LifetimeModel } from './fit';
import { type Holdout, holdoutOf, type TrackingPoint, trackingOf } from './holdout';
import type { Analyses } from './kinds';
import type { Valued } from './lifetime-value';
import { type RelationReport, relationReport, type Thresholds, thresholdsOf } from './loyalty-profit';
import type { insightOps } from './operations';
import { DAY, dayOf, WEEK } from './period';
import type { ScoreModel } from './scoring';
import { mergeCounts, mergeSpendCounts } from './summary';

export type InsightVaults = Vaults<typeof insightOps>;
type InsightVault = ReturnType<InsightVaults['at']>;

/** Asks all vaults at once, each slice by slice, and answers all slices in the order of the vaults. */
export async function allSlices<P extends { after: string | null }>(
  vaults: InsightVaults,
  read: (vault: InsightVault, after: string) => Promise<Result<P>>,
): Promise<P[]> {
  const ofOne = async (vault: InsightVault): Promise<P[]> => {
    const parts: P[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const part: P = need(await read(vault, after));
      parts.push(part);
      after = part.after;
    }
    return parts;
  };
  return (await Promise.all(everyVault(vaults).map(ofOne))).flat();
}

/** Reasons and numbers of several slices as one. */
export function addReasons(parts: readonly { excluded: Record<string, number> }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [reason, n] of parts.flatMap(({ excluded }) => Object.entries(excluded)))
    sums[reason] = (sums[reason] ?? 0) + n;
  return sums;
}

/** A report's slices together: their parts, how many people are in them, and who was left out. */
export async function gathered<T>(
  vaults: InsightVaults,
  read: (vault: InsightVault, after: string) => Promise<Result<Part<T>>>,
): Promise<{ parts: T[]; people: number; excluded: Record<string, number> }> {
  const slices = await allSlices(vaults, read);
  return {
    parts: slices.map(({ part }) => part),
    people: slices.reduce((sum, { people }) => sum + people, 0),
    excluded: addReasons(slices),
  };
}

export type Fitted = {
  model: LifetimeModel;
  people: number;
  margin: number;
  excluded: Record<string, number>;
  holdout: (Holdout & { tracking: TrackingPoint[] }) | null;
};

/** Fits over all vaults; the counts travel, nobody's purchases do. The fit itself runs off every writer. */
export async function fitEverybody(
  vaults: InsightVaults,
  of: { cut: number; until: number; k: number },
  context: CallContext,
): Promise<{ ok: true; fitted: Fitted } | { ok: false; problems: string[] }> {
  const { cut, until, k } = of;
  const parts = await allSlices<FitPart>(vaults, (vault, after) =>
    vault.run('insight.counts', { after, cut, until }, context),
  );
  const sum = (by: 'people' | 'revenue' | 'margin'): number => parts.reduce((total, part) => total + part[by], 0);
  const input: FitInput = {
    counts: mergeCounts(parts.map((p) => p.counts)),
    spends: mergeSpendCounts(parts.map((p) => p.spends)),
    as_of: cut,
    k,
  };
  const result = fitModel(input);
  if (!result.ok) return result;
  const revenue = sum('revenue');
  const margin = revenue > 0 ? sum('margin') / revenue : 0;
  const { model } = result;
  const holdout = until - cut >= WEEK ? tested(model, parts, of) : null;
  return { ok: true, fitted: { model, people: sum('people'), margin, excluded: addReasons(parts), holdout } };
}

function tested(
  model: LifetimeModel,
  parts: readonly FitPart[],
  { cut, until, k }: { cut: number; until: number; k: number },
): Fitted['holdout'] {
  const counts = parts.flatMap((p) => p.holdout);
  const weeks = Math.round((until - cut) / DAY) / 7;
  const { params } = model.purchases;
  const tracking = trackingOf(params, counts, dailyOf(parts, dayOf(until)));
  return { ...holdoutOf(params, counts, weeks, k), tracking };
}

export type Related = {
  report: RelationReport;
  thresholds: Thresholds | null;
  excluded: Record<string, number>;
  /** Histories without names, and probabilities of being active. */
  customers: Valued[];
  alive: number[];
};

/** The four groups over all vaults, with the thresholds that scoring needs. */
export async function relationsOf(
  vaults: InsightVaults,
  of: { model: ScoreModel; analyses: Analyses },
  context: CallContext,
): Promise<Related> {
  const { model, analyses } = of;
  const slices = await allSlices(vaults, (vault, after) => vault.run('insight.relations', { after, model }, context));
  const relations = slices
    .flatMap(({ rows }) => rows)
    .map(([profit, lifetime], n) => ({ id: `p${n}`, profit, lifetime, share_of_wallet: null }));
  const rule = analyses.relations;
  const report = relationReport({ relations, rule, k: analyses.k, as_of: model.as_of });
  return {
    report,
    thresholds: thresholdsOf(relations, rule),
    excluded: addReasons(slices),
    customers: slices.flatMap((s) => s.customers),
    alive: slices.flatMap((s) => s.alive),
  };
}

/** Writes everybody's scores, slice by slice; each slice decides again. */
export async function scoreEverybody(
  vaults: InsightVaults,
  of: { model: ScoreModel; thresholds: Thresholds | null },
  context: CallContext,
): Promise<{ scored: number; dropped: number }> {
  const slices = await allSlices(vaults, (vault, after) => vault.run('insight.score', { after, ...of }, context));
  const sum = (by: 'scored' | 'dropped'): number => slices.reduce((total, slice) => total + slice[by], 0);
  return { scored: sum('scored'), dropped: sum('dropped') };
}
