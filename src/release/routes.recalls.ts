import * as z from 'zod';
import { json, type Routes, route } from '../http';
import { askAll, base64url, type CallContext, fromBase64url, need, Refusal, rfc3339, text, utf8 } from '../platform';
import { csvLines } from './csv';
import type { Recall } from './recall-store';
import type { ReleasePorts } from './routes.ports';

const auth = { kind: 'scope', scope: 'release' } as const;
const tag = 'The gate out';
const recipientParam = z.object({ recipient: z.string().min(1).max(200) });
const PAGE = 500;

/** Where a recipient's list stands: vault → last sequence. */
type Marks = Record<string, number>;

/** Whoever got an export is told whom it may use no longer, and says that it knows. */
export function recallRoutes(ports: ReleasePorts): Routes {
  return [listRecalls(ports), getRecalls(ports), acknowledgeRecalls(ports)];
}

const listRecalls = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/recalls',
    tag,
    summary: 'Recipients of earlier releases who have not confirmed yet whom they may use no longer',
    auth,
    answers: [{ status: 200, description: 'Recipient, how many entries, since when' }],
    handler: async ({ context }) => {
      const { values } = await askAll(ports.vaults, 'recall.open', {}, context());
      const byName = new Map<string, { open: number; oldest_at: number }>();
      for (const { recipient, open, oldest_at } of values.flat()) {
        const known = byName.get(recipient);
        byName.set(recipient, {
          open: open + (known?.open ?? 0),
          oldest_at: Math.min(oldest_at, known?.oldest_at ?? oldest_at),
        });
      }
      const data = [...byName].sort(([a], [b]) => a.localeCompare(b));
      return json({
        data: data.map(([recipient, { open, oldest_at }]) => ({ recipient, open, since: rfc3339(oldest_at) })),
      });
    },
  });

const getRecalls = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/recalls/{recipient}',
    tag,
    summary: 'The suppression file of one recipient: pseudonyms, purposes, reasons',
    description: '`*` as purpose is everything: the person was erased. Acknowledge it with its `cursor`.',
    auth,
    params: recipientParam,
    query: z.object({ cursor: z.string().max(4000).optional(), format: z.enum(['json', 'csv']).default('json') }),
    answers: [{ status: 200, description: 'Entries that are not acknowledged' }],
    handler: async ({ params, query, context }) => {
      const { rows, marks, more } = await pageOf(ports, params.recipient, marksOf(query.cursor), context());
      const cursor = cursorOf(marks);
      if (query.format === 'csv') return csvFile(rows, cursor);
      return json({ data: rows.map(viewOf), cursor, more });
    },
  });

const acknowledgeRecalls = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/recalls/{recipient}/acknowledge',
    tag,
    summary: 'The recipient has taken over its list up to a cursor',
    auth,
    params: recipientParam,
    body: z.strictObject({ cursor: z.string().min(1).max(4000) }),
    answers: [{ status: 200, description: 'How many entries that were' }],
    errors: ['invalid'],
    handler: async ({ params, body, context }) => {
      let acknowledged = 0;
      for (const [vault, upto] of Object.entries(marksOf(body.cursor))) {
        const input = { recipient: params.recipient, upto };
        const plain = context({ command: undefined });
        acknowledged += need(await ports.vaults.at(Number(vault)).run('recall.acknowledge', input, plain)).acknowledged;
      }
      return json({ acknowledged });
    },
  });

async function pageOf(ports: ReleasePorts, recipient: string, from: Marks, context: CallContext) {
  const rows: Recall[] = [];
  const marks: Marks = { ...from };
  let more = false;
  for (let vault = 0; vault < ports.vaults.count; vault++) {
    const input = { recipient, after: from[vault] ?? 0, limit: PAGE };
    const page = need(await ports.vaults.at(vault).run('recall.page', input, context)).rows;
    const last = page.at(-1);
    if (last) marks[vault] = last.seq;
    more ||= page.length === PAGE;
    rows.push(...page);
  }
  return { rows, marks, more };
}

const viewOf = (r: Recall) => ({ person: r.person, purpose: r.purpose, reason: r.reason, at: rfc3339(r.at) });

function csvFile(rows: readonly Recall[], cursor: string): Response {
  const lines = rows.map(viewOf).map((v) => [v.person, v.purpose, v.reason, v.at]);
  return new Response(csvLines([['person', 'purpose', 'reason', 'at'], ...lines]), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="suppressions.csv"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'avow-cursor': cursor,
    },
  });
}

const cursorOf = (marks: Marks): string => base64url(utf8(JSON.stringify(marks)));

const marksSchema = z.record(z.string().regex(/^\d{1,3}$/), z.int().min(0));

function marksOf(cursor: string | undefined): Marks {
  if (cursor === undefined) return {};
  const parsed = marksSchema.safeParse(jsonOf(cursor));
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid', 'not a cursor of ours', [{ path: '/cursor', message: 'is not a cursor of ours' }]);
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(text(fromBase64url(cursor)));
  } catch {
    return undefined;
  }
}
