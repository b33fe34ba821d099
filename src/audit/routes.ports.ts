import * as z from 'zod';
import type { Clock, Vault, Vaults } from '../platform';
import type { auditOps } from './operations';
import type { auditRegistryOps } from './registry-operations';

export type LogOps = ReturnType<typeof auditOps>;

/** What the log's routes and exports need of the edge. */
export type AuditPorts = {
  vaults: Vaults<LogOps>;
  registry: Vault<LogOps & typeof auditRegistryOps>;
  clock: Clock;
  /** Signs the heads of all logs now. */
  checkpoint(): Promise<void>;
  /** A signed note over a text, in the name of the registry's log of that epoch. */
  signNote(text: string, epoch: number): string;
  /** Where people reach us. */
  publicUrl: string;
};

/** One of the logs, by the name that addresses it. */
export type NamedLog = { name: string; home: Vault<LogOps> };

/** The registry first, then the vaults: the order of every answer about all logs. */
export function logsOf({ registry, vaults }: Pick<AuditPorts, 'registry' | 'vaults'>): NamedLog[] {
  const ofVaults = Array.from({ length: vaults.count }, (_, i) => ({ name: `vault-${i}`, home: vaults.at(i) }));
  return [{ name: 'registry', home: registry }, ...ofVaults];
}

/** Finds a log by name, or refuses. */
export type LogOf = (name: string) => NamedLog;

/** How a path or a query names a log. */
export const logName = z.string().regex(/^(registry|vault-\d{1,4})$/, 'must be registry or vault-<number>');
