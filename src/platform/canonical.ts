import canonicalize from 'canonicalize';
import type { Wire } from './wire';

/** Canonical JSON (RFC 8785). `undefined` members are left out. */
export function canonical(value: Wire): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}
