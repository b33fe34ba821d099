import { type CallContext, need } from '../platform';
import type { NamedLog } from './routes.ports';

const system: CallContext = { actor: { type: 'system', id: 'retention' } };

/** What a policy did to one log. */
export type Shortened = { log: string; expired: number; minimum: number };

/**
 * Applies the retention policy of the log: payloads from before `before` are emptied, and whole blocks of entries that
 * are empty and published are dropped, with a signed statement of where the log now begins. In slices, resumable.
 */
export async function shortenLog({ name, home }: NamedLog, before: number): Promise<Shortened> {
  let expired = 0;
  for (let more = true; more; ) {
    const done = need(await home.run('log.expire', { before }, system));
    expired += done.expired;
    more = done.more;
  }
  let minimum = 0;
  for (let more = true; more; ) {
    const done = need(await home.run('log.prune', { before }, system));
    minimum = done.minimum;
    more = done.more;
  }
  return { log: name, expired, minimum };
}
