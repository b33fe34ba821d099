import { currentRulebook, decide, readState } from '../consent';
import { pageOfPersons, productRegister, stagesOf } from '../people';
import type { Reader } from '../platform';
import { activeBase } from './base-alarm';
import { type BasketCounts, basketCounts } from './baskets';
import { type CohortCount, cohortCounts } from './cohorts';
import { purchaseIntervals } from './intervals';
import { analysesIn } from './kinds';
import { type CustomerCounts, customerCounts } from './metric-customers';
import type { PermissionCounts } from './metric-programme';
import type { Histogram } from './numeric/histogram';
import { DAY, type Period } from './period';
import { purchasesOf, SLICE, type Slice, sliceOf } from './slice';
import { type StageSpan, stageAt, UNKNOWN_STAGE } from './stages';

/** A slice of a report: what it adds, who was left out, and where the next begins. */
export type Part<T> = { part: T; people: number; excluded: Record<string, number>; after: string | null };

const statistics = (r: Reader, after: string): Slice => {
  const analyses = analysesIn(currentRulebook(r.db))!;
  return sliceOf(r, { after, purpose: analyses.statistics }, analyses.currency);
};

const partOf = <T>({ counted, excluded, after }: Slice, part: T): Part<T> => ({
  part,
  people: counted.length,
  excluded,
  after,
});

export function cohortsPart(r: Reader, i: { after: string; until: number }): Part<CohortCount[]> {
  const slice = statistics(r, i.after);
  return partOf(slice, cohortCounts(purchasesOf(slice.counted), i.until));
}

export function intervalsPart(r: Reader, i: { after: string; until: number }): Part<Histogram> {
  const slice = statistics(r, i.after);
  return partOf(slice, purchaseIntervals(purchasesOf(slice.counted), i.until));
}

/** Recency in days, frequency, margin: without saying whose. */
export type RfmTuple = [recency: number, frequency: number, monetary: number];

export function rfmPart(r: Reader, i: { after: string; until: number }): Part<RfmTuple[]> {
  const slice = statistics(r, i.after);
  const rows = slice.counted.flatMap(({ orders }): RfmTuple[] => {
    const until = orders.filter(({ at }) => at <= i.until);
    const last = until.at(-1);
    const margin = until.reduce((sum, o) => sum + o.margin, 0);
    return last ? [[Math.floor((i.until - last.at) / DAY), until.length, margin]] : [];
  });
  return partOf(slice, rows);
}

export type BasketPart = { products: BasketCounts; needs: BasketCounts };

/** Every order is a basket. By product, and by the need that a product answers first. */
export function basketsPart(r: Reader, i: { after: string; until: number }): Part<BasketPart> {
  const slice = statistics(r, i.after);
  const products = productRegister(currentRulebook(r.db));
  const baskets = slice.counted.flatMap(({ person, orders }) =>
    orders
      .filter(({ at }) => at <= i.until)
      .map(({ lines }) => ({ person, products: lines.map(({ product }) => product) })),
  );
  const spaceOf = (product: string): string | null => products[product]?.spaces[0] ?? null;
  return partOf(slice, { products: basketCounts(baskets), needs: basketCounts(baskets, spaceOf) });
}

export function customersPart(r: Reader, i: { after: string; period: Period }): Part<CustomerCounts> {
  const slice = statistics(r, i.after);
  const window = analysesIn(currentRulebook(r.db))!.active_days * DAY;
  return partOf(slice, customerCounts(purchasesOf(slice.counted), i.period, window));
}

export function basePart(r: Reader, i: { after: string; times: number[] }): Part<number[]> {
  const slice = statistics(r, i.after);
  const window = analysesIn(currentRulebook(r.db))!.active_days * DAY;
  return partOf(
    slice,
    activeBase(purchasesOf(slice.counted), window, i.times).map(({ active }) => active),
  );
}

/** One person's profit by stage of life, without saying whose: income and cost in minor units. */
export type StageTuple = [stage: string, income: number, cost: number];

export function stagesPart(r: Reader, i: { after: string; until: number }): Part<StageTuple[][]> {
  const slice = statistics(r, i.after);
  const people = slice.counted.flatMap(({ person, orders }) => {
    const spans = stagesOf(r, person).map(
      (s): StageSpan => ({ person, stage: s.stage, from: s.from_at, until: s.until_at }),
    );
    const byStage = new Map<string, StageTuple>();
    for (const { at, margin } of orders.filter((o) => o.at <= i.until)) {
      const stage = stageAt(spans, at);
      const known = byStage.get(stage) ?? [stage, 0, 0];
      byStage.set(stage, margin >= 0 ? [stage, known[1] + margin, known[2]] : [stage, known[1], known[2] - margin]);
    }
    return byStage.size > 0 ? [[...byStage.values()]] : [];
  });
  return partOf(slice, people);
}

/**
 * The tuples as `stageReport` takes them: a made-up name for each person, and for each stage a made-up time, so that no
 * real time has to leave a vault.
 */
export function stageInput(people: readonly (readonly StageTuple[])[]) {
  const stages = [...new Set(people.flat().map(([stage]) => stage))];
  const timeOf = (stage: string): number => stages.indexOf(stage);
  const each = people.flatMap((own, n) => own.map((tuple) => ({ person: `p${n}`, tuple })));
  return {
    spans: each
      .filter(({ tuple: [stage] }) => stage !== UNKNOWN_STAGE)
      .map(({ person, tuple: [stage] }) => ({ person, stage, from: timeOf(stage), until: timeOf(stage) + 1 })),
    entries: each.flatMap(({ person, tuple: [stage, income, cost] }) => [
      { person, at: timeOf(stage), amount: income },
      { person, at: timeOf(stage), amount: -cost },
    ]),
    as_of: stages.length,
  };
}

/** Counts of consent itself need no purpose of their own: it is accountability (GDPR Art. 5(2)). */
export function permissionsPart(
  r: Reader,
  i: { after: string; period: Period },
): Part<Record<string, PermissionCounts>> {
  const book = currentRulebook(r.db);
  const purposes = Object.values(book.purposes).filter((p) => !p.archived && p.basis === 'consent');
  const page = pageOfPersons(r, i.after, SLICE);
  const part = Object.fromEntries(purposes.map((p) => [p.key, noPermissions()]));
  for (const { id } of page) {
    const state = readState(r.db, id);
    for (const { key } of purposes) {
      const acts = (state?.acts ?? []).filter((a) => a.p === key);
      const isGranted = decide(book, state, { purpose: key }, r.now).reason === 'granted';
      const left = acts.some((a) => a.s === 'withdrawn' && a.at >= i.period.from && a.at < i.period.until);
      const counts = part[key]!;
      counts.persons++;
      counts.asked += acts.length > 0 ? 1 : 0;
      counts.decided += acts.some((a) => a.s !== 'requested') ? 1 : 0;
      counts.granted += isGranted ? 1 : 0;
      counts.withdrawn += left ? 1 : 0;
      counts.ever_granted += isGranted || left ? 1 : 0;
    }
  }
  const after = page.length < SLICE ? null : page.at(-1)!.id;
  return { part, people: page.length, excluded: {}, after };
}

const noPermissions = (): PermissionCounts => ({
  persons: 0,
  asked: 0,
  decided: 0,
  granted: 0,
  ever_granted: 0,
  withdrawn: 0,
});

export function mergePermissions(parts: readonly Record<string, PermissionCounts>[]): Record<string, PermissionCounts> {
  const merged: Record<string, PermissionCounts> = {};
  for (const [key, counts] of parts.flatMap((part) => Object.entries(part))) {
    const known = merged[key] ?? noPermissions();
    merged[key] = {
      persons: known.persons + counts.persons,
      asked: known.asked + counts.asked,
      decided: known.decided + counts.decided,
      granted: known.granted + counts.granted,
      ever_granted: known.ever_granted + counts.ever_granted,
      withdrawn: known.withdrawn + counts.withdrawn,
    };
  }
  return merged;
}
