import type { Context } from 'hono';
import * as z from 'zod';
import { hasGpc } from '../consent';
import { collect, json, parseJson, type Routes, readBytes, route } from '../http';
import { Refusal, type WireObject } from '../platform';
import { asObject, isGzip, MAX_BATCH, MAX_EVENT, withoutGiants } from './body';
import { type Incoming, type Parcel, readPostHog, readSegment } from './event';
import { takeIn } from './intake';
import { dropRoutes } from './routes.drops';
import { importRoutes } from './routes.imports';
import type { CollectPorts } from './routes.ports';
import { type Source, sourceOf } from './source';

const tag = 'The gates';
const because = 'the write key may lie in a compressed body: the handler reads and checks it';

type Shape = Incoming['type'] | 'batch';

/** Long and one-letter names of the same calls, as the SDKs know them. */
const CALLS: readonly (readonly [string, Shape])[] = [
  ['track', 'track'],
  ['identify', 'identify'],
  ['page', 'page'],
  ['screen', 'screen'],
  ['group', 'group'],
  ['alias', 'alias'],
  ['batch', 'batch'],
  ['t', 'track'],
  ['i', 'identify'],
  ['p', 'page'],
  ['s', 'screen'],
  ['g', 'group'],
  ['a', 'alias'],
  ['b', 'batch'],
];

export const collectRoutes = (ports: CollectPorts): Routes => [
  ...CALLS.map(([name, shape]) => segmentRoute(ports, name, shape)),
  postHogRoute(ports, '/batch/'),
  postHogRoute(ports, '/batch'),
  settingsRoute(ports),
  ...dropRoutes(ports),
  ...importRoutes(ports),
];

const answers = [
  {
    status: 200,
    description:
      'Taken in. Also when consent dropped events: `X-Consent-Dropped` says how many. SDKs repeat what fails, so a drop is no failure.',
    schema: z.object({ success: z.literal(true) }),
  },
];

const segmentRoute = (ports: CollectPorts, name: string, shape: Shape) =>
  route({
    method: 'post',
    path: `/v1/${name}`,
    tag,
    summary: `Collect: ${name} (the tracking API of Segment and RudderStack)`,
    description:
      'Any content type, gzip or not. The server’s consent records decide; consent in the event and Sec-GPC can only narrow. Unmapped events and properties are dropped.',
    auth: { kind: 'public', because },
    raw: true,
    cors: true,
    answers,
    errors: ['unauthenticated', 'origin_refused', 'malformed', 'too_large', 'rate_limited'],
    handler: async (call) => {
      const body = await readBody(call.c.req.raw, shape === 'batch' ? MAX_BATCH : MAX_EVENT);
      const { body: fine, giants } = withoutGiants(body);
      const parcel = readSegment(fine, shape);
      return take(ports, call, { ...parcel, broken: parcel.broken + giants });
    },
  });

const postHogRoute = (ports: CollectPorts, path: string) =>
  route({
    method: 'post',
    path,
    tag,
    summary: 'Collect: a batch (the capture API of PostHog)',
    auth: { kind: 'public', because },
    raw: true,
    cors: true,
    answers,
    errors: ['unauthenticated', 'origin_refused', 'malformed', 'too_large', 'rate_limited'],
    handler: async (call) => {
      const { body, giants } = withoutGiants(await readBody(call.c.req.raw, MAX_BATCH));
      const parcel = readPostHog(body);
      return take(ports, call, { ...parcel, broken: parcel.broken + giants });
    },
  });

/** Reads a body whatever its headers call it, unpacked to at most `limit` bytes. */
async function readBody(request: Request, limit: number): Promise<WireObject> {
  const packed = await readBytes(request, limit);
  const bytes = isGzip(packed) ? await gunzip(packed, limit) : packed;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Refusal('malformed', 'the body is not UTF-8', [{ path: '/body', message: 'is not UTF-8' }]);
  }
  return asObject(parseJson(text));
}

async function gunzip(packed: Uint8Array, limit: number): Promise<Uint8Array> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return await collect(stream, limit);
  } catch (e) {
    if (e instanceof Refusal) throw e;
    throw new Refusal('malformed', 'the body is not gzip', [{ path: '/body', message: 'is not gzip' }]);
  }
}

/** The user name of Basic credentials. */
function basicUser(header: string | undefined): string | undefined {
  if (!header || !/^basic /i.test(header)) return undefined;
  return Buffer.from(header.slice(6).trim(), 'base64').toString('utf8').split(':')[0] || undefined;
}

/** Finds the source of the write key, and refuses origins that it doesn't list. */
function admitSource(source: Source | undefined, origin: string | undefined): Source {
  if (!source)
    throw new Refusal('unauthenticated', 'send the write key of a source: Basic user name, or writeKey in the body');
  if (origin !== undefined && !source.origins.includes(origin))
    throw new Refusal('origin_refused', `the source doesn't list the origin ${origin.slice(0, 200)}`);
  return source;
}

/** Per source: a burst of 40,000 events, 20,000 a second from then on. */
const EVENTS = { burst: 40_000, everyMs: 0.05 };

type Call = {
  c: Context;
  now: number;
  region: string;
  context(extra: { actor: { type: 'source'; id: string } }): Parameters<typeof takeIn>[4]['context'];
};

async function take(ports: CollectPorts, call: Call, parcel: Parcel): Promise<Response> {
  const { book } = await ports.snapshot();
  const key = basicUser(call.c.req.header('authorization')) ?? parcel.key;
  const source = admitSource(key === undefined ? undefined : sourceOf(book, key), call.c.req.header('origin'));
  ports.limiter.take(`collect:${source.key}`, EVENTS, call.now, parcel.events.length + parcel.broken);
  const taken = await takeIn(ports, book, source, parcel, {
    gpc: hasGpc(call.c.req.header('sec-gpc')),
    region: call.region === 'unknown' ? undefined : call.region,
    received: call.now,
    context: call.context({ actor: { type: 'source', id: source.name } }),
  });
  return json({ success: true }, 200, taken.dropped > 0 ? { 'x-consent-dropped': String(taken.dropped) } : {});
}

const settingsRoute = (ports: CollectPorts) =>
  route({
    method: 'get',
    path: '/v1/projects/{writeKey}/settings',
    tag,
    summary: 'What a browser SDK loads first: where to send, and which consent categories there are',
    auth: { kind: 'source' },
    params: z.object({ writeKey: z.string().max(100) }),
    cors: true,
    answers: [{ status: 200, description: 'The settings of @segment/analytics-next' }],
    handler: async ({ params }) => {
      const { book } = await ports.snapshot();
      const source = sourceOf(book, params.writeKey);
      if (!source) throw new Refusal('unauthenticated', 'there is no such write key');
      return json(settingsOf(source, ports.publicUrl, Object.keys(book.purposes)));
    },
  });

function settingsOf(source: Source, publicUrl: string, purposes: readonly string[]): WireObject {
  const url = new URL(publicUrl);
  const categories = [...new Set([...Object.keys(source.consents), ...purposes])];
  return {
    integrations: {
      'Segment.io': {
        apiKey: source.key,
        apiHost: `${url.host}/v1`,
        protocol: url.protocol.replace(':', ''),
        deliveryStrategy: { strategy: 'batching' },
      },
    },
    plan: { track: { __default: { enabled: true, integrations: {} } }, identify: {}, group: {} },
    edgeFunction: {},
    consentSettings: { allCategories: categories, hasUnmappedDestinations: false },
  };
}
