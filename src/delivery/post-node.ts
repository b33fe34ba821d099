import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Post } from './pump';

/** Networks that no webhook may reach: our own machine, private and special ranges (RFC 6890 and its registries). */
const closed = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  closed.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  closed.addSubnet(net, bits, 'ipv6');

export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && !closed.check(address, family === 6 ? 'ipv6' : 'ipv4');
};

const TIMEOUT = 15_000;

/**
 * Posts to a public address only: https, no user name, standard or high port; the name is resolved once, every address
 * is checked, and the connection goes to the very address that was checked (no DNS rebinding). Redirects aren't followed.
 * `dev` allows http and the loopback address.
 */
export function guardedPost(options: { dev: boolean }): Post {
  return async (target, headers, body) => {
    const url = new URL(target);
    if (url.username || url.password) throw new Error('an address with a user name is refused');
    if (url.protocol !== 'https:' && !options.dev) throw new Error('only https is allowed');
    const address = await safeAddress(url.hostname.replace(/^\[|\]$/g, ''), options.dev);
    return send(url, address, headers, body);
  };
}

async function safeAddress(host: string, dev: boolean): Promise<{ address: string; family: number }> {
  const found = await lookup(host, { all: true });
  const bad = found.find((a) => !isPublicAddress(a.address) && !(dev && isLoopback(a.address)));
  if (found.length === 0 || bad) throw new Error(`the address of ${host} is not public`);
  return found[0]!;
}

const isLoopback = (a: string): boolean => a === '::1' || a.startsWith('127.');

function send(
  url: URL,
  at: { address: string; family: number },
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; retryAfter?: number }> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        timeout: TIMEOUT,
        lookup: (_host, o, done) =>
          typeof o === 'object' && o.all
            ? (done as never as (e: null, a: unknown[]) => void)(null, [at])
            : done(null, at.address, at.family),
      },
      (answer) => {
        answer.resume();
        const after = Number(answer.headers['retry-after']);
        resolve({ status: answer.statusCode ?? 0, retryAfter: Number.isFinite(after) ? after : undefined });
      },
    );
    const limit = setTimeout(() => call.destroy(new Error('no answer within 15 s')), TIMEOUT);
    call.on('error', reject);
    call.on('timeout', () => call.destroy(new Error('no answer within 15 s')));
    call.on('close', () => clearTimeout(limit));
    call.end(body);
  });
}
