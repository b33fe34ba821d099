import type { VaultInfo } from '../platform';
import { type PrivateJwk, signNote } from './note';

/** Who signs, in which log's name. `earlier`: keys from before a rotation that are still at hand. */
export type Signer = { origin: string; privateJwk: PrivateJwk; earlier?: readonly PrivateJwk[] };

/** A set of Ed25519 keys, one of them current. */
type KeySet = { readonly current: string; readonly keys: readonly (PrivateJwk & { readonly kid: string })[] };

/**
 * The C2SP name of a log: the installation's host, and the database. After a restore another history begins under
 * another name, because one name must never have two.
 */
export function originOf(publicUrl: string, { name, epoch }: Pick<VaultInfo, 'name' | 'epoch'>): string {
  const origin = `${new URL(publicUrl).host}/log/${name}`;
  return epoch > 1 ? `${origin}/epoch/${epoch}` : origin;
}

/** Who signs for a database: the current key, with the earlier ones at hand for a change of keys. */
export function signers(keys: KeySet, publicUrl: string): (info: Pick<VaultInfo, 'name' | 'epoch'>) => Signer {
  const bare = ({ x, d }: PrivateJwk): PrivateJwk => ({ kty: 'OKP', crv: 'Ed25519', x, d });
  const current = keys.keys.find((key) => key.kid === keys.current);
  if (!current) throw new Error(`the log's current key ${keys.current} is not among its keys`);
  const earlier = keys.keys.filter((key) => key !== current).map(bare);
  return (info) => ({ origin: originOf(publicUrl, info), privateJwk: bare(current), earlier });
}

/** Signs the manifests of exports in the name of the registry's log. */
export const noteSigner =
  (signerOf: ReturnType<typeof signers>) =>
  (text: string, epoch: number): string => {
    const { origin, privateJwk } = signerOf({ name: 'registry', epoch });
    return signNote(text, { name: origin, privateJwk });
  };
