import { createHash } from 'node:crypto';
import type { SigningKey } from '../consent';
import { type CallContext, need, type Vault } from '../platform';
import type { CellValue, Column } from './columns';
import { type Format, writings } from './formats';
import { addCounts, type Counts, type Manifest, noCounts, signManifest } from './manifest';
import type { ReleasedPage } from './pages';
import type { releaseRegistryOps } from './registry-operations';

/** A download that has begun: what its manifest will say, but for what only the end knows. */
export type Begun = Omit<Manifest, 'type' | 'version' | 'counts' | 'outcome' | 'content' | 'ended_at'>;

export type DownloadPorts = {
  registry: Vault<typeof releaseRegistryOps>;
  key: SigningKey;
  now(): number;
  context: CallContext;
  /** Called once, when the download is over, however it ended. */
  ended(): void;
};

/**
 * The bytes of one release. Pages are asked for only as fast as they are read; the manifest is signed and kept before the
 * stream ends, also when the reader goes away in the middle: then it says `partial` and counts what had left.
 */
export function downloadOf(
  begun: Begun,
  columns: readonly Column[],
  pages: AsyncIterable<ReleasedPage>,
  leftOut: Counts,
  ports: DownloadPorts,
): ReadableStream<Uint8Array> {
  const tally = new Tally(leftOut);
  const header = columns.map((c) => c.key);
  const bytes = writings[begun.format as Format].write(header, rowsOf(pages, tally), new Date(ports.now()));
  const chunks = bytes[Symbol.asyncIterator]();
  const end = once((outcome: Manifest['outcome']) => endOf(begun, tally, outcome, ports).finally(ports.ended));
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const next = await chunks.next();
          if (!next.done) return controller.enqueue(tally.saw(next.value));
          await end('complete');
          controller.close();
        } catch (e) {
          await end('partial');
          controller.error(e);
        }
      },
      cancel: async () => {
        await chunks.return?.();
        await end('partial');
      },
    },
    { highWaterMark: 0 },
  );
}

async function* rowsOf(pages: AsyncIterable<ReleasedPage>, tally: Tally): AsyncGenerator<CellValue[][]> {
  for await (const page of pages) {
    tally.counted(page.counts);
    yield page.rows;
  }
}

/** What has left so far. */
class Tally {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  constructor(public counts: Counts = noCounts) {}

  counted(counts: Counts): void {
    this.counts = addCounts(this.counts, counts);
  }

  saw(chunk: Uint8Array): Uint8Array {
    this.hash.update(chunk);
    this.bytes += chunk.byteLength;
    return chunk;
  }

  content(): Manifest['content'] {
    return { sha256: this.hash.copy().digest('hex'), bytes: this.bytes };
  }
}

async function endOf(begun: Begun, tally: Tally, outcome: Manifest['outcome'], ports: DownloadPorts): Promise<void> {
  const manifest: Manifest = {
    type: 'avow/release-manifest',
    version: 1,
    ...begun,
    counts: tally.counts,
    outcome,
    content: tally.content(),
    ended_at: new Date(ports.now()).toISOString(),
  };
  const input = {
    release: begun.release,
    outcome,
    manifest: signManifest(manifest, ports.key),
    summary: { counts: tally.counts, content: manifest.content },
  };
  need(await ports.registry.run('release.end', input, ports.context));
}

function once<A>(run: (a: A) => Promise<void>): (a: A) => Promise<void> {
  let done: Promise<void> | undefined;
  return (a) => {
    done ??= run(a);
    return done;
  };
}
