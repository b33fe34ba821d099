import type { Db, ReadDb } from '../platform';

export type ModelRow = {
  id: string;
  as_of: number;
  people: number;
  body: string;
  created_at: number;
  created_by: string;
};

const columns = 'id, as_of, people, body, created_at, created_by';

export const addModel = (db: Db, m: ModelRow): void =>
  db
    .write(`insert into insight_model (${columns}) values (?, ?, ?, ?, ?, ?)`)
    .run(m.id, m.as_of, m.people, m.body, m.created_at, m.created_by);

export const modelById = (db: ReadDb, id: string): ModelRow | undefined =>
  db.read(`select ${columns} from insight_model where id = ?`).get<ModelRow>(id);

export const newestModel = (db: ReadDb): ModelRow | undefined =>
  db.read(`select ${columns} from insight_model order by created_at desc, id desc limit 1`).get<ModelRow>();

export const modelsBefore = (db: ReadDb, limit: number): Omit<ModelRow, 'body'>[] =>
  db
    .read(
      'select id, as_of, people, created_at, created_by from insight_model order by created_at desc, id desc limit ?',
    )
    .all<Omit<ModelRow, 'body'>>(limit);

export type MeasurementRow = { id: string; objective: string; value: number; at: number; by: string };

export const addMeasurement = (db: Db, m: MeasurementRow): void =>
  db
    .write('insert into measurement (id, objective, value, at, by) values (?, ?, ?, ?, ?)')
    .run(m.id, m.objective, m.value, m.at, m.by);

/** The newest measurement of each objective. */
export const newestMeasurements = (db: ReadDb): MeasurementRow[] =>
  db
    .read(
      `select id, objective, value, at, by from measurement m
       where id = (select id from measurement where objective = m.objective order by at desc, id desc limit 1) order by objective`,
    )
    .all<MeasurementRow>();
