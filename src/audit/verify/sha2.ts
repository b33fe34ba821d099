/**
 * SHA-256, SHA-512 and HMAC-SHA-256 (FIPS 180-4, RFC 2104), synchronous and without a runtime's help, so that the page
 * in the bundle and the command run the very same code. Their constants are computed from their definition: the
 * fractional parts of square and cube roots of the first primes.
 */

/** Computes SHA-256. The verifier takes any: a command may hand in a faster one. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

const PRIMES = firstPrimes(80);
const MASK64 = (1n << 64n) - 1n;

const K512 = PRIMES.map((p) => fractionOfRoot(p, 3n));
const H512 = PRIMES.slice(0, 8).map((p) => fractionOfRoot(p, 2n));
const K256 = Int32Array.from(K512.slice(0, 64), (k) => Number(k >> 32n));
const H256 = Int32Array.from(H512, (h) => Number(h >> 32n));

const BLOCK = 64;
const DIGEST = 32;

// One digest at a time, so that a million of them allocate nothing.
const schedule = new Int32Array(64);
const state = new Int32Array(8);
const tail = new Uint8Array(2 * BLOCK);
const joined = new Uint8Array(2 * BLOCK);
const padKey = new Uint8Array(BLOCK);

export function sha256(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(DIGEST);
  state.set(H256);
  finish(bytes, absorb(bytes, 0, bytes.length), bytes.length, bytes.length, out, 0);
  return out;
}

/** SHA-256(0x00 ‖ bytes[from, to)) into `out`: a leaf of RFC 6962. */
export function leafInto(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): void {
  const length = to - from + 1;
  if (length > joined.length) {
    const prefixed = new Uint8Array(length);
    prefixed.set(bytes.subarray(from, to), 1);
    out.set(sha256(prefixed), at);
    return;
  }
  joined[0] = 0;
  for (let i = 1; i < length; i++) joined[i] = bytes[from + i - 1]!;
  shortInto(length, out, at);
}

/** SHA-256(0x01 ‖ left ‖ right) into `out`, the two lying side by side at `from`: a node of RFC 6962. */
export function nodeInto(pairs: Uint8Array, from: number, out: Uint8Array, at: number): void {
  joined[0] = 1;
  for (let i = 0; i < 2 * DIGEST; i++) joined[i + 1] = pairs[from + i]!;
  shortInto(1 + 2 * DIGEST, out, at);
}

/** HMAC-SHA-256 over bytes[from, to) into `out`, for keys of at most 64 bytes. */
export function hmacInto(key: Uint8Array, bytes: Uint8Array, from: number, to: number, out: Uint8Array): void {
  startHmac(key, 0x36);
  finish(bytes, absorb(bytes, from, to), to, BLOCK + to - from, joined, 0);
  startHmac(key, 0x5c);
  finish(joined, 0, DIGEST, BLOCK + DIGEST, out, 0);
}

/** HMAC-SHA-256 for keys of at most 64 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const out = new Uint8Array(DIGEST);
  hmacInto(key, message, 0, message.length, out);
  return out;
}

function startHmac(key: Uint8Array, pad: number): void {
  for (let i = 0; i < BLOCK; i++) padKey[i] = pad ^ (i < key.length ? key[i]! : 0);
  state.set(H256);
  block256(padKey, 0);
}

/** What lies in `joined`. */
function shortInto(length: number, out: Uint8Array, at: number): void {
  state.set(H256);
  finish(joined, absorb(joined, 0, length), length, length, out, at);
}

/** Takes in the whole blocks and says where the rest begins. */
function absorb(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  for (; at + BLOCK <= to; at += BLOCK) block256(bytes, at);
  return at;
}

/** Takes in the rest, 0x80, zeros and the length in bits, and writes the digest. */
function finish(bytes: Uint8Array, from: number, to: number, total: number, out: Uint8Array, at: number): void {
  const rest = to - from;
  const end = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
  for (let i = 0; i < rest; i++) tail[i] = bytes[from + i]!;
  tail.fill(0, rest, end);
  tail[rest] = 0x80;
  writeWord(tail, end - 8, Math.floor(total / 2 ** 29));
  writeWord(tail, end - 4, total << 3);
  for (let i = 0; i < end; i += BLOCK) block256(tail, i);
  for (let i = 0; i < 8; i++) writeWord(out, at + 4 * i, state[i]!);
}

function writeWord(out: Uint8Array, at: number, word: number): void {
  out[at] = word >>> 24;
  out[at + 1] = word >>> 16;
  out[at + 2] = word >>> 8;
  out[at + 3] = word;
}

/** Only for Ed25519, where a message is short: plain and slow. */
export function sha512(bytes: Uint8Array): Uint8Array {
  const words = H512.slice();
  const whole = bytes.length - (bytes.length % 128);
  const all = [bytes.subarray(0, whole), padded(bytes, whole, 128, 16)];
  for (const part of all) for (let at = 0; at < part.length; at += 128) block512(words, part.subarray(at, at + 128));
  const out = new Uint8Array(64);
  const view = new DataView(out.buffer);
  for (const [i, word] of words.entries()) view.setBigUint64(i * 8, word);
  return out;
}

function block256(bytes: Uint8Array, at: number): void {
  const w = schedule;
  for (let i = 0, p = at; i < 16; i++, p += 4) {
    w[i] = (bytes[p]! << 24) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 8) | bytes[p + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + (g ^ (e & (f ^ g))) + K256[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
  state[5] = state[5]! + f;
  state[6] = state[6]! + g;
  state[7] = state[7]! + h;
}

function block512(state: bigint[], block: Uint8Array): void {
  const view = new DataView(block.buffer, block.byteOffset, 128);
  const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(i * 8));
  for (let i = 16; i < 80; i++) {
    const [x, y] = [w[i - 15]!, w[i - 2]!];
    const s0 = rotate(x, 1n) ^ rotate(x, 8n) ^ (x >> 7n);
    const s1 = rotate(y, 19n) ^ rotate(y, 61n) ^ (y >> 6n);
    w.push((w[i - 16]! + s0 + w[i - 7]! + s1) & MASK64);
  }
  let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  for (let i = 0; i < 80; i++) {
    const s1 = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
    const t1 = h + s1 + ((e & f) ^ (~e & MASK64 & g)) + K512[i]! + w[i]!;
    const s0 = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(t1 + t2) & MASK64, a, b, c, (d + t1) & MASK64, e, f, g];
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i]! + word) & MASK64;
}

/** What follows the last whole block: the rest, 0x80, zeros, and the length in bits. */
function padded(bytes: Uint8Array, from: number, block: number, lengthBytes: number): Uint8Array {
  const rest = bytes.length - from;
  const out = new Uint8Array(rest + 1 + lengthBytes <= block ? block : 2 * block);
  out.set(bytes.subarray(from));
  out[rest] = 0x80;
  new DataView(out.buffer).setBigUint64(out.length - 8, BigInt(bytes.length) * 8n);
  return out;
}

const rotate = (word: bigint, by: bigint) => ((word >> by) | (word << (64n - by))) & MASK64;

/** The first 64 bits after the point of the degree-th root of p. */
function fractionOfRoot(p: number, degree: bigint): bigint {
  const scaled = BigInt(p) << (64n * degree);
  let [low, high] = [0n, BigInt(p) << 64n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return low & MASK64;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes;
}
