import type { Snapshot } from '../access';
import type { consentOps, Rulebook, SigningKey } from '../consent';
import type { Limiter } from '../http';
import type { identityOps, Lookup } from '../identity';
import type { Clock, Vault, Vaults } from '../platform';
import type { releaseOps } from './operations';
import type { releaseRegistryOps } from './registry-operations';

export type ReleaseVaultOps = typeof consentOps & typeof identityOps & typeof releaseOps;

/** What the gate out needs of the edge. */
export type ReleasePorts = {
  vaults: Vaults<ReleaseVaultOps>;
  registry: Vault<typeof releaseRegistryOps>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  lookup: Lookup;
  limiter: Limiter;
  clock: Clock;
  /** Current first. */
  receiptKeys: readonly SigningKey[];
};
