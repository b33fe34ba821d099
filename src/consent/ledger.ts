import {
  blob,
  canonical,
  type Db,
  isObject,
  type KeyClass,
  type Keys,
  perDb,
  type ReadDb,
  seal,
  unsealText,
  type Wire,
} from '../platform';
import { emptyRulebook, type Rulebook } from './rulebook';
import { emptyState, type PersonState } from './state';
import type { Choice, Method } from './wire';

/** Parsed once per version; versions never change. */
const books = perDb(() => new Map<number, Rulebook>());
const newest = perDb<{ book?: Rulebook }>(() => ({}), { derived: true });

/** The newest installed rulebook. */
export function currentRulebook(db: ReadDb): Rulebook {
  const held = newest(db);
  held.book ??= readNewest(db);
  return held.book;
}

function readNewest(db: ReadDb): Rulebook {
  const row = db.read('select max(version) as version from rulebook').get<{ version: number | null }>();
  return row?.version == null ? emptyRulebook : (rulebookAt(db, row.version) ?? emptyRulebook);
}

export function rulebookAt(db: ReadDb, version: number): Rulebook | undefined {
  const known = books(db).get(version);
  if (known) return known;
  const row = db.read('select body from rulebook where version = ?').get<{ body: string }>(version);
  if (!row) return undefined;
  const book = JSON.parse(row.body) as Rulebook;
  books(db).set(version, book);
  return book;
}

export function installRulebook(db: Db, book: Rulebook, now: number): boolean {
  const row = db
    .write(
      'insert into rulebook (version, hash, body, installed_at) values (?, ?, ?, ?) on conflict do nothing returning version',
    )
    .get<{ version: number }>(book.version, book.hash, JSON.stringify(book), now);
  newest(db).book = undefined;
  return row !== undefined;
}

/** The last parsed states. The row is read each time, so nothing can be stale; only the parsing is saved. */
const parsed = perDb(() => new Map<string, { body: string; state: PersonState }>());
const MAX_PARSED = 10_000;

/** A person's state. Treat it as frozen: it is shared between callers. */
export function readState(db: ReadDb, person: string): PersonState | undefined {
  const row = db.read('select body from consent_state where person = ?').get<{ body: string }>(person);
  if (!row) return undefined;
  const states = parsed(db);
  const known = states.get(person);
  if (known?.body === row.body) return known.state;
  const state = JSON.parse(row.body) as PersonState;
  if (states.size >= MAX_PARSED) states.clear();
  states.set(person, { body: row.body, state });
  return state;
}

export function writeState(db: Db, person: string, state: PersonState): void {
  db.write(
    'insert into consent_state (person, body) values (?, ?) on conflict (person) do update set body = excluded.body',
  ).run(person, JSON.stringify(state));
}

/** Changes the facts that decisions rest on, through one door. */
export function editState(db: Db, person: string, edit: (s: PersonState) => PersonState): PersonState {
  const state = edit(readState(db, person) ?? emptyState());
  writeState(db, person, state);
  return state;
}

export function deleteState(db: Db, person: string): void {
  db.write('delete from consent_state where person = ?').run(person);
  parsed(db).delete(person);
}

/** What is said of an act beside its choices. */
export type RecordDetail = {
  channel?: string;
  contact_point?: string;
  unit?: string;
  region?: string;
  signals?: { gpc?: boolean; dnt?: boolean };
  explicit?: boolean;
  told?: boolean;
  no_page_token?: boolean;
  queued_seconds?: number;
  origin?: string;
  /** ms by the evidence, for reported acts. */
  reported?: number;
  /** Purpose → ms at which the grant lapses. */
  until?: Record<string, number>;
  /** The record whose request this act confirms (double opt-in, second step). */
  confirms?: string;
  /** The record that this one was copied from by linking or merging. */
  from?: string;
};

export type Evidence = { when: string; how: string; wording: string; by: string };

export type RecordRow = {
  seq: number;
  id: string;
  person: string;
  at: number;
  method: Method | 'system';
  site: string | null;
  unit: string | null;
  notice: string | null;
  language: string | null;
  notice_hash: string | null;
  choices: string;
  detail: string;
  evidence: unknown;
  log_seq: number;
  rulebook: number;
};

export type NewRecord = Omit<RecordRow, 'seq' | 'choices' | 'detail' | 'evidence'> & {
  choices: Record<string, Choice | 'objected' | 'requested' | 'conflict'>;
  detail: RecordDetail;
  evidence: Uint8Array | null;
};

export function insertRecord(db: Db, r: NewRecord): number {
  return db
    .write(
      `insert into consent_record (id, person, at, method, site, unit, notice, language, notice_hash, choices, detail, evidence, log_seq, rulebook)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning seq`,
    )
    .get<{ seq: number }>(
      r.id,
      r.person,
      r.at,
      r.method,
      r.site,
      r.unit,
      r.notice,
      r.language,
      r.notice_hash,
      JSON.stringify(r.choices),
      JSON.stringify(r.detail),
      r.evidence,
      r.log_seq,
      r.rulebook,
    )!.seq;
}

const recordColumns =
  'seq, id, person, at, method, site, unit, notice, language, notice_hash, choices, detail, evidence, log_seq, rulebook';

export const recordsOf = (db: ReadDb, person: string, after = 0, limit = 500): RecordRow[] =>
  db
    .read(`select ${recordColumns} from consent_record where person = ? and seq > ? order by seq limit ?`)
    .all<RecordRow>(person, after, limit);

export const recordById = (db: ReadDb, id: string): RecordRow | undefined =>
  db.read(`select ${recordColumns} from consent_record where id = ?`).get<RecordRow>(id);

/** The record of a person that was copied from the record `from` when a visitor was linked. */
export const carriedRecord = (db: ReadDb, person: string, from: string): RecordRow | undefined =>
  db
    .read(`select ${recordColumns} from consent_record where person = ? and detail ->> 'from' = ?`)
    .get<RecordRow>(person, from);

export const nextRecordSeq = (db: ReadDb): number =>
  (db.read('select max(seq) as seq from consent_record').get<{ seq: number | null }>()?.seq ?? 0) + 1;

export const deleteRecords = (db: Db, person: string): number =>
  db.write('delete from consent_record where person = ? returning seq').all(person).length;

const evidencePlace = (id: string): string => `consent_record.evidence:${id}`;

export const sealEvidence = (keys: Keys, person: string, keyed: boolean, id: string, e: Evidence): Uint8Array =>
  seal(
    keyed ? keys.seal(person, 'evidence' satisfies KeyClass) : keys.own('evidence'),
    evidencePlace(id),
    canonical(e),
  );

/** The evidence of a record; undefined when there is none or its key is gone. */
export function openEvidence(keys: Keys, row: RecordRow, keyed: boolean): Evidence | undefined {
  if (!row.evidence) return undefined;
  const key = keyed ? keys.open(row.person, 'evidence') : keys.own('evidence');
  const plain: Wire = key ? (JSON.parse(unsealText(key, evidencePlace(row.id), blob(row.evidence))) as Wire) : null;
  return isObject(plain) ? (plain as Evidence) : undefined;
}

/** Marks a page token as used; false when it was used before. */
export const useToken = (db: Db, id: string, expiresAt: number): boolean =>
  db
    .write('insert into used_token (id, expires_at) values (?, ?) on conflict do nothing returning id')
    .get<{ id: string }>(id, expiresAt) !== undefined;

export const forgetTokens = (db: Db, now: number): void =>
  db.write('delete from used_token where expires_at <= ?').run(now);
