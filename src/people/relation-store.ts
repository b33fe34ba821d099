import type { Db, ReadDb, Reader } from '../platform';

export type LifeStage = {
  id: string;
  person: string;
  stage: string;
  from_at: number;
  until_at: number | null;
  purpose: string;
  record: string | null;
  source: string;
  collected_at: number;
  expires_at: number;
};

/** Phases of a person's life that are not over their retention, oldest first. */
export const stagesOf = (r: Pick<Reader, 'db' | 'now'>, person: string): LifeStage[] =>
  r.db
    .read(
      'select id, person, stage, from_at, until_at, purpose, record, source, collected_at, expires_at from life_stage where person = ? and expires_at > ? order by from_at, id',
    )
    .all<LifeStage>(person, r.now);

/** Begins a stage and ends the one before it at the same moment. */
export function putStage(db: Db, s: LifeStage): void {
  db.write('update life_stage set until_at = ? where person = ? and until_at is null and from_at < ?').run(
    s.from_at,
    s.person,
    s.from_at,
  );
  db.write(
    'insert into life_stage (id, person, stage, from_at, until_at, purpose, record, source, collected_at, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(s.id, s.person, s.stage, s.from_at, s.until_at, s.purpose, s.record, s.source, s.collected_at, s.expires_at);
}

export type Membership = {
  person: string;
  group_id: string;
  kind: 'household' | 'organisation';
  role: string;
  purpose: string;
  record: string | null;
  source: string;
  collected_at: number;
  expires_at: number;
};

const membershipColumns = 'person, group_id, kind, role, purpose, record, source, collected_at, expires_at';

export const membershipsOf = (r: Pick<Reader, 'db' | 'now'>, person: string): Membership[] =>
  r.db
    .read(`select ${membershipColumns} from membership where person = ? and expires_at > ? order by group_id`)
    .all<Membership>(person, r.now);

/** Who of this vault belongs to a household or organisation. */
export const membersOf = (r: Pick<Reader, 'db' | 'now'>, group: string): Membership[] =>
  r.db
    .read(
      `select ${membershipColumns} from membership where group_id = ? and expires_at > ? order by person limit 1000`,
    )
    .all<Membership>(group, r.now);

export const putMembership = (db: Db, m: Membership): void =>
  db
    .write(
      `insert into membership (${membershipColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (person, group_id) do update set role = excluded.role, purpose = excluded.purpose,
         record = excluded.record, source = excluded.source, expires_at = excluded.expires_at`,
    )
    .run(m.person, m.group_id, m.kind, m.role, m.purpose, m.record, m.source, m.collected_at, m.expires_at);

export type SourceRecord = {
  id: string;
  person: string;
  unit: string;
  system: string;
  external: string;
  payload: string;
  first_at: number;
  last_at: number;
};

export const sourceRecordsOf = (db: ReadDb, person: string): SourceRecord[] =>
  db
    .read(
      'select id, person, unit, system, external, payload, first_at, last_at from source_record where person = ? order by first_at, id',
    )
    .all<SourceRecord>(person);

/** Notes what a system said; true when it said exactly this before. */
export function noteSourceRecord(db: Db, s: SourceRecord): boolean {
  const before = db
    .read('select payload from source_record where person = ? and unit = ? and system = ? and external = ?')
    .get<{ payload: string }>(s.person, s.unit, s.system, s.external);
  db.write(
    `insert into source_record (id, person, unit, system, external, payload, first_at, last_at) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (person, unit, system, external) do update set payload = excluded.payload, last_at = excluded.last_at`,
  ).run(s.id, s.person, s.unit, s.system, s.external, s.payload, s.first_at, s.last_at);
  return before?.payload === s.payload;
}
