import * as z from 'zod';
import type { Rulebook } from '../consent';
import { answered, json, noContent, type Routes, readText, route, schemas } from '../http';
import {
  askAll,
  type CallContext,
  type Connector,
  type FieldError,
  need,
  Refusal,
  rfc3339,
  type Wire,
} from '../platform';
import { type ConnectorBody, connectorSchema, masked } from './connector-kind';
import type { ConnectorRow } from './connector-registry-store';
import { connectorOf } from './connectors';
import { MAX_CSV_BYTES } from './csv-read';
import { pushRelease } from './push';
import type { ReleasePorts } from './routes.ports';
import { ran, reconcile, reconcileQuery } from './routes.reconcile';
import { versionsOf } from './routes.segments';
import { aimProblems } from './segment';

const tag = 'Beside a CRM';
const admin = { kind: 'scope', scope: 'admin' } as const;
const auth = { kind: 'scope', scope: 'release' } as const;
const idParam = z.object({ id: z.string().regex(/^con_[0-9a-z]{20}$/, 'must be a connector id (con_…)') });
const taskParam = idParam.extend({ task: z.string().regex(/^tsk_[0-9a-z]{20}$/, 'must be a task id (tsk_…)') });

const pushBody = z.strictObject({
  purpose: z.string().min(1).max(64),
  segment: z
    .string()
    .regex(/^seg_[0-9a-z]{20}$/, 'must be a segment id (seg_…)')
    .optional(),
});

const example = {
  name: 'Our HubSpot',
  kind: 'hubspot',
  token: 'pat-eu1-…',
  recipient: 'pigeonloft',
  uses: { marketing_email: { channel: 'email', property: 'hs_email_optout_77', restricted: true, subscription: '77' } },
  columns: { email: 'email' },
};

export function connectorRoutes(ports: ReleasePorts): Routes {
  return [...definitionRoutes(ports), ...workRoutes(ports)];
}

function definitionRoutes(ports: ReleasePorts): Routes {
  return [listConnectors(ports), postConnector(ports), putConnector(ports), deleteConnector(ports)];
}

const listConnectors = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/connectors',
    tag,
    summary: 'Connected systems, without their credentials',
    auth: admin,
    answers: [{ status: 200, description: 'Connectors' }],
    handler: async ({ context }) =>
      json({ data: need(await ports.registry.run('connector.list', {}, context())).map(viewOf) }),
  });

const postConnector = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/connectors',
    tag,
    summary: 'Connect a system: HubSpot, Salesforce, a webhook, or a list as a file',
    description: 'Credentials are sealed at once and never shown again.',
    auth: admin,
    body: connectorSchema,
    example,
    answers: [{ status: 201, description: 'Its id' }],
    errors: ['invalid'],
    handler: async ({ body, context }) => answered(await put(ports, { body }, context()), 201),
  });

const putConnector = (ports: ReleasePorts) =>
  route({
    method: 'put',
    path: '/v1/connectors/{id}',
    tag,
    summary: 'Change a connector, credentials included',
    auth: admin,
    params: idParam,
    body: connectorSchema,
    answers: [{ status: 200, description: 'Changed' }],
    errors: ['invalid', 'not_found'],
    handler: async ({ params, body, context }) => answered(await put(ports, { id: params.id, body }, context())),
  });

const deleteConnector = (ports: ReleasePorts) =>
  route({
    method: 'delete',
    path: '/v1/connectors/{id}',
    tag,
    summary: 'Disconnect a system and destroy its credentials here',
    auth: admin,
    params: idParam,
    answers: [{ status: 204, description: 'Gone' }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      need(await ports.registry.run('connector.remove', { id: params.id }, context()));
      return noContent();
    },
  });

function workRoutes(ports: ReleasePorts): Routes {
  return [
    testConnector(ports),
    reconcileConnector(ports),
    reconcileFile(ports),
    pushConnector(ports),
    listTasks(ports),
    retryTask(ports),
  ];
}

const testConnector = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/connectors/{id}/test',
    tag,
    summary: 'Do credentials and mapping work? Changes nothing there',
    auth,
    params: idParam,
    answers: [{ status: 200, description: 'Each check and its outcome' }],
    errors: ['not_found', 'unavailable'],
    handler: async ({ params, context }) => {
      const { body } = await connectorOr404(ports, params.id, context());
      const checks = await open(ports, body).check();
      const summary = { ok: checks.every((c) => c.ok), checks };
      await ran(ports, params.id, 'tested', summary as unknown as Wire, context());
      return json(summary);
    },
  });

const reconcileConnector = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/connectors/{id}/reconcile',
    tag,
    summary: 'Everyone whom the system would contact though the answer is no, by reason',
    description: 'A dry run unless `dry_run=false`: then each of them is restricted there and read again.',
    auth,
    params: idParam,
    query: reconcileQuery,
    answers: [{ status: 200, description: 'Counts and mismatches, or all mismatches as CSV' }],
    errors: ['not_found', 'unavailable'],
    handler: async ({ params, query, context }) => {
      const row = await connectorOr404(ports, params.id, context());
      return reconcile(ports, row, open(ports, row.body), query, context());
    },
  });

const reconcileFile = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/connectors/{id}/reconcile-file',
    tag,
    summary: 'The same for a list that a system has exported as CSV (sent as the body)',
    auth,
    params: idParam,
    query: reconcileQuery,
    raw: true,
    answers: [{ status: 200, description: 'Counts and mismatches, or all mismatches as CSV' }],
    errors: ['not_found', 'malformed', 'too_large'],
    handler: async ({ params, query, c, context }) => {
      const row = await connectorOr404(ports, params.id, context());
      if (row.body.kind !== 'csv') throw new Refusal('conflict', 'this connector reads the system itself');
      if (query.dry_run === 'false')
        throw new Refusal('conflict', 'a file can not be restricted: take its list as CSV');
      const file = await readText(c.req.raw, MAX_CSV_BYTES);
      return reconcile(ports, row, open(ports, row.body, file), query, context());
    },
  });

const pushConnector = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/connectors/{id}/push',
    tag,
    summary: 'Send there what may leave: the gate out, with its manifest',
    auth,
    params: idParam,
    body: pushBody,
    example: { purpose: 'marketing_email' },
    answers: [{ status: 200, description: 'Counts, what was taken, and the signed manifest' }],
    errors: ['not_found', 'invalid', 'unavailable'],
    handler: async ({ params, body, context }) => {
      const row = await connectorOr404(ports, params.id, context());
      const { book } = await ports.snapshot();
      const segment = body.segment ? (await versionsOf(ports, body.segment, context())).at(-1)! : null;
      const problems = pushProblems(book, body.purpose, segment?.body.purpose);
      if (problems.length > 0) throw new Refusal('invalid', 'this push can not be', problems as Wire);
      const order = { id: row.id, body: row.body, purpose: body.purpose, segment };
      return json(await pushRelease(ports, book, order, open(ports, row.body), context()));
    },
  });

const listTasks = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/connectors/{id}/tasks',
    tag,
    summary: 'What has still to be narrowed there, and what failed',
    auth,
    params: idParam,
    query: z.object({ limit: schemas.limit }),
    answers: [{ status: 200, description: 'Open and failed tasks' }],
    handler: async ({ params, query, context }) => {
      const input = { connector: params.id, limit: query.limit };
      const { values } = await askAll(ports.vaults, 'foreign.tasks', input, context());
      const tasks = values.flat().sort((a, b) => a.created_at - b.created_at);
      return json({
        data: tasks.slice(0, query.limit).map((t) => ({
          id: t.id,
          what: t.what,
          record: t.foreign,
          person: t.person,
          state: t.state,
          attempts: t.attempts,
          detail: t.detail,
          created_at: rfc3339(t.created_at),
        })),
      });
    },
  });

const retryTask = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/connectors/{id}/tasks/{task}/retry',
    tag,
    summary: 'Try a task once more, now',
    auth,
    params: taskParam,
    answers: [{ status: 204, description: 'It will be tried' }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const plain = context({ command: undefined });
      const { values } = await askAll(ports.vaults, 'foreign.retry', { id: params.task }, plain);
      if (!values.some((v) => v.retried)) throw new Refusal('not_found', 'there is no such task');
      return noContent();
    },
  });

const viewOf = (row: ConnectorRow) => ({
  id: row.id,
  ...(masked(row.body) as object),
  created_at: rfc3339(row.created_at),
  created_by: row.created_by,
});

async function put(ports: ReleasePorts, input: { id?: string; body: ConnectorBody }, context: CallContext) {
  const { book } = await ports.snapshot();
  const problems = mappingProblems(book, input.body);
  if (problems.length > 0) throw new Refusal('invalid', 'this connector can not be', problems as Wire);
  return ports.registry.run('connector.put', input, context);
}

function mappingProblems(book: Rulebook, body: ConnectorBody): FieldError[] {
  const uses = Object.entries(body.uses).flatMap(([purpose, { channel }]) =>
    aimProblems(book, { purpose, channel }).map((p) => ({ ...p, path: `/body/uses/${purpose}` })),
  );
  const unit = body.unit && !Object.hasOwn(book.units, body.unit);
  return [...uses, ...(unit ? [{ path: '/body/unit', message: `there is no unit "${body.unit}"` }] : [])];
}

const pushProblems = (book: Rulebook, purpose: string, its: string | undefined): FieldError[] => [
  ...aimProblems(book, { purpose }),
  ...(its && its !== purpose
    ? [{ path: '/body/purpose', message: `the segment is for ${its}, not for ${purpose}` }]
    : []),
];

async function connectorOr404(ports: ReleasePorts, id: string, context: CallContext): Promise<ConnectorRow> {
  const row = need(await ports.registry.run('connector.get', { id }, context));
  if (!row) throw new Refusal('not_found', 'there is no such connector');
  return row;
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function open(ports: ReleasePorts, body: ConnectorBody, file?: string): Connector {
  if (!ports.http && body.kind !== 'csv')
    throw new Refusal('unavailable', 'this installation is not allowed to call other systems');
  const http = ports.http ?? (() => Promise.reject(new Error('no calls to other systems')));
  return connectorOf(body, { http, sleep: ports.sleep ?? sleep, now: () => ports.clock.now() }, file);
}
