import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, openConsole } from './console-house';

/** 200 ways of getting a script to run, by element, attribute, context and spelling. Each would set `window.__xss`. */
function payloads(): string[] {
  const run = 'window.__xss=1';
  const tags = [
    'img src=x onerror',
    'svg onload',
    'body onload',
    'iframe onload',
    'details open ontoggle',
    'video src=x onerror',
    'input autofocus onfocus',
    'marquee onstart',
    'audio src=x onerror',
    'object data=x onerror',
  ];
  const shells: ((s: string) => string)[] = [
    (s) => s,
    (s) => `">${s}`,
    (s) => `'>${s}`,
    (s) => `</textarea>${s}`,
    (s) => `</title>${s}`,
    (s) => `</script>${s}`,
    (s) => `</style>${s}`,
    (s) => `<!--${s}-->`,
    (s) => s.toUpperCase().replaceAll('WINDOW.__XSS', 'window.__xss'),
    (s) => s.replaceAll('<', '＜').replaceAll('>', '＞') + s,
    (s) => `&lt;${s}`,
    (s) => `\\u003c${s}`,
    (s) => s.replaceAll(' ', '/'),
    (s) => s.replaceAll('=', ' = '),
    (s) => `]]>${s}`,
    (s) => `</noscript>${s}`,
    (s) => `<math><mi>${s}</mi></math>`,
    (s) => `<template>${s}</template>`,
  ];
  const made = shells.flatMap((shell) => tags.map((t) => shell(`<${t}="${run}">`)));
  const others = [
    `<script>${run}</script>`,
    `<script src="data:text/javascript,${run}"></script>`,
    `javascript:${run}`,
    `JaVaScRiPt:${run}//`,
    `<a href="javascript:${run}">x</a>`,
    `" onmouseover="${run}" x="`,
    `' autofocus onfocus='${run}' x='`,
    `"><script>${run}</script>`,
    `<svg><script>${run}</script></svg>`,
    `<form action="javascript:${run}"><button>x</button></form>`,
    `<base href="https://evil.example/">`,
    `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
    `<link rel="stylesheet" href="https://evil.example/x.css">`,
    `<style>*{background:url(https://evil.example/x)}</style>`,
    `{{constructor.constructor('${run}')()}}`,
    `\${${run}}`,
    `%3Cscript%3E${run}%3C/script%3E`,
    `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
    `<xss id=x tabindex=1 onfocus=${run}></xss>`,
    `<img src="https://evil.example/pixel">`,
  ];
  return [...made, ...others];
}

const ALL = payloads();
let at: Console;
let paths: string[];

/** Stores the payloads in every text field that somebody can fill: definitions, staff, evidence, requests, notes. */
async function store(): Promise<string[]> {
  const { house } = at;
  const owner = await house.signIn('owner');
  const pick = (i: number) => ALL[i % ALL.length]!.slice(0, 190);
  const long = (from: number, length: number) => {
    let text = '';
    for (let i = from; i < ALL.length && text.length + ALL[i]!.length < length; i++) text += `${ALL[i]}\n`;
    return text;
  };
  const half = Math.floor(ALL.length / 2);
  await owner.post('/console/settings/controller', { version: '1', name: pick(0), contact: pick(1), address: pick(2) });
  await owner.post('/console/purposes/new', {
    key: 'evil',
    basis: 'consent',
    'name.en': pick(3),
    'text.en': long(0, 3900),
    recipients: pick(4),
  });
  await owner.post('/console/purposes/new', {
    key: 'worse',
    basis: 'consent',
    'name.en': pick(5),
    'text.en': long(60, 3900),
  });
  const notice = {
    version: '1',
    'title.en': pick(6),
    'text.en': long(0, 19_000),
    'title.de': pick(7),
    'text.de': long(half, 19_000),
    needs_new_consent: 'no',
    reason: long(30, 1900),
    override: '1',
  };
  const published = await owner.post('/console/notices/main/edit', notice);
  await owner.post('/console/connections/sites/new', {
    name: pick(8),
    origins: 'https://second.example',
    unit: 'shop',
    notice: 'main',
    languages: 'en',
    purposes: ['analytics', 'evil', 'worse'],
  });
  await owner.post('/console/connections/keys/new', { name: pick(9), scopes: 'check' });
  await owner.post('/console/settings/staff', { name: pick(10), role: 'support' });
  await owner.post('/console/reports/register/main', { version: '0', dpo: long(90, 1900), security: long(120, 1900) });
  const { person, record } = await house.choose({ analytics: 'granted' });
  await owner.post(`/console/people/${person}/record`, {
    purposes: 'letters',
    'evidence.when': '2026-11-20T10:00',
    'evidence.how': pick(11),
    'evidence.wording': long(140, 4000),
    'evidence.by': pick(12),
  });
  await owner.post(`/console/people/${person}/reveal`, { reason: pick(13) });
  await house.customer('asks@customers.example');
  const started = await owner.post('/console/requests/new', {
    right: 'access',
    type: 'email',
    id: 'asks@customers.example',
    message: long(0, 4000),
    region: 'DE',
  });
  const request = started.location!.split('?')[0]!;
  await house.server.tick();
  await owner.post(`${request}/note`, { text: long(100, 4500) });
  expect([published.status, started.status]).toEqual([303, 303]);
  return [
    '/console',
    '/console/consents',
    `/console/consents?region=${encodeURIComponent(ALL[0]!)}`,
    `/console/people/${person}`,
    `/console/people/${person}/record`,
    `/console/people/${person}/proof/${record}`,
    '/console/requests',
    request,
    '/console/purposes',
    '/console/purposes/evil',
    '/console/purposes/evil/edit',
    '/console/purposes/worse',
    '/console/notices',
    '/console/notices/main',
    '/console/notices/main/edit',
    '/console/notices/main/versions/2?against=1',
    '/console/notices/main/preview',
    '/console/reports',
    '/console/reports/register',
    '/console/audit',
    `/console/audit?event=${encodeURIComponent('"><script>window.__xss=1</script>')}`,
    '/console/connections',
    '/console/settings',
    `/console/${encodeURIComponent(ALL[180]!)}`,
  ];
}

beforeAll(async () => {
  at = await openConsole();
  paths = await store();
});
afterAll(() => at.close());

/** What ran, what the policy had to stop, and whom the page spoke to besides us. */
async function visited(page: Page, path: string): Promise<string[]> {
  const strangers: string[] = [];
  const listener = (r: { url(): string }) => {
    if (!r.url().startsWith(at.url) && !r.url().startsWith('data:')) strangers.push(r.url());
  };
  page.on('request', listener);
  await page.goto(`${at.url}${path}`);
  await page.evaluate(() => {
    for (const d of document.querySelectorAll('details')) d.open = true;
  });
  page.off('request', listener);
  const ran = await page.evaluate(() => Reflect.has(window, '__xss'));
  return [...(ran ? [`${path}: a script ran`] : []), ...strangers.map((s) => `${path}: asked ${s}`)];
}

describe('scripts in every text field', () => {
  it('are 200 different ones', () => {
    expect(new Set(ALL).size).toBe(200);
  });

  it('run on no page, and not even the policy has anything to report', async () => {
    const { context, page, errors } = await at.signedIn();
    const found: string[] = [];
    for (const path of paths) found.push(...(await visited(page, path)));
    expect(found).toEqual([]);
    expect(errors.filter((e) => !e.includes('404') && !e.includes('422'))).toEqual([]);
    await context.close();
  });

  it('would be noticed: a page that does run one is found out', async () => {
    const { context, page } = await at.signedIn({ bypassCSP: true });
    await page.route('**/console/settings', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<script>window.__xss=1</script>' }),
    );
    expect(await visited(page, '/console/settings')).toEqual(['/console/settings: a script ran']);
    await context.close();
  });
});
