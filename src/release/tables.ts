import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** Whose data left: one row per person and download. The person is shown it, and by it a recipient is told to forget. */
export const disclosure = sqliteTable(
  'disclosure',
  {
    person: text('person').notNull(),
    release: text('release').notNull(),
    /** The export, or the connector, that it belonged to. */
    origin: text('origin').notNull(),
    recipient: text('recipient').notNull(),
    purpose: text('purpose').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.person, t.release] }), index('disclosure_release').on(t.release)],
);
categorise(disclosure, {
  person: 'user.unique_id.pseudonymous',
  release: 'system.operations',
  origin: 'system.operations',
  recipient: 'user.privacy_preferences',
  purpose: 'user.privacy_preferences',
  at: 'system.operations',
});

/** Which record of a connected system is about whom. */
export const foreignLink = sqliteTable(
  'foreign_link',
  {
    connector: text('connector').notNull(),
    foreign: text('foreign_id').notNull(),
    person: text('person').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.connector, t.foreign] }), index('foreign_link_person').on(t.person)],
);
categorise(foreignLink, {
  connector: 'system.operations',
  foreign: 'user.unique_id',
  person: 'user.unique_id.pseudonymous',
  at: 'system.operations',
});

/** What has to be narrowed in a connected system. Without a person: whose record it was is erased here. */
export const foreignTask = sqliteTable(
  'foreign_task',
  {
    id: text('id').primaryKey(),
    connector: text('connector').notNull(),
    foreign: text('foreign_id').notNull(),
    person: text('person'),
    what: text('what', { enum: ['restrict', 'erase'] }).notNull(),
    state: text('state', { enum: ['open', 'done', 'missing', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull(),
    dueAt: integer('due_at').notNull(),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
    detail: text('detail'),
  },
  (t) => [
    index('foreign_task_due').on(t.state, t.dueAt),
    index('foreign_task_of').on(t.connector, t.foreign),
    index('foreign_task_person').on(t.person),
  ],
);
categorise(foreignTask, {
  id: 'system.operations',
  connector: 'system.operations',
  foreign: 'user.unique_id',
  person: 'user.unique_id.pseudonymous',
  what: 'user.privacy_preferences',
  state: 'system.operations',
  attempts: 'system.operations',
  dueAt: 'system.operations',
  createdAt: 'system.operations',
  endedAt: 'system.operations',
  detail: 'system.operations',
});

/** Whom a recipient of an earlier release may use no longer, and whether it has said that it knows. */
export const recall = sqliteTable(
  'recall',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    recipient: text('recipient').notNull(),
    /** The pseudonym under which the recipient got the row; it stays after an erasure until it is acknowledged. */
    person: text('person').notNull(),
    /** `*`: for everything. */
    purpose: text('purpose').notNull(),
    reason: text('reason').notNull(),
    at: integer('at').notNull(),
    acknowledgedAt: integer('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
  },
  (t) => [index('recall_recipient').on(t.recipient, t.seq), index('recall_person').on(t.person)],
);
categorise(recall, {
  seq: 'system.operations',
  recipient: 'user.privacy_preferences',
  person: 'user.unique_id.pseudonymous',
  purpose: 'user.privacy_preferences',
  reason: 'user.privacy_preferences',
  at: 'system.operations',
  acknowledgedAt: 'system.operations',
  acknowledgedBy: 'system.operations',
});
