import { Refusal } from '../platform';
import { isGzip } from './body';
import { MAX_BYTES, MAX_RATIO } from './lines';

/** The body as text pieces, unpacked, with caps on what comes out and on how much larger it is than what went in. */
export async function* textOf(request: Request): AsyncGenerator<string> {
  if (!request.body) return;
  const sizes = { packed: 0, plain: 0 };
  const counted = request.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        sizes.packed += chunk.byteLength;
        out.enqueue(chunk);
      },
    }),
  );
  const [first, rest] = await peek(counted);
  const stream = isGzip(first)
    ? rest.pipeThrough(new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>)
    : rest;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      sizes.plain += value.byteLength;
      refuseBomb(sizes);
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } catch (e) {
    if (e instanceof Refusal) throw e;
    throw new Refusal('malformed', 'the file is not UTF-8, or not the gzip that it says it is');
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function refuseBomb(sizes: { packed: number; plain: number }): void {
  const MIN = 1024 * 1024;
  if (sizes.plain > MAX_BYTES) throw new Refusal('too_large', `a file may have at most ${MAX_BYTES} bytes`);
  if (sizes.plain > MIN && sizes.plain > MAX_RATIO * sizes.packed)
    throw new Refusal('too_large', `a packed file may grow at most ${MAX_RATIO} times`);
}

/** The first piece of a stream, and the whole of it again. */
async function peek(
  stream: ReadableStream<Uint8Array>,
): Promise<[Uint8Array, ReadableStream<Uint8Array<ArrayBuffer>>]> {
  const reader = stream.getReader();
  const { value } = await reader.read();
  const first = value ?? new Uint8Array(0);
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (out) => {
      if (first.byteLength > 0) out.enqueue(first as Uint8Array<ArrayBuffer>);
    },
    pull: async (out) => {
      const { done, value: more } = await reader.read();
      if (done) out.close();
      else out.enqueue(more as Uint8Array<ArrayBuffer>);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return [first, whole];
}
