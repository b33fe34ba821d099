import type { Reader, Writer } from './ops';
import type { Wire } from './wire';

/** One file of a person's access package: rows as plain objects, in plain words. */
export type Dataset = { name: string; title: string; rows: readonly { readonly [column: string]: Wire }[] };

/** What an erasure did in one room. `retained` says what stays, why, and until when (RFC 3339), truthfully. */
export type Erased = { deleted: number; retained: readonly { what: string; ground: string; until: string | null }[] };

/**
 * A room that holds personal data. Every table with a person column belongs to exactly one holder (a test).
 * Promise: `exportOf` gives everything that the room holds of the person and nothing of anybody else; after `erase` no
 * row of the room leads to the person but those that it lists as retained.
 */
export interface Holder {
  readonly name: string;
  readonly tables: readonly string[];
  exportOf(r: Reader, person: string): Dataset[];
  rectify(w: Writer, person: string, changes: { readonly [field: string]: Wire }): string[];
  erase(w: Writer, person: string): Erased;
}
