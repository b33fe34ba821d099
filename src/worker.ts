import { DurableObject, env } from 'cloudflare:workers';
import { createApp } from './app';
import {
  type CallContext,
  type Config,
  type DurableStorage,
  jsonLogger,
  type Keyring,
  migrate,
  parseSecrets,
  type Result,
  type Runner,
  readConfig,
  registryId,
  registryMigrations,
  remoteKeyring,
  SECOND,
  type Secrets,
  systemClock,
  type Vault,
  vaultMigrations,
  type Wire,
} from './platform';
import { openDurable } from './platform/sqlite-durable';
import {
  type Backend,
  createEdge,
  createProduct,
  hasWork,
  logs,
  type PumpPorts,
  type RegistryOps,
  registryRunner,
  signHeads,
  smtpTransport,
  tend,
  type VaultOps,
  vaultRunner,
} from './wiring';

/** What `wrangler.toml` binds. `AVOW_SECRETS` is a secret: the JSON that `avow keys generate` prints. */
export type Env = {
  REGISTRY: DurableObjectNamespace<Registry>;
  VAULT: DurableObjectNamespace<VaultObject>;
  ASSETS?: Fetcher;
  AVOW_SECRETS: string;
} & Record<`AVOW_${string}`, string | undefined>;

const bindings = env as unknown as Env;

/** Parsed once per isolate. */
let parsed: { config: Config; secrets: Secrets } | undefined;
function settings(): { config: Config; secrets: Secrets } {
  parsed ??= {
    config: readConfig(
      Object.fromEntries(
        Object.entries(bindings).filter(([k, v]) => k.startsWith('AVOW_') && typeof v === 'string'),
      ) as Record<string, string>,
    ),
    secrets: parseSecrets(bindings.AVOW_SECRETS),
  };
  return parsed;
}

const log = jsonLogger((line) => console.log(line), systemClock.now);

type Remote = { run(name: string, input: unknown, context: CallContext): Promise<Result<Wire>> };

/** A stub is made for each call: it belongs to the request that made it. */
const registryStub = (): Remote => bindings.REGISTRY.get(bindings.REGISTRY.idFromName('registry')) as unknown as Remote;
const vaultStub = (i: number): Remote =>
  bindings.VAULT.get(bindings.VAULT.idFromName(`vault-${i}`)) as unknown as Remote;

const remote = <V>(stub: () => Remote): V =>
  ({ run: (name: string, input: unknown, context: CallContext) => stub().run(name, input, context) }) as V;

const registry = remote<Vault<RegistryOps>>(registryStub);
const keyring: Keyring = remoteKeyring(registry);

function backend(): Backend {
  const { config, secrets } = settings();
  const { vaults, zone, publicUrl } = config;
  return {
    clock: systemClock,
    registry,
    keyring,
    sharesPromises: false,
    secrets,
    publicUrl,
    vaults: { count: vaults, zone, at: (i) => remote<Vault<VaultOps>>(() => vaultStub(i)) },
  };
}

/** Webhooks: https only, no redirects, 15 s. A Worker reaches no private network. */
const post: PumpPorts['post'] = async (url, headers, body) => {
  const target = new URL(url);
  const dev = settings().config.dev;
  if ((target.protocol !== 'https:' && !dev) || target.username)
    throw new Error('only https without a user name is allowed');
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(15 * SECOND),
  });
  await answer.body?.cancel();
  const after = Number(answer.headers.get('retry-after'));
  return { status: answer.status, retryAfter: Number.isFinite(after) && after > 0 ? after : undefined };
};

function pumpPorts(): PumpPorts {
  const { config } = settings();
  const mail = config.smtpUrl ? smtpTransport(config.smtpUrl, config.mailFrom) : undefined;
  return { mail, post, random: Math.random, now: () => Date.now() };
}

/** One database: the registry or a vault. Its alarm is its clock. */
abstract class Database extends DurableObject<Env> {
  protected readonly runner: Runner;
  private readonly handle: ReturnType<typeof openDurable>;
  private alarmAt: number | null = null;

  protected constructor(ctx: DurableObjectState, given: Env, index: number) {
    super(ctx, given);
    const { config, secrets } = settings();
    this.handle = openDurable(ctx.storage as unknown as DurableStorage);
    migrate(this.handle, index < 0 ? registryMigrations : vaultMigrations, Date.now());
    const name = index < 0 ? 'registry' : `vault-${index}`;
    const make = index < 0 ? registryRunner : vaultRunner;
    this.runner = make({
      handle: this.handle,
      clock: systemClock,
      keyring:
        index < 0
          ? remoteKeyring({ run: (n: string, i: unknown, c: CallContext) => this.runner.run(n, i, c) } as never)
          : keyring,
      secrets,
      config,
      log,
      info: {
        name,
        index,
        count: config.vaults,
        zone: config.zone,
        publicUrl: config.publicUrl,
        epoch: logs.epochOf(this.handle.db),
      },
      fatal: (e) => ctx.abort(e instanceof Error ? e.message : String(e)),
      wake: ({ messages, due }) => this.wakeAt(messages ? Date.now() : (due ?? Date.now() + SECOND)),
    });
  }

  /** The one way in. Errors cross as results. */
  async run(name: string, input: unknown, context: CallContext): Promise<Result<Wire>> {
    const result = await this.runner.run(name, input, context);
    if (hasWork(this.handle.db)) this.wakeAt(Date.now() + SECOND);
    return result;
  }

  private wakeAt(at: number): void {
    if (this.alarmAt !== null && this.alarmAt <= at && this.alarmAt > Date.now()) return;
    this.alarmAt = at;
    void this.ctx.storage.setAlarm(at);
  }

  override async alarm(): Promise<void> {
    this.alarmAt = null;
    const edge = createEdge(backend());
    const { book } = await edge.snapshot();
    const { next } = await tend(this.runner, this.handle.db, backend(), edge.vaults, book, pumpPorts());
    const after = await this.afterAlarm();
    const soon = hasWork(this.handle.db) ? Date.now() + SECOND : undefined;
    const due = [next, after, soon].filter((t): t is number => t !== undefined);
    if (due.length > 0) this.wakeAt(Math.max(Math.min(...due), Date.now() + 100));
  }

  /** What only one of them does; answers when it wants to be woken again. */
  protected async afterAlarm(): Promise<number | undefined> {
    return undefined;
  }
}

const CHECKPOINT_EVERY = 60 * SECOND;

export class Registry extends Database {
  private nextCheckpoint = 0;

  constructor(ctx: DurableObjectState, given: Env) {
    super(ctx, given, -1);
  }

  /** The registry's clock signs the heads of all logs. */
  protected override async afterAlarm(): Promise<number> {
    if (Date.now() >= this.nextCheckpoint) {
      this.nextCheckpoint = Date.now() + CHECKPOINT_EVERY;
      await signHeads(backend(), noteHead);
    }
    return this.nextCheckpoint;
  }
}

export class VaultObject extends Database {
  constructor(ctx: DurableObjectState, given: Env) {
    super(ctx, given, Number((ctx.id.name ?? 'vault-0').slice('vault-'.length)));
  }
}

const noteHead = async (head: Parameters<Parameters<typeof signHeads>[1]>[0]): Promise<void> => {
  await registry.run('keyring.note_head', head, { actor: { type: 'system', id: 'clock' } });
};

/** The application, made once per isolate. */
let app: ReturnType<typeof createApp> | undefined;
function application(): ReturnType<typeof createApp> {
  if (app) return app;
  const { config, secrets } = settings();
  const product = createProduct(backend(), { config, secrets, checkpoint: () => signHeads(backend(), noteHead) });
  app = createApp({
    ...product,
    clock: systemClock,
    log,
    publicUrl: config.publicUrl,
    regionOf,
    addressOf: (request) => request.headers.get('cf-connecting-ip') ?? 'unknown',
    requestId: () => registryId('req'),
    ready: async () => {
      const registryState = await registry.run('log.head', {}, { actor: { type: 'system', id: 'ready' } });
      return { ok: registryState.ok, checks: { registry: registryState.ok ? 'ok' : registryState.error.code } };
    },
    metrics: async () => '',
    assets: new Map(),
  });
  return app;
}

/** Cloudflare's own finding; never a header that a visitor could send. */
function regionOf(request: Request): string {
  const cf = (request as { cf?: { country?: string; regionCode?: string } }).cf;
  const { regionHeader } = settings().config;
  if (regionHeader) return request.headers.get(regionHeader)?.toUpperCase() ?? 'unknown';
  if (!cf?.country || cf.country === 'T1' || cf.country === 'XX') return 'unknown';
  return cf.country === 'US' && cf.regionCode ? `US-${cf.regionCode}` : cf.country;
}

export default {
  async fetch(request, given, ctx) {
    const path = new URL(request.url).pathname;
    if (given.ASSETS && path.startsWith('/widget/')) return given.ASSETS.fetch(request);
    return application().fetch(request, given, ctx);
  },
} satisfies ExportedHandler<Env>;
