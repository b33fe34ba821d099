import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** A person: a pseudonym and what has become of it. */
export const person = sqliteTable('person', {
  id: text('id').primaryKey(),
  status: text('status', { enum: ['active', 'frozen', 'merged', 'erased'] }).notNull(),
  mergedInto: text('merged_into'),
  /** 1: has direct identifiers, and so keys of their own. */
  keyed: integer('keyed').notNull(),
  createdAt: integer('created_at').notNull(),
  lastSeenAt: integer('last_seen_at').notNull(),
});
categorise(person, {
  id: 'user.unique_id.pseudonymous',
  status: 'system.operations',
  mergedInto: 'user.unique_id.pseudonymous',
  keyed: 'system.operations',
  createdAt: 'system.operations',
  lastSeenAt: 'user.behavior',
});

/** The directory: whose an identifier is. It lives in the vault of the identifier's own bits. */
export const identifier = sqliteTable(
  'identifier',
  {
    hash: text('hash').primaryKey(),
    type: text('type').notNull(),
    person: text('person').notNull(),
    claimedAt: integer('claimed_at').notNull(),
  },
  (t) => [index('identifier_person').on(t.person)],
);
categorise(identifier, {
  hash: 'user.unique_id.pseudonymous',
  type: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  claimedAt: 'system.operations',
});

/** What a person can be reached or recognised by, sealed under their key; beside the person. */
export const contactPoint = sqliteTable(
  'contact_point',
  {
    id: text('id').primaryKey(),
    person: text('person')
      .notNull()
      .references(() => person.id),
    kind: text('kind').notNull(),
    hash: text('hash').notNull(),
    sealed: blob('sealed').notNull(),
    source: text('source').notNull(),
    verifiedAt: integer('verified_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('contact_point_person').on(t.person), index('contact_point_hash').on(t.hash)],
);
categorise(contactPoint, {
  id: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  kind: 'system.operations',
  hash: 'user.unique_id.pseudonymous',
  sealed: 'user.contact',
  source: 'system.operations',
  verifiedAt: 'user.contact',
  createdAt: 'system.operations',
});

/** Must not be contacted or stored again. Points at nobody; survives erasure, imports and lists. */
export const suppression = sqliteTable(
  'suppression',
  {
    hash: text('hash').notNull(),
    scope: text('scope').notNull(),
    reason: text('reason', { enum: ['erased', 'objected', 'complaint', 'bounced', 'manual'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.hash, t.scope] })],
);
categorise(suppression, {
  hash: 'user.unique_id.pseudonymous',
  scope: 'user.privacy_preferences',
  reason: 'user.privacy_preferences',
  createdAt: 'system.operations',
});
