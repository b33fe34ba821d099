import * as z from 'zod';
import { findPerson, homeOf, subjectOfRef } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { normalise } from '../identity';
import { type CallContext, everyVault, need, Refusal, type Wire } from '../platform';
import { withAliases } from './collect';
import type { RightsPorts } from './routes.ports';

const auth = { kind: 'scope', scope: 'rights' } as const;
const tag = 'Rights';
const idParam = z.object({ id: z.string().regex(/^req_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be req_…') });
const refParam = z.object({ ref: schemas.personRef });
const holdParam = refParam.extend({ hold: z.string().regex(/^hold_[0-9a-z]{20}$/, 'must be hold_…') });
const words = z.string().min(1).max(2000);

/** Two facts that the person told and that we knew: of different kinds, or two of one kind that differ. */
const vouchBody = z.strictObject({
  facts: z.tuple([schemas.subject, schemas.subject]),
  reply_to: z.email().max(254).optional(),
});

/** What staff do with a person's data because of a request. */
export function personRoutes(ports: RightsPorts): Routes {
  return [...proofRoutes(ports), ...workRoutes(ports), ...holdRoutes(ports)];
}

const factsOf = async (ports: RightsPorts, request: string, context: CallContext) => {
  const facts = need(await homeOf(ports.vaults, request).run('request.facts', { request }, context));
  if (!facts) throw new Refusal('not_found', 'there is no such request');
  return facts;
};

const personOf = async (ports: RightsPorts, request: string, context: CallContext): Promise<string> => {
  const { person } = await factsOf(ports, request, context);
  if (!person) throw new Refusal('conflict', 'this request is about nobody whom we know');
  return person;
};

function proofRoutes(ports: RightsPorts): Routes {
  const answers = [{ status: 200, description: 'The request as it stands now' }];
  const plain = (verb: 'authorise' | 'reissue' | 'retry', summary: string): Routes[number] =>
    route({
      method: 'post',
      path: `/v1/requests/{id}/${verb}`,
      tag,
      summary,
      auth,
      params: idParam,
      body: z.strictObject({}),
      answers,
      errors: ['conflict', 'not_found'],
      handler: async ({ params, context }) =>
        answered(await homeOf(ports.vaults, params.id).run(`request.${verb}`, { request: params.id }, context())),
    }) as Routes[number];
  return [
    route({
      method: 'post',
      path: '/v1/requests/{id}/vouch',
      tag,
      summary: 'Vouch for an asker whose known address is lost: two known facts, two members of staff',
      auth,
      params: idParam,
      body: vouchBody,
      example: {
        facts: [
          { type: 'customer', id: 'shop~1001' },
          { type: 'phone', id: '+46701234567' },
        ],
      },
      answers,
      errors: ['conflict', 'not_found'],
      handler: async ({ params, body, context }) => {
        const person = await agreed(ports, body.facts, context({ command: undefined }));
        const input = { request: params.id, person, reply_to: body.reply_to };
        return answered(await homeOf(ports.vaults, params.id).run('request.vouch', input, context()));
      },
    }),
    plain('authorise', 'The agent has shown the person’s authority'),
    plain('reissue', 'Send the link to the package once more'),
    plain('retry', 'Try again what a legal hold has stopped or what has failed'),
  ];
}

/** The one person to whom both facts lead. */
async function agreed(
  ports: RightsPorts,
  facts: z.infer<typeof vouchBody>['facts'],
  context: CallContext,
): Promise<string> {
  const spelled = facts.map((f) => `${f.type}:${f.type === 'person' ? f.id : normalise(f.type, f.id)}`);
  const found = await Promise.all(facts.map((f) => findPerson(ports.vaults, ports.lookup, f, context)));
  const [one, other] = found;
  if (spelled[0] === spelled[1] || facts.some((f) => f.type === 'person') || !one || one !== other)
    throw new Refusal('conflict', 'these are not two different facts that lead to one person', [
      { path: '/body/facts', message: 'do not lead to one person' },
    ]);
  return one;
}

function workRoutes(ports: RightsPorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/requests/{id}/preview',
      tag,
      summary: 'What an erasure or a package would take, in numbers; counting is audited',
      auth,
      params: idParam,
      answers: [{ status: 200, description: 'Rows per dataset, holds, keys' }],
      errors: ['conflict', 'not_found'],
      handler: async ({ params, context }) => {
        const person = await personOf(ports, params.id, context());
        const persons = await withAliases(ports.vaults, person, context());
        const rows: Record<string, number> = {};
        const holds: string[] = [];
        for (const vault of everyVault(ports.vaults)) {
          const input = { persons, request: params.id, dry: true };
          for (const set of need(await vault.run('rights.collect', input, context())))
            rows[set.name] = (rows[set.name] ?? 0) + set.count;
          holds.push(...need(await vault.run('hold.living', { persons }, context())));
        }
        return json({ persons: persons.length, rows, legal_holds: holds });
      },
    }),
    route({
      method: 'post',
      path: '/v1/requests/{id}/rectify',
      tag,
      summary: 'Correct fields of the person who asked; all or none',
      auth,
      params: idParam,
      body: z.strictObject({
        changes: z.record(
          z.string().max(64),
          z.custom<Wire>((x) => x !== undefined),
        ),
      }),
      example: { changes: { first_name: 'Jane' } },
      answers: [{ status: 200, description: 'The fields that were corrected' }],
      errors: ['conflict', 'not_found', 'not_verified', 'undeclared_attribute'],
      handler: async ({ params, body, context }) => {
        const facts = await factsOf(ports, params.id, context());
        if (!facts.verified) throw new Refusal('not_verified', 'the asker has not proved who they are');
        const person = await personOf(ports, params.id, context());
        const input = { person, request: params.id, changes: body.changes };
        const done = need(await homeOf(ports.vaults, person).run('rights.rectify', input, context()));
        const home = homeOf(ports.vaults, params.id);
        const at = context({ command: undefined });
        return answered(await home.run('request.rectified', { request: params.id, changed: done.changed }, at));
      },
    }),
    route({
      method: 'post',
      path: '/v1/requests/{id}/lift',
      tag,
      summary: 'End a restriction, once the person was told (Art. 18(3))',
      auth,
      params: idParam,
      body: z.strictObject({}),
      answers: [{ status: 200, description: 'Lifted' }],
      errors: ['conflict', 'not_found'],
      handler: async ({ params, context }) => {
        const facts = await factsOf(ports, params.id, context());
        if (facts.right !== 'restriction' || facts.state !== 'fulfilled')
          throw new Refusal('conflict', 'no restriction stands because of this request');
        const person = await personOf(ports, params.id, context());
        const input = { person, request: params.id };
        return answered(await homeOf(ports.vaults, person).run('rights.unrestrict', input, context()));
      },
    }),
    route({
      method: 'get',
      path: '/v1/requests/{id}/certificate',
      tag,
      summary: 'The signed certificate of an erasure (JWS; keys: /.well-known/jwks.json)',
      auth,
      params: idParam,
      answers: [{ status: 200, description: 'Compact JWS' }],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const home = homeOf(ports.vaults, params.id);
        const found = need(await home.run('request.certificate', { request: params.id }, context()));
        if (!found) throw new Refusal('not_found', 'there is no certificate of this request');
        return json(found);
      },
    }),
  ];
}

function holdRoutes(ports: RightsPorts): Routes {
  const resolved = async (ref: string, context: CallContext): Promise<string> => {
    const person = await findPerson(ports.vaults, ports.lookup, subjectOfRef(ref), context);
    if (!person) throw new Refusal('not_found', 'nobody is known by this reference');
    return person;
  };
  return [
    route({
      method: 'get',
      path: '/v1/people/{ref}/holds',
      tag,
      summary: 'Legal holds on a person',
      auth,
      params: refParam,
      answers: [{ status: 200, description: 'All, released ones too' }],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const person = await resolved(params.ref, context());
        return json({ data: need(await homeOf(ports.vaults, person).run('hold.list', { person }, context())) });
      },
    }),
    route({
      method: 'post',
      path: '/v1/people/{ref}/holds',
      tag,
      summary: 'Place a legal hold: nothing of the person is erased until it is released',
      auth,
      params: refParam,
      body: z.strictObject({ ground: words }),
      example: { ground: 'Court case 12-34, Stockholm' },
      answers: [{ status: 201, description: 'Placed' }],
      errors: ['not_found'],
      handler: async ({ params, body, context }) => {
        const person = await resolved(params.ref, context({ command: undefined }));
        return answered(await homeOf(ports.vaults, person).run('hold.place', { person, ...body }, context()), 201);
      },
    }),
    route({
      method: 'post',
      path: '/v1/people/{ref}/holds/{hold}/release',
      tag,
      summary: 'Release a legal hold',
      auth,
      params: holdParam,
      body: z.strictObject({ because: words }),
      example: { because: 'The case is closed' },
      answers: [{ status: 200, description: 'Released' }],
      errors: ['not_found'],
      handler: async ({ params, body, context }) => {
        const person = await resolved(params.ref, context({ command: undefined }));
        const input = { person, hold: params.hold, ...body };
        return answered(await homeOf(ports.vaults, person).run('hold.release', input, context()));
      },
    }),
  ];
}
