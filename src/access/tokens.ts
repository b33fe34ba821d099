import { randomBytes } from 'node:crypto';
import { base64url, bytesOf, fromBase64url, hmac, isObject, MINUTE, type Secrets, sameBytes } from '../platform';

/**
 * Small signed tokens of ours: `<prefix>_<payload>.<mac>`, the payload JSON in base64url, the MAC HMAC-SHA-256 under a
 * named key, over prefix and payload, so that no token passes for one of another kind.
 */
export interface Tokens {
  /** The visitor's own, issued with the first choice: who they are here, nothing else. */
  subject(person: string, site: string): string;
  readSubject(token: string): { person: string; site: string } | undefined;
  /** Single-use proof that a page of ours was open a moment ago. */
  page(site: string, origin: string, now: number): { token: string; expiresAt: number };
  readPage(
    token: string,
    now: number,
  ): { id: string; site: string; origin: string; expiresAt: number; expired: boolean } | undefined;
}

/** A visitor may read a long notice before choosing. */
export const PAGE_TOKEN_TTL = 30 * MINUTE;

export function createTokens(secrets: Secrets): Tokens {
  const keys = bytesOf(secrets.token.keys);
  const mac = (kid: string, text: string) => hmac(keys[kid]!, text);
  const sign = (prefix: string, payload: Record<string, string | number>): string => {
    const body = base64url(Buffer.from(JSON.stringify({ ...payload, k: secrets.token.current })));
    return `${prefix}_${body}.${base64url(mac(secrets.token.current, `${prefix}_${body}`))}`;
  };
  const read = (prefix: string, token: string): Record<string, unknown> | undefined => {
    const dot = token.lastIndexOf('.');
    if (!token.startsWith(`${prefix}_`) || dot < 0 || token.length > 1024) return undefined;
    const payload = parse(token.slice(prefix.length + 1, dot));
    const kid = payload?.k;
    if (!payload || typeof kid !== 'string' || !Object.hasOwn(keys, kid)) return undefined;
    return sameBytes(fromBase64url(token.slice(dot + 1)), mac(kid, token.slice(0, dot))) ? payload : undefined;
  };
  return {
    subject: (person, site) => sign('st', { p: person, s: site }),
    readSubject: (token) => {
      const t = read('st', token);
      return t && typeof t.p === 'string' && typeof t.s === 'string' ? { person: t.p, site: t.s } : undefined;
    },
    page: (site, origin, now) => {
      const expiresAt = now + PAGE_TOKEN_TTL;
      return { token: sign('pt', { s: site, o: origin, n: base64url(randomBytes(16)), e: expiresAt }), expiresAt };
    },
    readPage: (token, now) => {
      const t = read('pt', token);
      if (
        !t ||
        typeof t.s !== 'string' ||
        typeof t.o !== 'string' ||
        typeof t.n !== 'string' ||
        typeof t.e !== 'number'
      )
        return undefined;
      return { id: t.n, site: t.s, origin: t.o, expiresAt: t.e, expired: t.e <= now };
    },
  };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
    return isObject(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
