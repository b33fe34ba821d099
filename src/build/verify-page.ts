import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Builds `verify.html`, the page that verifies a bundle in a browser, and keeps it as a module, so that every export
 * carries it on both runtimes. Its policy forbids it to load or to send anything.
 *
 *   npx tsx src/build/verify-page.ts
 */
const root = resolve(import.meta.dirname, '../..');
const out = join(root, 'src/audit/verify-page.gen.ts');

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
label{display:block;margin-top:1rem;font-weight:600}textarea{width:100%;min-height:4rem;font-family:ui-monospace,monospace}
button{margin-top:1rem;font:inherit;padding:.5rem 1.5rem}.good{color:#0a6b2d}.bad{color:#b3141d}.warn{font-weight:600}
table{border-collapse:collapse;width:100%}th,td{border:1px solid;padding:.25rem .5rem;text-align:left;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){.good{color:#6fdc8f}.bad{color:#ff8a8f}}`;

const body = `<main>
<h1>Is this the log?</h1>
<p>This page checks an exported audit log in your browser. It works without a network: nothing is loaded, nothing leaves
this machine.</p>
<form id="form">
<label for="bundle">The bundle, as you received it (ZIP)</label>
<input id="bundle" type="file" accept=".zip,application/zip">
<label for="keys">Public keys that you trust, one per line (written down earlier, or published elsewhere)</label>
<textarea id="keys" spellcheck="false"></textarea>
<label for="heads">Signed heads that you kept from earlier, one below the other (optional: they show a cut or rewritten past)</label>
<textarea id="heads" spellcheck="false"></textarea>
<button type="submit">Check</button>
</form>
<section id="result" role="status" aria-live="polite"></section>
<noscript><p>This page needs JavaScript. VERIFY.md says how to check the bundle by hand.</p></noscript>
</main>`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page, the same bytes for the same sources. */
export async function buildVerifyPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/audit/verify/page.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
  });
  const script = outputFiles[0]!.text.trim();
  if (script.includes('</script')) throw new Error('the script would end its own element');
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<title>Verify an audit log</title><style>${style}</style></head>
<body>
${body}
<script>${script}</script>
</body></html>
`;
}

/** The module that contains the page. */
export const moduleOf = (page: string): string =>
  `/** Made by src/build/verify-page.ts. */\nexport const VERIFY_PAGE: string = ${JSON.stringify(page)};\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(out, moduleOf(await buildVerifyPage()));
