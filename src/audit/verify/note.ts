import { concat, fromBase64, sameBytes, toHex, utf8 } from './bytes';
import { type Ed25519, verifyEd25519 } from './ed25519';
import { sha256 } from './sha2';

/** Signed notes and checkpoints of C2SP, from the reader's side. */

export type Key = { readonly vkey: string; readonly name: string; readonly id: Uint8Array; readonly raw: Uint8Array };
export type Head = { readonly origin: string; readonly size: number; readonly root: Uint8Array };
type Signature = { readonly name: string; readonly id: Uint8Array; readonly bytes: Uint8Array };

/** What became of a note: its text and the known keys that signed it, or why it says nothing. */
export type Opened =
  | { readonly ok: true; readonly text: string; readonly keys: readonly Key[] }
  | { readonly ok: false; readonly why: 'malformed' | 'unsigned' | 'false_signature' };

/** Key type byte of plain Ed25519. */
const ED25519 = Uint8Array.of(1);

/** Reads `name+id+key`; undefined unless all three parts fit one another. */
export function parseKey(vkey: string): Key | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(vkey);
  const typed = match && fromBase64(match[3]!);
  if (!match || typed?.length !== 33 || typed[0] !== ED25519[0]) return undefined;
  const name = match[1]!;
  const raw = typed.slice(1);
  const expected = sha256(concat(utf8(`${name}\n`), ED25519, raw)).slice(0, 4);
  return toHex(expected) === match[2] ? { vkey, name, id: expected, raw } : undefined;
}

/** Opens a note. A false signature of a known key spoils it, even beside a good one. */
export function openNote(note: string, keys: readonly Key[], ed25519: Ed25519 = verifyEd25519): Opened {
  const split = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, split);
  const lines = note.slice(split + 1).split('\n');
  if (split === 0 || lines.pop() !== '' || lines.length === 0) return { ok: false, why: 'malformed' };
  const signatures = lines.map(parseSignature);
  if (!signatures.every((s) => s !== undefined)) return { ok: false, why: 'malformed' };
  const known = signatures.flatMap((signature) => matches(signature, keys));
  if (known.length === 0) return { ok: false, why: 'unsigned' };
  const valid = known.every(({ signature, key }) => ed25519(key.raw, utf8(text), signature.bytes));
  return valid ? { ok: true, text, keys: known.map(({ key }) => key) } : { ok: false, why: 'false_signature' };
}

/** How many signature lines stand under a note. */
export function countSignatures(note: string): number {
  return note.slice(note.lastIndexOf('\n\n') + 2).split('\n').length - 1;
}

/** Reads a checkpoint's three lines; undefined for any other spelling. */
export function parseHead(text: string): Head | undefined {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]{44})\n$/.exec(text);
  const root = match && fromBase64(match[3]!);
  const size = Number(match?.[2]);
  return match && root?.length === 32 && Number.isSafeInteger(size) ? { origin: match[1]!, size, root } : undefined;
}

function parseSignature(line: string): Signature | undefined {
  const match = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const bytes = match && fromBase64(match[2]!);
  return match && bytes && bytes.length > 4
    ? { name: match[1]!, id: bytes.slice(0, 4), bytes: bytes.slice(4) }
    : undefined;
}

function matches(signature: Signature, keys: readonly Key[]): { signature: Signature; key: Key }[] {
  const key = keys.find((k) => k.name === signature.name && sameBytes(k.id, signature.id));
  return key ? [{ signature, key }] : [];
}
