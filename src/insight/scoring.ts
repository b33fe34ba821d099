import { currentRulebook, decide, readState } from '../consent';
import { personById } from '../identity';
import { attributesOfMany, fieldOf, ordersOf, writeScore } from '../people';
import type { Reader, Wire, Writer } from '../platform';
import type { BgNbd } from './bgnbd';
import { aliveOf, conditionalExpectation, projector } from './expectation';
import { valuedOf } from './fit';
import type { GammaGamma } from './gamma-gamma';
import { type Analyses, analysesIn } from './kinds';
import { type Valued, valuer, WEEKS_PER_MONTH } from './lifetime-value';
import { groupOf, type Relation, relationOf, type Thresholds } from './loyalty-profit';
import { type Counted, purchasesOf, question, sliceOf } from './slice';
import { type Customer, summarise } from './summary';

/** What scoring needs of a fitted model. `spend` is null where there is none: then nothing has a value. */
export type ScoreModel = {
  id: string;
  purchases: BgNbd;
  spend: GammaGamma | null;
  /** Share of spending that is margin. */
  margin: number;
  /** The moment up to which purchases count. */
  as_of: number;
};

export type Scored = {
  person: string;
  customer: Customer;
  relation: Relation;
  expected_purchases: number;
  /** Null for one-time buyers, of whom the model can't say anything. */
  alive: number | null;
  /** Expected margin within the months ahead, minor units; null without a spend model. */
  value: number | null;
};

/** Values everybody of a slice who has bought something. Builds the costly tables once. */
export function scorer(model: ScoreModel, analyses: Analyses): (counted: readonly Counted[]) => Scored[] {
  const ahead = { periods: analyses.months, weeksPerPeriod: WEEKS_PER_MONTH, discount: analyses.discount };
  const worth = model.spend && valuer(model.purchases, model.spend, { ...ahead, margin: model.margin });
  const lifetime = projector(model.purchases, analyses.horizon_weeks);
  const weeks = analyses.months * WEEKS_PER_MONTH;
  return (counted) => {
    const customers = summarise(purchasesOf(counted), model.as_of);
    return counted.flatMap(({ person, orders }) => {
      const customer = customers.get(person);
      if (!customer) return [];
      const value = worth ? worth(customer) : null;
      const past = orders.filter(({ at }) => at <= model.as_of).reduce((sum, { margin }) => sum + margin, 0);
      const alive = aliveOf(model.purchases, customer);
      const relation = relationOf({
        id: person,
        margin_to_date: past,
        expected_margin: value ?? 0,
        lifetime: lifetime(customer),
      });
      const expected_purchases = conditionalExpectation(model.purchases, customer, weeks);
      return [
        { person, customer, relation, expected_purchases, alive: alive.artefact ? null : alive.probability, value },
      ];
    });
  };
}

export type RelationPart = {
  /** Profit and projected lifetime, without saying whose. */
  rows: [profit: number, lifetime: number][];
  /** Histories without names: those who bought once are counted together. */
  customers: Valued[];
  /** Probabilities of being active, where the model can tell. */
  alive: number[];
  excluded: Record<string, number>;
  after: string | null;
};

/** One slice of the matrix of loyalty and profit. */
export function relationPart(r: Reader, i: { after: string; model: ScoreModel }): RelationPart {
  const analyses = analysesIn(currentRulebook(r.db))!;
  const slice = sliceOf(r, { after: i.after, purpose: analyses.profiling }, analyses.currency);
  const scored = scorer(i.model, analyses)(slice.counted);
  return {
    rows: scored.map(({ relation }) => [relation.profit, relation.lifetime]),
    customers: valuedOf(scored.map(({ customer }) => customer)),
    alive: scored.flatMap(({ alive }) => alive ?? []),
    excluded: slice.excluded,
    after: slice.after,
  };
}

export type ScorePart = { scored: number; dropped: number; after: string | null };

/** Scores one slice. Everybody is decided again in this transaction, by the store that takes the score. */
export function scorePart(
  w: Writer,
  i: { after: string; model: ScoreModel; thresholds: Thresholds | null },
): ScorePart {
  const book = currentRulebook(w.db);
  const analyses = analysesIn(book)!;
  const slice = sliceOf(w, { after: i.after, purpose: analyses.profiling }, analyses.currency);
  let [scored, dropped] = [0, 0];
  for (const one of scorer(i.model, analyses)(slice.counted)) {
    const kept = writeScores(w, analyses, one, i);
    if (kept) scored++;
    else dropped++;
  }
  const data = { model: i.model.id, scored, dropped };
  w.audit('insight.scored', { purpose: analyses.profiling, data });
  return { scored, dropped, after: slice.after };
}

type ScoreOf = { model: ScoreModel; thresholds: Thresholds | null };

function writeScores(w: Writer, analyses: Analyses, one: Scored, { model, thresholds }: ScoreOf): boolean {
  const { scores, profiling } = analyses;
  const values: [key: string | undefined, value: Wire][] = [
    [scores.value, one.value],
    [scores.expected_purchases, one.expected_purchases],
    [scores.alive, one.alive],
    [scores.group, thresholds && groupOf(one.relation, thresholds)],
  ];
  const how = { purpose: profiling, source: `model:${model.id}`, computed_at: w.now };
  const stored = values.flatMap(([key, value]) =>
    key === undefined || value === null ? [] : [writeScore(w, one.person, key, inType(w, key, value), how).stored],
  );
  return stored.length > 0 && stored.every(Boolean);
}

/** A field of whole numbers takes a whole number. */
const inType = (r: Reader, key: string, value: Wire): Wire =>
  typeof value === 'number' && fieldOf(currentRulebook(r.db), key)?.type === 'integer' ? Math.round(value) : value;

/** Removes the scores of a person whom the profiling purpose doesn't allow any more. Answers which there were. */
export function unscore(w: Writer, person: string): string[] {
  const book = currentRulebook(w.db);
  const analyses = analysesIn(book);
  if (!analyses || decide(book, readState(w.db, person), question(analyses.profiling), w.now).allowed) return [];
  const keys = Object.values(analyses.scores).filter((key) => key !== undefined);
  const held = (attributesOfMany(w, [person], keys).get(person) ?? []).map((a) => a.field);
  const how = { purpose: analyses.profiling, source: 'insight' };
  for (const key of held) {
    // The store decides again, finds the no, and deletes what there is: the value that is offered is never kept.
    const field = fieldOf(book, key)!;
    writeScore(w, person, key, field.values?.[0] ?? Math.max(0, field.min ?? 0), how);
  }
  return held;
}

/** Why a person has the scores that they have, or has none. */
export type Explained = {
  allowed: boolean;
  reason: string;
  record: string | null;
  model: string;
  as_of: string;
  /** What the model looked at: repeat purchase days, weeks to the last of them, weeks since the first. */
  history: { repeat_purchases: number; last: number; age: number; mean_spend: number } | null;
  expected_purchases: number | null;
  alive: { probability: number | null; because: string | null };
  value: number | null;
  margin_to_date: number | null;
  group: string | null;
  thresholds: Thresholds | null;
};

/** Explains one person's scores; without permission nothing of the person is looked at. The look is written down. */
export function explainScore(
  w: Writer,
  i: { person: string; model: ScoreModel; thresholds: Thresholds | null },
): Explained {
  const book = currentRulebook(w.db);
  const analyses = analysesIn(book)!;
  const { allowed, reason, record } = decide(book, readState(w.db, i.person), question(analyses.profiling), w.now);
  const orders = allowed
    ? ordersOf(w, i.person).filter((o) => o.status === 'paid' && o.currency === analyses.currency)
    : [];
  const one = scorer(i.model, analyses)([{ person: i.person, orders }])[0];
  w.audit('insight.explained', {
    person: i.person,
    purpose: analyses.profiling,
    keyed: isKeyed(w, i.person),
    outcome: reason,
  });
  return {
    allowed,
    reason,
    record: record ?? null,
    model: i.model.id,
    as_of: new Date(i.model.as_of).toISOString(),
    history: one ? historyOf(one) : null,
    expected_purchases: one?.expected_purchases ?? null,
    alive: {
      probability: one?.alive ?? null,
      because: one && one.alive === null ? 'bought once: the model can not tell' : null,
    },
    value: one?.value ?? null,
    margin_to_date: one ? one.relation.profit - (one.value ?? 0) : null,
    group: one && i.thresholds ? groupOf(one.relation, i.thresholds) : null,
    thresholds: i.thresholds,
  };
}

const isKeyed = (r: Reader, person: string): boolean => personById(r.db, person)?.keyed === 1;

const historyOf = ({ customer: { x, tx, T, mean } }: Scored) => ({
  repeat_purchases: x,
  last: tx,
  age: T,
  mean_spend: mean,
});
