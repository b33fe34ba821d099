import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWidget } from '../../src/build/widget';
import { html, launch, StubServer, until, withPage } from '../browser/widget-stub';

const stub = new StubServer();
let browser: Browser;
let bundle = '';

const APP = `
import { StrictMode, createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { useConsent, openPreferences } from 'avow/react';
let renders = 0;
const App = () => h('div', null, h('output', null, useConsent('analytics') ? 'on' : 'off'), h('button', { id: 'own', onClick: openPreferences }, 'Privacy'));
createRoot(document.getElementById('app')).render(h(StrictMode, null, h(App)));`;

/** React itself comes from npm, into a folder of its own: the product doesn't depend on it. */
beforeAll(async () => {
  await stub.start();
  browser = await launch();
  const dir = mkdtempSync(join(tmpdir(), 'avow-react-'));
  writeFileSync(
    join(dir, 'package.json'),
    JSON.stringify({ private: true, dependencies: { react: '19.2.0', 'react-dom': '19.2.0' } }),
  );
  execFileSync('npm', ['i', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'], { cwd: dir });
  await buildWidget(join(dir, 'widget'));
  const built = await build({
    stdin: { contents: APP, resolveDir: dir },
    bundle: true,
    write: false,
    define: { 'process.env.NODE_ENV': '"development"' },
    alias: { 'avow/react': join(dir, 'widget/react.mjs') },
    nodePaths: [join(dir, 'node_modules')],
  });
  bundle = built.outputFiles[0]?.text ?? '';
}, 180_000);
afterAll(async () => {
  await browser.close();
  await stub.stop();
});

test('a component in strict mode follows the choice, and its own button opens the preferences', () =>
  withPage(browser, async (page) => {
    const faults: string[] = [];
    page.on('console', (m) => m.type() === 'error' && faults.push(m.text()));
    stub.scripts['/app.js'] = bundle;
    stub.pages['/'] = { html: html('<div id="app"></div><script src="/app.js"></script>') };
    await page.goto(stub.url());
    const shows = (text: string) => until(text, async () => (await page.locator('output').textContent()) === text);
    await shows('off');
    await page.locator('#avow-accept-all').click();
    await shows('on');
    await page.locator('#own').click();
    await page.locator('dialog #avow-reject').click();
    await shows('off');
    expect(faults).toEqual([]);
  }));
