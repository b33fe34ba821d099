import { type Db, MINUTE, type ReadDb } from '../platform';

/** Not collected: `purpose` is empty where none was reached. */
export type Drop = { purpose: string; reason: string; count: number };

/** Adds equal drops up. */
export function sumDrops(drops: readonly Drop[]): Drop[] {
  const sums = new Map<string, Drop>();
  for (const d of drops) {
    const key = `${d.purpose}|${d.reason}`;
    const sum = sums.get(key);
    sums.set(key, { ...d, count: d.count + (sum?.count ?? 0) });
  }
  return [...sums.values()];
}

export function countDrops(db: Db, source: string, drops: readonly Drop[], now: number): void {
  const minute = now - (now % MINUTE);
  for (const d of drops) {
    db.write(
      `insert into drop_count (source, purpose, reason, minute, count) values (?, ?, ?, ?, ?)
       on conflict (source, minute, purpose, reason) do update set count = count + excluded.count`,
    ).run(source, d.purpose, d.reason, minute, d.count);
  }
}

export type DropRow = Drop & { source: string; minute: number };

/** Sums per minute of a period [from, to), of one source or all. */
export const dropsBetween = (db: ReadDb, from: number, to: number, source?: string): DropRow[] =>
  db
    .read(
      `select source, purpose, reason, minute, count from drop_count
       where minute >= ? and minute < ? and (? is null or source = ?) order by minute, source, purpose, reason limit 10000`,
    )
    .all<DropRow>(from, to, source ?? null, source ?? null);

export const forgetDrops = (db: Db, before: number): number =>
  db.write('delete from drop_count where minute < ? returning minute').all(before).length;
