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
