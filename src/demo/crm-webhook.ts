/** Standard Webhooks 1.0, the receiving side: is this delivery from who holds our secret, and is it fresh? */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Delivery = {
  /** Headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
  id: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
  /** The bytes as they came: a body that was parsed and written again has another signature. */
  body: string;
};

export type Verdict = { ok: true } | { ok: false; error: 'headers_missing' | 'too_old_or_early' | 'signature_wrong' };

/** Seconds that the two clocks may differ; the value of the reference libraries. */
const TOLERANCE = 5 * 60;

function signatureOf(secret: string, signed: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(signed, 'utf8').digest();
}

function isSignedBy(secret: string, signed: string, candidates: Buffer[]): boolean {
  const expected = signatureOf(secret, signed);
  return candidates.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
}

/**
 * Checks a delivery against all secrets that are valid now (two while one is being replaced). Only `v1`
 * (HMAC-SHA256) signatures count; others in the list are passed over. `now` in milliseconds.
 */
export function verifyDelivery(delivery: Delivery, secrets: readonly string[], now: number): Verdict {
  const { id, timestamp, signature, body } = delivery;
  if (!id || !timestamp || !signature) return { ok: false, error: 'headers_missing' };
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(now / 1000 - seconds) <= TOLERANCE)) return { ok: false, error: 'too_old_or_early' };
  const candidates = signature
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => Buffer.from(one.slice(3), 'base64'));
  const signed = `${id}.${timestamp}.${body}`;
  return secrets.some((secret) => isSignedBy(secret, signed, candidates))
    ? { ok: true }
    : { ok: false, error: 'signature_wrong' };
}
