import * as z from 'zod';
import { json, type Routes, route, schemas } from '../http';
import { type CallContext, type FieldError, need, Refusal, type Wire } from '../platform';
import { aimOf } from './audience';
import { planColumns } from './columns';
import { countAll, estimate, FLOOR, shownGroups } from './counting';
import type { SegmentRow } from './export-store';
import type { ReleasePorts } from './routes.ports';
import { versionsOf } from './routes.segments';
import { aimProblems } from './segment';

const auth = { kind: 'scope', scope: 'release' } as const;
const tag = 'The gate out';
const segmentId = z.string().regex(/^seg_[0-9a-z]{20}$/, 'must be a segment id (seg_…)');

/** A preview answers within a second: what isn't counted by then is estimated. */
const PREVIEW_MS = 800;

const previewBody = z.strictObject({
  /** Count everybody, however long it takes. */
  exact: z.boolean().default(false),
});

const aggregateBody = z.strictObject({
  purpose: z.string().min(1).max(64),
  segment: segmentId.optional(),
  unit: schemas.slug.optional(),
  recipient: z.string().min(1).max(200),
  /** Declared attributes, at most two. */
  by: z.array(schemas.slug).min(1).max(2),
});

export function countRoutes(ports: ReleasePorts): Routes {
  return [previewSegment(ports), postAggregate(ports)];
}

const previewSegment = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/segments/{id}/preview',
    tag,
    summary: 'How many people a segment means, and why how many of them are left out',
    description:
      'Always matched = eligible + excluded. Where there are too many to count at once, an estimate from a fair sample, with its margin. Suppressions are asked at the release.',
    auth,
    params: z.object({ id: segmentId }),
    body: previewBody,
    example: {},
    answers: [{ status: 200, description: 'Counts by reason' }],
    errors: ['not_found'],
    handler: async ({ params, body, context }) => {
      const segment = (await versionsOf(ports, params.id, context({ command: undefined }))).at(-1)!;
      return json(await preview(ports, segment, body.exact, context({ command: undefined })));
    },
  });

const postAggregate = (ports: ReleasePorts) =>
  route({
    method: 'post',
    path: '/v1/aggregates',
    tag,
    summary: `Count people by attributes; no group under ${FLOOR} is shown`,
    description: 'Only people and values that may be used for the purpose are counted.',
    auth,
    body: aggregateBody,
    example: { purpose: 'analytics', by: ['age_range'], recipient: 'tallybrook' },
    answers: [{ status: 200, description: 'Groups, and how many were hidden' }],
    errors: ['invalid', 'undeclared_attribute', 'not_found'],
    handler: async ({ body, context }) => json(await aggregate(ports, body, context({ command: undefined }))),
  });

async function preview(ports: ReleasePorts, { id, version, body }: SegmentRow, exact: boolean, context: CallContext) {
  const aim = { purpose: body.purpose, channel: body.channel ?? undefined, unit: body.unit ?? undefined };
  const until = performance.now() + PREVIEW_MS;
  const stop = () => !exact && performance.now() > until;
  const { counts, share } = await countAll(ports.vaults, { aim, rule: body.rule, columns: [] }, stop, context);
  const excluded = Object.fromEntries(
    Object.entries(counts.excluded).map(([reason, n]) => [reason, estimate(n, share).people]),
  );
  const eligible = estimate(counts.released, share);
  const matched = eligible.people + Object.values(excluded).reduce((a, b) => a + b, 0);
  return {
    segment: { id, version },
    exact: share >= 1,
    share: Math.round(share * 10_000) / 10_000,
    matched,
    eligible: eligible.people,
    excluded,
    margin: { matched: estimate(counts.matched, share).margin, eligible: eligible.margin },
  };
}

async function aggregate(ports: ReleasePorts, body: z.infer<typeof aggregateBody>, context: CallContext) {
  const { book } = await ports.snapshot();
  const segment = body.segment ? (await versionsOf(ports, body.segment, context)).at(-1)! : undefined;
  const plan = planColumns(book, body.purpose, body.by);
  const problems: FieldError[] = [
    ...aimProblems(book, body),
    ...plan.dropped.map((d) => ({ path: '/body/by', message: `${d.column}: ${d.reason}` })),
    ...plan.columns
      .filter((c) => c.from === 'contact')
      .map((c) => ({ path: '/body/by', message: `${c.key} is not an attribute` })),
    ...(segment && segment.body.purpose !== body.purpose
      ? [{ path: '/body/purpose', message: `the segment is for ${segment.body.purpose}` }]
      : []),
  ];
  if (problems.length > 0) throw new Refusal('invalid', 'this can not be counted', problems as Wire);
  const { purpose, recipient } = body;
  need(await ports.registry.run('aggregate.begin', { purpose, recipient, by: body.by }, context));
  const aim = aimOf(book, { purpose, channel: segment?.body.channel ?? null, unit: body.unit ?? null, recipient });
  const columns = plan.columns.filter((c) => c.from === 'attribute');
  const wanted = { aim, rule: segment?.body.rule ?? null, columns };
  const { groups } = await countAll(ports.vaults, wanted, () => false, context);
  return { purpose, by: columns.map((c) => c.key), floor: FLOOR, ...shownGroups(groups) };
}
