import type { Snapshot } from '../access';
import type { definitionOps, Rulebook } from '../consent';
import type { Lookup } from '../identity';
import type { Vault, Vaults } from '../platform';
import type { PeopleVaultOps } from './claim';
import type { peopleRegistryOps } from './registry-operations';

/** What the people room's routes need of the edge. */
export type PeoplePorts = {
  vaults: Vaults<PeopleVaultOps>;
  registry: Vault<typeof peopleRegistryOps & ReturnType<typeof definitionOps>>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  lookup: Lookup;
};
