import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_FLAGS, ensureChromium } from '../../src/build/chromium';
import { buildWidget } from '../../src/build/widget';
import { type Demo, startDemo } from '../../src/demo';
import { openNode } from '../../src/node';

/** The demo's own shop, in a real browser, from the first click to the verified log. */
describe('a visitor of the demo shop', () => {
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  let dir: string;

  const api = async (path: string, body: unknown) => {
    const answer = await fetch(`${demo.facts.api_url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo.facts.keys.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const check = async (purpose: string) =>
    (await api('/v1/check', { subject: { type: 'email', id: demo.facts.known_email }, purpose })).body;
  const loaded = async () =>
    (await (await fetch(`${demo.facts.site_url}/loaded.json`)).json()) as { purpose: string }[];
  const until = async <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> => {
    for (let i = 0; i < 120; i++) {
      const found = await look();
      if (found) return found;
      await new Promise((r) => setTimeout(r, 250));
    }
    throw new Error(`waited in vain for ${what}`);
  };
  type Mail = { id: string; subject: string; text: string };
  const mails = async () =>
    (await (
      await fetch(`${demo.facts.mailbox_url}/api/messages?to=${encodeURIComponent(demo.facts.known_email)}`)
    ).json()) as Mail[];
  const linkIn = (mail: Mail) => /https?:\/\/\S+/.exec(mail.text)![0];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'avow-journey-'));
    await buildWidget(join(dir, 'widget'));
    const widgetDir = join(dir, 'widget');
    demo = await startDemo({
      open: openNode,
      port: 0,
      dataDir: join(dir, 'data'),
      widgetDir,
      customers: 24,
      strangers: 6,
    });
    const found = ensureChromium();
    if (!found.ok) throw new Error(found.message);
    browser = await chromium.launch({ executablePath: found.path, args: [...CHROMIUM_FLAGS] });
    page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('lets nothing load before a choice, accepts statistics and refuses the rest', async () => {
    await page.goto(`${demo.facts.site_url}/en`);
    await page.getByRole('button', { name: /reject/i }).waitFor();
    expect(await loaded()).toEqual([]);
    await page
      .getByRole('button', { name: /choose|preferences|settings/i })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: /what is read and used/i }).check();
    await dialog.getByRole('button', { name: /save/i }).click();
    await until('the statistics script', async () => (await loaded()).some((h) => h.purpose === 'analytics'));
    expect((await loaded()).every((h) => h.purpose === 'analytics')).toBe(true);
  });

  it('is tied to the customer at sign-in, and the CRM learns what it may', async () => {
    await page.goto(`${demo.facts.site_url}/en/sign-in`);
    const field = page.getByLabel(/mail/i).first();
    await field.fill(demo.facts.known_email);
    await field.press('Enter');
    await until('the link', async () => (await check('analytics')).allowed === true);
    expect(await check('ads_sharing')).toMatchObject({ allowed: false, reason: 'refused' });
  });

  it('withdraws, and the very next check says no', async () => {
    await page.goto(`${demo.facts.site_url}/en`);
    await page.waitForFunction(() => 'avow' in globalThis);
    await page.evaluate(async () => {
      const { avow } = globalThis as unknown as { avow: { ready: Promise<void>; withdraw(purpose?: string): unknown } };
      await avow.ready;
      await avow.withdraw('analytics');
    });
    await until('the withdrawal', async () => (await check('analytics')).allowed === false);
    expect(await check('analytics')).toMatchObject({ allowed: false, reason: 'withdrawn' });
  });

  it('gets their data after confirming by mail', async () => {
    const asked = await api('/v1/requests', {
      right: 'access',
      subject: { type: 'email', id: demo.facts.known_email },
    });
    expect(asked.status).toBe(202);
    const first = await until('the confirmation mail', async () => (await mails())[0]);
    await page.goto(linkIn(first));
    await page.getByRole('button').first().click();
    const ready = await until('the mail with the package', async () => (await mails()).find((m) => m.id !== first.id));
    await page.goto(linkIn(ready));
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button').first().click()]);
    const names = Object.keys(unzipSync(readFileSync((await download.path())!)));
    expect(names).toEqual(expect.arrayContaining(['index.html', 'manifest.json']));
  });

  it('leaves a log that the command verifies offline, and not after one byte has changed', async () => {
    await demo.server.checkpoint();
    const order = await api('/v1/audit/exports', {});
    const url = new URL(String(order.body.content_url), demo.facts.api_url);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${demo.facts.keys.secret}` } });
    const bundle = Buffer.from(await answer.arrayBuffer());
    const file = join(dir, 'log.zip');
    writeFileSync(file, bundle);
    const avow = () =>
      execFileSync(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'verify', file], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    expect(avow()).toContain('intact');
    bundle[Math.floor(bundle.length / 2)]! ^= 1;
    writeFileSync(file, bundle);
    expect(avow).toThrow();
  });

  it('leaves no address in any file in the clear', () => {
    const data = demo.facts.data_dir;
    const files = readdirSync(data).filter((f) => f.includes('.db'));
    expect(files.length).toBeGreaterThan(2);
    for (const f of files) {
      expect(readFileSync(join(data, f)).includes(Buffer.from(demo.facts.known_email)), f).toBe(false);
    }
  });
});
