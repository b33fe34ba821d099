import type { Visit } from '../visit';
import { button, h, link, prose } from './dom';

type Doing = { accept: () => void; reject: () => void; choose: () => void };

/** The first layer: who, what for, how many recipients, and three buttons of one kind. Not modal, takes no focus. */
export function banner(visit: Visit, logo: string | undefined, { accept, reject, choose }: Doing): HTMLElement {
  const { config, t, optional, prepare } = visit;
  const { controller, notice } = config;
  const recipients = new Set(optional.flatMap((p) => p.recipients)).size;
  return h(
    'section',
    {
      id: 'avow-consent-banner',
      'aria-labelledby': 'avow-consent-title',
      popover: 'manual',
      role: 'region',
      pointerover: prepare,
      focusin: prepare,
    },
    h(
      'div',
      {},
      !!logo && h('img', { src: logo, alt: '' }),
      h('h2', { id: 'avow-consent-title' }, notice.title),
      ...prose(notice.text),
      h(
        'p',
        {},
        `${t('controller')}: ${controller.name} · ${t('purposes')}: ${optional.map((p) => p.name).join(', ')}`,
        !!recipients && ` · ${t('recipients')}: ${recipients}`,
        '. ',
        t('change_any_time'),
        ' ',
        !!controller.privacy_url && link(controller.privacy_url, t('privacy_notice')),
      ),
    ),
    h(
      'footer',
      {},
      button('reject-all', t('reject_all'), reject),
      button('accept-all', t('accept_all'), accept),
      button('choose', t('choose'), choose),
    ),
  );
}
