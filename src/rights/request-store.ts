import type { Ident } from '../identity';
import { blob, type Db, type Keys, type ReadDb, seal, unsealText } from '../platform';
import type { Pause } from './clock';
import type { DelayGround, DenialGround } from './crossmap';
import type { Right } from './rules';
import type { RequestEvent, RequestState, TaskState } from './states';

/** Everything of a request that no query looks for. Pseudonyms, times and keys of closed lists only. */
export type Case = {
  /** An objection to direct marketing. */
  marketing: boolean;
  /** How the asker was proved; null until they are. */
  verified: { at: number; by: 'link' | 'code' | 'token' | 'staff' } | null;
  /** An authorised agent asks: has the authority been shown? */
  agent_authorised?: boolean;
  rule: string;
  why: string;
  acknowledge_by: number | null;
  extension_notice_by: number | null;
  extended: { at: number; reason: DelayGround; by: string } | null;
  pauses: Pause[];
  approvals: { by: string; at: number }[];
  cooling_off_until: number | null;
  ground: DenialGround | null;
  duplicate_of?: string;
  /** Staff who say that the asker is this person. */
  vouched?: { person: string; by: string[] };
  /** Keyed hash of the network that asked. */
  network?: string;
  /** How often the work in our own databases was begun. */
  runs?: number;
  /** The act that was recorded for it at once. */
  record?: string;
  /** Signed certificate of the erasure (compact JWS). */
  certificate?: string;
};

export type RequestRow = {
  id: string;
  person: string | null;
  right: Right;
  state: RequestState;
  ident: Ident;
  site: string | null;
  region: string;
  language: string;
  source: string;
  received_at: number;
  due_at: number;
  closed_at: number | null;
  body: Case;
  has_words: boolean;
};

type Raw = Omit<RequestRow, 'ident' | 'body' | 'has_words'> & { ident: string; body: string; has_words: number };

const columns =
  'id, person, "right", state, ident, site, region, language, source, received_at, due_at, closed_at, body, sealed is not null as has_words';

const read = ({ ident, body, has_words, ...row }: Raw): RequestRow => ({
  ...row,
  ident: JSON.parse(ident) as Ident,
  body: JSON.parse(body) as Case,
  has_words: has_words === 1,
});

export function requestById(db: ReadDb, id: string): RequestRow | undefined {
  const row = db.read(`select ${columns} from request where id = ?`).get<Raw>(id);
  return row && read(row);
}

export const requestsOf = (db: ReadDb, person: string): RequestRow[] =>
  db.read(`select ${columns} from request where person = ? order by received_at, id`).all<Raw>(person).map(read);

/** A page of requests by id; `state` and `overdue_at` narrow it. */
export function requestPage(
  db: ReadDb,
  i: { after: string; limit: number; states?: readonly string[]; right?: string; due_before?: number },
): RequestRow[] {
  const where = ['id > ?'];
  const params: (string | number)[] = [i.after];
  const add = (sql: string, value: string | number | undefined) => {
    if (value === undefined) return;
    where.push(sql);
    params.push(value);
  };
  add('state in (select value from json_each(?))', i.states && JSON.stringify(i.states));
  add('"right" = ?', i.right);
  add('due_at < ?', i.due_before);
  return db
    .read(`select ${columns} from request where ${where.join(' and ')} order by id limit ?`)
    .all<Raw>(...params, i.limit)
    .map(read);
}

/** Requests for the same identifier and right since a time, oldest first: a later one may be a duplicate. */
export const similarRequests = (db: ReadDb, ident: Ident, right: Right, since: number): RequestRow[] =>
  db
    .read(
      `select ${columns} from request where "right" = ? and received_at >= ? and ident ->> '$.hashes[0]' = ? order by received_at, id`,
    )
    .all<Raw>(right, since, ident.hashes[0]!)
    .map(read);

export function insertRequest(db: Db, r: Omit<RequestRow, 'has_words' | 'closed_at'>, sealed: Uint8Array): void {
  db.write(
    `insert into request (id, person, "right", state, ident, site, region, language, source, received_at, due_at, body, sealed)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    r.id,
    r.person,
    r.right,
    r.state,
    JSON.stringify(r.ident),
    r.site,
    r.region,
    r.language,
    r.source,
    r.received_at,
    r.due_at,
    JSON.stringify(r.body),
    sealed,
  );
}

export const writeRequest = (
  db: Db,
  r: Pick<RequestRow, 'id' | 'person' | 'state' | 'due_at' | 'closed_at' | 'body'>,
): void =>
  db
    .write('update request set person = ?, state = ?, due_at = ?, closed_at = ?, body = ? where id = ?')
    .run(r.person, r.state, r.due_at, r.closed_at, JSON.stringify(r.body), r.id);

/** What people wrote. `reply_to`: the known address that is told of the end of an erasure, after which it is gone. */
export type Words = {
  subject?: { type: string; id: string };
  message?: string;
  agent?: { name: string; contact: string };
  notes: { at: number; by: string; text: string }[];
  reply_to?: string;
  /** What foreign systems know the person by, until they have answered. */
  identifiers?: { type: string; id: string }[];
};

const place = (id: string): string => `request.sealed:${id}`;

export const sealWords = (keys: Keys, id: string, words: Words): Uint8Array =>
  seal(keys.seal(id), place(id), JSON.stringify(words));

/** The words of a request; undefined when they or their key are gone. */
export function openWords(db: ReadDb, keys: Keys, id: string): Words | undefined {
  const row = db.read('select sealed from request where id = ?').get<{ sealed: unknown }>(id);
  const key = row?.sealed ? keys.open(id) : undefined;
  return key && (JSON.parse(unsealText(key, place(id), blob(row!.sealed))) as Words);
}

export const writeWords = (db: Db, keys: Keys, id: string, words: Words): void =>
  db.write('update request set sealed = ? where id = ?').run(sealWords(keys, id, words), id);

export const dropWords = (db: Db, id: string): void =>
  db.write('update request set sealed = null where id = ?').run(id);

export type EventRow = { at: number; event: RequestEvent | string; actor: string; state: string; detail: string };

export const addEvent = (db: Db, request: string, e: EventRow): void =>
  db
    .write('insert into request_event (request, at, event, actor, state, detail) values (?, ?, ?, ?, ?, ?)')
    .run(request, e.at, e.event, e.actor, e.state, e.detail);

export const eventsOf = (db: ReadDb, request: string): EventRow[] =>
  db
    .read('select at, event, actor, state, detail from request_event where request = ? order by seq')
    .all<EventRow>(request);

export type TaskRow = {
  system: string;
  state: TaskState;
  attempts: number;
  due_at: number | null;
  result: string;
  updated_at: number;
};

export const tasksOf = (db: ReadDb, request: string): TaskRow[] =>
  db
    .read(
      'select system, state, attempts, due_at, result, updated_at from request_task where request = ? order by system',
    )
    .all<TaskRow>(request);

export const writeTask = (db: Db, request: string, t: TaskRow): void =>
  db
    .write(
      `insert into request_task (request, system, state, attempts, due_at, result, updated_at) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (request, system) do update set state = excluded.state, attempts = excluded.attempts,
         due_at = excluded.due_at, result = excluded.result, updated_at = excluded.updated_at`,
    )
    .run(request, t.system, t.state, t.attempts, t.due_at, t.result, t.updated_at);

/** Removes a request and everything that hangs on it. */
export function deleteRequest(db: Db, id: string): void {
  for (const table of ['request_event', 'request_task', 'request_secret'])
    db.write(`delete from ${table} where request = ?`).run(id);
  db.write('delete from request where id = ?').run(id);
}

/** Persons of this vault that were merged into one of these. */
export const aliasesOf = (db: ReadDb, persons: readonly string[]): string[] =>
  db
    .read('select id from person where merged_into in (select value from json_each(?)) order by id')
    .all<{ id: string }>(JSON.stringify(persons))
    .map((r) => r.id);
