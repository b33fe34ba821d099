import { type CallContext, need, type Vaults } from '../platform';
import type { CountPage, countOps, Groups } from './count-operations';
import { addCounts, type Counts, noCounts } from './manifest';
import type { Wanted } from './person';

type CountVaults = Vaults<typeof countOps>;

/** `share`: the part of all people that was looked at; 1 is everybody. */
export type Counted = { counts: Counts; groups: Groups; share: number };

/**
 * Counts over all vaults at once, slice by slice, until everybody is counted or the time is over. Ids are random behind
 * their partition bits, so whoever comes first in a vault is a fair sample of it, and `share` says how large it is.
 */
export async function countAll(
  vaults: CountVaults,
  wanted: Wanted,
  stop: () => boolean,
  context: CallContext,
): Promise<Counted> {
  const parts = await Promise.all(
    Array.from({ length: vaults.count }, (_, i) => countVault(vaults, i, wanted, stop, context)),
  );
  return {
    counts: parts.map((p) => p.counts).reduce(addCounts, noCounts),
    groups: parts.map((p) => p.groups).reduce(addGroups, {}),
    share: parts.reduce((sum, p) => sum + p.share, 0) / vaults.count,
  };
}

async function countVault(
  vaults: CountVaults,
  index: number,
  wanted: Wanted,
  stop: () => boolean,
  context: CallContext,
): Promise<Counted> {
  let counts = noCounts;
  let groups: Groups = {};
  let after = '';
  for (;;) {
    const page: CountPage = need(await vaults.at(index).run('release.count', { wanted, after }, context));
    counts = addCounts(counts, page.counts);
    groups = addGroups(groups, page.groups);
    after = page.after;
    if (page.done) return { counts, groups, share: 1 };
    if (stop()) return { counts, groups, share: shareOf(after, index, vaults.count) };
  }
}

/** How much of its range of ids a vault has behind it, by the partition bits of the last one. */
export function shareOf(after: string, index: number, count: number): number {
  const size = 0x10000 / count;
  const behind = Number.parseInt(after.slice(6, 10), 16) - index * size;
  return Math.min(1, Math.max(1, behind) / size);
}

export function addGroups(a: Groups, b: Groups): Groups {
  const sum = { ...a };
  for (const [key, n] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + n;
  return sum;
}

/** A number of people that stands for nobody: smaller groups are not shown. */
export const FLOOR = 10;

export type ShownGroup = { values: unknown[]; people: number };

/**
 * What may be seen of groups: none under the floor, and none from which one under the floor could be worked out. If the
 * hidden ones together are still fewer than the floor, the smallest of the others is hidden with them.
 */
export function shownGroups(groups: Groups, floor = FLOOR): { groups: ShownGroup[]; hidden: { groups: number } } {
  const all = Object.entries(groups).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const shown = all.filter(([, n]) => n >= floor);
  const under = all.filter(([, n]) => n < floor).reduce((sum, [, n]) => sum + n, 0);
  if (under > 0 && under < floor) shown.pop();
  return {
    groups: shown.map(([key, people]) => ({ values: JSON.parse(key) as unknown[], people })),
    hidden: { groups: all.length - shown.length },
  };
}

/** Scales what was counted in a sample to everybody. `margin`: half the width of the 95 % interval, in people. */
export function estimate(n: number, share: number): { people: number; margin: number } {
  if (share >= 1) return { people: n, margin: 0 };
  return { people: Math.round(n / share), margin: Math.ceil((1.96 * Math.sqrt(Math.max(n, 1) * (1 - share))) / share) };
}
