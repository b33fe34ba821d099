import type { Reader } from '../platform';
import { isMeant, type Rule } from '../release';

/** A segment as it travels to a vault: its rule, and the purpose for which the rule may look at values. */
export type SegmentRule = { key: string; purpose: string; unit: string | null; rule: Rule };

/** Whether a person is meant by a segment, seen only through values that its purpose may use. */
export const isMember = (r: Reader, { purpose, unit, rule }: SegmentRule, person: string): boolean =>
  isMeant(r, rule, { purpose, unit: unit ?? undefined }, person);
