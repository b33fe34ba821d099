import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { base64url, fromBase64url } from './bytes';
import { derive, type Wrapping } from './keyring';

const key32 = z.string().refine((s) => fromBase64url(s).length === 32, 'must be 32 bytes in base64url');
const keySet = z.strictObject({ current: z.string(), keys: z.record(z.string(), key32) });
const privateJwk = z.strictObject({
  kid: z.string(),
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
});
const signingSet = z.strictObject({ current: z.string(), keys: z.array(privateJwk).min(1) });

/**
 * All secrets of an installation, as JSON. Every set names its current key and keeps the earlier ones.
 * `partition` never changes (it says where a person lives); `lookup` finds identifiers; `suppression` keys are kept for
 * ever; `wrapping` wraps the persons' keys; `token` signs our short tokens; `receipt` and `log` are Ed25519.
 */
export const secretsSchema = z.strictObject({
  version: z.literal(1),
  partition: key32,
  lookup: keySet,
  suppression: keySet,
  wrapping: keySet,
  token: keySet,
  own: key32,
  receipt: signingSet,
  log: signingSet,
});

export type Secrets = z.infer<typeof secretsSchema>;
export type PrivateJwk = z.infer<typeof privateJwk>;

export function generateSecrets(): Secrets {
  const set = () => ({ current: 'k1', keys: { k1: base64url(randomBytes(32)) } });
  const signing = (kid: string) => ({ current: kid, keys: [generateSigningKey(kid)] });
  return {
    version: 1,
    partition: base64url(randomBytes(32)),
    lookup: set(),
    suppression: set(),
    wrapping: set(),
    token: set(),
    own: base64url(randomBytes(32)),
    receipt: signing('r1'),
    log: signing('l1'),
  };
}

export function generateSigningKey(kid: string): PrivateJwk {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  return { kid, kty: 'OKP', crv: 'Ed25519', x: jwk.x!, d: jwk.d! };
}

/** Parses AVOW_SECRETS or the secrets file; the error says what is wrong without showing a secret. */
export function parseSecrets(text: string): Secrets {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the secrets are not JSON: restore the secrets file, or make new ones with `avow keys generate`');
  }
  const parsed = secretsSchema.safeParse(json);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((i) => `${i.path.join('.') || '(all)'}: ${i.message}`).join('; ');
    throw new Error(`the secrets are not usable (${wrong})`);
  }
  return parsed.data;
}

export const wrappingOf = (s: Secrets): Wrapping => ({ current: s.wrapping.current, keys: bytesOf(s.wrapping.keys) });

export const bytesOf = (keys: Readonly<Record<string, string>>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(keys).map(([kid, k]) => [kid, fromBase64url(k)]));

/** A database's own key for a label. */
export function ownKeys(s: Secrets, database: string): (label: string) => Uint8Array {
  const secret = fromBase64url(s.own);
  const made = new Map<string, Uint8Array>();
  return (label) => {
    const known = made.get(label) ?? derive(secret, `${database}/${label}`);
    made.set(label, known);
    return known;
  };
}
