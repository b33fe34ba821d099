import { base64url, fromBase64url, Refusal, utf8 } from '../platform';
import type { FeedRow } from './outbox';
import { eventsOf } from './webhook';

/** A CloudEvent (1.0, structured JSON) of the change feed. */
export type CloudEvent = {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  time: string;
  subject?: string;
  datacontenttype: 'application/json';
  data: unknown;
};

/** Events for the outside only: what is merely a wake-up of ours stays inside. */
const INTERNAL = /^mail\./;

/** One row of the feed as CloudEvents; an act becomes one event per new status. */
export function cloudEventsOf(row: FeedRow, source: string): CloudEvent[] {
  if (INTERNAL.test(row.topic)) return [];
  return eventsOf(row).map((e, i, all) => ({
    specversion: '1.0',
    id: all.length > 1 ? `${row.id}_${i}` : row.id,
    source,
    type: e.type,
    time: e.timestamp,
    ...(row.person ? { subject: row.person } : {}),
    datacontenttype: 'application/json',
    data: e.data,
  }));
}

/** How far a reader has come in each vault. Opaque to readers: `c1_` and base64url of the sequences. */
export const writeCursor = (sequences: readonly number[]): string => `c1_${base64url(utf8(sequences.join('.')))}`;

/** Reads a cursor for `count` vaults; an empty one is the beginning. */
export function readCursor(cursor: string | undefined, count: number): number[] {
  if (!cursor) return Array.from({ length: count }, () => 0);
  const parts = cursor.startsWith('c1_')
    ? Buffer.from(fromBase64url(cursor.slice(3)))
        .toString('utf8')
        .split('.')
        .map(Number)
    : [];
  if (parts.length !== count || parts.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw new Refusal('invalid', 'this is no cursor of ours', [
      { path: '/query/after', message: 'is not a cursor of this feed' },
    ]);
  }
  return parts;
}
