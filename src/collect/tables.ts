import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** How much was not collected, why, per minute: sums, never persons. */
export const dropCount = sqliteTable(
  'drop_count',
  {
    source: text('source').notNull(),
    /** Empty where no purpose was reached. */
    purpose: text('purpose').notNull(),
    reason: text('reason').notNull(),
    /** Start of the minute, ms. */
    minute: integer('minute').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.minute, t.purpose, t.reason] }), index('drop_count_minute').on(t.minute)],
);
categorise(dropCount, {
  source: 'system.operations',
  purpose: 'system.operations',
  reason: 'system.operations',
  minute: 'system.operations',
  count: 'system.operations',
});
