import { Refusal } from '../platform';

const malformed = (message: string): Refusal => new Refusal('malformed', message, [{ path: '/body', message }]);

/**
 * Parses a body as JSON and refuses what could turn against us later: `__proto__` members, NUL and lone surrogates in
 * strings. The walk runs only where the text can contain such a thing.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(text.trim() === '' ? 'the body is empty; JSON is expected' : 'the body is not JSON');
  }
  if (text.includes('\\u') || text.includes('__proto__')) refuseHostile(value, text);
  return value;
}

function refuseHostile(value: unknown, text: string): void {
  if (hasProtoMember(text)) throw malformed('a member is called __proto__');
  const stack = [value];
  while (stack.length > 0) {
    const x = stack.pop();
    if (typeof x === 'string') refuseString(x);
    else if (typeof x === 'object' && x !== null) {
      for (const [k, v] of Object.entries(x)) {
        refuseString(k);
        stack.push(v);
      }
    }
  }
}

function refuseString(s: string): void {
  if (s.includes('\0')) throw malformed('a string contains NUL');
  if (!s.isWellFormed()) throw malformed('a string contains half a character (a lone surrogate)');
}

/** JSON.parse sets `__proto__` as an own member; a reviver sees it, however it was spelled. */
function hasProtoMember(text: string): boolean {
  let found = false;
  JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__') found = true;
    return value;
  });
  return found;
}

/** Reads a body as text, at most `limit` bytes, whatever Content-Length says. Invalid UTF-8 is refused. */
export async function readText(request: Request, limit: number): Promise<string> {
  return decodeUtf8(await readBytes(request, limit));
}

export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > limit) throw tooLarge(limit);
  // The length comes first: on Node the very look at `request.body` builds a stream that nobody needs here.
  if (announced > 0) {
    const whole = new Uint8Array(await request.arrayBuffer());
    if (whole.byteLength > limit) throw tooLarge(limit);
    return whole;
  }
  if (!request.body) return new Uint8Array(0);
  return collect(request.body as ReadableStream<Uint8Array>, limit);
}

/** Gathers a stream up to a limit and stops reading beyond it. */
export async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    chunks.push(value);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const tooLarge = (limit: number): Refusal => new Refusal('too_large', `the body may have at most ${limit} bytes`);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw malformed('the body is not UTF-8');
  }
}
