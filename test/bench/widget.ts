/**
 * `npm run bench:widget`: the widget beside its peers. Builds them from npm in a folder of its own, prints what a page
 * downloads (JavaScript and style sheets for banner, preferences and gating, one language; raw, gzip 9, brotli 11), and
 * how long it takes in Chromium until a button of the banner can be pressed, with main-thread time: median of 20 loads,
 * each in a fresh profile, once on the bare loopback and once on an emulated phone (4 × slower CPU, 150 ms, 1.6 Mbit/s).
 *
 * Time in this table is this machine's; compare the rows of one run only.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { buildWidget } from '../../src/build/widget';
import { configOf, SITE } from '../browser/widget-stub';

const RUNS = Number(process.argv[2] ?? 20);

type Peer = {
  name: string;
  /** Files that a page loads, as paths below `root`. */
  files: string[];
  /** The page's head. */
  head: string;
  /** A button of the banner. */
  button: string;
};

const PACKAGES = {
  'vanilla-cookieconsent': '3.1.0',
  klaro: '0.7.22',
  orejime: '3.2.1',
  tarteaucitronjs: '1.34.0',
  cookieconsent: '3.1.1',
};

const script = (path: string, more = ''): string => `<script src="/${path}" ${more}></script>`;
const sheet = (path: string): string => `<link rel="stylesheet" href="/${path}">`;
const run = (code: string): string => `<script>${code}</script>`;

const m = (path: string): string => `node_modules/${path}`;
const PURPOSES = `[{ name: 'analytics', title: 'Analytics', purposes: ['analytics'] }, { name: 'ads', title: 'Marketing', purposes: ['ads'] }]`;
const SECTIONS = `{ consentModal: { title: 'Cookies', description: 'We use cookies.', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all', showPreferencesBtn: 'Choose' }, preferencesModal: { title: 'Preferences', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all', savePreferencesBtn: 'Save', sections: [{ title: 'Analytics', description: 'x', linkedCategory: 'analytics' }, { title: 'Marketing', description: 'x', linkedCategory: 'ads' }] } }`;

const PEERS: Peer[] = [
  {
    name: 'Avow',
    files: ['v1.js'],
    // As the build prints it: configuration and script side by side.
    head: `<link rel="preload" as="fetch" href="/v1/sites/${SITE}/config?lang=en" crossorigin="anonymous"><script src="/widget/v1.js" data-site="${SITE}" data-lang="en" async></script>`,
    button: '#avow-accept-all',
  },
  {
    name: `vanilla-cookieconsent ${PACKAGES['vanilla-cookieconsent']}`,
    files: ['cookieconsent.umd.js', 'cookieconsent.css'].map((f) => m(`vanilla-cookieconsent/dist/${f}`)),
    head:
      sheet(m('vanilla-cookieconsent/dist/cookieconsent.css')) +
      script(m('vanilla-cookieconsent/dist/cookieconsent.umd.js'), 'defer') +
      run(
        `addEventListener('DOMContentLoaded', () => CookieConsent.run({ hideFromBots: false, categories: { necessary: { readOnly: true, enabled: true }, analytics: {}, ads: {} }, language: { default: 'en', translations: { en: ${SECTIONS} } } }))`,
      ),
    button: '#cc-main .cm__btn',
  },
  {
    name: `klaro ${PACKAGES.klaro}`,
    files: [m('klaro/dist/klaro.js')],
    head:
      run(
        `window.klaroConfig = { acceptAll: true, translations: { zz: { privacyPolicyUrl: '/p' } }, services: ${PURPOSES} }`,
      ) + script(m('klaro/dist/klaro.js'), 'defer'),
    button: '.klaro .cookie-notice .cm-btn',
  },
  {
    name: `orejime ${PACKAGES.orejime}`,
    files: ['orejime-standard-en.js', 'orejime-standard.css'].map((f) => m(`orejime/dist/${f}`)),
    head:
      sheet(m('orejime/dist/orejime-standard.css')) +
      run(
        `window.orejimeConfig = { privacyPolicyUrl: '/p', purposes: [{ id: 'analytics', title: 'Analytics', cookies: ['_ga'] }, { id: 'ads', title: 'Marketing', cookies: ['x'] }] }`,
      ) +
      script(m('orejime/dist/orejime-standard-en.js'), 'defer'),
    button: '.orejime-Banner button',
  },
  {
    name: `tarteaucitron ${PACKAGES.tarteaucitronjs}`,
    files: [
      'tarteaucitron.min.js',
      'tarteaucitron.services.min.js',
      'lang/tarteaucitron.en.min.js',
      'css/tarteaucitron.min.css',
    ].map((f) => m(`tarteaucitronjs/${f}`)),
    head:
      script(m('tarteaucitronjs/tarteaucitron.min.js')) +
      run(
        `var tarteaucitronForceLanguage = 'en'; tarteaucitron.init({ privacyUrl: '/p', orientation: 'bottom', DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, showAlertSmall: false, cookieslist: false }); addEventListener('DOMContentLoaded', () => { tarteaucitron.user.gtagUa = 'G-1'; (tarteaucitron.job = tarteaucitron.job || []).push('gtag'); })`,
      ),
    button: '#tarteaucitronRoot button#tarteaucitronPersonalize2, #tarteaucitronRoot button.tarteaucitronAllow',
  },
  {
    name: `cookieconsent (Osano) ${PACKAGES.cookieconsent}, banner only`,
    files: ['cookieconsent.min.js', 'cookieconsent.min.css'].map((f) => m(`cookieconsent/build/${f}`)),
    head:
      sheet(m('cookieconsent/build/cookieconsent.min.css')) +
      script(m('cookieconsent/build/cookieconsent.min.js'), 'defer') +
      run(
        `addEventListener('DOMContentLoaded', () => cookieconsent.initialise({ type: 'opt-in', palette: { popup: { background: '#000' }, button: { background: '#fff' } } }))`,
      ),
    button: '.cc-window .cc-btn',
  },
];

const brotli = (bytes: Uint8Array): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' };

/** Everything is served compressed, as a real site does; compression is done once. */
function serve(root: string, widget: string): Promise<Server> {
  const packed = new Map<string, Buffer>();
  const pack = (key: string, make: () => Uint8Array | string): Buffer => {
    const found = packed.get(key) ?? brotli(Buffer.from(make()));
    packed.set(key, found);
    return found;
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const send = (type: string, make: () => Uint8Array | string): void => {
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'br' }).end(pack(path, make));
    };
    const peer = PEERS[Number(path.slice(6))];
    if (path.startsWith('/peer/') && peer) return send('text/html', () => page(peer.head));
    if (path === '/blank') return send('text/html', () => page(''));
    if (path.endsWith('/config')) return send('application/json', () => JSON.stringify(configOf()));
    const file = path.startsWith('/widget/') ? join(widget, path.slice(8)) : join(root, path);
    try {
      const bytes = readFileSync(file);
      send(TYPES[extname(path)] ?? 'text/plain', () => bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server)));
}

const page = (head: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>${head}</head><body><main><h1>Shop</h1>${'<p>Lorem ipsum dolor sit amet.</p>'.repeat(40)}</main></body></html>`;

/** Notes the first frame in which a button of the banner is on top at its own centre: then it can be pressed. */
const WATCH = (selector: string): string => `(() => {
  const look = () => {
    for (const b of document.querySelectorAll(${JSON.stringify(selector)})) {
      const r = b.getBoundingClientRect();
      const top = r.width && document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
      if (top && (b === top || b.contains(top))) { window.interactive = performance.now(); return; }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

type Load = { ready: number; main: number };

async function load(browser: Browser, url: string, selector: string, phone: boolean): Promise<Load> {
  const context = await browser.newContext({
    viewport: phone ? { width: 390, height: 800 } : { width: 1280, height: 800 },
  });
  try {
    const tab = await context.newPage();
    const cdp = await context.newCDPSession(tab);
    await cdp.send('Performance.enable');
    if (phone) {
      await cdp.send('Network.enable');
      await cdp.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 150,
        downloadThroughput: 2e5,
        uploadThroughput: 9e4,
      });
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    }
    await tab.addInitScript(WATCH(selector));
    await tab.goto(url);
    await tab.waitForFunction('window.interactive', undefined, { timeout: 20_000 });
    const { metrics } = await cdp.send('Performance.getMetrics');
    const task = metrics.find((x) => x.name === 'TaskDuration')?.value ?? 0;
    return { ready: (await tab.evaluate('window.interactive')) as number, main: task * 1000 };
  } finally {
    await context.close();
  }
}

const median = (numbers: number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Rounds over all pages, so that a busy moment of the machine falls on everybody; the first round only warms up. */
async function measure(browser: Browser, base: string, phone: boolean): Promise<Load[]> {
  const targets = [
    { url: `${base}/blank`, button: 'h1' },
    ...PEERS.map((p, i) => ({ url: `${base}/peer/${i}`, button: p.button })),
  ];
  const loads: Load[][] = targets.map(() => []);
  for (let round = 0; round <= RUNS; round++)
    for (const [i, { url, button }] of targets.entries()) {
      const one = await load(browser, url, button, phone);
      if (round > 0) loads[i]?.push(one);
    }
  const middle = loads.map((l) => ({ ready: median(l.map((x) => x.ready)), main: median(l.map((x) => x.main)) }));
  const empty = middle.shift()?.main ?? 0;
  return middle.map(({ ready, main }) => ({ ready, main: Math.max(0, main - empty) }));
}

function sizes(root: string, widget: string, peer: Peer): [number, number, number] {
  const files = peer.files.map((f) => readFileSync(join(peer.name === 'Avow' ? widget : root, f)));
  const sum = (pack: (bytes: Uint8Array) => number): number => files.reduce((n, f) => n + pack(f), 0);
  return [sum((f) => f.length), sum((f) => gzipSync(f, { level: 9 }).length), sum((f) => brotli(f).length)];
}

async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'avow-bench-widget-'));
  const widget = mkdtempSync(join(tmpdir(), 'avow-bench-built-'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
  console.error('installing the peers …');
  execFileSync('npm', ['i', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'], {
    cwd: root,
    stdio: 'inherit',
  });
  await buildWidget(widget);
  const server = await serve(root, widget);
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    console.error(`${RUNS} loads of each, twice …`);
    const desk = await measure(browser, base, false);
    const phone = await measure(browser, base, true);
    const rows = PEERS.map((peer, i) => [
      peer.name,
      ...sizes(root, widget, peer).map(String),
      ...[desk[i]?.ready, desk[i]?.main, phone[i]?.ready, phone[i]?.main].map((n) => (n ?? 0).toFixed(0)),
    ]);
    print(rows);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
    rmSync(root, { recursive: true, force: true });
    rmSync(widget, { recursive: true, force: true });
  }
}

function print(rows: string[][]): void {
  const heads = ['widget', 'raw B', 'gzip B', 'brotli B', 'ready ms', 'main ms', 'phone ready ms', 'phone main ms'];
  console.log(`median of ${RUNS} loads; main-thread time is over that of the empty page\n`);
  console.log(`| ${heads.join(' | ')} |`);
  console.log(
    `|---|${heads
      .slice(1)
      .map(() => '---:')
      .join('|')}|`,
  );
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

await main();
