import {
  type CallContext,
  everyVault,
  type JournalEntry,
  type LogHead,
  need,
  type Tombstone,
  type Vault,
  type Vaults,
} from '../platform';
import type { epochOps, restoreOps } from './restore-operations';
import type { RightsVaultOps } from './saga-ports';

export type RestoreVaultOps = RightsVaultOps & typeof epochOps & ReturnType<typeof restoreOps>;

/** What is known of a restored copy and of what has happened since it was made. */
export type RestoreFacts = {
  copied_at: string;
  /** Logs that begin a new epoch, with the last head that was signed before. */
  epochs: readonly { log: string; epoch: number; old: LogHead | null }[];
  tombstones: readonly Tombstone[];
  /** Narrowings in order; those that the copy has already are recognised. */
  journal: readonly JournalEntry[];
  /** Is there a time between the copy and now of which no journal tells? */
  gap: boolean;
  /** Somebody answers for leaving the gap open: their name and reason are logged. */
  accept_gap?: { by: string; because: string };
};

const restoring: CallContext = { actor: { type: 'system', id: 'restore' } };
const BATCH = 200;

export type RestoreReport = { erased: number; replayed: number; known: number; unknown: number; closed: number };

/** Brings restored databases up to what has narrowed since: epochs, erasures, narrowings, and a no where there is a gap. */
export async function replayRestore(
  ports: { vaults: Vaults<RestoreVaultOps>; registry: Vault<typeof epochOps> },
  f: RestoreFacts,
): Promise<RestoreReport> {
  const report: RestoreReport = { erased: 0, replayed: 0, known: 0, unknown: 0, closed: 0 };
  const vaults = everyVault(ports.vaults);
  for (const { log, epoch, old } of f.epochs) {
    const home = log === 'registry' ? ports.registry : ports.vaults.at(Number(log.slice('vault-'.length)));
    need(await home.run('restore.begin', { epoch, old, copied_at: f.copied_at }, restoring));
  }
  report.erased = await eraseAgain(vaults, f.tombstones);
  for (const [i, vault] of vaults.entries()) {
    const own = f.journal.filter((e) => e.vault === `vault-${i}`).map((e) => JSON.parse(e.body) as never);
    for (const entries of batches(own)) {
      const done = need(await vault.run('restore.replay', { entries }, restoring));
      report.replayed += done.replayed;
      report.known += done.known;
      report.unknown += done.unknown;
    }
    if (f.gap) report.closed += await closeGap(vault, f.accept_gap);
  }
  return report;
}

/** Only persons: the keys of requests have tombstones too, and nothing of a request is left without its key. */
async function eraseAgain(
  vaults: readonly Vault<RestoreVaultOps>[],
  tombstones: readonly Tombstone[],
): Promise<number> {
  const persons = tombstones.filter((t) => t.class === 'ordinary' && t.person.startsWith('per_')).map((t) => t.person);
  for (const vault of vaults)
    for (const batch of batches(persons)) need(await vault.run('restore.erase', { persons: batch }, restoring));
  return persons.length;
}

async function closeGap(vault: Vault<RestoreVaultOps>, accepted: RestoreFacts['accept_gap']): Promise<number> {
  if (accepted) {
    need(await vault.run('restore.gap_accepted', accepted, restoring));
    return 0;
  }
  let closed = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: { closed: number; after: string | null } = need(
      await vault.run('restore.close_gap', { after, limit: BATCH }, restoring),
    );
    closed += page.closed;
    after = page.after;
  }
  return closed;
}

const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));
