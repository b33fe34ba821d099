import { type Correlation, correlate } from './diagnostics';
import { hiddenPlaces } from './hide';
import { median, ratio } from './numeric/statistics';

/** A customer as Reinartz & Kumar see one (Harvard Business Review, July 2002). */
export type Relation = {
  id: string;
  /** Margin to date plus expected margin: the whole, never the present stage of life alone. */
  profit: number;
  /** Projected duration, e.g. `expectedActiveWeeks`. */
  lifetime: number;
  /** Share of the customer's spending in the category that is ours, 0–1; null where not known. */
  share_of_wallet: number | null;
};

/** A customer from past and expected margin: a student who costs now and will bring much is not a stranger. */
export function relationOf(of: {
  id: string;
  margin_to_date: number;
  expected_margin: number;
  lifetime: number;
  share_of_wallet?: number | null;
}): Relation {
  const profit = of.margin_to_date + of.expected_margin;
  return { id: of.id, profit, lifetime: of.lifetime, share_of_wallet: of.share_of_wallet ?? null };
}

export type RelationGroup = 'true_friend' | 'butterfly' | 'barnacle' | 'stranger';

/** The article gives no cut-offs, so they are configuration and stand in the report. */
export type RelationRule = {
  profit: 'median' | number;
  lifetime: 'median' | number;
  /** Where a customer exactly on a threshold belongs. */
  ties: 'high' | 'low';
  /** Barnacles below this share of wallet buy elsewhere too. */
  low_share_of_wallet: number;
};

export const RELATION_RULE: RelationRule = {
  profit: 'median',
  lifetime: 'median',
  ties: 'high',
  low_share_of_wallet: 0.5,
};

export type Thresholds = { profit: number; lifetime: number; ties: 'high' | 'low' };

/** What to do for each group, after the article. */
export const ADVICE: { [G in RelationGroup]: string } = {
  true_friend: 'Communicate consistently but not too often; build loyalty of attitude and behaviour; delight them.',
  butterfly:
    'Satisfy each transaction, do not seek loyalty; sell while they are active and stop investing soon enough.',
  barnacle: 'Measure purse and share of wallet: small share, sell more or other things; small purse, control the cost.',
  stranger: 'Do not invest in the relationship; make a profit on every transaction.',
};

/** Thresholds as numbers; null for nobody. */
export function thresholdsOf(relations: readonly Relation[], rule: RelationRule): Thresholds | null {
  const cut = (by: 'profit' | 'lifetime'): number | null => {
    const set = rule[by];
    return set === 'median' ? median(relations.map((relation) => relation[by])) : set;
  };
  const [profit, lifetime] = [cut('profit'), cut('lifetime')];
  return profit === null || lifetime === null ? null : { profit, lifetime, ties: rule.ties };
}

/** The group of one customer. */
export function groupOf({ profit, lifetime }: Pick<Relation, 'profit' | 'lifetime'>, by: Thresholds): RelationGroup {
  const isHigh = (value: number, cut: number): boolean => value > cut || (value === cut && by.ties === 'high');
  if (isHigh(profit, by.profit)) return isHigh(lifetime, by.lifetime) ? 'true_friend' : 'butterfly';
  return isHigh(lifetime, by.lifetime) ? 'barnacle' : 'stranger';
}

export type BarnacleAdvice = 'sell_more' | 'control_cost' | 'measure_wallet';

/** Which of the two things to do with one barnacle. */
export function barnacleAdvice(share: number | null, rule: RelationRule): BarnacleAdvice {
  if (share === null) return 'measure_wallet';
  return share < rule.low_share_of_wallet ? 'sell_more' : 'control_cost';
}

export type RelationRow = {
  group: RelationGroup;
  /** Null: hidden, fewer than k or needed to hide another. */
  customers: number | null;
  profit: number | null;
  share_of_profit: number | null;
  advice: string;
  /** Barnacles only, and only where shown. */
  barnacles: { [A in BarnacleAdvice]: number | null } | null;
};

export type RelationReport = {
  as_of: number;
  n: number;
  k: number;
  rule: RelationRule;
  thresholds: Thresholds | null;
  groups: RelationRow[];
  /** Between projected lifetime and profit. */
  correlation: Correlation;
  /** What the interval of the correlation allows to say. */
  finding: 'positive' | 'negative' | 'none_shown' | 'too_few';
};

const GROUPS = Object.keys(ADVICE) as RelationGroup[];

/** Four groups with their profit, and the correlation of loyalty and profit: shown, never assumed. */
export function relationReport(of: {
  relations: readonly Relation[];
  rule: RelationRule;
  k: number;
  as_of: number;
}): RelationReport {
  const { relations, rule, k, as_of } = of;
  const thresholds = thresholdsOf(relations, rule);
  const members = GROUPS.map((group) => relations.filter((r) => thresholds && groupOf(r, thresholds) === group));
  const hidden = hiddenPlaces(
    members.map((group) => group.length),
    k,
  );
  const total = profitOf(relations);
  const groups = GROUPS.map((group, i) =>
    rowOf({ group, members: members[i]!, isHidden: hidden.has(i), total, rule, k }),
  );
  const correlation = correlate(
    relations.map(({ lifetime }) => lifetime),
    relations.map(({ profit }) => profit),
  );
  return { as_of, n: relations.length, k, rule, thresholds, groups, correlation, finding: findingOf(correlation) };
}

const profitOf = (relations: readonly Relation[]): number => relations.reduce((sum, { profit }) => sum + profit, 0);

function rowOf(of: {
  group: RelationGroup;
  members: readonly Relation[];
  isHidden: boolean;
  total: number;
  rule: RelationRule;
  k: number;
}): RelationRow {
  const { group, members, isHidden, total, rule, k } = of;
  const advice = ADVICE[group];
  if (isHidden) return { group, customers: null, profit: null, share_of_profit: null, advice, barnacles: null };
  const profit = profitOf(members);
  const barnacles = group === 'barnacle' ? barnacleCounts(members, rule, k) : null;
  return { group, customers: members.length, profit, share_of_profit: ratio(profit, total), advice, barnacles };
}

function barnacleCounts(members: readonly Relation[], rule: RelationRule, k: number): RelationRow['barnacles'] {
  const all = ['sell_more', 'control_cost', 'measure_wallet'] as const;
  const counts = all.map((advice) => members.filter((m) => barnacleAdvice(m.share_of_wallet, rule) === advice).length);
  const hidden = hiddenPlaces(counts, k);
  const shown = (i: number): number | null => (hidden.has(i) ? null : counts[i]!);
  return { sell_more: shown(0), control_cost: shown(1), measure_wallet: shown(2) };
}

function findingOf({ interval }: Correlation): RelationReport['finding'] {
  if (interval === null) return 'too_few';
  return interval[0] > 0 ? 'positive' : interval[1] < 0 ? 'negative' : 'none_shown';
}
