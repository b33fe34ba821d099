import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** What happened, in order: the change feed and the source of webhooks. Pseudonyms, purposes and times only. */
export const feed = sqliteTable(
  'feed',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    topic: text('topic').notNull(),
    person: text('person'),
    body: text('body').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [index('feed_person').on(t.person)],
);
categorise(feed, {
  seq: 'system.operations',
  id: 'system.operations',
  topic: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  body: 'user.privacy_preferences',
  at: 'system.operations',
});

/** Mails on their way, sealed; the content is deleted once a mail was handed over. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    person: text('person'),
    kind: text('kind').notNull(),
    sealedBy: text('sealed_by', { enum: ['own', 'ordinary'] }).notNull(),
    sealed: blob('sealed'),
    state: text('state', { enum: ['pending', 'sent', 'failed'] }).notNull(),
    dueAt: integer('due_at').notNull(),
    attempts: integer('attempts').notNull(),
    lastError: text('last_error'),
    createdAt: integer('created_at').notNull(),
    settledAt: integer('settled_at'),
  },
  (t) => [index('outbox_due').on(t.state, t.dueAt), index('outbox_person').on(t.person)],
);
categorise(outbox, {
  id: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  kind: 'system.operations',
  sealedBy: 'system.operations',
  sealed: 'user.contact.email',
  state: 'system.operations',
  dueAt: 'system.operations',
  attempts: 'system.operations',
  lastError: 'system.operations',
  createdAt: 'system.operations',
  settledAt: 'system.operations',
});

/** How far each webhook endpoint has been told, and when to try again. */
export const webhookCursor = sqliteTable('webhook_cursor', {
  endpoint: text('endpoint').primaryKey(),
  seq: integer('seq').notNull(),
  attempts: integer('attempts').notNull(),
  retryAt: integer('retry_at').notNull(),
  lastStatus: text('last_status'),
  lastAt: integer('last_at'),
});
categorise(webhookCursor, {
  endpoint: 'system.operations',
  seq: 'system.operations',
  attempts: 'system.operations',
  retryAt: 'system.operations',
  lastStatus: 'system.operations',
  lastAt: 'system.operations',
});
