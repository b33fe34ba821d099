import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/** Bundles the Worker as wrangler does, for tests in workerd. Answers the path of the file. */
export async function buildWorker(outfile = join(ROOT, 'dist/worker/worker.js')): Promise<string> {
  await build({
    entryPoints: [join(ROOT, 'src/worker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'warning',
    plugins: [{ name: 'node-builtins', setup: nodeBuiltins }],
  });
  return outfile;
}

/** Packages that say `crypto` mean `node:crypto`. */
function nodeBuiltins(b: {
  onResolve(o: { filter: RegExp }, f: (a: { path: string }) => { path: string; external: boolean }): void;
}): void {
  const names =
    'assert|buffer|child_process|crypto|dns|events|fs|http|https|net|os|path|querystring|stream|string_decoder|tls|url|util|zlib|punycode|process';
  b.onResolve({ filter: new RegExp(`^(${names})(/.*)?$`) }, (a) => ({ path: `node:${a.path}`, external: true }));
}
