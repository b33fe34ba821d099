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
  return { value: JSON.parse(unsealText(keys.own('command'), `command:${id}`, blob(row.result))) as Wire };
}

export function remember(db: Db, keys: Keys, context: CallContext, op: string, value: Wire, now: number): void {
  const id = context.command!;
  const sealed = seal(keys.own('command'), `command:${id}`, JSON.stringify(value ?? null));
  db.write('insert into command (id, op, fingerprint, result, expires_at) values (?, ?, ?, ?, ?)').run(
    id,
    op,
    context.fingerprint ?? '',
    sealed,
    now + COMMAND_TTL,
  );
}

/** Forgets results whose time is over, at most 500 at once. */
export function forgetCommands(db: Db, now: number): number {
  const gone = db
    .write('delete from command where id in (select id from command where expires_at <= ? limit 500) returning id')
    .all<{ id: string }>(now);
  return gone.length;
}
