import { createHash } from 'node:crypto';
import type { Rulebook } from '../consent';
import { type CallContext, type Connector, type ConnectorRow, need, rfc3339, type Wire } from '../platform';
import { aimOf } from './audience';
import { planColumns } from './columns';
import type { ConnectorBody } from './connector-kind';
import type { SegmentRow } from './export-store';
import { addCounts, type Manifest, noCounts, signManifest } from './manifest';
import { type ReleasedPage, releasePages } from './pages';
import { noteLinks } from './reconcile';
import type { ReleasePorts } from './routes.ports';

export type PushOrder = { id: string; body: ConnectorBody; purpose: string; segment: SegmentRow | null };
export type Pushed = { manifest: Manifest; jws: string; taken: number; failed: { person: string; detail: string }[] };

const MAX_FAILED = 100;

/** Sends what may leave to a connected system: the same gate as an export, page by page, with the same manifest. */
export async function pushRelease(
  ports: ReleasePorts,
  book: Rulebook,
  order: PushOrder,
  connector: Connector,
  context: CallContext,
): Promise<Pushed> {
  const { id, body, purpose, segment } = order;
  const asked = [...new Set(Object.values(body.columns))];
  const plan = planColumns(book, purpose, asked.length > 0 ? asked : ['person']);
  const channel = segment?.body.channel ?? null;
  const unit = segment?.body.unit ?? body.unit;
  const { recipient } = body;
  const aim = aimOf(book, { purpose, channel, unit, recipient });
  const begun = need(await ports.registry.run('release.begin', { origin: id, purpose, recipient }, context));
  const wanted = { aim, rule: segment?.body.rule ?? null, columns: plan.columns };
  const job = { wanted, people: null, download: { release: begun.release, origin: id, recipient } };
  const told = await tellAll(ports, order, connector, { job, names: plan.columns.map((c) => c.key) }, context);
  const manifest: Manifest = {
    type: 'avow/release-manifest',
    version: 1,
    release: begun.release,
    export: id,
    purpose,
    channel,
    unit,
    recipient,
    segment: segment ? { id: segment.id, version: segment.version } : null,
    rulebook: { version: book.version, hash: book.hash },
    format: 'ndjson',
    columns: plan.columns.map((c) => c.key),
    dropped_columns: plan.dropped,
    counts: told.counts,
    outcome: told.outcome,
    content: { sha256: told.hash, bytes: told.bytes },
    started_at: rfc3339(begun.started_at),
    ended_at: rfc3339(ports.clock.now()),
  };
  const jws = signManifest(manifest, ports.receiptKeys[0]!);
  const summary = { counts: told.counts, content: manifest.content, taken: told.taken } as unknown as Wire;
  const end = { release: begun.release, outcome: told.outcome, manifest: jws, summary };
  need(await ports.registry.run('release.end', end, { ...context, command: undefined }));
  return { manifest, jws, taken: told.taken, failed: told.failed };
}

type Telling = { job: Parameters<typeof releasePages>[1]; names: readonly string[] };

/** Pages as they are decided. A system that takes nothing any more ends it: then the release is partial. */
async function tellAll(
  ports: ReleasePorts,
  { id }: PushOrder,
  connector: Connector,
  { job, names }: Telling,
  context: CallContext,
) {
  const hash = createHash('sha256');
  const told = { counts: noCounts, bytes: 0, taken: 0, failed: [] as Pushed['failed'] };
  let outcome: Manifest['outcome'] = 'complete';
  for await (const page of releasePages(ports, job, { ...context, command: undefined })) {
    told.counts = addCounts(told.counts, page.counts);
    const rows = rowsOf(page, names);
    const text = rows.map((r) => `${JSON.stringify({ ...r.values, person: r.person })}\n`).join('');
    hash.update(text);
    told.bytes += Buffer.byteLength(text);
    try {
      await tellPage(ports, id, connector, rows, told, context);
    } catch (e) {
      outcome = 'partial';
      told.failed.push({ person: '', detail: e instanceof Error ? e.message : String(e) });
      break;
    }
  }
  return { ...told, outcome, hash: hash.digest('hex') };
}

async function tellPage(
  ports: ReleasePorts,
  id: string,
  connector: Connector,
  rows: readonly ConnectorRow[],
  told: { taken: number; failed: Pushed['failed'] },
  context: CallContext,
): Promise<void> {
  const outcomes = rows.length > 0 ? await connector.push(rows) : [];
  const done = outcomes.filter((o) => o.outcome === 'done' && o.id !== '');
  told.taken += done.length;
  for (const o of outcomes)
    if (o.outcome !== 'done' && told.failed.length < MAX_FAILED)
      told.failed.push({ person: o.person, detail: o.detail ?? o.outcome });
  const links = done.map((o) => ({ foreign: o.id, person: o.person }));
  await noteLinks(ports, id, links, { ...context, command: undefined });
}

const rowsOf = (page: ReleasedPage, names: readonly string[]): ConnectorRow[] =>
  page.rows.map((row) => ({
    person: String(row[0]),
    values: Object.fromEntries(names.map((name, i) => [name, row[i] as Wire])),
  }));
