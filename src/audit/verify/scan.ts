/**
 * Walks over canonical JSON (RFC 8785) byte by byte, without building it: a million envelopes are hashed, but hardly one
 * of them has to be looked into. Whatever it isn't sure of (odd numbers, escapes by number, keys beyond ASCII) it leaves
 * to the slow reader, so it never has to be clever.
 */

/** Not sure: ask the slow reader. */
export const UNSURE = -1;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Integers of so many digits are exact, and written as they are. */
const EXACT_DIGITS = 15;
const MAX_DEPTH = 64;
/** After a backslash: " \ b f n r t. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([QUOTE, BACKSLASH, 0x62, 0x66, 0x6e, 0x72, 0x74]);
const WORDS = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word));
const ERASES = new TextEncoder().encode('erases');

export class CanonicalScan {
  /** Only ASCII was seen since this was last set: then it is UTF-8, too. */
  ascii = true;
  /** A member called `erases` was seen since this was last set. */
  erases = false;

  constructor(private readonly bytes: Uint8Array) {}

  /** Where the value that begins at `at` ends, or UNSURE. */
  value(at: number, depth = 0): number {
    const first = this.bytes[at];
    if (first === QUOTE) return this.text(at);
    if (first === OPEN) return depth < MAX_DEPTH ? this.object(at, depth) : UNSURE;
    if (first === OPEN_LIST) return depth < MAX_DEPTH ? this.list(at, depth) : UNSURE;
    if (first === MINUS) return this.bytes[at + 1] === ZERO ? UNSURE : this.integer(at + 1);
    if (first !== undefined && first >= ZERO && first <= NINE) return this.integer(at);
    return this.word(at);
  }

  /** Digits without a leading zero, and nothing behind them that would make it another number. */
  integer(at: number): number {
    const { bytes } = this;
    let end = at;
    while (bytes[end]! >= ZERO && bytes[end]! <= NINE) end++;
    const digits = end - at;
    if (digits === 0 || digits > EXACT_DIGITS || (bytes[at] === ZERO && digits > 1)) return UNSURE;
    const next = bytes[end];
    return next === COMMA || next === CLOSE || next === CLOSE_LIST ? end : UNSURE;
  }

  private text(at: number): number {
    const { bytes } = this;
    for (let i = at + 1; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) return i + 1;
      if (byte < 0x20) return UNSURE;
      if (byte >= 0x80) this.ascii = false;
      if (byte === BACKSLASH && !SHORT_ESCAPES.has(bytes[++i]!)) return UNSURE;
    }
    return UNSURE;
  }

  private object(start: number, depth: number): number {
    const { bytes } = this;
    let at = start + 1;
    if (bytes[at] === CLOSE) return at + 1;
    let previous = UNSURE;
    let previousEnd = UNSURE;
    for (;;) {
      const end = this.key(at);
      if (end === UNSURE || (previous !== UNSURE && !this.rises(previous, previousEnd, at, end))) return UNSURE;
      if (bytes[end] !== COLON) return UNSURE;
      [previous, previousEnd] = [at, end];
      at = this.value(end + 1, depth + 1);
      if (at === UNSURE || bytes[at] === CLOSE) return at === UNSURE ? UNSURE : at + 1;
      if (bytes[at++] !== COMMA) return UNSURE;
    }
  }

  private list(start: number, depth: number): number {
    let at = start + 1;
    if (this.bytes[at] === CLOSE_LIST) return at + 1;
    for (;;) {
      at = this.value(at, depth + 1);
      if (at === UNSURE || this.bytes[at] === CLOSE_LIST) return at === UNSURE ? UNSURE : at + 1;
      if (this.bytes[at++] !== COMMA) return UNSURE;
    }
  }

  /** A key of plain ASCII: its order by bytes is its order by UTF-16. */
  private key(at: number): number {
    const { bytes } = this;
    if (bytes[at] !== QUOTE) return UNSURE;
    for (let i = at + 1; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) {
        if (i - at - 1 === ERASES.length && this.matches(ERASES, at + 1)) this.erases = true;
        return i + 1;
      }
      if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return UNSURE;
    }
    return UNSURE;
  }

  /** Whether the key at `b` comes after the key at `a`; both with their quotes. */
  private rises(a: number, aEnd: number, b: number, bEnd: number): boolean {
    const { bytes } = this;
    const shared = Math.min(aEnd - a, bEnd - b) - 2;
    for (let i = 1; i <= shared; i++) {
      const difference = bytes[b + i]! - bytes[a + i]!;
      if (difference !== 0) return difference > 0;
    }
    return aEnd - a < bEnd - b;
  }

  private word(at: number): number {
    for (const word of WORDS) if (this.matches(word, at)) return at + word.length;
    return UNSURE;
  }

  /** Whether exactly these bytes stand at `at`. */
  matches(expected: Uint8Array, at: number): boolean {
    for (let i = 0; i < expected.length; i++) if (this.bytes[at + i] !== expected[i]) return false;
    return true;
  }
}
