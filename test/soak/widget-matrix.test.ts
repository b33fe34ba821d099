import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/consent/texts';
import {
  axe,
  BANNER,
  californian,
  configOf,
  html,
  launch,
  ready,
  StubServer,
  tag,
  until,
  withPage,
} from '../browser/widget-stub';

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

const PAGE = `<main><h1>Shop</h1><p>Text <a href="#x">link</a></p>
  <iframe data-src="http://video.test/film" data-purpose="marketing" title="Film" width="280" height="160"></iframe></main>`;

type Look = { name: string; options: BrowserContextOptions };
const WIDTHS = [320, 360, 768, 1280, 1920];
const LOOKS: Look[] = WIDTHS.flatMap((width) => [
  { name: `${width} light`, options: { viewport: { width, height: 640 } } },
  { name: `${width} dark`, options: { viewport: { width, height: 640 }, colorScheme: 'dark' } },
  { name: `${width} forced`, options: { viewport: { width, height: 640 }, forcedColors: 'active' } },
  { name: `${width} low`, options: { viewport: { width, height: 256 }, reducedMotion: 'reduce' } },
]);
const POSITIONS = ['bottom', 'top', 'start', 'end', 'center'];

describe.each(LOOKS)('at $name', ({ options }) => {
  test.each(POSITIONS)('standing at %s, axe finds nothing and every button can be pressed', (position) =>
    withPage(
      browser,
      async (page) => {
        stub.pages['/'] = { html: html(PAGE, tag(`data-position="${position}"`)) };
        await page.goto(stub.url());
        await page.locator(BANNER).waitFor();
        expect(await axe(page)).toEqual([]);
        await page.locator('#avow-choose').click();
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await axe(page)).toEqual([]);
        await page.locator('#avow-purpose-analytics').check();
        await page.locator('#avow-save').click();
        await until('the act is recorded', () => stub.acts.length === 1);
      },
      options,
    ),
  );
});

describe.each(LANGUAGES.map((l) => l.language))('in %s', (language) => {
  test.each([320, 1280])(
    'at %i wide nothing is cut off, nothing scrolls sideways, yes and no weigh the same',
    (width) =>
      withPage(
        browser,
        async (page) => {
          stub.config = configOf(language);
          stub.pages['/'] = { html: html(PAGE) };
          await page.goto(stub.url());
          await page.locator(BANNER).waitFor();
          const cut = `(scope) => [...document.querySelectorAll(scope + ' button, ' + scope)].filter((b) => b.scrollWidth > b.clientWidth + 1).length`;
          expect(await page.evaluate(`(${cut})('${BANNER}')`)).toBe(0);
          const boxes = await page.evaluate(
            `['accept', 'reject'].map((n) => { const r = document.querySelector('#avow-' + n + '-all').getBoundingClientRect(); return [r.width, r.height].map(Math.round).join() })`,
          );
          expect(new Set(boxes as string[]).size).toBe(1);
          await page.locator('#avow-choose').click();
          expect(await page.evaluate(`(${cut})('dialog')`)).toBe(0);
          expect(await axe(page)).toEqual([]);
          await page.locator('#avow-reject').click();
          await until('the act is recorded', () => stub.acts.length === 1);
        },
        { viewport: { width, height: 700 } },
      ),
  );
});

/** Every way of choosing, from every state that a choice can be in, in both kinds of region. */
const ACTS = ['accept', 'reject', 'analytics', 'marketing', 'withdraw'] as const;
const PATHS = ACTS.flatMap((a) => ACTS.flatMap((b) => ACTS.map((c) => [a, b, c] as const)));

describe.each(['DE', 'US-CA'])('in %s', (region) => {
  test.each(PATHS)('after %s, then %s, then %s, what is allowed is what was said last', (...path) =>
    withPage(browser, async (page) => {
      stub.config = region === 'DE' ? configOf() : californian();
      stub.pages['/'] = { html: html(PAGE) };
      const open = {
        accept: [true, true],
        reject: [false, false],
        analytics: [true, false],
        marketing: [false, true],
        withdraw: [false, false],
      };
      for (const [i, act] of path.entries()) {
        await page.goto(stub.url());
        await ready(page);
        if (act === 'withdraw') await page.evaluate('avow.withdraw()');
        else {
          await page.evaluate('avow.open()');
          await page.locator('dialog').waitFor();
          if (act === 'accept' || act === 'reject') await page.locator(`#avow-${act}`).click();
          else {
            for (const p of ['analytics', 'marketing']) await page.locator(`#avow-purpose-${p}`).setChecked(p === act);
            await page.locator('#avow-save').click();
          }
        }
        await until('the act is recorded', () => stub.acts.length === i + 1);
        await page.goto(stub.url());
        await ready(page);
        expect(await page.evaluate('["analytics", "marketing"].map(avow.allows)')).toEqual(open[act]);
        expect(await page.locator(BANNER).count()).toBe(0);
      }
    }),
  );
});
