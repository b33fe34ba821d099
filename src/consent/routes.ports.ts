import type { Snapshot, Tokens } from '../access';
import type { auditOps } from '../audit';
import type { Limiter } from '../http';
import type { identityOps, Lookup } from '../identity';
import type { CallContext, sagaOps, Vault, Vaults } from '../platform';
import type { consentOps } from './operations';
import type { SigningKey } from './receipt';
import type { definitionOps } from './registry-operations';
import type { Rulebook } from './rulebook';

export type ConsentVaultOps = typeof consentOps & typeof identityOps & ReturnType<typeof auditOps> & typeof sagaOps;

/** What the consent room's routes need of the edge. */
export type ConsentPorts = {
  publicUrl: string;
  vaults: Vaults<ConsentVaultOps>;
  registry: Vault<ReturnType<typeof definitionOps>>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  /** The registry has changed: resolves when every vault has the new rulebook. */
  published(context: CallContext): Promise<void>;
  lookup: Lookup;
  tokens: Tokens;
  limiter: Limiter;
  /** Current first; the earlier ones stay published. */
  receiptKeys: readonly SigningKey[];
};
