import * as z from 'zod';
import { json, type Routes, route, schemas } from '../http';
import { type CallContext, everyVault, need, Refusal } from '../platform';
import { californiaTable, type ReportRow, reportByRight } from './report';
import type { RightsPorts } from './routes.ports';

const auth = { kind: 'scope', scope: 'rights' } as const;
const tag = 'Rights';
const PAGE = 1000;

/** Figures about requests. */
export function reportRoutes(ports: RightsPorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/reports/requests',
      tag,
      summary: 'Volume, days, punctuality and refusals per right, of requests received in a period',
      auth,
      query: z.strictObject({ from: schemas.time, to: schemas.time }),
      answers: [{ status: 200, description: 'Per right, and over all' }],
      handler: async ({ query, now, context }) => {
        const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
        if (from >= to)
          throw new Refusal('invalid', 'a period ends after it begins', [
            { path: '/query/to', message: 'is not after from' },
          ]);
        return json({ ...query, rights: reportByRight(await rowsOf(ports, from, to, context()), now) });
      },
    }),
    route({
      method: 'get',
      path: '/v1/reports/california',
      tag,
      summary: 'The table of 11 CCR 7102 for a calendar year',
      auth,
      query: z.strictObject({ year: z.coerce.number().int().min(2020).max(2200) }),
      answers: [{ status: 200, description: 'One line per kind of request' }],
      handler: async ({ query, now, context }) => {
        const rows = await rowsOf(ports, Date.UTC(query.year, 0, 1), Date.UTC(query.year + 1, 0, 1), context());
        return json({ year: query.year, data: californiaTable(rows, now) });
      },
    }),
  ];
}

async function rowsOf(ports: RightsPorts, from: number, to: number, context: CallContext): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  for (const vault of everyVault(ports.vaults)) {
    for (let after: string | null = ''; after !== null; ) {
      const page: { items: ReportRow[]; after: string | null } = need(
        await vault.run('request.report_page', { from, to, after, limit: PAGE }, context),
      );
      rows.push(...page.items);
      after = page.after;
    }
  }
  return rows;
}
