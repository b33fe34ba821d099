import * as z from 'zod';
import { findPerson, homeOf, subjectOfRef } from '../consent';
import { answered, type Call, json, type Routes, route, schemas } from '../http';
import type { Subject } from '../identity';
import { Refusal, type Wire } from '../platform';
import { type Claimed, claimPerson } from './claim';
import { activityRoutes, label, sourceOf, wire } from './routes.activity';
import type { PeoplePorts } from './routes.ports';
import { qualityRoutes } from './routes.quality';
import { relationRoutes } from './routes.relations';
import { type GivenAttribute, refuseAttributes } from './write';

const tag = 'The gates';
const auth = { kind: 'scope', scope: 'people' } as const;
const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 country')
  .optional();
const purposes = z.array(z.string().min(1).max(64)).min(1).max(20).optional();
const fieldKey = z.string().min(1).max(64);

const given = z.union([
  z.strictObject({ value: wire, purposes, collected_at: schemas.time.optional() }),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
]);

const personBody = z.strictObject({
  source: label.optional(),
  unit: schemas.slug.optional(),
  /** The system's own id of its record: with `unit` and `source` it names a source record. */
  external_id: z.string().min(1).max(256).optional(),
  country,
  identifiers: z.array(schemas.subject).max(40).default([]),
  verified: z.array(z.enum(['email', 'phone'])).default([]),
  collected_at: schemas.time.optional(),
  purposes,
  attributes: z.record(fieldKey, given).default({}),
  residence: schemas.region.optional(),
  age: z.int().min(0).max(150).optional(),
});

const stored = z.object({
  field: z.string(),
  purpose: z.string(),
  record: z.string().nullable(),
  expires_at: z.string(),
});
const droppedValue = z.object({ field: z.string(), purpose: z.string().nullable(), reason: z.string() });

const ms = (time: string | undefined): number | undefined => (time === undefined ? undefined : Date.parse(time));
const iso = (at: number): string => new Date(at).toISOString();

export function peopleRoutes(ports: PeoplePorts): Routes {
  return [
    putPerson(ports),
    resolve(ports),
    ...activityRoutes(ports),
    ...relationRoutes(ports),
    ...qualityRoutes(ports),
  ];
}

/** `{key: value}` or `{key: {value, purposes, collected_at}}`, as a list. */
function attributesOf(body: z.infer<typeof personBody>): GivenAttribute[] {
  return Object.entries(body.attributes).map(([field, given]) => {
    const long = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : { value: given };
    const at = 'collected_at' in long ? ms(long.collected_at) : undefined;
    const named = 'purposes' in long ? long.purposes : undefined;
    return { field, value: long.value as Wire, purposes: named ?? body.purposes, collected_at: at };
  });
}

const putPerson = (ports: PeoplePorts) =>
  route({
    method: 'put',
    path: '/v1/people/{ref}',
    tag,
    summary: 'Write what a system knows about a person',
    description:
      'Creates the person if nobody is known by the reference. Every value is decided for each purpose of its field at the moment of writing: what may not be stored is dropped and listed. An undeclared attribute refuses the whole call. Exact identifiers join, suppressed ones stay suppressed. `null` deletes a value.',
    auth,
    params: z.object({ ref: schemas.personRef }),
    body: personBody,
    example: {
      source: 'crm',
      unit: 'shop',
      identifiers: [{ type: 'email', id: 'jane@customers.example' }],
      attributes: { preferred_language: 'en', favourite_genres: { value: ['crime'], purposes: ['personalisation'] } },
    },
    answers: [
      {
        status: 200,
        description: 'What was stored for which purpose, and what was dropped and why',
        schema: z.object({
          person: z.string(),
          created: z.boolean(),
          identifiers: z.array(z.object({ type: z.string(), status: z.string() })),
          stored: z.array(stored),
          dropped: z.array(droppedValue),
          deleted: z.array(z.string()),
          revision: z.string(),
        }),
      },
    ],
    errors: ['undeclared_attribute', 'gone', 'not_found'],
    handler: (call) => writeFromCaller(ports, call),
  });

type PutCall = Call<{ ref: string }, unknown, z.infer<typeof personBody>>;

/** Claims the identifiers first, each in its own vault; then writes in the person's. */
async function writeFromCaller(ports: PeoplePorts, call: PutCall): Promise<Response> {
  const { params, body, context } = call;
  const attributes = attributesOf(body);
  refuseAttributes((await ports.snapshot()).book, attributes);
  const source = body.source ?? sourceOf(call.caller);
  const external: Subject[] = body.external_id ? [{ type: 'external', id: `${source}:${body.external_id}` }] : [];
  const others = [...body.identifiers, ...external];
  const who = { subject: subjectOfRef(params.ref), others, country: body.country, create: true };
  const claimed = await claimPerson(ports, who, context());
  if (!claimed) throw new Refusal('not_found', 'nobody has this id');
  const { person, created, identifiers } = claimed;
  const origin = external[0] && originOf(ports, body.unit ?? '', source, external[0]);
  const input = { person, source, unit: body.unit, attributes, origin, ...learned(call, claimed) };
  const result = await homeOf(ports.vaults, person).run('people.write', input, context());
  return answered(result, created ? 201 : 200, (v) => ({
    ...v,
    created,
    identifiers,
    stored: v.stored.map((s) => ({ ...s, expires_at: iso(s.expires_at) })),
  }));
}

/** Which record of which system this is. */
const originOf = (ports: PeoplePorts, unit: string, system: string, external: Subject) => ({
  unit,
  system,
  external: ports.lookup.ident(external).hashes[0]!,
});

/** Contact points, and the facts that decisions rest on. */
function learned({ body, now }: PutCall, claimed: Claimed) {
  const collected_at = ms(body.collected_at);
  const verified: readonly string[] = body.verified;
  const age = body.age === undefined ? undefined : { age: body.age, at: collected_at ?? now };
  return {
    collected_at,
    points: claimed.points.map((ident) => ({ ident, verified: verified.includes(ident.type) })),
    facts: { residence: body.residence, age },
  };
}

const resolve = (ports: PeoplePorts) =>
  route({
    method: 'post',
    path: '/v1/people/resolve',
    tag,
    summary: 'Whose identifier is it?',
    description: 'Turns an identifier into the pseudonym that paths and webhooks use. Creates nobody.',
    auth,
    body: z.strictObject({ subject: schemas.subject }),
    example: { subject: { type: 'email', id: 'jane@customers.example' } },
    answers: [{ status: 200, description: 'The person', schema: z.object({ person: z.string() }) }],
    errors: ['not_found'],
    handler: async ({ body, context }) => {
      const person = await findPerson(ports.vaults, ports.lookup, body.subject, context({ command: undefined }));
      if (!person) throw new Refusal('not_found', 'nobody is known by this identifier');
      return json({ person });
    },
  });
