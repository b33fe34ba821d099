import * as z from 'zod';
import type { Kind } from '../consent';

const line = z.string().max(2000);

/** What the record of processing (GDPR Art. 30) needs beyond what decisions need: the part that holds for everything. */
const head = z.strictObject({
  representative: line.optional(),
  joint_controllers: line.optional(),
  dpo: line.optional(),
  security: line.optional(),
});

/** … and the part of one purpose. */
const entry = z.strictObject({
  people: line.optional(),
  source: line.optional(),
  transfers: line.optional(),
  safeguards: line.optional(),
  security: line.optional(),
  automated: line.optional(),
  assessment: line.optional(),
  owner: line.optional(),
  reviewed: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day')
    .optional(),
});

export type RegisterHead = z.infer<typeof head>;
export type RegisterEntry = z.infer<typeof entry>;

/** Kept and versioned like every definition; no decision depends on it, so it is no part of the rulebook. */
export const consoleKinds: readonly Kind[] = [
  { name: 'register_head', schema: head as unknown as Kind['schema'] },
  { name: 'register_entries', schema: entry as unknown as Kind['schema'] },
];
