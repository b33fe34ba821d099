import type { Choice, ConsentBody, Method, PurposeView, SiteConfig } from '../src/consent/wire';
import { type Act, heardSignal, recordOf, standing } from './decide';
import { type Courier, randomId } from './deliver';
import type { Kept, Memory } from './memory';
import type { ConsentChange } from './types';

/** One page view whose configuration is known: what stands, and what a choice does. */
export type Visit = {
  config: SiteConfig;
  /** The optional purposes: what can be chosen. */
  optional: PurposeView[];
  purpose: (key: string) => PurposeView | undefined;
  allows: (purpose: string) => boolean;
  mustAsk: () => boolean;
  /** What stands, told as a change from nothing. */
  now: () => ConsentChange;
  signal: 'gpc' | 'dnt' | undefined;
  /** An interface text of the server's catalogue. */
  t: (key: string, values?: Record<string, string | number>) => string;
  /** The person's act: effective and stored at once, then sent. Purposes that it doesn't name stay as they are. */
  act: (choices: Record<string, boolean>, method: ConsentChange['method']) => void;
  /** Takes over what another tab stored. */
  reread: () => void;
  prepare: () => void;
};

type Parts = {
  config: SiteConfig;
  memory: Memory;
  courier: Courier;
  region: string | undefined;
  /** What follows from a change; called after it is stored. */
  changed: (change: ConsentChange) => void;
};

/** What the person says about a purpose, in the record's words: a "no" after a grant is a withdrawal. */
const wordOf = (was: Act | undefined, yes: boolean): Choice =>
  yes ? 'granted' : was?.choice === 'granted' ? 'withdrawn' : 'refused';

type Browser = { globalPrivacyControl?: boolean; doNotTrack?: string | null };

/** The act as it travels; the courier adds the tokens. */
const bodyOf = (
  { site, notice }: SiteConfig,
  browser: Browser,
  act: Pick<ConsentBody, 'visitor' | 'choices' | 'method' | 'region'>,
): ConsentBody => ({
  site: site.key,
  key: randomId('k_'),
  notice: { id: notice.id, version: notice.version, language: notice.language },
  signals: { gpc: browser.globalPrivacyControl === true, dnt: browser.doNotTrack === '1' },
  ...act,
});

/** What the server's catalogue says, with the values put in; a missing text shows its own key in words. */
const textsOf =
  (texts: SiteConfig['texts']): Visit['t'] =>
  (key, values = {}) =>
    (texts[key] ?? key.replace(/_/g, ' ')).replace(/\{(\w+)\}/g, (_, name) => `${values[name]}`);

export function visitOf({ config, memory, courier, region, changed }: Parts): Visit {
  const { notice, purposes } = config;
  const browser = navigator as Browser;
  const signal = heardSignal(config.policy, browser);
  const optional = purposes.filter((p) => !p.required);
  let kept = memory.read();

  const purpose = (key: string): PurposeView | undefined => purposes.find((p) => p.key === key);
  const stands = (p: PurposeView, heard = !!signal) => standing(p, kept.acts[p.key], config, heard, Date.now());
  const allows = (key: string): boolean => {
    const p = purpose(key);
    return !!p && stands(p).allowed;
  };
  const picture = (): Record<string, boolean> => recordOf(purposes, (p) => stands(p).allowed);

  const changeFrom = (before: Record<string, boolean>, method: ConsentChange['method']): ConsentChange => {
    const allowed = picture();
    const moved = (to: boolean): string[] =>
      Object.keys(allowed).filter((k) => allowed[k] === to && !!before[k] === !to);
    return { allowed, gained: moved(true), lost: moved(false), decided: !!Object.keys(kept.acts)[0], method };
  };

  const act: Visit['act'] = (wanted, method) => {
    const before = picture();
    const at = Date.now();
    const choices: Record<string, Choice> = {};
    for (const { key } of optional) if (key in wanted) choices[key] = wordOf(kept.acts[key], !!wanted[key]);
    if (!Object.keys(choices)[0]) return;
    memory.change((k) => {
      k.visitor ??= randomId('v_');
      for (const [key, choice] of Object.entries(choices))
        k.acts[key] = { choice, at, notice: notice.id, version: notice.version, signal: !!signal };
      const { visitor } = k;
      k.waiting.push({ body: bodyOf(config, browser, { visitor, choices, method: method as Method, region }), at });
      kept = k;
    });
    memory.sign(undefined);
    courier.flush();
    changed(changeFrom(before, method));
  };

  const visit: Visit = {
    config,
    optional,
    purpose,
    allows,
    signal,
    act,
    now: () => changeFrom({}, 'stored'),
    mustAsk: () => optional.some((p) => stands(p).ask),
    t: textsOf(config.texts),
    reread: () => {
      const before = picture();
      kept = memory.read();
      changed(changeFrom(before, 'stored'));
    },
    prepare: courier.prepare,
  };
  return visit;
}

/** Purposes that the browser's signal switches off here and now: recorded once, as an act of its own. */
export function overruled({ signal, optional, config }: Visit, acts: Kept['acts']): PurposeView[] {
  const stands = (p: PurposeView, heard: boolean) => standing(p, acts[p.key], config, heard, Date.now()).allowed;
  return optional.filter((p) => signal && stands(p, false) && !stands(p, true));
}
