import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import {
  type Auth,
  base64url,
  type Caller,
  type Clock,
  type FieldError,
  type Logger,
  Refusal,
  sha256,
} from '../platform';
import { isComplete } from './answer';
import { parseJson, readText } from './json';
import { problem, problemOf } from './problem';
import { actorOf, type Call, DEFAULT_LIMIT, type Routes } from './route';

/** What the edge knows of a request beyond Hono's context; the entries provide it. */
export type Edge = {
  clock: Clock;
  log: Logger;
  /** Proves who calls, or throws a refusal. The body is there for keys that lie in it. */
  authenticate(c: Context, auth: Auth, body: unknown, now: number): Promise<Caller>;
  /** Origins of all sites, for preflights of calls whose site isn't known yet. */
  allowsOrigin(origin: string): Promise<boolean>;
  regionOf(c: Context): string;
  addressOf(c: Context): string;
  requestId(): string;
};

type AnyRoute = Routes[number];

/** Hono's spelling of an OpenAPI path. A parameter takes one segment, without its slash; `{name+}` takes the rest. */
const honoPath = (path: string): string =>
  path.replaceAll(/\{([a-z_]+)\}/gi, ':$1').replace(/\{([a-z_]+)\+\}$/i, ':$1{.+}');

/** Puts routes into an application. A route without a declared caller can't be built: the type and this check demand it. */
export function mount(app: Hono, routes: Routes, edge: Edge): Hono {
  for (const r of routes) {
    if (!r.auth?.kind) throw new Error(`${r.method} ${r.path} doesn't say who may call it`);
    app.on(r.method.toUpperCase(), honoPath(r.path), (c) => serve(c, r, edge));
  }
  mountPreflight(app, routes, edge);
  app.notFound((c) => notFound(c, routes));
  app.onError((e, c) => failed(e, c, edge));
  return app;
}

async function serve(c: Context, r: AnyRoute, edge: Edge): Promise<Response> {
  const requestId = requestIdOf(c, edge);
  try {
    const answer = await handle(c, r, edge, requestId);
    if (!isComplete(answer)) answer.headers.set('x-request-id', requestId);
    if (r.cors) allowReading(c, answer);
    return answer;
  } catch (e) {
    const answer = problemOf(e, requestId);
    if (answer.status === 500)
      edge.log('error', 'request.failed', {
        request: requestId,
        route: r.path,
        error: e instanceof Error ? (e.stack ?? e.message) : String(e),
      });
    answer.headers.set('x-request-id', requestId);
    if (r.cors) allowReading(c, answer);
    return answer;
  }
}

async function handle(c: Context, r: AnyRoute, edge: Edge, requestId: string): Promise<Response> {
  const now = edge.clock.now();
  const text = r.body && !r.raw ? await readText(c.req.raw, r.limit ?? DEFAULT_LIMIT) : '';
  const json = r.body && !r.raw ? parseJson(text) : undefined;
  const caller = await edge.authenticate(c, r.auth, json, now);
  const wrong: FieldError[] = [];
  const params = check(r.params, c.req.param(), '/path', wrong);
  const query = check(r.query, queryOf(c), '/query', wrong);
  const body = r.raw ? undefined : check(r.body, json, '/body', wrong);
  if (wrong.length > 0)
    throw new Refusal(
      'invalid',
      `${wrong.length === 1 ? 'one thing is' : `${wrong.length} things are`} wrong with this request`,
      wrong,
    );
  const key = idempotencyKey(c, json);
  const call: Call<unknown, unknown, unknown> = {
    c,
    params,
    query,
    body,
    caller,
    requestId,
    now,
    region: edge.regionOf(c),
    address: edge.addressOf(c),
    context: (extra) => ({
      actor: actorOf(caller),
      request: requestId,
      ...(key === undefined ? {} : { command: commandId(caller, r, key), fingerprint: base64url(sha256(text)) }),
      ...extra,
    }),
  };
  return r.handler(call);
}

function check(schema: z.ZodType | undefined, value: unknown, at: string, wrong: FieldError[]): unknown {
  if (!schema) return value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) wrong.push(...fieldErrors(issue, at));
  return undefined;
}

function fieldErrors(issue: z.core.$ZodIssue, at: string): FieldError[] {
  const path = [at, ...issue.path.map(String)].join('/');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((k) => ({ path: `${path}/${k}`, message: 'is not a member that this call knows' }));
  return [{ path, message: issue.message }];
}

/** A query parameter that is given twice is an error of the caller, not a choice of ours. */
function queryOf(c: Context): Record<string, string> {
  if (!c.req.url.includes('?')) return {};
  const all = c.req.queries();
  const out: Record<string, string> = {};
  for (const [name, values] of Object.entries(all)) {
    if (values.length > 1)
      throw new Refusal('invalid', 'a query parameter is given twice', [
        { path: `/query/${name}`, message: 'is given twice' },
      ]);
    if (name !== '__proto__') out[name] = values[0]!;
  }
  return out;
}

/** `Idempotency-Key` (an sf-string, quotes optional), or `key` in the body where a header would cost a preflight. */
function idempotencyKey(c: Context, body: unknown): string | undefined {
  const inBody =
    typeof body === 'object' && body !== null && 'key' in body && typeof body.key === 'string' ? body.key : undefined;
  const raw = c.req.header('idempotency-key') ?? inBody;
  if (raw === undefined) return undefined;
  const key = raw.replace(/^"(.*)"$/, '$1');
  if (key.length < 1 || key.length > 255 || /[^\x20-\x7e]/.test(key)) {
    throw new Refusal('invalid', 'the idempotency key must have 1 to 255 printable ASCII characters', [
      { path: '/header/idempotency-key', message: 'must have 1 to 255 printable ASCII characters' },
    ]);
  }
  return key;
}

/** The scope of a key is the credential and the route (draft-ietf-httpapi-idempotency-key-header). */
function commandId(caller: Caller, r: AnyRoute, key: string): string {
  const who = actorOf(caller);
  return base64url(sha256(`${who.type}:${who.id}:${r.method}:${r.path}:${key}`));
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

function requestIdOf(c: Context, edge: Edge): string {
  const given = c.req.header('x-request-id');
  return given && REQUEST_ID.test(given) ? given : edge.requestId();
}

function allowReading(c: Context, answer: Response): void {
  const origin = c.req.header('origin');
  answer.headers.append('vary', 'Origin');
  if (!origin || answer.status === 403) return;
  answer.headers.set('access-control-allow-origin', origin);
  answer.headers.set('access-control-expose-headers', 'consent-revision, x-request-id, retry-after');
}

/** Preflights are answered only to origins of a site of ours, never with credentials. */
function mountPreflight(app: Hono, routes: Routes, edge: Edge): void {
  const paths = new Set(routes.filter((r) => r.cors).map((r) => honoPath(r.path)));
  for (const path of paths) {
    app.options(path, async (c) => {
      const origin = c.req.header('origin');
      if (!origin || !(await edge.allowsOrigin(origin)))
        return problem('origin_refused', 'no site of ours has this origin');
      return new Response(null, {
        status: 204,
        headers: {
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'GET, POST, PUT, OPTIONS',
          'access-control-allow-headers':
            'authorization, content-type, idempotency-key, x-retry-count, consent-revision-at-least',
          'access-control-max-age': '600',
          vary: 'Origin',
        },
      });
    });
  }
}

function notFound(c: Context, routes: Routes): Response {
  const path = c.req.path;
  const allowed = routes.filter((r) => matches(r.path, path)).map((r) => r.method.toUpperCase());
  if (allowed.length === 0) return problem('not_found', `there is nothing at ${path.slice(0, 200)}`);
  return problem('method_not_allowed', `use ${allowed.join(', ')}`, undefined, undefined, {
    allow: allowed.join(', '),
  });
}

const matches = (pattern: string, path: string): boolean => {
  const want = pattern.split('/');
  const have = path.split('/');
  const rest = want.at(-1)?.endsWith('+}') ? want.length <= have.length : want.length === have.length;
  return rest && want.every((part, i) => part.startsWith('{') || part === have[i]);
};

function failed(e: unknown, c: Context, edge: Edge): Response {
  const requestId = requestIdOf(c, edge);
  edge.log('error', 'request.failed', {
    request: requestId,
    error: e instanceof Error ? (e.stack ?? e.message) : String(e),
  });
  return problemOf(e, requestId);
}
