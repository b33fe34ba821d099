import * as z from 'zod';
import { findPerson, followMerges, homeOf } from '../consent';
import { answered, json, type Routes, route, schemas } from '../http';
import { type CallContext, need, Refusal, vaultOfBits } from '../platform';
import { inviteProblems } from './referral';
import { bitsOfCode } from './referral-operations';
import type { EngagePorts } from './routes.ports';

const people = { kind: 'scope', scope: 'people' } as const;
const subjectAuth = { kind: 'subject' } as const;
type Home = ReturnType<EngagePorts['vaults']['at']>;

async function personOf(ports: EngagePorts, subject: z.infer<typeof schemas.subject>, context: CallContext) {
  const person = await findPerson(ports.vaults, ports.lookup, subject, context);
  if (!person) throw new Refusal('not_found', 'nobody is known by this');
  return person;
}

const codeParam = z.object({
  code: z.string().refine((code) => bitsOfCode(code) !== undefined, 'is not a link of ours'),
});
const homeOfCode = (ports: EngagePorts, code: string): Home => vaultOfBits(ports.vaults, bitsOfCode(code)!);

/** The active person behind a subject token, after merges. */
async function mine(
  ports: EngagePorts,
  caller: { kind: string; person?: string },
  context: CallContext,
): Promise<string> {
  const person = caller.person ? await followMerges(ports.vaults, caller.person, context) : null;
  if (!person) throw new Refusal('not_found', 'nothing is recorded under this token');
  return person;
}

export function referralRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/referrals/{programme}/link',
      tag: 'Referral',
      summary: 'The caller’s own link, to hand on',
      description: 'A friend’s address, number or name is refused wherever it stands, and never stored.',
      auth: subjectAuth,
      cors: true,
      params: z.object({ programme: schemas.slug }),
      body: z.record(z.string(), z.unknown()),
      example: { channel: 'messaging' },
      answers: [{ status: 201, description: 'Code and address' }],
      errors: ['invalid', 'forbidden', 'not_found'],
      handler: async ({ params, body, caller, context }) => {
        const { subject_token: _own, ...asked } = body;
        const problems = inviteProblems(asked);
        if (problems.length > 0) {
          const fields = problems.map((p) => ({ path: `/body/${p.field}`, message: p.problem }));
          throw new Refusal('invalid', 'a link is asked for without saying anything of anybody else', fields);
        }
        const person = await mine(ports, caller, context({ command: undefined }));
        const input = { programme: params.programme, person };
        return answered(await homeOf(ports.vaults, person).run('referral.link', input, context()), 201);
      },
    }),
    route({
      method: 'get',
      path: '/v1/referrals/me',
      tag: 'Referral',
      summary: 'What has become of the caller’s own links',
      auth: subjectAuth,
      cors: true,
      answers: [{ status: 200, description: 'Outcomes, without saying who' }],
      handler: async ({ caller, context }) => {
        const person = await mine(ports, caller, context());
        return json({ data: need(await homeOf(ports.vaults, person).run('referral.outcomes', { person }, context())) });
      },
    }),
    ...friendRoutes(ports),
  ];
}

function friendRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/referrals/codes/{code}/join',
      tag: 'Referral',
      summary: 'The friend joins, by their own act',
      auth: subjectAuth,
      cors: true,
      params: codeParam,
      body: z.strictObject({
        subject_token: z.string().max(1024).optional(),
        /** Seconds since the link was opened. */
        opened_seconds: z
          .int()
          .min(0)
          .max(366 * 86_400)
          .default(0),
      }),
      example: { opened_seconds: 60 },
      answers: [{ status: 200, description: 'Joined' }],
      errors: ['not_found'],
      handler: async ({ params, body, caller, context, now }) => {
        const friend = await mine(ports, caller, context({ command: undefined }));
        const secondary = context({ command: undefined });
        const { known } = need(await homeOf(ports.vaults, friend).run('referral.known', { person: friend }, secondary));
        const input = { code: params.code, friend, opened_at: now - body.opened_seconds * 1000, was_known: known };
        return answered(await homeOfCode(ports, params.code).run('referral.join', input, context()));
      },
    }),
    route({
      method: 'post',
      path: '/v1/referrals/codes/{code}/purchases',
      tag: 'Referral',
      summary: 'The friend has bought something, or the purchase was reversed',
      auth: people,
      params: codeParam,
      body: z.strictObject({ subject: schemas.subject, amount: z.int().min(0), reversed: z.boolean().default(false) }),
      example: { subject: { type: 'customer', id: 'shop~1002' }, amount: 4900 },
      answers: [{ status: 200, description: 'Noted, or not the first' }],
      errors: ['not_found'],
      handler: async ({ params, body, context }) => {
        const friend = await personOf(ports, body.subject, context({ command: undefined }));
        const input = { code: params.code, friend, amount: body.amount, reversed: body.reversed };
        return answered(await homeOfCode(ports, params.code).run('referral.purchase', input, context()));
      },
    }),
  ];
}
