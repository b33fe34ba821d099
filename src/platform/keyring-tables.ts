import { blob, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from './categories';

/** The keyring of a Durable Object zone (on Node it is a file of its own, of the same shape). */
export const keyringKey = sqliteTable(
  'keyring_key',
  {
    person: text('person').notNull(),
    class: text('class', { enum: ['ordinary', 'legal', 'evidence'] }).notNull(),
    kid: text('kid'),
    sealed: blob('sealed'),
    madeAt: integer('made_at').notNull(),
    /** Set: the key is gone and this row is its tombstone. */
    destroyedAt: integer('destroyed_at'),
  },
  (t) => [primaryKey({ columns: [t.person, t.class] })],
);
categorise(keyringKey, {
  person: 'user.unique_id.pseudonymous',
  class: 'system.operations',
  kid: 'system.operations',
  sealed: 'system.operations',
  madeAt: 'system.operations',
  destroyedAt: 'system.operations',
});

/** Narrowings since the last backup, replayed by a restore. Pseudonyms and purposes only. */
export const keyringJournal = sqliteTable('keyring_journal', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  vault: text('vault').notNull(),
  body: text('body').notNull(),
  at: integer('at').notNull(),
});
categorise(keyringJournal, {
  seq: 'system.operations',
  vault: 'system.operations',
  body: 'user.privacy_preferences',
  at: 'system.operations',
});

/** The last signed head of every log: a database that is older is refused at start. */
export const keyringHead = sqliteTable('keyring_head', {
  log: text('log').primaryKey(),
  epoch: integer('epoch').notNull(),
  size: integer('size').notNull(),
  root: text('root').notNull(),
  at: integer('at').notNull(),
});
categorise(keyringHead, {
  log: 'system.operations',
  epoch: 'system.operations',
  size: 'system.operations',
  root: 'system.operations',
  at: 'system.operations',
});
