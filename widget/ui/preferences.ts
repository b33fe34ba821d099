import type { PurposeView, ServiceView, StorageItem } from '../../src/consent/wire';
import type { Visit } from '../visit';
import { button, h, link, prose } from './dom';

/** How long an entry stays on the device, in the person's language: `395 days`. */
const duration = (seconds: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(
    Math.ceil(seconds / 86400),
  );

const stored = ({ config, t }: Visit, { name, lifetime }: StorageItem): HTMLElement =>
  h(
    'li',
    {},
    h('code', { dir: 'ltr' }, name),
    ' · ',
    lifetime ? duration(lifetime, config.notice.language) : t('session'),
  );

const service = (visit: Visit, { name, vendor, country, privacy_url, storage }: ServiceView): HTMLElement =>
  h(
    'li',
    {},
    privacy_url ? link(privacy_url, name) : name,
    ` · ${vendor}, ${country}`,
    !!storage[0] && h('ul', {}, ...storage.map((item) => stored(visit, item))),
  );

/** Who gets the data and what is stored: folded away, one press from the switch. */
function details(visit: Visit, p: PurposeView): HTMLElement | false {
  const { t, config } = visit;
  const services = config.services.filter((s) => p.services.includes(s.key));
  if (!services[0] && !p.recipients[0]) return false;
  return h(
    'details',
    {},
    h('summary', {}, t('details'), h('span', { class: 'avow-unseen' }, `: ${p.name}`)),
    !!p.recipients[0] && h('p', {}, `${t('recipients')}: ${p.recipients.join(', ')}`),
    h('ul', {}, ...services.map((s) => service(visit, s))),
  );
}

function row(visit: Visit, p: PurposeView): HTMLElement {
  const id = `avow-purpose-${p.key}`;
  const box = h('input', {
    type: 'checkbox',
    id,
    name: p.key,
    'aria-describedby': `${id}-text`,
    checked: visit.allows(p.key),
    disabled: p.required,
  });
  const note = p.required ? 'always_on' : p.special_category && 'explicit';
  return h(
    'li',
    {},
    h('label', { for: id }, box, h('strong', {}, p.name), note && h('em', {}, visit.t(note))),
    h('div', { id: `${id}-text` }, ...prose(p.text)),
    details(visit, p),
  );
}

type Doing = { save: (choices: Record<string, boolean>) => void; accept: () => void; reject: () => void };

/** The second layer: a modal dialog of the platform, so Escape closes it without a choice and focus returns. */
export function preferences(visit: Visit, { save, accept, reject }: Doing): HTMLDialogElement {
  const { config, t } = visit;
  const { controller, notice } = config;
  const list = h('ul', { role: 'list' }, ...config.purposes.map((p) => row(visit, p)));
  const chosen = (): Record<string, boolean> =>
    Object.fromEntries([...list.querySelectorAll('input')].map((box) => [box.name, box.checked]));
  const dialog: HTMLDialogElement = h(
    'dialog',
    { id: 'avow-consent-preferences', 'aria-labelledby': 'avow-preferences-title' },
    h(
      'header',
      {},
      h('h2', { id: 'avow-preferences-title' }, t('preferences')),
      h('button', { type: 'button', 'aria-label': t('close'), click: () => dialog.close() }, '×'),
    ),
    h(
      'div',
      { tabindex: 0, role: 'group', 'aria-labelledby': 'avow-preferences-title' },
      ...prose(notice.text),
      h(
        'p',
        {},
        `${t('controller')}: ${controller.name}`,
        !!controller.contact && ` · ${controller.contact}`,
        ' ',
        !!controller.privacy_url && link(controller.privacy_url, t('privacy_notice')),
      ),
      !!visit.signal && h('p', {}, t('gpc_honoured')),
      list,
    ),
    h(
      'footer',
      {},
      button('reject', t('reject_all'), reject),
      button('accept', t('accept_all'), accept),
      button('save', t('save'), () => save(chosen())),
    ),
  );
  return dialog;
}
