import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** Exports of the log that were asked for: what view, in which form. The content is made while it is downloaded. */
export const logExport = sqliteTable('log_export', {
  id: text('id').primaryKey(),
  format: text('format').notNull(),
  /** Canonical JSON. May name a person by pseudonym. */
  filter: text('filter').notNull(),
  askedBy: text('asked_by').notNull(),
  askedAt: integer('asked_at').notNull(),
});
categorise(logExport, {
  id: 'system.operations',
  format: 'system.operations',
  filter: 'user.unique_id.pseudonymous',
  askedBy: 'user.unique_id.pseudonymous',
  askedAt: 'system.operations',
});
