import { action, type Ops, query, trusted } from '../platform';
import {
  allCursors,
  cursorOf,
  dueMails,
  feedAfter,
  lastFeedSeq,
  type Mail,
  moveCursor,
  nextMailDue,
  postponeMail,
  queueMail,
  settleMail,
} from './outbox';
import { retryAt } from './retry';

const bookkeeping = 'the act that caused the message has its own entry';

/** What leaves: the same in every vault and in the registry. */
export const deliveryOps = {
  'mail.due': query(trusted<{ limit: number }>(), (r, i) => dueMails(r, i.limit)),
  'mail.next_due': query(trusted<Record<never, never>>(), (r) => ({ due: nextMailDue(r.db) ?? null })),
  'mail.sent': action(trusted<{ id: string }>(), (w, i) => {
    settleMail(w.db, i.id, 'sent', null, w.now);
    w.auditedLater(bookkeeping);
    return { ok: true };
  }),
  /** Tries again later, or gives up and says so in the log. */
  'mail.failed': action(trusted<{ id: string; attempts: number; error: string; jitter: number }>(), (w, i) => {
    const due = retryAt(i.attempts, w.now, i.jitter);
    if (due === null) {
      settleMail(w.db, i.id, 'failed', i.error, w.now);
      w.audit('mail.given_up', { data: { mail: i.id, attempts: i.attempts } });
    } else {
      postponeMail(w.db, i.id, i.attempts, due, i.error);
      w.schedule({ op: 'mail.wake', due, input: {}, id: 'mail.wake' });
      w.auditedLater(bookkeeping);
    }
    return { due };
  }),
  'mail.wake': action(trusted<Record<never, never>>(), (w) => {
    w.emit('mail.due', {});
    w.auditedLater(bookkeeping);
    return { ok: true };
  }),
  /** A mail to nobody in particular: to staff, or a test. */
  'mail.queue': action(trusted<{ mail: Mail; kind: string }>(), (w, i) => {
    const id = queueMail(w, i.mail, { kind: i.kind });
    w.audit('mail.queued', { data: { mail: id, kind: i.kind } });
    return { id };
  }),
  /** The change feed after a sequence. */
  'feed.page': query(trusted<{ after: number; limit: number }>(), (r, i) => ({
    rows: feedAfter(r.db, i.after, i.limit),
    last: lastFeedSeq(r.db),
  })),
  /** What an endpoint has still to be told, or nothing while it waits for its next attempt. */
  'webhook.pending': query(trusted<{ endpoint: string; limit: number }>(), (r, i) => {
    const cursor = cursorOf(r.db, i.endpoint);
    const waiting = cursor !== undefined && cursor.retry_at > r.now;
    return {
      cursor: cursor ?? null,
      rows: waiting ? [] : feedAfter(r.db, cursor?.seq ?? 0, i.limit),
      retry_at: cursor?.retry_at ?? 0,
    };
  }),
  'webhook.settle': action(
    trusted<{
      endpoint: string;
      seq: number;
      ok: boolean;
      status: string;
      attempts: number;
      jitter: number;
      after?: number;
    }>(),
    (w, i) => {
      const due = i.ok ? 0 : retryAt(i.attempts, w.now, i.jitter, i.after);
      const base = { endpoint: i.endpoint, seq: i.seq, last_status: i.status.slice(0, 200), last_at: w.now };
      moveCursor(w.db, { ...base, attempts: i.ok ? 0 : i.attempts, retry_at: due ?? Number.MAX_SAFE_INTEGER });
      if (due === null) w.audit('webhook.disabled', { data: { endpoint: i.endpoint, attempts: i.attempts } });
      else w.auditedLater(bookkeeping);
      if (due) w.schedule({ op: 'mail.wake', due, input: {}, id: `webhook.${i.endpoint}` });
      return { retry_at: due };
    },
  ),
  'webhook.cursors': query(trusted<Record<never, never>>(), (r) => ({
    cursors: allCursors(r.db),
    last: lastFeedSeq(r.db),
  })),
  /** An officer sends an endpoint everything after a sequence once more. */
  'webhook.replay': action(trusted<{ endpoint: string; after: number }>(), (w, i) => {
    moveCursor(w.db, {
      endpoint: i.endpoint,
      seq: i.after,
      attempts: 0,
      retry_at: 0,
      last_status: 'replay',
      last_at: w.now,
    });
    w.audit('webhook.replayed', { data: { endpoint: i.endpoint, after: i.after } });
    w.emit('mail.due', {});
    return { ok: true };
  }),
} satisfies Ops;
