import { trusted } from './trust';
import { placeholderFor } from './ui/placeholder';
import type { Visit } from './visit';

/** A script, frame, image, link or template that waits for its purposes. */
type Gated = HTMLElement & { src?: string; href?: string; content?: DocumentFragment };

const GATED = '[data-purpose]';

export type Gates = {
  /** Opens what is allowed, shows a placeholder for a frame that is not. */
  sweep: () => void;
  /** Closes what is no longer allowed. True when code ran that only a new page load can stop. */
  close: () => boolean;
};

/**
 * The gates of the page. `ownNonce` is the nonce of the widget's own script tag: where the page uses nonces, a gated
 * script runs only if it carries the same one, so that injected markup can't borrow the widget's trust.
 */
export function gatesOf(visit: Visit, ownNonce: string | undefined): Gates {
  const open = new Map<Gated, Node[]>();
  const placeholders = new Map<Gated, HTMLElement>();
  const once = new Set<Gated>();
  let ran: string[] = [];
  let line: Promise<unknown> = Promise.resolve();

  const purposesOf = (el: Gated): string[] => (el.dataset.purpose as string).split(/\s+/).filter(Boolean);
  const allowed = (el: Gated): boolean => once.has(el) || (!!purposesOf(el)[0] && purposesOf(el).every(visit.allows));

  /** Replaces the inert script by a live copy; settles when it has run, so that scripts keep their order. */
  const run = (el: HTMLScriptElement): unknown => {
    if (!el.isConnected || !allowed(el) || (ownNonce && el.nonce !== ownNonce)) return;
    const live = el.cloneNode() as HTMLScriptElement;
    const { src = el.getAttribute('src'), type = '' } = el.dataset;
    live.type = type;
    live.nonce = el.nonce;
    live.async = el.hasAttribute('async');
    live.removeAttribute('data-purpose');
    if (src) live.src = trusted().createScriptURL(src);
    else live.text = trusted().createScript(el.text);
    ran.push(...purposesOf(el));
    const done = new Promise((settle) => {
      live.onload = live.onerror = settle;
    });
    el.replaceWith(live);
    return src && !live.async ? done : undefined;
  };

  const show = (el: Gated): void => {
    const { src, href } = el.dataset;
    placeholders.get(el)?.remove();
    placeholders.delete(el);
    el.style.removeProperty('display');
    const added: Node[] = [];
    if (el.content) {
      const copy = document.importNode(el.content, true);
      added.push(...copy.childNodes);
      el.after(copy);
      if (el.content.querySelector('script')) ran.push(...purposesOf(el));
    }
    if (src) el.src = src;
    if (href) el.href = href;
    open.set(el, added);
  };

  const hide = (el: Gated, added: Node[]): void => {
    for (const node of added) (node as ChildNode).remove();
    open.delete(el);
    const { parentNode, nextSibling } = el;
    // Out of the document and back: only that ends what runs in a frame.
    el.remove();
    el.removeAttribute('src');
    el.removeAttribute('href');
    parentNode?.insertBefore(el, nextSibling);
  };

  const block = (el: Gated): void => {
    if (
      placeholders.has(el) ||
      !/^(IFRAME|TEMPLATE)$/.test(el.tagName) ||
      purposesOf(el).some((p) => !visit.purpose(p))
    )
      return;
    const holder = placeholderFor(visit, el, purposesOf(el), () => {
      once.add(el);
      show(el);
    });
    placeholders.set(el, holder);
    el.before(holder);
    // Important, through the CSSOM: a rule of the page on frames must not bring the empty one back.
    el.style.setProperty('display', 'none', 'important');
  };

  return {
    sweep: () => {
      for (const el of document.querySelectorAll<Gated>(GATED))
        if (el instanceof HTMLScriptElement) {
          if (el.type === 'text/plain' && allowed(el)) line = line.then(() => run(el)).catch(console.error);
        } else if (!open.has(el)) (allowed(el) ? show : block)(el);
      for (const [el, holder] of placeholders) if (!el.isConnected) holder.remove();
    },
    close: () => {
      once.clear();
      for (const [el, added] of open) if (!allowed(el)) hide(el, added);
      const left = ran.filter((p) => !visit.allows(p));
      ran = ran.filter(visit.allows);
      return left.length > 0;
    },
  };
}
