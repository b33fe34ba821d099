import css from './style.css';

/** Each declaration important: in a layer that beats every rule of the page. Adopted sheets need no style-src. */
export function sheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css.replace(/([^{};])(?=[;}])/g, '$1!important'));
  return made;
}

/** Puts the sheet where it is missing, also after the page has replaced its own list. */
export function adopt(styles: CSSStyleSheet, scopes: DocumentOrShadowRoot[]): void {
  for (const scope of scopes)
    if (!scope.adoptedStyleSheets.includes(styles)) scope.adoptedStyleSheets = [...scope.adoptedStyleSheets, styles];
}
