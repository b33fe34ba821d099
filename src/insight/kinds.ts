import * as z from 'zod';
import { type Kind, type Rulebook, slug } from '../consent';
import { DEFAULT_K } from './hide';
import { RELATION_RULE, type RelationRule } from './loyalty-profit';

const cut = z.union([z.literal('median'), z.number()]);

/** How the analyses are made. One entry, `main`; without it nothing is counted and nobody is scored. */
const analyses = z.strictObject({
  /** Purpose under which models are fitted and people are scored. An objection to it removes the score. */
  profiling: slug,
  /** Purpose under which people are counted in reports. */
  statistics: slug,
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 currency'),
  /** Cells with fewer people are not shown. */
  k: z.int().min(2).max(1000).default(DEFAULT_K),
  /** A customer is active who bought within so many days. */
  active_days: z.int().min(1).max(3650).default(180),
  /** Months to look ahead, and the discount of a month. */
  months: z.int().min(1).max(120).default(12),
  discount: z.number().min(0).max(1).default(0.01),
  /** Weeks ahead within which the projected lifetime is measured. */
  horizon_weeks: z.int().min(1).max(1040).default(104),
  /** Derived fields that take the scores; what isn't named isn't written. */
  scores: z
    .strictObject({
      value: slug.optional(),
      expected_purchases: slug.optional(),
      alive: slug.optional(),
      group: slug.optional(),
    })
    .default({}),
  relations: z
    .strictObject({
      profit: cut,
      lifetime: cut,
      ties: z.enum(['high', 'low']),
      low_share_of_wallet: z.number().min(0).max(1),
    })
    .default(RELATION_RULE),
});
export type Analyses = z.infer<typeof analyses> & { relations: RelationRule };

const objective = z.strictObject({
  title: z.string().min(1).max(200),
  /** Measured by itself from a metric of the customers; null: by hand. */
  metric: z.enum(['repeat_purchase_rate', 'retention_rate', 'churn_rate']).nullable().default(null),
  target: z.number(),
  sense: z.enum(['at_least', 'at_most']).default('at_least'),
  due: z.iso.date(),
  baseline: z.number().nullable().default(null),
  archived: z.boolean().optional(),
});
export type ObjectiveBody = z.infer<typeof objective> & { key: string };

const budget = z.strictObject({
  title: z.string().min(1).max(200),
  /** Cost entries of this programme are its actual spending. */
  programme: z.string().min(1).max(64),
  /** Whole minor units. */
  planned: z.int().min(0),
  archived: z.boolean().optional(),
});
export type BudgetBody = z.infer<typeof budget> & { key: string };

const part = (name: string, schema: z.ZodType): Kind => ({ name, schema: schema as Kind['schema'], part: true });

export const insightKinds: readonly Kind[] = [
  part('analyses', analyses),
  part('objectives', objective),
  part('budgets', budget),
];

/** How analyses are made, or undefined: then there are none. */
export const analysesIn = (book: Pick<Rulebook, 'parts'>): Analyses | undefined =>
  ((book.parts.analyses ?? {}) as unknown as Record<string, Analyses>).main;

const living = <T extends { archived?: boolean }>(book: Pick<Rulebook, 'parts'>, kind: string): T[] =>
  Object.values((book.parts[kind] ?? {}) as unknown as Record<string, T>).filter((entry) => !entry.archived);

export const objectivesIn = (book: Pick<Rulebook, 'parts'>): ObjectiveBody[] => living(book, 'objectives');
export const budgetsIn = (book: Pick<Rulebook, 'parts'>): BudgetBody[] => living(book, 'budgets');
