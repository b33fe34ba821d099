import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildWidget, snippet } from '../../src/build/widget';
import {
  axe,
  BANNER,
  harOf,
  html,
  launch,
  ready,
  SITE,
  StubServer,
  strangersOf,
  tag,
  until,
  withPage,
} from './widget-stub';

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

const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click();

/** Goes through all of the interface and gives the violations that the browser reported. */
async function violations(page: Page): Promise<string[]> {
  await page.addInitScript(
    `window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective + ' ' + e.blockedURI))`,
  );
  await page.goto(stub.url());
  await page.locator(BANNER).waitFor();
  await click(page, 'Choose');
  await page.locator('summary').first().click();
  await page.locator('#avow-accept').click();
  await until('the act is recorded', () => stub.acts.length === 1);
  await ready(page);
  return page.evaluate('broken');
}

const STRICT = `default-src 'none'; script-src 'nonce-n1'; connect-src 'self'; img-src 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types avow`;

describe('under a strict content security policy', () => {
  const gated = `<script type="text/plain" data-purpose="analytics" nonce="n1" data-src="/one.js"></script>
    <script type="text/plain" data-purpose="analytics" nonce="n1">window.two = window.one + 1</script>
    <iframe data-src="/film" data-purpose="marketing" title="Film"></iframe>`;

  test('with nonces, Trusted Types and no inline style, all of it works without one violation', () =>
    withPage(browser, async (page) => {
      stub.scripts['/one.js'] = 'window.one = 1';
      stub.config.purposes[1]?.signals.push('clarity:analytics_Storage', 'gpp:sale');
      stub.pages['/'] = {
        html: html(gated.replace(/<iframe.*/, ''), tag('nonce="n1"')),
        headers: { 'content-security-policy': STRICT },
      };
      expect(await violations(page)).toEqual([]);
      await page.waitForFunction('window.two === 2');
      expect(await page.evaluate('typeof window.clarity + typeof window.__gpp')).toBe('functionfunction');
      const look = await page.evaluate(`getComputedStyle(document.querySelector('#avow-privacy-choices')).position`);
      expect(look).toBe('fixed');
    }));

  test('the page does enforce it: the control', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html('<p style="color:red">x</p>', tag('nonce="n1"')),
        headers: { 'content-security-policy': STRICT },
      };
      expect((await violations(page)).length).toBe(1);
    }));

  test('injected markup can not borrow the trust of the widget', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          `<script type="text/plain" data-purpose="analytics">window.injected = 1</script>
           <script type="text/plain" data-purpose="necessary" data-src="/injected.js"></script>`,
          tag('nonce="n1"'),
        ),
        headers: { 'content-security-policy': `script-src 'nonce-n1' 'strict-dynamic'` },
      };
      stub.scripts['/injected.js'] = 'window.injected = 2';
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate('window.injected')).toBeUndefined();
    }));

  test('the printed snippet pins the script: the right bytes run, others do not', () =>
    withPage(browser, async (page, context) => {
      const core = stub.built.find((f) => f.name === 'v1.js');
      if (!core) throw new Error('not built');
      stub.pages['/'] = { html: html('', snippet(stub.url('').replace(/\/$/, ''), SITE, core)) };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      await context.route('**/widget/v1.js', (route) =>
        route.fulfill({
          contentType: 'text/javascript',
          body: 'window.tampered = true',
          headers: { 'access-control-allow-origin': '*' },
        }),
      );
      await page.reload();
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate('[window.tampered, window.avow]')).toEqual([undefined, undefined]);
    }));
});

describe('texts of the server', () => {
  const EVIL = [
    '<img src=x onerror=alert(1)>',
    '"><script>window.xss=1</script>',
    '[x](javascript:alert(1))',
    "';alert(1)//",
  ];

  test('are never markup: an attack in every text field shows as text', () =>
    withPage(browser, async (page) => {
      const evil = EVIL.join(' ');
      const config = stub.config;
      Object.assign(config.notice, { title: evil, text: evil });
      Object.assign(config.controller, { name: evil, contact: evil });
      for (const p of config.purposes) Object.assign(p, { name: evil, text: evil, recipients: [evil] });
      for (const s of config.services) Object.assign(s, { name: evil, vendor: evil, country: evil });
      for (const key of Object.keys(config.texts)) if (key !== 'dir') config.texts[key] = evil;
      stub.pages['/'] = {
        html: html('<iframe data-src="http://video.test/" data-purpose="marketing" title="x"></iframe>'),
      };
      await page.addInitScript(`window.alert = () => { window.xss = 1 }`);
      await page.goto(stub.url());
      await page.locator('#avow-choose').click();
      await page.locator('summary').first().click();
      expect(await page.evaluate('window.xss')).toBeUndefined();
      const made = await page.evaluate(
        `document.querySelectorAll('#avow-consent script, #avow-consent img, #avow-consent a[href^="javascript"], .avow-embed img').length`,
      );
      expect(made).toBe(0);
      expect(await page.locator(BANNER).innerText()).toContain(EVIL[0]);
    }));
});

describe('on awkward pages', () => {
  const HOSTILE: [string, string][] = [
    [
      'a reset with !important',
      '* { margin: 0 !important; padding: 0 !important; font-size: 9px !important; border: 0 !important; all: unset !important }',
    ],
    [
      'everything hidden and inert',
      'body * { display: none !important; visibility: hidden !important; opacity: 0 !important; pointer-events: none !important }',
    ],
    ['a z-index war', '#war { position: fixed; inset: 0; background: red; z-index: 2147483647 }'],
    [
      'right-to-left, upper case, huge letters',
      'html { direction: rtl; text-transform: uppercase; letter-spacing: 1em; line-height: 4; font-size: 62.5%; -webkit-text-fill-color: transparent }',
    ],
    [
      'every button hidden',
      'button, [role=region], dialog, section { display: none !important; position: static !important; transform: scale(0) !important }',
    ],
    [
      'transformed, clipped and contained',
      'html, body { transform: rotate(5deg); overflow: hidden; height: 10px; filter: blur(1px); contain: strict }',
    ],
  ];

  test.each(HOSTILE)('%s does not reach in: the buttons can be pressed and look as they should', (_, css) =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html('<main><h1>Shop</h1></main><div id="war"></div>', `<style>${css}</style>${tag()}`),
      };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      const look = await page.evaluate(`[...document.querySelectorAll('${BANNER} button')].map((b) => {
        const s = getComputedStyle(b), r = b.getBoundingClientRect();
        const top = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
        return [top === b, s.opacity, s.textTransform, s.letterSpacing, r.height >= 40, s.display, s.webkitTextFillColor === s.color].join();
      })`);
      expect(look).toEqual(Array(3).fill('true,1,none,normal,true,block,true'));
      await page.locator('#avow-choose').click();
      await page.locator('#avow-purpose-analytics').check();
      await page.locator('#avow-save').click();
      await until('the act is recorded', () => stub.acts.length === 1);
    }),
  );

  test('that remove our node get it back, with what was there, as often as they do so', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = { html: html('<main></main>') };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      for (let i = 0; i < 3; i++) {
        await page.evaluate(`document.body.replaceChildren(document.createElement('main'))`);
        await page.locator(BANNER).waitFor();
      }
      await page.evaluate(`document.documentElement.replaceChild(document.createElement('body'), document.body)`);
      await page.locator(BANNER).waitFor();
      await page.evaluate('document.adoptedStyleSheets = []; document.body.append("x")');
      await page.waitForFunction('document.adoptedStyleSheets.length === 1');
      await click(page, 'Reject all');
      await until('the act is recorded', () => stub.acts.length === 1);
    }));

  test('that fight us forever are not frozen', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          '<main></main>',
          `<script>new MutationObserver(() => document.getElementById('avow-consent')?.remove()).observe(document, { childList: true, subtree: true })</script>${tag()}`,
        ),
      };
      await page.goto(stub.url());
      await ready(page);
      await page.waitForTimeout(300);
      expect(await page.evaluate('1 + 1')).toBe(2);
    }));

  test('with a modal dialog of their own, the page and the banner stay usable', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          '<dialog id="own"><form method="dialog"><button id="ok">OK</button></form></dialog><script>own.showModal()</script>',
        ),
      };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      await page.locator('#ok').click();
      await click(page, 'Reject all');
      await until('the act is recorded', () => stub.acts.length === 1);
    }));

  test('loaded from <head> before there is a body, the banner comes when the body does', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = { html: html('<main></main>', tag('').replace(' async', '')) };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
    }));
});

describe('the shadow root', () => {
  test('on request holds the whole interface, which works and is accessible', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = { html: html('<main><h1>Shop</h1></main>', tag('data-shadow="open"')) };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(await page.evaluate(`document.querySelector('${BANNER}')`)).toBeNull();
      expect(
        await page.evaluate(
          `getComputedStyle(document.querySelector('body > div').shadowRoot.querySelector('${BANNER}')).position`,
        ),
      ).toBe('fixed');
      expect(await axe(page)).toEqual([]);
      await page.locator('#avow-choose').click();
      await page.locator('#avow-purpose-marketing').check();
      await page.locator('#avow-save').click();
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]?.choices).toEqual({ analytics: 'refused', marketing: 'granted' });
    }));
});

describe('the theme', () => {
  test('follows the custom properties, and can not make one button of the three stand out', () =>
    withPage(browser, async (page) => {
      const css = `:root { --avow-accent: rgb(20, 60, 160); --avow-on-accent: rgb(255, 255, 255); --avow-radius: 0px }
        #avow-accept-all { background: lime !important; font-size: 40px !important } #avow-reject-all { opacity: .2 !important }`;
      stub.pages['/'] = {
        html: html('<main></main>', `<style>${css}</style>${tag('data-logo="/logo.png" data-position="end"')}`),
      };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      const look = await page.evaluate(
        `[...document.querySelectorAll('${BANNER} button')].map((b) => { const s = getComputedStyle(b); return [s.backgroundColor, s.color, s.borderRadius, s.fontSize, s.opacity].join(' ') })`,
      );
      expect(look).toEqual(Array(3).fill('rgb(20, 60, 160) rgb(255, 255, 255) 0px 16px 1'));
      expect(await page.locator(`${BANNER} img`).getAttribute('src')).toBe('/logo.png');
      const box = await page.locator(BANNER).boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeGreaterThan(1200);
    }));

  test.each(['bottom', 'top', 'end', 'center'])('stands where it is told: %s', (position) =>
    withPage(browser, async (page) => {
      stub.pages['/'] = { html: html('<main></main>', tag(`data-position="${position}"`)) };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      const box = await page.locator(BANNER).boundingBox();
      if (!box) throw new Error('no banner');
      const [left, right] = [box.x, 1280 - box.x - box.width];
      const [above, below] = [box.y, 720 - box.y - box.height];
      const at = position === 'top' ? above < 20 : position === 'center' ? Math.abs(above - below) < 3 : below < 20;
      const side = position === 'start' ? left < 20 : position === 'end' ? right < 20 : Math.abs(left - right) < 3;
      expect([at, side]).toEqual([true, true]);
    }),
  );
});

describe('special categories', () => {
  test('are never part of "accept all", and have a statement of their own', () =>
    withPage(browser, async (page) => {
      const health = stub.config.purposes[2];
      if (health) Object.assign(health, { key: 'health', name: 'Health', special_category: true });
      stub.pages['/'] = { html: html('') };
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]?.choices).toEqual({ analytics: 'granted' });
      await page.reload();
      await ready(page);
      expect(await page.locator(BANNER).count()).toBe(0);
      await click(page, 'Privacy choices');
      await page
        .getByRole('checkbox', { name: 'Health Sensitive data: by switching this on I explicitly agree' })
        .check();
      await click(page, 'Save choices');
      await until('both are recorded', () => stub.acts.length === 2);
      expect(stub.acts[1]?.choices).toEqual({ analytics: 'granted', health: 'granted' });
    }));
});

describe('the build', () => {
  test('gives the same bytes each time, with types for the module', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'avow-again-'));
    const again = await buildWidget(dir);
    expect(again).toEqual(stub.built);
    const types = readFileSync(join(dir, 'v1.d.mts'), 'utf8');
    expect(types).toContain('export declare function start(');
    expect(types).not.toContain('import ');
  });

  test('makes no request to anybody else', async () => {
    stub.pages['/'] = { html: html('<main></main>') };
    const urls = await harOf(browser, async (page) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
    });
    expect(strangersOf(urls)).toEqual([]);
    expect(
      urls
        .map((u) => new URL(u).pathname)
        .filter((p) => p !== '/favicon.ico')
        .sort(),
    ).toEqual(
      ['/', '/v1/consents', `/v1/sites/${SITE}/config`, `/v1/sites/${SITE}/page-token`, '/widget/v1.js'].sort(),
    );
  });
});
