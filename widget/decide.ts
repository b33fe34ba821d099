import type { Choice, PurposeView, SiteConfig } from '../src/consent/wire';

/** What the person (or their browser's signal) said about one purpose on this device. */
export type Act = {
  choice: Choice;
  /** Milliseconds of the device's clock. */
  at: number;
  /** Notice and version that were shown. */
  notice: string;
  version: number;
  /** Was an opt-out signal on when this was said? Then the act is the later, more specific word. */
  signal: boolean;
};

export type Standing = { allowed: boolean; ask: boolean };

const DAY = 864e5;

/** Younger than so many days; a clock that was set back by more than a day makes an act unusable. */
const within = (act: Act, days: number, now: number): boolean => now - act.at < days * DAY && act.at - now < DAY;

/** Was the act made under a notice that still counts (C8: a changed notice is asked again)? */
const underNotice = (act: Act, { notice }: SiteConfig): boolean =>
  act.notice === notice.id && act.version >= (notice.valid_from_version ?? notice.version);

/** Does an opt-out signal of the browser concern this purpose? */
export const signalled = (purpose: PurposeView): boolean => !purpose.required && purpose.gpc !== false;

/**
 * May this purpose be pursued, and must the person be asked? The widget's one rule; the server's `decide` rules the rest.
 * A grant counts while it is fresh and its notice unchanged, and yields to a signal that came later. A refusal stands
 * until it is changed. Without an act only an opt-out default says yes, never where asking comes first.
 */
export function standing(
  purpose: PurposeView,
  act: Act | undefined,
  config: SiteConfig,
  signal: boolean,
  now: number,
): Standing {
  const { policy } = config;
  if (purpose.required) return { allowed: true, ask: false };
  const mayAsk = purpose.model === 'opt_in' && !purpose.special_category;
  const off = signal && signalled(purpose);
  if (act && act.choice !== 'granted')
    return { allowed: false, ask: mayAsk && !(within(act, policy.reask_days, now) && underNotice(act, config)) };
  if (act && within(act, policy.grant_days, now) && underNotice(act, config))
    return { allowed: act.signal || !off, ask: false };
  return { allowed: purpose.model !== 'opt_in' && purpose.default === 'granted' && !off, ask: mayAsk };
}

/** One value per purpose. */
export const recordOf = <P extends { key: string }>(purposes: P[], value: (p: P) => boolean): Record<string, boolean> =>
  Object.fromEntries(purposes.map((p) => [p.key, value(p)]));

/** The signal that this browser sends and this policy hears. */
export function heardSignal(
  { gpc, dnt }: SiteConfig['policy'],
  browser: { globalPrivacyControl?: boolean; doNotTrack?: string | null },
): 'gpc' | 'dnt' | undefined {
  if (gpc !== 'ignored' && browser.globalPrivacyControl === true) return 'gpc';
  if (dnt === 'as_gpc' && browser.doNotTrack === '1') return 'dnt';
  return undefined;
}
