import { parseVaultId, vaultOf } from './ids';
import { type CallContext, type In, need, type Ops, type Out, type Result, type Vault } from './ops';
import { decodeRevision, joinRevisions } from './runner';

/** All vaults of a zone, here or far away. `count` is a power of two. */
export interface Vaults<A extends Ops> {
  readonly count: number;
  readonly zone: string;
  at(index: number): Vault<A>;
}

/** The vault that owns an id minted in a vault, or undefined when it is none. */
export function vaultOfId<A extends Ops>(vaults: Vaults<A>, id: string): Vault<A> | undefined {
  const parsed = parseVaultId(id);
  return parsed && vaults.at(vaultOf(parsed.bits, vaults.count));
}

export const vaultOfBits = <A extends Ops>(vaults: Vaults<A>, bits: number): Vault<A> =>
  vaults.at(vaultOf(bits, vaults.count));

export function everyVault<A extends Ops>(vaults: Vaults<A>): Vault<A>[] {
  return Array.from({ length: vaults.count }, (_, i) => vaults.at(i));
}

/** Asks every vault at once and answers in the order of the vaults; throws the first refusal. */
export async function askAll<A extends Ops, K extends keyof A & string>(
  vaults: Vaults<A>,
  op: K,
  input: In<A[K]>,
  context: CallContext,
): Promise<{ values: Out<A[K]>[]; revision: string }> {
  const results: Result<Out<A[K]>>[] = await Promise.all(everyVault(vaults).map((v) => v.run(op, input, context)));
  const values = results.map((r) => need(r));
  const parts = results.flatMap((r) => (r.ok ? decodeRevision(r.revision) : []));
  return { values, revision: joinRevisions(parts) };
}

/** A page of something that all vaults hold: `next` is opaque, and undefined at the end. */
export type Page<T> = { items: T[]; next?: string };

/**
 * Reads one vault after the other by key. The operation takes `{after, limit}` and answers items with their key
 * (`after` of the next page), so that no page repeats or leaves out what doesn't change meanwhile.
 */
export async function pageOver<T>(
  count: number,
  cursor: { vault: number; after: string } | undefined,
  limit: number,
  read: (vault: number, after: string, limit: number) => Promise<{ items: T[]; after: string | null }>,
): Promise<{ items: T[]; cursor?: { vault: number; after: string } }> {
  const items: T[] = [];
  let at = cursor ?? { vault: 0, after: '' };
  while (at.vault < count) {
    const page = await read(at.vault, at.after, limit - items.length);
    items.push(...page.items);
    at = page.after === null ? { vault: at.vault + 1, after: '' } : { vault: at.vault, after: page.after };
    if (items.length >= limit) break;
  }
  return at.vault < count ? { items, cursor: at } : { items };
}
