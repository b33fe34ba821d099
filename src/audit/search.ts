import { base64url, type CallContext, fromBase64url, isObject, need, Refusal, text, utf8 } from '../platform';
import type { OpenedEntry } from './entry-store';
import type { LogFilter } from './filter';
import { type AuditPorts, logsOf, type NamedLog } from './routes.ports';

/** One entry of one log. */
export type LoggedEntry = OpenedEntry & { log: string };

/** Per log the entry below which the next page begins; a log that is not named has nothing more. */
type Cursor = { readonly [log: string]: number };

type Hit = { log: NamedLog; seq: number; at: number };

/**
 * Newest first over all logs. Looking for them opens nothing; then each log shows exactly those of its entries that are
 * on the page, and writes that down first.
 */
export async function searchLogs(
  ports: AuditPorts,
  request: { filter: LogFilter; log?: string; cursor?: string; limit: number },
  context: () => CallContext,
): Promise<{ entries: LoggedEntry[]; cursor: string | null }> {
  const cursor = request.cursor === undefined ? undefined : readCursor(request.cursor);
  const logs = logsOf(ports).filter((log) => request.log === undefined || log.name === request.log);
  const asked = logs.filter((log) => !cursor || Object.hasOwn(cursor, log.name));
  const found = await Promise.all(asked.map((log) => look(log, request, cursor?.[log.name] ?? null, context())));
  const page = found
    .flatMap((f) => f.hits)
    .sort((a, b) => b.at - a.at)
    .slice(0, request.limit);
  const entries = await show(page, request.filter, context);
  return { entries, cursor: nextCursor(found, page) };
}

type Looked = { log: NamedLog; hits: Hit[]; next: number | null };

/** The newest `limit` hits of one log, slice by slice. */
async function look(
  log: NamedLog,
  { filter, limit }: { filter: LogFilter; limit: number },
  before: number | null,
  context: CallContext,
): Promise<Looked> {
  const hits: Hit[] = [];
  let next = before;
  do {
    const slice = need(await log.home.run('log.find', { filter, before: next, limit: limit - hits.length }, context));
    hits.push(...slice.hits.map((hit) => ({ log, ...hit })));
    next = slice.next;
  } while (next !== null && hits.length < limit);
  return { log, hits, next };
}

/** Opens what is on the page, in its order. */
async function show(page: readonly Hit[], filter: LogFilter, context: () => CallContext): Promise<LoggedEntry[]> {
  const logs = [...new Set(page.map((hit) => hit.log))];
  const opened = new Map<string, LoggedEntry>();
  for (const log of logs) {
    const seqs = page.filter((hit) => hit.log === log).map((hit) => hit.seq);
    for (const entry of need(await log.home.run('log.search', { filter, seqs }, context())))
      opened.set(`${log.name}/${entry.seq}`, { log: log.name, ...entry });
  }
  return page.map((hit) => opened.get(`${hit.log.name}/${hit.seq}`)!);
}

/** A log goes on below its last entry on the page; one that showed nothing, where it began. */
function nextCursor(found: readonly Looked[], page: readonly Hit[]): string | null {
  const cursor: Record<string, number> = {};
  for (const { log, hits, next } of found) {
    const shown = page.filter((hit) => hit.log === log);
    if (shown.length < hits.length) cursor[log.name] = hits[shown.length]!.seq + 1;
    else if (next !== null) cursor[log.name] = next;
  }
  return Object.keys(cursor).length === 0 ? null : base64url(utf8(JSON.stringify(cursor)));
}

function readCursor(given: string): Cursor {
  try {
    const cursor: unknown = JSON.parse(text(fromBase64url(given)));
    if (isObject(cursor) && Object.values(cursor).every(Number.isSafeInteger)) return cursor as Cursor;
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal('invalid', 'this is no cursor of ours', [{ path: '/query/cursor', message: 'is not a cursor' }]);
}
