import * as z from 'zod';
import { fastJson, json, type Routes, route, schemas } from '../http';
import type { Subject } from '../identity';
import { type CallContext, decodeRevision, joinRevisions, need, Refusal, type Result } from '../platform';
import type { CheckAnswer, CheckInput, ChecksAnswer } from './check';
import { homeOf, locate } from './home';
import { CHANNELS } from './policy';
import type { ConsentPorts } from './routes.ports';

const channel = z.enum(CHANNELS as [(typeof CHANNELS)[number], ...(typeof CHANNELS)[number][]]);

const scope = {
  channel: channel.optional(),
  contact_point: schemas.subject.optional(),
  unit: schemas.slug.optional(),
  category: z.string().max(200).optional(),
  recipient: z.string().max(200).optional(),
};

const checkBody = z.strictObject({ subject: schemas.subject, purpose: z.string().min(1).max(64), ...scope });
const checksBody = z.strictObject({
  subjects: z.array(schemas.subject).min(1).max(1000),
  purposes: z.array(z.string().min(1).max(64)).min(1).max(50),
  channel: scope.channel,
  unit: scope.unit,
});

const checkAnswer = z.object({
  allowed: z.boolean(),
  reason: z.string(),
  basis: z.string().nullable(),
  record: z.string().optional(),
  notice_version: z.string().optional(),
  rulebook: z.int(),
  valid_until: z.string().optional(),
  contact_points: z.array(z.object({ contact_point: z.string(), allowed: z.boolean(), reason: z.string() })).optional(),
  revision: z.string(),
});

/** An idempotency key means nothing to these calls: a remembered yes would outlive a withdrawal. */
export function checkRoutes(ports: ConsentPorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/check',
      tag: 'May I?',
      summary: 'May this person’s data be used for this purpose, now?',
      description:
        'A no is 200. The answer is the truth as of the moment of the call: never from a cache. Send `Consent-Revision-At-Least` to demand a state.',
      auth: { kind: 'scope', scope: 'check' },
      body: checkBody,
      example: {
        subject: { type: 'email', id: 'jane@customers.example' },
        purpose: 'marketing_email',
        channel: 'email',
      },
      answers: [{ status: 200, description: 'Yes or no, and why', schema: checkAnswer }],
      errors: ['revision_not_reached', 'unauthenticated', 'forbidden'],
      handler: async ({ body, c, context, requestId }) => {
        const { subject, contact_point, ...question } = body;
        const asked = context({ atLeast: c.req.header('consent-revision-at-least'), command: undefined });
        const named = contact_point ?? ownAddress(subject, question.channel);
        const point = named && ports.lookup.ident(named).hashes[0];
        const result = await checkOne(ports, subject, point ? { ...question, contact_point: point } : question, asked);
        const answer = need(result);
        const revision = result.ok ? result.revision : '';
        const each = point || !answer.person ? [] : await eachAddress(ports, answer.person, question, asked);
        return fastJson(requestId, shape(strictest(answer, each), revision, each), revision);
      },
    }),
    route({
      method: 'post',
      path: '/v1/checks',
      tag: 'May I?',
      summary: 'Up to 1,000 people and 50 purposes in one call',
      auth: { kind: 'scope', scope: 'check' },
      body: checksBody,
      limit: 1024 * 1024,
      example: { subjects: [{ type: 'customer', id: 'shop~1001' }], purposes: ['analytics', 'marketing_email'] },
      answers: [{ status: 200, description: 'Subject → purpose → answer' }],
      errors: ['revision_not_reached'],
      handler: async ({ body, c, context }) => {
        const atLeast = c.req.header('consent-revision-at-least');
        return checkMany(ports, body, context({ atLeast, command: undefined }));
      },
    }),
  ];
}

type Home = ReturnType<ConsentPorts['vaults']['at']>;
type Q = Omit<CheckInput, 'ident' | 'person'>;

/** Asks the identifier's vault, and the person's where that is another one. */
export async function checkOne(
  ports: Pick<ConsentPorts, 'vaults' | 'lookup'>,
  subject: Subject,
  q: Q,
  context: CallContext,
): Promise<Result<CheckAnswer>> {
  const at = locate(ports.vaults, ports.lookup, subject);
  let result: Result<CheckAnswer> = await at.vault.run(
    'consent.check',
    { ...q, person: at.person, ident: at.ident },
    context,
  );
  for (let hop = 0; result.ok && result.value.moved !== undefined && hop < 5; hop++) {
    const person = result.value.moved;
    const suppressed = result.value.reason === 'suppressed' ? true : undefined;
    result = await homeOf(ports.vaults, person).run('consent.check', { ...q, person, suppressed }, context);
  }
  return result;
}

/** Which kind of address a channel writes to. */
const KIND: Readonly<Partial<Record<string, string>>> = {
  email: 'email',
  sms: 'phone',
  phone: 'phone',
  messaging: 'phone',
};

/** Whoever is asked for by the very address that the channel uses is asked about that address. */
const ownAddress = (subject: Subject, channel: string | undefined): Subject | undefined =>
  channel !== undefined && KIND[channel] === (subject.type === 'email_sha256' ? 'email' : subject.type)
    ? subject
    : undefined;

type PerAddress = { contact_point: string; answer: CheckAnswer };

/** The answer for each of a person's addresses that the channel could use; nothing where no address matters. */
async function eachAddress(ports: ConsentPorts, person: string, q: Q, context: CallContext): Promise<PerAddress[]> {
  const kind = q.channel && KIND[q.channel];
  if (!kind) return [];
  const points = need(await homeOf(ports.vaults, person).run('identity.contact_hashes', { person }, context));
  const fitting = points.filter((p) => p.kind === kind);
  return Promise.all(
    fitting.map(async (p) => {
      const asked = await homeOf(ports.vaults, person).run(
        'consent.check',
        { ...q, person, contact_point: p.hash },
        context,
      );
      return { contact_point: p.id, answer: need(asked) };
    }),
  );
}

/** One no among the addresses is a no; without addresses the general answer stands. */
const strictest = (general: CheckAnswer, each: readonly PerAddress[]): CheckAnswer =>
  each.find((e) => !e.answer.allowed)?.answer ?? each[0]?.answer ?? general;

function shape(a: CheckAnswer, revision: string, each: readonly PerAddress[]): Record<string, unknown> {
  return {
    allowed: a.allowed,
    reason: a.reason,
    basis: a.basis,
    record: a.record,
    notice_version: a.notice_version,
    rulebook: a.rulebook,
    valid_until: a.valid_until === undefined ? undefined : new Date(a.valid_until).toISOString(),
    contact_points:
      each.length > 1
        ? each.map((e) => ({ contact_point: e.contact_point, allowed: e.answer.allowed, reason: e.answer.reason }))
        : undefined,
    revision,
  };
}

type Many = z.infer<typeof checksBody>;
type Ask = { name: string; ident?: ReturnType<ConsentPorts['lookup']['ident']>; person?: string; scopes?: string[] };

async function checkMany(ports: ConsentPorts, body: Many, context: CallContext): Promise<Response> {
  const byVault = new Map<Home, Ask[]>();
  const bad: { path: string; message: string }[] = [];
  const add = (vault: Home, ask: Ask) => {
    const asks = byVault.get(vault);
    if (asks) asks.push(ask);
    else byVault.set(vault, [ask]);
  };
  body.subjects.forEach((subject, i) => {
    try {
      const at = locate(ports.vaults, ports.lookup, subject);
      add(at.vault, { name: `${subject.type}:${subject.id}`, ident: at.ident, person: at.person });
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      bad.push({ path: `/body/subjects/${i}/id`, message: e.message });
    }
  });
  if (bad.length > 0) throw new Refusal('invalid', `${bad.length} subjects can not be identifiers`, bad);
  const results: ChecksAnswer['results'] = {};
  const revisions = new Map<number, ReturnType<typeof decodeRevision>[number]>();
  let asks = byVault;
  for (let hop = 0; asks.size > 0 && hop < 4; hop++) asks = await round(ports, body, asks, results, revisions, context);
  const revision = joinRevisions([...revisions.values()]);
  return json({ results, revision }, 200, { 'consent-revision': revision });
}

/** Asks every vault once and answers whom to ask again elsewhere. */
async function round(
  ports: ConsentPorts,
  body: Many,
  asks: Map<Home, Ask[]>,
  results: ChecksAnswer['results'],
  revisions: Map<number, ReturnType<typeof decodeRevision>[number]>,
  context: CallContext,
): Promise<Map<Home, Ask[]>> {
  const next = new Map<Home, Ask[]>();
  const scope = { channel: body.channel, unit: body.unit };
  await Promise.all(
    [...asks].map(async ([vault, subjects]) => {
      const result = await vault.run('consent.checks', { subjects, purposes: body.purposes, scope }, context);
      const value = need(result);
      Object.assign(results, value.results);
      if (result.ok) for (const part of decodeRevision(result.revision)) revisions.set(part.vault, part);
      for (const m of value.moved) {
        const home = homeOf(ports.vaults, m.person);
        next.set(home, [...(next.get(home) ?? []), { name: m.name, person: m.person, scopes: m.scopes }]);
      }
    }),
  );
  return next;
}
