import type { Snapshot } from '../access';
import type { consentOps, Rulebook, SigningKey } from '../consent';
import type { Limiter } from '../http';
import type { identityOps, Lookup } from '../identity';
import type { Clock, Http, Vault, Vaults } from '../platform';
import type { countOps } from './count-operations';
import type { foreignOps } from './foreign-operations';
import type { releaseOps } from './operations';
import type { releaseRegistryOps } from './registry-operations';

export type ReleaseVaultOps = typeof consentOps &
  typeof identityOps &
  typeof releaseOps &
  typeof foreignOps &
  typeof countOps;

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
  /** How connectors call other systems; absent: they can't. */
  http?: Http;
  /** How they wait out a rate limit; absent: by the machine's clock. */
  sleep?(ms: number): Promise<void>;
};
