import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BANNER, html, launch, ready, StubServer, until, withPage } from './widget-stub';

const stub = new StubServer();
let browser: Browser;
beforeAll(async () => {
  await stub.start();
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await stub.stop();
});
beforeEach(() => stub.reset());

const GATED = `
<script type="text/plain" data-purpose="analytics" src="http://stats.test:PORT/first.js"></script>
<script type="text/plain" data-purpose="analytics">window.ranInline = (window.ranInline || 0) + 1; window.sawFirst = window.firstRan === true;</script>
<script type="text/plain" data-purpose="marketing">window.ranMarketing = true;</script>
<script type="text/plain" data-purpose="nobody-declared-this">window.ranUnknown = true;</script>`;

const gatedPage = (): void => {
  stub.scripts['/first.js'] =
    'window.firstRan = true; document.cookie = "_st_id=1;path=/"; localStorage.setItem("stats-queue", "1");';
  stub.pages['/'] = { html: html(`<main><h1>Shop</h1>${GATED.replaceAll('PORT', String(stub.port))}</main>`) };
};

describe('before a choice', () => {
  test('nothing is stored, nothing gated is requested, and the banner offers three buttons of one kind', () =>
    withPage(browser, async (page, context) => {
      gatedPage();
      await page.goto(stub.url());
      const banner = page.locator(BANNER);
      await banner.waitFor();
      expect(await banner.getByRole('button').allTextContents()).toEqual(['Reject all', 'Accept all', 'Choose']);
      const look = await page.evaluate(
        `[...document.querySelectorAll('${BANNER} button')].map((b) => { const s = getComputedStyle(b); return [s.color, s.backgroundColor, s.fontSize, s.fontWeight, s.borderColor, b.offsetWidth, b.offsetHeight].join() })`,
      );
      expect(new Set(look as string[]).size).toBe(1);
      expect(await context.cookies()).toEqual([]);
      expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
      expect(stub.asked('stats.test')).toEqual([]);
      expect(await page.evaluate('avow.allows("analytics")')).toBe(false);
      expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
    }));

  test('the page is named: controller, purposes, recipients, and that the choice can be withdrawn', () =>
    withPage(browser, async (page) => {
      gatedPage();
      await page.goto(stub.url());
      const text = await page.locator(BANNER).innerText();
      for (const part of ['Shop AG, Berlin', 'Analytics, Marketing', 'Recipients: 2', 'withdraw', 'how we work'])
        expect(text).toContain(part);
    }));
});

describe('a choice', () => {
  test('accept all opens the gates in document order, records one act as text/plain, and keeps the subject token', () =>
    withPage(browser, async (page) => {
      gatedPage();
      await page.goto(stub.url());
      await page.getByRole('button', { name: 'Accept all' }).click();
      await page.waitForFunction('window.ranInline === 1 && window.ranMarketing');
      expect(await page.evaluate('[window.sawFirst, window.ranUnknown]')).toEqual([true, undefined]);
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]).toMatchObject({
        choices: { analytics: 'granted', marketing: 'granted' },
        method: 'accept_all',
        notice: { id: 'ntc_1', version: 3, language: 'en' },
      });
      expect(stub.acts[0]?.page_token).toMatch(/^pt_/);
      expect(stub.asked('/v1/consents')[0]?.type).toMatch(/^text\/plain/);
      expect(stub.seen.filter((s) => s.method === 'OPTIONS')).toEqual([]);
      await until('the token is kept', async () =>
        Boolean(await page.evaluate(`(JSON.parse(localStorage['avow:pk_test']).token || '').startsWith('st_v_')`)),
      );
      await page.reload();
      await page.waitForFunction('window.ranInline === 1');
      await ready(page);
      expect(await page.locator(BANNER).count()).toBe(0);
    }));

  test('reject all opens nothing, and needs no page token', () =>
    withPage(browser, async (page) => {
      gatedPage();
      await page.goto(stub.url());
      await page.getByRole('button', { name: 'Reject all' }).click();
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]).toMatchObject({
        choices: { analytics: 'refused', marketing: 'refused' },
        method: 'reject_all',
      });
      expect(stub.acts[0]?.page_token).toBeUndefined();
      await page.reload();
      await ready(page);
      expect(await page.evaluate('[window.ranInline, window.ranMarketing]')).toEqual([undefined, undefined]);
      expect(stub.asked('stats.test')).toEqual([]);
      expect(await page.locator(BANNER).count()).toBe(0);
    }));

  test('the preferences offer each purpose off, and save what was ticked', () =>
    withPage(browser, async (page) => {
      gatedPage();
      await page.goto(stub.url());
      await page.getByRole('button', { name: 'Choose' }).click();
      const dialog = page.getByRole('dialog', { name: 'Privacy choices' });
      const boxes = dialog.getByRole('checkbox');
      expect(await boxes.count()).toBe(3);
      expect(await dialog.getByRole('checkbox', { name: 'Necessary' }).isDisabled()).toBe(true);
      expect(await dialog.getByRole('checkbox', { name: 'Analytics' }).isChecked()).toBe(false);
      await dialog.getByRole('checkbox', { name: 'Analytics' }).check();
      await dialog.getByRole('button', { name: 'Save choices' }).click();
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]).toMatchObject({ choices: { analytics: 'granted', marketing: 'refused' }, method: 'custom' });
      expect(await page.evaluate('[avow.allows("analytics"), avow.allows("marketing")]')).toEqual([true, false]);
      expect(await page.getByRole('dialog').count()).toBe(0);
    }));
});

describe('the size', () => {
  test('the core stays in its budget, and server code, add-ons and string sinks stay out of it', async () => {
    const core = await fetch(`http://127.0.0.1:${stub.port}/widget/v1.js`).then((r) => r.text());
    expect(stub.built.find((f) => f.name === 'v1.js')?.brotli).toBeLessThanOrEqual(8000);
    const strangers =
      /\b(?:zod|hono|drizzle|innerHTML|outerHTML|eval\(|new Function|__gpp|uetq|clarity|react|document\.write)/;
    expect(core.match(strangers)?.[0]).toBeUndefined();
  });
});
