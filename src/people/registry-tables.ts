import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** What a unit has spent on customers, in whole minor units of the currency. No persons in here. */
export const costEntry = sqliteTable(
  'cost_entry',
  {
    id: text('id').primaryKey(),
    at: integer('at').notNull(),
    unit: text('unit').notNull(),
    kind: text('kind', { enum: ['acquisition', 'retention', 'service', 'data'] }).notNull(),
    /** For `data`: the field that it was spent on. */
    field: text('field'),
    /** Key of a campaign or programme, if the money went there. */
    programme: text('programme'),
    amount: integer('amount').notNull(),
    currency: text('currency').notNull(),
    note: text('note').notNull(),
    by: text('by').notNull(),
  },
  (t) => [index('cost_entry_at').on(t.at), index('cost_entry_unit').on(t.unit, t.at)],
);
categorise(costEntry, {
  id: 'system.operations',
  at: 'system.operations',
  unit: 'system.operations',
  kind: 'system.operations',
  field: 'system.operations',
  programme: 'system.operations',
  amount: 'system.operations',
  currency: 'system.operations',
  note: 'system.operations',
  by: 'user.unique_id.pseudonymous',
});
