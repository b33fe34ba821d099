import { isCovered } from './fideslang';
import { type Channel, deviceModel, minorRule, policyFor, type RegionPolicy } from './policy';
import type { Purpose, Rulebook } from './rulebook';
import { type Act, ageOf, isNo, type PersonState } from './state';

/**
 * The rule of the product. Everything that permits goes through here; a second place that decides is a bug.
 *
 * Two locks guard every use of personal data, and both must open:
 * - the legal basis (GDPR Art. 6, for special categories also Art. 9);
 * - the region's rule for what touches a device (ePrivacy Art. 5(3) and its kin) or markets by mail, SMS or phone
 *   (Art. 13): consent, soft opt-in, or a right to opt out.
 *
 * Whoever was never asked has said no wherever asking is required.
 */
export type Question = {
  purpose: string;
  channel?: Channel;
  /** Hash of the contact point that would be used. */
  contact_point?: string;
  unit?: string;
  /** Fideslang category of the data that would be used. */
  category?: string;
  recipient?: string;
  /** Signals of the very call. */
  gpc?: boolean;
  /** ISO 3166 region of the call, where the person's isn't known. */
  region?: string;
  /** The identifier that was asked for is suppressed. */
  suppressed?: boolean;
};

export type YesReason = 'granted' | 'soft_opt_in' | 'not_opted_out' | 'other_basis';
export type NoReason =
  | 'refused'
  | 'withdrawn'
  | 'expired'
  | 'never_asked'
  | 'unconfirmed'
  | 'renewal_required'
  | 'conflict'
  | 'objected'
  | 'restricted'
  | 'suppressed'
  | 'minor'
  | 'explicit_required'
  | 'recipient_not_named'
  | 'gpc'
  | 'policy'
  | 'unknown_person'
  | 'unknown_purpose'
  | 'undeclared_category';

export type Decision = {
  allowed: boolean;
  reason: YesReason | NoReason;
  basis: Purpose['basis'] | null;
  rulebook: number;
  record?: string;
  notice_version?: string;
  /** ms; after it the answer is no. */
  valid_until?: number;
};

export function decide(book: Rulebook, person: PersonState | undefined, question: Question, now: number): Decision {
  const purpose = Object.hasOwn(book.purposes, question.purpose) ? book.purposes[question.purpose] : undefined;
  const no = (reason: NoReason, act?: Act) => answer(book, purpose, false, reason, act);
  if (question.suppressed) return no('suppressed');
  if (!purpose || purpose.archived) return no('unknown_purpose');
  if (!person) return no('unknown_person');
  if (person.frozen) return no('conflict');
  if (person.restricted) return no('restricted');
  if (question.category && !isCovered(purpose.categories, question.category)) return no('undeclared_category');
  if (question.recipient && !purpose.recipients.includes(question.recipient)) return no('recipient_not_named');

  const policy = policyFor(person.residence ?? person.region ?? question.region, now);
  const word = lastWord(person, purpose, question);
  const facts: Facts = { book, person, purpose, question, policy, word, now };

  const basis = basisLock(facts);
  if ('no' in basis) return no(basis.no, word);
  const region = purpose.device ? deviceLock(facts) : purpose.direct_marketing ? marketingLock(facts) : basis;
  if ('no' in region) return no(region.no, word);
  return answer(book, purpose, true, strongest(basis.yes, region.yes), word);
}

/** A lock's answer: why it opens, or why it stays shut. */
type Lock = { yes: YesReason } | { no: NoReason };

type Facts = {
  book: Rulebook;
  person: PersonState;
  purpose: Purpose;
  question: Question;
  policy: RegionPolicy;
  word: Act | undefined;
  now: number;
};

/** The first lock: one of the six bases of Art. 6, and Art. 9 for special categories. */
function basisLock(f: Facts): Lock {
  if (f.purpose.special_category && !f.purpose.special_basis) return specialLock(f);
  switch (f.purpose.basis) {
    case 'consent':
      return regionAloneDecides(f) ? (narrowed(f) ?? { yes: 'not_opted_out' }) : grant(f);
    case 'legitimate_interests':
    case 'public_interest':
      return narrowed(f) ?? { yes: 'other_basis' };
    case 'contract':
    case 'legal_obligation':
    case 'vital_interests':
      return { yes: 'other_basis' };
  }
}

/** Where the law knows no legal bases (the US states), what touches a device or markets stands under the region's rule alone. */
const regionAloneDecides = ({ policy, purpose }: Facts): boolean =>
  !policy.gdpr && ((purpose.device !== null && purpose.device !== 'necessary') || purpose.direct_marketing);

/** The second lock, for what reads or writes a device. */
function deviceLock(f: Facts): Lock {
  const use = f.purpose.device!;
  if (use === 'necessary') return { yes: 'other_basis' };
  const age = ageOf(f.person, f.now);
  const minor = age === undefined ? null : minorRule(f.policy, use, age);
  if (minor?.effect === 'banned') return { no: 'minor' };
  if (minor?.effect === 'guardian' && !f.person.guardian) return { no: 'minor' };
  if (signalRefuses(f, use)) return { no: 'gpc' };
  if (minor) return grant(f);
  switch (deviceModel(f.policy, use, f.purpose.exemption)) {
    case 'opt_in':
      return grant(f);
    case 'opt_out':
      return narrowed(f) ?? { yes: f.word?.s === 'granted' ? 'granted' : 'not_opted_out' };
    case 'notice_only':
      return narrowed(f) ?? { yes: 'not_opted_out' };
  }
}

/** The second lock, for direct marketing: the rule of the channel, or of the strictest channel when none is named. */
function marketingLock(f: Facts): Lock {
  const { channel } = f.question;
  if (channel && !f.purpose.channels.includes(channel)) return { no: 'policy' };
  const answers = (channel ? [channel] : f.purpose.channels).map((c) => channelLock(f, c));
  return answers.find((a) => 'no' in a) ?? answers[0] ?? { no: 'policy' };
}

function channelLock(f: Facts, channel: Channel): Lock {
  switch (f.policy.direct.rules[channel]) {
    case 'consent':
      return grant(f);
    case 'soft_opt_in':
      return narrowed(f) ?? (softOptIn(f) ? { yes: 'soft_opt_in' } : grant(f));
    case 'opt_out':
      return narrowed(f) ?? { yes: f.word?.s === 'granted' ? 'granted' : 'not_opted_out' };
  }
}

/** A live yes of the person for exactly this. */
function grant({ word, book, purpose, person, policy, now }: Facts): Lock {
  if (!word) return { no: 'never_asked' };
  if (word.s === 'requested') return { no: 'unconfirmed' };
  if (word.s !== 'granted') return { no: word.s };
  if (word.until !== undefined && word.until <= now) return { no: 'expired' };
  if (noticeIsOutdated(book, word)) return { no: 'renewal_required' };
  const age = ageOf(person, now);
  if (age !== undefined && age < policy.minors.consent_age && !person.guardian && purpose.basis === 'consent')
    return { no: 'minor' };
  return { yes: 'granted' };
}

/** Special categories stand under the region's own rule: a separate yes, a right to opt out or to limit, or not at all. */
function specialLock(f: Facts): Lock {
  switch (f.policy.special.rule) {
    case 'explicit_consent':
      return explicitGrant(f);
    case 'opt_out':
    case 'limit':
      return narrowed(f) ?? { yes: f.word?.s === 'granted' ? 'granted' : 'not_opted_out' };
    case 'necessary_only':
      return { no: 'policy' };
  }
}

/** Art. 9(2)(a): a separate, explicit yes of the person's own. */
function explicitGrant(f: Facts): Lock {
  const given = grant(f);
  if ('no' in given) return given;
  return f.word?.explicit && f.word.reported === undefined ? given : { no: 'explicit_required' };
}

/** A no that stands, where a yes isn't needed. It never lapses. */
function narrowed({ word }: Facts): { no: NoReason } | undefined {
  if (!word || word.s === 'granted' || word.s === 'requested') return undefined;
  return { no: word.s };
}

/** Own customer, own sale on record, similar products, and a way out offered at collection and in every message. */
function softOptIn({ person, purpose, question, policy, now }: Facts): boolean {
  const rule = policy.direct.soft_opt_in;
  if (!rule || !purpose.similar_products) return false;
  const since = rule.window_days === null ? 0 : now - rule.window_days * 86_400_000;
  return (person.sales ?? []).some(
    (s) =>
      s.opt_out_offered === 1 &&
      s.at > since &&
      (!question.unit || s.unit === question.unit) &&
      (!s.cp || !question.contact_point || s.cp === question.contact_point),
  );
}

/** Precedence: a later specific choice beats the signal, the signal beats the default; in California it beats an earlier
 *  yes until the person has been told of it and has chosen again (11 CCR 7025(c)). */
function signalRefuses(
  { person, question, policy, word }: Facts,
  use: Exclude<Purpose['device'], null | 'necessary'>,
): boolean {
  if (policy.gpc.duty === 'ignored' || !policy.gpc.refuses.includes(use)) return false;
  if (!person.gpc && !question.gpc) return false;
  if (word?.s !== 'granted') return true;
  const later = person.gpc !== undefined && word.seq > person.gpc.seq;
  return policy.gpc.beats_earlier_grant ? !(word.told && later) : !later;
}

/**
 * What was last said for exactly this use. A grant must cover the whole question; a no needs only to touch it. A reported
 * grant never beats a no that came after its evidence, whether the person said it or somebody took it down for them; nor
 * does one that a device kept in its queue.
 */
export function lastWord(person: PersonState, purpose: Purpose, question: Question): Act | undefined {
  let last: Act | undefined;
  for (const act of person.acts) {
    if (!isAbout(act, purpose) || !reaches(act, question)) continue;
    const meant = act.reported ?? act.meant;
    if (meant !== undefined && !isNo(act) && noSince(person, purpose, question, meant)) continue;
    if (!last || act.seq > last.seq) last = act;
  }
  return last;
}

const isAbout = (act: Act, purpose: Purpose): boolean =>
  act.p === purpose.key ||
  (act.p === '*marketing' && purpose.direct_marketing) ||
  (act.p === '*sensitive' && purpose.special_category) ||
  (act.p === '*' && (purpose.basis === 'consent' || purpose.basis === 'legitimate_interests'));

function reaches(act: Act, q: Question): boolean {
  const touches = (mine: string | undefined, asked: string | undefined) =>
    mine === undefined || mine === asked || (asked === undefined && isNo(act));
  return touches(act.ch, q.channel) && touches(act.cp, q.contact_point) && touches(act.unit, q.unit);
}

const noSince = (person: PersonState, purpose: Purpose, q: Question, since: number): boolean =>
  person.acts.some((a) => isNo(a) && a.at >= since && isAbout(a, purpose) && reaches(a, q));

function noticeIsOutdated(book: Rulebook, word: Act): boolean {
  if (!word.nv) return false;
  const at = word.nv.lastIndexOf('@');
  const notice = book.notices[word.nv.slice(0, at)];
  return notice !== undefined && Number(word.nv.slice(at + 1)) < notice.min_version;
}

const STRENGTH: readonly YesReason[] = ['granted', 'soft_opt_in', 'not_opted_out', 'other_basis'];
const strongest = (a: YesReason, b: YesReason): YesReason => (STRENGTH.indexOf(a) <= STRENGTH.indexOf(b) ? a : b);

function answer(
  book: Rulebook,
  purpose: Purpose | undefined,
  allowed: boolean,
  reason: YesReason | NoReason,
  act?: Act,
): Decision {
  return {
    allowed,
    reason,
    basis: purpose?.basis ?? null,
    rulebook: book.version,
    record: act?.rec,
    notice_version: act?.nv,
    valid_until: allowed ? act?.until : undefined,
  };
}
