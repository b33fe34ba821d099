import * as z from 'zod';
import { json, type Routes, route, schemas } from '../http';
import { askAll, DAY, rfc3339 } from '../platform';
import type { CollectPorts } from './routes.ports';

const query = z.object({
  source: z.string().max(64).optional(),
  from: schemas.time.optional(),
  to: schemas.time.optional(),
});

/** What was not collected, and why: sums per minute, over all vaults. */
export const dropRoutes = (ports: CollectPorts): Routes => [
  route({
    method: 'get',
    path: '/v1/collection/drops',
    tag: 'The gates',
    summary: 'What was not collected: per source, purpose, reason and minute',
    description: 'Sums, never persons. Default: the last 24 hours.',
    auth: { kind: 'scope', scope: 'collect' },
    query,
    answers: [
      {
        status: 200,
        description: 'The sums',
        schema: z.object({
          data: z.array(
            z.object({
              source: z.string(),
              purpose: z.string(),
              reason: z.string(),
              minute: z.string(),
              count: z.int(),
            }),
          ),
        }),
      },
    ],
    handler: async ({ query, context, now }) => {
      const from = query.from ? Date.parse(query.from) : now - DAY;
      const to = query.to ? Date.parse(query.to) : now + 1;
      const { values } = await askAll(ports.vaults, 'collect.drops', { from, to, source: query.source }, context());
      const sums = new Map<
        string,
        { source: string; purpose: string; reason: string; minute: number; count: number }
      >();
      for (const row of values.flat()) {
        const key = `${row.minute}|${row.source}|${row.purpose}|${row.reason}`;
        sums.set(key, { ...row, count: row.count + (sums.get(key)?.count ?? 0) });
      }
      const data = [...sums.values()].sort((a, b) => a.minute - b.minute || a.source.localeCompare(b.source));
      return json({ data: data.map((d) => ({ ...d, minute: rfc3339(d.minute) })) });
    },
  }),
];
