import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { SigningKey } from '../consent';
import { canonical, isObject, type Wire } from '../platform';
import type { Dropped } from './columns';
import type { Format } from './formats';

/** How many were meant and what became of them. Always `matched = released + Σ excluded`. */
export type Counts = { matched: number; released: number; excluded: Readonly<Record<string, number>> };

export const noCounts: Counts = { matched: 0, released: 0, excluded: {} };

export function addCounts(a: Counts, b: Counts): Counts {
  const excluded: Record<string, number> = { ...a.excluded };
  for (const [reason, n] of Object.entries(b.excluded)) excluded[reason] = (excluded[reason] ?? 0) + n;
  return { matched: a.matched + b.matched, released: a.released + b.released, excluded };
}

export const addsUp = (c: Counts): boolean =>
  c.matched === c.released + Object.values(c.excluded).reduce((a, b) => a + b, 0);

/** What left, to whom, for what, under which rules: the statement that goes with one download. */
export type Manifest = {
  type: 'avow/release-manifest';
  version: 1;
  release: string;
  export: string;
  purpose: string;
  channel: string | null;
  unit: string | null;
  recipient: string;
  segment: { id: string; version: number } | null;
  /** The rulebook under which it began; every page was decided under it or a newer one. */
  rulebook: { version: number; hash: string };
  format: Format;
  columns: string[];
  dropped_columns: Dropped[];
  counts: Counts;
  /** `complete`, or `partial` when the download ended early: what is counted has left all the same. */
  outcome: 'complete' | 'partial';
  content: { sha256: string; bytes: number };
  started_at: string;
  ended_at: string;
};

const TYP = 'release-manifest+jws';
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/** Compact JWS (RFC 7515), EdDSA over Ed25519 (RFC 8037), canonical JSON (RFC 8785); the key is that of the receipts. */
export function signManifest(manifest: Manifest, { kid, ...jwk }: SigningKey): string {
  const head = canonical({ alg: 'EdDSA', typ: TYP, kid });
  const input = `${encode(head)}.${encode(canonical(manifest as unknown as Wire))}`;
  return `${input}.${sign(null, Buffer.from(input), createPrivateKey({ key: jwk, format: 'jwk' })).toString('base64url')}`;
}

/** The manifest if one of the keys has signed it; undefined for anything else. */
export function verifyManifest(jws: string, keys: readonly Omit<SigningKey, 'd'>[]): Manifest | undefined {
  const [head = '', body = '', tail = '', ...rest] = jws.split('.');
  const header = parse(head);
  if (rest.length > 0 || !isObject(header) || header.typ !== TYP || header.alg !== 'EdDSA') return undefined;
  const key = keys.find((k) => k.kid === header.kid);
  if (!key) return undefined;
  const publicKey = createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: 'jwk' });
  const good = verify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(tail, 'base64url'));
  return good ? (parse(body) as unknown as Manifest) : undefined;
}

function parse(part: string): Wire {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Wire;
  } catch {
    return null;
  }
}
