import { randomBytes } from 'node:crypto';
import { currentRulebook, decide, readState } from '../consent';
import { personById } from '../identity';
import { ordersOf } from '../people';
import {
  action,
  base64url,
  hmac,
  type Ops,
  parseVaultId,
  query,
  type Reader,
  Refusal,
  trusted,
  type Writer,
} from '../platform';
import { type ReferralProgramme, referralIn } from './kinds';
import { type ReferralOutcome, referralCode, referralOutcome } from './referral';
import {
  addLink,
  addReferral,
  linkByCode,
  linksOf,
  notePurchase,
  type ReferralRow,
  referralOf,
  referralsBy,
} from './referral-store';

/** A link leads home: four hexadecimal digits of the owner's vault, then 50 random bits. */
const newCode = (person: string): string =>
  parseVaultId(person)!.bits.toString(16).padStart(4, '0') + referralCode(randomBytes(10));

/** The partition bits in a code; undefined for what isn't one. */
export const bitsOfCode = (code: string): number | undefined =>
  /^[0-9a-f]{4}[0-9A-HJKMNP-TV-Z]{10}$/.test(code) ? Number.parseInt(code.slice(0, 4), 16) : undefined;

function programmeOf(r: Reader, key: string): ReferralProgramme {
  const found = referralIn(currentRulebook(r.db), key);
  if (!found) throw new Refusal('not_found', `there is no referral programme ${key}`);
  return found;
}

function allowed(r: Reader, programme: ReferralProgramme, person: string): { keyed: boolean } {
  const row = personById(r.db, person);
  if (row?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
  const { allowed: yes, reason } = decide(
    currentRulebook(r.db),
    readState(r.db, person),
    { purpose: programme.purpose },
    r.now,
  );
  if (!yes) throw new Refusal('forbidden', `this purpose does not allow it: ${reason}`, { reason });
  return { keyed: row.keyed === 1 };
}

function link(w: Writer, i: { programme: string; person: string }): { code: string; url: string } {
  const programme = programmeOf(w, i.programme);
  const { keyed } = allowed(w, programme, i.person);
  const known = linksOf(w.db, i.person).find((l) => l.programme === programme.key);
  const code = known?.code ?? newCode(i.person);
  if (known) w.unchanged();
  else {
    addLink(w.db, { code, person: i.person, programme: programme.key, created_at: w.now });
    w.audit('referral.link', {
      person: i.person,
      purpose: programme.purpose,
      keyed,
      data: { programme: programme.key },
    });
  }
  return { code, url: `${programme.url}${programme.url.includes('?') ? '&' : '?'}ref=${code}` };
}

/** Tells one friend from another and leads to none of them. */
const friendKey = (r: Reader, friend: string): string => base64url(hmac(r.keys.own('referral'), friend));

function join(
  w: Writer,
  i: { code: string; friend: string; opened_at: number; was_known: boolean },
): { joined: boolean } {
  const owner = linkByCode(w.db, i.code);
  if (!owner) throw new Refusal('not_found', 'this link is not known');
  const friend = friendKey(w, i.friend);
  if (referralOf(w.db, i.code, friend)) {
    w.unchanged();
    return { joined: true };
  }
  addReferral(w.db, {
    code: i.code,
    referrer: owner.person,
    friend,
    opened_at: i.opened_at,
    joined_at: w.now,
    was_known: i.was_known ? 1 : 0,
    is_self: owner.person === i.friend ? 1 : 0,
    purchase_at: null,
    purchase_amount: null,
    reversed: 0,
  });
  w.audit('referral.joined', { person: owner.person, keyed: isKeyed(w, owner.person), data: { code: i.code } });
  return { joined: true };
}

const isKeyed = (r: Reader, person: string): boolean => personById(r.db, person)?.keyed === 1;

function purchase(
  w: Writer,
  i: { code: string; friend: string; amount: number; reversed: boolean },
): { noted: boolean } {
  const friend = friendKey(w, i.friend);
  const row = referralOf(w.db, i.code, friend);
  if (!row) throw new Refusal('not_found', 'nobody has joined by this link with this purchase');
  const programme = programmeOf(w, linkByCode(w.db, i.code)!.programme);
  const isFirst = row.purchase_at === null || (row.purchase_amount ?? 0) < programme.minimum;
  if (!i.reversed && !isFirst) {
    w.unchanged();
    return { noted: false };
  }
  const at = i.reversed ? (row.purchase_at ?? w.now) : w.now;
  const amount = i.reversed ? (row.purchase_amount ?? 0) : i.amount;
  notePurchase(w.db, { code: i.code, friend, at, amount, reversed: i.reversed });
  const what = i.reversed ? 'referral.reversed' : 'referral.purchase';
  w.audit(what, { person: row.referrer, keyed: isKeyed(w, row.referrer), data: { code: i.code } });
  return { noted: true };
}

/** What has become of a person's referrals, first joined first. */
export function outcomesOf(
  r: Reader,
  person: string,
): { programme: string; code: string; outcomes: ReferralOutcome[] }[] {
  return linksOf(r.db, person).map(({ code, programme: key }) => {
    const rule = programmeOf(r, key);
    let earned = 0;
    const outcomes = referralsBy(r.db, person)
      .filter((row) => row.code === code)
      .map((row) => {
        const outcome = referralOutcome({ rule, referral: referralFrom(row), earned_before: earned, now: r.now });
        if (outcome.state === 'earned') earned++;
        return outcome;
      });
    return { programme: key, code, outcomes };
  });
}

const referralFrom = (row: ReferralRow) => ({
  referrer: row.referrer,
  referred: row.is_self === 1 ? row.referrer : row.friend,
  opened_at: row.opened_at,
  joined_at: row.joined_at,
  was_known: row.was_known === 1,
  purchase:
    row.purchase_at === null
      ? null
      : { at: row.purchase_at, amount: row.purchase_amount ?? 0, reversed: row.reversed === 1 },
});

/** Referrals live with the referrer; the friend is nobody here until they join by their own act. */
export const referralOps = {
  'referral.link': action(trusted<{ programme: string; person: string }>(), link),
  /** Was the person a customer before? Asked at the friend's home. */
  'referral.known': query(trusted<{ person: string }>(), (r, i) => {
    if (personById(r.db, i.person)?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
    return { known: ordersOf(r, i.person).length > 0 };
  }),
  'referral.join': action(trusted<{ code: string; friend: string; opened_at: number; was_known: boolean }>(), join),
  'referral.purchase': action(trusted<{ code: string; friend: string; amount: number; reversed: boolean }>(), purchase),
  'referral.outcomes': query(trusted<{ person: string }>(), (r, i) => outcomesOf(r, i.person)),
} satisfies Ops;
