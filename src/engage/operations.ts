import type { Lookup } from '../identity';
import { campaignOps } from './campaign-operations';
import { carryOps } from './carry';
import { caseOps } from './case-operations';
import { loyaltyOps } from './loyalty-operations';
import { preferenceOps } from './preference-operations';
import { referralOps } from './referral-operations';
import { showOps } from './show-operations';
import { touchOps } from './touch-operations';

/** The engage room's operations in a vault. */
export const engageOps = (lookup: Lookup) => ({
  ...campaignOps(lookup),
  ...touchOps,
  ...carryOps,
  ...caseOps,
  ...preferenceOps,
  ...loyaltyOps,
  ...showOps,
  ...referralOps,
});
