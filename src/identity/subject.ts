import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { Refusal } from '../platform';

/** How a caller names a person. */
export const subjectTypes = [
  'person',
  'email',
  'email_sha256',
  'phone',
  'customer',
  'device',
  'visitor',
  'external',
] as const;
export type SubjectType = (typeof subjectTypes)[number];
export type Subject = { type: SubjectType; id: string };

/** The kinds that lie in the directory. `email_sha256` finds what `email` claimed. */
export type IdentifierType = Exclude<SubjectType, 'person' | 'email_sha256'>;

/** Direct identifiers lead to a person in the world, so they are sealed and make the person keyed. */
export const isDirect = (type: SubjectType): boolean =>
  type === 'email' || type === 'phone' || type === 'customer' || type === 'external';

/** What never identifies anybody, in any type: placeholders that joined strangers in other products. */
const junk =
  /^(0+|-+|n\/?a|null|none|undefined|nan|unknown|test|anonymous|guest|x+|1234567890?|test@.*|noreply@.*|no-reply@.*|none@.*|.*@(example|test)\.test)$/i;

export const isJunk = (id: string): boolean => id.trim() === '' || junk.test(id.trim());

const bad = (message: string): Refusal => new Refusal('invalid', message, [{ path: '/body/subject/id', message }]);

/**
 * The spelling under which an identifier is looked up. An e-mail's local part is opaque: only letter case is folded
 * (RFC 5321 §2.4 leaves it to the receiver, and no provider in use tells cases apart). Phones are E.164.
 */
export function normalise(type: SubjectType, id: string, country?: string): string {
  const value = id.normalize('NFC').trim();
  if (isJunk(value)) throw bad(`"${value.slice(0, 40)}" identifies nobody`);
  switch (type) {
    case 'email':
      return normaliseEmail(value);
    case 'email_sha256':
      if (!/^[0-9a-f]{64}$/i.test(value)) throw bad('must be the SHA-256 of the address in 64 hexadecimal digits');
      return value.toLowerCase();
    case 'phone':
      return normalisePhone(value, country);
    case 'customer':
      if (!/^[a-z0-9_-]{1,64}~.{1,128}$/i.test(value)) throw bad('must be unit~number');
      return value.toLowerCase();
    case 'visitor':
      if (!/^v_[A-Za-z0-9_-]{22}$/.test(value)) throw bad('must be v_ and 128 bits in base64url (22 characters)');
      return value;
    default:
      if (value.length > 256) throw bad('must be at most 256 characters');
      return value;
  }
}

function normaliseEmail(value: string): string {
  const at = value.lastIndexOf('@');
  const domain = asciiDomain(value.slice(at + 1));
  const local = value.slice(0, at);
  if (at < 1 || value.length > 254 || domain === undefined || hasSpaceOrControl(local))
    throw bad('is not an e-mail address');
  return `${local.toLowerCase()}@${domain}`;
}

const hasSpaceOrControl = (s: string): boolean => [...s].some((c) => c <= ' ' || c === '\u007f');

/** The domain in lower-case ASCII (IDNA), or undefined when it is none. */
function asciiDomain(domain: string): string | undefined {
  if (!domain.includes('.') || /[\s/:@?#\\%[\]]/.test(domain)) return undefined;
  try {
    const { hostname } = new URL(`https://${domain}`);
    return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  } catch {
    return undefined;
  }
}

function normalisePhone(value: string, country?: string): string {
  const parsed = parsePhoneNumberFromString(value, country as 'SE' | undefined);
  if (!parsed?.isValid()) throw bad('is not a valid phone number (give it with + and country code)');
  return parsed.number;
}

/**
 * Spellings that reach the same mailbox, for suppression and rate limits only: everything behind `+` dropped, and
 * Gmail's dots. Never an identity.
 */
export function foldEmail(normalised: string): string {
  const at = normalised.lastIndexOf('@');
  const domain = normalised.slice(at + 1);
  const gmail = domain === 'gmail.com' || domain === 'googlemail.com';
  const local = normalised.slice(0, at).split('+')[0]!;
  return `${gmail ? local.replaceAll('.', '') : local}@${gmail ? 'gmail.com' : domain}`;
}
