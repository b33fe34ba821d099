import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { axe, BANNER, configOf, html, launch, ready, StubServer, tag, until, withPage } from './widget-stub';

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

const LINKS = Array.from({ length: 30 }, (_, i) => `<p><a href="#l${i}" id="l${i}">Link ${i}</a></p>`).join('');
const PAGE = `<header><a href="#main" id="skip">Skip</a></header><main id="main"><h1>Shop</h1>${LINKS}
  <iframe data-src="http://video.test/film" data-purpose="marketing" title="Our film" width="280" height="160"></iframe></main>
  <footer><button id="last">Last</button></footer>`;

beforeEach(() => {
  stub.reset();
  stub.pages['/'] = { html: html(PAGE) };
});

const size = (width: number, height: number): BrowserContextOptions => ({ viewport: { width, height } });
const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.id || document.activeElement.tagName');

/** Tabs until an element has focus; fails when it never gets it. */
async function tabTo(page: Page, id: string, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 80; i++) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${id} was never reached`);
}

/** Tabs through the page and gives the ids of the elements that had focus where nobody could see them. */
async function hiddenFocus(page: Page): Promise<string[]> {
  await page.goto(stub.url());
  await page.locator(BANNER).waitFor();
  const hidden: string[] = [];
  for (let i = 0; i < 45; i++) {
    await page.keyboard.press('Tab');
    const id = await page.evaluate(`(() => {
      const el = document.activeElement;
      if (el === document.body || el.closest('#avow-consent')) return '';
      const r = el.getBoundingClientRect();
      const points = [[r.left + 2, r.top + 2], [r.right - 2, r.bottom - 2], [(r.left + r.right) / 2, (r.top + r.bottom) / 2]];
      return points.every(([x, y]) => !el.contains(document.elementFromPoint(x, y))) ? el.id || el.textContent : '';
    })()`);
    if (id) hidden.push(id as string);
  }
  return hidden;
}

describe('axe with wcag22aa finds nothing', () => {
  const looks: [string, BrowserContextOptions][] = [
    ['at 320 × 568', size(320, 568)],
    ['at 768 × 1024, dark', { ...size(768, 1024), colorScheme: 'dark' }],
    ['at 1280 × 800', size(1280, 800)],
    ['in forced colours', { ...size(1280, 800), forcedColors: 'active' }],
    ['with reduced motion at 200 % zoom', { ...size(640, 400), deviceScaleFactor: 2, reducedMotion: 'reduce' }],
  ];
  test.each(looks)('%s, in banner, preferences and placeholder', (_, options) =>
    withPage(
      browser,
      async (page) => {
        await page.goto(stub.url());
        await page.locator(BANNER).waitFor();
        expect(await axe(page)).toEqual([]);
        await page.locator('#avow-choose').click();
        await page.locator('summary').first().click();
        expect(await axe(page)).toEqual([]);
      },
      options,
    ),
  );

  test('in forced colours the buttons wear the colours of buttons, or their text would vanish', () =>
    withPage(
      browser,
      async (page) => {
        await page.goto(stub.url());
        await page.locator(BANNER).waitFor();
        const colours =
          await page.evaluate(`['#avow-accept-all', '#avow-reject-all', '#last', '.avow-embed button'].map((q) => {
          const s = getComputedStyle(document.querySelector(q));
          return s.color + ' on ' + s.backgroundColor;
        })`);
        expect(new Set(colours as string[]).size).toBe(1);
      },
      { forcedColors: 'active' },
    ));

  test('and does find a fault when there is one: the control', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      await page.evaluate(`document.querySelector('#avow-choose').textContent = ''`);
      expect(await axe(page)).toEqual(['button-name']);
    }));

  test('from right to left', () =>
    withPage(browser, async (page) => {
      stub.config = configOf('ar');
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(await axe(page)).toEqual([]);
      const wrapper = page.locator('#avow-consent');
      expect([await wrapper.getAttribute('lang'), await wrapper.getAttribute('dir')]).toEqual(['ar', 'rtl']);
      expect(await page.evaluate(`getComputedStyle(document.querySelector('${BANNER}')).direction`)).toBe('rtl');
    }));
});

describe('by keyboard alone', () => {
  test('the banner comes first, takes no focus, traps none, and every button of it works with Enter and Space', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(await focused(page)).toBe('BODY');
      await tabTo(page, 'avow-reject-all');
      await tabTo(page, 'avow-choose');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('skip');
      await tabTo(page, 'avow-accept-all', 'Shift+Tab');
      await page.keyboard.press('Space');
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]?.method).toBe('accept_all');
      expect(await focused(page)).toBe('avow-privacy-choices');
    }));

  test('the preferences keep focus inside, close with Escape without a choice, and give focus back', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await tabTo(page, 'avow-choose');
      await page.keyboard.press('Enter');
      const dialog = page.locator('dialog');
      await dialog.waitFor();
      for (let i = 0; i < 25; i++) {
        await page.keyboard.press('Tab');
        const where = await page.evaluate(
          `document.activeElement === document.body ? 'browser' : document.querySelector('dialog').contains(document.activeElement) ? 'dialog' : 'page'`,
        );
        expect(where).not.toBe('page');
      }
      await tabTo(page, 'avow-purpose-analytics');
      await page.keyboard.press('Space');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await focused(page)).toBe('avow-choose');
      expect(stub.acts).toEqual([]);
      expect(await page.evaluate('localStorage.length')).toBe(0);
      expect(await page.locator(BANNER).isVisible()).toBe(true);
    }));

  test('choosing in the preferences is possible from beginning to end, and focus is not lost', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await tabTo(page, 'avow-choose');
      await page.keyboard.press('Enter');
      await tabTo(page, 'avow-purpose-analytics');
      await page.keyboard.press('Space');
      await tabTo(page, 'avow-save');
      await page.keyboard.press('Enter');
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]?.choices).toEqual({ analytics: 'granted', marketing: 'refused' });
      expect(await focused(page)).toBe('avow-privacy-choices');
    }));

  test('focus is never hidden by the banner, at the top, in the middle and at the very end of the page', () =>
    withPage(
      browser,
      async (page) => {
        for (const position of ['bottom', 'top']) {
          stub.pages['/'] = { html: html(PAGE, tag(`data-position="${position}"`)) };
          expect(await hiddenFocus(page)).toEqual([]);
        }
        // The control: a page that keeps focus events from us does hide what has focus.
        const deaf = `<script>addEventListener('focusin', (e) => e.stopImmediatePropagation(), true)</script>`;
        stub.pages['/'] = { html: html(PAGE, deaf + tag()) };
        expect((await hiddenFocus(page)).length).toBeGreaterThan(0);
      },
      size(800, 600),
    ));
});

describe('with a mouse', () => {
  test.each(['', 'data-shadow="open"'])(
    'a box of long preferences can be ticked, although the banner stands behind it (%s)',
    (more) =>
      withPage(
        browser,
        async (page) => {
          stub.config.notice.text = 'A long notice with much to say about everything. '.repeat(30);
          stub.pages['/'] = { html: html(PAGE, tag(more)) };
          await page.goto(stub.url());
          await page.locator('#avow-choose').click();
          const box = page.locator('#avow-purpose-marketing');
          await box.scrollIntoViewIfNeeded();
          const at = await box.boundingBox();
          await page.mouse.click((at?.x ?? 0) + 8, (at?.y ?? 0) + 8);
          expect(await box.isChecked()).toBe(true);
          const [title, list] = [
            await page.locator('dialog h2').boundingBox(),
            await page.locator('dialog > div').boundingBox(),
          ];
          expect((title?.y ?? 0) + (title?.height ?? 0)).toBeLessThanOrEqual(list?.y ?? 0);
        },
        size(1280, 900),
      ),
  );
});

describe('for a screen reader', () => {
  test('the banner is a named region with buttons, the preferences a named dialog with described check boxes', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(await page.locator('#avow-consent').ariaSnapshot()).toContain(
        'region "We value your choice about cookies"',
      );
      await page.locator('#avow-choose').click();
      const tree = await page.locator('dialog').ariaSnapshot();
      expect(tree).toContain('dialog "Privacy choices"');
      expect(tree).toContain('checkbox "Necessary Always on" [checked] [disabled]');
      expect(tree).toContain('checkbox "Analytics"');
      const description = await page.evaluate(
        `document.getElementById(document.getElementById('avow-purpose-analytics').getAttribute('aria-describedby')).textContent`,
      );
      expect(description).toBe('What analytics does, in a sentence that a person can understand.');
    }));

  test('saving is announced in a status that was there before', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(await page.getByRole('status').textContent()).toBe('');
      await page.locator('#avow-reject-all').click();
      expect(await page.getByRole('status').textContent()).toBe('Your choices are saved.');
    }));
});

describe('on a small or zoomed screen', () => {
  test('at 320 × 256 nothing scrolls sideways and every button and word can be reached', () =>
    withPage(
      browser,
      async (page) => {
        await page.goto(stub.url());
        await page.locator(BANNER).waitFor();
        for (const open of [false, true]) {
          if (open) await page.locator('#avow-choose').click();
          const scope = open ? 'dialog' : BANNER;
          const wide = await page.evaluate(
            `[...document.querySelectorAll('${scope}, ${scope} *')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible' && !e.classList.contains('avow-unseen')).length`,
          );
          expect(wide).toBe(0);
          for (const button of await page.locator(`${scope} button`).all()) {
            await button.scrollIntoViewIfNeeded();
            const box = await button.boundingBox();
            expect(box && box.y >= 0 && box.y + box.height <= 256 && box.x >= 0 && box.x + box.width <= 320).toBe(true);
            expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
          }
        }
      },
      size(320, 256),
    ));

  test('text spacing as WCAG 1.4.12 asks cuts nothing off', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      await page.evaluate(`document.querySelectorAll('#avow-consent *').forEach((e) => {
        for (const [k, v] of [['line-height', '1.5'], ['letter-spacing', '0.12em'], ['word-spacing', '0.16em']]) e.style.setProperty(k, v, 'important');
      })`);
      const cut = await page.evaluate(
        `[...document.querySelectorAll('${BANNER} button')].filter((b) => b.scrollWidth > b.clientWidth || b.scrollHeight > b.clientHeight).length`,
      );
      expect(cut).toBe(0);
    }));

  test('nothing moves: no animation, no layout shift by banner or placeholder', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      const shift = await page.evaluate(`new Promise((go) => {
        let sum = 0;
        new PerformanceObserver((l) => { for (const e of l.getEntries()) sum += e.value; }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => go(sum), 300);
      })`);
      expect(shift).toBe(0);
      expect(await page.evaluate('document.getAnimations().length')).toBe(0);
      await ready(page);
    }));
});

describe('the lasting entry', () => {
  test("gives way to the site's own link, which opens the preferences", () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html('<main><h1>Shop</h1><a href="/privacy" data-avow-open id="own">Cookie settings</a></main>'),
      };
      await page.goto(stub.url());
      await page.locator('#avow-reject-all').click();
      expect(await page.locator('#avow-privacy-choices').count()).toBe(0);
      await page.locator('#own').click();
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      expect(await focused(page)).toBe('own');
      expect(page.url()).toBe(stub.url());
    }));

  test('can be left out', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = { html: html(PAGE, tag('data-entry="off"')) };
      await page.goto(stub.url());
      await page.locator('#avow-reject-all').click();
      expect(await page.locator('#avow-privacy-choices').count()).toBe(0);
    }));
});
