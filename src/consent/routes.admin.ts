import * as z from 'zod';
import { answered, json, type Routes, route, schemas } from '../http';
import type { Subject } from '../identity';
import { need, Refusal, registryId, type Wire } from '../platform';
import type { Kind } from './definitions';
import { findPerson, homeOf } from './home';
import type { ConsentPorts } from './routes.ports';

/** `customer:unit~number` → `{type, id}`; a person's id stands for itself. */
export function subjectOfRef(ref: string): Subject {
  const colon = ref.indexOf(':');
  if (colon < 0) return { type: 'person', id: ref };
  return { type: ref.slice(0, colon) as Subject['type'], id: ref.slice(colon + 1) };
}

const keyParam = z.object({
  key: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a key of letters, digits, _ and -'),
});
const entry = z.object({
  key: z.string(),
  version: z.int(),
  body: z.unknown(),
  updated_at: z.string(),
  updated_by: z.string(),
});

/** Kinds whose key is a credential that we mint. */
const MINTED: Readonly<Record<string, string>> = { sites: 'pk', sources: 'wk' };

export function adminRoutes(ports: ConsentPorts, kinds: readonly Kind[]): Routes {
  return [...kinds.flatMap((kind) => kindRoutes(ports, kind)), ...personRoutes(ports)];
}

function kindRoutes(ports: ConsentPorts, kind: Kind): Routes {
  const auth = { kind: 'scope', scope: 'admin' } as const;
  const path = `/v1/${kind.name}`;
  const put = async (
    key: string,
    body: unknown,
    context: Parameters<ConsentPorts['published']>[0],
    expected?: number,
  ) => {
    const written = need(
      await ports.registry.run(
        'definitions.put',
        { entries: [{ kind: kind.name, key, body: body as Wire }], expected },
        context,
      ),
    );
    await ports.published(context);
    return written;
  };
  return [
    route({
      method: 'get',
      path,
      tag: 'Administration',
      summary: `List ${kind.name}`,
      auth,
      answers: [{ status: 200, description: 'The newest version of each', schema: z.object({ data: z.array(entry) }) }],
      handler: async ({ context }) =>
        json({ data: need(await ports.registry.run('definitions.list', { kind: kind.name }, context())) }),
    }),
    route({
      method: 'get',
      path: `${path}/{key}`,
      tag: 'Administration',
      summary: `One of ${kind.name}, with all its versions`,
      auth,
      params: keyParam,
      answers: [{ status: 200, description: 'Newest version and history' }],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const history = need(
          await ports.registry.run('definitions.history', { kind: kind.name, key: params.key }, context()),
        );
        const newest = history.at(-1);
        if (!newest) throw new Refusal('not_found', `there is no ${params.key} in ${kind.name}`);
        return json({ ...newest, history }, 200, { etag: `"${newest.version}"` });
      },
    }),
    route({
      method: 'put',
      path: `${path}/{key}`,
      tag: 'Administration',
      summary: `Write a new version of one of ${kind.name}`,
      description:
        'Compiles a new rulebook; answered when every vault has it. `If-Match` with the version guards against a lost update.',
      auth,
      params: keyParam,
      body: kind.schema,
      limit: 512 * 1024,
      answers: [{ status: 200, description: 'The version and the rulebook that contains it' }],
      errors: ['precondition_failed', 'invalid'],
      handler: async ({ params, body, c, context }) => {
        const match = /^"?(\d+)"?$/.exec(c.req.header('if-match') ?? '');
        const written = await put(params.key, body, context(), match ? Number(match[1]) : undefined);
        return json({ ...written.written[0], rulebook: written.rulebook });
      },
    }),
    ...(kind.name in MINTED
      ? [
          route({
            method: 'post',
            path,
            tag: 'Administration',
            summary: `Make a new one of ${kind.name}, with a key of its own`,
            auth,
            body: kind.schema,
            answers: [{ status: 201, description: 'Its key' }],
            handler: async ({ body, context }) => {
              const written = await put(registryId(MINTED[kind.name]!), body, context());
              return json({ ...written.written[0], rulebook: written.rulebook }, 201);
            },
          }),
        ]
      : []),
  ];
}

function personRoutes(ports: ConsentPorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/people/{ref}/consents',
      tag: 'Consent',
      summary: 'State and whole history of one person',
      description: 'Reading it is an audited act.',
      auth: { kind: 'scope', scope: 'consent' },
      params: z.object({ ref: schemas.personRef }),
      answers: [{ status: 200, description: 'State, records with evidence, who asked' }],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const person = await findPerson(ports.vaults, ports.lookup, subjectOfRef(params.ref), context());
        if (!person) throw new Refusal('not_found', 'nobody is known by this reference');
        return answered(await homeOf(ports.vaults, person).run('consent.history', { person }, context()));
      },
    }),
  ];
}
