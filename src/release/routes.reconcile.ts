import * as z from 'zod';
import { json } from '../http';
import { type CallContext, type Connector, need, utf8, type Wire } from '../platform';
import type { ConnectorRow } from './connector-registry-store';
import { csvLines } from './csv';
import { type Mismatch, type Reconciled, reconcilePage } from './reconcile';
import type { ReleasePorts } from './routes.ports';

export const reconcileQuery = z.object({
  /** `true` (the default) changes nothing anywhere. */
  dry_run: z.enum(['true', 'false']).default('true'),
  format: z.enum(['json', 'csv']).default('json'),
});

/** Rows that an answer in JSON lists; all of them are in the CSV. */
const MAX_LISTED = 1000;

/** Writes down what was asked of a connected system, and what was found. */
export const ran = async (ports: ReleasePorts, id: string, what: string, summary: Wire, context: CallContext) =>
  need(await ports.registry.run('connector.ran', { id, what, summary }, { ...context, command: undefined }));

type Summary = { records: number; uses: number; mismatches: number; reasons: Record<string, number>; failed: number };

export async function reconcile(
  ports: ReleasePorts,
  { id, body }: ConnectorRow,
  connector: Connector,
  query: z.infer<typeof reconcileQuery>,
  context: CallContext,
): Promise<Response> {
  const fix = query.dry_run === 'false';
  const summary: Summary = { records: 0, uses: 0, mismatches: 0, reasons: {}, failed: 0 };
  const pages = pagesOf(ports, { id, body, connector, fix }, summary, { ...context, command: undefined });
  const done = () => ran(ports, id, fix ? 'restricted' : 'reconciled', summary as unknown as Wire, context);
  if (query.format === 'csv') return csvAnswer(pages, id, done);
  const rows: Mismatch[] = [];
  for await (const page of pages) rows.push(...page.slice(0, MAX_LISTED - rows.length));
  await done();
  return json({ connector: id, dry_run: !fix, ...summary, listed: rows.length, rows });
}

async function* pagesOf(
  ports: ReleasePorts,
  job: Parameters<typeof reconcilePage>[1],
  summary: Summary,
  context: CallContext,
): AsyncGenerator<Mismatch[]> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Connector['pull']>> = await job.connector.pull(cursor);
    for (let i = 0; i < page.records.length; i += 200) {
      const found: Reconciled = await reconcilePage(ports, job, page.records.slice(i, i + 200), context);
      count(summary, found);
      yield found.mismatches;
    }
    cursor = page.next;
  } while (cursor !== null);
}

function count(summary: Summary, found: Reconciled): void {
  summary.records += found.records;
  summary.uses += found.uses;
  summary.mismatches += found.mismatches.length;
  for (const m of found.mismatches) {
    summary.reasons[m.reason] = (summary.reasons[m.reason] ?? 0) + 1;
    if (m.outcome === 'failed') summary.failed++;
  }
}

function csvAnswer(pages: AsyncIterable<Mismatch[]>, id: string, done: () => Promise<unknown>): Response {
  const columns = ['record', 'person', 'purpose', 'reason', 'outcome', 'detail'] as const;
  const lines = (async function* () {
    yield csvLines([columns]);
    for await (const page of pages)
      if (page.length > 0) yield csvLines(page.map((m) => columns.map((c) => m[c] ?? null)));
    await done();
  })();
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await lines.next();
      if (next.done) controller.close();
      else controller.enqueue(utf8(next.value));
    },
    cancel: async () => {
      await lines.return();
    },
  });
  return new Response(stream, {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${id}-mismatches.csv"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}
