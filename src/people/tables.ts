import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/**
 * The CRM store. Every row of a person says why it may be there: the purpose under which it was collected, the consent
 * record that licensed it (null where the basis is another one), its source, and when it ends.
 */

/** One value of a declared attribute, for one purpose. Free text and direct identifiers are sealed. */
export const attribute = sqliteTable(
  'attribute',
  {
    person: text('person').notNull(),
    field: text('field').notNull(),
    purpose: text('purpose').notNull(),
    /** The unit that consent was given to, where a purpose is each unit's own; else empty. */
    unit: text('unit').notNull(),
    /** JSON; null when the value is sealed. */
    value: text('value'),
    sealed: blob('sealed'),
    record: text('record'),
    source: text('source').notNull(),
    collectedAt: integer('collected_at').notNull(),
    writtenAt: integer('written_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.person, t.field, t.purpose, t.unit] }),
    index('attribute_expires').on(t.expiresAt),
    index('attribute_field').on(t.field, t.purpose),
  ],
);
categorise(attribute, {
  person: 'user.unique_id.pseudonymous',
  field: 'system.operations',
  purpose: 'system.operations',
  unit: 'system.operations',
  value: 'user',
  sealed: 'user',
  record: 'user.privacy_preferences',
  source: 'system.operations',
  collectedAt: 'system.operations',
  writtenAt: 'system.operations',
  expiresAt: 'system.operations',
});

/** What a unit's system told us about a person, and when: the same record again changes nothing. */
export const sourceRecord = sqliteTable(
  'source_record',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    unit: text('unit').notNull(),
    system: text('system').notNull(),
    /** Look-up hash of the external id; its plain form is a contact point. */
    external: text('external').notNull(),
    /** SHA-256 of the canonical payload under this vault's own key. */
    payload: text('payload').notNull(),
    firstAt: integer('first_at').notNull(),
    lastAt: integer('last_at').notNull(),
  },
  (t) => [uniqueIndex('source_record_of').on(t.person, t.unit, t.system, t.external)],
);
categorise(sourceRecord, {
  id: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  unit: 'system.operations',
  system: 'system.operations',
  external: 'user.unique_id.pseudonymous',
  payload: 'system.operations',
  firstAt: 'system.operations',
  lastAt: 'system.operations',
});

/** An order. Money is whole minor units (cents) of its currency. */
export const sale = sqliteTable(
  'sale',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    unit: text('unit').notNull(),
    number: text('number').notNull(),
    at: integer('at').notNull(),
    channel: text('channel').notNull(),
    currency: text('currency').notNull(),
    status: text('status', { enum: ['paid', 'returned', 'cancelled'] }).notNull(),
    total: integer('total').notNull(),
    handling: integer('handling').notNull(),
    /** Sum of the lines' margins less handling. */
    margin: integer('margin').notNull(),
    purpose: text('purpose').notNull(),
    record: text('record'),
    source: text('source').notNull(),
    collectedAt: integer('collected_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    uniqueIndex('sale_number').on(t.person, t.unit, t.number),
    index('sale_person').on(t.person, t.at),
    index('sale_at').on(t.at),
    index('sale_expires').on(t.expiresAt),
  ],
);
categorise(sale, {
  id: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  unit: 'user.behavior.purchase_history',
  number: 'user.unique_id.pseudonymous',
  at: 'user.behavior.purchase_history',
  channel: 'user.behavior.purchase_history',
  currency: 'user.behavior.purchase_history',
  status: 'user.behavior.purchase_history',
  total: 'user.behavior.purchase_history',
  handling: 'system.operations',
  margin: 'system.operations',
  purpose: 'system.operations',
  record: 'user.privacy_preferences',
  source: 'system.operations',
  collectedAt: 'system.operations',
  expiresAt: 'system.operations',
});

export const saleLine = sqliteTable(
  'sale_line',
  {
    sale: text('sale').notNull(),
    line: integer('line').notNull(),
    product: text('product').notNull(),
    quantity: integer('quantity').notNull(),
    /** Per piece. */
    price: integer('price').notNull(),
    /** Of the whole line. */
    margin: integer('margin').notNull(),
  },
  (t) => [primaryKey({ columns: [t.sale, t.line] }), index('sale_line_product').on(t.product)],
);
categorise(saleLine, {
  sale: 'user.unique_id.pseudonymous',
  line: 'system.operations',
  product: 'user.behavior.purchase_history',
  quantity: 'user.behavior.purchase_history',
  price: 'user.behavior.purchase_history',
  margin: 'system.operations',
});

/** Something that happened between a person and a unit: a visit, a question, a click, an event of a tracking source. */
export const interaction = sqliteTable(
  'interaction',
  {
    /** Its public id is made of the person's vault bits and this. */
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    person: text('person').notNull(),
    at: integer('at').notNull(),
    unit: text('unit').notNull(),
    channel: text('channel').notNull(),
    kind: text('kind').notNull(),
    product: text('product'),
    /** Declared properties, as JSON. */
    detail: text('detail'),
    /** Free text, and properties whose fields are sealed. */
    sealed: blob('sealed'),
    purpose: text('purpose').notNull(),
    record: text('record'),
    source: text('source').notNull(),
    /** Hash of source and the sender's own id of the message: the same one again changes nothing. */
    message: blob('message'),
    collectedAt: integer('collected_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    index('interaction_person').on(t.person, t.at),
    index('interaction_expires').on(t.expiresAt),
    uniqueIndex('interaction_message').on(t.message),
  ],
);
categorise(interaction, {
  seq: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  at: 'user.behavior',
  unit: 'user.behavior',
  channel: 'user.behavior',
  kind: 'user.behavior',
  product: 'user.behavior',
  detail: 'user.behavior',
  sealed: 'user.content.private',
  purpose: 'system.operations',
  record: 'user.privacy_preferences',
  source: 'system.operations',
  message: 'user.unique_id.pseudonymous',
  collectedAt: 'system.operations',
  expiresAt: 'system.operations',
});

/** Phases of a life, as ranges of time. */
export const lifeStage = sqliteTable(
  'life_stage',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    stage: text('stage').notNull(),
    fromAt: integer('from_at').notNull(),
    untilAt: integer('until_at'),
    purpose: text('purpose').notNull(),
    record: text('record'),
    source: text('source').notNull(),
    collectedAt: integer('collected_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('life_stage_person').on(t.person, t.fromAt), index('life_stage_expires').on(t.expiresAt)],
);
categorise(lifeStage, {
  id: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  stage: 'user.demographic.profile',
  fromAt: 'user.demographic.profile',
  untilAt: 'user.demographic.profile',
  purpose: 'system.operations',
  record: 'user.privacy_preferences',
  source: 'system.operations',
  collectedAt: 'system.operations',
  expiresAt: 'system.operations',
});

/** Who belongs to which household or organisation. A group is an id; whoever is in it lives in a vault of their own. */
export const membership = sqliteTable(
  'membership',
  {
    person: text('person').notNull(),
    /** `hsh_…` for a household, a key of the kind `organisations` for an organisation. */
    group: text('group_id').notNull(),
    kind: text('kind', { enum: ['household', 'organisation'] }).notNull(),
    role: text('role').notNull(),
    purpose: text('purpose').notNull(),
    record: text('record'),
    source: text('source').notNull(),
    collectedAt: integer('collected_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.person, t.group] }),
    index('membership_group').on(t.group),
    index('membership_expires').on(t.expiresAt),
  ],
);
categorise(membership, {
  person: 'user.unique_id.pseudonymous',
  group: 'user.unique_id.pseudonymous',
  kind: 'user.social_activity',
  role: 'user.social_activity',
  purpose: 'system.operations',
  record: 'user.privacy_preferences',
  source: 'system.operations',
  collectedAt: 'system.operations',
  expiresAt: 'system.operations',
});

/** What came in and was not good enough to be stored: kept sealed, for a while, until somebody has looked at it. */
export const quarantine = sqliteTable(
  'quarantine',
  {
    id: text('id').primaryKey(),
    /** Null while nobody knows whose it is. */
    person: text('person'),
    field: text('field').notNull(),
    sealed: blob('sealed').notNull(),
    reason: text('reason').notNull(),
    source: text('source').notNull(),
    at: integer('at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('quarantine_person').on(t.person), index('quarantine_expires').on(t.expiresAt)],
);
categorise(quarantine, {
  id: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  field: 'system.operations',
  sealed: 'user',
  reason: 'system.operations',
  source: 'system.operations',
  at: 'system.operations',
  expiresAt: 'system.operations',
});

/** When a field was last read for a purpose: what nobody reads is proposed for deletion. */
export const fieldUse = sqliteTable(
  'field_use',
  {
    field: text('field').notNull(),
    purpose: text('purpose').notNull(),
    lastAt: integer('last_at').notNull(),
    reads: integer('reads').notNull(),
  },
  (t) => [primaryKey({ columns: [t.field, t.purpose] })],
);
categorise(fieldUse, {
  field: 'system.operations',
  purpose: 'system.operations',
  lastAt: 'system.operations',
  reads: 'system.operations',
});

/** Two persons who may be one. Nothing is joined before somebody says so. */
export const duplicateProposal = sqliteTable(
  'duplicate_proposal',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    other: text('other').notNull(),
    /** Why, as JSON. */
    reasons: text('reasons').notNull(),
    /** 0…1000. */
    score: integer('score').notNull(),
    status: text('status', { enum: ['open', 'rejected', 'merged'] }).notNull(),
    at: integer('at').notNull(),
    decidedAt: integer('decided_at'),
    decidedBy: text('decided_by'),
  },
  (t) => [
    uniqueIndex('duplicate_proposal_pair').on(t.person, t.other),
    index('duplicate_proposal_other').on(t.other),
    index('duplicate_proposal_status').on(t.status, t.id),
  ],
);
categorise(duplicateProposal, {
  id: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  other: 'user.unique_id.pseudonymous',
  reasons: 'system.operations',
  score: 'system.operations',
  status: 'system.operations',
  at: 'system.operations',
  decidedAt: 'system.operations',
  decidedBy: 'system.operations',
});

/** How far this room has read the feed of its own vault. */
export const storeCursor = sqliteTable('store_cursor', {
  name: text('name').primaryKey(),
  seq: integer('seq').notNull(),
});
categorise(storeCursor, { name: 'system.operations', seq: 'system.operations' });
