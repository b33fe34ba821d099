import { recordOf } from '../decide';
import type { StartOptions } from '../types';
import type { Visit } from '../visit';
import { banner } from './banner';
import { dodgeFocus } from './dodge';
import { button, h } from './dom';
import { preferences } from './preferences';
import { adopt, sheet } from './sheet';

export type Interface = {
  /** Shows what the state asks for: the banner where the person must be asked, else the lasting entry. */
  render: () => void;
  open: () => void;
  /** Says to screen readers that the choice is saved, and puts focus where it isn't lost. */
  saved: () => void;
  /** Puts our node back when the page has removed it. */
  keep: () => void;
};

/** Every element of a page with this attribute opens the preferences. */
const OPENER = '[data-avow-open]';

type Frame = { body: HTMLElement; status: HTMLElement; root: Document | ShadowRoot; keep: () => void };

/** The one node that we put into the page, its sheet, and the status that screen readers listen to. */
function frameOf({ config, t }: Visit, { position, theme, shadow }: StartOptions): Frame {
  const styles = sheet();
  const status = h('div', { role: 'status', class: 'avow-unseen' });
  const { language } = config.notice;
  const look = { 'data-position': position, 'data-theme': theme };
  const body = h('div', { id: 'avow-consent', class: 'avow', lang: language, dir: t('dir'), ...look }, status);
  const host = shadow ? h('div') : body;
  const root = shadow ? host.attachShadow({ mode: 'open' }) : document;
  if (shadow) root.append(body);
  const keep = (): void => {
    adopt(styles, [document, root]);
    if (host.isConnected || !document.body) return;
    document.body.prepend(host);
    body.querySelector<HTMLElement>('[popover]')?.showPopover?.();
  };
  return { body, status, root, keep };
}

/** "Accept all" never includes a special category: that needs a statement of its own (GDPR Art. 9). */
const all = (visit: Visit, yes: boolean) => (): void =>
  visit.act(
    recordOf(
      visit.optional.filter((p) => !yes || !p.special_category),
      () => yes,
    ),
    yes ? 'accept_all' : 'reject_all',
  );

export function interfaceOf(visit: Visit, options: StartOptions): Interface {
  const { config, t } = visit;
  const { body, status, root, keep } = frameOf(visit, options);
  const [accept, reject] = [all(visit, true), all(visit, false)];
  let first: HTMLElement | undefined;
  let second: HTMLDialogElement | undefined;
  let opener: HTMLElement | null = null;

  const open = (): void => {
    if (second?.open) return;
    opener = document.activeElement as HTMLElement;
    second = preferences(visit, { accept, reject, save: (choices) => visit.act(choices, 'custom') });
    second.addEventListener('close', () => second?.remove());
    keep();
    body.append(second);
    visit.prepare();
    second.showModal();
  };

  const entry = button('privacy-choices', t('entry'), open);
  if (visit.signal && config.policy.gpc_display) entry.append(` · ${t('gpc_honoured')}`);

  const render = (): void => {
    const asking = visit.mustAsk();
    if (!asking) first = first?.remove() as undefined;
    if (asking || options.entry === 'off' || document.querySelector(OPENER)) entry.remove();
    else body.append(entry);
    keep();
    if (!asking || first) return;
    first = banner(visit, options.logo, { accept, reject, choose: open });
    body.append(first);
    if (first.isConnected) first.showPopover?.();
  };

  const saved = (): void => {
    const within = body.contains((root as Document).activeElement);
    second?.close();
    render();
    status.textContent = t('saved');
    if (within) (entry.isConnected ? entry : opener)?.focus({ preventScroll: true });
  };

  dodgeFocus(body, () => first);
  document.addEventListener('click', (event) => {
    if (!(event.target as Element).closest?.(OPENER)) return;
    event.preventDefault();
    open();
  });

  return { render, open, saved, keep };
}
