import { mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { buildWidget } from '../../src/build/widget';
import { interfaceTexts } from '../../src/consent/texts';
import type { PurposeView, SiteConfig } from '../../src/consent/wire';

/** `tsx test/browser/widget-screenshots.ts`: every state of the widget as a picture under `widget/docs/`, each below 200 KB. */
const OUT = resolve(import.meta.dirname, '../../widget/docs');
const LIMIT = 200_000;
const ORIGIN = 'https://shop.example';

type Words = { title: string; text: string; names: [string, string, string]; says: [string, string, string] };

const ENGLISH: Words = {
  title: 'Your privacy at Lindgren & Daughters',
  text: 'With your consent we count how the shop is used, and show you our offers on other sites. Without it the shop works just as well.',
  names: ['The shop itself', 'Counting visits', 'Our offers elsewhere'],
  says: [
    'Your basket, your sign-in and protection against fraud.',
    'We count which pages are read, so that we find out what is missing.',
    'Partners learn what you looked at here, and show our offers on other sites.',
  ],
};

const ARABIC: Words = {
  title: 'خصوصيتك في متجر ليندغرين',
  text: 'بموافقتك نحصي كيفية استخدام المتجر ونعرض عليك عروضنا في مواقع أخرى. يعمل المتجر بدونها كما هو.',
  names: ['المتجر نفسه', 'إحصاء الزيارات', 'عروضنا في مواقع أخرى'],
  says: ['سلة التسوق وتسجيل الدخول.', 'نحصي الصفحات المقروءة.', 'يعرف الشركاء ما شاهدته هنا.'],
};

const JAPANESE: Words = {
  title: 'リンドグレーン商店でのプライバシー',
  text: '同意いただいた場合、店舗の利用状況を計測し、他のサイトで当店の案内を表示します。同意がなくても同じようにご利用いただけます。',
  names: ['店舗の機能', '訪問の計測', '他サイトでの案内'],
  says: ['買い物かごとログインのため。', '読まれたページを数えます。', '提携先が閲覧内容を知ります。'],
};

const purpose = (key: string, name: string, text: string, more: Partial<PurposeView> = {}): PurposeView => ({
  key,
  name,
  text,
  basis: 'consent',
  required: false,
  default: 'refused',
  model: 'opt_in',
  recipients: [],
  services: [],
  special_category: false,
  signals: [],
  ...more,
});

function configOf(language: string, words: Words, more: Partial<SiteConfig['policy']> = {}): SiteConfig {
  const { names, says } = words;
  const optOut = more.model === 'opt_out' ? ({ model: 'opt_out', default: 'granted' } as const) : {};
  return {
    site: { key: 'pk_example', name: 'Shop', languages: [language] },
    controller: {
      name: 'Lindgren & Daughters AB, Göteborg',
      contact: 'privacy@shop.example',
      privacy_url: `${ORIGIN}/privacy`,
    },
    notice: { id: 'ntc_1', version: 4, language, title: words.title, text: words.text, hash: '' },
    purposes: [
      purpose('shop', names[0], says[0], { required: true, default: 'granted', basis: 'contract' }),
      purpose('counting', names[1], says[1], { services: ['pulse'], recipients: ['Pulse Oy'], ...optOut }),
      purpose('offers', names[2], says[2], {
        services: ['film', 'adnet'],
        recipients: ['Film Inc', 'Adnet SA'],
        ...optOut,
      }),
    ],
    services: [
      {
        key: 'pulse',
        name: 'Pulse',
        vendor: 'Pulse Oy',
        country: 'FI',
        privacy_url: 'https://pulse.example/privacy',
        hosts: ['pulse.example'],
        storage: [
          { kind: 'cookie', name: '_pulse', lifetime: 34_128_000 },
          { kind: 'local_storage', name: 'pulse-queue', lifetime: 0 },
        ],
      },
      { key: 'film', name: 'Moving Pictures', vendor: 'Film Inc', country: 'US', hosts: ['film.example'], storage: [] },
      { key: 'adnet', name: 'Adnet', vendor: 'Adnet SA', country: 'FR', hosts: ['adnet.example'], storage: [] },
    ],
    policy: {
      region: 'SE',
      model: 'opt_in',
      gpc: 'honoured',
      gpc_display: false,
      dnt: 'ignored',
      grant_days: 180,
      reask_days: 180,
      mspa_signed: false,
      ...more,
    },
    texts: interfaceTexts(language).texts,
  };
}

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"><circle cx="16" cy="16" r="14" fill="#7a1f3d"/><text x="38" y="22" font-family="Georgia" font-size="18">Lindgren</text></svg>`;

const THEME = `<style>:root{--avow-accent:#7a1f3d;--avow-on-accent:#fff;--avow-bg:#fffaf5;--avow-fg:#2a1a1f;--avow-radius:4px;--avow-font:Georgia,serif;color-scheme:light}#avow-consent{--avow-line:#d8c4bb}</style>`;

const page = (attributes: string, head: string, language: string): string => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Shop</title><style>
body{margin:0;font:17px/1.6 Georgia,serif;background:#faf8f5;color:#222}header{padding:1.2rem 2rem;border-bottom:1px solid #ddd;font-weight:600}
main{max-width:60rem;margin:2rem auto;padding:0 2rem}.goods{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:1rem}
.goods div{aspect-ratio:4/3;border-radius:6px;background:linear-gradient(135deg,#e7ddd2,#c9b8a6)}iframe{border:0}
</style>${head}<script src="/widget/v1.js" data-site="pk_example" ${attributes} async></script></head><body>
<header>Lindgren &amp; Daughters</header><main><h1>Blankets, woven since 1911</h1>
<div class="goods"><div></div><div></div><div></div></div>
<p><iframe data-src="https://film.example/loom" data-purpose="offers" title="How a blanket is made" width="480" height="270"></iframe></p>
</main></body></html>`;

type Shot = {
  name: string;
  config?: SiteConfig;
  attributes?: string;
  head?: string;
  options?: BrowserContextOptions;
  gpc?: boolean;
  act?: (page: Page) => Promise<void>;
};

const size = (width: number, height: number): BrowserContextOptions => ({ viewport: { width, height } });
const choose = (p: Page): Promise<void> => p.locator('#avow-choose').click();
const unfold = async (p: Page): Promise<void> => {
  await choose(p);
  await p.locator('summary').first().click();
};

const SHOTS: Shot[] = [
  { name: 'banner' },
  { name: 'banner-phone', options: size(390, 780) },
  { name: 'banner-dark', options: { colorScheme: 'dark' } },
  { name: 'banner-forced-colours', options: { forcedColors: 'active' } },
  { name: 'banner-start', attributes: 'data-position="start"' },
  { name: 'banner-center', attributes: 'data-position="center"' },
  { name: 'banner-themed', attributes: 'data-theme="light" data-logo="/logo.svg"', head: THEME },
  { name: 'banner-arabic', config: configOf('ar', ARABIC) },
  { name: 'banner-japanese', config: configOf('ja', JAPANESE), options: size(390, 780) },
  { name: 'banner-tiny', options: size(320, 256) },
  { name: 'preferences', act: choose },
  { name: 'preferences-details', act: unfold },
  { name: 'preferences-phone', act: choose, options: size(390, 780) },
  { name: 'preferences-dark', act: unfold, options: { colorScheme: 'dark' } },
  { name: 'preferences-arabic', act: unfold, config: configOf('ar', ARABIC) },
  { name: 'preferences-themed', act: choose, attributes: 'data-theme="light"', head: THEME },
  { name: 'placeholder', act: (p) => p.locator('#avow-reject-all').click() },
  {
    name: 'opt-out-honoured',
    gpc: true,
    config: configOf('en', ENGLISH, { region: 'US-CA', model: 'opt_out', gpc: 'required', gpc_display: true }),
  },
];

/** Answers everything from memory, so that no server and no network is needed. */
async function serve(p: Page, widget: string, shot: Shot, config: SiteConfig): Promise<void> {
  await p.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') {
      const body = page(shot.attributes ?? '', shot.head ?? '', config.notice.language);
      return route.fulfill({ contentType: 'text/html', body });
    }
    if (pathname.startsWith('/widget/'))
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(widget, pathname.slice(8))) });
    if (pathname.endsWith('/config')) return route.fulfill({ json: config });
    if (pathname === '/logo.svg') return route.fulfill({ contentType: 'image/svg+xml', body: LOGO });
    return route.fulfill({ status: 503, body: '' });
  });
}

async function take(browser: Browser, widget: string, shot: Shot): Promise<void> {
  const context = await browser.newContext({ ...size(1280, 800), ...shot.options });
  try {
    const p = await context.newPage();
    if (shot.gpc)
      await p.addInitScript(`Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })`);
    await serve(p, widget, shot, shot.config ?? configOf('en', ENGLISH));
    await p.goto(`${ORIGIN}/`);
    await p.locator(shot.gpc ? '#avow-privacy-choices' : '#avow-consent-banner').waitFor();
    await shot.act?.(p);
    await p.mouse.move(0, 0);
    const path = join(OUT, `${shot.name}.png`);
    await p.screenshot({ path, animations: 'disabled' });
    const { size: bytes } = statSync(path);
    if (bytes > LIMIT) throw new Error(`${path} has ${bytes} bytes, over ${LIMIT}`);
  } finally {
    await context.close();
  }
}

/** Takes all pictures anew. Throws when one is too large for the docs. */
export async function takeScreenshots(): Promise<string[]> {
  const widget = mkdtempSync(join(tmpdir(), 'avow-shots-'));
  await buildWidget(widget);
  mkdirSync(OUT, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  try {
    for (const shot of SHOTS) await take(browser, widget, shot);
  } finally {
    await browser.close();
  }
  return SHOTS.map((s) => `${s.name}.png`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await takeScreenshots()).join('\n'));
