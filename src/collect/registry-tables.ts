import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** An import: what was asked, how far it is, and what came of it. Sums, never persons. */
export const importJob = sqliteTable('import_job', {
  id: text('id').primaryKey(),
  mapping: text('mapping').notNull(),
  source: text('source').notNull(),
  unit: text('unit').notNull(),
  dryRun: integer('dry_run').notNull(),
  status: text('status', { enum: ['running', 'finished', 'failed'] }).notNull(),
  /** Rows that are done, so that the same file goes on from there. */
  rows: integer('rows').notNull(),
  /** Hash of the first line, to notice another file. */
  head: text('head').notNull(),
  /** Sums as JSON. */
  counts: text('counts').notNull(),
  error: text('error'),
  startedAt: integer('started_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  by: text('by').notNull(),
});
categorise(importJob, {
  id: 'system.operations',
  mapping: 'system.operations',
  source: 'system.operations',
  unit: 'system.operations',
  dryRun: 'system.operations',
  status: 'system.operations',
  rows: 'system.operations',
  head: 'system.operations',
  counts: 'system.operations',
  error: 'system.operations',
  startedAt: 'system.operations',
  updatedAt: 'system.operations',
  by: 'user.unique_id.pseudonymous',
});
