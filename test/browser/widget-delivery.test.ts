import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BANNER, html, launch, ready, StubServer, tag, until, withPage } from './widget-stub';

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
beforeEach(() => {
  stub.reset();
  stub.pages['/'] = { html: html('<main><h1>Shop</h1></main>') };
  stub.pages['/other'] = { html: html('<main><h1>Other</h1></main>') };
});

const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click();
const waiting = (page: Page): Promise<number> =>
  page.evaluate(`JSON.parse(localStorage['avow:pk_test']).waiting.length`);
const keysSent = (): string[] => stub.asked('/v1/consents').map((s) => JSON.parse(s.body).key);

describe('a choice on its way to the server', () => {
  test('is effective and stored before the server has answered, and is retried with the same key', () =>
    withPage(browser, async (page) => {
      stub.trouble = [503, 500, 429];
      await page.goto(stub.url());
      await click(page, 'Reject all');
      expect(await waiting(page)).toBe(1);
      await page.goto(stub.url('/other'));
      await page.goto(stub.url('/'));
      await until('the act is recorded', () => stub.acts.length === 1);
      await until('nothing waits any more', async () => (await waiting(page)) === 0);
      expect(keysSent().length).toBe(4);
      expect(new Set(keysSent()).size).toBe(1);
    }));

  test('waits while the browser is offline and leaves when it is online again, in order', () =>
    withPage(browser, async (page, context) => {
      await page.goto(stub.url());
      await ready(page);
      await context.setOffline(true);
      await click(page, 'Accept all');
      expect(await page.evaluate('avow.allows("marketing")')).toBe(true);
      await page.evaluate('avow.withdraw("marketing")');
      await until('both wait', async () => (await waiting(page)) === 2);
      expect(stub.acts).toEqual([]);
      await context.setOffline(false);
      await until('both are recorded', () => stub.acts.length === 2);
      expect(stub.acts.map((a) => a.choices.marketing)).toEqual(['granted', 'withdrawn']);
      expect(stub.acts[0]?.visitor).toBe(stub.acts[1]?.visitor);
      expect(stub.acts[1]?.subject_token).toBe(`st_${stub.acts[0]?.visitor}`);
    }));

  test('whose answer is lost is repeated to the byte, recorded once, and its token kept in the end', () =>
    withPage(browser, async (page) => {
      stub.deaf = 1;
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
      await page.goto(stub.url('/other'));
      await until('nothing waits any more', async () => (await waiting(page)) === 0);
      const texts = stub.asked('/v1/consents').map((s) => s.body);
      expect(texts.length).toBeGreaterThan(1);
      expect(new Set(texts).size).toBe(1);
      expect(stub.acts.length).toBe(1);
      expect(await page.evaluate(`JSON.parse(localStorage['avow:pk_test']).token`)).toBe(`st_${stub.acts[0]?.visitor}`);
    }));

  test('survives leaving the page in the same moment', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await ready(page);
      await page.evaluate(`document.querySelector('#avow-accept-all').click(); location.href = '/other'`);
      await page.waitForURL('**/other');
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(new Set(keysSent()).size).toBe(1);
    }));

  test('that waited past the life of its page token says for how long, and shows none', () =>
    withPage(browser, async (page) => {
      stub.trouble = [503];
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('it was tried', () => keysSent().length === 1);
      await page.evaluate(
        `(() => { const k = JSON.parse(localStorage['avow:pk_test']); k.waiting[0].at -= 9e6; localStorage['avow:pk_test'] = JSON.stringify(k); })()`,
      );
      await page.goto(stub.url('/other'));
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]?.queued_seconds).toBeGreaterThanOrEqual(9000);
      expect(stub.acts[0]?.page_token).toBeUndefined();
    }));

  test('that the server refuses for good is dropped, and the choice still holds on the device', () =>
    withPage(browser, async (page) => {
      stub.trouble = [403];
      await page.goto(stub.url());
      await click(page, 'Reject all');
      await until('nothing waits any more', async () => (await waiting(page)) === 0);
      await page.reload();
      await ready(page);
      expect(await page.locator(BANNER).count()).toBe(0);
      expect(keysSent().length).toBe(1);
    }));

  test('holds for the page where the browser refuses storage', () =>
    withPage(browser, async (page) => {
      await page.addInitScript(
        `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })`,
      );
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(await page.evaluate('avow.allows("analytics")')).toBe(true);
    }));
});

describe('what is read back', () => {
  test.each(['not json', '{"acts":{"analytics":"granted"}}', '{"acts":null,"waiting":{}}'])(
    'when it is damaged (%s) counts as nothing, and the person is asked',
    (damaged) =>
      withPage(browser, async (page) => {
        await page.addInitScript(
          `if (!sessionStorage.once) { sessionStorage.once = 1; localStorage['avow:pk_test'] = ${JSON.stringify(damaged)}; }`,
        );
        await page.goto(stub.url());
        await page.locator(BANNER).waitFor();
        expect(await page.evaluate('avow.allows("analytics")')).toBe(false);
        await click(page, 'Reject all');
        await until('the act is recorded', () => stub.acts.length === 1);
      }),
  );

  test('is asked for again when the notice changed, and only then', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
      await page.reload();
      await ready(page);
      expect(await page.locator(BANNER).count()).toBe(0);
      stub.config.notice.version = 4;
      await page.reload();
      await page.locator(BANNER).waitFor();
      expect(await page.evaluate('avow.allows("analytics")')).toBe(false);
    }));

  test('is the choice made meanwhile, when a page comes back from the back-forward cache', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      await page.evaluate(`(() => {
        const act = { choice: 'refused', at: Date.now(), notice: 'ntc_1', version: 3, signal: false };
        localStorage['avow:pk_test'] = JSON.stringify({ visitor: 'v_x', acts: { analytics: act, marketing: act }, waiting: [] });
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      })()`);
      await until('the banner is gone', async () => (await page.locator(BANNER).count()) === 0);
    }));
});

describe('across subdomains', () => {
  test('the choice follows on request, in both directions, as the same visitor', () =>
    withPage(browser, async (page) => {
      stub.config.site.cookie_domain = 'shop.test';
      await page.goto(stub.url('/', 'www.shop.test'));
      await click(page, 'Reject all');
      await until('the act is recorded', () => stub.acts.length === 1);
      await page.goto(stub.url('/', 'pay.shop.test'));
      await ready(page);
      expect(await page.locator(BANNER).count()).toBe(0);
      await click(page, 'Privacy choices');
      await click(page, 'Accept all');
      await until('both are recorded', () => stub.acts.length === 2);
      expect(stub.acts[0]?.visitor).toBe(stub.acts[1]?.visitor);
      await page.goto(stub.url('/', 'www.shop.test'));
      await ready(page);
      expect(await page.evaluate('avow.allows("analytics")')).toBe(true);
    }));

  test('it stays on its host when the site did not ask for it', () =>
    withPage(browser, async (page, context) => {
      await page.goto(stub.url('/', 'www.shop.test'));
      await click(page, 'Reject all');
      await until('the act is recorded', () => stub.acts.length === 1);
      await page.goto(stub.url('/', 'pay.shop.test'));
      await page.locator(BANNER).waitFor();
      expect((await context.cookies(stub.url('/', 'pay.shop.test'))).map((c) => c.name)).toEqual([]);
    }));
});

describe('the page and the widget', () => {
  test('calls made before it loads are answered, by the plain array and by the stub', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          '<main></main>',
          `<script>window.avow = [(a) => { window.early = a.allows('analytics') }]</script>${tag()}`,
        ),
      };
      await page.goto(stub.url());
      await page.waitForFunction('window.early === false');
      stub.pages['/'] = {
        html: html(
          '<main></main>',
          `<script src="/widget/stub.js"></script><script>
            window.answers = [avow.allows('analytics')]; window.changes = []; window.mute = [];
            avow.onChange((c) => changes.push(c.method));
            avow.onChange((c) => mute.push(c.method))();
            avow.ready.then((a) => answers.push(a === window.avow));
            avow.open();</script>${tag()}`,
        ),
      };
      await page.goto(stub.url());
      await page.getByRole('dialog').waitFor();
      await page.locator('dialog').getByRole('button', { name: 'Accept all' }).click();
      await page.waitForFunction('window.changes.length === 2');
      expect(await page.evaluate('({ answers, changes, mute })')).toEqual({
        answers: [false, true],
        changes: ['stored', 'accept_all'],
        mute: [],
      });
    }));

  test('withdrawing what does not exist records nothing', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await ready(page);
      await page.evaluate('avow.withdraw("nothing", "necessary"); avow.ready');
      expect(await page.evaluate('localStorage.length')).toBe(0);
      expect(stub.asked('/v1/consents')).toEqual([]);
    }));

  test('a listener that throws keeps nobody else from hearing, and no gate from opening', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          '<script type="text/plain" data-purpose="analytics">window.ran = true</script>',
          `<script>window.avow = [(a) => { a.onChange(() => { throw new Error('mine') }); a.onChange((c) => { window.heard = c.method }) }]</script>${tag()}`,
        ),
      };
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await page.waitForFunction('window.ran && window.heard === "accept_all"');
    }));

  test('a second tag does nothing', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = { html: html('<main></main>', tag() + tag()) };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.locator(BANNER).count()).toBe(1);
      expect(stub.asked('/v1/sites/pk_test/config').length).toBe(1);
    }));

  test('without a configuration every gate stays shut, and the widget starts when the server is back', () =>
    withPage(browser, async (page, context) => {
      await context.route('**/v1/sites/**', (route) => route.abort());
      await page.goto(stub.url());
      await page.waitForLoadState('networkidle');
      expect(await page.locator(BANNER).count()).toBe(0);
      expect(await page.evaluate('avow.allows("analytics")')).toBe(false);
      await context.unroute('**/v1/sites/**');
      await page.evaluate('dispatchEvent(new Event("online"))');
      await page.locator(BANNER).waitFor();
    }));

  test('the module build starts it too', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          '<main></main>',
          `<script type="module">import { start } from '/widget/v1.mjs'; start({ site: 'pk_test', position: 'start' });</script>`,
        ),
      };
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(await page.evaluate('avow.allows("necessary")')).toBe(true);
    }));

  test('the page language, the attribute and the region are asked for', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = { html: html('<main></main>', tag('data-lang="fr-CH" data-region="FR"')) };
      await page.goto(stub.url());
      await ready(page);
      expect(stub.asked('/v1/sites/pk_test/config')[0]?.path).toBe('/v1/sites/pk_test/config?lang=fr-CH&region=FR');
    }));
});
