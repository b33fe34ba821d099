import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BANNER, harOf, html, launch, ready, StubServer, strangersOf, tag, until, withPage } from './widget-stub';

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

/** A page with every kind of gated thing; once the script runs it beats every 20 ms, as replay tools do. */
const SHOP = (): string =>
  html(`<main><h1>Shop</h1>
<script type="text/plain" data-purpose="analytics" data-src="http://stats.test:${stub.port}/beat.js"></script>
<script type="text/plain" data-purpose="analytics">new Image().src = 'http://stats.test:${stub.port}/inline.png'</script>
<iframe data-src="http://video.test:${stub.port}/film" data-purpose="marketing" title="Our film" width="400" height="200"></iframe>
<img data-src="http://pixel.test:${stub.port}/p.png" data-purpose="marketing" alt="">
<link rel="stylesheet" data-href="http://fonts.test:${stub.port}/f.css" data-purpose="marketing">
<template data-purpose="marketing" title="A post"><blockquote>post</blockquote><script src="http://social.test:${stub.port}/w.js"></script></template>
<nav><a href="#next" id="next">Next page</a></nav><div id="view"></div>
<script>
document.getElementById('next').onclick = () => {
  history.pushState({}, '', '/next');
  const s = document.createElement('script');
  s.type = 'text/plain'; s.dataset.purpose = 'analytics'; s.dataset.src = 'http://spa.test:${stub.port}/spa.js';
  const f = document.createElement('iframe');
  f.dataset.src = 'http://video.test:${stub.port}/next-film'; f.dataset.purpose = 'marketing'; f.title = 'Next film';
  document.getElementById('view').replaceChildren(s, f);
  return false;
};
</script></main>`);

beforeEach(() => {
  stub.reset();
  stub.pages['/'] = { html: SHOP() };
  stub.scripts['/beat.js'] = `
    document.cookie = '_st_id=1;path=/;max-age=9999'; document.cookie = 'seen=1;path=/'; document.cookie = 'mine=1;path=/';
    localStorage.setItem('stats-queue', '1'); localStorage.setItem('basket', '2');
    setInterval(() => { new Image().src = 'http://stats.test:${stub.port}/beat.png?' + Math.random(); }, 20);`;
});

const rest = (page: Page, ms = 400): Promise<void> => page.waitForTimeout(ms);
const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click();
const ALL = ['fonts.test', 'pixel.test', 'social.test', 'stats.test', 'video.test'];

describe('nothing that is gated is requested', () => {
  test('before a choice, for static, dynamic and single-page content', async () => {
    const urls = await harOf(browser, async (page) => {
      await page.goto(stub.url());
      await ready(page);
      await page.evaluate('document.getElementById("next").click()');
      await rest(page);
    });
    expect(urls.length).toBeGreaterThan(2);
    expect(strangersOf(urls)).toEqual([]);
  });

  test('after reject all, on this page, the next route and the next visit', async () => {
    const urls = await harOf(browser, async (page) => {
      await page.goto(stub.url());
      await click(page, 'Reject all');
      await page.click('#next');
      await rest(page);
      await page.goto(stub.url());
      await ready(page);
      await rest(page);
    });
    expect(strangersOf(urls)).toEqual([]);
  });

  test('and all of it is requested after accept all: the control that shows the proof can fail', async () => {
    const urls = await harOf(browser, async (page) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await rest(page);
      await page.click('#next');
      await rest(page);
    });
    expect(strangersOf(urls)).toEqual([...ALL, 'spa.test'].sort());
  });

  test('after withdrawal, although a script beats every 20 ms: its last request is before the act', async () => {
    let stop = 0;
    await withPage(browser, async (page) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the script beats', () => stub.asked('/beat.png').length > 3);
      await click(page, 'Privacy choices');
      // The next page is slow to come: all that time the old one is still there, and must be silent.
      stub.pages['/'] = { html: SHOP(), delay: 500 };
      await click(page, 'Reject all');
      await page.waitForLoadState();
      await ready(page);
      await until('the withdrawal is recorded', () => stub.acts.length === 2);
      stop = stub.seen.findIndex((s) => s.path === '/v1/consents' && s.body.includes('withdrawn'));
      await rest(page, 600);
    });
    expect(stub.acts[1]).toMatchObject({ choices: { analytics: 'withdrawn', marketing: 'withdrawn' } });
    const after = stub.seen.slice(stop + 1).filter((s) => s.host !== 'shop.test' && s.host !== '127.0.0.1');
    // What was already on the wire when the person pressed the button may arrive beside the act itself.
    expect(after.length).toBeLessThanOrEqual(2);
    expect(after.every((s) => s.path.startsWith('/beat.png'))).toBe(true);
  });

  test('for one purpose alone, when only the other was granted', async () => {
    const urls = await harOf(browser, async (page) => {
      await page.goto(stub.url());
      await click(page, 'Choose');
      await page.getByRole('checkbox', { name: 'Analytics' }).check();
      await click(page, 'Save choices');
      await page.click('#next');
      await rest(page);
    });
    expect(strangersOf(urls)).toEqual(['spa.test', 'stats.test']);
  });
});

describe('a withdrawal', () => {
  test('deletes the cookies and storage that the register declares for the purpose, and nothing else', () =>
    withPage(browser, async (page, context) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await page.waitForFunction('localStorage.basket');
      const names = async (): Promise<string[]> => (await context.cookies(stub.url())).map((c) => c.name).sort();
      await until('the cookies are there', async () => (await names()).includes('seen'));
      await page.evaluate('avow.withdraw("analytics")');
      await until('the page is loaded anew', async () => !(await names()).includes('_st_id'));
      await ready(page);
      expect(await names()).toEqual(['avow_consent', 'mine', 'seen']);
      expect(await page.evaluate('Object.keys(localStorage).sort()')).toEqual(['avow:pk_test', 'basket']);
      expect(await page.evaluate('[avow.allows("analytics"), avow.allows("marketing")]')).toEqual([false, true]);
    }));

  test('takes the frame and the inserted content back and shows the placeholder again', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          SHOP()
            .replace(/<script type="text\/plain"[\s\S]*?<\/script>/g, '')
            .split('</head>')[1] ?? '',
          tag('data-reload="off"'),
        ),
      };
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await page.waitForSelector('blockquote');
      expect(await page.locator('.avow-embed').count()).toBe(0);
      await click(page, 'Privacy choices');
      await click(page, 'Reject all');
      await page.waitForSelector('.avow-embed');
      expect(await page.locator('.avow-embed').count()).toBe(2);
      expect(await page.locator('blockquote').count()).toBe(0);
      expect(await page.evaluate('frames.length')).toBe(1);
      expect(await page.evaluate('document.querySelector("iframe").src')).toBe('');
    }));

  test('takes as many clicks as the grant, and the signed cookie is gone before the server has answered', () =>
    withPage(browser, async (page, context) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
      const signed = async () => (await context.cookies(stub.url())).find((c) => c.name === 'avow_consent')?.value;
      await until('the cookie is set', async () => Boolean(await signed()));
      expect(await signed()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      stub.trouble = [503, 503, 503];
      await click(page, 'Privacy choices');
      await click(page, 'Reject all');
      await until('the cookie is gone', async () => (await signed()) === undefined);
    }));

  test('in one tab closes the gates of the other', () =>
    withPage(browser, async (page, context) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      const other = await context.newPage();
      await other.goto(stub.url());
      await ready(other);
      expect(await other.evaluate('avow.allows("analytics")')).toBe(true);
      await page.evaluate('avow.withdraw()');
      await other.waitForFunction('window.avow && avow.allows && !avow.allows("analytics")');
      expect(await other.locator(BANNER).count()).toBe(0);
    }));
});

describe('the placeholder of an embed', () => {
  test('names the service and the purpose and keeps the room of the frame', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      const holder = page.getByRole('group', { name: 'Our film' });
      await holder.waitFor();
      expect(await holder.innerText()).toContain('Moving Pictures stays blocked until you allow “Marketing”.');
      const box = await holder.boundingBox();
      expect([box?.width, box?.height]).toEqual([404, 204]);
      expect(await page.locator('iframe').isVisible()).toBe(false);
    }));

  test('loads once without a record, and not again on the next visit', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.getByRole('group', { name: 'Our film' }).getByRole('button', { name: 'Load once' }).click();
      await until('the film is asked for', () => stub.asked('/film').length === 1);
      expect(stub.acts).toEqual([]);
      expect(await page.evaluate('localStorage.length')).toBe(0);
      await page.reload();
      await page.getByRole('group', { name: 'Our film' }).waitFor();
      expect(stub.asked('/film').length).toBe(1);
      expect(strangersOf(stub.asked('pixel.test').map((s) => `http://${s.host}`))).toEqual([]);
    }));

  test('what was loaded once goes when the person then refuses', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.getByRole('group', { name: 'Our film' }).getByRole('button', { name: 'Load once' }).click();
      await until('the film is asked for', () => stub.asked('/film').length === 1);
      await click(page, 'Reject all');
      await page.getByRole('group', { name: 'Our film' }).waitFor();
      expect(await page.evaluate('document.querySelector("iframe").src')).toBe('');
    }));

  test('"always" grants the purpose, recorded as a choice of its own', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.getByRole('group', { name: 'Our film' }).getByRole('button', { name: 'Always allow' }).click();
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]).toMatchObject({ choices: { marketing: 'granted' }, method: 'custom' });
      await until('everything of the purpose is loaded', () => stub.asked('pixel.test').length === 1);
      expect(await page.locator(BANNER).isVisible()).toBe(true);
    }));
});
