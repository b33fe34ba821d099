import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { buildWidget, report } from './widget';

/** `npm run build`: the widget, the files that Cloudflare serves, and the command. */
const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'dist');

async function buildCommand(): Promise<void> {
  await build({
    entryPoints: { cli: join(root, 'src/cli.ts') },
    outdir: dist,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    sourcemap: true,
    logLevel: 'warning',
    chunkNames: 'chunks/[name]-[hash]',
  });
  chmodSync(join(dist, 'cli.js'), 0o755);
}

rmSync(join(dist, 'chunks'), { recursive: true, force: true });
const widget = await buildWidget(join(dist, 'widget'));
console.log(report(widget));
mkdirSync(join(dist, 'public'), { recursive: true });
cpSync(join(dist, 'widget'), join(dist, 'public/widget'), { recursive: true });
await buildCommand();
