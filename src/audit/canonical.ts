import canonicalize from 'canonicalize';
import { utf8 } from './bytes';

/** What canonical JSON can hold. Members that are `undefined` are left out. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** RFC 8785 text of a value. Throws on NaN, Infinity, lone surrogates and circles: none of them has a canonical form. */
export function canonicalText(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('undefined has no canonical JSON');
  return text;
}

/** RFC 8785 bytes of a value: what is hashed, committed to and signed. */
export function canonicalBytes(value: Json): Uint8Array {
  return utf8(canonicalText(value));
}
