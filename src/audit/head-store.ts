import type { Db, ReadDb } from '../platform';
import { nodeReader } from './checkpoint-store';
import { logSize } from './entry-store';
import { rootFrom } from './merkle';

/** The database's epoch: 1 at first, one more after each restore. */
export const epochOf = (db: ReadDb): number =>
  Number(db.read("select value from meta where key = 'epoch'").get<{ value: string }>()?.value ?? 1);

export const setEpoch = (db: Db, epoch: number): void =>
  db
    .write("insert into meta (key, value) values ('epoch', ?) on conflict (key) do update set value = excluded.value")
    .run(String(epoch));

/** Does the log still contain what this head signed? `older`: it is shorter; `different`: another history. */
export function compareHead(
  db: ReadDb,
  head: { epoch: number; size: number; root: string },
): 'same' | 'older' | 'different' {
  if (epochOf(db) > head.epoch) return 'same';
  if (epochOf(db) < head.epoch || logSize(db) < head.size) return 'older';
  if (head.size === 0) return 'same';
  const root = Buffer.from(rootFrom(head.size, nodeReader(db, head.size))).toString('base64');
  return root === head.root ? 'same' : 'different';
}
