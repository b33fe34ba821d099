import type { Snapshot, Tokens } from '../access';
import type { definitionOps, Rulebook, SigningKey } from '../consent';
import type { Limiter } from '../http';
import type { Lookup } from '../identity';
import type { Vault, Vaults } from '../platform';
import type { RightsVaultOps } from './saga-ports';
import type { RightsSystem } from './system';

/** What the rights room's routes need of the edge. */
export type RightsPorts = {
  publicUrl: string;
  vaults: Vaults<RightsVaultOps>;
  registry: Vault<ReturnType<typeof definitionOps>>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  lookup: Lookup;
  tokens: Tokens;
  limiter: Limiter;
  receiptKeys: readonly SigningKey[];
  systems?: readonly RightsSystem[];
};
