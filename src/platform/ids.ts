import { randomBytes } from 'node:crypto';

/** Crockford's base 32, lower case: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function base32(bytes: Uint8Array): string {
  let out = '';
  let acc = 0;
  let bits = 0;
  for (const b of bytes) {
    acc = (acc << 8) | b;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(acc >>> bits) & 31];
      acc &= (1 << bits) - 1;
    }
  }
  return bits > 0 ? out + ALPHABET[(acc << (5 - bits)) & 31] : out;
}

/** Random bytes are drawn in blocks: a system call for each id would cost more than the id. */
const BLOCK = 8192;
let block: Uint8Array = new Uint8Array(0);
let used = 0;

function draw(n: number): Uint8Array {
  if (used + n > block.length) {
    block = new Uint8Array(randomBytes(BLOCK));
    used = 0;
  }
  used += n;
  return block.subarray(used - n, used);
}

/** 100 random bits (20 characters); collisions are out of reach at any size we serve. */
const random = (): string => base32(draw(13)).slice(0, 20);

/** An id of the registry: `pur_…`. It carries no partition. */
export const registryId = (prefix: string): string => `${prefix}_${random()}`;

/**
 * An id minted in a vault: prefix, zone (two letters), 16 partition bits (four hex digits), 100 random bits, e.g.
 * `per_eu3fa1…`. The bits say which vault answers; the zone says under which jurisdiction it stands.
 */
export const vaultId = (prefix: string, zone: string, bits: number): string =>
  `${prefix}_${zone}${hexBits(bits)}${random()}`;

const hexBits = (bits: number): string => (bits & 0xffff).toString(16).padStart(4, '0');

const VAULT_ID = /^([a-z]{2,4})_([a-z]{2})([0-9a-f]{4})[0-9a-hjkmnp-tv-z]{20}$/;

/** Reads zone and partition bits back out of an id; undefined for anything else. */
export function parseVaultId(id: string): { prefix: string; zone: string; bits: number } | undefined {
  const m = VAULT_ID.exec(id);
  return m ? { prefix: m[1]!, zone: m[2]!, bits: Number.parseInt(m[3]!, 16) } : undefined;
}

/** Which of `count` vaults (a power of two) owns these bits: the leading ones, so that splitting halves a range. */
export const vaultOf = (bits: number, count: number): number => Math.floor((bits & 0xffff) / (0x10000 / count));
