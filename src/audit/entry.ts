import { createHmac } from 'node:crypto';
import { fromBase64, toBase64 } from './bytes';
import { canonicalBytes, canonicalText, type Json } from './canonical';

/**
 * What stands in the tree for one audited act: version, time, and a commitment to the rest. Nothing in it is about a
 * person, so it can be published and stays when the person is erased; without the salt nobody can test a guess.
 */

/** One entry of the tree. `t`: Unix milliseconds. `commitment`: 32 bytes. */
export type TileEntry = { readonly t: number; readonly commitment: Uint8Array };

/** Length of salt and commitment in bytes. */
export const COMMITMENT_SIZE = 32;
const VERSION = 1;

/** HMAC-SHA-256 over the canonical envelope, keyed with 32 random bytes that live and die with the envelope. */
export function commitment(salt: Uint8Array, canonicalEnvelope: Uint8Array): Uint8Array {
  if (salt.length !== COMMITMENT_SIZE) throw new TypeError('a salt has 32 bytes');
  return new Uint8Array(createHmac('sha256', salt).update(canonicalEnvelope).digest());
}

/** `commitment` of a value in its canonical form. */
export function commitTo(salt: Uint8Array, envelope: Json): Uint8Array {
  return commitment(salt, canonicalBytes(envelope));
}

/** The entry's bytes in the tree: canonical JSON of `{c, t, v}` and nothing else. */
export function entryBytes(entry: TileEntry): Uint8Array {
  return canonicalBytes(entryJson(entry));
}

/** The same as a JSON value, for places where the entry stands inside other JSON. */
export function entryJson({ t, commitment: c }: TileEntry): { v: 1; t: number; c: string } {
  if (!Number.isSafeInteger(t) || t < 0) throw new TypeError(`${t} is not a time in milliseconds`);
  if (c.length !== COMMITMENT_SIZE) throw new TypeError('a commitment has 32 bytes');
  return { v: VERSION, t, c: toBase64(c) };
}

/** Reads an entry; undefined unless these are exactly the bytes that `entryBytes` writes. */
export function parseEntry(bytes: Uint8Array): TileEntry | undefined {
  const text = new TextDecoder().decode(bytes);
  const match = /^\{"c":"([A-Za-z0-9+/=]{44})","t":([0-9]{1,16}),"v":1\}$/.exec(text);
  const c = match && fromBase64(match[1]!);
  if (!match || c?.length !== COMMITMENT_SIZE || !Number.isSafeInteger(Number(match[2]))) return undefined;
  const entry = { t: Number(match[2]), commitment: c };
  return canonicalText(entryJson(entry)) === text ? entry : undefined;
}
