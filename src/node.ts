import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from './app';
import {
  type CallContext,
  type Clock,
  type Config,
  type Logger,
  migrate,
  need,
  type Runner,
  registryId,
  registryMigrations,
  SECOND,
  type Secrets,
  type Vault,
  vaultMigrations,
  wrappingOf,
} from './platform';
import { widgetAssets } from './platform/assets-node';
import { type FileKeyring, openKeyring } from './platform/keyring-node';
import { openSqlite } from './platform/sqlite-node';
import {
  type Backend,
  createProduct,
  logs,
  type PumpPorts,
  type RegistryOps,
  registryRunner,
  signHeads,
  tend,
  type VaultOps,
  vaultRunner,
} from './wiring';

export type NodeParts = {
  config: Config;
  secrets: Secrets;
  clock: Clock;
  log: Logger;
  /** How mails and webhooks leave. */
  delivery: Pick<PumpPorts, 'mail' | 'post'> & { http?: Backend['http'] };
  /** Folder of the built widget. */
  widgetDir: string;
  /** Runs jobs and deliveries by itself (the default); tests call `tick`. */
  background?: boolean;
  /** Systems beside our own databases that requests have to reach. */
  systems?: Backend['systems'];
  fatal?(error: unknown): void;
};

type Edge = ReturnType<typeof createProduct>['edge'];

/** One machine: the registry, the vaults and the keyring as files, one process that writes. */
export type NodeServer = {
  app: ReturnType<typeof createApp>;
  backend: Backend;
  keyring: FileKeyring;
  edge: Edge;
  /** Runs what is due now: jobs, flushes, deliveries, unfinished sagas. */
  tick(): Promise<void>;
  /** Signs the logs' heads and remembers them in the keyring. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
};

export const fileOf = (config: Config, database: string): string => join(config.dataDir, `${database}.db`);
export const databasesOf = (config: Config): string[] => [
  'registry',
  ...Array.from({ length: config.vaults }, (_, i) => `vault-${i}`),
];

export async function openNode(parts: NodeParts): Promise<NodeServer> {
  const { config, secrets, clock, log } = parts;
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const keyring = openKeyring(join(config.dataDir, 'keyring.db'), wrappingOf(secrets), clock);
  const wakeups: Wakeups = { wake: () => {} };
  const opened = databasesOf(config).map((name, i) => openDatabase(parts, keyring, name, i - 1, wakeups));
  const [registry, ...vaults] = opened;
  const backend: Backend = {
    clock,
    keyring,
    sharesPromises: true,
    secrets,
    publicUrl: config.publicUrl,
    http: parts.delivery.http,
    systems: parts.systems,
    truncate: async () => {
      for (const { handle } of [...opened, keyring]) handle.truncate?.();
    },
    registry: { run: registry!.runner.run } as Vault<RegistryOps>,
    vaults: { count: config.vaults, zone: config.zone, at: (i) => ({ run: vaults[i]!.runner.run }) as Vault<VaultOps> },
  };
  const checkpoint = () => signHeads(backend, keyring.noteHead);
  const product = createProduct(backend, { config, secrets, checkpoint });
  const background = new Background(parts, opened, backend, product.edge, keyring, checkpoint, product.selfCheck);
  wakeups.wake = background.wake;
  const app = createApp({
    ...product,
    clock,
    log,
    publicUrl: config.publicUrl,
    regionOf: (request) =>
      (config.regionHeader && request.headers.get(config.regionHeader)?.toUpperCase()) || 'unknown',
    addressOf: (request, env) => addressOf(config, request, env),
    requestId: () => registryId('req'),
    ready: background.ready,
    metrics: background.metrics,
    assets: widgetAssets(parts.widgetDir),
  });
  if (parts.background !== false) background.start();
  return {
    app,
    backend,
    keyring,
    edge: product.edge,
    tick: background.tick,
    checkpoint,
    close: background.close,
  };
}

type Product = ReturnType<typeof createProduct>;
type Opened = { runner: Runner; name: string; handle: ReturnType<typeof openSqlite> };
type Wakeups = { wake(what: { messages: boolean; due?: number }): void };

function openDatabase(parts: NodeParts, keyring: FileKeyring, name: string, index: number, wakeups: Wakeups): Opened {
  const { config, secrets, clock, log } = parts;
  const handle = openSqlite(fileOf(config, name));
  migrate(handle, index < 0 ? registryMigrations : vaultMigrations, clock.now());
  refuseOlderLog(handle, keyring, name);
  const make = index < 0 ? registryRunner : vaultRunner;
  const runner = make({
    handle,
    clock,
    keyring,
    secrets,
    config,
    log,
    info: {
      name,
      index,
      count: config.vaults,
      zone: config.zone,
      publicUrl: config.publicUrl,
      epoch: logs.epochOf(handle.db),
    },
    fatal: parts.fatal ?? ((e) => endProcess(log, e)),
    wake: (what) => wakeups.wake(what),
  });
  return { runner, name, handle };
}

/** A database that is older than its last signed head was restored from somewhere: refuse it unless it was told to us. */
function refuseOlderLog({ db }: Opened['handle'], keyring: FileKeyring, name: string): void {
  const head = keyring.head(name);
  if (!head) return;
  const found = logs.compareHead(db, head);
  if (found === 'same') return;
  const what =
    found === 'older'
      ? `ends before its last signed head (${head.size} entries)`
      : `is not the one that was signed at ${head.size} entries`;
  throw new Error(
    `${name}: the log ${what}. If you have restored a backup, use \`avow restore\`; if not, the file was changed.`,
  );
}

/** After a failed commit nothing that is in memory can be trusted: end, and let the start-up checks look at the files. */
function endProcess(log: Logger, e: unknown): void {
  log('error', 'process.ends', {
    because: 'a commit failed',
    error: e instanceof Error ? (e.stack ?? e.message) : String(e),
  });
  process.exit(70);
}

type NodeEnv = { incoming?: { socket?: { remoteAddress?: string } } };

/** The socket's address, or the one that our own proxies vouch for: the n-th from the right of X-Forwarded-For. */
function addressOf(config: Config, request: Request, env: unknown): string {
  const socket = (env as NodeEnv | undefined)?.incoming?.socket?.remoteAddress ?? 'local';
  if (config.trustedProxies === 0) return socket;
  const chain = (request.headers.get('x-forwarded-for') ?? '').split(',').map((s) => s.trim());
  return chain.at(-config.trustedProxies) || socket;
}

const FLUSH_EVERY = SECOND;
/** Blocks of 256 entries that a round re-verifies: some 30 ms, a million entries in eight minutes. */
const SELF_CHECK_BLOCKS = 8;
const CHECKPOINT_EVERY = 60 * SECOND;
const clockwork: CallContext = { actor: { type: 'system', id: 'clock' } };

/** What runs beside the requests. One round at a time. */
class Background {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private closed = false;
  private nextCheckpoint = 0;
  private failures = 0;

  constructor(
    private readonly parts: NodeParts,
    private readonly opened: readonly Opened[],
    private readonly backend: Backend,
    private readonly edge: Edge,
    private readonly keyring: FileKeyring,
    private readonly checkpoint: () => Promise<void>,
    private readonly selfCheck: Product['selfCheck'],
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.soon(), FLUSH_EVERY).unref();
  }

  /** A commit has queued something. */
  wake = (what: { messages: boolean; due?: number }): void => {
    if (this.closed || this.parts.background === false) return;
    if (what.messages || (what.due ?? Number.POSITIVE_INFINITY) <= this.parts.clock.now())
      setImmediate(() => void this.soon());
  };

  /** Runs now, or once more when the present round ends. */
  private soon(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.again = this.running !== undefined;
    this.running ??= this.round().finally(() => {
      this.running = undefined;
      if (this.again) void this.soon();
    });
    return this.running;
  }

  private async round(): Promise<void> {
    try {
      await this.work();
      for (let block = 0; block < SELF_CHECK_BLOCKS && (await this.selfCheck.step()); block++);
      this.failures = 0;
    } catch (e) {
      this.failures++;
      this.parts.log('error', 'background.failed', { error: e instanceof Error ? (e.stack ?? e.message) : String(e) });
    }
  }

  private async work(): Promise<void> {
    const { book } = await this.edge.snapshot();
    const now = () => this.parts.clock.now();
    const ports: PumpPorts = { ...this.parts.delivery, random: Math.random, now };
    for (const { runner, handle } of this.opened)
      await tend(runner, handle.db, this.backend, this.edge.vaults, book, ports);
    if (now() < this.nextCheckpoint) return;
    this.nextCheckpoint = now() + CHECKPOINT_EVERY;
    await this.checkpoint();
  }

  /** Everything that is due, now (for tests, and for a clean stop). */
  tick = async (): Promise<void> => {
    await this.running;
    await this.work();
  };

  ready = async (): Promise<{ ok: boolean; checks: Record<string, string> }> => {
    const checks: Record<string, string> = {
      background: this.failures < 3 ? 'ok' : `failed ${this.failures} times in a row`,
    };
    for (const { name, handle } of this.opened) {
      const head = this.keyring.head(name);
      checks[name] =
        head && logs.compareHead(handle.db, head) !== 'same' ? 'the log does not match its signed head' : 'ok';
    }
    const ok = Object.values(checks).every((c) => c === 'ok') && this.selfCheck.ok();
    return { ok, checks: { ...checks, ...this.selfCheck.checks() } };
  };

  metrics = async (): Promise<string> => {
    const rows = await Promise.all(
      this.opened.map(async (o) => ({
        name: o.name,
        head: need(await o.runner.run('log.head', {}, clockwork)) as LogState,
      })),
    );
    const gauge = (metric: string, help: string, value: (s: LogState) => number) =>
      `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${rows.map((r) => `${metric}{database="${r.name}"} ${value(r.head)}`).join('\n')}\n`;
    return (
      gauge('avow_log_sequenced', 'Entries in the log', (s) => s.sequenced) +
      gauge('avow_log_published', 'Entries under the last signed head', (s) => s.head?.size ?? 0) +
      `# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${process.memoryUsage().rss}\n`
    );
  };

  close = async (): Promise<void> => {
    clearInterval(this.timer);
    await this.running;
    this.closed = true;
    await this.round();
    await this.checkpoint();
    for (const { handle } of this.opened) handle.close();
    this.keyring.close();
  };
}

type LogState = { sequenced: number; head: { size: number } | null };
