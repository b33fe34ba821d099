import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, furnished, openConsole } from './console-house';

let at: Console;
let made: Awaited<ReturnType<typeof furnished>>;
beforeAll(async () => {
  at = await openConsole();
  made = await furnished(at);
});
afterAll(() => at.close());

/** Rules of WCAG 2.0 to 2.2, A and AA, that axe can judge. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function judged(page: Page, path: string): Promise<string[]> {
  await page.goto(`${at.url}${path}`);
  const { violations } = (await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly: { type: 'tag', values: tags } }),
    TAGS,
  )) as axe.AxeResults;
  return violations.flatMap((v) => v.nodes.map((n) => `${path}: ${v.id}: ${n.html.slice(0, 160)}`));
}

/** axe is injected, which our policy rightly forbids; these browsers are told to let it in. */
async function forAxe(options: BrowserContextOptions) {
  const { context, page } = await at.signedIn({ ...options, bypassCSP: true });
  await context.addInitScript({ content: axe.source });
  return { context, page };
}

describe('accessibility', () => {
  it('holds on every page (WCAG 2.2 AA by axe), opened details included', async () => {
    const { context, page } = await forAxe({});
    const found: string[] = [];
    for (const path of made.paths) found.push(...(await judged(page, path)));
    expect(found).toEqual([]);
    await context.close();
  });

  it.each([
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 360, height: 740 } }],
    ['on a phone in the dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
    ['on a tablet', { viewport: { width: 768, height: 1024 } }],
  ] as [string, BrowserContextOptions][])('holds %s', async (_name, options) => {
    const { context, page } = await forAxe(options);
    const found: string[] = [];
    for (const path of ['/console/settings', ...made.paths.filter((_, i) => i % 3 === 0)]) {
      found.push(...(await judged(page, path)));
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (over > 0) found.push(`${path} is ${over} pixels too wide`);
    }
    expect(found).toEqual([]);
    await context.close();
  });

  it('can fail: a page without a language and with an unnamed field is found out', async () => {
    const { context, page } = await forAxe({});
    await page.goto(`${at.url}/console`);
    await page.evaluate(() => {
      document.documentElement.removeAttribute('lang');
      document.querySelector('main')?.append(document.createElement('input'));
    });
    const { violations } = (await page.evaluate(
      (tags) =>
        (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly: { type: 'tag', values: tags } }),
      TAGS,
    )) as axe.AxeResults;
    expect(violations.map((v) => v.id)).toEqual(expect.arrayContaining(['html-has-lang', 'label']));
    await context.close();
  });
});

/** "Did this person consent, to what, shown what, when, and can you prove it?" */
async function answer(page: Page): Promise<void> {
  await page.locator('a[href="/console/consents"]').first().click();
  await page.selectOption('select[name=type]', 'record');
  await page.fill('input[name=id]', made.record);
  await page.locator('form[action="/console/consents/find"] button').click();
  await page.waitForURL(`**/people/${made.person}`);
  await page.locator('.timeline details summary').first().click();
  await page.locator(`a[href$="/proof/${made.record}"]`).first().click();
  await page.waitForURL('**/proof/**');
}

describe('a privacy officer’s day', () => {
  it.each([
    ['with JavaScript, in English', { locale: 'en' }, 'The text below has exactly this hash.'],
    ['with JavaScript, in German', { locale: 'de' }, 'Der Text unten hat genau diese Prüfsumme.'],
    [
      'without JavaScript, in English',
      { locale: 'en', javaScriptEnabled: false },
      'The text below has exactly this hash.',
    ],
  ] as [string, BrowserContextOptions, string][])(
    'goes from the sign-in page to the proof, %s',
    async (_name, options, word) => {
      const { context, page, errors } = await at.signedIn(options);
      await answer(page);
      const text = await page.locator('main').innerText();
      expect(text).toContain(word);
      expect(text).toContain('We ask first.');
      expect(await page.locator('html').getAttribute('lang')).toBe(options.locale);
      expect(errors).toEqual([]);
      await context.close();
    },
  );

  it('does a deed without JavaScript: withdraws, and says so', async () => {
    const { context, page } = await at.signedIn({ javaScriptEnabled: false });
    await page.goto(`${at.url}/console/people/${made.person}/withdraw`);
    await page.locator('input[name=purposes][value=analytics]').check();
    await page.locator('main button.danger').click();
    await page.waitForURL('**/people/**done=withdrawn');
    expect(await page.locator('[role=status]').first().innerText()).toContain('Withdrawn');
    await context.close();
  });

  it('shows times in the zone of the reader from the first page on', async () => {
    const { context, page } = await at.signedIn({ timezoneId: 'Asia/Tokyo' });
    await page.goto(`${at.url}/console/consents`);
    expect(await page.locator('html').getAttribute('data-zone')).toBe('Asia/Tokyo');
    const time = page.locator('td time').first();
    const [iso, shown] = [await time.getAttribute('datetime'), await time.innerText()];
    const expected = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Tokyo' });
    expect(shown).toBe(expected.format(new Date(iso!)));
    await context.close();
  });

  it('knows its keys', async () => {
    const { context, page } = await at.signedIn();
    await page.goto(`${at.url}/console/consents`);
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('id');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await page.locator('tr.at').count()).toBe(1);
    await page.keyboard.press('?');
    expect(await page.locator('dialog#keys').isVisible()).toBe(true);
    await context.close();
  });

  it('copies the snippet of a site', async () => {
    const { context, page } = await at.signedIn({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto(`${at.url}/console/connections/sites/pk_otter_shop`);
    await page.locator('[data-copy=snippet]').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('data-site="pk_otter_shop"');
    await context.close();
  });
});
