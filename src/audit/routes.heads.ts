import * as z from 'zod';
import { json, type Routes, route } from '../http';
import { type CallContext, need, Refusal, rfc3339 } from '../platform';
import { type LogOf, logName, type NamedLog } from './routes.ports';

const everybody = {
  kind: 'public',
  because: 'a signed head says nothing about anybody, and is worth more the more people keep it',
} as const;
const answers = [{ status: 200, description: 'A C2SP signed note', type: 'text/plain', schema: z.string() }];

/** What everybody may see: keys, signed heads, signed beginnings. */
export const headRoutes = (logs: readonly NamedLog[], logOf: LogOf): Routes => [
  keysRoute(logs),
  registryRoute(logOf),
  checkpointRoute(logOf),
  minimumRoute(logOf),
];

const keysRoute = (logs: readonly NamedLog[]): Routes[number] =>
  route({
    method: 'get',
    path: '/log/keys',
    tag: 'Log',
    summary: 'Which logs there are, and with which keys their heads are and were signed',
    description: 'Write a key down, or publish it elsewhere: a key that comes with what it signs proves little.',
    auth: everybody,
    answers: [{ status: 200, description: 'Per log its origin, its current key, and all its keys with their times' }],
    handler: async ({ context }) => json({ logs: await Promise.all(logs.map((log) => keysOf(log, context()))) }),
  });

const registryRoute = (logOf: LogOf): Routes[number] =>
  route({
    method: 'get',
    path: '/log/checkpoint',
    tag: 'Log',
    summary: 'The signed head of the registry’s log, which covers the heads of all vaults',
    auth: everybody,
    answers,
    errors: ['not_found'],
    handler: async ({ context }) => checkpoint(logOf('registry'), context()),
  });

const checkpointRoute = (logOf: LogOf): Routes[number] =>
  route({
    method: 'get',
    path: '/log/{log}/checkpoint',
    tag: 'Log',
    summary: 'The signed head of a log',
    auth: everybody,
    params: z.object({ log: logName }),
    answers,
    errors: ['not_found'],
    handler: async ({ params, context }) => checkpoint(logOf(params.log), context()),
  });

const minimumRoute = (logOf: LogOf): Routes[number] =>
  route({
    method: 'get',
    path: '/log/{log}/minimum',
    tag: 'Log',
    summary: 'The signed statement of where a log begins, when its first entries were pruned',
    auth: everybody,
    params: z.object({ log: logName }),
    answers,
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const { minimum } = need(await logOf(params.log).home.run('log.head', {}, context()));
      if (!minimum) throw new Refusal('not_found', `the log ${params.log} begins with its first entry`);
      return text(minimum.note);
    },
  });

async function keysOf({ name, home }: NamedLog, context: CallContext) {
  const { origin, vkey, keys } = need(await home.run('log.head', {}, context));
  const time = (at: number | null) => (at === null ? null : rfc3339(at));
  return {
    log: name,
    origin,
    vkey,
    keys: keys.map((key) => ({ ...key, from: time(key.from), until: time(key.until) })),
  };
}

async function checkpoint({ name, home }: NamedLog, context: CallContext): Promise<Response> {
  const { head } = need(await home.run('log.head', {}, context));
  if (!head) throw new Refusal('not_found', `the log ${name} has no head yet`);
  return text(head.note);
}

const text = (note: string): Response =>
  new Response(note, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=2' },
  });
