import * as z from 'zod';
import type { Rulebook } from '../consent';
import { fieldOf } from '../people';
import type { FieldError } from '../platform';
import { CHANNELS } from './audience';
import { declares } from './columns';
import type { SegmentBody } from './export-store';
import { type Leaf, leavesOf, type Rule, ruleSchema } from './rule';

const slug = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be small letters, digits and _');

export const channelSchema = z.enum(CHANNELS as [(typeof CHANNELS)[number], ...(typeof CHANNELS)[number][]]);

/** Purpose and channel must be said; `channel: null` says that nobody is contacted. */
export const segmentSchema = z.strictObject({
  name: z.string().min(1).max(200),
  purpose: slug,
  channel: channelSchema.nullable(),
  unit: slug.nullable().default(null),
  rule: ruleSchema,
});

/** What in a segment the rulebook doesn't know or doesn't allow; everything at once. */
export function segmentProblems(book: Rulebook, body: SegmentBody): FieldError[] {
  return [...aimProblems(book, body), ...ruleProblems(book, body.purpose, body.rule)];
}

export type AimBody = { purpose: string; channel?: string | null; unit?: string | null };

/** Is there such a purpose, does it use that channel, is there such a unit? */
export function aimProblems(book: Rulebook, { purpose: key, channel, unit }: AimBody): FieldError[] {
  const purpose = Object.hasOwn(book.purposes, key) ? book.purposes[key]! : undefined;
  const problems: FieldError[] = [];
  if (!purpose || purpose.archived) problems.push({ path: '/body/purpose', message: `there is no purpose "${key}"` });
  else if (channel && purpose.direct_marketing && !(purpose.channels as string[]).includes(channel))
    problems.push({ path: '/body/channel', message: `the purpose "${key}" does not declare the channel "${channel}"` });
  if (unit && !Object.hasOwn(book.units, unit))
    problems.push({ path: '/body/unit', message: `there is no unit "${unit}"` });
  return problems;
}

function ruleProblems(book: Rulebook, purpose: string, rule: Rule): FieldError[] {
  return leavesOf(rule).flatMap((leaf) => {
    const message = leafProblem(book, purpose, leaf);
    return message ? [{ path: '/body/rule', message }] : [];
  });
}

/** Choosing people by a value is using it: only what is declared for the purpose may be asked. */
function leafProblem(book: Rulebook, purpose: string, leaf: Leaf): string | undefined {
  if ('everyone' in leaf) return undefined;
  if ('orders' in leaf)
    return declares(book, purpose, 'user.behavior.purchase_history')
      ? undefined
      : `the purpose "${purpose}" does not declare user.behavior.purchase_history, so it may not look at orders`;
  if ('interactions' in leaf)
    return declares(book, purpose, 'user.behavior')
      ? undefined
      : `the purpose "${purpose}" does not declare user.behavior, so it may not look at interactions`;
  const field = fieldOf(book, leaf.field);
  if (!field) return `"${leaf.field}" is not in the field register`;
  if (!field.purposes.includes(purpose)) return `"${leaf.field}" is not declared for the purpose "${purpose}"`;
  if (!declares(book, purpose, field.category))
    return `the purpose "${purpose}" does not declare the category ${field.category} of "${leaf.field}"`;
  return field.special ? `"${leaf.field}" is a special category: nobody is chosen by it` : undefined;
}
