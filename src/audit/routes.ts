import * as z from 'zod';
import { json, type Routes, route, schemas } from '../http';
import { need } from '../platform';
import { type Content, exportContent } from './export';
import { lineOf } from './export-lines';
import { type ExportView, exportFormats } from './export-store';
import type { LogFilter } from './filter';
import { logRoutes } from './routes.log';
import { type AuditPorts, logName } from './routes.ports';
import { searchLogs } from './search';

const auditors = { kind: 'scope', scope: 'audit' } as const;
const word = z.string().min(1).max(200);
const view = {
  event: word.optional(),
  actor: word.optional(),
  person: z
    .string()
    .regex(/^per_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be per_…')
    .optional(),
  purpose: schemas.slug.optional(),
  site: word.optional(),
  from: schemas.time.optional(),
  to: schemas.time.optional(),
};
type View = { [K in keyof typeof view]?: string };

const filterOf = ({ event, actor, person, purpose, site, from, to }: View): LogFilter => ({
  event,
  actor,
  person,
  purpose,
  site,
  from: from === undefined ? undefined : Date.parse(from),
  to: to === undefined ? undefined : Date.parse(to),
});

/** The log: published tree, search, export. */
export const auditRoutes = (ports: AuditPorts): Routes => [
  ...logRoutes(ports),
  searchRoute(ports),
  ...exportRoutes(ports),
];

function searchRoute(ports: AuditPorts): Routes[number] {
  return route({
    method: 'get',
    path: '/v1/audit/entries',
    tag: 'Log',
    summary: 'Search the logs of the registry and all vaults, newest first',
    description: 'Who looked for what is itself an entry, written before anything is shown.',
    auth: auditors,
    query: z.strictObject({
      ...view,
      log: logName.optional(),
      cursor: z.string().max(16_384).optional(),
      limit: schemas.limit,
    }),
    answers: [
      {
        status: 200,
        description: 'Entries, and the cursor of the next page (null at the end)',
        schema: z.object({
          data: z.array(
            z.object({ log: z.string(), seq: z.int(), at: z.string(), envelope: z.unknown(), erased_by: z.unknown() }),
          ),
          cursor: z.string().nullable(),
        }),
      },
    ],
    handler: async ({ query, context }) => {
      const { log, cursor, limit } = query;
      const found = await searchLogs(ports, { filter: filterOf(query), log, cursor, limit }, context);
      return json({ data: found.entries.map(lineOf), cursor: found.cursor });
    },
  });
}

const exportBody = z.strictObject({
  format: z.enum(exportFormats).default('bundle'),
  log: logName.optional(),
  filter: z.strictObject(view).default({}),
});

function exportRoutes(ports: AuditPorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/audit/exports',
      tag: 'Log',
      summary: 'Ask for an export of the log, or of a view of it',
      description:
        '`bundle` is a ZIP that can be verified without us; `ndjson`, `csv` and `ocsf` are exactly the view. The content is made while it is downloaded, and each download is an entry of its own.',
      auth: auditors,
      body: exportBody,
      example: { format: 'bundle' },
      answers: [
        { status: 202, description: 'Where it lies', schema: z.object({ id: z.string(), content_url: z.string() }) },
      ],
      handler: async ({ body, context }) => {
        const asked: ExportView = { format: body.format, filter: filterOf(body.filter), log: body.log };
        const { id } = need(await ports.registry.run('log.request_export', { view: asked }, context()));
        return json({ id, content_url: `${ports.publicUrl}/v1/audit/exports/${id}/content` }, 202);
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit/exports/{id}/content',
      tag: 'Log',
      summary: 'The export, streamed',
      auth: auditors,
      params: z.object({ id: z.string().regex(/^exp_[0-9a-z]{20}$/, 'must be exp_…') }),
      answers: [{ status: 200, description: 'The content', type: 'application/zip', schema: z.string() }],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const asked = need(await ports.registry.run('log.release_export', { id: params.id }, context()));
        return download(params.id, await exportContent(ports, asked, context()));
      },
    }),
  ];
}

function download(id: string, { stream, type, extension }: Content): Response {
  return new Response(stream, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${id}.${extension}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
