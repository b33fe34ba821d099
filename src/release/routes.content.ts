import { followMerges } from '../consent';
import { type CallContext, need, rfc3339 } from '../platform';
import { aimOf } from './audience';
import { planColumns } from './columns';
import { type Begun, downloadOf } from './download';
import type { OrderRow } from './export-store';
import { writings } from './formats';
import type { Counts } from './manifest';
import { type Job, releasePages } from './pages';
import type { ReleasePorts } from './routes.ports';
import { versionsOf } from './routes.segments';

/** Audited before the first byte: who downloads what, for whom. */
export async function download(ports: ReleasePorts, row: OrderRow, context: CallContext, free: () => void) {
  const { order } = row;
  const { book } = await ports.snapshot();
  const plan = planColumns(book, order.purpose, order.columns ?? undefined);
  const rule = order.segment
    ? (await versionsOf(ports, order.segment.id, context)).find((v) => v.version === order.segment!.version)!.body.rule
    : null;
  const now = await nowActive(ports, row.people, context);
  const { release, started_at } = need(
    await ports.registry.run(
      'release.begin',
      { origin: row.id, purpose: order.purpose, recipient: order.recipient },
      context,
    ),
  );
  const begun: Begun = {
    release,
    export: row.id,
    purpose: order.purpose,
    channel: order.channel,
    unit: order.unit,
    recipient: order.recipient,
    segment: order.segment,
    rulebook: { version: book.version, hash: book.hash },
    format: order.format,
    columns: plan.columns.map((c) => c.key),
    dropped_columns: plan.dropped,
    started_at: rfc3339(started_at),
  };
  const job: Job = {
    wanted: { aim: aimOf(book, order), rule, columns: plan.columns },
    people: now.people,
    download: { release, origin: row.id, recipient: order.recipient },
  };
  const leftOut = countsOf({
    unknown_person: order.left_out.unknown_person + now.gone,
    duplicate: order.left_out.duplicate + now.joined,
  });
  const stream = downloadOf(begun, plan.columns, releasePages(ports, job, context), leftOut, {
    registry: ports.registry,
    key: ports.receiptKeys[0]!,
    now: () => ports.clock.now(),
    context,
    ended: free,
  });
  const link = `</v1/exports/${row.id}/manifest?release=${release}>; rel="describedby"`;
  return new Response(stream, { headers: { ...headersOf(row), 'avow-release': release, link } });
}

/** People that were named may have been merged or erased since. */
async function nowActive(ports: ReleasePorts, people: readonly string[] | null, context: CallContext) {
  if (!people) return { people: null, gone: 0, joined: 0 };
  const active = new Set<string>();
  let gone = 0;
  let joined = 0;
  for (const person of people) {
    const now = await followMerges(ports.vaults, person, context);
    if (now === null) gone++;
    else if (active.has(now)) joined++;
    else active.add(now);
  }
  return { people: [...active].sort(), gone, joined };
}

function countsOf(leftOut: Readonly<Record<string, number>>): Counts {
  const excluded = Object.fromEntries(Object.entries(leftOut).filter(([, n]) => n > 0));
  return { matched: Object.values(excluded).reduce((a, b) => a + b, 0), released: 0, excluded };
}

export const headersOf = ({ id, order }: Pick<OrderRow, 'id' | 'order'>): Record<string, string> => ({
  'content-type': writings[order.format].type,
  'content-disposition': `attachment; filename="${id}.${writings[order.format].extension}"`,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});
