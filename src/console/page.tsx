import type { JSX } from 'hono/jsx/jsx-runtime';
import type * as z from 'zod';
import { type Call, type Route, route } from '../http';
import type { Role } from '../platform';
import { type Form, readForm, requireSameOrigin, requireToken } from './form';
import type { ConsolePorts } from './ports';
import { MAY, type Right } from './roles';
import { type View, viewOf } from './view';

/**
 * Nothing runs and nothing is loaded that isn't a file of ours; no markup is made out of text (Trusted Types); nobody
 * may frame us, and forms go nowhere else.
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** `same-origin` and not `no-referrer`: under that, browsers would send `Origin: null` with our forms. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

export type Markup = JSX.Element;

export const html = (body: Markup, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(`<!doctype html>${String(body)}`, { status, headers: { ...PAGE_HEADERS, ...headers } });

/** After a deed: see the page anew, so that going back or reloading does nothing twice. */
export const seeOther = (location: string, headers: Record<string, string> = {}): Response =>
  new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store', ...headers } });

/** The same page, with word of what was done. */
export const doneAt = (path: string, done: string): Response =>
  seeOther(`${path}${path.includes('?') ? '&' : '?'}done=${encodeURIComponent(done)}`);

type Parts<P, Q> = {
  path: string;
  /** Who may: a line of the table in roles.ts. */
  right: Right;
  summary: string;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
};

export type PageCall<P, Q> = Call<P, Q, undefined>;

const rolesOf = (right: Right): readonly Role[] => MAY[right];

/** A page of the console: GET, for staff with a right. It changes nothing but the log of who looked. */
export const page = <P = Record<never, never>, Q = Record<never, never>>(
  p: Parts<P, Q> & { show(v: View, call: PageCall<P, Q>): Promise<Response> | Response },
): Route<P, Q, undefined> =>
  route({
    method: 'get',
    path: p.path,
    tag: 'Console',
    summary: p.summary,
    auth: { kind: 'staff', roles: rolesOf(p.right) },
    params: p.params,
    query: p.query,
    answers: [{ status: 200, description: 'A page', type: 'text/html' }],
    handler: (call) => p.show(viewOf(call), call),
  });

/** A deed of the console: a posted form of our own page and session, for staff with a right. */
export const deed = <P = Record<never, never>, Q = Record<never, never>>(
  ports: Pick<ConsolePorts, 'config'>,
  p: Parts<P, Q> & { act(v: View, form: Form, call: PageCall<P, Q>): Promise<Response> | Response },
): Route<P, Q, undefined> =>
  route({
    method: 'post',
    path: p.path,
    tag: 'Console',
    summary: p.summary,
    auth: { kind: 'staff', roles: rolesOf(p.right) },
    params: p.params,
    query: p.query,
    raw: true,
    answers: [
      { status: 303, description: 'Done: see the page', type: 'text/html' },
      { status: 422, description: 'The form, with what is wrong', type: 'text/html' },
    ],
    errors: ['forbidden'],
    handler: async (call) => {
      requireSameOrigin(call.c.req.raw, ports.config.publicUrl);
      const v = viewOf(call);
      const form = await readForm(call.c.req.raw);
      requireToken(form, v.csrf);
      return p.act(v, form, call);
    },
  });
