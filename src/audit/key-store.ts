import type { Db, ReadDb } from '../platform';
import type { KeyRecord } from './bundle-format';
import { vkey } from './note';
import type { Signer } from './signer';

/** The keys that have signed this log's heads, oldest first. */
export const keyHistory = (db: ReadDb): KeyRecord[] =>
  db.read('select vkey, from_at as "from", until_at as until from log_key order by from_at, vkey').all<KeyRecord>();

/** What the log says of a change of its key. */
export type KeyChange = { vkey: string; previous: string };

/**
 * Remembers who signs now. Answers the change when another key did before: it belongs into the log, in the
 * same transaction.
 */
export function noteKey(db: Db, { origin, privateJwk }: Signer, now: number): KeyChange | undefined {
  const current = vkey(origin, privateJwk);
  const last = keyHistory(db).find((key) => key.until === null);
  if (last?.vkey === current) return undefined;
  if (last) db.write('update log_key set until_at = ? where vkey = ?').run(now, last.vkey);
  db.write(
    `insert into log_key (vkey, from_at, until_at) values (?, ?, null)
     on conflict (vkey) do update set until_at = null`,
  ).run(current, now);
  return last && { vkey: current, previous: last.vkey };
}
