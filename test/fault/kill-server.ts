/**
 * The process that `kill.test.ts` kills: the whole product on real files, on a free port of the loopback address.
 * Prints `ready <port>` once it listens. `AVOW_KILL_EARLY=1` makes the variant that is wrong on purpose: it answers an
 * act with a yes before the act is committed.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { openNode } from '../../src/node';
import { parseSecrets, readConfig, silentLogger, systemClock } from '../../src/platform';

const dir = process.argv[2]!;
const early = process.argv[3] === 'early';

const server = await openNode({
  config: readConfig({ AVOW_DATA: dir, AVOW_VAULTS: '2' }),
  secrets: parseSecrets(readFileSync(join(dir, 'secrets.json'), 'utf8')),
  clock: systemClock,
  log: silentLogger,
  delivery: { mail: undefined, post: async () => ({ status: 200 }) },
  widgetDir: 'dist/widget',
});

/** The wrong variant: says 201 at once, and works a moment later. */
async function hasty(request: Request, env: unknown): Promise<Response> {
  const text = await request.text();
  const again = new Request(request.url, { method: request.method, headers: request.headers, body: text });
  setTimeout(() => void server.app.fetch(again, env as never), 20);
  return new Response('{}', { status: 201, headers: { 'content-type': 'application/json' } });
}

const fetch = (request: Request, env: unknown): Response | Promise<Response> =>
  early && request.url.endsWith('/v1/consents') ? hasty(request, env) : server.app.fetch(request, env as never);

const http = serve({ fetch: fetch as never, hostname: '127.0.0.1', port: 0 }, (info: AddressInfo) => {
  console.log(`ready ${info.port}`);
});
/** Heads are signed far more often than in life, so that many a kill falls between signing and noting. */
setInterval(() => void server.checkpoint().catch(() => undefined), 50);

process.on('SIGTERM', () => {
  http.close();
  void server.close().then(() => process.exit(0));
});
