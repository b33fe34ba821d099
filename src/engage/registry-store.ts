import type { Db, ReadDb } from '../platform';

export type RunRow = {
  id: string;
  campaign: string;
  version: number;
  state: 'planning' | 'planned' | 'stopped';
  by: string;
  started_at: number;
  planned_at: number | null;
};

const columns = 'id, campaign, version, state, by, started_at, planned_at';

export const addRun = (db: Db, r: RunRow): void =>
  db
    .write(`insert into campaign_run (${columns}) values (?, ?, ?, ?, ?, ?, ?)`)
    .run(r.id, r.campaign, r.version, r.state, r.by, r.started_at, r.planned_at);

export const runById = (db: ReadDb, id: string): RunRow | undefined =>
  db.read(`select ${columns} from campaign_run where id = ?`).get<RunRow>(id);

export const runsOf = (db: ReadDb, campaign: string): RunRow[] =>
  db
    .read(`select ${columns} from campaign_run where campaign = ? order by started_at desc, id limit 200`)
    .all<RunRow>(campaign);

export const setRunState = (db: Db, id: string, state: RunRow['state'], plannedAt: number | null): void =>
  db
    .write('update campaign_run set state = ?, planned_at = coalesce(planned_at, ?) where id = ?')
    .run(state, plannedAt, id);

export type ModelRow = { id: string; body: string; buyers: number; built_at: number };

export const newestNeighbours = (db: ReadDb): ModelRow | undefined =>
  db.read('select id, body, buyers, built_at from neighbour_model order by built_at desc, id limit 1').get<ModelRow>();

/** Only the newest is kept: an older one still counts people who have left. */
export function putNeighbours(db: Db, m: ModelRow): void {
  db.write('delete from neighbour_model').run();
  db.write('insert into neighbour_model (id, body, buyers, built_at) values (?, ?, ?, ?)').run(
    m.id,
    m.body,
    m.buyers,
    m.built_at,
  );
}
