import type { Arm } from './experiment';
import type { PressureBlock } from './pressure';

/** One address of a person, and what was decided of using it. */
export type AddressFacts = {
  id: string;
  /** The answer of `decide` for this very address, now. */
  allowed: boolean;
  reason: string;
  record?: string;
};

/** All that speaks for or against sending one person one message, gathered in the transaction that reserves it. */
export type AudienceFacts = {
  /** Null: the campaign has no segment. */
  in_segment: boolean | null;
  arm: Arm;
  /** In the order in which they would be used. */
  addresses: readonly AddressFacts[];
  /** Decision without an address, for people who have none. */
  general: { allowed: boolean; reason: string };
  /** What the pressure rules and the person's own wishes say. */
  pressure: { allowed: boolean; blocks: readonly PressureBlock[] };
  /** Last sign of interest, milliseconds; null: none on record. */
  last_interest: number | null;
  /** Milliseconds without interest after which a person drops out; null: never. */
  sunset: number | null;
};

export type AudienceDecision =
  | { outcome: 'send'; address: string; record: string | undefined }
  | { outcome: 'held_out' }
  | { outcome: 'skip'; reason: string; because: 'segment' | 'permission' | 'address' | 'interest' | 'pressure' };

/**
 * Whom a campaign may reach. Permission comes before everything that looks at the person, the control group is taken
 * from those who could have been reached, and only then does pressure count: it differs between the arms by design.
 */
export function audienceDecision(facts: AudienceFacts, now: number): AudienceDecision {
  const address = facts.addresses.find(({ allowed }) => allowed);
  if (!address) {
    const refused = facts.addresses[0] ?? (facts.general.allowed ? undefined : facts.general);
    if (refused) return { outcome: 'skip', reason: refused.reason, because: 'permission' };
    return { outcome: 'skip', reason: 'no_address', because: 'address' };
  }
  if (facts.in_segment === false) return { outcome: 'skip', reason: 'not_in_segment', because: 'segment' };
  if (isSunset(facts, now)) return { outcome: 'skip', reason: 'no_interest', because: 'interest' };
  if (facts.arm === 'control') return { outcome: 'held_out' };
  if (!facts.pressure.allowed)
    return { outcome: 'skip', reason: facts.pressure.blocks[0]?.reason ?? 'pressure', because: 'pressure' };
  return { outcome: 'send', address: address.id, record: address.record };
}

const isSunset = ({ last_interest, sunset }: AudienceFacts, now: number): boolean =>
  sunset !== null && (last_interest === null || now - last_interest > sunset);
