import * as z from 'zod';
import { json, type Routes, route } from '../http';
import { need, Refusal } from '../platform';
import { fromBase64 } from './bytes';
import { headRoutes } from './routes.heads';
import { type AuditPorts, type LogOf, logName, logsOf } from './routes.ports';
import { parseTilePath, TILE_WIDTH } from './tile';
import { tlogProof } from './tlog-proof';

const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const auditors = { kind: 'scope', scope: 'audit' } as const;

/** The logs as C2SP publishes them (https://c2sp.org/tlog-tiles). */
export function logRoutes(ports: AuditPorts): Routes {
  const logOf: LogOf = (name) => {
    const log = logsOf(ports).find((l) => l.name === name);
    if (!log) throw new Refusal('not_found', `there is no log ${name}`);
    return log;
  };
  return [...headRoutes(logsOf(ports), logOf), tileRoute(logOf), inclusionRoute(logOf), consistencyRoute(logOf)];
}

const tileRoute = (logOf: LogOf): Routes[number] =>
  route({
    method: 'get',
    path: '/log/{log}/tile/{path+}',
    tag: 'Log',
    summary: 'A tile of the tree, or a bundle of entries',
    description:
      'C2SP tlog-tiles: `tile/<level>/<index>[.p/<width>]` and `tile/entries/<index>[.p/<width>]`, the index in groups of three digits such as `x001/x234/067`.',
    auth: auditors,
    params: z.object({ log: logName, path: z.string().max(64) }),
    answers: [{ status: 200, description: 'Hashes or entries', type: 'application/octet-stream', schema: z.string() }],
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
  });

const inclusionRoute = (logOf: LogOf): Routes[number] =>
  route({
    method: 'get',
    path: '/log/{log}/proof/inclusion/{index}',
    tag: 'Log',
    summary: 'That an entry is in the published tree',
    description: '`proof` is the same as one C2SP tlog-proof text, to keep or to hand on.',
    auth: auditors,
    params: z.object({ log: logName, index: count }),
    answers: [{ status: 200, description: 'Index, hashes from the leaf upwards, and the signed head' }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const proof = need(await logOf(params.log).home.run('log.proof', { seq: params.index }, context()));
      if (!proof) throw new Refusal('not_found', `entry ${params.index} is not published`);
      return json({ ...proof, proof: tlogProof(proof) });
    },
  });

const consistencyRoute = (logOf: LogOf): Routes[number] =>
  route({
    method: 'get',
    path: '/log/{log}/proof/consistency/{from}/{to}',
    tag: 'Log',
    summary: 'That the tree of one size is a beginning of the tree of another',
    auth: auditors,
    params: z.object({ log: logName, from: count, to: count }),
    answers: [{ status: 200, description: 'Hashes as in RFC 6962 §2.1.2' }],
    errors: ['not_found'],
    handler: async ({ params: { log, from, to }, context }) => {
      const proof = need(await logOf(log).home.run('log.consistency', { from, to }, context()));
      if (!proof) throw new Refusal('not_found', `the published tree has no proof from ${from} to ${to}`);
      return json({ from, to, ...proof });
    },
  });
