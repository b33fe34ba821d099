import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { type BuildOptions, build, type Plugin, transform } from 'esbuild';
import { minify } from 'rolldown/utils';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** What a page downloads for banner, preferences, gating, GPC and Consent Mode. Brotli quality 11. */
export const CORE_BUDGET = 8000;

export type BuiltFile = {
  /** Name under `dist/widget/`. */
  name: string;
  bytes: number;
  /** Bytes at brotli quality 11. */
  brotli: number;
  /** Value for the `integrity` attribute. */
  integrity: string;
};

/** Style sheets become strings, minified, so that the widget can adopt them without a style tag. */
const cssText: Plugin = {
  name: 'css-text',
  setup: (b) => {
    b.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true })).code.trim(),
      loader: 'text',
    }));
  },
};

/** Names that neither the page, the wire nor the device's storage ever sees. */
const INTERNAL =
  /^(optional|mustAsk|prepare|reread|changed|flush|sweep|render|keep|saved|courier|memory|sign|accept|reject|share|read|change|ask)$/;

const shared: BuildOptions = {
  bundle: true,
  minify: true,
  write: false,
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  mangleProps: INTERNAL,
  plugins: [cssText],
};

type Entry = { name: string; entry: string; format: 'iife' | 'esm'; banner?: string };

/** Loaded by the core where a site's signals name them. */
const ADD_ONS: Entry[] = [
  { name: 'vendors.js', entry: 'addons/vendors.ts', format: 'iife' },
  { name: 'gpp.js', entry: 'addons/gpp.ts', format: 'iife' },
];

const EXTRAS: Entry[] = [
  { name: 'stub.js', entry: 'stub.ts', format: 'iife' },
  { name: 'react.mjs', entry: 'react.ts', format: 'esm', banner: `import { useSyncExternalStore } from 'react';` },
];

const CORE: Entry[] = [
  { name: 'v1.js', entry: 'v1.ts', format: 'iife' },
  { name: 'v1.mjs', entry: 'esm.ts', format: 'esm' },
];

const brotli = (bytes: Uint8Array): number =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

async function bundle({ name, entry, format, banner = '' }: Entry, out: string, define = {}): Promise<BuiltFile> {
  const entryPoints = [join(ROOT, 'widget', entry)];
  const { outputFiles } = await build({ ...shared, entryPoints, format, banner: { js: banner }, define });
  const { code } = await minify(name, outputFiles?.[0]?.text ?? '', { mangle: true, compress: { target: 'es2022' } });
  const bytes = Buffer.from(code);
  writeFileSync(join(out, name), bytes);
  const integrity = `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
  return { name, bytes: bytes.length, brotli: brotli(bytes), integrity };
}

/** Declarations for both module builds; `types.ts` has no imports, so its text is the declaration. */
function writeTypes(out: string): void {
  const types = readFileSync(join(ROOT, 'widget/types.ts'), 'utf8');
  writeFileSync(
    join(out, 'v1.d.mts'),
    `${types}\n/** Starts the widget, once per page. */\nexport declare function start(options: StartOptions, nonce?: string): Avow;\n`,
  );
  writeFileSync(
    join(out, 'react.d.mts'),
    'export declare function useConsent(purpose: string): boolean;\nexport declare function openPreferences(): void;\n',
  );
}

/**
 * The tags to paste, with the integrity hash. `api` is the origin that serves the widget. Where the language of the page
 * is known, the configuration is fetched beside the script instead of after it.
 */
export function snippet(api: string, siteKey: string, core: BuiltFile, language?: string): string {
  const script = `<script src="${api}/widget/v1.js" data-site="${siteKey}"${
    language ? ` data-lang="${language}"` : ''
  } integrity="${core.integrity}" crossorigin="anonymous" async></script>`;
  if (!language) return script;
  const config = `${api}/v1/sites/${siteKey}/config?lang=${language}`;
  return `<link rel="preload" as="fetch" href="${config}" crossorigin="anonymous">\n${script}`;
}

/**
 * Builds every file of the widget into `outDir` (by default `dist/widget`) and says how large each is. The same sources
 * give the same bytes. Throws when the core is over its budget.
 */
export async function buildWidget(outDir = join(ROOT, 'dist/widget')): Promise<BuiltFile[]> {
  mkdirSync(outDir, { recursive: true });
  const addOns: BuiltFile[] = [];
  for (const entry of ADD_ONS) addOns.push(await bundle(entry, outDir));
  const hashes = Object.fromEntries(addOns.map((f) => [f.name.replace('.js', ''), f.integrity]));
  const built: BuiltFile[] = [];
  for (const entry of CORE) built.push(await bundle(entry, outDir, { ADD_ONS: JSON.stringify(hashes) }));
  for (const entry of EXTRAS) addOns.push(await bundle(entry, outDir));
  writeTypes(outDir);
  const core = built[0] as BuiltFile;
  if (core.brotli > CORE_BUDGET) throw new Error(`widget/v1.js is ${core.brotli} bytes brotli, over ${CORE_BUDGET}`);
  return [...built, ...addOns];
}

/** One line per file, for the build's output. */
export const report = (built: BuiltFile[]): string =>
  built
    .map((f) => `${f.name.padEnd(12)} ${String(f.bytes).padStart(7)} B ${String(f.brotli).padStart(6)} B br`)
    .join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await buildWidget();
  console.log(report(built));
  console.log(snippet('https://consent.example', 'pk_…', built[0] as BuiltFile));
}
