import type { Avow } from './types';

/** React's own; the build puts `import { useSyncExternalStore } from 'react'` in front. */
declare function useSyncExternalStore<T>(
  subscribe: (changed: () => void) => () => void,
  value: () => T,
  serverValue: () => T,
): T;

const widget = (): Avow | undefined => (Array.isArray(window.avow) ? undefined : window.avow);

function subscribe(changed: () => void): () => void {
  document.addEventListener('avow:change', changed);
  return () => document.removeEventListener('avow:change', changed);
}

/** May this purpose be pursued now? No on the server and until the widget is ready; renders again on each change. */
export const useConsent = (purpose: string): boolean =>
  useSyncExternalStore(
    subscribe,
    () => widget()?.allows(purpose) ?? false,
    () => false,
  );

/** For a "privacy choices" link: opens the preferences as soon as the widget is ready. */
export function openPreferences(): void {
  window.avow ??= [];
  window.avow.push((avow) => avow.open());
}
