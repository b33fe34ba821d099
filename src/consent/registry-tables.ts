import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** What the organisation has declared (purposes, notices, services, sites, fields …), every version of it, immutable. */
export const definition = sqliteTable(
  'definition',
  {
    kind: text('kind').notNull(),
    key: text('key').notNull(),
    version: integer('version').notNull(),
    body: text('body').notNull(),
    hash: text('hash').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.key, t.version] })],
);
categorise(definition, {
  kind: 'system.operations',
  key: 'system.operations',
  version: 'system.operations',
  body: 'system.operations',
  hash: 'system.operations',
  createdAt: 'system.operations',
  createdBy: 'user.unique_id.pseudonymous',
});

/** Compiled rulebooks, in order. */
export const compiledRulebook = sqliteTable('compiled_rulebook', {
  version: integer('version').primaryKey(),
  hash: text('hash').notNull(),
  body: text('body').notNull(),
  compiledAt: integer('compiled_at').notNull(),
});
categorise(compiledRulebook, {
  version: 'system.operations',
  hash: 'system.operations',
  body: 'system.operations',
  compiledAt: 'system.operations',
});
