import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** A contact with a person, sent or reserved, over all units and addresses. What was said is not in it. */
export const touch = sqliteTable(
  'touch',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    unit: text('unit').notNull(),
    legalEntity: text('legal_entity').notNull(),
    channel: text('channel').notNull(),
    kind: text('kind', { enum: ['marketing', 'transactional'] }).notNull(),
    /** `acquisition` yields to `retention` while it is only reserved. */
    goal: text('goal', { enum: ['retention', 'acquisition'] }).notNull(),
    state: text('state', { enum: ['reserved', 'sent'] }).notNull(),
    at: integer('at').notNull(),
  },
  (t) => [index('touch_person').on(t.person, t.at), index('touch_at').on(t.at)],
);
categorise(touch, {
  id: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  unit: 'system.operations',
  legalEntity: 'system.operations',
  channel: 'user.contact',
  kind: 'system.operations',
  goal: 'system.operations',
  state: 'system.operations',
  at: 'user.behavior',
});

/** What was decided of one person in one run of a campaign, and what became of the message. */
export const campaignSend = sqliteTable(
  'campaign_send',
  {
    run: text('run').notNull(),
    person: text('person').notNull(),
    campaign: text('campaign').notNull(),
    /** `none`: could not have been reached, so belongs to no arm. */
    arm: text('arm', { enum: ['treated', 'control', 'none'] }).notNull(),
    /** `uncertain`: handed to a mail server that never answered; it is listed and never sent again. */
    state: text('state', {
      enum: ['planned', 'sending', 'sent', 'failed', 'uncertain', 'skipped', 'held_out'],
    }).notNull(),
    reason: text('reason'),
    /** Record, rulebook and pressure that the decision rested on, as JSON. */
    detail: text('detail').notNull(),
    contactPoint: text('contact_point'),
    attempts: integer('attempts').notNull(),
    dueAt: integer('due_at').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.run, t.person] }),
    index('campaign_send_person').on(t.person),
    index('campaign_send_due').on(t.state, t.campaign, t.dueAt),
    index('campaign_send_pace').on(t.campaign, t.at),
  ],
);
categorise(campaignSend, {
  run: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  campaign: 'user.behavior',
  arm: 'system.operations',
  state: 'user.behavior',
  reason: 'user.privacy_preferences',
  detail: 'user.privacy_preferences',
  contactPoint: 'user.unique_id.pseudonymous',
  attempts: 'system.operations',
  dueAt: 'system.operations',
  at: 'user.behavior',
});

/** Tokens in mails, hashed. They can only narrow. */
export const mailToken = sqliteTable(
  'mail_token',
  {
    hash: text('hash').primaryKey(),
    person: text('person').notNull(),
    purpose: text('purpose').notNull(),
    channel: text('channel').notNull(),
    unit: text('unit').notNull(),
    campaign: text('campaign').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('mail_token_person').on(t.person)],
);
categorise(mailToken, {
  hash: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  purpose: 'user.privacy_preferences',
  channel: 'user.contact',
  unit: 'system.operations',
  campaign: 'user.behavior',
  createdAt: 'system.operations',
});

/** How often, by which channel, and from when until when not, as the person wishes. One row per cell. */
export const contactWish = sqliteTable(
  'contact_wish',
  {
    person: text('person').notNull(),
    /** A channel, or `*`. */
    channel: text('channel').notNull(),
    most: integer('most'),
    days: integer('days'),
    pausedUntil: integer('paused_until'),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.person, t.channel] })],
);
categorise(contactWish, {
  person: 'user.unique_id.pseudonymous',
  channel: 'user.privacy_preferences',
  most: 'user.privacy_preferences',
  days: 'user.privacy_preferences',
  pausedUntil: 'user.privacy_preferences',
  at: 'system.operations',
});

/** A loyalty card. Without a person it is a number and nothing else. */
export const loyaltyCard = sqliteTable(
  'loyalty_card',
  {
    id: text('id').primaryKey(),
    programme: text('programme').notNull(),
    person: text('person'),
    /** When the notice of financial incentive was accepted. */
    noticeAt: integer('notice_at'),
    /** The card that took over everything that was on this one. */
    movedTo: text('moved_to'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('loyalty_card_person').on(t.person)],
);
categorise(loyaltyCard, {
  id: 'user.unique_id.pseudonymous',
  programme: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  noticeAt: 'user.privacy_preferences',
  movedTo: 'user.unique_id.pseudonymous',
  createdAt: 'user.behavior',
});

/** What happened on a card; rewards follow from it and are never stored. */
export const loyaltyEntry = sqliteTable(
  'loyalty_entry',
  {
    card: text('card').notNull(),
    /** Of the order, refund or till receipt. */
    id: text('id').notNull(),
    kind: text('kind', { enum: ['purchase', 'reversal', 'redemption'] }).notNull(),
    amount: integer('amount'),
    of: text('of'),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.card, t.id] })],
);
categorise(loyaltyEntry, {
  card: 'user.unique_id.pseudonymous',
  id: 'user.behavior.purchase_history',
  kind: 'user.behavior.purchase_history',
  amount: 'user.behavior.purchase_history',
  of: 'user.behavior.purchase_history',
  at: 'user.behavior.purchase_history',
});

/** Offers that were shown to a person whose profile may be used for them, and taken. */
export const offerShown = sqliteTable(
  'offer_shown',
  {
    person: text('person').notNull(),
    offer: text('offer').notNull(),
    at: integer('at').notNull(),
    accepted: integer('accepted').notNull(),
  },
  (t) => [primaryKey({ columns: [t.person, t.offer, t.at] })],
);
categorise(offerShown, {
  person: 'user.unique_id.pseudonymous',
  offer: 'user.behavior',
  at: 'user.behavior',
  accepted: 'user.behavior',
});

/** A person's own link, to hand on. It names nobody whom they hand it to. */
export const referralLink = sqliteTable(
  'referral_link',
  {
    code: text('code').primaryKey(),
    person: text('person').notNull(),
    programme: text('programme').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('referral_link_person').on(t.person)],
);
categorise(referralLink, {
  code: 'user.unique_id.pseudonymous',
  person: 'user.unique_id.pseudonymous',
  programme: 'system.operations',
  createdAt: 'user.behavior',
});

/** Somebody joined by a link, by their own act. Lives with the referrer and knows the other by a one-way key only. */
export const referral = sqliteTable(
  'referral',
  {
    code: text('code').notNull(),
    referrer: text('referrer').notNull(),
    /** HMAC of the friend's id under this vault's own key: it tells friends apart and leads to nobody. */
    friend: text('friend').notNull(),
    openedAt: integer('opened_at').notNull(),
    joinedAt: integer('joined_at').notNull(),
    wasKnown: integer('was_known').notNull(),
    isSelf: integer('is_self').notNull(),
    purchaseAt: integer('purchase_at'),
    purchaseAmount: integer('purchase_amount'),
    reversed: integer('reversed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.code, t.friend] }), index('referral_referrer').on(t.referrer)],
);
categorise(referral, {
  code: 'user.unique_id.pseudonymous',
  referrer: 'user.unique_id.pseudonymous',
  friend: 'user.unique_id.pseudonymous',
  openedAt: 'user.behavior',
  joinedAt: 'user.behavior',
  wasKnown: 'user.behavior',
  isSelf: 'user.behavior',
  purchaseAt: 'user.behavior.purchase_history',
  purchaseAmount: 'user.behavior.purchase_history',
  reversed: 'user.behavior.purchase_history',
});

/** Answers to a survey, under the survey's own purpose. */
export const surveyAnswer = sqliteTable(
  'survey_answer',
  {
    survey: text('survey').notNull(),
    person: text('person').notNull(),
    score: integer('score').notNull(),
    unit: text('unit').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.survey, t.person, t.at] }), index('survey_answer_person').on(t.person)],
);
categorise(surveyAnswer, {
  survey: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  score: 'user.behavior',
  unit: 'system.operations',
  at: 'user.behavior',
});

/** Models that were counted over people and have to be counted anew. */
export const staleModel = sqliteTable('stale_model', { name: text('name').primaryKey(), at: integer('at').notNull() });
categorise(staleModel, { name: 'system.operations', at: 'system.operations' });

/** A request of a person to a unit, with an owner and a clock. */
export const serviceCase = sqliteTable(
  'service_case',
  {
    id: text('id').primaryKey(),
    person: text('person').notNull(),
    unit: text('unit').notNull(),
    /** A team or a member of staff, by key. */
    owner: text('owner').notNull(),
    kind: text('kind').notNull(),
    state: text('state', { enum: ['open', 'answered', 'closed'] }).notNull(),
    openedAt: integer('opened_at').notNull(),
    dueAt: integer('due_at').notNull(),
    closedAt: integer('closed_at'),
  },
  (t) => [index('service_case_person').on(t.person), index('service_case_due').on(t.state, t.dueAt)],
);
categorise(serviceCase, {
  id: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  unit: 'system.operations',
  owner: 'system.operations',
  kind: 'user.behavior',
  state: 'system.operations',
  openedAt: 'user.behavior',
  dueAt: 'system.operations',
  closedAt: 'system.operations',
});

/** What happened in a case, append-only: who did it, and to whom it was handed over. */
export const caseEvent = sqliteTable(
  'case_event',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    case: text('case_id').notNull(),
    person: text('person').notNull(),
    at: integer('at').notNull(),
    what: text('what', { enum: ['opened', 'note', 'handed_over', 'answered', 'closed', 'reopened'] }).notNull(),
    by: text('by').notNull(),
    /** `unit/owner` after a hand-over. */
    to: text('to_owner'),
    /** Free text, sealed under the person's key. */
    sealed: blob('sealed'),
  },
  (t) => [index('case_event_case').on(t.case, t.seq), index('case_event_person').on(t.person)],
);
categorise(caseEvent, {
  seq: 'system.operations',
  case: 'system.operations',
  person: 'user.unique_id.pseudonymous',
  at: 'user.behavior',
  what: 'system.operations',
  by: 'user.unique_id.pseudonymous',
  to: 'system.operations',
  sealed: 'user.content.private',
});
