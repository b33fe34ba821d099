import {
  claim,
  createPerson,
  holderOf,
  type Ident,
  isSuppressed,
  personById,
  pointIdentifier,
  setStatus,
} from '../identity';
import { action, attempt, DAY, type Ops, query, Refusal, trusted, type Wire, type Writer } from '../platform';
import { type CheckInput, type ChecksInput, livesElsewhere, lookCheck, lookChecks, runCheck, runChecks } from './check';
import { askToConfirm, confirm, readToken } from './confirm';
import { decisionsAbout, flushCounts } from './decision-log';
import {
  carriedRecord,
  currentRulebook,
  deleteRecords,
  deleteState,
  installRulebook,
  openEvidence,
  type RecordRow,
  readState,
  recordById,
  recordsOf,
  useToken,
  writeState,
} from './ledger';
import { absorb, type Moved } from './link';
import { type ActInput, recordAct, stateView } from './record';
import { planRetention } from './retention';
import type { Rulebook } from './rulebook';
import { emptyState } from './state';

/** An act as the edge hands it in: for a known person, or for an identifier whose person is found or made. */
export type RecordInput = Omit<ActInput, 'person'> & {
  person?: string;
  ident?: Ident;
  /** A page token to be used up; a grant whose token was used before is refused. */
  token?: { id: string; expires_at: number };
};

/** A device may send a queued act a year late; its key must still be known then, or a replay could undo a withdrawal. */
const REMEMBERED = 400 * DAY;

const narrows = (i: RecordInput): boolean => Object.values(i.choices).some((c) => c !== 'granted');

function personFor(w: Writer, i: RecordInput): string {
  if (i.person) return i.person;
  if (!i.ident) throw new Refusal('invalid', 'an act needs a person');
  const known = holderOf(w.db, i.ident);
  if (known && livesElsewhere(w, known))
    throw new Refusal('moved', 'this person lives in another vault', { into: known });
  if (known) return known;
  if (isSuppressed(w.db, i.ident))
    throw new Refusal('gone', 'this identifier is suppressed: it may not be stored again');
  const made = createPerson(w, i.ident.bits);
  claim(w, i.ident, made);
  return made;
}

function spend(w: Writer, token: { id: string; expires_at: number }): void {
  if (useToken(w.db, token.id, token.expires_at)) return;
  throw new Refusal('conflict', 'this page token was used before', [
    { path: '/body/page_token', message: 'was used before' },
  ]);
}

function record(w: Writer, i: RecordInput) {
  const person = personFor(w, i);
  if (i.token) spend(w, i.token);
  const done = recordAct(w, { ...i, person });
  askToConfirm(w, person, i.notice?.language ?? 'en');
  return done;
}

/** What the outside is shown of a record. */
export function recordView(row: RecordRow, evidence?: Wire) {
  return {
    id: row.id,
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    method: row.method,
    site: row.site,
    unit: row.unit,
    notice: row.notice,
    language: row.language,
    notice_hash: row.notice_hash,
    choices: JSON.parse(row.choices) as Record<string, string>,
    detail: JSON.parse(row.detail) as Record<string, Wire>,
    evidence: evidence ?? null,
    log_seq: row.log_seq,
    rulebook: row.rulebook,
  };
}

/** The consent room's operations in a vault. */
export const consentOps = {
  'rulebook.install': action(trusted<{ book: Rulebook }>(), (w, i) => {
    if (installRulebook(w.db, i.book, w.now)) {
      planRetention(w);
      w.audit('rulebook.installed', { data: { version: i.book.version, hash: i.book.hash } });
    } else w.unchanged();
    return { version: i.book.version };
  }),
  'rulebook.version': query(trusted<Record<never, never>>(), (r) => ({ version: currentRulebook(r.db).version })),
  'consent.record': action(trusted<RecordInput>(), record, { urgent: narrows, remember: REMEMBERED }),
  /** Spends a page token whose home isn't the person's: each token has one vault, so that it is used once. */
  'token.spend': action(trusted<{ id: string; expires_at: number }>(), (w, i) => {
    spend(w, i);
    w.auditedLater('the act that the token is spent for has its own entry');
    return { spent: true };
  }),
  'confirmation.read': query(trusted<{ token: string }>(), (r, i) => readToken(r.keys, i.token, r.now) ?? null),
  /** Double opt-in, second step; the edge has had the token checked. */
  'consent.confirm': action(trusted<{ person: string; record: string }>(), (w, i) => confirm(w, i.person, i.record)),
  'consent.check': attempt(trusted<CheckInput>(), lookCheck, runCheck),
  'consent.checks': attempt(trusted<ChecksInput>(), lookChecks, runChecks),
  /** A visitor's own view: state and history. Shown to the holder of the subject token only. */
  'consent.mine': query(trusted<{ person: string }>(), (r, i) => {
    const row = personById(r.db, i.person);
    if (row?.status === 'merged') return { moved: row.merged_into, state: {}, history: [] };
    const state = readState(r.db, i.person);
    if (!row || !state) throw new Refusal('not_found', 'nothing is recorded under this token');
    const book = currentRulebook(r.db);
    return {
      moved: null,
      state: stateView(book, state, r.now, Object.keys(book.purposes)),
      history: recordsOf(r.db, i.person).map((row) => recordView(row)),
    };
  }),
  /** The same for staff and services, with evidence; what is shown is written down first. */
  'consent.history': action(trusted<{ person: string }>(), (w, i) => {
    const row = personById(w.db, i.person);
    if (!row) throw new Refusal('not_found', 'nobody has this id');
    const book = currentRulebook(w.db);
    const state = readState(w.db, i.person) ?? emptyState();
    const history = recordsOf(w.db, i.person).map((r) => recordView(r, openEvidence(w.keys, r, row.keyed === 1)));
    w.audit('person.consents_read', { person: i.person, keyed: row.keyed === 1, data: { records: history.length } });
    return {
      person: i.person,
      status: row.status,
      merged_into: row.merged_into,
      region: state.residence ?? state.region ?? null,
      restricted: state.restricted !== undefined,
      state: stateView(book, state, w.now, Object.keys(book.purposes)),
      history,
      asked: decisionsAbout(w.db, i.person),
    };
  }),
  /** One record of a person, by its id or by the id that it had before it was carried over by linking. */
  'consent.receipt': query(trusted<{ record: string; person: string }>(), (r, i) => {
    const row = recordById(r.db, i.record) ?? carriedRecord(r.db, i.person, i.record);
    return row && row.person === i.person ? { record: recordView(row) } : null;
  }),
  'decision.flush': action(trusted<Record<never, never>>(), (w) => {
    const flushed = flushCounts(w.db);
    if (flushed.rows === 0) w.unchanged();
    else w.audit('decisions.flushed', { data: flushed });
    return flushed;
  }),
  /** Linking, step 1 at the source: freeze the visitor and hand out what is theirs. Checks say no from here on. */
  'link.freeze': action(trusted<{ from: string; into: string }>(), (w, i) => {
    const row = personById(w.db, i.from);
    if (!row) throw new Refusal('not_found', 'nobody has this id');
    const state = readState(w.db, i.from) ?? emptyState();
    if (state.frozen && state.frozen !== i.into) throw new Refusal('frozen', 'this person is being moved already');
    setStatus(w.db, i.from, 'frozen', i.into);
    writeState(w.db, i.from, { ...state, frozen: i.into });
    w.audit('person.frozen', { person: i.from, data: { into: i.into } });
    const { frozen, ...rest } = state;
    return { state: rest, records: recordsOf(w.db, i.from, 0, 100_000).map(({ evidence, ...row }) => row) };
  }),
  /** Step 2 at the target: take over the visitor's own acts. Never widens what the target has said no to. */
  'link.absorb': action(trusted<{ from: string; into: string; moved: Moved }>(), (w, i) => {
    const done = absorb(w, i);
    askToConfirm(w, i.into, i.moved.records.at(-1)?.language ?? 'en');
    return done;
  }),
  /** Step 3 at the source: leave a redirect, let the identifiers lead to the target. */
  'link.redirect': action(trusted<{ from: string; into: string }>(), (w, i) => {
    pointIdentifier(w.db, i.from, i.into);
    setStatus(w.db, i.from, 'merged', i.into);
    deleteState(w.db, i.from);
    deleteRecords(w.db, i.from);
    w.audit('person.redirected', { person: i.from, data: { into: i.into } });
    return { redirected: true };
  }),
} satisfies Ops;
