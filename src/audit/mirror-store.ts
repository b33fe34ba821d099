import type { Db, ReadDb } from '../platform';

/** The first entry that a sink doesn't have yet. */
export const mirrorPosition = (db: ReadDb, sink: string): number =>
  db.read('select position from log_mirror where sink = ?').get<{ position: number }>(sink)?.position ?? 0;

export const setMirrorPosition = (db: Db, sink: string, position: number): void =>
  db
    .write(
      `insert into log_mirror (sink, position) values (?, ?)
       on conflict (sink) do update set position = max(position, excluded.position)`,
    )
    .run(sink, position);
