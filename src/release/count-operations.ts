import { currentRulebook } from '../consent';
import { type Ops, query, type Reader, trusted } from '../platform';
import type { CellValue } from './columns';
import { addCounts, type Counts, noCounts } from './manifest';
import { readPersons, standingOf, type Wanted } from './person';
import { inSlice, loadKeys, nextPersons } from './slice';

type CountInput = { wanted: Wanted; after: string };
/** Group (the values of the columns, as JSON) → people. */
export type Groups = Record<string, number>;
export type CountPage = { counts: Counts; groups: Groups; after: string; done: boolean };

/**
 * Counts a slice: who is meant, who may be used, and for the latter their values of the wanted columns. Shows nobody; the
 * edge says what may be seen of the sums. Suppressions lie in other vaults and are not asked: a release asks them.
 */
function count(r: Reader, i: CountInput): CountPage {
  const book = currentRulebook(r.db);
  const { ids, keyed, last } = nextPersons(r, null, i.after);
  if (i.wanted.rule || i.wanted.columns.length > 0) loadKeys(r, keyed);
  const groups: Groups = {};
  let counts = noCounts;
  const after = inSlice(ids, i.after, (chunk) => {
    const factsOf = readPersons(r, book, chunk, i.wanted);
    for (const person of chunk) {
      const { facts, values } = factsOf(person);
      const standing = standingOf(r, book, person, facts, i.wanted, undefined);
      if (!standing.matched) continue;
      const { verdict } = standing;
      const excluded = verdict.out ? {} : { [verdict.reason]: 1 };
      counts = addCounts(counts, { matched: 1, released: verdict.out ? 1 : 0, excluded });
      if (verdict.out) addTo(groups, i.wanted, values);
    }
  });
  return { counts, groups, after, done: last && after === (ids.at(-1) ?? i.after) };
}

/** Somebody without a value is in the group of those without one; a list puts a person into each of its groups. */
function addTo(groups: Groups, { columns }: Wanted, values: Readonly<Record<string, CellValue>>): void {
  let keys: CellValue[][] = [[]];
  for (const { key } of columns) {
    const value = values[key] ?? null;
    const all = Array.isArray(value) ? (value as readonly string[]) : [value as CellValue];
    keys = keys.flatMap((k) => all.map((v) => [...k, v]));
  }
  for (const k of keys) groups[JSON.stringify(k)] = (groups[JSON.stringify(k)] ?? 0) + 1;
}

export const countOps = {
  'release.count': query(trusted<CountInput>(), count),
} satisfies Ops;
