import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonical, type WireObject } from '../platform';

/** Receipts as compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037). The payload is canonical JSON (RFC 8785). */

/** An Ed25519 private key. `kid` goes into every signature; old public keys stay in the JWKS so that old receipts verify. */
export type SigningKey = { kty: 'OKP'; crv: 'Ed25519'; kid: string; x: string; d: string };
export type VerificationKey = Omit<SigningKey, 'd'>;

const HEADER = { alg: 'EdDSA', typ: 'consent-receipt+jws', cty: 'ld+json' } as const;

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/** Importing a key costs more than signing with it. */
const privateKeys = new WeakMap<SigningKey, KeyObject>();

function privateKey(jwk: SigningKey): KeyObject {
  const known = privateKeys.get(jwk);
  if (known) return known;
  const { kty, crv, x, d } = jwk;
  const key = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  privateKeys.set(jwk, key);
  return key;
}

/** The protected header is the same for every receipt of a key. */
const headers = new WeakMap<SigningKey, string>();
function headerOf(key: SigningKey): string {
  const known = headers.get(key) ?? encode(canonical({ ...HEADER, kid: key.kid }));
  headers.set(key, known);
  return known;
}

/** Signs a receipt (JSON-LD of `dpv.ts`). @returns compact JWS with `kid` in its header */
export function signReceipt(receipt: WireObject, key: SigningKey): string {
  const input = `${headerOf(key)}.${encode(canonical(receipt))}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey(key)).toString('base64url')}`;
}

/**
 * The state of one visitor as a JWS that fits into a cookie (well under 1 KB): a backend checks it offline with the
 * JWKS. `typ` keeps it apart from receipts. `p`: purposes that are granted; `iat` in seconds (RFC 7519).
 */
export function signCookie(state: { site: string; granted: readonly string[]; at: number }, key: SigningKey): string {
  const header = encode(canonical({ alg: 'EdDSA', typ: 'consent-state+jws', kid: key.kid }));
  const body = encode(canonical({ site: state.site, p: [...state.granted].sort(), iat: Math.floor(state.at / 1000) }));
  const input = `${header}.${body}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey(key)).toString('base64url')}`;
}

/** The half that may be published in `/.well-known/jwks.json`. */
export const publicJwk = ({ kty, crv, kid, x }: SigningKey): VerificationKey & { use: 'sig'; alg: 'EdDSA' } => ({
  kty,
  crv,
  kid,
  x,
  use: 'sig',
  alg: 'EdDSA',
});

export type ReceiptError = 'malformed' | 'wrong_algorithm' | 'unknown_key' | 'bad_signature';
export type VerifiedReceipt = { ok: true; kid: string; receipt: WireObject } | { ok: false; error: ReceiptError };

const fail = (error: ReceiptError): VerifiedReceipt => ({ ok: false, error });

const BASE64URL = /^[A-Za-z0-9_-]+$/;

function decode(part: string): WireObject | null {
  if (!BASE64URL.test(part)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireObject) : null;
  } catch {
    return null;
  }
}

/** Canonical base64url only: otherwise one signature could be written in several ways. */
function bytesOf(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.length === 64 && bytes.toString('base64url') === part ? bytes : null;
}

/**
 * Verifies a receipt against the keys that are ours, past ones included. The algorithm is fixed: what the header claims
 * is only compared, and a header with critical extensions is refused (RFC 7515 4.1.11).
 */
export function verifyReceipt(jws: string, keys: readonly VerificationKey[]): VerifiedReceipt {
  const [head = '', body = '', tail = '', ...rest] = jws.split('.');
  const header = decode(head);
  const receipt = decode(body);
  const signature = bytesOf(tail);
  if (!header || !receipt || !signature || rest.length > 0) return fail('malformed');
  if (header.alg !== HEADER.alg || header.typ !== HEADER.typ || header.crit !== undefined)
    return fail('wrong_algorithm');
  const key = keys.find(({ kid }) => kid === header.kid);
  if (!key) return fail('unknown_key');
  const { kty, crv, x } = key;
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  const good = verify(null, Buffer.from(`${head}.${body}`), publicKey, signature);
  return good ? { ok: true, kid: key.kid, receipt } : fail('bad_signature');
}
