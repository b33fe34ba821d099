import { createPrivateKey, sign } from 'node:crypto';
import type { SigningKey } from '../consent';
import { base64url, canonical, utf8, type WireObject } from '../platform';

/** What was done in one system, and what of it stays. */
export type SystemResult = {
  system: string;
  outcome: string;
  deleted: number;
  retained: readonly { what: string; ground: string; until: string | null }[];
};

/**
 * What an erasure certificate claims: only what was done and read back. `backups_until`: the day on which the last backup
 * that still holds pseudonymous rows of the person is gone; their identifying parts can't be read there any more, since
 * the key was destroyed.
 */
export type CertificateFacts = {
  request: string;
  person: string;
  controller: string;
  requested_at: string;
  erased_at: string;
  keys_destroyed_at: string;
  systems: readonly SystemResult[];
  log: readonly { log: string; entry: number; payloads: number }[];
  suppressed_keys: number;
  backups_until: string;
};

const HEADER = { alg: 'EdDSA', typ: 'erasure-certificate+jws' } as const;

/** Compact JWS (RFC 7515, EdDSA of RFC 8037) over canonical JSON; verifiable with the keys of `/.well-known/jwks.json`. */
export function signCertificate(facts: CertificateFacts, key: SigningKey): string {
  const part = (value: WireObject) => base64url(utf8(canonical(value)));
  const input = `${part({ ...HEADER, kid: key.kid })}.${part(facts as unknown as WireObject)}`;
  const { kty, crv, x, d } = key;
  const privateKey = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' });
  return `${input}.${base64url(new Uint8Array(sign(null, utf8(input), privateKey)))}`;
}
