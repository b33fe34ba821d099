import * as z from 'zod';
import type { Rulebook } from '../consent';
import { RIGHTS, type Right } from './rules';

const rights = z.array(z.enum(RIGHTS as unknown as [Right, ...Right[]]));
const days = (n: number) => z.int().min(1).max(36_500).default(n);

/** How the organisation handles requests: the kind `request_rules`, one entry called `main`. */
export const settingsSchema = z.strictObject({
  /** Carried out as soon as the asker is proved; everything else waits for a member of staff. */
  auto_approve: rights.default(['access', 'portability']),
  /** Two members of staff have to approve. */
  four_eyes: rights.default([]),
  /** Hours between approval and erasure in which the person can cancel; null: 24 where nobody of staff approved, else 0. */
  cooling_off_hours: z.int().min(0).max(168).nullable().default(null),
  /** How long the link in a mail opens something. */
  link_hours: z.int().min(1).max(720).default(72),
  /** How long a package can be fetched. */
  package_days: z.int().min(1).max(60).default(7),
  /** A request whose asker never proves who they are lapses after so many days. */
  unproved_days: days(30),
  /** Mails to one recipient, and for one site, within 24 hours. */
  mails_per_day: z.int().min(1).max(50).default(3),
  site_mails_per_day: z.int().min(1).max(1_000_000).default(2_000),
  /** Proof of consent outlives an erasure for so long (limitation of claims). */
  evidence_days: days(1_096),
  /** Mails that requests of one network (a household, a company) may cause within 24 hours. */
  network_mails_per_day: z.int().min(1).max(100_000).default(50),
  /** The record of a request is kept for so long after it was closed (11 CCR 7101: 24 months). */
  keep_days: days(731),
  /** The oldest backup that the organisation keeps. */
  backup_days: z.int().min(0).max(3_650).default(30),
  /** Calendar of public holidays where the controller acts (`SE`, `DE`, …); null: the policy of the asker's region. */
  calendar: z
    .string()
    .regex(/^[A-Z]{2}(-[A-Z]{1,3})?$/)
    .nullable()
    .default(null),
});

export type RightsSettings = z.infer<typeof settingsSchema>;

const defaults: RightsSettings = settingsSchema.parse({});

/** The settings of the installed rulebook. */
export function settingsOf(book: Rulebook): RightsSettings {
  const part = (book.parts.request_rules ?? {}) as { main?: RightsSettings };
  return { ...defaults, ...part.main };
}
