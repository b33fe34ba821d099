import type { Param, ReadDb } from '../platform';

/** What an officer looks for among the consent records. */
export type RecordFilter = {
  site?: string;
  purpose?: string;
  /** granted, refused, withdrawn, objected, requested. */
  status?: string;
  method?: string;
  region?: string;
  /** `key` or `key@version`. */
  notice?: string;
  /** Milliseconds: from ≤ at < to. */
  from?: number;
  to?: number;
};

export type FoundRecord = {
  seq: number;
  id: string;
  person: string;
  at: number;
  method: string;
  site: string | null;
  notice: string | null;
  language: string | null;
  region: string | null;
  choices: Record<string, string>;
};

/** Looks at so many records in one slice (well under 5 ms where nothing matches). */
export const SLICE = 4000;

type Row = Omit<FoundRecord, 'choices'> & { choices: string };

const plain = { site: 'site', method: 'method' } as const;

function conditions(f: RecordFilter): { where: string[]; params: Param[] } {
  const where: string[] = [];
  const params: Param[] = [];
  const add = (sql: string, ...values: Param[]) => {
    where.push(sql);
    params.push(...values);
  };
  for (const [name, column] of Object.entries(plain)) {
    const value = f[name as keyof typeof plain];
    if (value !== undefined) add(`${column} = ?`, value);
  }
  if (f.region !== undefined) add("coalesce(detail ->> 'region', 'unknown') = ?", f.region);
  if (f.notice !== undefined) {
    if (f.notice.includes('@')) add('notice = ?', f.notice);
    else add("substr(notice, 1, length(?) + 1) = ? || '@'", f.notice, f.notice);
  }
  if (f.purpose !== undefined && f.status !== undefined) add('choices ->> ? = ?', f.purpose, f.status);
  else if (f.purpose !== undefined) add('choices ->> ? is not null', f.purpose);
  else if (f.status !== undefined) add('exists (select 1 from json_each(choices) where value = ?)', f.status);
  if (f.from !== undefined) add('at >= ?', f.from);
  if (f.to !== undefined) add('at < ?', f.to);
  return { where, params };
}

/** The newest sequence of this vault's records. */
export const newestSeq = (db: ReadDb): number =>
  db.read('select max(seq) as seq from consent_record').get<{ seq: number | null }>()?.seq ?? 0;

/**
 * Records below `before`, newest first, out of one slice of the table. `seen` is the sequence down to which was looked:
 * ask again below it; 0 when the beginning was reached.
 */
export function findRecords(
  db: ReadDb,
  filter: RecordFilter,
  before: number,
  limit: number,
): { records: FoundRecord[]; seen: number } {
  const top = Math.min(before, newestSeq(db) + 1);
  const floor = Math.max(1, top - SLICE);
  const { where, params } = conditions(filter);
  const rows = db
    .read(
      `select seq, id, person, at, method, site, notice, language, coalesce(detail ->> 'region', 'unknown') as region, choices
       from consent_record where seq < ? and seq >= ? ${where.map((w) => `and ${w}`).join(' ')} order by seq desc limit ?`,
    )
    .all<Row>(top, floor, ...params, limit);
  const records = rows.map((r) => ({ ...r, choices: JSON.parse(r.choices) as Record<string, string> }));
  const full = records.length === limit;
  const beyond = filter.from !== undefined && records.length === 0 && isBefore(db, floor, filter.from);
  return { records, seen: full ? records.at(-1)!.seq : floor <= 1 || beyond ? 0 : floor };
}

/** Times of one vault never run backwards, so nothing below this record is younger. */
const isBefore = (db: ReadDb, seq: number, from: number): boolean =>
  (db.read('select at from consent_record where seq <= ? order by seq desc limit 1').get<{ at: number }>(seq)?.at ??
    0) < from;

export type Delivered = { seq: number; topic: string; at: number };

/** What was announced about a person, newest first. */
export const feedAbout = (db: ReadDb, person: string): Delivered[] =>
  db.read('select seq, topic, at from feed where person = ? order by seq desc limit 100').all<Delivered>(person);

export type MailAbout = {
  kind: string;
  state: string;
  created_at: number;
  settled_at: number | null;
  attempts: number;
};

/** Mails to a person: that they were sent, not what they said. */
export const mailsAbout = (db: ReadDb, person: string): MailAbout[] =>
  db
    .read(
      'select kind, state, created_at, settled_at, attempts from outbox where person = ? order by created_at desc limit 100',
    )
    .all<MailAbout>(person);

export type MailCounts = { pending: number; failed: number };

export const mailCounts = (db: ReadDb): MailCounts => {
  const rows = db
    .read("select state, count(*) as n from outbox where state in ('pending', 'failed') group by state")
    .all<{ state: string; n: number }>();
  const of = (state: string) => rows.find((r) => r.state === state)?.n ?? 0;
  return { pending: of('pending'), failed: of('failed') };
};

export const personOfRecord = (db: ReadDb, id: string): string | undefined =>
  db.read('select person from consent_record where id = ?').get<{ person: string }>(id)?.person;
