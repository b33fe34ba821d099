import * as z from 'zod';
import { findPerson, homeOf, subjectOfRef } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { askAll, type CallContext, Refusal, registryId, rfc3339 } from '../platform';
import type { PeoplePorts } from './routes.ports';

const tag = 'The gates';
const auth = { kind: 'scope', scope: 'people' } as const;
const params = z.object({ ref: schemas.personRef });
const purpose = z.string().min(1).max(64);
const source = z.string().min(1).max(64).default('api');
const household = z.string().regex(/^hsh_[0-9a-z]{20}$/, 'must be hsh_…');

/** Phases of life, households and organisations. */
export const relationRoutes = (ports: PeoplePorts): Routes => [
  postStage(ports),
  postMembership(ports),
  getMembers(ports),
];

async function known(ports: PeoplePorts, ref: string, context: CallContext): Promise<string> {
  const quiet = { ...context, command: undefined, fingerprint: undefined };
  const person = await findPerson(ports.vaults, ports.lookup, subjectOfRef(ref), quiet);
  if (!person) throw new Refusal('not_found', 'nobody is known by this reference');
  return person;
}

const expiry = (v: { stored: boolean; expires_at?: number }): { expires_at?: string } =>
  v.expires_at === undefined ? {} : { expires_at: rfc3339(v.expires_at) };

const postStage = (ports: PeoplePorts) =>
  route({
    method: 'post',
    path: '/v1/people/{ref}/stages',
    tag,
    summary: 'Begin a phase of life; the one before ends',
    auth,
    params,
    body: z.strictObject({ stage: schemas.slug, from: schemas.time, purpose, unit: schemas.slug.optional(), source }),
    example: { stage: 'student', from: '2026-10-01T00:00:00Z', purpose: 'personalisation' },
    answers: [{ status: 201, description: 'Stored, or not stored and why' }],
    errors: ['not_found'],
    handler: async ({ params: { ref }, body, context }) => {
      const person = await known(ports, ref, context());
      const input = { ...body, person, from: Date.parse(body.from) };
      const result = await homeOf(ports.vaults, person).run('people.stage', input, context());
      return answered(result, 201, (v) => ({ ...v, ...expiry(v) }));
    },
  });

const postMembership = (ports: PeoplePorts) =>
  route({
    method: 'post',
    path: '/v1/people/{ref}/memberships',
    tag,
    summary: 'Note that a person belongs to a household or a declared organisation',
    description: 'Without `group` a new household is begun; its id is in the answer.',
    auth,
    params,
    body: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('household'),
        group: household.optional(),
        role: schemas.slug,
        purpose,
        source,
      }),
      z.strictObject({ kind: z.literal('organisation'), group: schemas.slug, role: schemas.slug, purpose, source }),
    ]),
    example: { kind: 'household', role: 'adult', purpose: 'personalisation' },
    answers: [{ status: 201, description: 'Stored, or not stored and why' }],
    errors: ['not_found'],
    handler: async ({ params: { ref }, body, context }) => {
      const person = await known(ports, ref, context());
      const input = { ...body, person, group: body.group ?? registryId('hsh') };
      const result = await homeOf(ports.vaults, person).run('people.join', input, context());
      return answered(result, 201, (v) => ({ ...v, group: v.stored ? input.group : null, ...expiry(v) }));
    },
  });

const getMembers = (ports: PeoplePorts) =>
  route({
    method: 'get',
    path: '/v1/groups/{group}/members',
    tag,
    summary: 'Who belongs to a household or organisation, in all vaults',
    auth,
    params: z.object({ group: z.union([household, schemas.slug]) }),
    answers: [{ status: 200, description: 'Pseudonyms and roles' }],
    handler: async ({ params: { group }, context }) => {
      const { values } = await askAll(ports.vaults, 'people.members', { group }, context());
      return json({ data: values.flatMap((v) => v.members) });
    },
  });
