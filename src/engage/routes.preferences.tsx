import type { Context } from 'hono';
import * as z from 'zod';
import { followMerges, homeOf } from '../consent';
import { answered, networkOf, type Routes, readText, route, schemas } from '../http';
import { type CallContext, need, parseVaultId, Refusal, vaultOfBits } from '../platform';
import { hashOfToken } from './campaign-operations';
import type { Narrowing } from './preference-operations';
import type { EngagePorts } from './routes.ports';

const tokenParam = z.object({
  token: z.string().regex(/^un_[a-z]{2}[0-9a-f]{4}[0-9a-hjkmnp-tv-z]{20}$/, 'is not a link of ours'),
});
const PUBLIC = {
  kind: 'public',
  because: 'whoever holds the token out of the mail may narrow, and nothing else',
} as const;
/** A person clicks a few times; a guesser would need 2^100 tries anyway. */
const CLICKS = { burst: 60, everyMs: 1000 };

export function preferenceRoutes(ports: EngagePorts): Routes {
  return [...tokenRoutes(ports), ...centreRoutes(ports)];
}

type Link = { person: string; purpose: string; channel: string; campaign: string };

/** Whom a token leads to, after merges. */
async function linkOf(ports: EngagePorts, token: string, context: CallContext): Promise<Link> {
  const vault = vaultOfBits(ports.vaults, parseVaultId(token)!.bits);
  const row = need(await vault.run('token.read', { hash: hashOfToken(token) }, context));
  const person = row && (await followMerges(ports.vaults, row.person, context));
  if (!row || !person) throw new Refusal('not_found', 'this link is not known any more');
  return { ...row, person };
}

async function narrowBy(ports: EngagePorts, token: string, form: Form, context: CallContext): Promise<void> {
  const link = await linkOf(ports, token, context);
  const narrowing = narrowingOf(link, form);
  const input = { person: link.person, narrowing, source: `mail:${link.campaign}` };
  need(await homeOf(ports.vaults, link.person).run('preference.narrow', input, context));
}

type Form = { all: boolean; pause: number | null };

const narrowingOf = (link: Link, { all, pause }: Form): Narrowing => {
  if (all) return { what: 'all_marketing' };
  if (pause !== null) return { what: 'pause', channel: link.channel, days: pause };
  return { what: 'topic', purpose: link.purpose, channel: link.channel };
};

/** `List-Unsubscribe=One-Click` (RFC 8058), or a button of our page. Whatever else is sent is ignored. */
async function formOf(c: Context): Promise<Form> {
  const fields = new URLSearchParams(await readText(c.req.raw, 4096));
  const days = Number(fields.get('pause'));
  return { all: fields.get('all') === '1', pause: [30, 90, 365].includes(days) ? days : null };
}

function tokenRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'get',
      path: '/u/{token}',
      tag: 'Preferences',
      summary: 'The page behind the unsubscribe link of a mail; looking at it changes nothing',
      description: 'Mail scanners follow links, so only a POST does something. The page shows nothing of the person.',
      auth: PUBLIC,
      params: tokenParam,
      answers: [{ status: 200, description: 'A page with buttons', type: 'text/html' }],
      handler: ({ params }) => page(<Choices token={params.token} />),
    }),
    route({
      method: 'post',
      path: '/u/{token}',
      tag: 'Preferences',
      summary: 'Unsubscribe with one click (RFC 8058)',
      auth: PUBLIC,
      params: tokenParam,
      raw: true,
      answers: [{ status: 200, description: 'Done, without a redirect', type: 'text/html' }],
      errors: ['not_found', 'rate_limited'],
      handler: async ({ params, c, context, now, address }) => {
        ports.limiter.take(`unsubscribe:${networkOf(address)}`, CLICKS, now);
        await narrowBy(ports, params.token, await formOf(c), context());
        return page(<Done />);
      },
    }),
  ];
}

const page = (content: unknown): Response =>
  new Response(`<!doctype html>${String(content)}`, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    },
  });

const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1rem;margin:.3rem 0;cursor:pointer}';

function Page({ title, children }: { title: string; children: unknown }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <style>{STYLE}</style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

function Choices({ token }: { token: string }) {
  return (
    <Page title="Hear less from us">
      <p>Nothing changes until you press a button.</p>
      <Choice token={token} label="Unsubscribe from this kind of mail" />
      <Choice token={token} name="all" value="1" label="Unsubscribe from all marketing" />
      <Choice token={token} name="pause" value="30" label="Pause for 30 days" />
      <Choice token={token} name="pause" value="90" label="Pause for 90 days" />
    </Page>
  );
}

function Choice(of: { token: string; name?: string; value?: string; label: string }) {
  return (
    <form method="post" action={`/u/${of.token}`}>
      <button type="submit" name={of.name} value={of.value}>
        {of.label}
      </button>
    </form>
  );
}

function Done() {
  return (
    <Page title="Done">
      <p>We have written it down. It holds from now on.</p>
    </Page>
  );
}

const channel = z.enum(['email', 'sms', 'phone', 'post', 'push', 'messaging']);
const cellBody = z.strictObject({
  subject_token: z.string().max(1024).optional(),
  purpose: schemas.slug,
  channel,
  choice: z.enum(['granted', 'refused', 'withdrawn']),
  /** The notice that was shown; needed for a yes. */
  notice: z.strictObject({ id: z.string().max(64), version: z.int().min(1), language: z.string().max(35) }).optional(),
});
const frequencyBody = z.strictObject({
  subject_token: z.string().max(1024).optional(),
  channel: z.union([channel, z.literal('*')]),
  most: z.int().min(0).max(1000).nullable().default(null),
  days: z.int().min(1).max(366).nullable().default(null),
  paused_until: schemas.time.nullable().default(null),
});

/** The active person behind a subject token, their vault, and the site that issued it. */
async function whoIs(
  ports: EngagePorts,
  caller: { kind: string; person?: string; site?: string },
  context: CallContext,
) {
  const person = caller.person ? await followMerges(ports.vaults, caller.person, context) : null;
  if (!person) throw new Refusal('not_found', 'nothing is recorded under this token');
  return { person, home: homeOf(ports.vaults, person), site: caller.site };
}

const auth = { kind: 'subject' } as const;

/** Topics × channels × frequency. One call changes one cell. */
function centreRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'get',
      path: '/v1/preferences/me',
      tag: 'Preferences',
      summary: 'Topics by channels, and how often, as they hold now',
      auth,
      cors: true,
      answers: [{ status: 200, description: 'The cells' }],
      handler: async ({ caller, context }) => {
        const { person, home } = await whoIs(ports, caller, context());
        return answered(await home.run('preference.read', { person }, context()));
      },
    }),
    route({
      method: 'post',
      path: '/v1/preferences/me',
      tag: 'Preferences',
      summary: 'Change one cell: one topic by one channel',
      auth,
      cors: true,
      body: cellBody,
      example: { purpose: 'newsletter', channel: 'email', choice: 'withdrawn' },
      answers: [{ status: 200, description: 'All cells as they hold now' }],
      errors: ['invalid', 'not_found'],
      handler: async ({ caller, body, region, context }) => {
        const { person, home, site } = await whoIs(ports, caller, context({ command: undefined }));
        const { purpose, channel, choice } = body;
        const notice = body.notice && {
          key: body.notice.id,
          version: body.notice.version,
          language: body.notice.language,
        };
        const known = region === 'unknown' ? undefined : region;
        return answered(
          await home.run(
            'preference.set',
            { person, purpose, channel, choice, notice, site, region: known },
            context(),
          ),
        );
      },
    }),
    ...frequencyRoutes(ports),
  ];
}

function frequencyRoutes(ports: EngagePorts): Routes {
  return [
    route({
      method: 'post',
      path: '/v1/preferences/me/frequency',
      tag: 'Preferences',
      summary: 'How often at most, by which channel, and a pause',
      auth,
      cors: true,
      body: frequencyBody,
      example: { channel: 'email', most: 2, days: 30 },
      answers: [{ status: 200, description: 'All cells as they hold now' }],
      handler: async ({ caller, body, context }) => {
        const { person, home } = await whoIs(ports, caller, context({ command: undefined }));
        const { channel, most, days } = body;
        const paused_until = body.paused_until === null ? null : Date.parse(body.paused_until);
        return answered(
          await home.run('preference.frequency', { person, wish: { channel, most, days, paused_until } }, context()),
        );
      },
    }),
  ];
}
