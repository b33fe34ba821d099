import { createHash, randomBytes } from 'node:crypto';

/** How a value that must stay in its row stops telling who it was: gone, a salted hash, a fixed word, or left as it is. */
export const maskings = ['null', 'hash', 'string', 'preserve'] as const;
export type Masking = (typeof maskings)[number];

/** The word that stands where a name stood. */
export const MASK = 'MASKED';

/**
 * The value to be written. `hash` is salted with bytes that nobody keeps, so that equal values of different people don't
 * meet and nobody can try names out: it fills a column that must be unique or not null, nothing else.
 */
export function maskedBy(mask: Exclude<Masking, 'preserve'>, value: unknown): string | null {
  if (value === null || value === undefined || mask === 'null') return null;
  if (mask === 'string') return MASK;
  return createHash('sha256').update(randomBytes(16)).update(String(value)).digest('hex').slice(0, 32);
}
