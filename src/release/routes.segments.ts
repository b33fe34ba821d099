import * as z from 'zod';
import { findPerson, homeOf } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, need, Refusal, type Wire } from '../platform';
import type { SegmentBody, SegmentRow } from './export-store';
import { checkSuppressions } from './pages';
import type { ReleasePorts } from './routes.ports';
import { segmentProblems, segmentSchema } from './segment';

const auth = { kind: 'scope', scope: 'release' } as const;
const tag = 'The gate out';
const idParam = z.object({ id: z.string().regex(/^seg_[0-9a-z]{20}$/, 'must be a segment id (seg_…)') });

const segmentView = z.object({
  id: z.string(),
  version: z.int(),
  name: z.string(),
  purpose: z.string(),
  channel: z.string().nullable(),
  unit: z.string().nullable(),
  rule: z.unknown(),
  created_at: z.string(),
  created_by: z.string(),
});

const explainBody = z.strictObject({
  subject: schemas.subject,
  /** Also asks whether this recipient may have it. */
  recipient: z.string().min(1).max(200).optional(),
});

const example = {
  name: 'Readers who bought twice this year',
  purpose: 'marketing_email',
  channel: 'email',
  rule: {
    all: [
      { orders: 'count', is: 'gte', value: 2, within_days: 365 },
      { field: 'preferred_language', is: 'in', value: ['de', 'en'] },
    ],
  },
};

export function segmentRoutes(ports: ReleasePorts): Routes {
  return [listSegments(ports), postSegment(ports), getSegment(ports), putSegment(ports), explainSegment(ports)];
}

const listSegments = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/segments',
    tag,
    summary: 'All segments, in their newest version',
    auth,
    answers: [{ status: 200, description: 'Segments', schema: z.object({ data: z.array(segmentView) }) }],
    handler: async ({ context }) =>
      json({ data: need(await ports.registry.run('segment.list', {}, context())).map(viewOf) }),
  });

const postSegment = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/segments',
    tag,
    summary: 'Save who is meant: a closed rule with its purpose and channel',
    description:
      'A rule may ask only for what the field register and the purpose declare. Who is in it is decided anew whenever it is used.',
    auth,
    body: segmentSchema,
    example,
    answers: [{ status: 201, description: 'Id and version' }],
    errors: ['invalid'],
    handler: async ({ body, context }) => answered(await put(ports, { body }, context()), 201),
  });

const getSegment = (ports: ReleasePorts) =>
  route({
    method: 'get',
    path: '/v1/segments/{id}',
    tag,
    summary: 'One segment with its versions',
    auth,
    params: idParam,
    answers: [{ status: 200, description: 'Newest version and history' }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const versions = await versionsOf(ports, params.id, context());
      const newest = versions.at(-1)!;
      return json({ ...viewOf(newest), history: versions.map(viewOf) }, 200, { etag: `"${newest.version}"` });
    },
  });

const putSegment = (ports: ReleasePorts) =>
  route({
    method: 'put',
    path: '/v1/segments/{id}',
    tag,
    summary: 'Write a new version of a segment',
    description: '`If-Match` with the version guards against a lost update.',
    auth,
    params: idParam,
    body: segmentSchema,
    example,
    answers: [{ status: 200, description: 'Id and version' }],
    errors: ['invalid', 'not_found', 'precondition_failed'],
    handler: async ({ params, body, c, context }) => {
      const match = /^"?(\d+)"?$/.exec(c.req.header('if-match') ?? '');
      const expected = match ? Number(match[1]) : undefined;
      return answered(await put(ports, { id: params.id, body, expected }, context()));
    },
  });

const explainSegment = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/segments/{id}/explain',
    tag,
    summary: 'Why one person is in a segment or not, step by step',
    description: 'Says what was asked and whether it holds, never the value. Asking is an audited act.',
    auth,
    params: idParam,
    body: explainBody,
    example: { subject: { type: 'customer', id: 'shop~1001' } },
    answers: [{ status: 200, description: 'In or out, the reason, and every step' }],
    errors: ['not_found'],
    handler: async ({ params, body, context }) => {
      const segment = (await versionsOf(ports, params.id, context())).at(-1)!;
      const person = await findPerson(ports.vaults, ports.lookup, body.subject, context({ command: undefined }));
      if (!person) throw new Refusal('not_found', 'nobody is known by this reference');
      return explain(ports, { segment, person, recipient: body.recipient }, context());
    },
  });

export const viewOf = ({ body, created_at, ...row }: SegmentRow) => ({
  ...row,
  ...body,
  created_at: new Date(created_at).toISOString(),
});

async function put(
  ports: ReleasePorts,
  input: { id?: string; body: SegmentBody; expected?: number },
  context: CallContext,
) {
  const problems = segmentProblems((await ports.snapshot()).book, input.body);
  if (problems.length > 0) throw new Refusal('invalid', 'this segment can not be', problems as Wire);
  return ports.registry.run('segment.put', input, context);
}

/** All versions of a segment, at least one. */
export async function versionsOf(ports: ReleasePorts, id: string, context: CallContext): Promise<SegmentRow[]> {
  const versions = need(await ports.registry.run('segment.versions', { id }, { ...context, command: undefined }));
  if (versions.length === 0) throw new Refusal('not_found', 'there is no such segment');
  return versions;
}

async function explain(
  ports: ReleasePorts,
  { segment, person, recipient }: { segment: SegmentRow; person: string; recipient?: string },
  context: CallContext,
): Promise<Response> {
  const { purpose, channel, unit, rule } = segment.body;
  const aim = { purpose, channel: channel ?? undefined, unit: unit ?? undefined, recipient };
  const wanted = { aim, rule, columns: [] };
  const home = homeOf(ports.vaults, person);
  const plain = { ...context, command: undefined };
  const part = { wanted: { ...wanted, rule: null }, people: [person] };
  const seen = need(await home.run('release.look', { part, after: '' }, plain));
  const checked = await checkSuppressions(ports, seen.points, purpose, plain);
  return answered(await home.run('segment.explain', { person, wanted, checked }, context), 200, (v) => ({
    segment: { id: segment.id, version: segment.version },
    ...v,
  }));
}
