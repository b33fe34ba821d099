import { DAY, type Db, perDb, type ReadDb, utcDay } from '../platform';
import type { Decision, Question } from './decide';

/**
 * The decision log: one row per person, caller, question, answer, record, rulebook and UTC day. The first yes is
 * committed before it is answered; repeats and noes are counters in memory, flushed every second: a crash may lose
 * counts, never a yes.
 */
type Counters = {
  /** Days since the epoch, UTC. */
  day: number;
  seen: Set<string>;
  counts: Map<string, { person: string; question: string; n: number; at: number }>;
};

const counters = perDb<Counters>(() => ({ day: -1, seen: new Set(), counts: new Map() }));

/** More different answers a day than this are committed one by one. */
const MAX_SEEN = 500_000;

/** What is remembered of an answer: a stable, readable text. */
export function questionKey(caller: string, q: Question, d: Decision): string {
  const scope = `${q.channel ?? ''}|${q.contact_point ?? ''}|${q.unit ?? ''}|${q.category ?? ''}|${q.recipient ?? ''}`;
  return `${caller}|${q.purpose}|${scope}|${d.allowed ? 'yes' : 'no'}|${d.reason}|${d.record ?? ''}|${d.rulebook}`;
}

/** Counts an answer in memory if that is enough; false for the first yes, which has to be committed. */
export function countInMemory(db: ReadDb, person: string, question: string, allowed: boolean, now: number): boolean {
  const c = today(db, now);
  const name = `${person}|${question}`;
  if (allowed && !c.seen.has(name)) return false;
  const known = c.counts.get(name);
  if (known) known.n++;
  else c.counts.set(name, { person, question, n: 1, at: now });
  return true;
}

function today(db: ReadDb, now: number): Counters {
  const c = counters(db);
  const day = Math.floor(now / DAY);
  if (c.day !== day) {
    c.day = day;
    c.seen.clear();
  }
  return c;
}

const upsert = `insert into decision (person, day, question, first_at, count) values (?, ?, ?, ?, ?)
  on conflict (person, day, question) do update set count = count + excluded.count`;

/** Commits a first yes. Called inside an action; counted in memory from then on. */
export function commitYes(db: Db, person: string, question: string, now: number): void {
  db.write(upsert).run(person, utcDay(now), question, now, 1);
}

/** After the commit of {@link commitYes}: repeats may be counted in memory. */
export function rememberYes(db: ReadDb, person: string, question: string, now: number): void {
  const c = today(db, now);
  if (c.seen.size < MAX_SEEN) c.seen.add(`${person}|${question}`);
}

/** Is this answer of today in the database already? */
export const isCommitted = (db: ReadDb, person: string, question: string, now: number): boolean =>
  db
    .read('select 1 as x from decision where person = ? and day = ? and question = ?')
    .get<{ x: number }>(person, utcDay(now), question) !== undefined;

export const hasCounts = (db: ReadDb): boolean => counters(db).counts.size > 0;

/** Writes the counters down and empties them; answers how many rows and answers that were. */
export function flushCounts(db: Db, limit = 2000): { rows: number; answers: number } {
  const c = counters(db);
  let rows = 0;
  let answers = 0;
  for (const [name, e] of c.counts) {
    if (rows >= limit) break;
    db.write(upsert).run(e.person, utcDay(e.at), e.question, e.at, e.n);
    c.counts.delete(name);
    rows++;
    answers += e.n;
  }
  return { rows, answers };
}

export type DecisionRow = { day: string; question: string; first_at: number; count: number };

export const decisionsAbout = (db: ReadDb, person: string): DecisionRow[] =>
  db
    .read('select day, question, first_at, count from decision where person = ? order by day, first_at')
    .all<DecisionRow>(person);

export function deleteDecisions(db: Db, person: string): number {
  const c = counters(db);
  for (const [name, e] of c.counts) if (e.person === person) c.counts.delete(name);
  for (const name of c.seen) if (name.startsWith(`${person}|`)) c.seen.delete(name);
  return db.write('delete from decision where person = ? returning day').all(person).length;
}

/** Ends the retention of decisions, at most 1,000 rows a call. */
export const forgetDecisions = (db: Db, before: string): number =>
  db
    .write('delete from decision where rowid in (select rowid from decision where day < ? limit 1000) returning day')
    .all(before).length;
