import { HOUR, MINUTE, SECOND } from '../platform';

/** Waits before the attempts after the first, as Standard Webhooks advises: three days in all. */
const plan: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** When to try again after `attempts` failures, with up to a tenth of jitter (`random` in [0, 1)); null: give up. */
export function retryAt(attempts: number, now: number, random: number, after?: number): number | null {
  const wait = plan[attempts - 1];
  if (wait === undefined) return null;
  return now + Math.max(Math.round(wait * (1 + random / 10)), (after ?? 0) * SECOND);
}
