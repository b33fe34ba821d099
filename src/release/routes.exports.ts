import * as z from 'zod';
import type { Rulebook } from '../consent';
import { findPerson, subjectOfRef } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, type FieldError, isObject, need, Refusal, rfc3339, type Wire } from '../platform';
import { planColumns } from './columns';
import type { ExportOrder, OrderRow, Run, SegmentRow } from './export-store';
import { formats } from './formats';
import { download, headersOf } from './routes.content';
import type { ReleasePorts } from './routes.ports';
import { versionsOf } from './routes.segments';
import { aimProblems, channelSchema } from './segment';

const auth = { kind: 'scope', scope: 'release' } as const;
const tag = 'The gate out';
const idParam = z.object({ id: z.string().regex(/^exp_[0-9a-z]{20}$/, 'must be an export id (exp_…)') });

/** A person in a list: `{type,id}`, or `per_…` or `type:id` as in a path. */
const named = z.union([schemas.subject, schemas.personRef]);
const MAX_PEOPLE = 10_000;

const exportBody = z
  .strictObject({
    purpose: z.string().min(1).max(64),
    segment: z
      .string()
      .regex(/^seg_[0-9a-z]{20}$/, 'must be a segment id (seg_…)')
      .optional(),
    people: z.array(named).min(1).max(MAX_PEOPLE).optional(),
    channel: channelSchema.optional(),
    unit: schemas.slug.optional(),
    columns: z.array(z.string().min(1).max(64)).min(1).max(200).optional(),
    format: z.enum(formats),
    /** As the purpose names it, or a unit of ours. */
    recipient: z.string().min(1).max(200),
  })
  .refine((b) => !(b.segment && b.people), { path: ['people'], message: 'give a segment or people, not both' });
type ExportBody = z.infer<typeof exportBody>;

const counts = z.object({
  matched: z.int(),
  released: z.int(),
  excluded: z.record(z.string(), z.int()),
});
const exportView = z.object({
  id: z.string(),
  status: z.enum(['ready', 'over']),
  purpose: z.string(),
  recipient: z.string(),
  format: z.enum(formats),
  columns: z.array(z.string()),
  dropped_columns: z.array(z.object({ column: z.string(), reason: z.string() })),
  content_url: z.string(),
  manifest_url: z.string(),
  releases: z.array(z.object({ id: z.string(), outcome: z.string(), counts: counts.nullable() }).loose()).optional(),
});

/** Downloads that may run at once: each holds a page of rows, and the vaults have other work (T33). */
const MAX_RUNNING = 4;

type Slots = { running: number };

export function exportRoutes(ports: ReleasePorts): Routes {
  const slots: Slots = { running: 0 };
  return [postExport(ports), listExports(ports), getExport(ports), getContent(ports, slots), getManifest(ports)];
}

const postExport = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/exports',
    tag,
    summary: 'Order an export: columns by purpose, rows by consent, cells by their own purpose',
    description:
      'Nothing is decided yet: that happens while the content is downloaded. Without a segment or people, everybody is meant.',
    auth,
    body: exportBody,
    limit: 2 * 1024 * 1024,
    example: { purpose: 'marketing_email', channel: 'email', format: 'csv', recipient: 'pigeonloft' },
    answers: [{ status: 202, description: 'Where to download it', schema: exportView }],
    errors: ['invalid', 'undeclared_attribute', 'not_found'],
    handler: async ({ body, context }) => {
      const { book } = await ports.snapshot();
      const plain = context({ command: undefined });
      const segment = body.segment ? (await versionsOf(ports, body.segment, plain)).at(-1)! : undefined;
      const problems = orderProblems(book, body, segment);
      if (problems.length > 0) throw new Refusal('invalid', 'this export can not be', problems as Wire);
      planColumns(book, body.purpose, body.columns);
      const { people, left_out } = await resolve(ports, body.people, plain);
      const order = orderOf(body, segment, left_out);
      const made = await ports.registry.run('export.create', { order, people }, context());
      return answered(made, 202, (m) => viewOf(book, { ...m, created_by: plain.actor.id, order }, []));
    },
  });

const listExports = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/exports',
    tag,
    summary: 'Exports, newest first',
    auth,
    query: z.object({ cursor: schemas.cursor, limit: schemas.limit }),
    answers: [{ status: 200, description: 'A page of exports' }],
    handler: async ({ query, context }) => {
      const { book } = await ports.snapshot();
      const rows = need(
        await ports.registry.run('export.list', { before: beforeOf(query.cursor), limit: query.limit }, context()),
      );
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      return json({ data: rows.map((row) => viewOf(book, row)), cursor: last && `${last.created_at}.${last.id}` });
    },
  });

const getExport = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/exports/{id}',
    tag,
    summary: 'One export and what was downloaded of it',
    auth,
    params: idParam,
    answers: [{ status: 200, description: 'The order, and each release with its counts', schema: exportView }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const { book } = await ports.snapshot();
      const row = await orderOr404(ports, params.id, context());
      return json(viewOf(book, row, row.runs, row.over));
    },
  });

const getContent = (ports: ReleasePorts, slots: Slots) =>
  route({
    method: 'get',
    path: '/v1/exports/{id}/content',
    tag,
    summary: 'Download it: decided person by person while it is read, and a release of its own each time',
    auth,
    params: idParam,
    answers: [{ status: 200, description: 'CSV, NDJSON or XLSX', type: 'application/octet-stream' }],
    errors: ['not_found', 'gone', 'busy'],
    handler: async ({ params, c, context }) => {
      const row = await orderOr404(ports, params.id, context());
      if (row.over) throw new Refusal('gone', 'this export is over: order it anew');
      if (c.req.method === 'HEAD') return new Response(null, { headers: headersOf(row) });
      if (slots.running >= MAX_RUNNING) throw new Refusal('busy', 'other exports are being downloaded: try again');
      slots.running++;
      const free = () => {
        slots.running--;
      };
      return download(ports, row, context(), free).catch((e: unknown) => {
        free();
        throw e;
      });
    },
  });

const getManifest = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/exports/{id}/manifest',
    tag,
    summary: 'The signed manifest of a download',
    description: 'Of the last finished one, or of the one that `release` names. `manifest` is the signed content.',
    auth,
    params: idParam,
    query: z.object({ release: z.string().max(64).optional() }),
    answers: [{ status: 200, description: 'The manifest, and the same as a JWS' }],
    errors: ['not_found', 'conflict'],
    handler: async ({ params, query, context }) => {
      const row = await orderOr404(ports, params.id, context());
      const run = query.release
        ? row.runs.find((r) => r.id === query.release)
        : row.runs.filter((r) => r.manifest !== null).at(-1);
      if (!run && query.release) throw new Refusal('not_found', 'this export has no such release');
      if (!run?.manifest)
        throw new Refusal('conflict', 'there is no manifest before the content was downloaded to its end');
      return json({ manifest: payloadOf(run.manifest), jws: run.manifest });
    },
  });

/** Everything that is wrong with an order, at once. */
function orderProblems(book: Rulebook, body: ExportBody, segment: SegmentRow | undefined): FieldError[] {
  const problems = aimProblems(book, body);
  const same = (name: 'purpose' | 'channel' | 'unit') => {
    const [mine, its] = [body[name], segment?.body[name]];
    if (segment && mine && its !== mine && !(name !== 'purpose' && its === null))
      problems.push({ path: `/body/${name}`, message: `the segment is for ${its}, not for ${mine}` });
  };
  for (const name of ['purpose', 'channel', 'unit'] as const) same(name);
  return problems;
}

function orderOf(body: ExportBody, segment: SegmentRow | undefined, left_out: ExportOrder['left_out']): ExportOrder {
  return {
    purpose: body.purpose,
    channel: body.channel ?? segment?.body.channel ?? null,
    unit: body.unit ?? segment?.body.unit ?? null,
    recipient: body.recipient,
    format: body.format,
    columns: body.columns ?? null,
    segment: segment ? { id: segment.id, version: segment.version } : null,
    left_out,
  };
}

type Named = z.infer<typeof named>;

/** The persons that a list names, once each, and how many of its entries are nobody or a repetition. */
async function resolve(ports: ReleasePorts, list: readonly Named[] | undefined, context: CallContext) {
  const left_out = { unknown_person: 0, duplicate: 0 };
  if (!list) return { people: null, left_out };
  const people = new Set<string>();
  for (const entry of list) {
    const subject = typeof entry === 'string' ? subjectOfRef(entry) : entry;
    const person = await findPerson(ports.vaults, ports.lookup, subject, context);
    if (person === null) left_out.unknown_person++;
    else if (people.has(person)) left_out.duplicate++;
    else people.add(person);
  }
  return { people: [...people].sort(), left_out };
}

async function orderOr404(ports: ReleasePorts, id: string, context: CallContext) {
  const row = need(await ports.registry.run('export.get', { id }, context));
  if (!row) throw new Refusal('not_found', 'there is no such export');
  return row;
}

/** The signed content; we signed it ourselves, so it isn't verified again. */
const payloadOf = (jws: string): Wire =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as Wire;

function viewOf(book: Rulebook, row: Omit<OrderRow, 'people'>, runs?: readonly Run[], over = false) {
  const { left_out, columns, ...order } = row.order;
  const plan = safePlan(book, order.purpose, columns);
  return {
    id: row.id,
    status: over ? 'over' : 'ready',
    ...order,
    columns: plan.columns.map((c) => c.key),
    dropped_columns: plan.dropped,
    created_at: rfc3339(row.created_at),
    created_by: row.created_by,
    expires_at: rfc3339(row.expires_at),
    content_url: `/v1/exports/${row.id}/content`,
    manifest_url: `/v1/exports/${row.id}/manifest`,
    releases: runs?.map(runView),
  };
}

/** A column may have left the register since the order: then the view shows what is left. */
function safePlan(book: Rulebook, purpose: string, columns: readonly string[] | null) {
  try {
    return planColumns(book, purpose, columns ?? undefined);
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    return { columns: [], dropped: [] };
  }
}

function runView(run: Run) {
  const manifest = run.manifest ? payloadOf(run.manifest) : null;
  return {
    id: run.id,
    outcome: run.outcome,
    started_at: rfc3339(run.started_at),
    started_by: run.started_by,
    ended_at: run.ended_at === null ? null : rfc3339(run.ended_at),
    counts: isObject(manifest) ? (manifest.counts ?? null) : null,
  };
}

function beforeOf(cursor: string | undefined): { at: number; id: string } {
  if (!cursor) return { at: Number.MAX_SAFE_INTEGER, id: '' };
  const m = /^(\d{1,16})\.(exp_[0-9a-z]{20})$/.exec(cursor);
  if (!m)
    throw new Refusal('invalid', 'not a cursor of ours', [
      { path: '/query/cursor', message: 'is not a cursor of ours' },
    ]);
  return { at: Number(m[1]), id: m[2]! };
}
