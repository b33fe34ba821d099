import { fromBase64, sameBytes } from './bytes';
import type { Ed25519 } from './ed25519';
import { type Head, type Key, openNote, parseHead } from './note';
import { nodeInto } from './sha2';
import { HASH, leafOf } from './tree';

/** Proofs of RFC 6962, checked by walking down the tree as its definition does. */

function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  const pair = new Uint8Array(2 * HASH);
  pair.set(left);
  pair.set(right, HASH);
  const out = new Uint8Array(HASH);
  nodeInto(pair, 0, out, 0);
  return out;
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** Hands out the hashes of a proof, each once; throws when there are too few. */
function reader(proof: readonly Uint8Array[]) {
  let used = 0;
  return {
    next: (): Uint8Array => {
      const hash = proof[used++];
      if (hash?.length !== HASH) throw new RangeError('a proof is too short');
      return hash;
    },
    empty: () => used === proof.length,
  };
}

/** The root that a leaf at `index` has in a tree of `size`; undefined when the proof's length is wrong. */
export function rootByInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  const hashes = reader(proof);
  const walk = (i: number, n: number): Uint8Array => {
    if (n === 1) return leaf;
    const k = splitOf(n);
    const inner = i < k ? walk(i, k) : walk(i - k, n - k);
    return i < k ? node(inner, hashes.next()) : node(hashes.next(), inner);
  };
  return ended(hashes, () => walk(index, size));
}

/** Whether the tree of `older` is a beginning of the tree of `newer`. */
export function isBeginning(older: Head, newer: Head, proof: readonly Uint8Array[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === 0) return proof.length === 0;
  const hashes = reader(proof);
  const walk = (m: number, n: number, known: boolean): [Uint8Array, Uint8Array] => {
    if (m === n) {
      const hash = known ? older.root : hashes.next();
      return [hash, hash];
    }
    const k = splitOf(n);
    const [before, after] = m <= k ? walk(m, k, known) : walk(m - k, n - k, false);
    const sibling = hashes.next();
    return m <= k ? [before, node(after, sibling)] : [node(sibling, before), node(sibling, after)];
  };
  const roots = ended(hashes, () => walk(older.size, newer.size, true));
  return roots !== undefined && sameBytes(roots[0], older.root) && sameBytes(roots[1], newer.root);
}

/** The result, unless the proof was too short or too long. */
function ended<T>(hashes: ReturnType<typeof reader>, walk: () => T): T | undefined {
  try {
    const result = walk();
    return hashes.empty() ? result : undefined;
  } catch {
    return undefined;
  }
}

/** Base64 lines as hashes; undefined when one is none. */
export function hashesOf(lines: readonly unknown[]): Uint8Array[] | undefined {
  const hashes = lines.map((line) => (typeof line === 'string' ? fromBase64(line) : undefined));
  return hashes.every((hash) => hash?.length === HASH) ? (hashes as Uint8Array[]) : undefined;
}

export type CheckedProof =
  | { readonly ok: true; readonly index: number; readonly head: Head; readonly keys: readonly Key[] }
  | { readonly ok: false; readonly why: 'malformed' | 'unsigned' | 'not_included' };

const PROOF =
  /^c2sp\.org\/tlog-proof@v1\n(?:extra [A-Za-z0-9+/=]*\n)?index (0|[1-9][0-9]{0,15})\n((?:[A-Za-z0-9+/=]{44}\n)*)\n/;

/** Checks a C2SP tlog-proof for an entry's bytes, with the keys that the reader trusts. */
export function checkProof(proof: string, entry: Uint8Array, keys: readonly Key[], ed25519?: Ed25519): CheckedProof {
  const match = PROOF.exec(proof);
  const hashes = match && hashesOf(match[2]!.split('\n').slice(0, -1));
  if (!match || !hashes) return { ok: false, why: 'malformed' };
  const opened = openNote(proof.slice(match[0].length), keys, ed25519);
  const head = opened.ok ? parseHead(opened.text) : undefined;
  if (!opened.ok || !head || !opened.keys.some((key) => key.name === head.origin))
    return { ok: false, why: 'unsigned' };
  const index = Number(match[1]);
  const root = rootByInclusion(leafOf(entry), index, head.size, hashes);
  return root && sameBytes(root, head.root)
    ? { ok: true, index, head, keys: opened.keys }
    : { ok: false, why: 'not_included' };
}
