import {
  type CallContext,
  canonical,
  isObject,
  need,
  type Op,
  type Ops,
  type Result,
  rfc3339,
  type Vault,
} from '../platform';
import type { pageOfView, Span } from './entry-store';
import type { NamedLog } from './routes.ports';
import type { LoggedEntry } from './search';

/**
 * Copies of the log elsewhere: a file, an HTTP collector, syslog. A copy holds who did what to whom by pseudonym, never
 * the sealed details, since no erasure reaches it. It gets each entry at least once, in order, log by log.
 */

/** A place that takes lines. `write` resolves when they are safe there; it must heed the signal, but need not be trusted to. */
export type Sink = {
  readonly name: string;
  /** No answer leaves before the entry behind it is there. */
  readonly required: boolean;
  write(entries: readonly MirrorEntry[], signal: AbortSignal): Promise<void>;
};

/** What a copy is told of an entry. */
export type MirrorEntry = {
  log: string;
  seq: number;
  at: string;
  event: string;
  actor: string;
  person?: string;
  purpose?: string;
  site?: string;
  outcome?: string;
  request?: string;
};

export type Mirror = {
  /** Sends what is missing everywhere. Never throws: what failed is in `states` and is tried again. */
  pump(): Promise<void>;
  /** Per sink and log: how far it is, and since when it fails (Unix ms). */
  states(): readonly { sink: string; log: string; position: number; failing: { since: number; why: string } | null }[];
  /** Withholds answers until the required copies have the entry behind them; refuses new acts while one of them fails. */
  guard<A extends Ops>(log: string, vault: Vault<A>, ops: Ops): Vault<A>;
};

export type MirrorPorts = {
  logs: readonly NamedLog[];
  sinks: readonly Sink[];
  now(): number;
  /** After so many milliseconds a write counts as failed, whatever the sink still does. */
  timeoutMs: number;
  /** While a required sink fails, it is tried again at most this often. */
  retryMs: number;
};

const BATCH = 200;
const system: CallContext = { actor: { type: 'system', id: 'mirror' } };

type Line = {
  sink: Sink;
  log: NamedLog;
  position: number | undefined;
  failing: { since: number; why: string; last: number } | null;
  running: Promise<void> | undefined;
};

export function createMirror(ports: MirrorPorts): Mirror {
  const lines: Line[] = ports.logs.flatMap((log) =>
    ports.sinks.map((sink) => ({ sink, log, position: undefined, failing: null, running: undefined })),
  );
  const run = (line: Line): Promise<void> => {
    line.running ??= catchUp(line, ports).finally(() => {
      line.running = undefined;
    });
    return line.running;
  };
  const requiredOf = (log: string) => lines.filter((line) => line.sink.required && line.log.name === log);
  return {
    pump: async () => {
      await Promise.all(lines.map(run));
    },
    states: () =>
      lines.map(({ sink, log, position, failing }) => ({
        sink: sink.name,
        log: log.name,
        position: position ?? 0,
        failing: failing && { since: failing.since, why: failing.why },
      })),
    guard: (log, vault, ops) => guarded(vault, ops, requiredOf(log), run, ports),
  };
}

function guarded<A extends Ops>(
  vault: Vault<A>,
  ops: Ops,
  required: readonly Line[],
  run: (line: Line) => Promise<void>,
  { now, retryMs }: MirrorPorts,
): Vault<A> {
  if (required.length === 0) return vault;
  const isDown = (line: Line) => line.failing !== null && now() - line.failing.last < retryMs;
  const call = async (name: string, input: unknown, context: CallContext): Promise<Result<never>> => {
    const op = ops[name];
    const down = required.find(isDown);
    if (down && !mayPass(op, input))
      return refused(`the required copy of the log "${down.sink.name}" can't be written`);
    const result = (await vault.run(name as never, input as never, context)) as Result<never>;
    if (!result.ok || mayPass(op, input)) return result;
    await Promise.all(required.map((line) => (line.running ?? Promise.resolve()).then(() => run(line))));
    const late = required.find((line) => line.failing !== null);
    return late
      ? refused(
          `it is recorded here, but the required copy "${late.sink.name}" did not take it: the answer is withheld`,
        )
      : result;
  };
  return { run: call } as unknown as Vault<A>;
}

/** Reading is not held up, and nobody's withdrawal waits for a collector. */
const mayPass = (op: Op | undefined, input: unknown): boolean =>
  op === undefined || op.kind === 'query' || (op.kind === 'action' && op.urgent?.(input) === true);

const refused = (message: string): Result<never> => ({ ok: false, error: { code: 'unavailable', message } });

async function catchUp(line: Line, ports: MirrorPorts): Promise<void> {
  const { sink, log } = line;
  try {
    line.position ??= need(await log.home.run('log.mirror_position', { sink: sink.name }, system)).position;
    let from: number | null = line.position;
    while (from !== null) {
      const span: Span = { from, to: Number.MAX_SAFE_INTEGER };
      const page: ReturnType<typeof pageOfView> = need(
        await log.home.run('log.page', { filter: {}, span, limit: BATCH }, system),
      );
      const entries = page.entries.map((entry) => mirrorEntry({ log: log.name, ...entry }));
      if (entries.length === 0) break;
      await within(ports.timeoutMs, (signal) => sink.write(entries, signal));
      line.position = entries.at(-1)!.seq + 1;
      need(await log.home.run('log.mirrored', { sink: sink.name, position: line.position }, system));
      from = page.next;
    }
    line.failing = null;
  } catch (e) {
    const now = ports.now();
    const why = e instanceof Error ? e.message : String(e);
    line.failing = { since: line.failing?.since ?? now, why, last: now };
  }
}

/** A hard time-out: the work is told to stop, and is not waited for. */
async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stop.abort();
      reject(new Error(`no answer within ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function mirrorEntry({ log, seq, at, envelope }: LoggedEntry): MirrorEntry {
  const e = isObject(envelope) ? envelope : {};
  const actor = isObject(e.actor) ? `${String(e.actor.type)}:${String(e.actor.id)}` : '';
  const facts = Object.fromEntries(
    (['person', 'purpose', 'site', 'outcome', 'request'] as const).map((name) => [name, e[name] as string | undefined]),
  );
  return { log, seq, at: rfc3339(at), event: typeof e.event === 'string' ? e.event : 'erased', actor, ...facts };
}

/** One line of JSON. */
export const mirrorLine = (entry: MirrorEntry): string => `${canonical(entry)}\n`;

/** RFC 5424 under facility 13 (log audit), severity 6, framed by its length (RFC 6587 §3.4.1). */
export function syslogFrame(entry: MirrorEntry, host: string): Uint8Array {
  const bytes = new TextEncoder().encode(
    `<110>1 ${entry.at} ${host} avow - ${entry.event.replace(/[^\x21-\x7e]/g, '?').slice(0, 32)} - ${canonical(entry)}`,
  );
  const length = new TextEncoder().encode(`${bytes.length} `);
  const frame = new Uint8Array(length.length + bytes.length);
  frame.set(length);
  frame.set(bytes, length.length);
  return frame;
}

/** An HTTP collector: NDJSON by POST; only 2xx counts. */
export const httpSink = (
  name: string,
  required: boolean,
  post: (body: string, signal: AbortSignal) => Promise<{ status: number }>,
): Sink => ({
  name,
  required,
  write: async (entries, signal) => {
    const { status } = await post(entries.map(mirrorLine).join(''), signal);
    if (status < 200 || status > 299) throw new Error(`the collector answered ${status}`);
  },
});
