import type { Snapshot } from '../access';
import type { Rulebook } from '../consent';
import type { Limiter } from '../http';
import type { Lookup } from '../identity';
import type { PeopleVaultOps } from '../people';
import type { Vaults } from '../platform';
import type { collectOps } from './operations';

export type CollectVaultOps = typeof collectOps & PeopleVaultOps;

/** What the gate's routes need of the edge. */
export type CollectPorts = {
  publicUrl: string;
  vaults: Vaults<CollectVaultOps>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  lookup: Lookup;
  limiter: Limiter;
};
