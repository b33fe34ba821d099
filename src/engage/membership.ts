import type { In, Writer } from '../platform';
import { releaseOps } from '../release';

type Wanted = In<(typeof releaseOps)['segment.explain']>['wanted'];

/** A segment as it travels to a vault: its rule, and the purpose for which the rule may look at values. */
export type SegmentRule = { key: string; purpose: string; unit: string | null; rule: NonNullable<Wanted['rule']> };

/** Whether a person is meant by a segment, seen only through values that its purpose may use; the look is audited. */
export function isMember(w: Writer, { purpose, unit, rule }: SegmentRule, person: string): boolean {
  const wanted: Wanted = { aim: { purpose, unit: unit ?? undefined }, rule, columns: [] };
  return releaseOps['segment.explain'].run(w, { person, wanted, checked: {} }).matched;
}
