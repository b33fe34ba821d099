import type { Wire } from '../platform';
import type { NoticeVersion, Purpose, World } from './seed-types';

/** One definition to be written into the registry. */
export type Entry = { kind: string; key: string; body: Wire };

export const SITE_KEYS = { shop: 'pk_otterbound_shop', retreats: 'pk_otterbound_retreats' } as const;
export const WRITE_KEY = 'wk_otterbound_shop';

/** What Otterbound declares before the first visitor comes: everything but its notices, which have dates. */
export function declarations(world: World, origins: { shop: string; webhook: string; webhookSecret: string }): Entry[] {
  return [
    { kind: 'controller', key: 'main', body: controllerOf(world) },
    ...world.units.map((u) => ({ kind: 'units', key: u.key, body: { name: u.name, legal_entity: u.legal_entity } })),
    ...world.services.map(({ key, ...body }) => ({ kind: 'services', key, body: body as unknown as Wire })),
    ...world.purposes.map((p) => ({ kind: 'purposes', key: p.key, body: purposeOf(world, p) })),
    ...world.notices.filter((n) => n.version === 1).map(noticeEntry),
    ...world.sites.map((s) => ({
      kind: 'sites',
      key: SITE_KEYS[s.key],
      body: {
        name: s.name,
        origins: s.key === 'shop' ? [origins.shop, s.origin] : [s.origin],
        unit: s.unit,
        notice: s.notice,
        languages: s.languages,
        purposes: s.purposes,
      },
    })),
    ...world.spaces.map((s) => ({ kind: 'spaces', key: s.key, body: { name: s.name } })),
    ...world.products.map((p) => ({
      kind: 'products',
      key: p.key,
      body: { unit: p.unit, name: p.name, kind: p.kind, spaces: p.spaces, price: p.price, cost: p.cost },
    })),
    ...world.fields.map(({ key, basis, ...f }) => ({ kind: 'fields', key, body: f as unknown as Wire })),
    { kind: 'sources', key: WRITE_KEY, body: sourceBody(origins.shop) },
    {
      kind: 'webhooks',
      key: 'crm_double',
      body: { url: origins.webhook, topics: ['consent.*', 'person.*', 'request.*'], secret: origins.webhookSecret },
    },
  ];
}

const controllerOf = ({ controller: c }: World): Wire => ({
  name: c.name,
  contact: `${c.privacy_officer}, ${c.privacy_email}`,
  address: c.address,
});

function purposeOf(world: World, p: Purpose): Wire {
  const names = p.recipients.map((key) => world.recipients.find((r) => r.key === key)?.name ?? key);
  return {
    name: p.name,
    text: p.text,
    basis: p.basis,
    categories: p.categories,
    recipients: names,
    services: p.services,
    device: deviceOf(p),
    direct_marketing: p.direct_marketing,
    channels: p.direct_marketing ? ['email'] : [],
    similar_products: p.direct_marketing,
    double_opt_in: p.direct_marketing,
    special_category: p.special_category,
    units: p.scope === 'group' ? 'group' : 'own',
    signals: p.signals,
  };
}

/** A purpose that does nothing on a device has no class; a sale is what GPC turns off. */
function deviceOf(p: Purpose): string | null {
  if (!p.device) return null;
  if (p.sale_or_share) return 'sale';
  return p.profiling ? 'functional' : 'analytics';
}

export const noticeEntry = (n: NoticeVersion): Entry => ({
  kind: 'notices',
  key: n.notice,
  body: {
    texts: { en: { title: n.title.en, text: n.text.en }, de: { title: n.title.de, text: n.text.de } },
    needs_new_consent: false,
    reason: n.change.en,
  },
});

/** The shop's own tracking: which event may be kept for which purpose. */
const sourceBody = (origin: string): Wire => ({
  name: 'shop_web',
  unit: 'shop',
  origins: [origin],
  user_id: 'customer',
  events: {
    'Product Viewed': { purpose: 'analytics', category: 'user.behavior.browsing_history' },
    'Suggestion Shown': { purpose: 'personalisation', category: 'user.behavior' },
    'Ad Clicked': { purpose: 'ads_sharing', category: 'user.behavior' },
  },
  page: { purpose: 'analytics', category: 'user.behavior.browsing_history' },
});
