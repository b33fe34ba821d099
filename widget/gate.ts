import { trusted } from './trust';
import { placeholderFor } from './ui/placeholder';
import type { Visit } from './visit';

/** A script, frame, image, link or template that waits for its purposes. */
type Gated = HTMLElement & { src?: string; href?: string; content?: DocumentFragment };

export type Gates = {
  /** Opens what is allowed, shows a placeholder for a frame that is not. */
  sweep: () => void;
  /** Closes what is no longer allowed. True when code ran that only a new page load can stop. */
  close: () => boolean;
};

const purposesOf = (el: Gated): string[] => (el.dataset.purpose as string).split(/\s+/).filter(Boolean);

/** Replaces the inert script by a live copy; settles when it has run, so that scripts keep their order. */
function revive(el: HTMLScriptElement): unknown {
  const live = el.cloneNode() as HTMLScriptElement;
  const { src = el.getAttribute('src'), type = '' } = el.dataset;
  live.type = type;
  live.nonce = el.nonce;
  live.async = el.hasAttribute('async');
  live.removeAttribute('data-purpose');
  if (src) live.src = trusted().createScriptURL(src);
  else live.text = trusted().createScript(el.text);
  const done = new Promise((settle) => {
    live.onload = live.onerror = settle;
  });
  el.replaceWith(live);
  return src && !live.async ? done : undefined;
}

/** Loads an embed; gives the nodes that came out of a template. */
function load(el: Gated): ChildNode[] {
  const { src, href } = el.dataset;
  el.style.removeProperty('display');
  const copy = el.content && document.importNode(el.content, true);
  const added = [...(copy?.childNodes ?? [])];
  if (copy) el.after(copy);
  if (src) el.src = src;
  if (href) el.href = href;
  return added;
}

/** Out of the document and back: only that ends what runs in a frame. */
function unload(el: Gated, added: ChildNode[]): void {
  for (const node of added) node.remove();
  const { parentNode, nextSibling } = el;
  el.remove();
  el.removeAttribute('src');
  el.removeAttribute('href');
  parentNode?.insertBefore(el, nextSibling);
}

/**
 * The gates of the page. `ownNonce` is the nonce of the widget's own script tag: where the page uses nonces, a gated
 * script runs only if it carries the same one, so that injected markup can't borrow the widget's trust.
 */
export function gatesOf(visit: Visit, ownNonce: string | undefined): Gates {
  const open = new Map<Gated, ChildNode[]>();
  const placeholders = new Map<Gated, HTMLElement>();
  const once = new Set<Gated>();
  let ran: string[] = [];
  let line: Promise<unknown> = Promise.resolve();

  const allowed = (el: Gated): boolean => once.has(el) || (!!purposesOf(el)[0] && purposesOf(el).every(visit.allows));

  const run = (el: HTMLScriptElement): unknown => {
    if (!el.isConnected || !allowed(el) || (ownNonce && el.nonce !== ownNonce)) return;
    ran.push(...purposesOf(el));
    return revive(el);
  };

  const show = (el: Gated): void => {
    placeholders.get(el)?.remove();
    placeholders.delete(el);
    if (el.content?.querySelector('script')) ran.push(...purposesOf(el));
    open.set(el, load(el));
  };

  const block = (el: Gated): void => {
    const purposes = purposesOf(el);
    if (placeholders.has(el) || !/^(IFRAME|TEMPLATE)$/.test(el.tagName) || !purposes.every(visit.purpose)) return;
    const holder = placeholderFor(visit, el, purposes, () => {
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
      for (const el of document.querySelectorAll<Gated>('[data-purpose]'))
        if (el instanceof HTMLScriptElement) {
          if (el.type === 'text/plain' && allowed(el)) line = line.then(() => run(el)).catch(console.error);
        } else if (!open.has(el)) (allowed(el) ? show : block)(el);
      for (const [el, holder] of placeholders) if (!el.isConnected) holder.remove();
    },
    close: () => {
      once.clear();
      for (const [el, added] of open)
        if (!allowed(el)) {
          open.delete(el);
          unload(el, added);
        }
      const left = ran.some((p) => !visit.allows(p));
      ran = ran.filter(visit.allows);
      return left;
    },
  };
}
