import { utf8 } from './bytes';

/** What canonical JSON can hold. Members that are `undefined` are left out. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * RFC 8785 text of a value. Throws on NaN, Infinity, lone surrogates, circles and what isn't JSON: none of them has a
 * canonical form. Written here because every act passes through it: the library takes several times as long, and is
 * what the tests compare it with.
 */
export function canonicalText(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numeral(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item ?? null)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`${typeof value} has no canonical JSON`);
  return members(value as { readonly [key: string]: Json | undefined });
}

function members(object: { readonly [key: string]: Json | undefined }): string {
  let out = '';
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) out += `${out === '' ? '' : ','}${quoted(key)}:${canonicalText(value)}`;
  }
  return `{${out}}`;
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('half a character has no canonical JSON');
  return JSON.stringify(text);
}

/** ECMAScript writes numbers as RFC 8785 asks for. */
function numeral(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON`);
  return JSON.stringify(value);
}

/** RFC 8785 bytes of a value: what is hashed, committed to and signed. */
export function canonicalBytes(value: Json): Uint8Array {
  return utf8(canonicalText(value));
}
