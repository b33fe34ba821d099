import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/**
 * A data-subject request. It lives in the vault of the *asked* identifier's bits, whoever that turns out to be, so that
 * its id says nothing about whether anybody is known. Who asks, with which words, is sealed under a key of its own.
 */
export const request = sqliteTable(
  'request',
  {
    id: text('id').primaryKey(),
    /** Whose data it is about, once that is found; null for nobody whom we know. */
    person: text('person'),
    right: text('right').notNull(),
    state: text('state').notNull(),
    /** Look-up keys of the identifier that was given (`Ident` as JSON): hashes, never the identifier. */
    ident: text('ident').notNull(),
    site: text('site'),
    region: text('region').notNull(),
    language: text('language').notNull(),
    /** How it came: page, api, visitor (subject token), agent, staff, opendsr. */
    source: text('source').notNull(),
    receivedAt: integer('received_at').notNull(),
    dueAt: integer('due_at').notNull(),
    closedAt: integer('closed_at'),
    /** Everything else of the case (`Case` as JSON): flags, clocks, approvals, results. Pseudonyms at most. */
    body: text('body').notNull(),
    /** Words of the asker and of staff, sealed under the request's key; null when they are gone. */
    sealed: blob('sealed'),
  },
  (t) => [
    index('request_person').on(t.person),
    index('request_state').on(t.state, t.dueAt),
    index('request_received').on(t.receivedAt),
  ],
);
categorise(request, {
  id: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  right: 'user.privacy_preferences',
  state: 'system.operations',
  ident: 'user.unique_id.pseudonymous',
  site: 'system.operations',
  region: 'user.location',
  language: 'user.demographic.language',
  source: 'system.operations',
  receivedAt: 'system.operations',
  dueAt: 'system.operations',
  closedAt: 'system.operations',
  body: 'system.operations',
  sealed: 'user.contact',
});

/** What happened to a request, in order. Words are in the log's sealed payload and the request's sealed notes. */
export const requestEvent = sqliteTable(
  'request_event',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    request: text('request')
      .notNull()
      .references(() => request.id),
    at: integer('at').notNull(),
    event: text('event').notNull(),
    actor: text('actor').notNull(),
    state: text('state').notNull(),
    detail: text('detail').notNull(),
  },
  (t) => [index('request_event_request').on(t.request, t.seq)],
);
categorise(requestEvent, {
  seq: 'system.operations',
  request: 'system.operations',
  at: 'system.operations',
  event: 'system.operations',
  actor: 'system.operations',
  state: 'system.operations',
  detail: 'system.operations',
});

/** What one holder or connector has to do for a request. */
export const requestTask = sqliteTable(
  'request_task',
  {
    request: text('request')
      .notNull()
      .references(() => request.id),
    system: text('system').notNull(),
    state: text('state').notNull(),
    attempts: integer('attempts').notNull(),
    dueAt: integer('due_at'),
    /** Counts, and what is retained, why and until when. */
    result: text('result').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.request, t.system] })],
);
categorise(requestTask, {
  request: 'system.operations',
  system: 'system.operations',
  state: 'system.operations',
  attempts: 'system.operations',
  dueAt: 'system.operations',
  result: 'system.operations',
  updatedAt: 'system.operations',
});

/** What a link or code in a mail opens: once, for a while. The secret itself is derived, not stored. */
export const requestSecret = sqliteTable(
  'request_secret',
  {
    request: text('request')
      .notNull()
      .references(() => request.id),
    kind: text('kind').notNull(),
    /** Which issue of this kind is the living one. */
    n: integer('n').notNull(),
    tries: integer('tries').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
  },
  (t) => [primaryKey({ columns: [t.request, t.kind] })],
);
categorise(requestSecret, {
  request: 'system.operations',
  kind: 'system.operations',
  n: 'system.operations',
  tries: 'system.operations',
  expiresAt: 'system.operations',
  usedAt: 'system.operations',
});

/** Mails that were sent lately, per recipient (a keyed hash of the folded address) and per site. */
export const mailBudget = sqliteTable(
  'mail_budget',
  { key: text('key').notNull(), at: integer('at').notNull(), n: integer('n').notNull() },
  (t) => [primaryKey({ columns: [t.key, t.at, t.n] }), index('mail_budget_at').on(t.at)],
);
categorise(mailBudget, { key: 'user.unique_id.pseudonymous', at: 'system.operations', n: 'system.operations' });

/** Data that may not be erased now, why, and who said so. A row with a release is history. */
export const legalHold = sqliteTable(
  'legal_hold',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    ground: text('ground').notNull(),
    placedAt: integer('placed_at').notNull(),
    placedBy: text('placed_by').notNull(),
    releasedAt: integer('released_at'),
    releasedBy: text('released_by'),
  },
  (t) => [index('legal_hold_person').on(t.person)],
);
categorise(legalHold, {
  id: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  ground: 'system.operations',
  placedAt: 'system.operations',
  placedBy: 'system.operations',
  releasedAt: 'system.operations',
  releasedBy: 'system.operations',
});
