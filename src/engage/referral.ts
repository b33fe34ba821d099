const DAY = 86_400_000;

/** Letters and digits that can't be confused with each other (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code from random bytes (ten are enough): it is the referrer's own link, and names nobody. */
export function referralCode(random: Uint8Array): string {
  return Array.from(random, (byte) => ALPHABET[byte % 32]).join('');
}

/** The only things that may be said when somebody asks for their link. */
const ALLOWED = new Set(['programme', 'channel', 'language']);

const EMAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/;
const PHONE = /(?:\+|00|\b0)[\d\s().-]{7,}\d/;

export type ReferralProblem = { field: string; problem: 'third_party_data' | 'unknown_field' };

/**
 * All that is wrong with a request for a link. The friend is not our customer and was not asked: their address, number or
 * name is refused wherever it stands, and the value is never repeated in the answer.
 */
export function inviteProblems(body: { readonly [field: string]: unknown }): ReferralProblem[] {
  return Object.entries(body).flatMap(([field, value]): ReferralProblem[] => {
    if (holdsContact(value) || /mail|phone|mobile|address|name|friend|contact/i.test(field)) {
      return [{ field, problem: 'third_party_data' }];
    }
    return ALLOWED.has(field) ? [] : [{ field, problem: 'unknown_field' }];
  });
}

function holdsContact(value: unknown): boolean {
  if (typeof value === 'string') return EMAIL.test(value) || PHONE.test(value);
  if (typeof value === 'number') return PHONE.test(`+${value}`);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => EMAIL.test(key) || holdsContact(inner));
}

export type ReferralRule = {
  /** The friend must join within so many days of opening the link, and buy within so many of joining. */
  join_days: number;
  buy_days: number;
  /** Purchases below this amount don't qualify. */
  minimum: number;
  /** A purchase must stand so many days without being reversed. */
  wait_days: number;
  /** Rewards for one referrer; null: no limit. */
  most: number | null;
};

/** A referral exists from the moment at which the friend has joined by their own act; before it there is only a code. */
export type Referral = {
  referrer: string;
  referred: string;
  opened_at: number;
  joined_at: number;
  /** Whether the friend had been a customer before. */
  was_known: boolean;
  purchase: { at: number; amount: number; reversed: boolean } | null;
};

export type ReferralOutcome =
  | { state: 'waiting'; until: number }
  | { state: 'earned'; at: number }
  | { state: 'void'; reasons: ReferralVoid[] };

export type ReferralVoid = 'self' | 'was_known' | 'joined_late' | 'bought_late' | 'never_bought' | 'reversed' | 'limit';

/** What has become of a referral. `earned_before`: rewards that the referrer has had. */
export function referralOutcome(of: {
  rule: ReferralRule;
  referral: Referral;
  earned_before: number;
  now: number;
}): ReferralOutcome {
  const { rule, referral, now } = of;
  const reasons = voidReasons(rule, referral, of.earned_before, now);
  if (reasons.length > 0) return { state: 'void', reasons };
  const purchase = referral.purchase;
  if (purchase === null || purchase.amount < rule.minimum) {
    return { state: 'waiting', until: referral.joined_at + rule.buy_days * DAY };
  }
  const at = purchase.at + rule.wait_days * DAY;
  return now >= at ? { state: 'earned', at } : { state: 'waiting', until: at };
}

function voidReasons(rule: ReferralRule, referral: Referral, earnedBefore: number, now: number): ReferralVoid[] {
  const { purchase, joined_at } = referral;
  const last = joined_at + rule.buy_days * DAY;
  const qualifies = purchase !== null && purchase.amount >= rule.minimum;
  const when = (isSo: boolean, reason: ReferralVoid): ReferralVoid[] => (isSo ? [reason] : []);
  return [
    ...when(referral.referrer === referral.referred, 'self'),
    ...when(referral.was_known, 'was_known'),
    ...when(joined_at - referral.opened_at > rule.join_days * DAY, 'joined_late'),
    ...when(qualifies && purchase.at > last, 'bought_late'),
    ...when(!qualifies && now > last, 'never_bought'),
    ...when(qualifies && purchase.reversed, 'reversed'),
    ...when(rule.most !== null && earnedBefore >= rule.most, 'limit'),
  ];
}
