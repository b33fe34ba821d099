import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isPublicAddress } from '../delivery/post-node';
import type { Http, HttpAnswer, HttpRequest } from '../platform';

const TIMEOUT = 30_000;
const MAX_BODY = 8 * 1024 * 1024;

/**
 * Calls other systems at public addresses only: https, no user name; the name is resolved once and the connection goes to
 * the address that was checked (no DNS rebinding). Redirects aren't followed. `dev` allows http and the loopback address.
 */
export function guardedHttp(options: { dev: boolean }): Http {
  return async (request) => {
    const url = new URL(request.url);
    if (url.username || url.password) throw new Error('an address with a user name is refused');
    if (url.protocol !== 'https:' && !(options.dev && url.protocol === 'http:'))
      throw new Error('only https is allowed');
    const address = await safeAddress(url.hostname.replace(/^\[|\]$/g, ''), options.dev);
    return call(url, address, request);
  };
}

type Address = { address: string; family: number };

async function safeAddress(host: string, dev: boolean): Promise<Address> {
  const found = await lookup(host, { all: true });
  const bad = found.find((a) => !isPublicAddress(a.address) && !(dev && isLoopback(a.address)));
  if (found.length === 0 || bad) throw new Error(`the address of ${host} is not public`);
  return found[0]!;
}

const isLoopback = (a: string): boolean => a === '::1' || a.startsWith('127.');

function call(url: URL, at: Address, { method, headers, body }: HttpRequest): Promise<HttpAnswer> {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = open(url, { method, headers: { ...headers, ...length }, lookup: always(at) }, (answer) => {
      read(answer).then(resolve, (e) => {
        sent.destroy();
        reject(e);
      });
    });
    const limit = setTimeout(() => sent.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)), TIMEOUT);
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(limit));
    sent.end(body);
  });
}

/** Answers every question for a name with the address that was checked. */
const always =
  (at: Address) =>
  (_host: string, options: { all?: boolean }, done: (e: null, a: never, family?: number) => void): void => {
    if (options.all) done(null, [at] as never);
    else done(null, at.address as never, at.family);
  };

async function read(answer: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += (chunk as Buffer).byteLength;
    if (size > MAX_BODY) throw new Error(`the answer is larger than ${MAX_BODY} bytes`);
    chunks.push(chunk as Buffer);
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  return { status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') };
}
