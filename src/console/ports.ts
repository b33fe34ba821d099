import type { accessOps, Snapshot } from '../access';
import type { auditOps } from '../audit';
import type { consentOps, definitionOps, Rulebook } from '../consent';
import type { deliveryOps } from '../delivery';
import type { Limiter } from '../http';
import type { identityOps, Lookup } from '../identity';
import type { CallContext, Clock, Config, sagaOps, Vault, Vaults } from '../platform';
import type { consoleOps } from './operations';

export type ConsoleVaultOps = typeof consentOps &
  typeof identityOps &
  ReturnType<typeof auditOps> &
  typeof deliveryOps &
  typeof sagaOps &
  typeof consoleOps;

export type ConsoleRegistryOps = typeof accessOps &
  ReturnType<typeof definitionOps> &
  ReturnType<typeof auditOps> &
  typeof deliveryOps;

/** What the console needs of the edge. */
export type ConsolePorts = {
  config: Pick<Config, 'publicUrl'>;
  clock: Clock;
  vaults: Vaults<ConsoleVaultOps>;
  registry: Vault<ConsoleRegistryOps>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  /** The registry has changed: resolves when every vault has the new rulebook. */
  published(context: CallContext): Promise<void>;
  lookup: Lookup;
  limiter: Limiter;
  checkpoint(): Promise<void>;
};
