import type { accessOps, Snapshot } from '../access';
import type { AuditPorts, auditOps, auditRegistryOps } from '../audit';
import type { consentOps, definitionOps, Rulebook } from '../consent';
import type { deliveryOps } from '../delivery';
import type { Limiter } from '../http';
import type { identityOps, Lookup } from '../identity';
import type { CallContext, Config, sagaOps, Vault, Vaults } from '../platform';
import type { RightsVaultOps } from '../rights';
import type { consoleOps } from './operations';

export type ConsoleVaultOps = typeof consentOps &
  typeof identityOps &
  ReturnType<typeof auditOps> &
  typeof deliveryOps &
  typeof sagaOps &
  RightsVaultOps &
  typeof consoleOps;

export type ConsoleRegistryOps = typeof accessOps &
  ReturnType<typeof definitionOps> &
  ReturnType<typeof auditOps> &
  typeof auditRegistryOps &
  typeof deliveryOps;

/** What the console needs of the edge. */
export type ConsolePorts = Omit<AuditPorts, 'vaults' | 'registry'> & {
  config: Pick<Config, 'publicUrl'>;
  vaults: Vaults<ConsoleVaultOps>;
  registry: Vault<ConsoleRegistryOps>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  /** The registry has changed: resolves when every vault has the new rulebook. */
  published(context: CallContext): Promise<void>;
  /** Keys have changed: forget what the edge remembers of them. */
  changed(): void;
  lookup: Lookup;
  limiter: Limiter;
};
