import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** One act of a person, append-only: grants and refusals, one process per separately choosable purpose. */
export const consentRecord = sqliteTable(
  'consent_record',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    person: text('person').notNull(),
    at: integer('at').notNull(),
    method: text('method').notNull(),
    site: text('site'),
    unit: text('unit'),
    /** `key@version`, the language shown, and the hash of that text. */
    notice: text('notice'),
    language: text('language'),
    noticeHash: text('notice_hash'),
    /** Purpose → choice, as JSON. */
    choices: text('choices').notNull(),
    /** Scope, region, signals, flags: everything else that isn't a direct identifier, as JSON. */
    detail: text('detail').notNull(),
    /** Evidence of a reported grant, sealed: it is free text. */
    evidence: blob('evidence'),
    /** Entry in the audit log. */
    logSeq: integer('log_seq').notNull(),
    rulebook: integer('rulebook').notNull(),
  },
  (t) => [index('consent_record_person').on(t.person, t.seq)],
);
categorise(consentRecord, {
  seq: 'system.operations',
  id: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  at: 'user.privacy_preferences',
  method: 'user.privacy_preferences',
  site: 'system.operations',
  unit: 'system.operations',
  notice: 'user.privacy_preferences',
  language: 'user.demographic.language',
  noticeHash: 'system.operations',
  choices: 'user.privacy_preferences',
  detail: 'user.privacy_preferences',
  evidence: 'user.privacy_preferences',
  logSeq: 'system.operations',
  rulebook: 'system.operations',
});

/** All that a decision needs of one person, one row. Derived from the records; the records are the truth. */
export const consentState = sqliteTable('consent_state', {
  person: text('person').primaryKey(),
  body: text('body').notNull(),
});
categorise(consentState, { person: 'user.unique_id.pseudonymous', body: 'user.privacy_preferences' });

/** Who asked what about a person and was told what, per UTC day. */
export const decision = sqliteTable(
  'decision',
  {
    person: text('person').notNull(),
    day: text('day').notNull(),
    /** Caller, question, answer, record and rulebook, canonical. */
    question: text('question').notNull(),
    firstAt: integer('first_at').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.person, t.day, t.question] }), index('decision_day').on(t.day)],
);
categorise(decision, {
  person: 'user.unique_id.pseudonymous',
  day: 'system.operations',
  question: 'user.privacy_preferences',
  firstAt: 'system.operations',
  count: 'system.operations',
});

/** The installed rulebooks: the newest answers, the older ones explain the past. */
export const rulebook = sqliteTable('rulebook', {
  version: integer('version').primaryKey(),
  hash: text('hash').notNull(),
  body: text('body').notNull(),
  installedAt: integer('installed_at').notNull(),
});
categorise(rulebook, {
  version: 'system.operations',
  hash: 'system.operations',
  body: 'system.operations',
  installedAt: 'system.operations',
});

/** Page tokens that were used, until they would have expired anyway. */
export const usedToken = sqliteTable(
  'used_token',
  { id: text('id').primaryKey(), expiresAt: integer('expires_at').notNull() },
  (t) => [index('used_token_expires').on(t.expiresAt)],
);
categorise(usedToken, { id: 'system.operations', expiresAt: 'system.operations' });
