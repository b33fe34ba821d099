import { isObject, type Wire, type WireObject } from '../platform';

/** One call of a tracking SDK, in one shape whatever the SDK. Times are ms by the sender's clock. */
export type Incoming = {
  type: 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';
  /** Event name of `track`; name of a page or screen is dropped (it is free text). */
  event: string;
  user?: string;
  anonymous?: string;
  /** The sender doesn't say whether `user` is a known user or an anonymous one (PostHog). */
  either?: true;
  group?: string;
  previous?: string;
  properties: WireObject;
  traits: WireObject;
  context: WireObject;
  message?: string;
  timestamp?: number;
};

/** The whole of a request: its write key, when it was sent, and its events. `broken` are those that can't be read. */
export type Parcel = { key?: string; sent?: number; events: Incoming[]; broken: number };

const TYPES = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const;
const isType = (x: unknown): x is Incoming['type'] => (TYPES as readonly unknown[]).includes(x);
const text = (x: Wire | undefined): string | undefined =>
  typeof x === 'string' && x !== '' ? x : typeof x === 'number' ? String(x) : undefined;
const object = (x: Wire | undefined): WireObject => (isObject(x) ? x : {});

/** RFC 3339 or ms → ms; undefined for anything else. */
function time(x: Wire | undefined): number | undefined {
  const at = typeof x === 'number' ? x : typeof x === 'string' ? Date.parse(x) : Number.NaN;
  return Number.isFinite(at) && at > 0 ? at : undefined;
}

/** The Segment shape: one event (its type by the route) or `{batch: […]}`, whose context goes to each. */
export function readSegment(body: WireObject, type: Incoming['type'] | 'batch'): Parcel {
  const key = text(body.writeKey);
  const sent = time(body.sentAt);
  if (type !== 'batch') return parcel(key, sent, [{ ...body, type }], {});
  return parcel(key, sent, Array.isArray(body.batch) ? (body.batch as Wire[]) : [], object(body.context));
}

function parcel(key: string | undefined, sent: number | undefined, items: readonly Wire[], common: WireObject): Parcel {
  const events: Incoming[] = [];
  let broken = 0;
  for (const item of items) {
    const event = isObject(item) ? oneOf(item, common) : undefined;
    if (event) events.push(event);
    else broken++;
  }
  return { key, sent: sent ?? sentOf(items), events, broken };
}

/** RudderStack puts `sentAt` into each event. */
const sentOf = (items: readonly Wire[]): number | undefined => (isObject(items[0]) ? time(items[0].sentAt) : undefined);

function oneOf(x: WireObject, common: WireObject): Incoming | undefined {
  const user = text(x.userId);
  const anonymous = text(x.anonymousId);
  if (!isType(x.type) || (user === undefined && anonymous === undefined)) return undefined;
  const event = text(x.event) ?? '';
  if (x.type === 'track' && event === '') return undefined;
  const context = { ...common, ...object(x.context) };
  return {
    type: x.type,
    event,
    user,
    anonymous,
    group: text(x.groupId),
    previous: text(x.previousId),
    properties: object(x.properties),
    traits: { ...object(context.traits), ...object(x.traits) },
    context,
    message: text(x.messageId),
    timestamp: time(x.timestamp ?? x.originalTimestamp),
  };
}

const POSTHOG: Readonly<Record<string, Incoming['type']>> = {
  $identify: 'identify',
  $set: 'identify',
  $pageview: 'page',
  $screen: 'screen',
  $groupidentify: 'group',
  $create_alias: 'alias',
};

/** The PostHog shape: `{api_key, batch: [{event, distinct_id, uuid, properties, timestamp}], sent_at}`. */
export function readPostHog(body: WireObject): Parcel {
  const items = Array.isArray(body.batch) ? (body.batch as Wire[]) : [body];
  const events: Incoming[] = [];
  let broken = 0;
  for (const item of items) {
    const event = isObject(item) ? onePostHog(item) : undefined;
    if (event) events.push(event);
    else broken++;
  }
  return { key: text(body.api_key), sent: time(body.sent_at), events, broken };
}

function onePostHog(x: WireObject): Incoming | undefined {
  const properties = object(x.properties);
  const user = text(x.distinct_id ?? properties.distinct_id);
  const event = text(x.event);
  if (!user || !event) return undefined;
  return {
    type: POSTHOG[event] ?? 'track',
    event,
    user,
    either: true,
    anonymous: text(properties.$anon_distinct_id ?? properties.$device_id),
    group: text(properties.$group_key),
    previous: text(properties.alias),
    properties,
    traits: { ...object(properties.$set_once), ...object(x.$set ?? properties.$set) },
    context: {},
    message: text(x.uuid),
    timestamp: time(x.timestamp),
  };
}

/** What claims to be older than that was not queued on a device: its clock is wrong. */
const MAX_AGE = 400 * 86_400_000;

/**
 * When it happened by our clock: the sender's clock is wrong by the difference between its sending and our receiving.
 * Never in the future.
 */
export function happenedAt(event: Pick<Incoming, 'timestamp'>, sent: number | undefined, received: number): number {
  if (event.timestamp === undefined) return received;
  const at = sent === undefined ? event.timestamp : received - (sent - event.timestamp);
  return at > received || at < received - MAX_AGE ? received : Math.round(at);
}
