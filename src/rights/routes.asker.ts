import { downloadZip } from 'client-zip';
import * as z from 'zod';
import { homeOf } from '../consent';
import { json, networkOf, parseJson, type Routes, readText, route, schemas } from '../http';
import { type CallContext, isObject, need, Refusal, rfc3339, vaultId, vaultOfBits } from '../platform';
import { collectPackage } from './collect';
import { packageFiles } from './package';
import { askerPage, fileNameOf, isForm, PAGE_HEADERS } from './page';
import type { RightsPorts } from './routes.ports';
import { RIGHTS } from './rules';
import { languageFor, rightsTexts } from './texts';

const openBody = z.strictObject({
  site: z.string().max(64).optional(),
  right: z.enum(RIGHTS),
  subject: schemas.subject,
  region: schemas.region.optional(),
  message: z.string().max(5000).optional(),
  /** For an objection: marketing alone (at once), or any use (looked at by staff). */
  scope: z.enum(['marketing', 'all']).optional(),
  language: z.string().max(35).optional(),
  subject_token: z.string().max(1024).optional(),
  /** An authorised agent who asks for the person: nothing happens before staff have seen the authority. */
  agent: z.strictObject({ name: z.string().min(1).max(200), contact: z.string().min(1).max(254) }).optional(),
});
type OpenBody = z.infer<typeof openBody>;

const opened = z.object({
  id: z.string(),
  right: z.string(),
  state: z.literal('received'),
  received_at: z.string(),
  due_at: z.string(),
  due_because: z.string(),
});

/** Against floods only: what one network can cause is mails, and those are counted where they are sent, without a word. */
const OPENING = { burst: 5_000, everyMs: 50 };
/** Guesses of one network, over all requests. */
const PROVING = { burst: 60, everyMs: 1_000 };

const requestId = z.object({ id: z.string().regex(/^req_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}$/, 'must be req_…') });
const linkQuery = z.strictObject({ token: z.string().min(1).max(200) });
const tokenBody = z.strictObject({ token: z.string().min(1).max(200) });
const proofBody = z
  .strictObject({ token: z.string().min(1).max(200).optional(), code: z.string().min(1).max(20).optional() })
  .refine((p) => (p.token === undefined) !== (p.code === undefined), 'send the token or the code');

const because = 'anybody may make use of their rights; a link from a mail is the credential';
const auth = { kind: 'public', because } as const;
const over = (): Refusal =>
  new Refusal('not_verified', 'this link or code is wrong, was used before, or its time is over');

/** The asker's side: start, prove, fetch, take back. */
export function askerRoutes(ports: RightsPorts): Routes {
  return [openRoute(ports), ...confirmRoutes(ports), ...packageRoutes(ports), ...cancelRoutes(ports)];
}

function openRoute(ports: RightsPorts): Routes[number] {
  return route({
    method: 'post',
    path: '/v1/requests',
    tag: 'Rights',
    summary: 'Make use of a right',
    description:
      'Always answered alike, whoever exists or not. Withdrawal, opt-out and objection to marketing take effect at once; everything else after a proof that is sent to an address that was known before.',
    auth,
    cors: true,
    body: openBody,
    example: { right: 'access', subject: { type: 'email', id: 'jane@customers.example' } },
    answers: [{ status: 202, description: 'Received', schema: opened }],
    errors: ['rate_limited'],
    handler: async ({ body, c, region, address, now, context }) => {
      ports.limiter.take(`rights:${networkOf(address)}`, OPENING, now);
      const network = ports.lookup.limitKey('rights.network', networkOf(address));
      const language = c.req.header('accept-language') ?? '';
      const opening = { ...(await openingOf(ports, body, region, language)), network };
      const visitor = visitorOf(ports, body, c.req.header('authorization'));
      const vault = vaultOfBits(ports.vaults, opening.ident.bits);
      const done = need(await vault.run('request.open', { ...opening, ...visitor }, context()));
      return json(
        {
          id: done.id,
          right: body.right,
          state: 'received',
          received_at: rfc3339(done.received_at),
          due_at: rfc3339(done.due_at),
          due_because: done.why,
        },
        202,
      );
    },
  });
}

async function openingOf(ports: RightsPorts, body: OpenBody, region: string, accepted: string) {
  const { book } = await ports.snapshot();
  if (body.site !== undefined && !Object.hasOwn(book.sites, body.site))
    throw new Refusal('invalid', 'there is no such site', [
      { path: '/body/site', message: 'is not a site key of ours' },
    ]);
  const { subject } = body;
  const ident = ports.lookup.ident(subject.type === 'person' ? { type: 'external', id: subject.id } : subject);
  return {
    id: vaultId('req', ports.vaults.zone, ident.bits),
    right: body.right,
    marketing: body.right === 'objection' && body.scope !== 'all',
    ident,
    site: body.site ?? null,
    region: region === 'unknown' ? (body.region?.toUpperCase() ?? 'unknown') : region,
    language: languageFor(body.language ?? accepted),
    source: body.agent ? 'agent' : body.site ? 'page' : 'api',
    agent: body.agent !== undefined,
    words: { subject, message: body.message, agent: body.agent, notes: [] },
  };
}

/** A visitor who shows the subject token that came with the first choice is proved. */
function visitorOf(ports: RightsPorts, body: OpenBody, header: string | undefined) {
  const bearer = header && /^bearer st_/i.test(header) ? header.slice(7).trim() : undefined;
  const token = body.subject_token ?? bearer;
  if (token === undefined) return {};
  const read = ports.tokens.readSubject(token);
  if (!read) throw new Refusal('unauthenticated', 'this subject token is not valid');
  return { person: read.person, verified: 'token' as const, source: 'visitor' };
}

/** What a program sends as JSON, a page's form as fields. */
async function posted<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(request, 4096);
  const form = isForm(request.headers.get('content-type') ?? undefined);
  const value: unknown = form ? Object.fromEntries(new URLSearchParams(text)) : parseJson(text);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((i) => ({
    path: ['/body', ...i.path.map(String)].join('/'),
    message: i.message,
  }));
  throw new Refusal('invalid', 'the body is not what this call takes', wrong);
}

/** The page behind a link of a mail. Scanners open links, so it changes nothing; its button posts. */
function linkPage(ports: RightsPorts, kind: 'confirm' | 'package' | 'cancel'): Routes[number] {
  return route({
    method: 'get',
    path: `/v1/requests/{id}/${kind}`,
    tag: 'Rights',
    summary: `The page behind the link of a mail (${kind}); changes nothing`,
    auth,
    params: requestId,
    query: linkQuery,
    answers: [{ status: 200, description: 'A page with a button', type: 'text/html' }],
    handler: async ({ params, query, context }) => {
      const page = need(await homeOf(ports.vaults, params.id).run('request.page', { request: params.id }, context()));
      const t = rightsTexts(page?.language ?? 'en');
      const { title, text, button } = t.page[kind];
      const right = page ? t.rights[page.right] : '';
      const form = { action: `/v1/requests/${params.id}/${kind}`, token: query.token, button };
      return askerPage({ language: t.language, title, text: text.replace('{right}', right), form });
    },
  });
}

function confirmRoutes(ports: RightsPorts): Routes {
  const run = async (id: string, proof: z.infer<typeof proofBody>, context: CallContext) => {
    const done = need(await homeOf(ports.vaults, id).run('request.confirm', { request: id, proof }, context));
    return done.confirmed ? done : undefined;
  };
  return [
    linkPage(ports, 'confirm'),
    route({
      method: 'post',
      path: '/v1/requests/{id}/confirm',
      tag: 'Rights',
      summary: 'Prove that the request is one’s own, with the token or the code of the mail',
      auth,
      params: requestId,
      body: proofBody,
      raw: true,
      answers: [{ status: 200, description: 'Confirmed; for access with the token that fetches the package' }],
      errors: ['not_verified', 'rate_limited'],
      handler: async ({ params, c, address, now, context }) => {
        ports.limiter.take(`prove:${networkOf(address)}`, PROVING, now);
        const proof = await posted(c.req.raw, proofBody);
        const done = await run(params.id, proof, context({ command: undefined }));
        if (isForm(c.req.header('content-type'))) return confirmedPage(params.id, done);
        if (!done) throw over();
        const fetch = done.package_token
          ? { package: { token: done.package_token, expires_at: rfc3339(done.package_until!) } }
          : {};
        return json({ id: params.id, state: done.state, due_at: rfc3339(done.due_at), ...fetch });
      },
    }),
  ];
}

type Confirmed = { language: string; package_token: string | null };

function confirmedPage(id: string, done: Confirmed | undefined): Response {
  const t = rightsTexts(done?.language ?? 'en');
  if (!done) return askerPage({ language: t.language, ...t.page.over, status: 403 });
  if (done.package_token === null) return askerPage({ language: t.language, ...t.page.confirmed });
  const { title, text, button } = t.page.package;
  const form = { action: `/v1/requests/${id}/package`, token: done.package_token, button };
  return askerPage({ language: t.language, title, text, form });
}

function packageRoutes(ports: RightsPorts): Routes {
  return [
    linkPage(ports, 'package'),
    route({
      method: 'post',
      path: '/v1/requests/{id}/package',
      tag: 'Rights',
      summary: 'Fetch the package, once',
      auth,
      params: requestId,
      body: tokenBody,
      raw: true,
      answers: [
        { status: 200, description: 'A ZIP with index.html, manifest.json and the data', type: 'application/zip' },
      ],
      errors: ['not_verified', 'rate_limited'],
      handler: async ({ params, c, address, now, context }) => {
        ports.limiter.take(`prove:${networkOf(address)}`, PROVING, now);
        const { token } = await posted(c.req.raw, tokenBody);
        const at = context({ command: undefined });
        const facts = need(
          await homeOf(ports.vaults, params.id).run('request.fetch', { request: params.id, token }, at),
        );
        if (!facts && isForm(c.req.header('content-type')))
          return askerPage({ language: 'en', ...rightsTexts('en').page.over, status: 403 });
        if (!facts) throw over();
        const files = packageFiles(await collectPackage(ports, facts, now, at));
        const zip = downloadZip(files.map((f) => ({ name: f.path, input: f.body, lastModified: new Date(now) })));
        return new Response(zip.body, {
          headers: {
            ...PAGE_HEADERS,
            'content-type': 'application/zip',
            'content-disposition': `attachment; filename="${fileNameOf(params.id)}"`,
          },
        });
      },
    }),
  ];
}

function cancelRoutes(ports: RightsPorts): Routes {
  return [
    linkPage(ports, 'cancel'),
    route({
      method: 'post',
      path: '/v1/requests/{id}/cancel',
      tag: 'Rights',
      summary: 'Take a request back while that is possible, with the token of the mail',
      auth,
      params: requestId,
      body: tokenBody,
      raw: true,
      answers: [{ status: 200, description: 'Cancelled' }],
      errors: ['not_verified', 'conflict', 'rate_limited'],
      handler: async ({ params, c, address, now, context }) => {
        ports.limiter.take(`prove:${networkOf(address)}`, PROVING, now);
        const { token } = await posted(c.req.raw, tokenBody);
        const home = homeOf(ports.vaults, params.id);
        const at = context({ command: undefined });
        const done = need(await home.run('request.cancel', { request: params.id, token }, at));
        const t = rightsTexts(done?.language ?? 'en');
        if (isForm(c.req.header('content-type')))
          return askerPage({
            language: t.language,
            ...(done ? t.page.cancelled : t.page.over),
            status: done ? 200 : 403,
          });
        if (!isObject(done)) throw over();
        return json({ id: params.id, state: done.state });
      },
    }),
  ];
}
