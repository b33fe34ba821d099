import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { DEV_SESSION_COOKIE, SESSION_COOKIE } from '../../access';
import { networkOf, type Routes, route } from '../../http';
import { need } from '../../platform';
import { type Form, readForm, requireSameOrigin } from '../form';
import { Lone } from '../layout';
import { deed, html, seeOther } from '../page';
import type { ConsolePorts } from '../ports';
import { textsOf } from '../texts';
import { type AnyCall, languageOf } from '../view';

/** Tries per network: ten at once, then one a minute. */
const TRIES = { burst: 10, everyMs: 60_000 };

const overHttps = (publicUrl: string): boolean => publicUrl.startsWith('https:');

/** The session's cookie: `__Host-` pins it to this host over https; on the loopback address we speak http. */
export const cookieName = (publicUrl: string): string => (overHttps(publicUrl) ? SESSION_COOKIE : DEV_SESSION_COOKIE);

const pathOf = (next: string | undefined): string => (next && /^\/console(\/[^\\]*)?$/.test(next) ? next : '/console');

function signInPage(call: AnyCall, token: string): Response {
  const language = languageOf(call);
  const t = textsOf(language).session;
  return html(
    <Lone language={language} title={t.title}>
      <p>{t.one_time}</p>
      <form class="stack" method="post" action="/console/sign-in">
        <input type="hidden" name="token" value={token} />
        <button class="button primary" type="submit">
          {t.button}
        </button>
      </form>
    </Lone>,
  );
}

function noLinkPage(call: AnyCall, status: number): Response {
  const language = languageOf(call);
  const t = textsOf(language).session;
  return html(
    <Lone language={language} title={t.title}>
      <p>{status === 401 ? t.over : t.how}</p>
      <p class="soft">{t.new_link}</p>
      <pre>avow staff link</pre>
    </Lone>,
    status,
  );
}

async function begin(ports: ConsolePorts, call: AnyCall): Promise<Response> {
  requireSameOrigin(call.c.req.raw, ports.config.publicUrl);
  ports.limiter.take(`sign-in:${networkOf(call.address)}`, TRIES, call.now);
  const form = await readForm(call.c.req.raw);
  const result = await ports.registry.run('session.begin', { token: form.text('token') }, call.context());
  if (!result.ok && result.error.code === 'unauthenticated') return noLinkPage(call, 401);
  const session = need(result);
  setCookie(call.c, cookieName(ports.config.publicUrl), session.token, {
    httpOnly: true,
    sameSite: 'Lax',
    secure: overHttps(ports.config.publicUrl),
    path: '/',
    expires: new Date(session.expires_at),
  });
  return withCookies(call, seeOther(pathOf(form.maybe('next'))));
}

/** Cookies that Hono's helpers have set belong to its own response; ours takes them over. */
function withCookies(call: AnyCall, response: Response): Response {
  for (const [name, cookie] of call.c.res.headers)
    if (name === 'set-cookie') response.headers.append('set-cookie', cookie);
  call.c.res.headers.delete('set-cookie');
  return response;
}

export function sessionRoutes(ports: ConsolePorts): Routes {
  const publicPage = { kind: 'public', because: 'nobody is signed in yet' } as const;
  const answers = [{ status: 200, description: 'A page', type: 'text/html' }];
  return [
    route({
      method: 'get',
      path: '/console/sign-in',
      tag: 'Console',
      summary: 'Sign in by a one-time link (`?token=`): this page uses nothing up, its button does',
      auth: publicPage,
      query: z.object({ token: z.string().max(100).optional() }),
      answers,
      handler: (call) => (call.query.token ? signInPage(call, call.query.token) : noLinkPage(call, 200)),
    }),
    route({
      method: 'post',
      path: '/console/sign-in',
      tag: 'Console',
      summary: 'Use a one-time link up and begin a session',
      auth: publicPage,
      raw: true,
      answers: [{ status: 303, description: 'Signed in', type: 'text/html' }],
      errors: ['forbidden', 'rate_limited'],
      handler: (call) => begin(ports, call),
    }),
    deed(ports, {
      path: '/console/sign-out',
      right: 'see',
      summary: 'End the session',
      act: async (_v, _form, call) => {
        const name = cookieName(ports.config.publicUrl);
        const token = getCookie(call.c, name) ?? '';
        need(await ports.registry.run('session.end', { token }, call.context()));
        deleteCookie(call.c, name, { path: '/', secure: overHttps(ports.config.publicUrl) });
        return withCookies(call, seeOther('/console/sign-in'));
      },
    }),
    languageRoute(ports),
  ];
}

/** The reader's language: a preference in a cookie, no data of anybody. */
const languageRoute = (ports: ConsolePorts) =>
  deed(ports, {
    path: '/console/language',
    right: 'see',
    summary: 'Choose the language of the console',
    act: (_v, form: Form, call) => {
      setCookie(call.c, 'avow-language', form.text('language').slice(0, 5), {
        sameSite: 'Lax',
        secure: overHttps(ports.config.publicUrl),
        path: '/console',
        maxAge: 31_536_000,
      });
      return withCookies(call, seeOther(pathOf(form.maybe('next'))));
    },
  });
