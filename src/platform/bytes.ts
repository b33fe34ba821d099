import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto';

const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array => encoder.encode(text);
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const base64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
export const fromBase64url = (s: string): Uint8Array => new Uint8Array(Buffer.from(s, 'base64url'));
export const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
export const hmac = (key: Uint8Array, data: string | Uint8Array): Buffer =>
  createHmac('sha256', key).update(data).digest();

/**
 * HMAC-SHA-256 (RFC 2104) of short texts under one key: the pads are made once and each call hashes in one shot, which
 * is some three times faster than a `createHmac` object.
 */
export function hmacOf(key: Uint8Array): (text: string) => Buffer {
  const block = Buffer.alloc(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = Buffer.alloc(64 + 1024);
  const outer = Buffer.alloc(64 + 32);
  for (let i = 0; i < 64; i++) {
    inner[i] = block[i]! ^ 0x36;
    outer[i] = block[i]! ^ 0x5c;
  }
  return (text) => {
    const size = Buffer.byteLength(text);
    if (size > 1024) return hmac(key, text);
    inner.write(text, 64);
    outer.set(hash('sha256', inner.subarray(0, 64 + size), 'buffer'), 64);
    return hash('sha256', outer, 'buffer');
  };
}

/** Compares without telling by its duration how far the two agree. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** SQLite hands out Buffer on Node and ArrayBuffer in a Durable Object. */
export const blob = (x: unknown): Uint8Array => (x instanceof Uint8Array ? x : new Uint8Array(x as ArrayBuffer));
