import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { matches as matchesInWidget } from '../../widget/match';
import { exitCode, renderHtml, ScanError, type ScanOptions, scan } from '../../widget/scan';
import { contrast } from '../../widget/scan/contrast';
import { judgeButtons, matches } from '../../widget/scan/judge';
import { html, RESOLVE_TEST_HOSTS, StubServer, tag } from './widget-stub';

const stub = new StubServer();
beforeAll(() => stub.start());
afterAll(() => stub.stop());
beforeEach(() => stub.reset());

const look = (options: ScanOptions = {}) => scan(stub.url(), { settle: 120, args: [RESOLVE_TEST_HOSTS], ...options });

const GATED = (): string =>
  html(
    `<main><h1>Shop</h1><script type="text/plain" data-purpose="analytics" data-src="http://stats.test:${stub.port}/s.js"></script></main>`,
  );

beforeEach(() => {
  stub.scripts['/s.js'] = `document.cookie = '_st_1=1;path=/;max-age=86400'; localStorage.setItem('stats-queue', '1')`;
});

describe('avow scan', () => {
  test('finds no error on a site that keeps its word, and shows what came only after yes', async () => {
    stub.pages['/'] = { html: GATED() };
    const report = await look();
    expect(report.register).toBe('widget');
    expect(report.findings.filter((f) => f.severity === 'error')).toEqual([]);
    expect(exitCode(report)).toBe(0);
    const names = report.phases.map((p) =>
      p.seen
        .filter((s) => !s.name.startsWith('avow'))
        .map((s) => s.name)
        .sort(),
    );
    expect(names).toEqual([['shop.test'], ['shop.test'], ['_st_1', 'shop.test', 'stats-queue', 'stats.test']]);
    expect(report.findings.map((f) => [f.code, f.subject])).toEqual([['never_seen', 'Moving Pictures']]);
    const cookie = report.phases[2]?.seen.find((s) => s.name === '_st_1');
    expect(cookie).toMatchObject({ service: 'Plain Stats', purposes: ['analytics'], first_party: true });
  });

  test('finds what is used before a choice and after no, what nobody declared, and what lives too long', async () => {
    stub.pages['/'] = {
      html: html(`<main><h1>Shop</h1><script src="http://stats.test:${stub.port}/s.js"></script>
        <script src="http://unknown.test:${stub.port}/x.js"></script>
        <script>document.cookie = 'rogue=1;path=/'; document.cookie = 'seen=1;path=/;max-age=${400 * 86400}'</script></main>`),
    };
    const report = await look();
    expect(exitCode(report)).toBe(1);
    const found = (code: string): string[] =>
      report.findings.filter((f) => f.code === code).map((f) => `${f.phase} ${f.subject}`);
    expect(found('used_before_choice')).toContain('before stats.test');
    expect(found('used_after_refusal')).toContain('after_reject stats.test');
    expect(found('undeclared')).toEqual(['before cookie rogue (shop.test)', 'before unknown.test']);
    expect(found('lives_longer')[0]).toContain('cookie seen');
  });

  test('finds a yes without a no', async () => {
    const banner = (reject: string): string =>
      html(
        `<main><h1>Shop</h1><div><button style="font-size:20px;padding:12px;background:#000;color:#fff">Accept all</button>${reject}</div></main>`,
        '',
      );
    stub.pages['/'] = { html: banner('') };
    expect((await look()).findings.map((f) => f.code)).toEqual(['no_reject']);
  });

  test('takes a register from the caller for a site with another tool', async () => {
    stub.pages['/'] = { html: html(`<script src="http://stats.test:${stub.port}/s.js"></script>`, '') };
    const { services, purposes } = stub.config;
    const report = await look({ register: { services, purposes } });
    expect(report.register).toBe('given');
    expect(report.findings.map((f) => f.code)).toContain('used_before_choice');
  });

  test('renders a page in which nothing that a site named is markup', async () => {
    stub.pages['/'] = { html: html(`<script>localStorage.setItem('<img src=x onerror=alert(1)>', 1)</script>`, tag()) };
    const page = renderHtml(await look());
    expect(page).toContain('&#60;img src=x');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script');
  });

  test('says what is wrong when it can not look', async () => {
    await expect(scan('ftp://x')).rejects.toMatchObject({ code: 'bad_address' });
    await expect(look({ executablePath: '/nowhere/chromium' })).rejects.toMatchObject({ code: 'no_browser' });
    const refused = scan('http://127.0.0.1:1/', { settle: 10 });
    await expect(refused).rejects.toBeInstanceOf(ScanError);
    await expect(refused).rejects.toMatchObject({ code: 'unreachable' });
  });
});

test('contrast is as WCAG computes it', () => {
  expect(contrast('rgb(0, 0, 0)', 'rgb(255, 255, 255)')).toBe(21);
  expect(contrast('rgb(119, 119, 119)', 'rgb(255, 255, 255)')).toBeCloseTo(4.48, 2);
});

test('the scanner and the widget read a declared name alike', () => {
  const names = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*', '.'), maxLength: 5 });
  fc.assert(fc.property(names, names, (declared, name) => matches(declared, name) === matchesInWidget(declared, name)));
  expect([matches('_ga*', '_ga_X'), matches('_ga', '_ga_X'), matches('*', 'x')]).toEqual([true, false, true]);
});

test('a no that is smaller or paler than the yes is found', () => {
  const accept = {
    width: 120,
    height: 44,
    font_size: 16,
    font_weight: '600',
    color: 'rgb(255, 255, 255)',
    background: 'rgb(0, 0, 0)',
  };
  const codes = (more: Partial<typeof accept>): string[] =>
    judgeButtons({ accept, reject: { ...accept, ...more } }).map((f) => f.code);
  expect(codes({})).toEqual([]);
  expect(codes({ width: 90 })).toEqual(['unequal_buttons']);
  expect(codes({ font_size: 12 })).toEqual(['unequal_buttons']);
  expect(codes({ font_weight: '400' })).toEqual(['unequal_buttons']);
  expect(codes({ color: 'rgb(187, 187, 187)', background: 'rgb(238, 238, 238)' })).toEqual([
    'unequal_buttons',
    'low_contrast',
  ]);
});
