/** The one function of React that the entry uses, so that React's own types are not needed to build it. */
declare module 'react' {
  export function useSyncExternalStore<T>(
    subscribe: (changed: () => void) => () => void,
    value: () => T,
    serverValue: () => T,
  ): T;
}
