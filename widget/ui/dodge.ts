const overlap = (a: DOMRect, b: DOMRect): boolean =>
  b.bottom > a.top && b.top < a.bottom && b.right > a.left && b.left < a.right;

/**
 * The banner never hides what has focus (WCAG 2.4.11): what lies under it is scrolled clear, and where there is no room
 * to scroll, the banner stands on the other side. `banner` says what is shown now; `body` holds it.
 */
export function dodgeFocus(body: HTMLElement, banner: () => HTMLElement | undefined): void {
  document.addEventListener('focusin', (event) => {
    const shown = banner();
    const el = event.target as Element;
    const hidden = (): boolean => !!shown && overlap(shown.getBoundingClientRect(), el.getBoundingClientRect());
    // Our own interface is never in its own way; the path also sees into a shadow root.
    if (event.composedPath().includes(body) || !hidden()) return;
    el.scrollIntoView({ block: 'center' });
    if (hidden()) body.classList.toggle('avow-dodge');
  });
}
