import type { Snapshot, Tokens } from '../access';
import type { consentOps, Rulebook } from '../consent';
import type { Limiter } from '../http';
import type { identityOps, Lookup } from '../identity';
import type { Clock, sagaOps, Vaults } from '../platform';
import type { campaignOps } from './campaign-operations';
import type { caseOps } from './case-operations';
import type { loyaltyOps } from './loyalty-operations';
import type { preferenceOps } from './preference-operations';
import type { EngageRegistry } from './pump';
import type { referralOps } from './referral-operations';
import type { showOps } from './show-operations';
import type { touchOps } from './touch-operations';

export type EngageVaultOps = typeof consentOps &
  typeof identityOps &
  typeof sagaOps &
  ReturnType<typeof campaignOps> &
  typeof touchOps &
  typeof caseOps &
  typeof preferenceOps &
  typeof loyaltyOps &
  typeof showOps &
  typeof referralOps;

/** What the engage room's routes need of the edge. */
export type EngagePorts = {
  publicUrl: string;
  vaults: Vaults<EngageVaultOps>;
  registry: EngageRegistry;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  lookup: Lookup;
  tokens: Tokens;
  limiter: Limiter;
  clock: Clock;
};
