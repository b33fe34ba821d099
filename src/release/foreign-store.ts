import { type Db, type ReadDb, registryId } from '../platform';

export type ForeignLink = { connector: string; foreign: string; person: string };

export const noteLink = (db: Db, l: ForeignLink, now: number): boolean =>
  db
    .write(
      `insert into foreign_link (connector, foreign_id, person, at) values (?, ?, ?, ?)
       on conflict (connector, foreign_id) do update set person = excluded.person, at = excluded.at
       where person <> excluded.person returning foreign_id`,
    )
    .get(l.connector, l.foreign, l.person, now) !== undefined;

export const linksOf = (db: ReadDb, person: string): { connector: string; foreign: string; at: number }[] =>
  db
    .read(
      'select connector, foreign_id as "foreign", at from foreign_link where person = ? order by connector, foreign_id',
    )
    .all<{ connector: string; foreign: string; at: number }>(person);

export const deleteLinks = (db: Db, person: string): number =>
  db.write('delete from foreign_link where person = ? returning foreign_id').all(person).length;

export type ForeignTask = {
  id: string;
  connector: string;
  foreign: string;
  person: string | null;
  what: 'restrict' | 'erase';
  state: 'open' | 'done' | 'missing' | 'failed';
  attempts: number;
  due_at: number;
  created_at: number;
  ended_at: number | null;
  detail: string | null;
};

const columns =
  'id, connector, foreign_id as "foreign", person, what, state, attempts, due_at, created_at, ended_at, detail';

/** Puts a task on the list, unless the same one is there. */
export function addTask(
  db: Db,
  t: Pick<ForeignTask, 'connector' | 'foreign' | 'person' | 'what'>,
  now: number,
): boolean {
  const open = db
    .read(`select id from foreign_task where connector = ? and foreign_id = ? and what = ? and state = 'open'`)
    .get<{ id: string }>(t.connector, t.foreign, t.what);
  if (open) db.write('update foreign_task set due_at = ?, attempts = 0 where id = ?').run(now, open.id);
  else
    db.write(
      `insert into foreign_task (id, connector, foreign_id, person, what, state, attempts, due_at, created_at)
       values (?, ?, ?, ?, ?, 'open', 0, ?, ?)`,
    ).run(registryId('tsk'), t.connector, t.foreign, t.person, t.what, now, now);
  return open === undefined;
}

export const dueTasks = (db: ReadDb, now: number, limit: number): ForeignTask[] =>
  db
    .read(`select ${columns} from foreign_task where state = 'open' and due_at <= ? order by due_at, id limit ?`)
    .all<ForeignTask>(now, limit);

export const taskById = (db: ReadDb, id: string): ForeignTask | undefined =>
  db.read(`select ${columns} from foreign_task where id = ?`).get<ForeignTask>(id);

export const endTask = (db: Db, id: string, state: 'done' | 'missing' | 'failed', now: number, detail: string | null) =>
  db
    .write('update foreign_task set state = ?, ended_at = ?, detail = ?, attempts = attempts + 1 where id = ?')
    .run(state, now, detail, id);

export const postponeTask = (db: Db, id: string, due: number, detail: string): void =>
  db.write('update foreign_task set attempts = attempts + 1, due_at = ?, detail = ? where id = ?').run(due, detail, id);

/** Open and failed tasks of a connector, oldest first. */
export const tasksOf = (db: ReadDb, connector: string, limit: number): ForeignTask[] =>
  db
    .read(
      `select ${columns} from foreign_task where connector = ? and state in ('open', 'failed') order by created_at, id limit ?`,
    )
    .all<ForeignTask>(connector, limit);

export const deleteTasks = (db: Db, person: string): number =>
  db.write('delete from foreign_task where person = ? returning id').all(person).length;
