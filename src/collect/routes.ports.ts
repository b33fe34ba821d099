import type { Snapshot } from '../access';
import type { Rulebook } from '../consent';
import type { Limiter } from '../http';
import type { Lookup } from '../identity';
import type { PeopleVaultOps } from '../people';
import type { Vault, Vaults } from '../platform';
import type { collectOps } from './operations';
import type { collectRegistryOps } from './registry-operations';

export type CollectVaultOps = typeof collectOps & PeopleVaultOps;

/** What the gate's routes need of the edge. */
export type CollectPorts = {
  publicUrl: string;
  vaults: Vaults<CollectVaultOps>;
  registry: Vault<typeof collectRegistryOps>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  lookup: Lookup;
  limiter: Limiter;
};

/** What taking events and rows in needs. */
export type IntakePorts = Pick<CollectPorts, 'vaults' | 'lookup'>;
