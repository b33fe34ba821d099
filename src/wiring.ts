import {
  accessOps,
  authenticate,
  type Credentials,
  createSnapshots,
  createTokens,
  type Door,
  type SiteAccess,
  type Tokens,
} from './access';
import {
  append,
  auditOps,
  auditRegistryOps,
  auditRoutes,
  compareHead,
  createSelfCheck,
  epochOf,
  lastTime,
  logSize,
  logsOf,
  noteSigner,
  signers,
} from './audit';
import { collectKinds, collectOps, collectRegistryOps, collectRoutes, sourcesOf } from './collect';
import {
  adminRoutes,
  checkRoutes,
  consentHolder,
  consentKinds,
  consentOps,
  currentRulebook,
  definitionOps,
  hasCounts,
  type Kind,
  linkSaga,
  type Rulebook,
  retentionOps,
  type SigningKey,
  VISITOR_DAYS,
  visitorRoutes,
} from './consent';
import { consoleKinds, consoleOps, consoleRoutes, consoleTrouble } from './console';
import {
  addToFeed,
  deliveryHolder,
  deliveryOps,
  deliveryRoutes,
  type PumpPorts,
  pumpMails,
  pumpWebhook,
  smtpTransport,
  type Webhook,
  webhookSchema,
} from './delivery';
import {
  carryLinked,
  carrySaga,
  engageHolder,
  engageKinds,
  engageListeners,
  engageOps,
  engageRegistryOps,
  engageRoutes,
  freshenNeighbours,
  loyaltySaga,
  pumpSends,
} from './engage';
import { Limiter, type Routes } from './http';
import { createLookup, identityHolder, identityOps, type Lookup } from './identity';
import { insightKinds, insightListeners, insightOps, insightRegistryOps, insightRoutes } from './insight';
import {
  carryStore,
  carryStoreSaga,
  peopleHolder,
  peopleKinds,
  peopleListeners,
  peopleOps,
  peopleRegistryOps,
  peopleRoutes,
} from './people';
import {
  type Auth,
  type CallContext,
  type Clock,
  type Config,
  type Handle,
  type Holder,
  type Http,
  hasSagas,
  isObject,
  joinOps,
  type Keyring,
  keyringOps,
  type Listeners,
  type Logger,
  type LogHead,
  need,
  type Ops,
  ownKeys,
  type ReadDb,
  Runner,
  type RunnerHooks,
  resumeSagas,
  type Saga,
  type Secrets,
  sagaOps,
  type Vault,
  type VaultInfo,
  type Vaults,
  wrappingOf,
} from './platform';
import {
  countOps,
  foreignOps,
  pumpForeign,
  releaseHolder,
  releaseListeners,
  releaseOps,
  releaseRegistryOps,
  releaseRoutes,
} from './release';
import {
  applyOps,
  epochOps,
  eraseHere,
  officerOps,
  personOps,
  proofOps,
  type RightsSystem,
  replayRestore,
  requestOps,
  restoreOps,
  rightsHolder,
  rightsKinds,
  rightsListeners,
  rightsRoutes,
  rightsSagas,
  systemOps,
} from './rights';

/** The kinds of definitions that the rooms contribute to the rulebook. */
export const kinds: readonly Kind[] = [
  ...consentKinds,
  ...consoleKinds,
  ...peopleKinds,
  ...collectKinds,
  ...engageKinds,
  ...insightKinds,
  ...rightsKinds,
  { name: 'webhooks', schema: webhookSchema as unknown as Kind['schema'], part: true },
];

/** Everybody who holds personal data: for access, rectification and erasure. */
export const holders: readonly Holder[] = [
  identityHolder,
  consentHolder,
  deliveryHolder,
  peopleHolder,
  engageHolder,
  releaseHolder,
  rightsHolder,
];

/** Who hears what, synchronously, in the same transaction. */
export const listeners: Listeners = joinListeners(
  peopleListeners,
  engageListeners,
  insightListeners,
  releaseListeners,
  rightsListeners,
);

/** Several rooms may hear one event, in the order of this list. */
function joinListeners(...rooms: readonly Listeners[]): Listeners {
  const all: Record<string, Listeners[string]> = {};
  for (const [event, heard] of rooms.flatMap((room) => Object.entries(room)))
    all[event] = [...(all[event] ?? []), ...heard];
  return all;
}

/** Who signs for a database's log. */
const signerOf = (secrets: Secrets, config: Pick<Config, 'publicUrl'>) => signers(secrets.log, config.publicUrl);

/** What the rooms' operations know of the configuration. */
export type RoomConfig = Pick<Config, 'publicUrl' | 'decisionDays'>;

/** One look-up per installation: `tend` runs every second, and need not derive the keys anew each time. */
const lookups = new WeakMap<Secrets, Lookup>();
function lookupOf(secrets: Secrets): Lookup {
  const known = lookups.get(secrets) ?? createLookup(secrets);
  lookups.set(secrets, known);
  return known;
}

/** All operations of a vault. */
export const vaultOps = (secrets: Secrets, config: RoomConfig) =>
  joinOps(
    sagaOps,
    auditOps(signerOf(secrets, config)),
    deliveryOps,
    identityOps,
    consentOps,
    retentionOps({ decisionDays: config.decisionDays, visitorDays: VISITOR_DAYS }, (w, persons) =>
      eraseHere(w, holders, { persons, request: 'retention' }),
    ),
    consoleOps,
    peopleOps,
    collectOps,
    releaseOps,
    foreignOps,
    countOps,
    requestOps,
    officerOps,
    proofOps,
    systemOps,
    engageOps(lookupOf(secrets)),
    insightOps,
    personOps(holders),
    applyOps(holders),
    epochOps,
    restoreOps(holders),
  );

/** All operations of the registry. */
export const registryOps = (secrets: Secrets, config: Pick<Config, 'publicUrl'>) =>
  joinOps(
    sagaOps,
    auditOps(signerOf(secrets, config)),
    auditRegistryOps,
    epochOps,
    deliveryOps,
    accessOps,
    keyringOps(wrappingOf(secrets)),
    definitionOps(kinds),
    peopleRegistryOps,
    collectRegistryOps,
    engageRegistryOps,
    insightRegistryOps,
    releaseRegistryOps,
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
  config: RoomConfig;
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
export type Backend = {
  vaults: Vaults<VaultOps>;
  registry: Vault<RegistryOps>;
  keyring: Keyring;
  clock: Clock;
  sharesPromises: boolean;
  secrets: Secrets;
  publicUrl: string;
  /** Empties what the databases keep beside their files, after an erasure. */
  truncate?(): Promise<void>;
  /** Systems beside our own databases that requests have to reach, of this runtime. */
  systems?: readonly RightsSystem[];
  /** How connectors call other systems; absent: they don't. */
  http?: Http;
};

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
    backend.sharesPromises,
  );
  const vaults = guardedVaults(backend.vaults, () => snapshots.current());
  return {
    snapshot: () => snapshots.current(),
    /** Keys or definitions have changed through this edge. */
    changed: () => snapshots.drop(),
    vaults,
    /** Drops what is remembered and resolves when every vault has the newest rulebook. */
    published: async () => {
      snapshots.drop();
      const { book } = await snapshots.current();
      const install = async (i: number) => need(await backend.vaults.at(i).run('rulebook.install', { book }, edge));
      await Promise.all(Array.from({ length: vaults.count }, (_, i) => install(i)));
    },
  };
}

type CurrentBook = () => Promise<{ book: Rulebook }> | { book: Rulebook };

/** Adds the minimum rulebook version to each call, and installs it where it is missing. */
function guardedVaults(inner: Vaults<VaultOps>, current: CurrentBook): Vaults<VaultOps> {
  const guard = (vault: Vault<VaultOps>): Vault<VaultOps> => {
    const run = async (name: never, input: never, context: CallContext) => {
      const { book } = await current();
      const result = await vault.run(name, input, { rulebook: book.version, ...context });
      if (result.ok || result.error.code !== 'rulebook_stale') return result;
      need(await vault.run('rulebook.install', { book }, edge));
      return vault.run(name, input, { rulebook: book.version, ...context });
    };
    return { run: run as Vault<VaultOps>['run'] };
  };
  const made = Array.from({ length: inner.count }, (_, i) => guard(inner.at(i)));
  return { count: inner.count, zone: inner.zone, at: (i) => made[i]! };
}

/** Sagas that a restart must be able to go on with. */
export function sagasOf(vaults: Vaults<VaultOps>, backend: Backend, book: Rulebook): readonly Saga<never>[] {
  const { secrets } = backend;
  const ports = { ...backend, vaults, book, lookup: lookupOf(secrets), receiptKeys: receiptKeysOf(secrets) };
  return [
    linkSaga(vaults),
    loyaltySaga(vaults),
    carrySaga(vaults),
    carryStoreSaga(vaults),
    ...rightsSagas(ports),
  ] as unknown as Saga<never>[];
}

/** In a vault: what linked people bring along, and campaigns that are due. In the registry: what is bought together. */
async function engageOnce(
  index: number,
  { registry }: Backend,
  vaults: Vaults<VaultOps>,
  book: Rulebook,
  { mail, now }: PumpPorts,
): Promise<void> {
  if (index < 0) {
    await freshenNeighbours({ vaults, registry }, book, now());
    return;
  }
  await carryStore(vaults.at(index), vaults);
  await carryLinked(vaults.at(index), vaults);
  await pumpSends({ home: vaults.at(index), vaults, registry, mail });
}

/** What runs beside the requests of one database: counters, jobs, unfinished sagas, mails and webhooks. */
export async function tend(
  runner: Runner,
  db: ReadDb,
  backend: Backend,
  vaults: Vaults<VaultOps>,
  book: Rulebook,
  ports: PumpPorts,
): Promise<{ next: number | undefined }> {
  const home = { run: runner.run } as unknown as Vault<typeof deliveryOps & typeof sagaOps>;
  while (hasCounts(db)) need(await runner.run('decision.flush', {}, clockwork));
  const { next } = await runner.runDueJobs();
  await resumeSagas(home, sagasOf(vaults, backend, book), ports.now());
  await pumpMails(home, ports);
  await engageOnce(runner.info.index, backend, vaults, book, ports);
  const hooks = Object.values((book.parts.webhooks ?? {}) as unknown as Record<string, Webhook>);
  for (const hook of hooks) await pumpWebhook(home, hook, ports);
  if (backend.http && runner.info.index >= 0) {
    const foreign = { registry: backend.registry, lookup: lookupOf(backend.secrets), http: backend.http };
    await pumpForeign({ ...foreign, home: vaults.at(runner.info.index), now: ports.now });
  }
  return { next };
}

const clockwork: CallContext = { actor: { type: 'system', id: 'clock' } };

/** Signs the heads of all logs: vaults first, then the registry, whose log takes their heads as an entry. */
export async function signHeads(backend: Backend, note: (head: LogHead) => Promise<void> | void): Promise<void> {
  const fresh: LogHead[] = [];
  for (let i = 0; i < backend.vaults.count; i++) {
    const head = await signLog(backend.vaults.at(i), `vault-${i}`);
    if (head) fresh.push(head);
  }
  const heads = fresh.map(({ log, size, root, epoch }) => ({ log, size, root, epoch }));
  if (heads.length > 0) need(await backend.registry.run('log.note_heads', { heads }, clockwork));
  const own = await signLog(backend.registry, 'registry');
  for (const head of own ? [...fresh, own] : fresh) await note(head);
}

/** The new head, or undefined when there was nothing to sign. */
async function signLog(home: Vault<ReturnType<typeof auditOps>>, log: string): Promise<LogHead | undefined> {
  let signed = false;
  for (;;) {
    const last = need(await home.run('log.checkpoint', {}, clockwork));
    signed ||= last.signed;
    if (last.more) continue;
    if (!signed || !last.head) return undefined;
    return { log, epoch: last.epoch, size: last.head.size, root: last.head.root, at: last.head.at };
  }
}

/** What the routes of all rooms stand on. */
export type RoutePorts = ReturnType<typeof createEdge> & {
  publicUrl: string;
  registry: Vault<RegistryOps>;
  config: Config;
  secrets: Secrets;
  clock: Clock;
  lookup: Lookup;
  tokens: Tokens;
  limiter: Limiter;
  keyring: Keyring;
  http?: Http;
  /** Current first. */
  receiptKeys: readonly SigningKey[];
  systems?: readonly RightsSystem[];
  /** Signs the heads of all logs now. */
  checkpoint(): Promise<void>;
  /** Signs the manifest of an export of the logs. */
  signNote(text: string, epoch: number): string;
};

/** Every route of the product. */
export const allRoutes = (p: RoutePorts): Routes => [
  ...visitorRoutes(p),
  ...checkRoutes(p),
  ...deliveryRoutes(p),
  ...adminRoutes(p, kinds),
  ...peopleRoutes(p),
  ...collectRoutes(p),
  ...engageRoutes(p),
  ...insightRoutes(p),
  ...releaseRoutes(p),
  ...rightsRoutes(p),
  ...auditRoutes(p),
  ...consoleRoutes(p),
];

/** Receipt keys, current first. */
const receiptKeysOf = ({ receipt }: Secrets): SigningKey[] =>
  [...receipt.keys].sort((a, b) => Number(b.kid === receipt.current) - Number(a.kid === receipt.current));

/** Everything that the application is made of, but for what only a runtime knows. */
export function createProduct(
  backend: Backend,
  parts: { config: Config; secrets: Secrets; checkpoint(): Promise<void> },
) {
  const { secrets, config } = parts;
  const made = createEdge(backend);
  const tokens = createTokens(secrets);
  const routes = allRoutes({
    ...made,
    ...parts,
    publicUrl: config.publicUrl,
    registry: backend.registry,
    clock: backend.clock,
    http: backend.http,
    keyring: backend.keyring,
    systems: backend.systems,
    lookup: lookupOf(secrets),
    tokens,
    limiter: new Limiter(),
    receiptKeys: receiptKeysOf(secrets),
    signNote: noteSigner(signerOf(secrets, config)),
  });
  const door: Door<Rulebook> = {
    snapshot: made.snapshot,
    tokens,
    site: (book, key): SiteAccess | undefined => (Object.hasOwn(book.sites, key) ? book.sites[key] : undefined),
    source: (book, key) => isObject(book.parts.sources) && Object.hasOwn(book.parts.sources, key),
    session: async (token) => need(await backend.registry.run('session.find', { token }, edge)),
  };
  return {
    edge: made,
    routes,
    /** Re-verifies the logs block by block; the entries give it its turns. */
    selfCheck: createSelfCheck(logsOf(backend), backend.clock),
    trouble: consoleTrouble,
    authenticate: (who: Credentials, auth: Auth, body: unknown, now: number) =>
      authenticate(door, who, auth, body, now),
    allowsOrigin: async (origin: string) => {
      const { book } = await made.snapshot();
      return [...Object.values(book.sites), ...sourcesOf(book)].some((s) => s.origins.includes(origin));
    },
  };
}

/** How an entry looks at a log without knowing the audit room. */
export const logs = { compareHead, epochOf };

/** Is there something that `tend` should do soon: answers in memory that want to be flushed, or a saga on its way? */
export const hasWork = (db: ReadDb): boolean => hasCounts(db) || hasSagas(db);

export { fitText } from './insight';
export type { PumpPorts };
export { replayRestore, smtpTransport };
