import type { Visit } from '../visit';
import { h } from './dom';

/** The service whose hosts an embed calls, by the register; else the host itself. */
function nameOf(visit: Visit, el: HTMLElement): string {
  const { service, src } = el.dataset;
  const host = src ? new URL(src, location.href).hostname : '';
  const known = visit.config.services.find(
    (s) => s.key === service || s.hosts.some((x) => host && `.${host}`.endsWith(`.${x.replace(/^\*\./, '')}`)),
  );
  return known?.name ?? el.title ?? host;
}

/** Stands where an embed would: says what waits, why, and offers to load it once or to allow the purpose for good. */
export function placeholderFor(visit: Visit, el: HTMLElement, purposes: string[], load: () => void): HTMLElement {
  const { t } = visit;
  const service = nameOf(visit, el) || el.title;
  const purpose = purposes.map((p) => visit.purpose(p)?.name).join(', ');
  const box = h(
    'div',
    {
      class: 'avow avow-embed',
      role: 'group',
      'aria-label': el.title || service,
      lang: visit.config.notice.language,
      dir: t('dir'),
    },
    h('p', {}, t('blocked', { service, purpose })),
    h(
      'div',
      {},
      h('button', { type: 'button', click: load }, t('load_once')),
      h(
        'button',
        { type: 'button', click: () => visit.act(Object.fromEntries(purposes.map((p) => [p, true])), 'custom') },
        t('always_allow'),
      ),
    ),
  );
  const { width, height } = el.getBoundingClientRect();
  // Through the CSSOM, which a strict style-src allows: the same room as the embed, so that nothing moves later.
  if (width) box.style.setProperty('width', `${width}px`, 'important');
  if (height) box.style.setProperty('min-height', `${height}px`, 'important');
  return box;
}
