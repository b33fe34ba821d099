import { accessOps, createSnapshots, type Door, type SiteAccess, type Tokens } from './access';
import { append, auditOps, lastTime, logSize, type Signer } from './audit';
import {
  adminRoutes,
  checkRoutes,
  consentHolder,
  consentKinds,
  consentOps,
  currentRulebook,
  definitionOps,
  type Kind,
  linkSaga,
  type Rulebook,
  type SigningKey,
  visitorRoutes,
} from './consent';
import {
  addToFeed,
  deliveryHolder,
  deliveryOps,
  type PumpPorts,
  pumpWebhook,
  type Webhook,
  webhookSchema,
} from './delivery';
import type { Limiter, Routes } from './http';
import { identityHolder, identityOps, type Lookup } from './identity';
import {
  type CallContext,
  type Clock,
  type Config,
  type Handle,
  type Holder,
  isObject,
  joinOps,
  type Keyring,
  keyringOps,
  type Listeners,
  type Logger,
  need,
  type Ops,
  ownKeys,
  type Result,
  Runner,
  type RunnerHooks,
  type Saga,
  type Secrets,
  sagaOps,
  type Vault,
  type VaultInfo,
  type Vaults,
  wrappingOf,
} from './platform';

/** The kinds of definitions that the rooms contribute to the rulebook. */
export const kinds: readonly Kind[] = [
  ...consentKinds,
  { name: 'webhooks', schema: webhookSchema as unknown as Kind['schema'], part: true },
];

/** Everybody who holds personal data: for access, rectification and erasure. */
export const holders: readonly Holder[] = [identityHolder, consentHolder, deliveryHolder];

/** Who hears what, synchronously, in the same transaction. */
export const listeners: Listeners = {};

/** The C2SP name of a log: the installation's host, and the database. */
export const originOf = (publicUrl: string, database: string): string => `${new URL(publicUrl).host}/log/${database}`;

const signerOf =
  (secrets: Secrets, config: Pick<Config, 'publicUrl'>) =>
  (info: VaultInfo): Signer => {
    const key = secrets.log.keys.find((k) => k.kid === secrets.log.current)!;
    return {
      origin: originOf(config.publicUrl, info.name),
      privateJwk: { kty: 'OKP', crv: 'Ed25519', x: key.x, d: key.d },
    };
  };

/** All operations of a vault. */
export const vaultOps = (secrets: Secrets, config: Pick<Config, 'publicUrl'>) =>
  joinOps(sagaOps, auditOps(signerOf(secrets, config)), deliveryOps, identityOps, consentOps);

/** All operations of the registry. */
export const registryOps = (secrets: Secrets, config: Pick<Config, 'publicUrl'>) =>
  joinOps(
    sagaOps,
    auditOps(signerOf(secrets, config)),
    deliveryOps,
    accessOps,
    keyringOps(wrappingOf(secrets)),
    definitionOps(kinds),
  );

export type VaultOps = ReturnType<typeof vaultOps>;
export type RegistryOps = ReturnType<typeof registryOps>;

const commonHooks: Omit<RunnerHooks, 'admit'> = { audit: append, emit: addToFeed, sequence: logSize, lastTime };

export type DatabaseHost = {
  handle: Handle;
  clock: Clock;
  keyring: Keyring;
  info: VaultInfo;
  secrets: Secrets;
  config: Pick<Config, 'publicUrl'>;
  log: Logger;
  fatal(error: unknown): void;
  wake?(what: { messages: boolean; due?: number }): void;
};

function runnerOf(host: DatabaseHost, ops: Ops, hooks: RunnerHooks): Runner {
  return new Runner({
    handle: host.handle,
    ops,
    clock: host.clock,
    keyring: host.keyring,
    ownKey: ownKeys(host.secrets, host.info.name),
    info: host.info,
    hooks,
    listeners,
    fatal: host.fatal,
    wake: host.wake,
    report: (e, op) =>
      host.log('error', 'operation.failed', {
        op,
        database: host.info.name,
        error: e instanceof Error ? (e.stack ?? e.message) : String(e),
      }),
  });
}

export const vaultRunner = (host: DatabaseHost): Runner =>
  runnerOf(host, vaultOps(host.secrets, host.config), {
    ...commonHooks,
    admit: (r) =>
      r.context.rulebook !== undefined && currentRulebook(r.db).version < r.context.rulebook
        ? 'rulebook_stale'
        : undefined,
  });

export const registryRunner = (host: DatabaseHost): Runner =>
  runnerOf(host, registryOps(host.secrets, host.config), commonHooks);

/** What the edge works with, whatever runtime it stands on. */
export type Backend = { vaults: Vaults<VaultOps>; registry: Vault<RegistryOps>; clock: Clock };

const edge: CallContext = { actor: { type: 'system', id: 'edge' } };

/** The edge's memory of the registry, and vaults that never answer under an older rulebook than it has seen. */
export function createEdge(backend: Backend) {
  const { registry, clock } = backend;
  const snapshots = createSnapshots<Rulebook>(
    {
      versions: async () => ({
        book: need(await registry.run('rulebook.latest', {}, edge)).version,
        access: need(await registry.run('access.version', {}, edge)).version,
      }),
      book: async () => need(await registry.run('rulebook.get', {}, edge)),
      keys: async () => need(await registry.run('access.keys', {}, edge)),
    },
    clock,
  );
  const vaults = guardedVaults(backend.vaults, async () => (await snapshots.current()).book);
  return {
    snapshot: () => snapshots.current(),
    vaults,
    published: async () => {
      snapshots.drop();
      const { book } = await snapshots.current();
      await Promise.all(
        Array.from({ length: vaults.count }, async (_, i) =>
          need(await backend.vaults.at(i).run('rulebook.install', { book }, edge)),
        ),
      );
    },
  };
}

/** Adds the minimum rulebook version to each call, and installs it where it is missing. */
function guardedVaults(inner: Vaults<VaultOps>, book: () => Promise<Rulebook>): Vaults<VaultOps> {
  const made: Vault<VaultOps>[] = Array.from({ length: inner.count }, (_, i) => {
    const vault = inner.at(i);
    const run = async (name: string, input: unknown, context: CallContext): Promise<Result<never>> => {
      const wanted = await book();
      const call = () =>
        vault.run(name as never, input as never, { rulebook: wanted.version, ...context }) as Promise<Result<never>>;
      const result = await call();
      if (result.ok || result.error.code !== 'rulebook_stale') return result;
      need(await vault.run('rulebook.install', { book: wanted }, edge));
      return call();
    };
    return { run } as Vault<VaultOps>;
  });
  return { count: inner.count, zone: inner.zone, at: (i) => made[i]! };
}

/** Sagas that a restart must be able to go on with. */
export const sagasOf = (
  vaults: Vaults<VaultOps>,
  _registry: Vault<RegistryOps>,
  _keyring: Keyring,
): readonly Saga<never>[] => [linkSaga(vaults) as unknown as Saga<never>];

/** Tells every declared endpoint what one database has to say. */
export async function pumpHooks(home: Vault<typeof deliveryOps>, book: Rulebook, ports: PumpPorts): Promise<void> {
  for (const hook of Object.values((book.parts.webhooks ?? {}) as unknown as Record<string, Webhook>))
    await pumpWebhook(home, hook, ports);
}

/** What the routes of all rooms stand on. */
export type RoutePorts = ReturnType<typeof createEdge> & {
  registry: Vault<RegistryOps>;
  config: Config;
  secrets: Secrets;
  clock: Clock;
  lookup: Lookup;
  tokens: Tokens;
  limiter: Limiter;
  keyring: Keyring;
  checkpoint(): Promise<void>;
};

/** Every route of the product. */
export function allRoutes(p: RoutePorts): Routes {
  const consent = {
    ...p,
    publicUrl: p.config.publicUrl,
    receiptKeys: receiptKeysOf(p.secrets),
  };
  return [...visitorRoutes(consent), ...checkRoutes(consent), ...adminRoutes(consent, kinds)];
}

/** Receipt keys, current first. */
function receiptKeysOf({ receipt }: Secrets): SigningKey[] {
  return [...receipt.keys].sort((a, b) => Number(b.kid === receipt.current) - Number(a.kid === receipt.current));
}

/** How authentication reads the rulebook. */
export const doorOf = (
  backend: Backend,
  snapshot: Door<Rulebook>['snapshot'],
  tokens: Door<Rulebook>['tokens'],
): Door<Rulebook> => ({
  snapshot,
  tokens,
  site: (book, key): SiteAccess | undefined => (Object.hasOwn(book.sites, key) ? book.sites[key] : undefined),
  source: (book, key) => isObject(book.parts.sources) && Object.hasOwn(book.parts.sources, key),
  session: async (token) => need(await backend.registry.run('session.find', { token }, edge)),
});
