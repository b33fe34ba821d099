import { Refusal } from '../platform';

/** `burst` calls at once, then one per `everyMs`. */
export type Limit = { burst: number; everyMs: number };

/**
 * GCRA (the generic cell rate algorithm, ITU-T I.371) over keys in memory: exact for one process, per isolate on
 * Workers. Holds one number per key and forgets keys that have recovered.
 */
export class Limiter {
  private readonly at = new Map<string, number>();
  constructor(private readonly maxKeys = 200_000) {}

  /** Counts a call; throws `rate_limited` with the seconds to wait when it is too many. */
  take(key: string, limit: Limit, now: number, cost = 1): void {
    const wait = this.wait(key, limit, now, cost);
    if (wait > 0)
      throw new Refusal('rate_limited', `too many calls: try again in ${Math.ceil(wait / 1000)} s`, {
        retry_after: wait / 1000,
      });
  }

  /** Milliseconds to wait; 0 when the call was counted. */
  wait(key: string, { burst, everyMs }: Limit, now: number, cost = 1): number {
    const earliest = Math.max(this.at.get(key) ?? 0, now);
    const next = earliest + everyMs * cost;
    if (next - now > burst * everyMs) return next - now - burst * everyMs;
    if (this.at.size >= this.maxKeys) this.sweep(now);
    this.at.set(key, next);
    return 0;
  }

  private sweep(now: number): void {
    for (const [key, at] of this.at) if (at <= now) this.at.delete(key);
    if (this.at.size >= this.maxKeys) this.at.clear();
  }
}

/** The network an address belongs to: /24 of IPv4, /48 of IPv6. One household or company, not one person. */
export function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(address);
  if (v4) return v4[1]!;
  return address.split(':').slice(0, 3).join(':');
}
