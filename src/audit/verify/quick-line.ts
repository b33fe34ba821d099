import { textOf, utf8 } from './bytes';
import { CanonicalScan, UNSURE } from './scan';
import { hmacInto, leafInto } from './sha2';
import { HASH } from './tree';

/**
 * Reads a line of `entries.ndjson` in its usual spelling straight from its bytes. `false` says nothing: the slow reader
 * then decides what the line is.
 */

export type QuickState = 'opened' | 'false' | 'erased' | 'withheld' | 'missing';

const ENTRY = utf8('{"entry":{"c":"');
const TIME = utf8('","t":');
const VERSION = utf8(',"v":1}');
const ENVELOPE = utf8(',"envelope":');
const SALT = utf8(',"salt":"');
const SALTED_SEQ = utf8('","seq":');
const ERASED = utf8(',"erased":');
const SEQ = utf8(',"seq":');
const WITHHELD = utf8(',"withheld":true');
const CLOSE = 0x7d;
/** Where the entry begins inside the line: behind `{"entry":`. */
const ENTRY_AT = 9;
/** Base64 of 32 bytes. */
const ENCODED = 44;

const NO_DIGIT = 0xff;
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  DIGITS[char.charCodeAt(0)] = value;

export class QuickLine {
  seq = 0;
  state: QuickState = 'missing';
  /** For an erased line: who explains it. */
  erased = 0;
  /** The envelope's bytes, when it declares erasures; else both are 0. */
  envelopeFrom = 0;
  envelopeTo = 0;
  private readonly scan: CanonicalScan;
  private readonly commitment = new Uint8Array(HASH);
  private readonly salt = new Uint8Array(HASH);
  private readonly opened = new Uint8Array(HASH);

  constructor(private readonly bytes: Uint8Array) {
    this.scan = new CanonicalScan(bytes);
  }

  /** Reads the line [from, to) and writes its leaf hash. */
  read(from: number, to: number, leaves: Uint8Array, leafAt: number): boolean {
    const { scan } = this;
    if (!scan.matches(ENTRY, from) || !this.base64(from + ENTRY.length, this.commitment)) return false;
    const timeAt = from + ENTRY.length + ENCODED + TIME.length;
    if (!scan.matches(TIME, timeAt - TIME.length)) return false;
    const versionAt = scan.integer(timeAt);
    if (versionAt === UNSURE || !scan.matches(VERSION, versionAt)) return false;
    const rest = versionAt + VERSION.length;
    if (!this.readRest(rest, to)) return false;
    leafInto(this.bytes, from + ENTRY_AT, rest, leaves, leafAt);
    return true;
  }

  private readRest(at: number, to: number): boolean {
    this.envelopeFrom = this.envelopeTo = 0;
    if (this.scan.matches(ENVELOPE, at)) return this.readOpened(at + ENVELOPE.length, to);
    if (this.scan.matches(ERASED, at)) {
      const end = this.scan.integer(at + ERASED.length);
      if (end === UNSURE || !this.scan.matches(SEQ, end)) return false;
      this.erased = this.number(at + ERASED.length, end);
      this.state = 'erased';
      return this.ends(this.readSeq(end + SEQ.length), to);
    }
    if (!this.scan.matches(SEQ, at)) return false;
    const end = this.readSeq(at + SEQ.length);
    const withheld = end !== UNSURE && this.scan.matches(WITHHELD, end);
    this.state = withheld ? 'withheld' : 'missing';
    return this.ends(withheld ? end + WITHHELD.length : end, to);
  }

  private readOpened(at: number, to: number): boolean {
    const { scan } = this;
    scan.ascii = true;
    scan.erases = false;
    const end = scan.value(at);
    if (end === UNSURE || !scan.matches(SALT, end)) return false;
    const saltAt = end + SALT.length;
    if (!this.base64(saltAt, this.salt) || !scan.matches(SALTED_SEQ, saltAt + ENCODED)) return false;
    if (!this.ends(this.readSeq(saltAt + ENCODED + SALTED_SEQ.length), to)) return false;
    if (!scan.ascii && textOf(this.bytes.subarray(at, end)) === undefined) return false;
    hmacInto(this.salt, this.bytes, at, end, this.opened);
    this.state = this.opened.every((byte, i) => byte === this.commitment[i]) ? 'opened' : 'false';
    if (scan.erases) [this.envelopeFrom, this.envelopeTo] = [at, end];
    return true;
  }

  private readSeq(at: number): number {
    const end = this.scan.integer(at);
    if (end !== UNSURE) this.seq = this.number(at, end);
    return end;
  }

  private ends(at: number, to: number): boolean {
    return at !== UNSURE && this.bytes[at] === CLOSE && at + 1 === to;
  }

  private number(from: number, to: number): number {
    let value = 0;
    for (let i = from; i < to; i++) value = value * 10 + this.bytes[i]! - 0x30;
    return value;
  }

  /** 32 bytes out of the 44 characters at `at`, in their one canonical spelling. */
  private base64(at: number, out: Uint8Array): boolean {
    const { bytes } = this;
    if (bytes[at + ENCODED - 1] !== 0x3d) return false;
    let bits = 0;
    let buffered = 0;
    let n = 0;
    for (let i = at; i < at + ENCODED - 1; i++) {
      const digit = DIGITS[bytes[i] ?? 0]!;
      if (digit === NO_DIGIT) return false;
      buffered = ((buffered << 6) | digit) & 0xfff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out[n++] = buffered >> bits;
      }
    }
    return (buffered & 3) === 0;
  }
}
