import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** Who is meant, every version of it, immutable. */
export const segment = sqliteTable(
  'segment',
  {
    id: text('id').notNull(),
    version: integer('version').notNull(),
    /** Name, purpose, channel, unit and rule, as JSON. */
    body: text('body').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.id, t.version] })],
);
categorise(segment, {
  id: 'system.operations',
  version: 'system.operations',
  body: 'system.operations',
  createdAt: 'system.operations',
  createdBy: 'user.unique_id.pseudonymous',
});

/** An order to release: what, for whom, for what. The content is decided while it is downloaded. */
export const exportOrder = sqliteTable('export_order', {
  id: text('id').primaryKey(),
  /** Purpose, channel, unit, recipient, format, columns, segment, as JSON. */
  body: text('body').notNull(),
  /** Pseudonyms of the people that were named, as JSON; null: a segment, or everybody. Gone when the order is over. */
  people: text('people'),
  createdAt: integer('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  expiresAt: integer('expires_at').notNull(),
});
categorise(exportOrder, {
  id: 'system.operations',
  body: 'system.operations',
  people: 'user.unique_id.pseudonymous',
  createdAt: 'system.operations',
  createdBy: 'user.unique_id.pseudonymous',
  expiresAt: 'system.operations',
});

/** One download of an export: a release of its own, with its own manifest. */
export const releaseRun = sqliteTable(
  'release_run',
  {
    id: text('id').primaryKey(),
    /** The export or connector that it belongs to. */
    origin: text('origin').notNull(),
    startedAt: integer('started_at').notNull(),
    startedBy: text('started_by').notNull(),
    endedAt: integer('ended_at'),
    outcome: text('outcome', { enum: ['running', 'complete', 'partial'] }).notNull(),
    /** Compact JWS, once it is over. */
    manifest: text('manifest'),
  },
  (t) => [index('release_run_origin').on(t.origin, t.startedAt)],
);
categorise(releaseRun, {
  id: 'system.operations',
  origin: 'system.operations',
  startedAt: 'system.operations',
  startedBy: 'user.unique_id.pseudonymous',
  endedAt: 'system.operations',
  outcome: 'system.operations',
  manifest: 'system.operations',
});

/** A connected system. Its credentials are sealed under the registry's own key. */
export const connector = sqliteTable('connector', {
  id: text('id').primaryKey(),
  kind: text('kind').notNull(),
  /** Everything but the secrets, as JSON. */
  body: text('body').notNull(),
  sealed: blob('sealed').notNull(),
  createdAt: integer('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  removedAt: integer('removed_at'),
});
categorise(connector, {
  id: 'system.operations',
  kind: 'system.operations',
  body: 'system.operations',
  sealed: 'system.operations',
  createdAt: 'system.operations',
  createdBy: 'user.unique_id.pseudonymous',
  removedAt: 'system.operations',
});
