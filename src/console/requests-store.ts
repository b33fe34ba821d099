import type { Param, ReadDb } from '../platform';

/** A request as the queue shows it: no words, no addresses. */
export type QueuedRequest = {
  id: string;
  right: string;
  state: string;
  person: string | null;
  site: string | null;
  region: string;
  source: string;
  received_at: number;
  due_at: number;
  closed_at: number | null;
  why: string;
  verified: string | null;
  approvals: number;
  extended: boolean;
};

export type QueuePlace = { due_at: number; id: string };
export type QueueFilter = { states?: readonly string[]; right?: string; overdue?: boolean };

type Row = Omit<QueuedRequest, 'extended'> & { extended: number };

const COLUMNS = `id, "right", state, person, site, region, source, received_at, due_at, closed_at,
  body ->> '$.why' as why, body ->> '$.verified.by' as verified, json_array_length(body, '$.approvals') as approvals,
  (body -> '$.extended') <> 'null' as extended`;

/** Requests after a place, the most urgent first. */
export function queuedRequests(
  db: ReadDb,
  filter: QueueFilter,
  after: QueuePlace | undefined,
  limit: number,
  now: number,
): QueuedRequest[] {
  const where: string[] = ['1 = 1'];
  const params: Param[] = [];
  const add = (sql: string, ...values: Param[]) => {
    where.push(sql);
    params.push(...values);
  };
  if (filter.states) add('state in (select value from json_each(?))', JSON.stringify(filter.states));
  if (filter.right) add('"right" = ?', filter.right);
  if (filter.overdue) add('due_at < ? and closed_at is null', now);
  if (after) add('(due_at, id) > (?, ?)', after.due_at, after.id);
  return db
    .read(`select ${COLUMNS} from request where ${where.join(' and ')} order by due_at, id limit ?`)
    .all<Row>(...params, limit)
    .map((row) => ({ ...row, extended: row.extended === 1 }));
}

export type RequestCounts = { open: number; soon: number; overdue: number; states: Record<string, number> };

/** How many requests are open, due within a week, and overdue. */
export function countRequests(db: ReadDb, now: number, soon: number): RequestCounts {
  const rows = db
    .read(
      `select state, count(*) as n, sum(closed_at is null) as open, sum(closed_at is null and due_at < ?) as overdue,
         sum(closed_at is null and due_at >= ? and due_at < ?) as soon from request group by state`,
    )
    .all<{ state: string; n: number; open: number; overdue: number; soon: number }>(now, now, soon);
  const sum = (of: (r: (typeof rows)[number]) => number) => rows.reduce((n, r) => n + of(r), 0);
  return {
    open: sum((r) => r.open),
    soon: sum((r) => r.soon),
    overdue: sum((r) => r.overdue),
    states: Object.fromEntries(rows.map((r) => [r.state, r.n])),
  };
}

/** Requests of one person, newest first. */
export const requestsAbout = (db: ReadDb, person: string): QueuedRequest[] =>
  db
    .read(`select ${COLUMNS} from request where person = ? order by received_at desc, id limit 50`)
    .all<Row>(person)
    .map((row) => ({ ...row, extended: row.extended === 1 }));

/** What reports say of requests that were received in a span: state, right, and how long the answer took. */
export type RequestFigure = {
  right: string;
  state: string;
  region: string;
  received_at: number;
  due_at: number;
  closed_at: number | null;
  ground: string | null;
};

export const requestFigures = (db: ReadDb, from: number, to: number): RequestFigure[] =>
  db
    .read(
      `select "right", state, region, received_at, due_at, closed_at, body ->> '$.ground' as ground from request
       where received_at >= ? and received_at < ? order by received_at limit 20000`,
    )
    .all<RequestFigure>(from, to);
