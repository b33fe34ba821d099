/** Writes a first-party cookie for so many seconds; an empty value of age 0 ends it. */
export function setCookie(name: string, value: string, age: number, path: string, domain: string | undefined): void {
  const scope = `${domain ? `;domain=${domain}` : ''}${location.protocol === 'https:' ? ';secure' : ''}`;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not everywhere, and can't act at once
  document.cookie = `${name}=${value};path=${path};max-age=${age};samesite=lax${scope}`;
}
