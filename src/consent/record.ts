import { personById, touch } from '../identity';
import { DAY, parseVaultId, Refusal, SECOND, vaultId, type Writer } from '../platform';
import { decide, lastWord } from './decide';
import {
  currentRulebook,
  type Evidence,
  insertRecord,
  nextRecordSeq,
  type RecordDetail,
  readState,
  sealEvidence,
  writeState,
} from './ledger';
import { deviceModel, policyFor } from './policy';
import type { Purpose, Rulebook } from './rulebook';
import { type Act, emptyState, type PersonState, withAct } from './state';
import type { Choice, Method, PurposeState } from './wire';

/** What is to be written down of one act. The verdict is derived here, never by the caller. */
export type ActInput = {
  person: string;
  method: Method | 'system';
  site?: string;
  unit?: string;
  notice?: { key: string; version: number; language: string };
  /** `conflict`: nobody knows any more what was said (a gap after a restore), which is a no. */
  choices: Record<string, Choice | 'objected' | 'conflict'>;
  detail: RecordDetail;
  evidence?: Evidence;
};

/** What listeners and the outside are told: pseudonyms and purposes only. */
export type ConsentChanged = {
  person: string;
  record: string;
  seq: number;
  at: number;
  method: string;
  /** Purpose → new status. */
  changes: Record<string, string>;
};

export type Recorded = {
  person: string;
  record: string;
  seq: number;
  log_seq: number;
  at: number;
  state: Record<string, PurposeState>;
  /** The person has direct identifiers: a visitor's id alone is no proof of being them. */
  keyed: boolean;
};

/** Grants that a caller other than the person reports need evidence: when, how, which wording, by whom. */
const REPORTING: readonly (Method | 'system')[] = ['api', 'import', 'staff'];

/** Writes an act down: record, state, audit entry, message and listeners, in the action's transaction. */
export function recordAct(w: Writer, input: ActInput): Recorded {
  const book = currentRulebook(w.db);
  const row = personById(w.db, input.person);
  if (!row || row.status === 'erased') throw new Refusal('not_found', 'nobody has this id');
  if (row.status === 'merged') throw new Refusal('moved', 'this person was merged', { into: row.merged_into });
  const before = readState(w.db, input.person) ?? emptyState();
  if (before.frozen)
    throw new Refusal('frozen', 'this person is being merged or erased: try again', { into: before.frozen });
  refuseWhatCantBe(book, input, w.now);

  const { bits } = parseVaultId(input.person)!;
  const id = vaultId('rec', w.vault.zone, bits);
  const seq = nextRecordSeq(w.db);
  const keyed = row.keyed === 1;
  const acts = actsOf(book, input, { id, seq, at: w.now, policyRegion: regionAfter(before, input) });
  const after = applyActs(withFacts(before, input, w.now, seq, keyed), acts);
  const logSeq = auditAct(w, input, id, keyed, acts);
  insertRecord(w.db, {
    id,
    person: input.person,
    at: w.now,
    method: input.method,
    site: input.site ?? null,
    unit: input.unit ?? null,
    notice: input.notice ? `${input.notice.key}@${input.notice.version}` : null,
    language: input.notice?.language ?? null,
    notice_hash: input.notice ? (hashOf(book, input.notice) ?? null) : null,
    choices: Object.fromEntries(acts.map((a) => [a.p, a.s])),
    detail: { ...input.detail, until: untilOf(acts) },
    evidence: input.evidence ? sealEvidence(w.keys, input.person, keyed, id, input.evidence) : null,
    log_seq: logSeq,
    rulebook: book.version,
  });
  writeState(w.db, input.person, after);
  touch(w.db, input.person, w.now);
  announce(w, input, { id, seq, acts });
  return {
    person: input.person,
    record: id,
    seq,
    log_seq: logSeq,
    at: w.now,
    keyed,
    state: stateView(book, after, w.now, Object.keys(input.choices)),
  };
}

function auditAct(w: Writer, input: ActInput, id: string, keyed: boolean, acts: readonly Act[]): number {
  const purposes = acts.map((a) => a.p);
  return w.audit('consent.recorded', {
    person: input.person,
    purpose: purposes.length === 1 ? purposes[0] : undefined,
    site: input.site,
    keep: 'evidence',
    keyed,
    outcome: input.method,
    data: {
      record: id,
      choices: Object.fromEntries(acts.map((a) => [a.p, a.s])),
      notice: input.notice ?? null,
      region: input.detail.region ?? null,
    },
  });
}

function announce(w: Writer, input: ActInput, made: { id: string; seq: number; acts: readonly Act[] }): void {
  const changed: ConsentChanged = {
    person: input.person,
    record: made.id,
    seq: made.seq,
    at: w.now,
    method: input.method,
    changes: Object.fromEntries(made.acts.map((a) => [a.p, a.s])),
  };
  w.emit('consent.changed', changed);
  w.raise('consent.changed', changed);
}

/** All that is wrong, at once. */
function refuseWhatCantBe(book: Rulebook, input: ActInput, now: number): void {
  const fields: { path: string; message: string }[] = [];
  for (const key of Object.keys(input.choices)) {
    const known = Object.hasOwn(book.purposes, key) && !book.purposes[key]!.archived;
    if (!known && !key.startsWith('*'))
      fields.push({ path: `/body/choices/${key}`, message: 'is not a purpose of ours' });
    else if (known && isRequired(book.purposes[key]!))
      fields.push({ path: `/body/choices/${key}`, message: 'offers no choice: it is necessary' });
  }
  if (fields.length > 0) throw new Refusal('unknown_purpose', 'these purposes can not be chosen', fields);
  if (input.notice && hashOf(book, input.notice) === undefined) {
    throw new Refusal('unknown_notice', 'this notice was never published in this version and language', [
      {
        path: '/body/notice',
        message: `${input.notice.key}@${input.notice.version} (${input.notice.language}) is not a published notice`,
      },
    ]);
  }
  refuseBareGrants(book, input, now);
}

function refuseBareGrants(book: Rulebook, input: ActInput, now: number): void {
  const grants = Object.entries(input.choices).filter(([, s]) => s === 'granted');
  if (!REPORTING.includes(input.method) || grants.length === 0) return;
  if (!input.evidence) {
    const wrong = grants.map(([p]) => ({
      path: `/body/choices/${p}`,
      message: 'a grant that somebody else reports needs evidence: when, how, wording, by',
    }));
    throw new Refusal('evidence_required', 'a reported grant needs evidence', wrong);
  }
  if ((input.detail.reported ?? Number.POSITIVE_INFINITY) > now) {
    throw new Refusal('invalid', 'evidence can not lie in the future', [
      { path: '/body/evidence/when', message: 'lies in the future' },
    ]);
  }
  const special = grants.filter(([p]) => book.purposes[p]?.special_category);
  if (special.length > 0) {
    const wrong = special.map(([p]) => ({
      path: `/body/choices/${p}`,
      message: 'special categories need the person’s own explicit consent',
    }));
    throw new Refusal('forbidden', 'a special category can not be granted by report', wrong);
  }
}

const isRequired = (p: Purpose): boolean =>
  p.device === 'necessary' || p.basis === 'contract' || p.basis === 'legal_obligation' || p.basis === 'vital_interests';

const hashOf = (book: Rulebook, n: { key: string; version: number; language: string }): string | undefined =>
  own(own(own(book.notices, n.key)?.hashes, String(n.version)), n.language);

/** A member of the record's own: a caller may name a key `constructor`. */
const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;

const regionAfter = (s: PersonState, input: ActInput): string | undefined =>
  s.residence ?? input.detail.region ?? s.region;

function actsOf(
  book: Rulebook,
  input: ActInput,
  made: { id: string; seq: number; at: number; policyRegion?: string },
): Act[] {
  return Object.entries(input.choices).map(([p, choice]) => {
    const purpose = book.purposes[p];
    const doubleOptIn =
      choice === 'granted' &&
      purpose?.double_opt_in === true &&
      input.detail.reported === undefined &&
      !input.detail.confirms;
    const act: Act = { p, s: doubleOptIn ? 'requested' : choice, seq: made.seq, at: made.at, rec: made.id };
    if (input.notice) act.nv = `${input.notice.key}@${input.notice.version}`;
    if (input.detail.channel) act.ch = input.detail.channel;
    if (input.detail.contact_point) act.cp = input.detail.contact_point;
    if (purpose?.units === 'own' && input.unit) act.unit = input.unit;
    if (input.detail.explicit) act.explicit = 1;
    if (input.detail.signals?.gpc && input.detail.told) act.told = 1;
    if (input.detail.reported !== undefined) act.reported = input.detail.reported;
    if (input.detail.queued_seconds) act.meant = made.at - input.detail.queued_seconds * SECOND;
    const until = choice === 'granted' && purpose ? expiry(purpose, made.policyRegion, made.at) : undefined;
    if (until !== undefined) act.until = until;
    return act;
  });
}

/** Only grants expire. Device purposes also obey the region's figure; an opt-out default needs no grant to go on. */
export function expiry(purpose: Purpose, region: string | undefined, at: number): number | undefined {
  const policy = policyFor(region, at);
  const days = [purpose.valid_days];
  if (
    purpose.device &&
    purpose.device !== 'necessary' &&
    deviceModel(policy, purpose.device, purpose.exemption) === 'opt_in'
  ) {
    days.push(policy.keep.grant_days);
  }
  const finite = days.filter((d): d is number => d !== null && d !== undefined);
  return finite.length === 0 ? undefined : at + Math.min(...finite) * DAY;
}

function withFacts(s: PersonState, input: ActInput, now: number, seq: number, keyed: boolean): PersonState {
  const next: PersonState = { ...s };
  if (input.detail.region) next.region = input.detail.region;
  if (input.detail.signals?.gpc && !s.gpc) next.gpc = { at: now, seq: seq - 0.5 };
  if (keyed) next.keyed = 1;
  return next;
}

const applyActs = (s: PersonState, acts: readonly Act[]): PersonState => acts.reduce(withAct, s);

const untilOf = (acts: readonly Act[]): Record<string, number> =>
  Object.fromEntries(acts.filter((a) => a.until !== undefined).map((a) => [a.p, a.until!]));

/** What a person is shown of their own choices. */
export function stateView(
  book: Rulebook,
  state: PersonState,
  now: number,
  purposes: readonly string[],
): Record<string, PurposeState> {
  return Object.fromEntries(
    purposes
      .filter((p) => book.purposes[p])
      .map((p) => {
        const word = lastWord(state, book.purposes[p]!, { purpose: p });
        const answer = decide(book, state, { purpose: p }, now);
        return [
          p,
          {
            status: statusOf(word, answer.reason, now),
            valid_until: word?.s === 'granted' && word.until ? new Date(word.until).toISOString() : null,
          },
        ];
      }),
  );
}

function statusOf(word: Act | undefined, reason: string, now: number): PurposeState['status'] {
  if (!word) return 'never_asked';
  if (word.s === 'granted')
    return reason === 'renewal_required' || (word.until !== undefined && word.until <= now) ? 'expired' : 'granted';
  if (word.s === 'objected') return 'withdrawn';
  return word.s === 'conflict' ? 'refused' : word.s;
}
