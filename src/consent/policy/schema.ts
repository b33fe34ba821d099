import * as z from 'zod';
import type { RegionRow } from './types';

const day = z.iso.date();
const cited = { source: z.string().min(3), confidence: z.enum(['high', 'medium', 'low', 'design']) };
const model = z.enum(['opt_in', 'opt_out', 'notice_only']);
const directRule = z.enum(['consent', 'soft_opt_in', 'opt_out']);
const deviceClass = z.enum(['functional', 'analytics', 'marketing', 'sale']);
const clock = z.enum([
  'eu_month',
  'uk_month',
  'uk_complaint_30',
  'us_45',
  'us_90',
  'ca_acknowledge_10',
  'ca_opt_out_15',
  'us_opt_out_15',
  'casl_opt_out_10',
  'appeal_45',
  'appeal_60',
  'days_10',
  'days_15',
  'days_30',
  'days_30_extendable',
  'days_30_notice',
  'days_90',
  'at_once',
]);

const softOptIn = z.strictObject({
  recorded_sale: z.boolean(),
  enquiry: z.boolean(),
  similar_products: z.boolean(),
  opt_out_at_collection: z.boolean(),
  opt_out_in_every_message: z.boolean(),
  window_days: z.int().positive().nullable(),
});

const minorRule = z.strictObject({
  from: z.int().min(0),
  below: z.int().min(1).max(21),
  classes: z.array(deviceClass).min(1),
  effect: z.enum(['banned', 'own_consent', 'guardian']),
  since: day.nullable(),
});

const rules = {
  device: z.strictObject({
    ...cited,
    rules: z.strictObject({ functional: model, analytics: model, marketing: model, sale: model }),
    exemptions: z.array(z.enum(['first_party_statistics', 'appearance'])),
  }),
  direct: z.strictObject({
    ...cited,
    rules: z.strictObject({
      email: directRule,
      sms: directRule,
      phone: directRule,
      post: directRule,
      push: directRule,
      messaging: directRule,
    }),
    soft_opt_in: softOptIn.nullable(),
  }),
  gpc: z.strictObject({
    ...cited,
    duty: z.enum(['required', 'honoured', 'ignored']),
    since: day.nullable(),
    display: z.boolean(),
    refuses: z.array(deviceClass),
    beats_earlier_grant: z.boolean(),
  }),
  dnt: z.strictObject({ ...cited, effect: z.enum(['ignored', 'as_gpc']) }),
  keep: z.strictObject({
    ...cited,
    grant_days: z.int().positive().nullable(),
    reask_days: z.int().positive(),
  }),
  minors: z.strictObject({ ...cited, consent_age: z.int().min(10).max(21), rules: z.array(minorRule) }),
  special: z.strictObject({
    ...cited,
    rule: z.enum(['explicit_consent', 'opt_out', 'limit', 'necessary_only']),
  }),
  requests: z.strictObject({
    ...cited,
    answer: clock,
    acknowledge: clock.nullable(),
    opt_out: clock,
    appeal: clock.nullable(),
    complaint: clock.nullable(),
    agents: z.boolean(),
    keep_months: z.int().positive().nullable(),
  }),
  calendar: z.string().min(2),
  gdpr: z.boolean(),
};

const PARTS = Object.keys(rules) as (keyof typeof rules)[];

/** `*`, `EEA`, ISO 3166-1 alpha-2, or ISO 3166-2. */
const code = z.string().regex(/^(\*|EEA|[A-Z]{2}(-[A-Z0-9]{1,3})?)$/);

const row = z.strictObject({
  ...z.object(rules).partial().shape,
  code,
  name: z.string().min(3),
  law: z.string().min(3),
  status: z.enum(['in_force', 'phased', 'future']),
  effective: day.optional(),
  parent: code.nullable(),
  alias_of: code.optional(),
});

/** The whole pack: complete from the roots down, no dangling parent or alias, a soft opt-in wherever a channel needs one. */
export const packSchema = z.array(row).superRefine((rows, ctx) => {
  const byCode = new Map(rows.map((r) => [r.code, r]));
  const wrong = (message: string) => ctx.addIssue({ code: 'custom', message });
  if (byCode.size !== rows.length) wrong('a region appears twice');
  for (const r of rows) {
    for (const target of [r.parent, r.alias_of]) {
      if (target && !byCode.has(target)) wrong(`${r.code}: ${target} is not in the pack`);
    }
    if ((r.status === 'future') !== (r.effective !== undefined)) wrong(`${r.code}: a future law needs its first day`);
    if (r.effective && !r.parent) wrong(`${r.code}: a future law needs a parent that holds until then`);
    if (!r.parent) for (const part of PARTS) if (r[part] === undefined) wrong(`${r.code}: ${part} is missing`);
    const usesSoftOptIn = Object.values(r.direct?.rules ?? {}).includes('soft_opt_in');
    if (r.direct && usesSoftOptIn !== (r.direct.soft_opt_in !== null))
      wrong(`${r.code}: soft opt-in without conditions`);
  }
});

/** The pack's JSON Schema (draft 2020-12), one row per item; references between rows are checked by {@link packSchema}. */
export const packJsonSchema = (): Record<string, unknown> => z.toJSONSchema(z.array(row)) as Record<string, unknown>;

/** Checks data against the schema. @throws ZodError with every issue. */
export const parsePack = (data: unknown): readonly RegionRow[] => packSchema.parse(data) as RegionRow[];
