import { type CallContext, need } from '../platform';
import { streamBundle } from './bundle';
import type { BundleEntry, BundleLog } from './bundle-format';
import { fromBase64, utf8 } from './bytes';
import type { BundleLine } from './entry-store';
import { exportLines, lineFormats } from './export-lines';
import type { ExportView } from './export-store';
import { isWhole, type LogFilter } from './filter';
import type { AuditPorts } from './routes.ports';
import { type LogSnapshot, snapshotOf } from './snapshot';
import { streamOf } from './stream';
import { TILE_WIDTH, type TileId } from './tile';
import { VERIFY_PAGE } from './verify-page.gen';

/** What leaves, as a stream with its name. */
export type Content = { stream: ReadableStream<Uint8Array>; type: string; extension: string };

/**
 * An export of all logs (or of one), as it is read. Say that it leaves (`log.release_export`) before you call this.
 * Heads are signed first, so that the export contains the record of itself.
 */
export async function exportContent(ports: AuditPorts, view: ExportView, context: CallContext): Promise<Content> {
  if (view.format === 'bundle')
    return { stream: await exportBundle(ports, view, context), type: 'application/zip', extension: 'zip' };
  const logs = await freshSnapshot(ports, view.log, context);
  return { stream: streamOf(exportLines(view.format, logs, view.filter, context)), ...lineFormats[view.format] };
}

/** The canonical bundle, which can be verified without us. */
export async function exportBundle(
  ports: AuditPorts,
  view: Pick<ExportView, 'filter' | 'log'>,
  context: CallContext,
): Promise<ReadableStream<Uint8Array>> {
  const logs = await freshSnapshot(ports, view.log, context);
  const { epoch, keys } = need(await ports.registry.run('log.head', {}, context));
  const ownKeys = logs.flatMap((log) => log.keys);
  return streamOf(
    streamBundle({
      created: ports.clock.now(),
      filter: isWhole(view.filter) ? null : { ...view.filter },
      // The registry's key signs the manifest, also of a bundle without the registry's log.
      keys: [...new Map([...keys, ...ownKeys].map((key) => [key.vkey, key])).values()],
      logs: logs.map((log) => bundleLog(log, view.filter, context)),
      sign: (text) => ports.signNote(text, epoch),
      extra: new Map([['verify.html', utf8(VERIFY_PAGE)]]),
    }),
  );
}

async function freshSnapshot(
  ports: AuditPorts,
  only: string | undefined,
  context: CallContext,
): Promise<LogSnapshot[]> {
  await ports.checkpoint();
  const logs = await snapshotOf(ports, context);
  return logs.filter((log) => only === undefined || log.name === only);
}

function bundleLog(log: LogSnapshot, filter: LogFilter, context: CallContext): BundleLog {
  const { name, origin, epoch, size, note } = log;
  return {
    name,
    origin,
    epoch,
    size,
    root: fromBase64(log.root)!,
    checkpoint: note,
    ...(log.minimum && { minimum: log.minimum }),
    entries: () => entriesOf(log, filter, context),
    tile: (id) => tileOf(log, id, context),
  };
}

async function* entriesOf({ home, size, minimum }: LogSnapshot, filter: LogFilter, context: CallContext) {
  for (let from = minimum?.minimum ?? 0; from < size; from += TILE_WIDTH) {
    const span = { from, to: Math.min(size, from + TILE_WIDTH) };
    const lines = need(await home.run('log.lines', { filter, span }, context));
    for (const line of lines) yield bundleEntry(line);
  }
}

/** A payload that is missing without an explanation has no other shape than "withheld": the verifier then objects. */
function bundleEntry({ entry: encoded, envelope, salt, erased_by, in_view }: BundleLine): BundleEntry {
  const entry = fromBase64(encoded)!;
  if (!in_view) return { entry, withheld: true };
  if (salt !== null) return { entry, envelope, salt: fromBase64(salt)! };
  return erased_by === null ? { entry, withheld: true } : { entry, erased: erased_by };
}

async function tileOf({ home, name }: LogSnapshot, id: TileId, context: CallContext): Promise<Uint8Array> {
  const tile = need(await home.run('log.tile', { ...id }, context));
  if (tile === null) throw new Error(`the log ${name} lacks a tile of its published tree`);
  return fromBase64(tile)!;
}
