import * as z from 'zod';
import { findPerson, homeOf, subjectOfRef } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, need, pageOver, Refusal } from '../platform';
import type { EngagePorts } from './routes.ports';

const auth = { kind: 'scope', scope: 'people' } as const;
const key = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be small letters, digits and _');
const words = z.string().min(1).max(10_000);
const caseParam = z.object({ case: z.string().regex(/^case_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be case_…') });

const openBody = z.strictObject({
  subject: schemas.subject,
  unit: schemas.slug,
  owner: key,
  kind: key,
  purpose: schemas.slug,
  text: words,
});
const listQuery = z.strictObject({
  unit: schemas.slug.optional(),
  overdue: z.enum(['true', 'false']).default('false'),
  cursor: schemas.cursor,
  limit: schemas.limit,
});

export const caseRoutes = (ports: EngagePorts): Routes => [
  ...openRoutes(ports),
  ...stepRoutes(ports),
  timelineRoute(ports),
];

async function unitIn(ports: EngagePorts, unit: string): Promise<void> {
  if (!(await ports.snapshot()).book.units[unit])
    throw new Refusal('invalid', 'there is no such unit', [
      { path: '/body/unit', message: `there is no unit "${unit}"` },
    ]);
}

async function personOf(ports: EngagePorts, subject: z.infer<typeof schemas.subject>, context: CallContext) {
  const person = await findPerson(ports.vaults, ports.lookup, subject, context);
  if (!person) throw new Refusal('not_found', 'nobody is known by this');
  return person;
}

/** `vault:after`, opaque to callers. */
function cursorOf(text: string | undefined): { vault: number; after: string } | undefined {
  if (text === undefined) return undefined;
  const m = /^(\d{1,4}):([a-z0-9_]{0,64})$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (!m)
    throw new Refusal('invalid', 'this cursor is not ours', [{ path: '/query/cursor', message: 'is not a cursor' }]);
  return { vault: Number(m[1]), after: m[2]! };
}

const cursorText = (c: { vault: number; after: string } | undefined): string | null =>
  c ? Buffer.from(`${c.vault}:${c.after}`).toString('base64url') : null;

function openRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/cases',
      tag: 'Cases',
      summary: 'Open a case for a request of a person; its clock starts',
      auth,
      body: openBody,
      example: {
        subject: { type: 'customer', id: 'shop~1001' },
        unit: 'shop',
        owner: 'returns',
        kind: 'complaint',
        purpose: 'service',
        text: 'The parcel arrived open.',
      },
      answers: [{ status: 201, description: 'The case and when it is due' }],
      errors: ['not_found', 'forbidden'],
      handler: async ({ body, context }) => {
        const { subject, ...opening } = body;
        await unitIn(ports, body.unit);
        const person = await personOf(ports, subject, context({ command: undefined }));
        return answered(await homeOf(ports.vaults, person).run('case.open', { ...opening, person }, context()), 201);
      },
    }),
    route({
      method: 'get',
      path: '/v1/cases',
      tag: 'Cases',
      summary: 'Open cases of a unit or of all, the overdue alone if wanted',
      auth,
      query: listQuery,
      answers: [{ status: 200, description: 'Cases without their words' }],
      handler: async ({ query, context }) => {
        const asked = { unit: query.unit ?? '*', overdue: query.overdue === 'true' };
        const page = await pageOver(
          ports.vaults.count,
          cursorOf(query.cursor),
          query.limit,
          async (vault, after, limit) =>
            need(await ports.vaults.at(vault).run('case.list', { ...asked, after, limit }, context())),
        );
        return json({ data: page.items, next: cursorText(page.cursor) });
      },
    }),
    route({
      method: 'get',
      path: '/v1/cases/{case}',
      tag: 'Cases',
      summary: 'One case with all that happened in it; reading it is an audited act',
      auth,
      params: caseParam,
      answers: [{ status: 200, description: 'The case' }],
      errors: ['not_found'],
      handler: async ({ params, context }) =>
        answered(await homeOf(ports.vaults, params.case).run('case.show', { case: params.case }, context())),
    }),
  ];
}

const STEPS = [
  { name: 'notes', what: 'note', summary: 'Add a note' },
  { name: 'answer', what: 'answered', summary: 'The person was answered' },
  { name: 'close', what: 'closed', summary: 'Close the case' },
  { name: 'reopen', what: 'reopened', summary: 'Open the case again' },
] as const;

function stepRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/cases/{case}/handover',
      tag: 'Cases',
      summary: 'Hand the case over to another unit or owner; the clock goes on',
      auth,
      params: caseParam,
      body: z.strictObject({ unit: schemas.slug, owner: key, text: words.optional() }),
      example: { unit: 'cafe', owner: 'front_desk' },
      answers: [{ status: 200, description: 'The case and its new owner' }],
      errors: ['not_found', 'conflict'],
      handler: async ({ params, body, context }) => {
        await unitIn(ports, body.unit);
        const input = { ...body, case: params.case, what: 'handed_over' as const };
        return answered(await homeOf(ports.vaults, params.case).run('case.step', input, context()));
      },
    }),
    ...STEPS.map(({ name, what, summary }) =>
      route({
        method: 'post',
        path: `/v1/cases/{case}/${name}`,
        tag: 'Cases',
        summary,
        auth,
        params: caseParam,
        body: z.strictObject({ text: what === 'note' ? words : words.optional() }),
        example: { text: 'A new one was sent.' },
        answers: [{ status: 200, description: 'The case' }],
        errors: ['not_found', 'conflict'],
        handler: async ({ params, body, context }) =>
          answered(
            await homeOf(ports.vaults, params.case).run('case.step', { ...body, case: params.case, what }, context()),
          ),
      }),
    ),
  ];
}

const timelineRoute = (ports: EngagePorts) =>
  route({
    method: 'get',
    path: '/v1/people/{ref}/timeline',
    tag: 'Cases',
    summary: 'Everything between a person and the group, over all units, newest first',
    description: 'That it happened, when and with which unit; no contents. Reading it is an audited act.',
    auth,
    params: z.object({ ref: schemas.personRef }),
    query: z.strictObject({ limit: schemas.limit }),
    answers: [{ status: 200, description: 'Open cases and events' }],
    errors: ['not_found'],
    handler: async ({ params, query, context }) => {
      const person = await personOf(ports, subjectOfRef(params.ref), context());
      return answered(
        await homeOf(ports.vaults, person).run('person.timeline', { person, limit: query.limit }, context()),
      );
    },
  });
