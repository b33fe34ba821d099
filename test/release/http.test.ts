import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardedHttp } from '../../src/release/http-node';

describe('calls to other systems', () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/away') return response.writeHead(302, { location: 'https://elsewhere.example' }).end();
      if (request.url === '/large') {
        response.write(Buffer.alloc(9 * 1024 * 1024));
        return response.end();
      }
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => response.setHeader('x-method', request.method!).end(body));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const dev = guardedHttp({ dev: true });

  it('carry method, headers and body there and back', async () => {
    const answer = await dev({ method: 'PATCH', url: `${base}/x`, headers: { 'x-a': 'b' }, body: 'grüße' });
    expect(answer).toMatchObject({ status: 200, body: 'grüße', headers: { 'x-method': 'PATCH' } });
  });

  it('follow no redirect', async () => {
    expect((await dev({ method: 'GET', url: `${base}/away`, headers: {} })).status).toBe(302);
  });

  it('stop reading an answer that has no end', async () => {
    await expect(dev({ method: 'GET', url: `${base}/large`, headers: {} })).rejects.toThrow('larger than');
  });

  it.each([
    'http://127.0.0.1/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'https://user:secret@192.0.2.1/',
    'ftp://192.0.2.1/',
  ])('never reach %s', async (url) => {
    await expect(guardedHttp({ dev: false })({ method: 'GET', url, headers: {} })).rejects.toThrow(
      /not public|only https|user name/,
    );
  });
});
