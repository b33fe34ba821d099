import { randomBytes } from 'node:crypto';
import { sha256 } from '../platform';

/**
 * Secret keys: `sk_<key id>_<43 characters><6 of checksum>`. The checksum (CRC-32 in base 36) lets a scanner and us tell
 * a mistyped key from a wrong one without a look-up; only the SHA-256 is stored, which is enough for 256 random bits.
 */
export type ParsedKey = { id: string; hash: string };

const SHAPE = /^sk_([0-9a-z]{20})_([A-Za-z0-9_-]{43})([0-9a-z]{6})$/;

export function makeKey(id: string): { key: string; hash: string } {
  const secret = randomBytes(32).toString('base64url');
  const head = `sk_${id}_${secret}`;
  const key = `${head}${checksum(head)}`;
  return { key, hash: hashOfKey(key) };
}

/** Keys that were parsed before: whether they are live is asked of the snapshot at every call. */
const parsed = new Map<string, ParsedKey>();
const MAX_PARSED = 1000;

/** The key's id and hash; undefined for what isn't a key of ours. */
export function parseKey(key: string): ParsedKey | undefined {
  const known = parsed.get(key);
  if (known) return known;
  const made = parse(key);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  if (made) parsed.set(key, made);
  return made;
}

function parse(key: string): ParsedKey | undefined {
  const m = SHAPE.exec(key);
  if (!m || checksum(key.slice(0, -6)) !== m[3]) return undefined;
  return { id: m[1]!, hash: hashOfKey(key) };
}

export const hashOfKey = (key: string): string => sha256(key).toString('base64url');

/** CRC-32 (ISO 3309) in base 36, six digits at the least. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(36).padStart(7, '0').slice(-6);
}
