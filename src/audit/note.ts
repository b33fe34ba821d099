import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto';
import { concat, fromBase64, sameBytes, toBase64, toHex, utf8 } from './bytes';

/** C2SP signed notes with Ed25519 (https://c2sp.org/signed-note), synchronous so that they fit inside an action. */

/** An Ed25519 public key as JWK (RFC 8037). */
export type PublicJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };
/** An Ed25519 private key as JWK (RFC 8037). */
export type PrivateJwk = PublicJwk & { readonly d: string };

/** Whose signature is known: the key's name, its 4-byte id and its 32 bytes. */
export type Verifier = { readonly name: string; readonly keyId: Uint8Array; readonly publicKey: Uint8Array };

export type NoteSignature = { readonly name: string; readonly keyId: Uint8Array; readonly signature: Uint8Array };

/**
 * A note that was opened: its text, who of the known keys signed it, and the signatures of others, which say nothing.
 * `malformed`: not a signed note. `bad_signature`: a known key's signature is false. `unsigned`: no known key signed.
 */
export type OpenedNote =
  | { ok: true; text: string; signedBy: Verifier[]; unverified: NoteSignature[] }
  | { ok: false; error: { code: 'malformed' | 'unsigned' } | { code: 'bad_signature'; name: string } };

/** Key type byte of plain Ed25519. */
const ED25519 = 0x01;
/** More signatures than this is an attack on the reader; the specification asks for at least 16. */
const MAX_SIGNATURES = 100;
/** With the u flag a pair is one character, so this finds only halves: text that has no UTF-8. */
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/=]+)$/u;

/** Signs a text that ends in a newline. Throws TypeError when text or name can't stand in a note. */
export function signNote(text: string, { name, privateJwk }: { name: string; privateJwk: PrivateJwk }): string {
  if (!isNoteText(text)) throw new TypeError('a note is text without control characters that ends in a newline');
  requireName(name);
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  const signature = sign(null, utf8(text), key);
  const keyId = keyIdOf(name, rawKey(privateJwk));
  return `${text}\n— ${name} ${toBase64(concat([keyId, signature]))}\n`;
}

/** Adds another key's signature to a note. */
export function addSignature(note: string, by: { name: string; privateJwk: PrivateJwk }): string {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  return note + signNote(text, by).slice(text.length + 1);
}

/** Opens a note with the keys that the reader trusts. A false signature of a known key spoils the whole note. */
export function openNote(note: string, verifiers: readonly Verifier[]): OpenedNote {
  const parsed = parseNote(note);
  if (!parsed) return { ok: false, error: { code: 'malformed' } };
  const signedBy: Verifier[] = [];
  const unverified: NoteSignature[] = [];
  for (const signature of parsed.signatures) {
    const verifier = verifiers.find((v) => v.name === signature.name && sameBytes(v.keyId, signature.keyId));
    if (!verifier) unverified.push(signature);
    else if (verifyRaw(parsed.text, signature.signature, verifier.publicKey)) signedBy.push(verifier);
    else return { ok: false, error: { code: 'bad_signature', name: signature.name } };
  }
  if (signedBy.length === 0) return { ok: false, error: { code: 'unsigned' } };
  return { ok: true, text: parsed.text, signedBy, unverified };
}

/** `name+hex(key id)+base64(0x01 ‖ key)`: how a public key is published and pinned. */
export function vkey(name: string, publicJwk: PublicJwk): string {
  requireName(name);
  const raw = rawKey(publicJwk);
  return `${name}+${toHex(keyIdOf(name, raw))}+${toBase64(concat([Uint8Array.of(ED25519), raw]))}`;
}

/** Reads a vkey; undefined unless it is whole, Ed25519, and its id fits its name and key. */
export function parseVkey(text: string): Verifier | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  const key = match && fromBase64(match[3]!);
  if (!match || !key || key.length !== 33 || key[0] !== ED25519) return undefined;
  const verifier = { name: match[1]!, keyId: keyIdOf(match[1]!, key.subarray(1)), publicKey: key.slice(1) };
  return toHex(verifier.keyId) === match[2] ? verifier : undefined;
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ key)[:4]. */
export function keyIdOf(name: string, publicKey: Uint8Array, type = ED25519): Uint8Array {
  const digest = hash('sha256', concat([utf8(`${name}\n`), Uint8Array.of(type), publicKey]), 'buffer');
  return new Uint8Array(digest.subarray(0, 4));
}

function parseNote(note: string): { text: string; signatures: NoteSignature[] } | undefined {
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2).split('\n');
  if (split < 0 || lines.pop() !== '' || lines.length === 0 || lines.length > MAX_SIGNATURES) return undefined;
  const signatures = lines.map(parseSignature).filter((s) => s !== undefined);
  return isNoteText(text) && signatures.length === lines.length ? { text, signatures } : undefined;
}

function parseSignature(line: string): NoteSignature | undefined {
  const match = SIGNATURE_LINE.exec(line);
  const bytes = match && fromBase64(match[2]!);
  if (!match || !bytes || bytes.length < 5 || !isName(match[1]!)) return undefined;
  return { name: match[1]!, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** A plain Ed25519 signature over a text. `publicKey`: its 32 bytes. */
export function verifyRaw(text: string, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) };
  return verify(null, utf8(text), createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

function requireName(name: string): void {
  if (!isName(name)) throw new TypeError(`"${name}" can't name a key: it is empty or contains a space or a plus`);
}

function rawKey({ x }: PublicJwk): Uint8Array {
  const raw = fromBase64(`${x.replaceAll('-', '+').replaceAll('_', '/')}=`);
  if (raw?.length !== 32) throw new TypeError('an Ed25519 public key has 32 bytes');
  return raw;
}

const toBase64Url = (bytes: Uint8Array) => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const isName = (name: string) => /^[^\s+]+$/u.test(name) && isPrintable(name);
const isNoteText = (text: string) => text.endsWith('\n') && isPrintable(text.replaceAll('\n', ''));
const isPrintable = (text: string) => !LONE_SURROGATE.test(text) && ![...text].some((char) => char < ' ');
