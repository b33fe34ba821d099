import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** The tree's entries: time and a salted commitment, nothing that is about anybody. Never changed, never deleted. */
export const logEntry = sqliteTable('log_entry', {
  seq: integer('seq').primaryKey(),
  at: integer('at').notNull(),
  commitment: blob('commitment').notNull(),
});
categorise(logEntry, { seq: 'system.operations', at: 'system.operations', commitment: 'system.operations' });

/** What the commitments commit to: envelope and salt, sealed. Erasure empties a row and names the entry that says so. */
export const logPayload = sqliteTable(
  'log_payload',
  {
    seq: integer('seq')
      .primaryKey()
      .references(() => logEntry.seq),
    event: text('event'),
    actor: text('actor'),
    person: text('person'),
    purpose: text('purpose'),
    site: text('site'),
    /** Whose key seals it: the database's own, or the person's of this class. */
    sealedBy: text('sealed_by', { enum: ['own', 'ordinary', 'evidence'] }),
    sealed: blob('sealed'),
    erasedBy: integer('erased_by'),
    /** 1 when the entry itself declares erasures: it must stay as long as what it explains. */
    declares: integer('declares').notNull().default(0),
  },
  (t) => [index('log_payload_person').on(t.person, t.seq)],
);
categorise(logPayload, {
  seq: 'system.operations',
  event: 'system.operations',
  actor: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  purpose: 'user.privacy_preferences',
  site: 'system.operations',
  sealedBy: 'system.operations',
  sealed: 'user.privacy_preferences',
  erasedBy: 'system.operations',
  declares: 'system.operations',
});

/** Tiles of 256 hashes (C2SP tlog-tiles). Level 0 holds leaf hashes, in full tiles only; above it tiles grow. */
export const logTile = sqliteTable(
  'log_tile',
  {
    level: integer('level').notNull(),
    idx: integer('idx').notNull(),
    hashes: blob('hashes').notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.idx] })],
);
categorise(logTile, { level: 'system.operations', idx: 'system.operations', hashes: 'system.operations' });

/** Signed heads of the tree. */
export const logCheckpoint = sqliteTable('log_checkpoint', {
  size: integer('size').primaryKey(),
  root: blob('root').notNull(),
  note: text('note').notNull(),
  at: integer('at').notNull(),
});
categorise(logCheckpoint, {
  size: 'system.operations',
  root: 'system.operations',
  note: 'system.operations',
  at: 'system.operations',
});

/** Public keys that have signed this log's heads. */
export const logKey = sqliteTable('log_key', {
  vkey: text('vkey').primaryKey(),
  fromAt: integer('from_at').notNull(),
  untilAt: integer('until_at'),
});
categorise(logKey, { vkey: 'system.operations', fromAt: 'system.operations', untilAt: 'system.operations' });

/** How far each copy of the log elsewhere is. */
export const logMirror = sqliteTable('log_mirror', {
  sink: text('sink').primaryKey(),
  position: integer('position').notNull(),
});
categorise(logMirror, { sink: 'system.operations', position: 'system.operations' });

/** Signed statements of where the log begins after a pruning. */
export const logMinimum = sqliteTable('log_minimum', {
  minimum: integer('minimum').primaryKey(),
  note: text('note').notNull(),
  at: integer('at').notNull(),
});
categorise(logMinimum, { minimum: 'system.operations', note: 'system.operations', at: 'system.operations' });
