import type { Ident, Lookup, Subject } from '../identity';
import { type CallContext, need, type Vaults, vaultOf } from '../platform';
import type { CellValue } from './columns';
import type { Counts } from './manifest';
import type { Download, LookedPoint, releaseOps } from './operations';
import type { Checked, Wanted } from './person';

type ReleaseVaults = Vaults<typeof releaseOps>;
type Edge = { vaults: ReleaseVaults; lookup: Lookup };

/** What is to be released: to the ends of all vaults, or of a list of people (ids of active persons, sorted). */
export type Job = { wanted: Wanted; people: readonly string[] | null; download: Download };

export type ReleasedPage = { rows: CellValue[][]; counts: Counts; rulebook: number };

/**
 * One vault after the other, one page after the other: see who would leave, ask whether their contact points are
 * suppressed, then decide and write down. What is yielded is committed and audited, and may leave.
 */
export async function* releasePages(edge: Edge, job: Job, context: CallContext): AsyncGenerator<ReleasedPage> {
  for (let index = 0; index < edge.vaults.count; index++) {
    const vault = edge.vaults.at(index);
    const people = job.people?.filter((id) => indexOf(id, edge.vaults.count) === index) ?? null;
    const part = { wanted: job.wanted, people };
    for (let after = '', done = people?.length === 0; !done; ) {
      const seen = need(await vault.run('release.look', { part, after }, context));
      const checked = await checkSuppressions(edge, seen.points, job.wanted.aim.purpose, context);
      while (after < seen.upto) {
        const input = { part, download: job.download, after, upto: seen.upto, checked };
        const page = need(await vault.run('release.take', input, context));
        yield { rows: page.rows, counts: page.counts, rulebook: page.rulebook };
        after = page.after;
      }
      done = seen.done;
    }
  }
}

/** Which vault a person lives in: the partition bits are in the id. */
const indexOf = (person: string, count: number): number => vaultOf(Number.parseInt(person.slice(6, 10), 16), count);

/** Asks each identifier's own vault whether it is suppressed; nothing but hashes travels there. */
export async function checkSuppressions(
  { vaults, lookup }: Edge,
  points: readonly LookedPoint[],
  purpose: string,
  context: CallContext,
): Promise<Checked> {
  const checked: Record<string, Record<string, boolean>> = {};
  const byVault = new Map<number, { point: LookedPoint; ident: Ident }[]>();
  for (const point of points) {
    const ident = lookup.ident({ type: point.kind as Subject['type'], id: point.value });
    const index = vaultOf(ident.bits, vaults.count);
    const asks = byVault.get(index) ?? [];
    asks.push({ point, ident });
    byVault.set(index, asks);
  }
  await Promise.all(
    [...byVault].map(async ([index, asks]) => {
      const idents = asks.map((a) => a.ident);
      const answers = need(await vaults.at(index).run('release.suppressed', { idents, purpose }, context));
      asks.forEach(({ point }, i) => {
        checked[point.person] = { ...checked[point.person], [point.hash]: answers[i] ?? true };
      });
    }),
  );
  return checked;
}
