/**
 * The load, in a process of its own, so that the server's processor time is its own: `fire.mjs <url> <seconds> <file>`.
 * The file holds the calls as JSON; they are sent in turn over 64 connections. Prints one line of JSON.
 */
import { readFileSync } from 'node:fs';
import autocannon, { type Request } from 'autocannon';

const [, , url = '', seconds = '4', file = ''] = process.argv;
const calls = JSON.parse(readFileSync(file, 'utf8')) as Request[];
let n = 0;
const result = await autocannon({
  url,
  connections: 64,
  duration: Number(seconds),
  requests: [{ method: 'POST', setupRequest: (r) => ({ ...r, method: 'POST', ...calls[n++ % calls.length] }) }],
});
process.stdout.write(
  `${JSON.stringify({
    total: result.requests.total,
    failed: result.non2xx + result.errors,
    p50: result.latency.p50,
    p99: result.latency.p99,
    wall: result.duration,
  })}\n`,
);
