import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** A service with a secret key. Only the key's hash is kept. */
export const client = sqliteTable('client', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  scopes: text('scopes').notNull(),
  createdAt: integer('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  revokedAt: integer('revoked_at'),
});
categorise(client, {
  id: 'system.operations',
  name: 'system.operations',
  scopes: 'system.operations',
  createdAt: 'system.operations',
  createdBy: 'user.unique_id.pseudonymous',
  revokedAt: 'system.operations',
});

/** Keys of a client: several while one is being rotated. */
export const clientKey = sqliteTable(
  'client_key',
  {
    id: text('id').primaryKey(),
    client: text('client')
      .notNull()
      .references(() => client.id),
    hash: text('hash').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
  },
  (t) => [index('client_key_client').on(t.client)],
);
categorise(clientKey, {
  id: 'system.operations',
  client: 'system.operations',
  hash: 'system.operations',
  createdAt: 'system.operations',
  expiresAt: 'system.operations',
  revokedAt: 'system.operations',
});

/** People who work with the console. The name is what they call themselves there. */
export const staff = sqliteTable('staff', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  role: text('role', { enum: ['owner', 'officer', 'analyst', 'marketer', 'support', 'auditor'] }).notNull(),
  createdAt: integer('created_at').notNull(),
  disabledAt: integer('disabled_at'),
});
categorise(staff, {
  id: 'user.unique_id.pseudonymous',
  name: 'user.name',
  role: 'user.job_title',
  createdAt: 'system.operations',
  disabledAt: 'system.operations',
});

/** One-time sign-in links; only hashes. */
export const signInLink = sqliteTable('sign_in_link', {
  hash: text('hash').primaryKey(),
  staff: text('staff')
    .notNull()
    .references(() => staff.id),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
});
categorise(signInLink, {
  hash: 'system.operations',
  staff: 'user.unique_id.pseudonymous',
  expiresAt: 'system.operations',
  usedAt: 'user.behavior',
});

/** Console sessions: rows, so that they can be ended. */
export const session = sqliteTable('session', {
  hash: text('hash').primaryKey(),
  staff: text('staff')
    .notNull()
    .references(() => staff.id),
  csrf: text('csrf').notNull(),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  endedAt: integer('ended_at'),
});
categorise(session, {
  hash: 'system.operations',
  staff: 'user.unique_id.pseudonymous',
  csrf: 'system.operations',
  createdAt: 'user.behavior',
  expiresAt: 'system.operations',
  endedAt: 'user.behavior',
});
