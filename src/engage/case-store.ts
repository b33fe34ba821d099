import { blob, type Db, type ReadDb, type Reader, seal, unsealText, type Writer } from '../platform';

export type CaseState = 'open' | 'answered' | 'closed';

export type CaseRow = {
  id: string;
  person: string;
  unit: string;
  owner: string;
  kind: string;
  state: CaseState;
  opened_at: number;
  due_at: number;
  closed_at: number | null;
};

export type CaseWhat = 'opened' | 'note' | 'handed_over' | 'answered' | 'closed' | 'reopened';
export type CaseEventRow = {
  seq: number;
  at: number;
  what: CaseWhat;
  by: string;
  to: string | null;
  text: string | null;
};

const columns = 'id, person, unit, owner, kind, state, opened_at, due_at, closed_at';
const place = (id: string): string => `case_event.sealed:${id}`;

export const caseById = (db: ReadDb, id: string): CaseRow | undefined =>
  db.read(`select ${columns} from service_case where id = ?`).get<CaseRow>(id);

export const casesOf = (db: ReadDb, person: string): CaseRow[] =>
  db.read(`select ${columns} from service_case where person = ? order by opened_at, id`).all<CaseRow>(person);

/** Open cases of one unit or of all, by id; `due_before` leaves the overdue. */
export const openCases = (
  db: ReadDb,
  i: { unit: string; due_before: number; after: string; limit: number },
): CaseRow[] =>
  db
    .read(
      `select ${columns} from service_case where state <> 'closed' and ? in (unit, '*') and due_at < ? and id > ? order by id limit ?`,
    )
    .all<CaseRow>(i.unit, i.due_before, i.after, i.limit);

export const addCase = (db: Db, c: CaseRow): void =>
  db
    .write(`insert into service_case (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(c.id, c.person, c.unit, c.owner, c.kind, c.state, c.opened_at, c.due_at, c.closed_at);

export const setCase = (db: Db, c: Pick<CaseRow, 'id' | 'unit' | 'owner' | 'state' | 'closed_at'>): void =>
  db
    .write('update service_case set unit = ?, owner = ?, state = ?, closed_at = ? where id = ?')
    .run(c.unit, c.owner, c.state, c.closed_at, c.id);

/** Writes what happened; words are sealed under the person's key. */
export const addCaseEvent = (
  w: Writer,
  c: Pick<CaseRow, 'id' | 'person'>,
  e: { what: CaseWhat; to?: string; text?: string },
): void =>
  w.db
    .write('insert into case_event (case_id, person, at, what, by, to_owner, sealed) values (?, ?, ?, ?, ?, ?, ?)')
    .run(
      c.id,
      c.person,
      w.now,
      e.what,
      w.context.actor.id,
      e.to ?? null,
      e.text === undefined ? null : seal(w.keys.seal(c.person), place(c.id), e.text),
    );

type EventRow = Omit<CaseEventRow, 'text'> & { sealed: unknown };

/** The events of a case, words opened; null where the key is gone. */
export function caseEvents(r: Reader, c: Pick<CaseRow, 'id' | 'person'>): CaseEventRow[] {
  const rows = r.db
    .read('select seq, at, what, by, to_owner as "to", sealed from case_event where case_id = ? order by seq')
    .all<EventRow>(c.id);
  const key = rows.some(({ sealed }) => sealed !== null) ? r.keys.open(c.person) : undefined;
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    text: sealed !== null && key ? unsealText(key, place(c.id), blob(sealed)) : null,
  }));
}

export function deleteCases(db: Db, person: string): number {
  const events = db.write('delete from case_event where person = ? returning seq').all(person).length;
  return events + db.write('delete from service_case where person = ? returning id').all(person).length;
}
