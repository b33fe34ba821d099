import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { SiteConfig } from '../../src/consent/wire';
import type { ButtonLook, Buttons, Phase, Register, Seen } from './report';

export type BrowseOptions = {
  /** Milliseconds of quiet that a page gets after each step. */
  settle: number;
  /** Further pages of the site to open in each phase, absolute or relative. */
  pages: string[];
  /** Selectors of the first layer's buttons, for a banner that is not Avow's and not recognised. */
  accept?: string;
  reject?: string;
};

export type Browsed = { phase: Phase; seen: Seen[]; buttons: Buttons; register?: Register };

/** What the buttons of other tools say in the larger languages. */
const SAYS = {
  accept:
    /^(accept|allow|agree|akzeptieren|zustimmen|alle akzeptieren|tout accepter|accepter|aceptar|accetta|accepteren|akceptuj|godkänn|aceitar)\b/i,
  reject:
    /^(reject|decline|deny|refuse|ablehnen|alle ablehnen|tout refuser|refuser|rechazar|rifiuta|weigeren|odrzuć|avvisa|rejeitar|only necessary|nur notwendige)\b/i,
};

const OWN = { accept: '#avow-accept-all', reject: '#avow-reject-all' };

async function visible(locator: Locator): Promise<Locator | undefined> {
  return (await locator.first().isVisible()) ? locator.first() : undefined;
}

/** The button of the first layer: the caller's selector, Avow's id, else one that says so. */
async function find(page: Page, which: 'accept' | 'reject', given?: string): Promise<Locator | undefined> {
  if (given) return visible(page.locator(given));
  return (await visible(page.locator(OWN[which]))) ?? (await visible(page.getByRole('button', { name: SAYS[which] })));
}

/** Runs in the page: how the button looks, with the background that is really behind its text. */
const LOOK = `(el) => {
  const s = getComputedStyle(el), r = el.getBoundingClientRect();
  let back = el, color = '';
  for (; back; back = back.parentElement) {
    color = getComputedStyle(back).backgroundColor;
    if (!/rgba\\(.*, 0\\)$|^transparent$/.test(color)) break;
  }
  return { width: r.width, height: r.height, font_size: parseFloat(s.fontSize), font_weight: s.fontWeight,
    color: s.color, background: back ? color : 'rgb(255, 255, 255)' };
}`;

/** Made from text, because what runs in a page must not be touched by our own compiler. */
const look = new Function(`return ${LOOK}`)() as (el: unknown) => ButtonLook;

const lookOf = async (button: Locator | undefined): Promise<ButtonLook | undefined> => button?.evaluate(look);

const related = (host: string, site: string): boolean =>
  host === site || host.endsWith(`.${site.replace(/^www\./, '')}`);

/** Collects every host that a context asks for. */
function listen(context: BrowserContext): Set<string> {
  const hosts = new Set<string>();
  context.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http')) hosts.add(hostname);
  });
  return hosts;
}

/** The register as the widget itself received it. */
function overhear(context: BrowserContext, keep: (register: Register) => void): void {
  context.on('response', (response) => {
    if (!/\/v1\/sites\/[^/]+\/config/.test(response.url())) return;
    response
      .json()
      .then((config: SiteConfig) => keep({ services: config.services, purposes: config.purposes }))
      .catch(() => {});
  });
}

async function storageOf(page: Page, site: string): Promise<Seen[]> {
  const found: Seen[] = [];
  for (const frame of page.frames()) {
    if (!/^https?:/.test(frame.url())) continue;
    const names = (await frame
      .evaluate('[Object.keys(localStorage), Object.keys(sessionStorage)]')
      .catch(() => [[], []])) as [string[], string[]];
    const { hostname, origin } = new URL(frame.url());
    const entry =
      (kind: Seen['kind']) =>
      (name: string): Seen => ({
        kind,
        name,
        where: origin,
        first_party: related(hostname, site),
      });
    found.push(...names[0].map(entry('local_storage')), ...names[1].map(entry('session_storage')));
  }
  return found;
}

async function cookiesOf(context: BrowserContext, site: string, now: number): Promise<Seen[]> {
  return (await context.cookies()).map((c) => ({
    kind: 'cookie',
    name: c.name,
    where: c.domain,
    first_party: related(c.domain.replace(/^\./, ''), site),
    lifetime: c.expires > 0 ? Math.max(0, Math.round(c.expires - now / 1000)) : 0,
  }));
}

const unique = (seen: Seen[]): Seen[] => [...new Map(seen.map((s) => [`${s.kind} ${s.name} ${s.where}`, s])).values()];

async function visit(page: Page, url: string, settle: number): Promise<void> {
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(settle);
}

/** One phase in a fresh profile: open, choose, open the pages again, and list what the browser holds. */
export async function browse(browser: Browser, url: string, phase: Phase, options: BrowseOptions): Promise<Browsed> {
  const context = await browser.newContext();
  try {
    const site = new URL(url).hostname;
    const hosts = listen(context);
    let register: Register | undefined;
    overhear(context, (r) => {
      register = r;
    });
    const page = await context.newPage();
    await visit(page, url, options.settle);
    const accept = await find(page, 'accept', options.accept);
    const reject = await find(page, 'reject', options.reject);
    const buttons = { accept: await lookOf(accept), reject: await lookOf(reject) };
    const seen: Seen[] = [];
    if (phase !== 'before') {
      await (phase === 'after_accept' ? accept : reject)?.click();
      await page.waitForTimeout(options.settle);
    }
    for (const next of [...options.pages, ...(phase === 'before' ? [] : [url])]) {
      seen.push(...(await storageOf(page, site)));
      await visit(page, new URL(next, url).href, options.settle);
    }
    seen.push(...(await storageOf(page, site)), ...(await cookiesOf(context, site, Date.now())));
    for (const name of hosts) seen.push({ kind: 'host', name, where: name, first_party: related(name, site) });
    return { phase, seen: unique(seen), buttons, register };
  } finally {
    await context.close();
  }
}
