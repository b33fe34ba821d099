import { currentRulebook } from '../consent';
import { matches, type Rule, readPersons } from '../release';
import type { Reader } from '../platform';

/** A segment as it travels to a vault: its rule, and the purpose for which the rule may look at values. */
export type SegmentRule = { key: string; purpose: string; unit: string | null; rule: Rule };

/** Whether a person is meant by a segment, seen only through values that its purpose may use. */
export function isMember(r: Reader, segment: SegmentRule, person: string): boolean {
  const aim = { purpose: segment.purpose, unit: segment.unit ?? undefined };
  const { facts } = readPersons(r, currentRulebook(r.db), [person], { aim, rule: segment.rule, columns: [] })(person);
  return matches(segment.rule, facts, r.now);
}
