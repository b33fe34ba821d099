import type { Wire } from './wire';

/** One event, one line, valid JSON: nothing that a caller sends can start a new line or a terminal escape. */
export type Logger = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: { readonly [key: string]: Wire | undefined },
) => void;

export const jsonLogger =
  (write: (line: string) => void, now: () => number): Logger =>
  (level, event, fields = {}) =>
    write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields }));

export const silentLogger: Logger = () => {};
