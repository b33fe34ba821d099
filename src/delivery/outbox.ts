import {
  blob,
  type Db,
  type ReadDb,
  type Reader,
  registryId,
  seal,
  unsealText,
  type Wire,
  type Writer,
} from '../platform';

/** A mail as plain data. Texts are rendered before it is queued. */
export type Mail = { to: string; subject: string; text: string; html?: string; headers?: Record<string, string> };

const place = (id: string): string => `outbox.sealed:${id}`;

/** Queues a mail in the action's transaction. Sealed under the person's key where there is one. */
export function queueMail(w: Writer, mail: Mail, about: { person?: string; keyed?: boolean; kind: string }): string {
  const id = registryId('mail');
  const own = !(about.person && about.keyed);
  const key = own ? w.keys.own('outbox') : w.keys.seal(about.person!);
  w.db
    .write(
      `insert into outbox (id, person, kind, sealed_by, sealed, state, due_at, attempts, created_at) values (?, ?, ?, ?, ?, 'pending', ?, 0, ?)`,
    )
    .run(
      id,
      about.person ?? null,
      about.kind,
      own ? 'own' : 'ordinary',
      seal(key, place(id), JSON.stringify(mail)),
      w.now,
      w.now,
    );
  w.emit('mail.queued', { mail: id, kind: about.kind });
  return id;
}

type Row = { id: string; person: string | null; sealed_by: string; sealed: unknown; attempts: number };

/** Mails that are due, opened. One whose key is gone is dropped silently: its person was erased. */
export function dueMails(r: Reader, limit: number): { id: string; attempts: number; mail: Mail | null }[] {
  const rows = r.db
    .read(
      "select id, person, sealed_by, sealed, attempts from outbox where state = 'pending' and due_at <= ? order by due_at limit ?",
    )
    .all<Row>(r.now, limit);
  return rows.map((row) => {
    const key = row.sealed_by === 'own' ? r.keys.own('outbox') : row.person ? r.keys.open(row.person) : undefined;
    const mail = key ? (JSON.parse(unsealText(key, place(row.id), blob(row.sealed))) as Mail) : null;
    return { id: row.id, attempts: row.attempts, mail };
  });
}

export const nextMailDue = (db: ReadDb): number | undefined =>
  db.read("select min(due_at) as due from outbox where state = 'pending'").get<{ due: number | null }>()?.due ??
  undefined;

/** Handed over (or given up): the content goes, the fact stays. */
export const settleMail = (db: Db, id: string, state: 'sent' | 'failed', error: string | null, now: number): void =>
  db
    .write('update outbox set state = ?, sealed = null, last_error = ?, settled_at = ? where id = ?')
    .run(state, error, now, id);

export const postponeMail = (db: Db, id: string, attempts: number, due: number, error: string): void =>
  db
    .write('update outbox set attempts = ?, due_at = ?, last_error = ? where id = ?')
    .run(attempts, due, error.slice(0, 300), id);

export const deleteMails = (db: Db, person: string): number =>
  db.write('delete from outbox where person = ? returning id').all(person).length;

export const mailsOf = (
  db: ReadDb,
  person: string,
): { id: string; kind: string; state: string; created_at: number }[] =>
  db
    .read('select id, kind, state, created_at from outbox where person = ? order by created_at')
    .all<{ id: string; kind: string; state: string; created_at: number }>(person);

export type FeedRow = { seq: number; id: string; topic: string; person: string | null; body: string; at: number };

/** Adds an event to the feed, in the action's transaction. `body.person`, if there is one, is whom it is about. */
export function addToFeed(w: Writer, topic: string, body: Wire): void {
  const person =
    typeof body === 'object' && body !== null && 'person' in body && typeof body.person === 'string'
      ? body.person
      : null;
  w.db
    .write('insert into feed (id, topic, person, body, at) values (?, ?, ?, ?, ?)')
    .run(registryId('evt'), topic, person, JSON.stringify(body), w.now);
}

export const feedAfter = (db: ReadDb, after: number, limit: number): FeedRow[] =>
  db
    .read('select seq, id, topic, person, body, at from feed where seq > ? order by seq limit ?')
    .all<FeedRow>(after, limit);

export const feedOf = (db: ReadDb, person: string): FeedRow[] =>
  db.read('select seq, id, topic, person, body, at from feed where person = ? order by seq').all<FeedRow>(person);

/** An erased person's earlier events go; the event of the erasure itself stays. */
export const compactFeed = (db: Db, person: string): number =>
  db.write("delete from feed where person = ? and topic <> 'person.erased' returning seq").all(person).length;

export const lastFeedSeq = (db: ReadDb): number =>
  db.read('select max(seq) as seq from feed').get<{ seq: number | null }>()?.seq ?? 0;

export type Cursor = {
  endpoint: string;
  seq: number;
  attempts: number;
  retry_at: number;
  last_status: string | null;
  last_at: number | null;
};

export const cursorOf = (db: ReadDb, endpoint: string): Cursor | undefined =>
  db
    .read('select endpoint, seq, attempts, retry_at, last_status, last_at from webhook_cursor where endpoint = ?')
    .get<Cursor>(endpoint);

export const allCursors = (db: ReadDb): Cursor[] =>
  db
    .read('select endpoint, seq, attempts, retry_at, last_status, last_at from webhook_cursor order by endpoint')
    .all<Cursor>();

export const moveCursor = (db: Db, c: Cursor): void =>
  db
    .write(
      `insert into webhook_cursor (endpoint, seq, attempts, retry_at, last_status, last_at) values (?, ?, ?, ?, ?, ?)
       on conflict (endpoint) do update set seq = excluded.seq, attempts = excluded.attempts, retry_at = excluded.retry_at,
         last_status = excluded.last_status, last_at = excluded.last_at`,
    )
    .run(c.endpoint, c.seq, c.attempts, c.retry_at, c.last_status, c.last_at);
