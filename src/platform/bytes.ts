import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array => encoder.encode(text);
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const base64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
export const fromBase64url = (s: string): Uint8Array => new Uint8Array(Buffer.from(s, 'base64url'));
export const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
export const hmac = (key: Uint8Array, data: string | Uint8Array): Buffer =>
  createHmac('sha256', key).update(data).digest();

/** Compares without telling by its duration how far the two agree. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** SQLite hands out Buffer on Node and ArrayBuffer in a Durable Object. */
export const blob = (x: unknown): Uint8Array => (x instanceof Uint8Array ? x : new Uint8Array(x as ArrayBuffer));
