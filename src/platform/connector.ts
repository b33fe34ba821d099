import type { Dataset } from './holder';
import type { Wire } from './wire';

/** One call to a foreign system. Bodies are text; the port refuses addresses that aren't public, and follows no redirect. */
export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
};
export type HttpAnswer = { status: number; headers: Readonly<Record<string, string>>; body: string };
/** Header names of an answer are in lower case; at most 8 MiB of body; throws when there is no answer. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

/** A record that a foreign system keeps of somebody. */
export type ForeignRecord = {
  /** The system's own id. */
  id: string;
  /** By what we may know the person, the best first. */
  subjects: readonly { type: 'email' | 'phone' | 'customer' | 'external'; id: string }[];
  /** Purpose → would the system use the record for it? Only purposes that the connector maps. */
  uses: Readonly<Record<string, boolean>>;
};

/** `next`: where to go on, opaque; null at the end. */
export type ForeignPage = { records: readonly ForeignRecord[]; next: string | null };

/** What became of one record: `missing` when the system has no such record (any more). */
export type ConnectorOutcome = { id: string; outcome: 'done' | 'missing' | 'failed'; detail?: string };

export type ConnectorCheck = { name: string; ok: boolean; detail: string };

/** A row on its way to a foreign system: our pseudonym, and columns that were released for the purpose. */
export type ConnectorRow = { person: string; values: { readonly [column: string]: Wire } };

/**
 * A foreign system that keeps data of the same people.
 * Promise: `check`, `pull`, `read`, `find` and `describe` change nothing there. `find` gives every record that carries one
 * of the identifiers, and no other; `describe` gives all that the system shows of those records, in its own words. `restrict` and `erase` only narrow, are idempotent, and answer
 * one outcome for each record that was named, in any order; what is not `done` or `missing` has not happened. `push` sends
 * nothing that it wasn't given, and answers the system's own id for each row that it took. Every method waits out rate
 * limits itself, and throws only when nothing at all was done.
 */
export interface Connector {
  check(): Promise<ConnectorCheck[]>;
  pull(cursor: string | null): Promise<ForeignPage>;
  read(ids: readonly string[]): Promise<ForeignRecord[]>;
  find(subjects: ForeignRecord['subjects']): Promise<ForeignRecord[]>;
  describe(ids: readonly string[]): Promise<Dataset['rows'][number][]>;
  restrict(records: readonly { record: ForeignRecord; purposes: readonly string[] }[]): Promise<ConnectorOutcome[]>;
  erase(ids: readonly string[]): Promise<ConnectorOutcome[]>;
  push(rows: readonly ConnectorRow[]): Promise<(ConnectorOutcome & { person: string })[]>;
}
