import { sameBytes } from './bytes';
import { flat } from './tiles';
import { countOf, HASH, hashAt, rootOf, TILE, type Tree, treeOf } from './tree';

/**
 * Finds the one list of leaf hashes that the signed root was made of, although some of what the bundle says may have
 * been tampered with: a bundle tells each leaf three times (line, entry bundle, hash tile), and each block of 256 once
 * more in the tile above it.
 */

type Blocks = readonly (Uint8Array | undefined)[];

export type Evidence = {
  readonly size: number;
  readonly root: Uint8Array;
  /** Each source's leaf hashes. */
  readonly sources: readonly Blocks[];
  /** Hashes of full blocks as the tile level above has them. */
  readonly parents: Uint8Array;
};

/** The true leaves, with their tree. */
export type Truth = { readonly leaves: Uint8Array; readonly tree: Tree };

/** Undefined when no combination of the sources has the signed root. */
export function settle(evidence: Evidence): Truth | undefined {
  const reach = Math.max(...evidence.sources.map((source) => source.length));
  if (Math.ceil(evidence.size / TILE) > reach) return undefined;
  for (const leaves of candidates(evidence)) {
    if (countOf(leaves) !== evidence.size) continue;
    const tree = treeOf(leaves);
    if (sameBytes(tree.root, evidence.root)) return { leaves, tree };
  }
  return undefined;
}

/** First the best choice per block, with each version of the last one; then each source as a whole. */
function* candidates({ size, sources, parents }: Evidence): Generator<Uint8Array> {
  const full = Math.floor(size / TILE);
  const chosen = Array.from({ length: full }, (_, i) => choose(versions(sources, i, TILE), hashAt(parents, i)));
  const lastWidth = size - full * TILE;
  if (lastWidth === 0) yield flat(chosen);
  for (const last of lastWidth > 0 ? versions(sources, full, lastWidth) : []) yield flat([...chosen, last]);
  for (const source of sources) yield flat(source);
}

/** The distinct versions of a block that have the right width, the most frequent first. */
function versions(sources: readonly Blocks[], block: number, width: number): Uint8Array[] {
  const counted: { hashes: Uint8Array; votes: number }[] = [];
  for (const source of sources) {
    const hashes = source[block];
    if (hashes?.length !== width * HASH) continue;
    const same = counted.find((version) => sameBytes(version.hashes, hashes));
    if (same) same.votes += 1;
    else counted.push({ hashes, votes: 1 });
  }
  return counted.sort((a, b) => b.votes - a.votes).map((version) => version.hashes);
}

function choose(options: readonly Uint8Array[], parent: Uint8Array): Uint8Array | undefined {
  if (options.length < 2) return options[0];
  return options.find((hashes) => sameBytes(rootOf(hashes), parent)) ?? options[0];
}
