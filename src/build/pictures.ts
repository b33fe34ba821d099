import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { chromium } from 'playwright-core';
import { startDemo } from '../demo';
import { openNode } from '../node';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium';

/**
 * Makes the pictures of the README from the running demo: the log, exported and verified in a browser without network,
 * and the console. `npx tsx src/build/pictures.ts`; the widget's own pictures come from its own script.
 */
const root = resolve(import.meta.dirname, '../..');
const out = join(root, 'widget/docs');
const dir = mkdtempSync(join(tmpdir(), 'avow-pictures-'));

const found = ensureChromium();
if (!found.ok) throw new Error(found.message);
const demo = await startDemo({
  open: openNode,
  port: 0,
  dataDir: join(dir, 'data'),
  widgetDir: join(root, 'dist/widget'),
  customers: 60,
});
const browser = await chromium.launch({ executablePath: found.path, args: [...CHROMIUM_FLAGS] });
try {
  await verifying();
  await theConsole();
} finally {
  await browser.close();
  await demo.close();
  rmSync(dir, { recursive: true, force: true });
}

async function verifying(): Promise<void> {
  const { api_url, keys } = demo.facts;
  const headers = { authorization: `Bearer ${keys.secret}`, 'content-type': 'application/json' };
  await demo.server.checkpoint();
  const order = (await (
    await fetch(`${api_url}/v1/audit/exports`, { method: 'POST', headers, body: '{}' })
  ).json()) as { content_url: string };
  const bundle = new Uint8Array(await (await fetch(new URL(order.content_url, api_url), { headers })).arrayBuffer());
  writeFileSync(join(dir, 'log.zip'), bundle);
  writeFileSync(join(dir, 'verify.html'), unzipSync(bundle)['verify.html']!);
  const page = await (await browser.newContext({ offline: true, viewport: { width: 1000, height: 760 } })).newPage();
  await page.goto(`file://${join(dir, 'verify.html')}`);
  await page.setInputFiles('#bundle', join(dir, 'log.zip'));
  await page.click('button');
  await page.waitForSelector('#result h2', { timeout: 120_000 });
  await page.locator('#result').scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(out, 'verify.png') });
}

async function theConsole(): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(demo.facts.console_url);
  await page.getByRole('button').first().click();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(out, 'console.png') });
}
