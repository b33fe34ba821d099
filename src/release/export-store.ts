import { type Db, isObject, type ReadDb, type Wire } from '../platform';
import type { Channel } from './audience';
import type { Format } from './formats';
import type { Rule } from './rule';

/** What somebody ordered. `segment` is a version, so that nobody can change it under a running export. */
export type ExportOrder = {
  purpose: string;
  channel: Channel | null;
  unit: string | null;
  recipient: string;
  format: Format;
  columns: string[] | null;
  segment: { id: string; version: number } | null;
  /** How many of the people that were named are nobody, or the same person twice. */
  left_out: { unknown_person: number; duplicate: number };
};

export type OrderRow = {
  id: string;
  order: ExportOrder;
  people: string[] | null;
  created_at: number;
  created_by: string;
  expires_at: number;
};

export function addOrder(db: Db, row: OrderRow): void {
  db.write(
    'insert into export_order (id, body, people, created_at, created_by, expires_at) values (?, ?, ?, ?, ?, ?)',
  ).run(
    row.id,
    JSON.stringify(row.order),
    row.people && JSON.stringify(row.people),
    row.created_at,
    row.created_by,
    row.expires_at,
  );
}

const orderColumns = 'id, body, people, created_at, created_by, expires_at';
type RawOrder = Omit<OrderRow, 'order' | 'people'> & { body: string; people: string | null };

const opened = ({ body, people, ...row }: RawOrder): OrderRow => ({
  ...row,
  order: JSON.parse(body) as ExportOrder,
  people: people === null ? null : (JSON.parse(people) as string[]),
});

export function orderById(db: ReadDb, id: string): OrderRow | undefined {
  const row = db.read(`select ${orderColumns} from export_order where id = ?`).get<RawOrder>(id);
  return row && opened(row);
}

/** Newest first; `before` is the time and id of the last one of the page before. */
export const pageOfOrders = (db: ReadDb, before: { at: number; id: string }, limit: number): OrderRow[] =>
  db
    .read(
      `select ${orderColumns} from export_order where (created_at, id) < (?, ?) order by created_at desc, id desc limit ?`,
    )
    .all<RawOrder>(before.at, before.id, limit)
    .map(opened);

/** Forgets whom an order named, once it is over. */
export const forgetPeople = (db: Db, id: string): boolean =>
  db.write("update export_order set people = '[]' where id = ? and people is not null returning id").get(id) !==
  undefined;

export type Run = {
  id: string;
  origin: string;
  started_at: number;
  started_by: string;
  ended_at: number | null;
  outcome: 'running' | 'complete' | 'partial';
  manifest: string | null;
};

export const addRun = (db: Db, r: Pick<Run, 'id' | 'origin' | 'started_at' | 'started_by'>): void =>
  db
    .write("insert into release_run (id, origin, started_at, started_by, outcome) values (?, ?, ?, ?, 'running')")
    .run(r.id, r.origin, r.started_at, r.started_by);

/** Ends a run once; false when it had ended before. */
export const endRun = (db: Db, r: Pick<Run, 'id' | 'outcome'> & { ended_at: number; manifest: string }): boolean =>
  db
    .write(
      "update release_run set ended_at = ?, outcome = ?, manifest = ? where id = ? and outcome = 'running' returning id",
    )
    .get(r.ended_at, r.outcome, r.manifest, r.id) !== undefined;

const runColumns = 'id, origin, started_at, started_by, ended_at, outcome, manifest';

export const runsOf = (db: ReadDb, origin: string): Run[] =>
  db
    .read(`select ${runColumns} from release_run where origin = ? order by started_at, rowid limit 1000`)
    .all<Run>(origin);

export const runById = (db: ReadDb, id: string): Run | undefined =>
  db.read(`select ${runColumns} from release_run where id = ?`).get<Run>(id);

/** Who is meant, and for what: a saved rule with its purpose and channel. */
export type SegmentBody = { name: string; purpose: string; channel: Channel | null; unit: string | null; rule: Rule };
export type SegmentRow = { id: string; version: number; body: SegmentBody; created_at: number; created_by: string };

type RawSegment = Omit<SegmentRow, 'body'> & { body: string };

function segmentOf({ body, ...row }: RawSegment): SegmentRow {
  const parsed = JSON.parse(body) as Wire;
  if (!isObject(parsed)) throw new Error(`the segment ${row.id} is no object`);
  return { ...row, body: parsed as unknown as SegmentBody };
}

const segmentColumns = 'id, version, body, created_at, created_by';

export const segmentVersions = (db: ReadDb, id: string): SegmentRow[] =>
  db.read(`select ${segmentColumns} from segment where id = ? order by version`).all<RawSegment>(id).map(segmentOf);

export const newestSegments = (db: ReadDb): SegmentRow[] =>
  db
    .read(
      `select ${segmentColumns} from segment s where version = (select max(version) from segment where id = s.id) order by id`,
    )
    .all<RawSegment>()
    .map(segmentOf);

export const addSegment = (db: Db, row: SegmentRow): void =>
  db
    .write('insert into segment (id, version, body, created_at, created_by) values (?, ?, ?, ?, ?)')
    .run(row.id, row.version, JSON.stringify(row.body), row.created_at, row.created_by);
