import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { docsPage, type Edge, json, mount, openApiDocument, pageStyle, type Routes, route } from './http';
import type { Auth, Caller, Clock, Logger } from './platform';

/** What the application is made of. `wiring.ts` and the entries provide it; this file knows no room and no runtime. */
export type AppParts = {
  routes: Routes;
  clock: Clock;
  log: Logger;
  publicUrl: string;
  authenticate(who: Who, auth: Auth, body: unknown, now: number): Promise<Caller>;
  allowsOrigin(origin: string): Promise<boolean>;
  /** The visitor's region as the runtime finds it, or `unknown`. */
  regionOf(request: Request, env: unknown): string;
  addressOf(request: Request, env: unknown): string;
  requestId(): string;
  ready(): Promise<{ ok: boolean; checks: Record<string, string> }>;
  metrics(): Promise<string>;
  /** Files that we serve ourselves (widget, documentation): path → content. */
  assets: ReadonlyMap<string, Asset>;
  /** Makes of a problem on a page of the console what a person can read; other answers come back as they are. */
  trouble?(c: Context, answer: Response): Promise<Response>;
};

export type Asset = { type: string; body: string | Uint8Array; headers?: Record<string, string> };

export type Who = {
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  param(name: string): string | undefined;
};

export function createApp(parts: AppParts): Hono {
  const app = new Hono();
  for (const [path, asset] of parts.assets) app.get(path, (c) => serveAsset(asset, c.req.header('if-none-match')));
  const routes = [...parts.routes, ...healthRoutes(parts)];
  let made: Record<string, unknown> | undefined;
  const document = () => {
    made ??= openApiDocument(
      routes.filter((r) => r.tag !== 'Console'),
      parts.publicUrl,
    );
    return made;
  };
  app.get('/openapi.json', () => json(document(), 200, { 'cache-control': 'public, max-age=60' }));
  app.get('/docs', () => docsPage(document()));
  app.get(
    '/page.css',
    () =>
      new Response(pageStyle, {
        headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' },
      }),
  );
  if (parts.trouble) app.use('/console/*', speakingOf(parts.trouble));
  return mount(app, routes, edgeOf(parts));
}

const speakingOf = (trouble: NonNullable<AppParts['trouble']>) =>
  async function speaking(c: Context, next: () => Promise<void>): Promise<void> {
    await next();
    const answer = await trouble(c, c.res);
    if (answer === c.res) return;
    c.res = undefined;
    c.res = answer;
  };

function edgeOf(parts: AppParts): Edge {
  return {
    clock: parts.clock,
    log: parts.log,
    requestId: parts.requestId,
    allowsOrigin: parts.allowsOrigin,
    regionOf: (c) => parts.regionOf(c.req.raw, c.env),
    addressOf: (c) => parts.addressOf(c.req.raw, c.env),
    authenticate: (c, auth, body, now) =>
      parts.authenticate(
        {
          header: (name) => (name === ':method' ? c.req.method : c.req.header(name)),
          cookie: (name) => getCookie(c, name),
          param: (name) => c.req.param(name),
        },
        auth,
        body,
        now,
      ),
  };
}

function serveAsset(asset: Asset, known: string | undefined): Response {
  const { etag } = asset.headers ?? {};
  if (etag && known === etag) return new Response(null, { status: 304, headers: { etag } });
  return new Response(asset.body as string, {
    headers: { 'content-type': asset.type, 'x-content-type-options': 'nosniff', ...asset.headers },
  });
}

function healthRoutes(parts: AppParts): Routes {
  const because = 'monitors have no credential, and these say nothing about anybody';
  return [
    route({
      method: 'get',
      path: '/livez',
      tag: 'Operation',
      summary: 'Is the process running?',
      auth: { kind: 'public', because },
      answers: [{ status: 200, description: 'Running' }],
      handler: () => json({ status: 'pass' }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      tag: 'Operation',
      summary: 'Can it answer and write?',
      auth: { kind: 'public', because },
      answers: [
        { status: 200, description: 'Ready' },
        { status: 503, description: 'Not ready, and why' },
      ],
      handler: async () => {
        const { ok, checks } = await parts.ready();
        return json({ status: ok ? 'pass' : 'fail', checks }, ok ? 200 : 503);
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      tag: 'Operation',
      summary: 'Prometheus text',
      auth: { kind: 'scope', scope: 'admin' },
      answers: [{ status: 200, description: 'Metrics', type: 'text/plain' }],
      handler: async () =>
        new Response(await parts.metrics(), {
          headers: { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' },
        }),
    }),
  ];
}
