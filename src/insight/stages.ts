import { hiddenPlaces } from './hide';

/** A stage of life that a person told us, from one time (inclusive) to another (exclusive; null: still). */
export type StageSpan = { person: string; stage: string; from: number; until: number | null };

/** Margin of a sale (positive) or a cost of serving (negative), in one currency. */
export type ProfitEntry = { person: string; at: number; amount: number };

export type StageRow = {
  /** `unknown`: no stage was on record; null: several small stages together. */
  stage: string | null;
  stages: string[];
  persons: number | null;
  income: number | null;
  cost: number | null;
  profit: number | null;
};

export type StageReport = {
  as_of: number;
  k: number;
  rows: StageRow[];
  persons: number;
  /** The sum of the rows; null where one is hidden, which it would give away. */
  profit: number | null;
  /** People who cost more than they brought in some stage. */
  loss_making: number | null;
  /** Those of them who brought a profit over all stages so far: the stage alone would have sent them away. */
  carried: number | null;
};

export const UNKNOWN_STAGE = 'unknown';

/** Stage of a person at a time. Of spans that overlap, the one that began last counts. */
export function stageAt(spans: readonly StageSpan[], at: number): string {
  const open = spans.filter(({ from, until }) => from <= at && (until === null || at < until));
  return (
    open.reduce<StageSpan | null>((last, span) => (last && last.from >= span.from ? last : span), null)?.stage ??
    UNKNOWN_STAGE
  );
}

type Tally = { stages: string[]; persons: Set<string>; income: number; cost: number };

/** Profit and loss by stage and in total, and how far later stages pay for earlier ones. */
export function stageReport(of: {
  entries: readonly ProfitEntry[];
  spans: readonly StageSpan[];
  k: number;
  as_of: number;
}): StageReport {
  const entries = of.entries.filter(({ at }) => at <= of.as_of);
  const { tallies, byPerson } = tallied(entries, of.spans);
  const persons = byPerson.size;
  const losing = [...byPerson.values()].filter((stages) => [...stages.values()].some((profit) => profit < 0));
  const carried = losing.filter((stages) => sum([...stages.values()]) >= 0).length;
  const shown = (n: number): number | null => (n > 0 && n < of.k ? null : n);
  const rows = pooled(tallies, of.k).map((tally) => rowOf(tally, of.k));
  const isWhole = rows.every((row) => row.persons !== null);
  const profit = isWhole ? sum(entries.map(({ amount }) => amount)) : null;
  return {
    as_of: of.as_of,
    k: of.k,
    rows,
    persons,
    profit,
    loss_making: shown(losing.length),
    carried: losing.length >= of.k ? shown(carried) : null,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function tallied(entries: readonly ProfitEntry[], spans: readonly StageSpan[]) {
  const spansOf = new Map<string, StageSpan[]>();
  for (const span of spans) {
    const own = spansOf.get(span.person);
    if (own) own.push(span);
    else spansOf.set(span.person, [span]);
  }
  const tallies = new Map<string, Tally>();
  const byPerson = new Map<string, Map<string, number>>();
  for (const { person, at, amount } of entries) {
    const stage = stageAt(spansOf.get(person) ?? [], at);
    const tally = tallies.get(stage) ?? { stages: [stage], persons: new Set<string>(), income: 0, cost: 0 };
    tallies.set(stage, tally);
    tally.persons.add(person);
    if (amount >= 0) tally.income += amount;
    else tally.cost -= amount;
    const own = byPerson.get(person) ?? new Map<string, number>();
    byPerson.set(person, own.set(stage, (own.get(stage) ?? 0) + amount));
  }
  return { tallies: [...tallies.values()], byPerson };
}

/** Stages with few people become one row, so that the table still sums to the total. */
function pooled(tallies: readonly Tally[], k: number): Tally[] {
  const hidden = hiddenPlaces(
    tallies.map(({ persons }) => persons.size),
    k,
  );
  const large = tallies.filter((_, i) => !hidden.has(i));
  const small = tallies.filter((_, i) => hidden.has(i));
  const together = (p: Tally, q: Tally): Tally => ({
    stages: [...p.stages, ...q.stages],
    persons: new Set([...p.persons, ...q.persons]),
    income: p.income + q.income,
    cost: p.cost + q.cost,
  });
  return small.length > 0 ? [...large, small.reduce(together)] : large;
}

function rowOf({ stages, persons, income, cost }: Tally, k: number): StageRow {
  const stage = stages.length === 1 ? stages[0]! : null;
  if (persons.size < k) return { stage, stages, persons: null, income: null, cost: null, profit: null };
  return { stage, stages, persons: persons.size, income, cost, profit: income - cost };
}
