import * as z from 'zod';
import { homeOf } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, need, pageOver, Refusal, type Result, type Vault, type Wire } from '../platform';
import { DELAY_GROUNDS, DENIAL_GROUNDS, type DelayGround, type DenialGround } from './crossmap';
import type { RightsPorts } from './routes.ports';
import { RIGHTS } from './rules';
import type { RightsVaultOps } from './saga-ports';
import { REQUEST_STATES } from './states';

const auth = { kind: 'scope', scope: 'rights' } as const;
const tag = 'Rights';
const params = z.object({ id: z.string().regex(/^req_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be req_…') });
const words = z.string().min(1).max(5000);
const keysOf = <K extends string>(x: Readonly<Record<K, unknown>>) => z.enum(Object.keys(x) as [K, ...K[]]);

const listQuery = z.strictObject({
  state: z
    .string()
    .transform((s) => s.split(','))
    .pipe(z.array(z.enum(REQUEST_STATES)).min(1))
    .optional(),
  right: z.enum(RIGHTS).optional(),
  due_before: schemas.time.optional(),
  cursor: schemas.cursor,
  limit: schemas.limit,
});

const view = z
  .object({ id: z.string(), right: z.string(), state: z.string(), due_at: z.string(), due_because: z.string() })
  .loose();

type Home = Vault<RightsVaultOps>;

/** The officer's side. */
export function officerRoutes(ports: RightsPorts): Routes {
  return [listRoute(ports), showRoute(ports), ...transitions(ports)];
}

function listRoute(ports: RightsPorts): Routes[number] {
  return route({
    method: 'get',
    path: '/v1/requests',
    tag,
    summary: 'Requests, without anybody’s words',
    auth,
    query: listQuery,
    answers: [
      { status: 200, description: 'A page', schema: z.object({ data: z.array(view), next: z.string().nullable() }) },
    ],
    handler: async ({ query, context }) => {
      const { cursor, limit, state, right, due_before } = query;
      const filter = { states: state, right, due_before: due_before ? Date.parse(due_before) : undefined };
      const page = await pageOver(ports.vaults.count, readCursor(cursor), limit, async (vault, after, n) =>
        need(await ports.vaults.at(vault).run('request.list', { ...filter, after, limit: n }, context())),
      );
      return json({ data: page.items, next: page.cursor ? writeCursor(page.cursor) : null });
    },
  });
}

type Cursor = { vault: number; after: string };
const writeCursor = (c: Cursor): string => Buffer.from(`${c.vault}.${c.after}`).toString('base64url');

function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const m = /^(\d{1,4})\.((?:req_[0-9a-z]+)?)$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (!m)
    throw new Refusal('invalid', 'this is no cursor of ours', [{ path: '/query/cursor', message: 'is not valid' }]);
  return { vault: Number(m[1]), after: m[2]! };
}

function showRoute(ports: RightsPorts): Routes[number] {
  return route({
    method: 'get',
    path: '/v1/requests/{id}',
    tag,
    summary: 'One request with its words, timeline and tasks; reading it is audited',
    auth,
    params,
    answers: [{ status: 200, description: 'The request', schema: view }],
    errors: ['not_found'],
    handler: async ({ params: p, context }) =>
      answered(await homeOf(ports.vaults, p.id).run('request.show', { request: p.id }, context())),
  });
}

type Step<B> = {
  verb: string;
  summary: string;
  body: z.ZodType<B>;
  example: B;
  run(home: Home, request: string, body: B, context: CallContext): Promise<Result<Wire>>;
};

function step<B>(ports: RightsPorts, s: Step<B>): Routes[number] {
  return route({
    method: 'post',
    path: `/v1/requests/{id}/${s.verb}`,
    tag,
    summary: s.summary,
    auth,
    params,
    body: s.body,
    example: s.example,
    answers: [{ status: 200, description: 'The request as it stands now', schema: view }],
    errors: ['not_found', 'conflict', 'not_verified'],
    handler: async ({ params: p, body, context }) =>
      answered(await s.run(homeOf(ports.vaults, p.id), p.id, body, context())),
  }) as Routes[number];
}

const optionalWords = z.strictObject({ message: words.optional() });

function transitions(ports: RightsPorts): Routes {
  return [
    step(ports, {
      verb: 'approve',
      summary: 'Approve; where two have to, the second approval starts it',
      body: z.strictObject({}),
      example: {},
      run: (home, request, _body, context) => home.run('request.approve', { request }, context),
    }),
    step(ports, {
      verb: 'deny',
      summary: 'Refuse, with the ground; the asker is told, with the ways to complain',
      body: optionalWords.extend({ ground: keysOf(DENIAL_GROUNDS) }),
      example: { ground: 'manifestly_unfounded' as DenialGround },
      run: (home, request, body, context) => home.run('request.deny', { request, ...body }, context),
    }),
    step(ports, {
      verb: 'extend',
      summary: 'Take more time, where the law has it; the asker is told why',
      body: z.strictObject({ reason: keysOf(DELAY_GROUNDS) }),
      example: { reason: 'complexity' as DelayGround },
      run: (home, request, body, context) => home.run('request.extend', { request, ...body }, context),
    }),
    step(ports, {
      verb: 'pause',
      summary: 'Wait for the asker; the clock stands still only where the law lets it',
      body: optionalWords.extend({ ground: z.enum(['identity', 'clarification']) }),
      example: { ground: 'identity' as const, message: 'Which of your two shops do you mean?' },
      run: (home, request, body, context) => home.run('request.pause', { request, ...body }, context),
    }),
    step(ports, {
      verb: 'resume',
      summary: 'The asker has answered; the clock goes on',
      body: z.strictObject({}),
      example: {},
      run: (home, request, _body, context) => home.run('request.resume', { request }, context),
    }),
    step(ports, {
      verb: 'complete',
      summary: 'Say that what waits for a person is done, was not found, or can not be done',
      body: optionalWords.extend({ outcome: z.enum(['succeed', 'find_nothing', 'reject']).default('succeed') }),
      example: { outcome: 'succeed' as const },
      run: (home, request, body, context) => home.run('request.complete', { request, ...body }, context),
    }),
    step(ports, {
      verb: 'notes',
      summary: 'Add a note of staff',
      body: z.strictObject({ text: words }),
      example: { text: 'Called back, number is right' },
      run: (home, request, body, context) => home.run('request.note', { request, ...body }, context),
    }),
  ];
}
