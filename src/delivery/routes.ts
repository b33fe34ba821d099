import { streamSSE } from 'hono/streaming';
import * as z from 'zod';
import { type Routes, route } from '../http';
import { type CallContext, need, SECOND, type Vaults } from '../platform';
import { type CloudEvent, cloudEventsOf, readCursor, writeCursor } from './changes';
import type { deliveryOps } from './operations';

export type DeliveryPorts = { publicUrl: string; vaults: Vaults<typeof deliveryOps> };

/** At most so long a call waits for something new. */
const MAX_WAIT = 25 * SECOND;
const LOOK_EVERY = 250;
const PAGE = 200;

const query = z.strictObject({
  after: z.string().max(16_384).optional(),
  timeout: z.coerce.number().int().min(0).max(MAX_WAIT).default(0),
  partition: z.coerce.number().int().min(0).optional(),
});

type Page = { events: CloudEvent[]; cursor: string; moved: boolean };

/** The change feed: what happened, in order per person. */
export function deliveryRoutes(ports: DeliveryPorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/changes',
      tag: 'May I?',
      summary: 'What has changed, in order per person',
      description:
        'CloudEvents as a batch; an empty one is the end. Read on with `after` = the header `Change-Cursor`. `timeout` (ms) waits for something new. With `Accept: text/event-stream` the same as a stream; `Last-Event-ID` goes on where it broke off. `partition` reads one vault.',
      auth: { kind: 'scope', scope: 'consent' },
      query,
      answers: [
        {
          status: 200,
          description: 'A batch of CloudEvents',
          type: 'application/cloudevents-batch+json',
          schema: z.array(z.unknown()),
        },
      ],
      handler: async ({ query: q, c, context }) => {
        const from = q.after ?? c.req.header('last-event-id');
        if (c.req.header('accept')?.includes('text/event-stream'))
          return stream(ports, c, from, q.partition, context());
        const page = await waitFor(ports, from, q, context());
        return new Response(JSON.stringify(page.events), {
          headers: {
            'content-type': 'application/cloudevents-batch+json',
            'cache-control': 'no-store',
            'change-cursor': page.cursor,
          },
        });
      },
    }),
  ];
}

async function waitFor(
  ports: DeliveryPorts,
  after: string | undefined,
  q: z.infer<typeof query>,
  context: CallContext,
): Promise<Page> {
  let page = await readPage(ports, after, q.partition, context);
  for (let waited = 0; page.events.length === 0 && waited < q.timeout; waited += LOOK_EVERY) {
    await new Promise((r) => setTimeout(r, LOOK_EVERY));
    page = await readPage(ports, page.cursor, q.partition, context);
  }
  return page;
}

async function readPage(
  ports: DeliveryPorts,
  after: string | undefined,
  partition: number | undefined,
  context: CallContext,
): Promise<Page> {
  const sequences = readCursor(after, ports.vaults.count);
  const wanted = sequences.map((_, i) => i).filter((i) => partition === undefined || i === partition);
  const events: CloudEvent[] = [];
  let moved = false;
  for (const i of wanted) {
    const limit = PAGE - events.length;
    if (limit <= 0) break;
    const { rows } = need(await ports.vaults.at(i).run('feed.page', { after: sequences[i]!, limit }, context));
    for (const row of rows) events.push(...cloudEventsOf(row, ports.publicUrl));
    if (rows.length > 0) {
      sequences[i] = rows.at(-1)!.seq;
      moved = true;
    }
  }
  return { events, cursor: writeCursor(sequences), moved };
}

/** Server-sent events; ends by itself after a while, and the reader comes back with its last id. */
function stream(
  ports: DeliveryPorts,
  c: Parameters<typeof streamSSE>[0],
  from: string | undefined,
  partition: number | undefined,
  context: CallContext,
): Response {
  return streamSSE(c, async (s) => {
    let cursor = from;
    let quiet = 0;
    for (let waited = 0; waited < MAX_WAIT * 4 && !s.aborted; waited += LOOK_EVERY) {
      const page = await readPage(ports, cursor, partition, context);
      cursor = page.cursor;
      for (const event of page.events) await s.writeSSE({ event: event.type, id: cursor, data: JSON.stringify(event) });
      quiet = page.moved ? 0 : quiet + LOOK_EVERY;
      if (quiet >= 15 * SECOND) {
        quiet = 0;
        await s.write(': still here\n\n');
      }
      if (!page.moved) await s.sleep(LOOK_EVERY);
    }
  });
}
