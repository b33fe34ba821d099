import type { client } from './harness';

export const ORIGIN = 'https://shop.example';

type Client = ReturnType<typeof client>;

/** A small organisation: two units, three purposes, one notice in two languages, one site. Answers the site key. */
export async function declareWorld(api: Client): Promise<{ site: string }> {
  const ok = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`the world can't be declared: ${status} ${JSON.stringify(body)}`);
    return body as Record<string, string>;
  };
  await ok(api.put('/v1/controller/main', { name: 'Otterbound', contact: 'privacy@otterbound.example' }));
  await ok(api.put('/v1/units/shop', { name: 'Shop', legal_entity: 'Otterbound Shop Ltd' }));
  await ok(api.put('/v1/units/cafe', { name: 'Café', legal_entity: 'Otterbound Café Ltd' }));
  const consent = { basis: 'consent', recipients: [], services: [] };
  await ok(
    api.put('/v1/purposes/analytics', {
      ...consent,
      name: { en: 'Statistics', de: 'Statistik' },
      text: { en: 'We count visits.', de: 'Wir zählen Besuche.' },
      device: 'analytics',
      categories: ['user.behavior', 'user.demographic'],
    }),
  );
  await ok(
    api.put('/v1/purposes/marketing', {
      ...consent,
      name: { en: 'Advertising', de: 'Werbung' },
      text: { en: 'We show ads.', de: 'Wir zeigen Werbung.' },
      device: 'marketing',
      categories: ['user.behavior'],
    }),
  );
  await ok(
    api.put('/v1/purposes/newsletter', {
      ...consent,
      name: { en: 'Newsletter', de: 'Newsletter' },
      text: { en: 'We write to you.', de: 'Wir schreiben Ihnen.' },
      direct_marketing: true,
      channels: ['email', 'sms'],
      categories: ['user.contact.email'],
    }),
  );
  await ok(
    api.put('/v1/purposes/service', {
      name: { en: 'Orders', de: 'Bestellungen' },
      text: { en: 'We fulfil orders.', de: 'Wir erfüllen Bestellungen.' },
      basis: 'contract',
      categories: ['user'],
    }),
  );
  await ok(
    api.put('/v1/notices/main', {
      texts: {
        en: { title: 'Your choice', text: 'We ask before we count.' },
        de: { title: 'Ihre Wahl', text: 'Wir fragen, bevor wir zählen.' },
      },
      needs_new_consent: false,
    }),
  );
  const site = await ok(
    api.put('/v1/sites/pk_contract', {
      name: 'Shop',
      origins: [ORIGIN],
      unit: 'shop',
      notice: 'main',
      languages: ['en', 'de'],
      purposes: ['service', 'analytics', 'marketing'],
    }),
  );
  return { site: site.key! };
}

export const visitorId = (n: number): string => `v_${String(n).padStart(22, 'A')}`;
