import type { Ident, identityOps, Lookup, Subject } from '../identity';
import {
  type CallContext,
  isObject,
  need,
  type Ops,
  parseVaultId,
  type Result,
  type Vault,
  type Vaults,
  vaultOf,
  vaultOfBits,
} from '../platform';
import type { consentOps } from './operations';

export type ConsentVault = Vault<typeof consentOps & typeof identityOps>;
export type ConsentVaults = Vaults<typeof consentOps & typeof identityOps>;

/** A person or an identifier, and the vault to ask first. */
export type Located = { vault: ConsentVault; person?: string; ident?: Ident };

/** Where to ask about a subject: no look-up yet. Throws a refusal for an identifier that can't be one. */
export function locate(vaults: ConsentVaults, lookup: Lookup, subject: Subject, country?: string): Located {
  const parsed = subject.type === 'person' ? parseVaultId(subject.id) : undefined;
  if (parsed) return { vault: vaultOfBits(vaults, parsed.bits), person: subject.id };
  const ident = lookup.ident(subject.type === 'person' ? { type: 'external', id: subject.id } : subject, country);
  return { vault: vaultOfBits(vaults, ident.bits), ident };
}

/** The vault in which a person (or whatever else was minted in a vault) lives. */
export const homeOf = <A extends Ops>(vaults: Vaults<A>, id: string): Vault<A> =>
  vaults.at(vaultOf(parseVaultId(id)?.bits ?? 0, vaults.count));

/** Whose identifier it is, after merges; null for nobody. */
export async function findPerson(
  vaults: ConsentVaults,
  lookup: Lookup,
  subject: Subject,
  context: CallContext,
): Promise<string | null> {
  const at = locate(vaults, lookup, subject);
  const person = at.person ?? need(await at.vault.run('identity.find', { ident: at.ident! }, context)).person;
  return person === null ? null : followMerges(vaults, person, context);
}

/** The active person that an id leads to. */
export async function followMerges(
  vaults: ConsentVaults,
  person: string,
  context: CallContext,
): Promise<string | null> {
  let at = person;
  for (let hop = 0; hop < 5; hop++) {
    const row = need(await homeOf(vaults, at).run('identity.person', { person: at }, context));
    if (!row || row.status === 'erased') return null;
    if (row.status !== 'merged' || !row.merged_into) return at;
    at = row.merged_into;
  }
  return null;
}

/** Runs at a person's home and follows the redirect that a merge has left. */
export async function atHome<T>(
  vaults: ConsentVaults,
  first: Located,
  run: (vault: ConsentVault, who: { person?: string; ident?: Ident }) => Promise<Result<T>>,
): Promise<Result<T>> {
  let at: Located = first;
  for (let hop = 0; hop < 4; hop++) {
    const result = await run(at.vault, { person: at.person, ident: at.ident });
    const into =
      !result.ok && result.error.code === 'moved' && isObject(result.error.fields)
        ? result.error.fields.into
        : undefined;
    if (typeof into !== 'string') return result;
    at = { vault: homeOf(vaults, into), person: into };
  }
  return { ok: false, error: { code: 'unavailable', message: 'this person is being moved: try again' } };
}
