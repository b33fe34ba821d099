import type { Connector, Dataset, ForeignRecord } from '../platform';
import type { ConnectorRow } from './connector-registry-store';
import { connectorOf, type Outside } from './connectors';

/** Whom a connected system is asked about, for a request of their own: every identifier that we know, in plain. */
export type ForeignSubject = { request: string; identifiers: readonly { type: string; id: string }[] };

export type ForeignErasure = {
  outcome: 'done' | 'not_found' | 'not_supported' | 'waiting';
  deleted: number;
  retained: readonly { what: string; ground: string; until: string | null }[];
};

/** A connected system as the rights of a person see it: what is there, and erase it. */
export type ForeignSystem = {
  readonly name: string;
  collect(subject: ForeignSubject): Promise<Dataset[]>;
  erase(subject: ForeignSubject): Promise<ForeignErasure>;
};

/** The connected systems that can be asked; a file can't. */
export const foreignSystems = (rows: readonly ConnectorRow[], outside: Outside): ForeignSystem[] =>
  rows.filter((r) => r.body.kind !== 'csv').map((row) => systemOf(row, connectorOf(row.body, outside)));

const MATCHED: readonly string[] = ['email', 'phone', 'customer', 'external'];

function systemOf({ id, body }: ConnectorRow, connector: Connector): ForeignSystem {
  const find = (subject: ForeignSubject): Promise<ForeignRecord[]> =>
    connector.find(
      subject.identifiers.flatMap((s) => (MATCHED.includes(s.type) ? [{ type: s.type as 'email', id: s.id }] : [])),
    );
  return {
    name: body.name,
    collect: async (subject) => {
      const found = await find(subject);
      if (found.length === 0) return [];
      const rows = await connector.describe(found.map((r) => r.id));
      return [{ name: `system_${id}`, title: `What ${body.name} keeps about you`, rows }];
    },
    erase: async (subject) => {
      if (body.kind === 'webhook') return { outcome: 'not_supported', deleted: 0, retained: [] };
      const found = await find(subject);
      if (found.length === 0) return { outcome: 'not_found', deleted: 0, retained: [] };
      const outcomes = await connector.erase(found.map((r) => r.id));
      const failed = outcomes.find((o) => o.outcome === 'failed');
      if (failed) throw new Error(`${body.name}: ${failed.detail ?? 'not erased'}`);
      if ((await find(subject)).length > 0) throw new Error(`${body.name} still has a record of this person`);
      return { outcome: 'done', deleted: found.length, retained: [] };
    },
  };
}
