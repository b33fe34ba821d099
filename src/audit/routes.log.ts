import * as z from 'zod';
import { json, type Routes, route } from '../http';
import { need, Refusal, rfc3339 } from '../platform';
import { fromBase64 } from './bytes';
import { type AuditPorts, logsOf, type NamedLog } from './routes.ports';
import { parseTilePath, TILE_WIDTH } from './tile';
import { tlogProof } from './tlog-proof';

const logParam = z.string().regex(/^(registry|vault-\d{1,4})$/, 'must be registry or vault-<number>');
const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const auditors = { kind: 'scope', scope: 'audit' } as const;
const everybody = {
  kind: 'public',
  because: 'a signed head says nothing about anybody, and is worth more the more people keep it',
} as const;

/** The logs as C2SP publishes them (https://c2sp.org/tlog-tiles). */
export function logRoutes(ports: AuditPorts): Routes {
  const logOf = (name: string): NamedLog => {
    const log = logsOf(ports).find((l) => l.name === name);
    if (!log) throw new Refusal('not_found', `there is no log ${name}`);
    return log;
  };
  return [...checkpointRoutes(logsOf(ports), logOf), ...treeRoutes(logOf)];
}

type LogOf = (name: string) => NamedLog;
type Context = Parameters<NamedLog['home']['run']>[2];

function checkpointRoutes(logs: readonly NamedLog[], logOf: LogOf): Routes {
  const answers = [{ status: 200, description: 'A C2SP signed note', type: 'text/plain', schema: z.string() }];
  return [
    route({
      method: 'get',
      path: '/log/keys',
      tag: 'Log',
      summary: 'Which logs there are, and with which keys their heads are and were signed',
      description: 'Write a key down, or publish it elsewhere: a key that comes with what it signs proves little.',
      auth: everybody,
      answers: [{ status: 200, description: 'Per log its origin, its current key, and all its keys with their times' }],
      handler: async ({ context }) => json({ logs: await Promise.all(logs.map((log) => keysOf(log, context()))) }),
    }),
    route({
      method: 'get',
      path: '/log/checkpoint',
      tag: 'Log',
      summary: 'The signed head of the registry’s log, which covers the heads of all vaults',
      auth: everybody,
      answers,
      errors: ['not_found'],
      handler: async ({ context }) => checkpoint(logOf('registry'), context()),
    }),
    route({
      method: 'get',
      path: '/log/{log}/checkpoint',
      tag: 'Log',
      summary: 'The signed head of a log',
      auth: everybody,
      params: z.object({ log: logParam }),
      answers,
      errors: ['not_found'],
      handler: async ({ params, context }) => checkpoint(logOf(params.log), context()),
    }),
  ];
}

async function keysOf({ name, home }: NamedLog, context: Context) {
  const { origin, vkey, keys } = need(await home.run('log.head', {}, context));
  const time = (at: number | null) => (at === null ? null : rfc3339(at));
  return {
    log: name,
    origin,
    vkey,
    keys: keys.map((key) => ({ ...key, from: time(key.from), until: time(key.until) })),
  };
}

async function checkpoint(
  { name, home }: NamedLog,
  context: Parameters<NamedLog['home']['run']>[2],
): Promise<Response> {
  const { head } = need(await home.run('log.head', {}, context));
  if (!head) throw new Refusal('not_found', `the log ${name} has no head yet`);
  return new Response(head.note, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=2' },
  });
}

function treeRoutes(logOf: LogOf): Routes {
  return [
    route({
      method: 'get',
      path: '/log/{log}/tile/{path+}',
      tag: 'Log',
      summary: 'A tile of the tree, or a bundle of entries',
      description:
        'C2SP tlog-tiles: `tile/<level>/<index>[.p/<width>]` and `tile/entries/<index>[.p/<width>]`, the index in groups of three digits such as `x001/x234/067`.',
      auth: auditors,
      params: z.object({ log: logParam, path: z.string().max(64) }),
      answers: [
        { status: 200, description: 'Hashes or entries', type: 'application/octet-stream', schema: z.string() },
      ],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const id = parseTilePath(`tile/${params.path}`);
        const tile = id && need(await logOf(params.log).home.run('log.tile', { ...id }, context()));
        if (!id || !tile) throw new Refusal('not_found', `the published tree has no tile ${params.path}`);
        const cache = id.width === TILE_WIDTH ? 'private, max-age=31536000, immutable' : 'private, max-age=3600';
        return new Response(fromBase64(tile)! as Uint8Array<ArrayBuffer>, {
          headers: { 'content-type': 'application/octet-stream', 'cache-control': cache },
        });
      },
    }),
    route({
      method: 'get',
      path: '/log/{log}/proof/inclusion/{index}',
      tag: 'Log',
      summary: 'That an entry is in the published tree',
      description: '`proof` is the same as one C2SP tlog-proof text, to keep or to hand on.',
      auth: auditors,
      params: z.object({ log: logParam, index: count }),
      answers: [{ status: 200, description: 'Index, hashes from the leaf upwards, and the signed head' }],
      errors: ['not_found'],
      handler: async ({ params, context }) => {
        const proof = need(await logOf(params.log).home.run('log.proof', { seq: params.index }, context()));
        if (!proof) throw new Refusal('not_found', `entry ${params.index} is not published`);
        return json({ ...proof, proof: tlogProof(proof) });
      },
    }),
    route({
      method: 'get',
      path: '/log/{log}/proof/consistency/{from}/{to}',
      tag: 'Log',
      summary: 'That the tree of one size is a beginning of the tree of another',
      auth: auditors,
      params: z.object({ log: logParam, from: count, to: count }),
      answers: [{ status: 200, description: 'Hashes as in RFC 6962 §2.1.2' }],
      errors: ['not_found'],
      handler: async ({ params: { log, from, to }, context }) => {
        const proof = need(await logOf(log).home.run('log.consistency', { from, to }, context()));
        if (!proof) throw new Refusal('not_found', `the published tree has no proof from ${from} to ${to}`);
        return json({ from, to, ...proof });
      },
    }),
  ];
}
