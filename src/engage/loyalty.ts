const DAY = 86_400_000;

/** The coffee-shop card: every so many purchases earn one reward. */
export type LoyaltyRule = {
  every: number;
  /** Purchases below this amount earn nothing. */
  minimum: number;
  /** A purchase counts for so many days; null: for good. */
  stamp_days: number | null;
  /** A reward can be taken for so many days; null: for good. */
  reward_days: number | null;
};

/**
 * What happened on a card. The id is that of the order, refund or till receipt: the same id twice is the same event.
 * A card needs no person; a number is enough.
 */
export type LoyaltyEntry =
  | { id: string; at: number; kind: 'purchase'; amount: number }
  | { id: string; at: number; kind: 'reversal'; of: string }
  | { id: string; at: number; kind: 'redemption' };

export type Reward = {
  /** First, second, … on this card. */
  number: number;
  earned_at: number;
  expires_at: number | null;
  /** `settled`: given for a reward that was taken before its purchase was reversed. */
  state: 'available' | 'redeemed' | 'settled' | 'expired';
};

export type Card = {
  /** Purchases towards the next reward. */
  stamps: number;
  rewards: Reward[];
  available: number;
  /** Rewards taken that reversals have since undone; the next ones settle them. */
  owed: number;
};

/**
 * The card as it follows from its entries, and from nothing else: rewards are computed, never stored, so no order of
 * arrival, no repetition and no race can make one too many.
 */
export function cardOf(rule: LoyaltyRule, entries: readonly LoyaltyEntry[], now: number): Card {
  const past = sorted(entries.filter(({ at }) => at <= now));
  const { rewards, open } = earned(rule, past, now);
  const owed = redeem(rewards, past);
  for (const reward of rewards) {
    if (reward.state === 'available' && isOver(reward, now)) reward.state = 'expired';
  }
  const available = rewards.filter(({ state }) => state === 'available').length;
  return { stamps: open.length, rewards, available, owed };
}

/** By time, then by id: the same for every order of arrival. */
function sorted(entries: readonly LoyaltyEntry[]): LoyaltyEntry[] {
  const unique = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  return unique.sort((p, q) => p.at - q.at || (p.id < q.id ? -1 : 1));
}

const isOver = ({ expires_at }: Reward, at: number): boolean => expires_at !== null && at >= expires_at;

const later = (at: number, days: number | null): number | null => (days === null ? null : at + days * DAY);

function earned(
  rule: LoyaltyRule,
  entries: readonly LoyaltyEntry[],
  now: number,
): { rewards: Reward[]; open: number[] } {
  const reversed = new Set(entries.flatMap((entry) => (entry.kind === 'reversal' ? [entry.of] : [])));
  const isOpen = (at: number, when: number): boolean => (later(at, rule.stamp_days) ?? Number.POSITIVE_INFINITY) > when;
  const rewards: Reward[] = [];
  let open: number[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'purchase' || reversed.has(entry.id) || entry.amount < rule.minimum) continue;
    open = [...open.filter((at) => isOpen(at, entry.at)), entry.at];
    if (open.length < rule.every) continue;
    const { at } = entry;
    const number = rewards.length + 1;
    rewards.push({ number, earned_at: at, expires_at: later(at, rule.reward_days), state: 'available' });
    open = [];
  }
  return { rewards, open: open.filter((at) => isOpen(at, now)) };
}

/** Gives each redemption the oldest reward it could take; what finds none is owed. Marks rewards, returns the debt. */
function redeem(rewards: Reward[], entries: readonly LoyaltyEntry[]): number {
  let owed = 0;
  for (const { at } of entries.filter(({ kind }) => kind === 'redemption')) {
    const taken = rewards.find((r) => r.state === 'available' && r.earned_at <= at && !isOver(r, at));
    if (taken) taken.state = 'redeemed';
    else owed++;
  }
  for (const reward of rewards) {
    if (owed === 0) break;
    if (reward.state !== 'available') continue;
    reward.state = 'settled';
    owed--;
  }
  return owed;
}

export type LoyaltyProblem = 'unknown_purchase' | 'already_reversed' | 'no_reward' | 'id_reused' | 'in_future';

export type Appended =
  | {
      ok: true;
      entries: LoyaltyEntry[];
      card: Card;
      repeated: boolean /** Numbers of rewards. */;
      earned: number[];
      revoked: number[];
    }
  | { ok: false; problem: LoyaltyProblem };

/** Adds an entry, or says why not. The same entry again changes nothing and is no fault. */
export function append(
  rule: LoyaltyRule,
  entries: readonly LoyaltyEntry[],
  entry: LoyaltyEntry,
  now: number,
): Appended {
  const before = cardOf(rule, entries, now);
  const known = entries.find(({ id }) => id === entry.id);
  if (known) {
    if (!isSame(known, entry)) return { ok: false, problem: 'id_reused' };
    return { ok: true, entries: [...entries], card: before, repeated: true, earned: [], revoked: [] };
  }
  const problem = problemOf(rule, entries, entry, now);
  if (problem) return { ok: false, problem };
  const after = [...entries, entry];
  const card = cardOf(rule, after, now);
  return { ok: true, entries: after, card, repeated: false, ...changesBetween(before, card) };
}

/** A retry may carry another time: the till's clock at the second attempt. */
function isSame(known: LoyaltyEntry, entry: LoyaltyEntry): boolean {
  if (known.kind === 'purchase') return entry.kind === 'purchase' && known.amount === entry.amount;
  if (known.kind === 'reversal') return entry.kind === 'reversal' && known.of === entry.of;
  return entry.kind === 'redemption';
}

function problemOf(
  rule: LoyaltyRule,
  entries: readonly LoyaltyEntry[],
  entry: LoyaltyEntry,
  now: number,
): LoyaltyProblem | null {
  if (entry.at > now) return 'in_future';
  if (entry.kind === 'redemption') return cardOf(rule, entries, entry.at).available > 0 ? null : 'no_reward';
  if (entry.kind === 'purchase') return null;
  if (!entries.some(({ id, kind }) => id === entry.of && kind === 'purchase')) return 'unknown_purchase';
  return entries.some((e) => e.kind === 'reversal' && e.of === entry.of) ? 'already_reversed' : null;
}

function changesBetween(before: Card, after: Card): { earned: number[]; revoked: number[] } {
  const [old, fresh] = [before.rewards.length, after.rewards.length];
  return {
    earned: fresh > old ? after.rewards.slice(old).map(({ number }) => number) : [],
    revoked: fresh < old ? before.rewards.slice(fresh).map(({ number }) => number) : [],
  };
}

/** Two cards of one person as one: all entries of both, so 3 stamps and 2 stamps make a reward and none is lost. */
export function mergeCards(p: readonly LoyaltyEntry[], q: readonly LoyaltyEntry[]): LoyaltyEntry[] {
  return sorted([...p, ...q]);
}

/**
 * California's notice of financial incentive (Cal. Civ. Code §1798.125(b); 11 CCR §7016): before a resident of California
 * joins a programme that rewards the use of their data. A card without a person collects none.
 */
export function incentiveNotice(of: {
  region: string | null;
  anonymous: boolean;
  accepted_at: number | null;
}): 'not_needed' | 'given' | 'required' {
  if (of.anonymous || of.region !== 'US-CA') return 'not_needed';
  return of.accepted_at === null ? 'required' : 'given';
}
