import { isObject, Refusal, type WireObject } from '../platform';

/** Segment's figures: 500 KB of a batch, 32 KB of one event. */
export const MAX_BATCH = 500 * 1024;
export const MAX_EVENT = 32 * 1024;

/** gzip says what it is in its first two bytes (RFC 1952); headers of SDKs often say something else. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A body that must be an object. */
export function asObject(value: unknown): WireObject {
  if (isObject(value)) return value;
  throw new Refusal('malformed', 'the body must be a JSON object', [{ path: '/body', message: 'must be an object' }]);
}

/** Leaves out events that are too large, and says how many. */
export function withoutGiants(body: WireObject): { body: WireObject; giants: number } {
  if (!Array.isArray(body.batch)) return { body, giants: 0 };
  const batch = body.batch as readonly unknown[];
  const fine = batch.filter((event) => JSON.stringify(event).length <= MAX_EVENT);
  return { body: { ...body, batch: fine as WireObject[] }, giants: batch.length - fine.length };
}
