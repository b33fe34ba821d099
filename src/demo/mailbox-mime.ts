/**
 * Enough MIME (RFC 2045–2047, 2231 left out) to read what nodemailer writes: folded headers, encoded words,
 * multipart/* of any depth, quoted-printable and base64, attachments by name and size.
 */

export type Attachment = { filename: string; type: string; size: number };

export type ParsedMail = {
  /** Lower-case names; the first of each name, decoded. */
  headers: Record<string, string>;
  subject: string;
  from: string;
  to: string;
  text: string;
  html: string;
  attachments: Attachment[];
};

export type MailMessage = ParsedMail & {
  id: string;
  /** When it arrived; milliseconds since 1970. */
  at: number;
  /** Addresses of the envelope, lower-case: who really gets it. */
  envelope: { from: string; to: string[] };
  /** Bytes on the wire. */
  size: number;
};

type Part = { headers: Map<string, string>; body: Buffer };
type Value = { value: string; params: Record<string, string> };

/** The deepest nesting that is followed: mails come from anywhere, stacks are finite. */
const MAX_DEPTH = 8;

/** Bytes as one character each, so that nothing is lost before the charset is known. */
const bytesOf = (latin: string) => Buffer.from(latin, 'latin1');

function decodeText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder().decode(bytes);
    throw error;
  }
}

/** `=XX` is a byte, everything else is itself. */
function hexBytes(text: string): Buffer {
  return bytesOf(text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
}

/** RFC 2045 §6.7: `=` at the end of a line joins it with the next; blanks before the end of a line don't count. */
function quotedPrintable(text: string): Buffer {
  return hexBytes(text.replace(/[ \t]+(?=\r?\n|$)/g, '').replace(/=\r?\n/g, ''));
}

function decodeBody(body: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  return encoding === 'quoted-printable' ? quotedPrintable(body.toString('latin1')) : body;
}

type Word = { charset: string; bytes: Buffer };

function encodedWord(charset: string, encoding: string, text: string): Word {
  const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : hexBytes(text.replace(/_/g, ' '));
  return { charset, bytes };
}

/** RFC 2047: neighbouring words of one charset are joined as bytes, since writers may split inside a character. */
export function decodeWords(header: string): string {
  const pattern = /=\?([^?*]+)(?:\*[^?]*)?\?([bqBQ])\?([^?]*)\?=/g;
  const run = /=\?[^?]+\?[bqBQ]\?[^?]*\?=(?:\s*=\?[^?]+\?[bqBQ]\?[^?]*\?=)*/g;
  return header.replace(run, (whole) => {
    const words = [...whole.matchAll(pattern)].map(([, charset, encoding, text]) =>
      encodedWord(charset!, encoding!, text!),
    );
    const joined: Word[] = [];
    for (const word of words) {
      const last = joined[joined.length - 1];
      if (last?.charset === word.charset) last.bytes = Buffer.concat([last.bytes, word.bytes]);
      else joined.push(word);
    }
    return joined.map((word) => decodeText(word.bytes, word.charset)).join('');
  });
}

function splitHead(raw: Buffer): Part {
  const text = raw.toString('latin1');
  const gap = text.match(/^\r?\n|\r?\n\r?\n/);
  const head = gap ? text.slice(0, gap.index) : text;
  const body = gap ? raw.subarray(gap.index! + gap[0].length) : Buffer.alloc(0);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { headers, body };
}

/** `text/plain; charset="utf-8"` and its kind. */
function fieldOf(header: string): Value {
  const value = (header.split(';', 1)[0] ?? '').trim().toLowerCase();
  const params: Record<string, string> = Object.create(null);
  for (const [, name, quoted, bare] of header.matchAll(/;\s*([\w*-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;\s]+))/g)) {
    params[name!.toLowerCase()] = quoted === undefined ? bare! : quoted.replace(/\\(.)/g, '$1');
  }
  return { value, params };
}

/** The parts between the boundary lines; preamble and epilogue are nobody's. */
function splitParts(body: Buffer, boundary: string): Buffer[] {
  const mark = `--${boundary}`;
  const parts: Buffer[] = [];
  const text = body.toString('latin1');
  const escaped = mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  let start: number | undefined;
  for (const match of text.matchAll(new RegExp(`(?:^|\\r?\\n)${escaped}(--)?[ \\t]*(?:\\r?\\n|$)`, 'g'))) {
    if (start !== undefined) parts.push(body.subarray(start, match.index));
    if (match[1]) return parts;
    start = match.index + match[0].length;
  }
  if (start !== undefined) parts.push(body.subarray(start));
  return parts;
}

type Found = Pick<ParsedMail, 'text' | 'html' | 'attachments'>;

function leaf(part: Part, type: Value, found: Found): void {
  const disposition = fieldOf(part.headers.get('content-disposition') ?? '');
  const encoding = (part.headers.get('content-transfer-encoding') ?? '').toLowerCase();
  const bytes = decodeBody(part.body, encoding);
  const filename = disposition.params.filename ?? type.params.name;
  if (disposition.value === 'attachment' || filename !== undefined || !type.value.startsWith('text/')) {
    found.attachments.push({ filename: decodeWords(filename ?? ''), type: type.value, size: bytes.length });
  } else {
    const text = decodeText(bytes, type.params.charset ?? 'utf-8');
    if (type.value === 'text/html') found.html ||= text;
    else found.text ||= text;
  }
}

function walk(raw: Buffer, found: Found, depth: number): Part {
  const part = splitHead(raw);
  const type = fieldOf(part.headers.get('content-type') ?? 'text/plain');
  if (type.value.startsWith('multipart/') && type.params.boundary && depth < MAX_DEPTH) {
    for (const one of splitParts(part.body, type.params.boundary)) walk(one, found, depth + 1);
  } else {
    leaf(part, type, found);
  }
  return part;
}

/** Reads one mail as it came over SMTP. Never throws on a crooked one: what can't be read is left empty. */
export function parseMail(raw: Uint8Array): ParsedMail {
  const found: Found = { text: '', html: '', attachments: [] };
  const { headers } = walk(Buffer.from(raw), found, 0);
  const decoded = Object.fromEntries([...headers].map(([name, value]) => [name, decodeWords(value)]));
  return {
    headers: decoded,
    subject: decoded.subject ?? '',
    from: decoded.from ?? '',
    to: decoded.to ?? '',
    ...found,
  };
}
