import type { SiteConfig } from '../src/consent/wire';
import { STRICT_REGIONS, storage, wordsOf } from './words';

type Layer = { push: (call: unknown) => unknown } & ArrayLike<unknown>;

/** Google Consent Mode v2. Other vendors live in add-ons, which hear of changes through `avow.onChange`. */
export type Signals = {
  /** Once per page, before any gate opens. */
  start: () => void;
  /** After each decision, and on each page from what is stored. */
  update: () => void;
};

/** Google reads `arguments` objects, not arrays. */
function gtag(..._: unknown[]): void {
  // biome-ignore lint/complexity/noArguments: the shape that gtag.js looks for
  (window as unknown as { dataLayer: Layer }).dataLayer.push(arguments);
}

/**
 * One `default` for the countries where consent is enforced and one for the rest of the world, never a second pair; what
 * this person chose follows as `update`, also for those who return.
 */
export function signalsOf({ purposes }: SiteConfig, allows: (purpose: string) => boolean): Signals {
  const tags = window as unknown as { dataLayer?: Layer };
  const words = (may = allows) => wordsOf(purposes, '', may);
  const start = (): void => {
    tags.dataLayer ??= [] as unknown as Layer;
    if (Array.from(tags.dataLayer).some((call) => (call as string[])[1] === 'default')) return;
    const required = words((key) => !!purposes.find((p) => p.key === key)?.required);
    const unasked = words((key) => purposes.some((p) => p.key === key && p.default === 'granted'));
    gtag('consent', 'default', { ...storage(required), region: STRICT_REGIONS, wait_for_update: 500 });
    gtag('consent', 'default', { ...storage(unasked), wait_for_update: 500 });
    gtag('set', 'ads_data_redaction', true);
    gtag('set', 'url_passthrough', false);
  };
  if (!Object.keys(words())[0]) return { start: () => {}, update: () => {} };
  return { start, update: () => gtag('consent', 'update', storage(words())) };
}
