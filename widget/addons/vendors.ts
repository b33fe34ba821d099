import type { Avow, ConsentChange } from '../types';
import { spell, storage, type Words, wordsOf } from '../words';

/**
 * Tells Microsoft UET and Clarity, Meta, WordPress and Shopify, where a purpose's `signals` name them: `uet:ad_storage`,
 * `clarity:ad_Storage`, `clarity:analytics_Storage`, `meta:consent`, `meta:ldu`, `wp:statistics`, `shopify:analytics`.
 * Loaded by the core before it opens the first gate; a page can also include it with a tag of its own.
 */
type Queue = { push: (...items: unknown[]) => unknown };
type Call = ((...args: unknown[]) => void) & { q?: unknown[] };
type Shopify = {
  loadFeatures?: (features: { name: string; version: string }[], done: (error?: unknown) => void) => void;
  customerPrivacy?: { setTrackingConsent: (words: Words, done: () => void) => void };
};
const tags = window as unknown as {
  uetq?: Queue;
  clarity?: Call;
  fbq?: Call;
  wp_consent_type?: string;
  wp_set_consent?: (category: string, value: string) => void;
  Shopify?: Shopify;
};

/** Microsoft's own queue, for a tag that comes later. */
function clarityStub(): Call {
  const stub: Call = (...args) => {
    stub.q ??= [];
    stub.q.push(args);
  };
  return stub;
}

/** Before the first gate opens. `words` are the region's defaults. */
const begin: Record<string, (words: Words, model: string) => void> = {
  uet: (words) => {
    tags.uetq ??= [] as unknown[];
    tags.uetq.push('consent', 'default', storage(words));
  },
  clarity: (words) => {
    tags.clarity ??= clarityStub();
    tags.clarity('consentv2', storage(words));
  },
  // Without a type, wp_has_consent() says yes to everything.
  wp: (_, model) => {
    tags.wp_consent_type = model === 'opt_in' ? 'optin' : 'optout';
    document.dispatchEvent(new CustomEvent('wp_consent_type_defined'));
  },
};

/** After each decision. */
const tell: Record<string, (words: Words) => void> = {
  uet: (words) => tags.uetq?.push('consent', 'update', storage(words)),
  clarity: (words) => tags.clarity?.('consentv2', storage(words)),
  // Meta finds out the state of the United States itself (0, 0).
  meta: ({ consent, ldu }) => {
    if (consent !== undefined) tags.fbq?.('consent', consent ? 'grant' : 'revoke');
    if (ldu !== undefined) tags.fbq?.('dataProcessingOptions', ...(ldu ? [[]] : [['LDU'], 0, 0]));
  },
  wp: (words) => {
    for (const [word, value] of Object.entries(spell(words, 'allow', 'deny'))) tags.wp_set_consent?.(word, value);
  },
  shopify: (words) => {
    tags.Shopify?.loadFeatures?.([{ name: 'consent-tracking-api', version: '0.1' }], (error) => {
      if (!error) tags.Shopify?.customerPrivacy?.setTrackingConsent(words, () => {});
    });
  },
};

function follow({ config }: Avow, { allowed, decided }: ConsentChange, first: boolean): void {
  const { purposes, policy } = config as NonNullable<Avow['config']>;
  const each = (calls: typeof begin, allows: (purpose: string) => boolean): void => {
    for (const [vendor, call] of Object.entries(calls)) {
      const words = wordsOf(purposes, vendor, allows);
      if (Object.keys(words)[0]) call(words, policy.model);
    }
  };
  if (first) each(begin, (key) => purposes.some((p) => p.key === key && p.default === 'granted'));
  if (decided) each(tell, (key) => !!allowed[key]);
}

const avow = window.avow as Avow;
let first = true;
avow.onChange((change) => {
  follow(avow, change, first);
  first = false;
});
