import type { SiteConfig } from '../src/consent/wire';
import { recordOf } from './decide';
import { courierOf } from './deliver';
import { eraseStorage } from './erase';
import { type Gates, gatesOf } from './gate';
import { memoryOf } from './memory';
import { signalsOf } from './signals';
import { trusted } from './trust';
import type { Avow, ConsentChange, StartOptions } from './types';
import { h } from './ui/dom';
import { type Interface, interfaceOf } from './ui/interface';
import { overruled, type Visit, visitOf } from './visit';

/** Integrity hashes of the add-ons, put in by the build: whoever pins the core pins them too. */
declare const ADD_ONS: Record<string, string>;

type Listener = (change: ConsentChange) => void;

/** A fault of the page's own listener is reported as such and stops nothing of ours. */
function tell(listener: Listener, change: ConsentChange): void {
  try {
    listener(change);
  } catch (error) {
    reportError(error);
  }
}

/** Fetches the configuration, and tries again until it has it: without it every gate stays shut. */
async function configOf({ site, api, lang, region }: StartOptions): Promise<SiteConfig> {
  const query = new URLSearchParams({ lang: lang || document.documentElement.lang || navigator.language });
  if (region) query.set('region', region);
  for (let pause = 2000; ; pause = Math.min(pause * 2, 6e4)) {
    const response = await fetch(`${api}/v1/sites/${site}/config?${query}`).catch(() => {});
    if (response?.ok) return response.json();
    await new Promise((go) => {
      setTimeout(go, pause);
      addEventListener('online', go, { once: true });
    });
  }
}

/** The page goes: nothing but itself may be asked for while it does. */
function leave(api: string): void {
  const content = `default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: ${api}`;
  document.head.append(h('meta', { 'http-equiv': 'Content-Security-Policy', content }));
  location.reload();
}

/** Add-ons that the site's signals ask for; each is a script that listens to `window.avow`. */
async function loadAddOns({ purposes }: SiteConfig, api: string, nonce: string | undefined): Promise<void> {
  const vendors = purposes.flatMap((p) => p.signals.map((s) => s.split(':'))).filter((s) => s[1]);
  const names = new Set(vendors.map(([vendor]) => (vendor === 'gpp' ? 'gpp' : 'vendors')));
  const load = (name: string): Promise<unknown> =>
    new Promise((settle) => {
      const integrity = ADD_ONS[name];
      const script = h('script', { load: settle, error: settle, crossorigin: true, integrity, nonce });
      script.src = trusted().createScriptURL(`${api}/widget/${name}.js`);
      document.head.append(script);
    });
  await Promise.all([...names].map(load));
}

const no = (): boolean => false;

type Running = { visit: Visit; ui: Interface };

/**
 * Starts the widget on this page, once. The order is the rule: know, decide, tell the tags, open the gates, ask.
 * Calls that waited in `window.avow` are made when it is ready.
 */
export function start(options: StartOptions, nonce?: string): Avow {
  const earlier = window.avow ?? [];
  if (!Array.isArray(earlier)) return earlier;
  const api = options.api ?? location.origin;
  const listeners = new Set<Listener>();
  let visit: Visit | undefined;

  const publish = (change: ConsentChange): void => {
    for (const listener of listeners) tell(listener, change);
    document.dispatchEvent(new CustomEvent('avow:change', { detail: change }));
  };

  const running = configOf({ ...options, api }).then(async (config): Promise<Running> => {
    Object.assign(avow, { config });
    await loadAddOns(config, api, nonce);
    return run({ ...options, api }, config, nonce, publish, (made) => {
      visit = made;
    });
  });

  const withdraw = ({ visit }: Running, purposes: string[]): void => {
    const named = visit.optional.filter((p) => !purposes[0] || purposes.includes(p.key));
    visit.act(recordOf(named, no), purposes[0] ? 'custom' : 'reject_all');
  };

  const avow: Avow = {
    allows: (purpose) => !!visit?.allows(purpose),
    onChange: (listener) => {
      listeners.add(listener);
      if (visit) tell(listener, visit.now());
      return () => listeners.delete(listener);
    },
    open: () => void running.then(({ ui }) => ui.open()),
    withdraw: (...purposes) => void running.then((r) => withdraw(r, purposes)),
    push: (callback) => void avow.ready.then(callback),
    ready: running.then(() => avow),
  };
  window.avow = avow;
  for (const callback of earlier) avow.push(callback);
  return avow;
}

/** The widget with its configuration known. `begun` hands out the visit before the first listener hears of it. */
function run(
  options: StartOptions & { api: string },
  config: SiteConfig,
  nonce: string | undefined,
  publish: (change: ConsentChange) => void,
  begun: (visit: Visit) => void,
): Running {
  const { site, api, region, reload } = options;
  const memory = memoryOf(site);
  memory.share(config.site.cookie_domain, Math.max(config.policy.grant_days, config.policy.reask_days));
  const courier = courierOf(api, site, memory);

  const changed = (change: ConsentChange): void => {
    const mustGo = gates.close();
    eraseStorage(config, visit.allows);
    signals.update();
    publish(change);
    gates.sweep();
    ui.saved();
    if (mustGo && reload !== 'off') leave(api);
  };

  const visit = visitOf({ config, memory, courier, region, changed });
  const signals = signalsOf(config, visit.allows);
  const gates = gatesOf(visit, nonce);
  const ui = interfaceOf(visit, options);
  begun(visit);
  signals.start();
  const off = overruled(visit, memory.read().acts);
  if (off[0] && visit.signal) visit.act(recordOf(off, no), visit.signal);
  else begin();
  watch(visit, gates, ui.keep, memory.key);
  courier.flush();
  return { visit, ui };

  /** Nothing new was said: what is stored takes effect. */
  function begin(): void {
    if (visit.now().decided) {
      eraseStorage(config, visit.allows);
      signals.update();
    }
    publish(visit.now());
    gates.sweep();
    ui.render();
  }
}

/**
 * Nodes that come later, pages that come back, and choices made in another tab. Mutations are looked at in batches, so
 * that a busy page pays little and a page that fights us is not frozen.
 */
function watch(visit: Visit, gates: Gates, keep: () => void, key: string): void {
  let due = false;
  const look = (): void => {
    due = false;
    gates.sweep();
    keep();
  };
  new MutationObserver(() => {
    if (!due) setTimeout(look, 50);
    due = true;
  }).observe(document, { childList: true, subtree: true });
  addEventListener('storage', (event) => event.key === key && visit.reread());
  addEventListener('pageshow', (event) => event.persisted && visit.reread());
}
