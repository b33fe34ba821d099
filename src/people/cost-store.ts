import type { Db, ReadDb } from '../platform';

export const COST_KINDS = ['acquisition', 'retention', 'service', 'data'] as const;
export type CostKind = (typeof COST_KINDS)[number];

/** Money that a unit has spent on its customers. `amount` in whole minor units; `at` ms. */
export type CostEntry = {
  id: string;
  at: number;
  unit: string;
  kind: CostKind;
  field: string | null;
  programme: string | null;
  amount: number;
  currency: string;
  note: string;
  by: string;
};

const columns = 'id, at, unit, kind, field, programme, amount, currency, note, by';

export const addCost = (db: Db, c: CostEntry): void =>
  db
    .write(`insert into cost_entry (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(c.id, c.at, c.unit, c.kind, c.field, c.programme, c.amount, c.currency, c.note, c.by);

/** Entries of a period [from, to), oldest first. */
export const costsBetween = (db: ReadDb, from: number, to: number, limit = 10_000): CostEntry[] =>
  db
    .read(`select ${columns} from cost_entry where at >= ? and at < ? order by at, id limit ?`)
    .all<CostEntry>(from, to, limit);
