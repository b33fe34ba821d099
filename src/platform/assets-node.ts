import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file that we serve ourselves. */
export type Asset = { type: string; body: string | Uint8Array; headers?: Record<string, string> };

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mts': 'text/plain; charset=utf-8',
};

/** The built widget (`dist/widget`), to be loaded by pages of any origin: path → content. */
export function widgetAssets(dir: string): Map<string, Asset> {
  const found = existsSync(dir) ? readdirSync(dir).filter((f) => extname(f) in types) : [];
  return new Map(found.map((file) => [`/widget/${file}`, asset(readFileSync(join(dir, file)), types[extname(file)]!)]));
}

function asset(body: Uint8Array, type: string): Asset {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = {
    etag,
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  };
  return { type, body, headers };
}
