import type { SiteConfig, StorageItem } from '../src/consent/wire';
import { setCookie } from './cookie';
import { matches } from './match';

/** A script can't ask where a cookie was set: end it on this host, on each parent domain, and on each path above. */
function endCookie(name: string, domain: string | undefined): void {
  const labels = location.hostname.split('.');
  const domains = ['', domain, ...labels.map((_, i) => labels.slice(i).join('.'))];
  const folders = location.pathname.split('/');
  for (const path of folders.map((_, i) => folders.slice(0, i + 1).join('/') || '/'))
    for (const d of domains) setCookie(name, '', 0, path, d);
}

function eraseItem({ kind, name, domain }: StorageItem): void {
  if (kind === 'cookie') {
    for (const pair of document.cookie.split('; ')) {
      const found = pair.split('=')[0] ?? '';
      if (found && matches(name, found)) endCookie(found, domain);
    }
    return;
  }
  const area = kind === 'local_storage' ? localStorage : sessionStorage;
  for (const found of Object.keys(area)) if (matches(name, found)) area.removeItem(found);
}

/**
 * Deletes the first-party cookies and storage that the register declares for services of refused purposes. What a
 * service of a still allowed purpose declares too, stays.
 */
export function eraseStorage(config: SiteConfig, allows: (purpose: string) => boolean): void {
  const servicesOf = (allowed: boolean): StorageItem[] =>
    config.purposes
      .filter((p) => allows(p.key) === allowed)
      .flatMap((p) => config.services.filter((s) => p.services.includes(s.key)))
      .flatMap((s) => s.storage);
  const kept = servicesOf(true);
  for (const item of servicesOf(false))
    if (!kept.some((k) => k.kind === item.kind && k.name === item.name))
      try {
        eraseItem(item);
      } catch {
        // Storage refused by the browser: then there is nothing in it either.
      }
}
