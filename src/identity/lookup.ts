import { base64url, bytesOf, fromBase64url, hmac, hmacOf, type Secrets, sha256 } from '../platform';
import { foldEmail, type IdentifierType, isDirect, normalise, type Subject } from './subject';

/**
 * An identifier as it travels: hashes only. `hashes` are the look-up keys, current first; `bits` say which vault's
 * directory holds it; `exact` and `folded` are suppression keys, of every key that was ever in use.
 */
export type Ident = {
  type: IdentifierType;
  hashes: string[];
  bits: number;
  exact: string[];
  folded: string[];
};

/** An identifier to be stored: with its plain value, to be sealed in the person's vault. */
export type PlainIdent = Ident & { raw: string; value: string };

export interface Lookup {
  /** Throws a refusal for an identifier that can't be one. */
  ident(subject: Subject, country?: string): Ident;
  plain(subject: Subject, country?: string): PlainIdent;
  /** A stable pseudonymous key for rate limits. */
  limitKey(label: string, value: string): string;
}

/** Makes look-up keys out of the configured secrets. Runs at the edge, so that no address reaches a vault's input log. */
export function createLookup(secrets: Secrets): Lookup {
  const partition = hmacOf(fromBase64url(secrets.partition));
  const lookupKeys = currentFirst(secrets.lookup);
  const suppressionKeys = currentFirst(secrets.suppression);
  const limits = hmac(fromBase64url(secrets.own), 'limits');

  const ident = (subject: Subject, country?: string): Ident => {
    const value = normalise(subject.type, subject.id, country);
    const isHashed = subject.type === 'email_sha256';
    const type = (isHashed ? 'email' : subject.type) as IdentifierType;
    const name = `${type}:${type === 'email' ? (isHashed ? value : sha256(value).toString('hex')) : value}`;
    const direct = isDirect(type);
    return {
      type,
      hashes: lookupKeys.map(([kid, key]) => tag(kid, key, name)),
      bits: partition(name).readUInt16BE(0),
      exact: direct ? suppressionKeys.map(([kid, key]) => tag(kid, key, name)) : [],
      folded:
        subject.type === 'email'
          ? suppressionKeys.map(([kid, key]) => tag(kid, key, `folded:${foldEmail(value)}`))
          : [],
    };
  };
  return {
    ident,
    plain: (subject, country) => ({
      ...ident(subject, country),
      raw: subject.id,
      value: normalise(subject.type, subject.id, country),
    }),
    limitKey: (label, value) => base64url(hmac(limits, `${label}:${value}`).subarray(0, 16)),
  };
}

const tag = (kid: string, mac: (text: string) => Buffer, name: string): string =>
  `${kid}.${base64url(mac(name).subarray(0, 24))}`;

function currentFirst(set: { current: string; keys: Record<string, string> }): [string, (text: string) => Buffer][] {
  const all = Object.entries(bytesOf(set.keys)).map(
    ([kid, key]) => [kid, hmacOf(key)] as [string, (text: string) => Buffer],
  );
  return all.sort(([a], [b]) => Number(b === set.current) - Number(a === set.current));
}
