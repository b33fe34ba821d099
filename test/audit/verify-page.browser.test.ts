import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERIFY_PAGE } from '../../src/audit/verify-page.gen';
import { CHROMIUM_FLAGS, findChromium } from '../../src/build/chromium';
import { buildVerifyPage } from '../../src/build/verify-page';
import { bundleOf, editLines, logOf, ORIGIN, ordinary, repack, signer } from './bundle-fixture';

const key = signer(ORIGIN);
const entries = ordinary(300);
let dir: string;
let browser: Browser;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'avow-page-'));
  browser = await chromium.launch({ executablePath: findChromium()!, args: [...CHROMIUM_FLAGS] });
});
afterAll(async () => {
  await browser.close();
  rmSync(dir, { recursive: true });
});

/** Opens the page from a file, without a network, and lets it check a bundle. */
async function check(bundle: Uint8Array, over: { keys?: string; heads?: string } = {}) {
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  const path = join(dir, 'verify.html');
  writeFileSync(path, VERIFY_PAGE);
  writeFileSync(join(dir, 'bundle.zip'), bundle);
  await page.goto(`file://${path}`);
  await page.setInputFiles('#bundle', join(dir, 'bundle.zip'));
  if (over.keys) await page.fill('#keys', over.keys);
  if (over.heads) await page.fill('#heads', over.heads);
  await page.click('button');
  await page.waitForSelector('#result h2');
  const result = await resultOf(page);
  await context.close();
  return { ...result, asked: asked.filter((url) => !url.startsWith('file:')), complaints };
}

const resultOf = async (page: Page) => ({
  verdict: await page.textContent('#result h2'),
  findings: await page.locator('#result li').allTextContents(),
  text: (await page.textContent('#result')) ?? '',
});

describe('the page in the bundle', () => {
  test('is the one that the sources make', async () => {
    expect(VERIFY_PAGE).toBe(await buildVerifyPage());
  });

  test('accepts a bundle without a network, and says that nobody vouches for its key', async () => {
    const result = await check(await bundleOf(entries, key));
    expect(result).toMatchObject({
      verdict: 'This bundle is what was logged.',
      findings: [],
      asked: [],
      complaints: [],
    });
    expect(result.text).toContain('not who made it');
  });

  test('accepts it with the right key and refuses it with another', async () => {
    const bundle = await bundleOf(entries, key);
    expect((await check(bundle, { keys: key.vkey })).verdict).toBe('This bundle is what was logged.');
    expect((await check(bundle, { keys: signer(ORIGIN).vkey })).verdict).toContain('is not what was logged');
  });

  test('names the entry that was changed', async () => {
    const changed = await repack(await bundleOf(entries, key), (files) =>
      editLines(files, (lines) => lines.with(77, lines[77]!.replace('"t":1', '"t":2'))),
    );
    const { findings } = await check(changed);
    expect(findings.some((text) => text.startsWith('Entry 77 of log v0 was changed'))).toBe(true);
  });

  test('finds with a kept head that the end was cut off', async () => {
    const head = logOf('v0', entries, key).checkpoint;
    const { findings } = await check(await bundleOf(entries.slice(0, 290), key), { keys: key.vkey, heads: head });
    expect(findings).toEqual([expect.stringContaining('had 300 entries when an earlier head was signed')]);
  });

  test('shows what stands in a bundle as text, never as markup', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const { text, complaints } = await check(await bundleOf(entries, key, { filter: { event: evil } }));
    expect(text).toContain(evil);
    expect(complaints).toEqual([]);
  });

  test('weighs little', () => {
    expect(Buffer.byteLength(VERIFY_PAGE)).toBeLessThan(40_000);
    expect(readFileSync('src/audit/verify-page.gen.ts', 'utf8')).not.toMatch(/https?:\/\//);
  });
});
