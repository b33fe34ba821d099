/**
 * One measurement in a process of its own, so that memory and caches are its own too: `inside.mjs <what> <people>
 * <seconds>`. Prints one line of JSON. `run.ts` bundles it as the product is bundled and starts it.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bytesIn, customer, ORIGIN, openWorld, PURPOSES, populate, type World } from './world';

export type Measured = {
  what: string;
  way: 'in process' | 'HTTP';
  people: number;
  /** Calls a second, by the clock and by the processor's time that they took (the machine may be shared). */
  perSecond: number;
  perCpuSecond: number;
  p50: number;
  p99: number;
  /** Answers that were not a success. */
  failed: number;
  /** Resident megabytes at the end. */
  megabytes: number;
  bytesPerAct?: number;
  decisions?: number;
};

type Call = { path: string; body: string; headers: Record<string, string> };
type App = { request(path: string, init: RequestInit): Response | Promise<Response> };

const [, , what = 'check warm', peopleText = '10000', secondsText = '4'] = process.argv;
const people = Number(peopleText);
const seconds = Number(secondsText);

const network = (n: number): string => `10.${(n >> 8) & 255}.${n & 255}.${(n >> 16) & 255}`;

/** What is asked, by number. */
function callsOf(w: World): Record<string, (n: number) => Call> {
  const headers = { authorization: `Bearer ${w.key}`, 'content-type': 'application/json' };
  const check = (n: number): Call => ({
    path: '/v1/check',
    headers,
    body: JSON.stringify({ subject: customer(n), purpose: 'newsletter', channel: 'email' }),
  });
  return {
    'check warm': (n) => check(n % Math.min(people, 5000)),
    'check cold': (n) => check(n % people),
    checks: (n) => ({
      path: '/v1/checks',
      headers,
      body: JSON.stringify({
        subjects: Array.from({ length: 1000 }, (_, i) => customer((n * 1000 + i) % Math.min(people, 10_000))),
        purposes: PURPOSES,
      }),
    }),
    consents: (n) => ({
      path: '/v1/consents',
      headers: { origin: ORIGIN, 'content-type': 'text/plain', 'x-forwarded-for': network(n) },
      body: JSON.stringify({
        site: w.site,
        visitor: `v_${String(n).padStart(22, 'B')}`,
        key: `k${n}`,
        page_token: w.pageToken(),
        notice: { id: 'main', version: 1, language: 'en' },
        choices: { analytics: 'granted', marketing: 'refused' },
        method: 'custom',
      }),
    }),
  };
}

/** The yardstick: a Hono route that parses the same body and answers a small JSON. */
function bareApp(): Hono {
  const app = new Hono();
  for (const path of ['/v1/check', '/v1/checks', '/v1/consents'])
    app.post(path, async (c) => {
      const body = (await c.req.json()) as { purpose?: string };
      return c.json({ allowed: true, reason: 'granted', purpose: body.purpose ?? null });
    });
  return app;
}

/** Calls that must have gone before the measured ones, so that these are warm. */
const WARM: Record<string, number> = { 'check warm': 5000, checks: 10 };
/** So many wait at once: writers need company for group commit, readers don't. */
const AT_ONCE: Record<string, number> = { 'check cold': 128, consents: 128 };

/** Bytes per act mean little for a handful of acts. */
const AT_LEAST: Record<string, number> = { consents: 2000 };

type Times = { took: number[]; failed: number; cpu: number; wall: number };

async function inProcess(app: App, call: (n: number) => Call, atOnce: number, first: number): Promise<Times> {
  const took: number[] = [];
  let failed = 0;
  let n = first;
  const until = performance.now() + seconds * 1000;
  const atLeast = AT_LEAST[what] ?? 0;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() < until || n < first + atLeast) {
      const { path, body, headers } = call(n++);
      const at = performance.now();
      const answer = await app.request(path, { method: 'POST', body, headers });
      if (answer.status >= 300) failed++;
      await answer.arrayBuffer();
      took.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const used = process.cpuUsage(cpu);
  return { took, failed, cpu: (used.user + used.system) / 1e6, wall: (performance.now() - begun) / 1000 };
}

function summary(t: Times): Omit<Measured, 'what' | 'people'> {
  const sorted = t.took.sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
  return {
    way: 'in process',
    perSecond: sorted.length / t.wall,
    perCpuSecond: sorted.length / t.cpu,
    p50: at(0.5),
    p99: at(0.99),
    failed: t.failed,
    megabytes: process.memoryUsage.rss() / 1e6,
  };
}

type Fired = { total: number; failed: number; p50: number; p99: number; wall: number };

/** How many different calls the load takes turns with; acts must not come twice. */
const DIFFERENT: Record<string, number> = { checks: 40, consents: 4000 * seconds };

async function overHttp(app: { fetch: unknown }, dir: string, call: (n: number) => Call, first: number) {
  const server = serve({ fetch: app.fetch as never, hostname: '127.0.0.1', port: 0 }) as Server;
  await new Promise((ready) => server.once('listening', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = join(dir, 'calls.json');
  const count = DIFFERENT[what.replace('bare ', '')] ?? 10_000;
  writeFileSync(file, JSON.stringify(Array.from({ length: count }, (_, i) => call(first + i))));
  const cpu = process.cpuUsage();
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(dirname(process.argv[1]!), 'fire.mjs'),
    url,
    String(seconds),
    file,
  ]);
  const used = process.cpuUsage(cpu);
  server.close();
  const fired = JSON.parse(stdout) as Fired;
  const busy = (used.user + used.system) / 1e6;
  return {
    way: 'HTTP' as const,
    perSecond: fired.total / fired.wall,
    perCpuSecond: fired.total / busy,
    p50: fired.p50,
    p99: fired.p99,
    failed: fired.failed,
    megabytes: process.memoryUsage.rss() / 1e6,
  };
}

async function measure(): Promise<void> {
  const bare = what.startsWith('bare ');
  const name = bare ? what.slice('bare '.length) : what;
  const w = await openWorld();
  populate(join(w.dir, 'vault-0.db'), w.secrets, 0, bare ? 0 : people);
  const call = callsOf(w)[name]!;
  const app = bare ? bareApp() : w.server.app;
  for (let n = 0; !bare && n < (WARM[name] ?? 0); n++) {
    const { path, body, headers } = call(n);
    await app.request(path, { method: 'POST', body, headers });
  }
  const before = bytesIn(w.dir);
  const inside = await inProcess(app as App, call, AT_ONCE[name] ?? 1, 0);
  const acts = inside.took.length;
  const grown =
    name === 'consents' && !bare ? await w.settled().then(() => (bytesIn(w.dir) - before) / acts) : undefined;
  const outside = await overHttp(app, w.dir, call, acts);
  const decisions = name === 'checks' ? 1000 * PURPOSES.length : undefined;
  const lines: Measured[] = [
    { what, people, ...summary(inside), bytesPerAct: grown, decisions },
    { what, people, ...outside, decisions },
  ];
  process.stdout.write(`${JSON.stringify(lines)}\n`);
  await w.close();
  process.exit(0);
}

await measure();
