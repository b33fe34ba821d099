import { concat } from './bytes';
import { sha512 } from './sha2';

/**
 * Verification of Ed25519 signatures (RFC 8032 §5.1.7), synchronous and the same everywhere. It handles public data
 * only, so it need not hide its timing; it never signs. Strict: S below the group's order, points in their one spelling.
 */

/** Checks a signature. The verifier takes any: a command may hand in its runtime's. */
export type Ed25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** The field's prime, 2^255 − 19. */
const P = 2n ** 255n - 19n;
/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));
/** A square root of −1. */
const I = power(2n, (P - 1n) / 4n);

/** Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const ZERO: Point = [0n, 1n, 1n, 0n];
/** y = 4/5, x even. */
const BASE = decompress(littleEndian(mod(4n * inverse(5n))))!;

/** Whether `signature` (64 bytes) is `publicKey`'s (32 bytes) for `message`. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const r = decompress(signature.subarray(0, 32));
  const a = decompress(publicKey);
  const s = number(signature.subarray(32));
  if (!r || !a || s >= L) return false;
  const k = number(sha512(concat(signature.subarray(0, 32), publicKey, message))) % L;
  return samePoint(sumOfMultiples(BASE, s, negate(a), k), r);
}

/** RFC 8032 §5.1.3; undefined for a spelling that no encoder writes or a y without a point. */
function decompress(bytes: Uint8Array): Point | undefined {
  const encoded = number(bytes);
  const odd = encoded >> 255n;
  const y = encoded & ((1n << 255n) - 1n);
  if (y >= P) return undefined;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  const x = rootOfRatio(u, v);
  if (x === undefined || (x === 0n && odd === 1n)) return undefined;
  const signed = (x & 1n) === odd ? x : P - x;
  return [signed, y, 1n, mod(signed * y)];
}

/** A square root of u/v; undefined when there is none. */
function rootOfRatio(u: bigint, v: bigint): bigint | undefined {
  const x = mod(u * power(v, 3n) * power(mod(u * power(v, 7n)), (P - 5n) / 8n));
  const check = mod(v * x * x);
  if (check === u) return x;
  return check === mod(-u) ? mod(x * I) : undefined;
}

/** RFC 8032 §5.1.4. */
function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * D * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

/** RFC 8032 §5.1.4, the shorter formula for a point and itself. */
function double([x, y, z]: Point): Point {
  const [a, b] = [mod(x * x), mod(y * y)];
  const h = a + b;
  const e = h - mod((x + y) * (x + y));
  const g = a - b;
  const f = 2n * z * z + g;
  return [mod(e * mod(f)), mod(g * h), mod(mod(f) * g), mod(e * h)];
}

/** m·p + n·q, both multiplied in one pass from the highest bit down. */
function sumOfMultiples(p: Point, m: bigint, q: Point, n: bigint): Point {
  const table = [ZERO, p, q, add(p, q)] as const;
  let sum = ZERO;
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = double(sum);
    const choice = Number((m >> bit) & 1n) + 2 * Number((n >> bit) & 1n);
    if (choice > 0) sum = add(sum, table[choice]!);
  }
  return sum;
}

function negate([x, y, z, t]: Point): Point {
  return [mod(-x), y, z, mod(-t)];
}

function samePoint([x1, y1, z1]: Point, [x2, y2, z2]: Point): boolean {
  return mod(x1 * z2 - x2 * z1) === 0n && mod(y1 * z2 - y2 * z1) === 0n;
}

function mod(n: bigint): bigint {
  const rest = n % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [rest, square] = [exponent, mod(base)]; rest > 0n; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}

function inverse(n: bigint): bigint {
  return power(n, P - 2n);
}

/** Little-endian, as everywhere in Ed25519. */
function number(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function littleEndian(n: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 0xffn));
}
