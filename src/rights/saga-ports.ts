import type { consentOps, Rulebook, SigningKey } from '../consent';
import type { identityOps, Lookup } from '../identity';
import type { Clock, Keyring, sagaOps, Vaults } from '../platform';
import type { applyOps } from './apply-operations';
import type { officerOps } from './officer-operations';
import type { personOps } from './person-operations';
import type { proofOps } from './proof-operations';
import type { requestOps } from './request-operations';
import type { RightsSystem } from './system';
import type { systemOps } from './system-operations';

export type RightsVaultOps = typeof requestOps &
  typeof officerOps &
  typeof proofOps &
  typeof systemOps &
  ReturnType<typeof personOps> &
  ReturnType<typeof applyOps> &
  typeof identityOps &
  typeof consentOps &
  typeof sagaOps;

/** What the sagas of this room work with. */
export type RightsSagaPorts = {
  publicUrl: string;
  vaults: Vaults<RightsVaultOps>;
  /** The rulebook of this round. */
  book: Rulebook;
  lookup: Lookup;
  keyring: Keyring;
  clock: Clock;
  /** Current first: signs certificates. */
  receiptKeys: readonly SigningKey[];
  /** Empties what the databases keep beside their files (write-ahead logs); a Durable Object has none. */
  truncate?(): Promise<void>;
  /** Systems beside our own databases; those of one runtime are injected by its entry. */
  systems?: readonly RightsSystem[];
};
