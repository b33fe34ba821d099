import { blob } from './bytes';
import { DAY } from './clock';
import type { Db } from './db';
import { Refusal } from './errors';
import { type Keys, seal, unsealText } from './keyring';
import type { CallContext } from './ops';
import type { Wire } from './wire';

/** How long a command's result is kept for its retries. */
export const COMMAND_TTL = DAY;

/** What an earlier run of the same command answered. A reused id with another body is refused. */
export function recall(db: Db, keys: Keys, context: CallContext): { value: Wire } | undefined {
  const id = context.command!;
  const row = db
    .read('select fingerprint, result from command where id = ?')
    .get<{ fingerprint: string; result: unknown }>(id);
  if (!row) return undefined;
  if (row.fingerprint !== (context.fingerprint ?? '')) {
    throw new Refusal('idempotency_conflict', 'this idempotency key was used with another body');
  }
  if (!row.result) throw new Refusal('gone', 'this was done before; what it answered is no longer kept');
  return { value: JSON.parse(unsealText(keys.own('command'), `command:${id}`, blob(row.result))) as Wire };
}

type Done = { context: CallContext; name: string; remember?: number };

/** The result is kept for its retries; the id as long as the operation says, so that a late replay isn't run anew. */
export function remember(db: Db, keys: Keys, done: Done, value: Wire, now: number): void {
  const id = done.context.command!;
  const sealed = seal(keys.own('command'), `command:${id}`, JSON.stringify(value ?? null));
  const keptUntil = now + Math.max(COMMAND_TTL, done.remember ?? 0);
  db.write('insert into command (id, op, fingerprint, result, expires_at, kept_until) values (?, ?, ?, ?, ?, ?)').run(
    id,
    done.name,
    done.context.fingerprint ?? '',
    sealed,
    now + COMMAND_TTL,
    keptUntil,
  );
}

/** Forgets results and ids whose time is over, at most 500 of each at once. */
export function forgetCommands(db: Db, now: number): number {
  const emptied = db
    .write(
      'update command set result = null where id in (select id from command where result is not null and expires_at <= ? limit 500) returning id',
    )
    .all<{ id: string }>(now);
  const gone = db
    .write('delete from command where id in (select id from command where kept_until <= ? limit 500) returning id')
    .all<{ id: string }>(now);
  return Math.max(emptied.length, gone.length);
}
