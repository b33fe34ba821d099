import { DAY } from './period';

/** What one field of the register costs, and what it brings. Money in one currency, per person. */
export type FieldLedger = {
  field: string;
  /** People for whom it is stored, and for whom it could be. */
  persons: number;
  eligible: number;
  /** To ask for it once, or to buy it. */
  collect: number;
  /** To keep, protect, correct and disclose it for a year. */
  keep: number;
  /** Margin that it brings in a year, as measured against a control group; null: never measured. */
  margin: number | null;
  /** Last use for one of its purposes; null: never used. */
  last_used: number | null;
};

export type DataCostRule = {
  /** Years over which the cost of collecting is spread. */
  years: number;
  /** A field not used for so many days is proposed for deletion. */
  unused_days: number;
};

export const DATA_COST_RULE: DataCostRule = { years: 3, unused_days: 90 };

export type DataAdvice =
  /** It was not used: stop, and delete what there is. */
  | 'delete'
  /** It costs more than it brings. */
  | 'collect_less'
  /** Nobody knows what it brings: measure before collecting more. */
  | 'measure'
  /** It brings more than it costs, and some who could be asked were not. */
  | 'collect_more'
  | 'keep';

export type DataCostRow = {
  field: string;
  persons: number;
  /** Per person and year: keeping plus the share of collecting. */
  cost: number;
  margin: number | null;
  /** Per person and year; null where the margin is not known. */
  net: number | null;
  /** Over all who have it, per year. */
  total_cost: number;
  total_net: number | null;
  advice: DataAdvice;
};

export type DataCostReport = {
  as_of: number;
  rule: DataCostRule;
  rows: DataCostRow[];
  total_cost: number;
  /** Saved per year by following every `delete` and `collect_less`. */
  saving: number;
};

/** Holds each field's cost against its margin. May well say: collect less. */
export function dataCostReport(of: {
  fields: readonly FieldLedger[];
  rule: DataCostRule;
  as_of: number;
}): DataCostReport {
  const rows = of.fields.map((field) => rowOf(field, of.rule, of.as_of)).sort((p, q) => (p.net ?? 0) - (q.net ?? 0));
  const cut = rows.filter(({ advice }) => advice === 'delete' || advice === 'collect_less');
  const saving = cut.reduce(
    (sum, { total_cost, total_net }) => sum + (total_net === null ? total_cost : -total_net),
    0,
  );
  const total_cost = rows.reduce((sum, row) => sum + row.total_cost, 0);
  return { as_of: of.as_of, rule: of.rule, rows, total_cost, saving };
}

function rowOf(ledger: FieldLedger, rule: DataCostRule, now: number): DataCostRow {
  const cost = ledger.keep + ledger.collect / rule.years;
  const isUnused = ledger.last_used === null || now - ledger.last_used > rule.unused_days * DAY;
  const margin = isUnused ? 0 : ledger.margin;
  const net = margin === null ? null : margin - cost;
  return {
    field: ledger.field,
    persons: ledger.persons,
    cost,
    margin,
    net,
    total_cost: cost * ledger.persons,
    total_net: net === null ? null : net * ledger.persons,
    advice: adviceOf({ net, isUnused, hasMore: ledger.persons < ledger.eligible }),
  };
}

function adviceOf({ net, isUnused, hasMore }: { net: number | null; isUnused: boolean; hasMore: boolean }): DataAdvice {
  if (isUnused) return 'delete';
  if (net === null) return 'measure';
  if (net < 0) return 'collect_less';
  return net > 0 && hasMore ? 'collect_more' : 'keep';
}
