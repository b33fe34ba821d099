import type { consentOps, Rulebook, SigningKey } from '../consent';
import type { identityOps, Lookup } from '../identity';
import type { Clock, Keyring, sagaOps, Vaults } from '../platform';
import type { applyOps } from './apply-operations';
import type { officerOps } from './officer-operations';
import type { personOps } from './person-operations';
import type { proofOps } from './proof-operations';
import type { requestOps } from './request-operations';

export type RightsVaultOps = typeof requestOps &
  typeof officerOps &
  typeof proofOps &
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
};
