import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { categorise } from '../platform';

/** Fitted models, every one of them: a score names the model that made it. Parameters and counts only. */
export const insightModel = sqliteTable(
  'insight_model',
  {
    id: text('id').primaryKey(),
    asOf: integer('as_of').notNull(),
    people: integer('people').notNull(),
    body: text('body').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (t) => [index('insight_model_created').on(t.createdAt)],
);
categorise(insightModel, {
  id: 'system.operations',
  asOf: 'system.operations',
  people: 'system.operations',
  body: 'system.operations',
  createdAt: 'system.operations',
  createdBy: 'user.unique_id.pseudonymous',
});

/** What an objective of the programme has reached, measured by hand. */
export const measurement = sqliteTable(
  'measurement',
  {
    id: text('id').primaryKey(),
    objective: text('objective').notNull(),
    value: real('value').notNull(),
    at: integer('at').notNull(),
    by: text('by').notNull(),
  },
  (t) => [index('measurement_objective').on(t.objective, t.at)],
);
categorise(measurement, {
  id: 'system.operations',
  objective: 'system.operations',
  value: 'system.operations',
  at: 'system.operations',
  by: 'user.unique_id.pseudonymous',
});
