type Kid = Node | string | false | undefined;
type Value = string | boolean | number | undefined | ((event: Event) => void);

/** Makes an element. Text only ever becomes a text node; a function is a listener, `true` an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Record<string, Value> = {},
  ...kids: Kid[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props))
    if (typeof value === 'function') el.addEventListener(name, value);
    else if (value !== undefined && value !== false) el.setAttribute(name, value === true ? '' : `${value}`);
  el.append(...(kids.filter(Boolean) as Node[]));
  return el;
}

export const button = (id: string, label: string, click: () => void): HTMLButtonElement =>
  h('button', { type: 'button', id: `avow-${id}`, click }, label);

export const link = (href: string, label: string): HTMLAnchorElement =>
  h('a', { href, target: '_blank', rel: 'noopener' }, label);

/** Plain text: blank lines part paragraphs, `[label](https://…)` becomes a link, nothing else is markup. */
export const prose = (text: string): HTMLElement[] =>
  text.split(/\n\s*\n/).map((paragraph) =>
    h(
      'p',
      {},
      ...paragraph.split(/(\[[^\]]+\]\(https?:\/\/[^\s)]+\))/).map((part) => {
        const found = /^\[(.+)\]\((.+)\)$/.exec(part);
        return found ? link(found[2] as string, found[1] as string) : part;
      }),
    ),
  );
