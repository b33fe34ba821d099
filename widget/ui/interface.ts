import { recordOf } from '../decide';
import type { StartOptions } from '../types';
import type { Visit } from '../visit';
import { banner } from './banner';
import { button, h } from './dom';
import { preferences } from './preferences';
import css from './style.css';

export type Interface = {
  /** Shows what the state asks for: the banner where the person must be asked, else the lasting entry. */
  render: () => void;
  open: () => void;
  /** Says to screen readers that the choice is saved, and puts focus where it isn't lost. */
  saved: () => void;
  /** Puts our node back when the page has removed it. */
  keep: () => void;
};

/** Each declaration important: in a layer that beats every rule of the page. Adopted sheets need no style-src. */
function sheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css.replace(/([^{};])(?=[;}])/g, '$1!important'));
  return made;
}

const OPENER = '[data-avow-open]';

export function interfaceOf(visit: Visit, options: StartOptions): Interface {
  const { config, t } = visit;
  const styles = sheet();
  const status = h('div', { role: 'status', class: 'avow-unseen' });
  const body = h(
    'div',
    {
      id: 'avow-consent',
      class: 'avow',
      lang: config.notice.language,
      dir: t('dir'),
      'data-position': options.position,
      'data-theme': options.theme,
    },
    status,
  );
  const host = options.shadow ? h('div', {}) : body;
  const root: Document | ShadowRoot = options.shadow ? host.attachShadow({ mode: 'open' }) : document;
  if (root !== document) (root as ShadowRoot).append(body);

  let first: HTMLElement | undefined;
  let second: HTMLDialogElement | undefined;
  let opener: Element | null = null;

  const choose = (yes: boolean) => (): void =>
    visit.act(
      recordOf(
        visit.optional.filter((p) => !yes || !p.special_category),
        () => yes,
      ),
      yes ? 'accept_all' : 'reject_all',
    );
  const accept = choose(true);
  const reject = choose(false);

  const open = (): void => {
    if (second?.open) return;
    opener = document.activeElement;
    second = preferences(visit, { accept, reject, save: (choices) => visit.act(choices, 'custom') });
    second.addEventListener('close', () => second?.remove());
    keep();
    body.append(second);
    visit.prepare();
    second.showModal();
  };

  const entry = button('privacy-choices', t('entry'), open);
  if (visit.signal && config.policy.gpc_display) entry.append(` · ${t('gpc_honoured')}`);

  const keep = (): void => {
    for (const scope of new Set([document, root]))
      if (!scope.adoptedStyleSheets.includes(styles)) scope.adoptedStyleSheets = [...scope.adoptedStyleSheets, styles];
    if (host.isConnected || !document.body) return;
    document.body.prepend(host);
    first?.showPopover?.();
  };

  const render = (): void => {
    const asking = visit.mustAsk();
    if (asking && !first) {
      first = banner(visit, options.logo, { accept, reject, choose: open });
      body.append(first);
    }
    if (!asking) {
      first?.remove();
      first = undefined;
    }
    if (asking || options.entry === 'off' || document.querySelector(OPENER)) entry.remove();
    else body.append(entry);
    keep();
    if (first?.isConnected) first.showPopover?.();
  };

  const saved = (): void => {
    const within = body.contains((root as Document).activeElement);
    second?.close();
    render();
    status.textContent = t('saved');
    if (within && entry.isConnected) entry.focus({ preventScroll: true });
    else if (within) (opener as HTMLElement | null)?.focus?.();
  };

  /** Never hide what has focus: scroll it clear, and where there is no room to scroll, stand on the other side. */
  const dodge = ({ target }: Event): void => {
    if (!first || host.contains(target as Node)) return;
    const hidden = (): boolean => {
      const a = (first as HTMLElement).getBoundingClientRect();
      const b = (target as Element).getBoundingClientRect();
      return b.bottom > a.top && b.top < a.bottom && b.right > a.left && b.left < a.right;
    };
    if (!hidden()) return;
    (target as Element).scrollIntoView({ block: 'center' });
    if (hidden()) body.classList.toggle('avow-dodge');
  };

  document.addEventListener('focusin', dodge);
  document.addEventListener('click', (event) => {
    if (!(event.target as Element).closest?.(OPENER)) return;
    event.preventDefault();
    open();
  });

  return { render, open, saved, keep };
}
