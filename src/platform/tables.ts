import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from './categories';

/** Small facts about the database itself: its name, epoch, schema's `min_code`. */
export const meta = sqliteTable('meta', { key: text('key').primaryKey(), value: text('value').notNull() });
categorise(meta, { key: 'system.operations', value: 'system.operations' });

/** Results of commands, sealed, for their retries. */
export const command = sqliteTable(
  'command',
  {
    id: text('id').primaryKey(),
    op: text('op').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** Null once its time is over; the id stays until `kept_until`. */
    result: blob('result'),
    expiresAt: integer('expires_at').notNull(),
    keptUntil: integer('kept_until').notNull(),
  },
  (t) => [index('command_expires').on(t.expiresAt), index('command_kept').on(t.keptUntil)],
);
categorise(command, {
  id: 'system.operations',
  op: 'system.operations',
  fingerprint: 'system.operations',
  result: 'system.operations',
  expiresAt: 'system.operations',
  keptUntil: 'system.operations',
});

/** Operations on the clock. Inputs hold pseudonyms at most. */
export const job = sqliteTable(
  'job',
  {
    id: text('id').primaryKey(),
    op: text('op').notNull(),
    input: text('input').notNull(),
    dueAt: integer('due_at').notNull(),
    attempts: integer('attempts').notNull(),
    lastError: text('last_error'),
  },
  (t) => [index('job_due').on(t.dueAt)],
);
categorise(job, {
  id: 'system.operations',
  op: 'system.operations',
  input: 'system.operations',
  dueAt: 'system.operations',
  attempts: 'system.operations',
  lastError: 'system.operations',
});

/** Work over several databases, step by step. State holds pseudonyms at most. */
export const saga = sqliteTable(
  'saga',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    step: integer('step').notNull(),
    state: text('state').notNull(),
    startedAt: integer('started_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    lastError: text('last_error'),
  },
  (t) => [index('saga_updated').on(t.updatedAt)],
);
categorise(saga, {
  id: 'system.operations',
  kind: 'system.operations',
  step: 'system.operations',
  state: 'system.operations',
  startedAt: 'system.operations',
  updatedAt: 'system.operations',
  lastError: 'system.operations',
});
