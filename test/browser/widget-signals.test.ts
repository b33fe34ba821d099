import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gppString } from '../../widget/addons/usnat';
import { BANNER, californian, html, launch, ready, StubServer, tag, until, withPage } from './widget-stub';

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
});

const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click();
const GPC = `Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })`;
const DNT = `Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })`;
const consentCalls = (page: Page): Promise<unknown[][]> =>
  page.evaluate(`(window.dataLayer || []).map((c) => [...c]).filter((c) => c[0] === 'consent')`);

const signals = (key: string, ...more: string[]): void => {
  stub.config.purposes.find((p) => p.key === key)?.signals.push(...more);
};

describe('Google Consent Mode', () => {
  const DENIED = {
    ad_storage: 'denied',
    ad_user_data: 'denied',
    ad_personalization: 'denied',
    analytics_storage: 'denied',
  };

  test('gets one default for the strict countries and one for the rest, as arguments objects, before any gated script', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          `<script type="text/plain" data-purpose="analytics">window.atRun = dataLayer.length; window.last = [...dataLayer.at(-1)]</script>`,
        ),
      };
      await page.goto(stub.url());
      await ready(page);
      const calls = await consentCalls(page);
      expect(calls.map((c) => c[1])).toEqual(['default', 'default']);
      expect(calls[0]?.[2]).toMatchObject({ ...DENIED, security_storage: 'granted', wait_for_update: 500 });
      expect(calls[0]?.[2]).toHaveProperty('region.length', 32);
      expect(calls[1]?.[2]).toMatchObject({ ...DENIED, security_storage: 'granted' });
      expect(await page.evaluate('Object.prototype.toString.call(dataLayer[0])')).toBe('[object Arguments]');
      await click(page, 'Accept all');
      await page.waitForFunction('window.atRun');
      expect(await page.evaluate('window.last.slice(0, 2)')).toEqual(['consent', 'update']);
    }));

  test('gets one update per decision and one on each later page, never a second pair of defaults', () =>
    withPage(browser, async (page) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await page.waitForFunction('dataLayer.length === 5');
      expect((await consentCalls(page))[2]?.[2]).toEqual({
        ad_storage: 'granted',
        ad_user_data: 'granted',
        ad_personalization: 'granted',
        analytics_storage: 'granted',
        security_storage: 'granted',
      });
      await page.reload();
      await ready(page);
      expect((await consentCalls(page)).map((c) => c[1])).toEqual(['default', 'default', 'update']);
      await page.evaluate('avow.withdraw("marketing")');
      const last = (await consentCalls(page)).at(-1) as unknown[];
      expect(last[2]).toMatchObject({ ad_storage: 'denied', analytics_storage: 'granted' });
    }));

  test('keeps the default that the page has set itself', () =>
    withPage(browser, async (page) => {
      stub.pages['/'] = {
        html: html(
          '',
          `<script>window.dataLayer=[];function gtag(){dataLayer.push(arguments)}gtag('consent','default',{ad_storage:'denied'})</script>${tag()}`,
        ),
      };
      await page.goto(stub.url());
      await click(page, 'Reject all');
      await page.waitForFunction('dataLayer.length === 2');
      expect((await consentCalls(page)).map((c) => c[1])).toEqual(['default', 'update']);
    }));

  test('tells the rest of the world what holds in an opt-out region, and the strict countries no', () =>
    withPage(browser, async (page) => {
      stub.config = californian();
      await page.goto(stub.url());
      await ready(page);
      const calls = await consentCalls(page);
      expect(calls[0]?.[2]).toMatchObject(DENIED);
      expect(calls[1]?.[2]).toMatchObject({ ad_storage: 'granted', analytics_storage: 'granted' });
    }));

  test('is not touched where no purpose names it', () =>
    withPage(browser, async (page) => {
      for (const p of stub.config.purposes) p.signals = [];
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(await page.evaluate('window.dataLayer')).toBeUndefined();
      expect(stub.asked('/widget/vendors.js')).toEqual([]);
    }));
});

describe('the other vendors', () => {
  const RECORD = `window.calls = []; const log = (n) => (...a) => { calls.push([n, ...a]) };
    window.fbq = log('fbq'); window.clarity = log('clarity'); window.wp_set_consent = log('wp');
    window.uetq = { push: log('uet') };
    window.Shopify = { loadFeatures: (f, done) => done(), customerPrivacy: { setTrackingConsent: log('shopify') } };`;

  test('hear defaults before a choice, and after it each in its own words', () =>
    withPage(browser, async (page) => {
      signals('analytics', 'clarity:analytics_Storage', 'wp:statistics', 'shopify:analytics');
      signals(
        'marketing',
        'uet:ad_storage',
        'clarity:ad_Storage',
        'meta:consent',
        'meta:ldu',
        'wp:marketing',
        'shopify:marketing',
      );
      stub.pages['/'] = { html: html('', `<script>${RECORD}</script>${tag()}`) };
      await page.goto(stub.url());
      await ready(page);
      expect(await page.evaluate('calls')).toEqual([
        ['uet', 'consent', 'default', { ad_storage: 'denied' }],
        ['clarity', 'consentv2', { analytics_Storage: 'denied', ad_Storage: 'denied' }],
      ]);
      expect(await page.evaluate('wp_consent_type')).toBe('optin');
      await click(page, 'Choose');
      await page.getByRole('checkbox', { name: 'Analytics' }).check();
      await page.evaluate('calls.length = 0');
      await click(page, 'Save choices');
      await page.waitForFunction('calls.length > 5');
      expect(await page.evaluate('calls.map((c) => c.filter((x) => typeof x !== "function"))')).toEqual([
        ['uet', 'consent', 'update', { ad_storage: 'denied' }],
        ['clarity', 'consentv2', { analytics_Storage: 'granted', ad_Storage: 'denied' }],
        ['fbq', 'consent', 'revoke'],
        ['fbq', 'dataProcessingOptions', ['LDU'], 0, 0],
        ['wp', 'statistics', 'allow'],
        ['wp', 'marketing', 'deny'],
        ['shopify', { analytics: true, marketing: false }],
      ]);
    }));

  test('are told before the gated tag runs, also for those who return', () =>
    withPage(browser, async (page) => {
      signals('marketing', 'uet:ad_storage');
      stub.pages['/'] = {
        html: html(
          '<script type="text/plain" data-purpose="marketing">window.seenAtRun = uetq.filter((x) => x === "update").length</script>',
        ),
      };
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await page.waitForFunction('window.seenAtRun === 1');
      await page.reload();
      await page.waitForFunction('window.seenAtRun === 1');
    }));

  test('do not hold up the page when their add-on cannot be loaded', () =>
    withPage(browser, async (page, context) => {
      signals('marketing', 'uet:ad_storage');
      await context.route('**/widget/vendors.js', (route) => route.abort());
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
    }));

  test('an add-on that was tampered with is not run', () =>
    withPage(browser, async (page, context) => {
      signals('marketing', 'uet:ad_storage');
      await context.route('**/widget/vendors.js', (route) =>
        route.fulfill({
          contentType: 'text/javascript',
          body: 'window.tampered = true',
          headers: { 'access-control-allow-origin': '*' },
        }),
      );
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(await page.evaluate('window.tampered')).toBeUndefined();
    }));
});

describe('Global Privacy Control', () => {
  test('in California switches off what it concerns at once, is recorded once, and shown', () =>
    withPage(browser, async (page) => {
      stub.config = californian();
      await page.addInitScript(GPC);
      await page.goto(stub.url());
      await ready(page);
      expect(await page.evaluate('[avow.allows("marketing"), avow.allows("analytics")]')).toEqual([false, true]);
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]).toMatchObject({ choices: { marketing: 'refused' }, method: 'gpc', signals: { gpc: true } });
      expect(await page.locator('#avow-privacy-choices').innerText()).toContain('Opt-out request honored');
      await page.reload();
      await ready(page);
      await page.waitForLoadState('networkidle');
      expect(stub.acts.length).toBe(1);
      expect(await page.locator(BANNER).count()).toBe(0);
    }));

  test('without it the opt-out region allows, asks nothing, and stores nothing', () =>
    withPage(browser, async (page) => {
      stub.config = californian();
      await page.goto(stub.url());
      await ready(page);
      expect(await page.evaluate('[avow.allows("marketing"), localStorage.length]')).toEqual([true, 0]);
      expect(await page.locator(BANNER).count()).toBe(0);
      expect(await page.locator('#avow-privacy-choices').innerText()).toBe('Privacy choices');
    }));

  test('overrules an earlier grant; a grant given while it is on is the later word and stands', () =>
    withPage(browser, async (page, context) => {
      await page.goto(stub.url());
      await click(page, 'Accept all');
      await until('the grant is recorded', () => stub.acts.length === 1);
      await context.addInitScript(GPC);
      await page.reload();
      await until('the withdrawal is recorded', () => stub.acts.length === 2);
      expect(stub.acts[1]).toMatchObject({
        choices: { marketing: 'withdrawn', analytics: 'withdrawn' },
        method: 'gpc',
      });
      await click(page, 'Privacy choices');
      await page.locator('dialog').getByRole('button', { name: 'Accept all' }).click();
      await until('the later grant is recorded', () => stub.acts.length === 3);
      await page.reload();
      await ready(page);
      expect(await page.evaluate('avow.allows("marketing")')).toBe(true);
    }));

  test('stores nothing in an opt-in region, where everything is off anyway', () =>
    withPage(browser, async (page) => {
      await page.addInitScript(GPC);
      await page.goto(stub.url());
      await page.locator(BANNER).waitFor();
      expect(stub.acts).toEqual([]);
      expect(await page.evaluate('localStorage.length')).toBe(0);
    }));

  test('Do Not Track counts only where the policy treats it alike', () =>
    withPage(browser, async (page) => {
      stub.config = californian();
      await page.addInitScript(DNT);
      await page.goto(stub.url());
      await ready(page);
      expect(await page.evaluate('avow.allows("marketing")')).toBe(true);
      stub.config.policy.dnt = 'as_gpc';
      await page.reload();
      await until('the act is recorded', () => stub.acts.length === 1);
      expect(stub.acts[0]).toMatchObject({ method: 'dnt', signals: { dnt: true } });
    }));
});

describe('the Global Privacy Platform', () => {
  test('the string agrees with those read back by IAB decoders', () => {
    const all = (out: boolean, gpc: boolean) => ({ sale: out, sharing: out, ads: out, gpc, mspaSigned: false });
    expect(gppString(all(true, true))).toBe('DBABLA~CVQVAAAAAACA.YA');
    expect(gppString(all(false, false))).toBe('DBABLA~CVQqAAAAAACA.QA');
    expect(gppString({ ...all(true, true), mspaSigned: true })).not.toContain('CVQVAAAAAACA');
  });

  test('is loaded only where a purpose speaks of it', () =>
    withPage(browser, async (page) => {
      stub.config = californian();
      await page.goto(stub.url());
      await ready(page);
      expect(await page.evaluate('typeof window.__gpp')).toBe('undefined');
      expect(stub.asked('/widget/gpp.js')).toEqual([]);
    }));

  test('answers ping, fields and frames, and fires its events in the order of the standard', () =>
    withPage(browser, async (page) => {
      stub.config = californian();
      signals('marketing', 'gpp:sale', 'gpp:sharing', 'gpp:ads');
      stub.pages['/'] = {
        html: html(
          '',
          `<script>window.events = []; window.__gpp = (...a) => { __gpp.queue.push(a) }; __gpp.queue = [['addEventListener', (e) => events.push(e.eventName + ':' + e.data)]]; __gpp.events = [];</script>${tag()}`,
        ),
      };
      await page.goto(stub.url());
      await ready(page);
      const ping = () => page.evaluate('new Promise((go) => __gpp("ping", go))');
      expect(await ping()).toMatchObject({
        gppVersion: '1.1',
        cmpStatus: 'loaded',
        signalStatus: 'ready',
        supportedAPIs: ['7:usnat'],
        sectionList: [7],
        applicableSections: [7],
        gppString: 'DBABLA~CVQqAAAAAACA.QA',
      });
      await page.evaluate('events.length = 0; avow.withdraw("marketing")');
      await page.waitForFunction('events.length === 3');
      expect(await page.evaluate('events')).toEqual([
        'signalStatus:not ready',
        'sectionChange:usnat',
        'signalStatus:ready',
      ]);
      expect(await ping()).toMatchObject({ gppString: 'DBABLA~CVQVAAAAAACA.QA' });
      expect(await page.evaluate('new Promise((go) => __gpp("getField", go, "usnat.SaleOptOut"))')).toBe(1);
      expect(await page.evaluate('new Promise((go) => __gpp("getField", go, "usnat.MspaCoveredTransaction"))')).toBe(2);
      const framed = await page.evaluate(`new Promise((go) => {
        addEventListener('message', (e) => e.data.__gppReturn && go(e.data.__gppReturn));
        postMessage({ __gppCall: { command: 'hasSection', parameter: 'usnat', callId: 'c1' } }, '*');
      })`);
      expect(framed).toEqual({ returnValue: true, success: true, callId: 'c1' });
      expect(await page.evaluate('frames.__gppLocator !== undefined')).toBe(true);
    }));

  test('says in Europe that no section applies', () =>
    withPage(browser, async (page) => {
      signals('marketing', 'gpp:sale');
      await page.goto(stub.url());
      await ready(page);
      expect(await page.evaluate('new Promise((go) => __gpp("ping", go))')).toMatchObject({
        applicableSections: [-1],
        sectionList: [],
        signalStatus: 'ready',
      });
    }));
});
