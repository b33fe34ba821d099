import type { Db, ReadDb } from '../platform';

export const cursorAt = (db: ReadDb, name: string): number =>
  db.read('select seq from store_cursor where name = ?').get<{ seq: number }>(name)?.seq ?? 0;

export const moveCursor = (db: Db, name: string, seq: number): void =>
  db
    .write('insert into store_cursor (name, seq) values (?, ?) on conflict (name) do update set seq = excluded.seq')
    .run(name, seq);

/** Deletes the interactions that were taken over elsewhere, up to a row number. */
export const clearInteractions = (db: Db, person: string, upTo: number): number =>
  db.write('delete from interaction where person = ? and seq <= ? returning seq').all(person, upTo).length;
