import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** One sending of a campaign. */
export const campaignRun = sqliteTable(
  'campaign_run',
  {
    id: text('id').primaryKey(),
    campaign: text('campaign').notNull(),
    version: integer('version').notNull(),
    state: text('state', { enum: ['planning', 'planned', 'stopped'] }).notNull(),
    by: text('by').notNull(),
    startedAt: integer('started_at').notNull(),
    plannedAt: integer('planned_at'),
  },
  (t) => [index('campaign_run_campaign').on(t.campaign, t.startedAt)],
);
categorise(campaignRun, {
  id: 'system.operations',
  campaign: 'system.operations',
  version: 'system.operations',
  state: 'system.operations',
  by: 'user.unique_id.pseudonymous',
  startedAt: 'system.operations',
  plannedAt: 'system.operations',
});

/** What is bought together by enough people, made anew when somebody leaves. Products and scores only. */
export const neighbourModel = sqliteTable('neighbour_model', {
  id: text('id').primaryKey(),
  body: text('body').notNull(),
  buyers: integer('buyers').notNull(),
  builtAt: integer('built_at').notNull(),
});
categorise(neighbourModel, {
  id: 'system.operations',
  body: 'system.operations',
  buyers: 'system.operations',
  builtAt: 'system.operations',
});
