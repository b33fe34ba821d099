import { currentRulebook, decide, readState } from '../consent';
import { contactHashes, contactPoints, personById } from '../identity';
import { action, type Ops, query, type Reader, Refusal, trusted } from '../platform';
import { feedAbout, findRecords, mailCounts, mailsAbout, personOfRecord, type RecordFilter } from './records-store';
import {
  countRequests,
  type QueueFilter,
  type QueuePlace,
  queuedRequests,
  requestFigures,
  requestsAbout,
} from './requests-store';
import { advance, cellsBetween } from './tally-store';

/** One answer of the rule: may this purpose reach this person, by this channel? */
export type MatrixCell = { channel: string | null; allowed: boolean; reason: string; valid_until: number | null };
export type MatrixRow = { purpose: string; cells: MatrixCell[] };

/** What the rule says now of every purpose and channel. Asked for an officer's eyes: it is no use, so it isn't logged as one. */
function matrixOf(r: Reader, person: string): MatrixRow[] {
  const book = currentRulebook(r.db);
  const state = readState(r.db, person);
  if (!state) return [];
  return Object.values(book.purposes)
    .filter((p) => !p.archived)
    .map((p) => ({
      purpose: p.key,
      cells: [undefined, ...p.channels].map((channel) => {
        const d = decide(book, state, { purpose: p.key, channel }, r.now);
        return { channel: channel ?? null, allowed: d.allowed, reason: d.reason, valid_until: d.valid_until ?? null };
      }),
    }));
}

/** The console's own questions to a vault. */
export const consoleOps = {
  /** A slice of the records, newest first. What was looked for is written down. */
  'console.records': action(trusted<{ filter: RecordFilter; before: number; limit: number }>(), (w, i) => {
    const found = findRecords(w.db, i.filter, i.before, i.limit);
    w.audit('consents.listed', { data: { filter: i.filter, records: found.records.length } });
    return found;
  }),
  /** Catches up with the records for a slice, and answers the counts of these days. */
  'console.tally': query(trusted<{ from: string; to: string }>(), (r, i) => {
    const more = advance(r.db);
    return { more, cells: more ? [] : cellsBetween(r.db, i.from, i.to) };
  }),
  /** All that the person page shows beside the history, which is read (and audited) by `consent.history`. */
  'console.person': query(trusted<{ person: string }>(), (r, i) => {
    const row = personById(r.db, i.person);
    if (!row) return null;
    return {
      known_since: row.created_at,
      last_seen: row.last_seen_at,
      matrix: matrixOf(r, i.person),
      contacts: contactHashes(r.db, i.person).map((c) => ({ kind: c.kind, verified: c.verified_at !== null })),
      announced: feedAbout(r.db, i.person),
      mails: mailsAbout(r.db, i.person),
    };
  }),
  /** Shows who a pseudonym is. A deliberate act with a reason, written down before anything is shown. */
  'console.reveal': action(trusted<{ person: string; reason: string }>(), (w, i) => {
    const row = personById(w.db, i.person);
    if (!row) throw new Refusal('not_found', 'nobody has this id');
    const points = contactPoints(w, i.person);
    w.audit('identity.revealed', {
      person: i.person,
      keyed: row.keyed === 1,
      data: { reason: i.reason, contact_points: points.length },
    });
    return points.map(({ kind, value, verified_at }) => ({ kind, value, verified: verified_at !== null }));
  }),
  /** Whose record this is. */
  'console.record_person': query(trusted<{ record: string }>(), (r, i) => ({
    person: personOfRecord(r.db, i.record) ?? null,
  })),
  'console.requests': query(trusted<{ filter: QueueFilter; after?: QueuePlace; limit: number }>(), (r, i) =>
    queuedRequests(r.db, i.filter, i.after, i.limit, r.now),
  ),
  'console.request_counts': query(trusted<{ soon: number }>(), (r, i) => countRequests(r.db, r.now, i.soon)),
  'console.requests_about': query(trusted<{ person: string }>(), (r, i) => requestsAbout(r.db, i.person)),
  'console.request_figures': query(trusted<{ from: number; to: number }>(), (r, i) =>
    requestFigures(r.db, i.from, i.to),
  ),
  /** Somebody looks at who asks, and why: written down before it is shown. */
  'console.reveal_asker': action(trusted<{ request: string; reason: string }>(), (w, i) => {
    w.audit('identity.revealed', { data: { request: i.request, reason: i.reason } });
    return { ok: true };
  }),
  'console.mail_counts': query(trusted<Record<never, never>>(), (r) => mailCounts(r.db)),
} satisfies Ops;
