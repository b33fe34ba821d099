import { type Clock, SECOND } from '../platform';
import type { LiveKey } from './store';

/** What the edge remembers of the registry. */
export type Snapshot<Book> = { book: Book; keys: ReadonlyMap<string, LiveKey>; at: number };

/** Callers' keys and the rulebook are at most this old at the edge (a revoked key must be dead within 5 s). */
export const MAX_AGE = 2 * SECOND;

/** Where a snapshot comes from. Versions are cheap to ask for; the rest is read only when they have changed. */
export interface SnapshotSource<Book> {
  versions(): Promise<{ book: number; access: number }>;
  book(): Promise<Book>;
  keys(): Promise<readonly LiveKey[]>;
}

export interface Snapshots<Book> {
  /** The snapshot; renewed first when it is older than {@link MAX_AGE}. */
  current(): Promise<Snapshot<Book>> | Snapshot<Book>;
  /** After a change through this very edge: don't wait for the age. */
  drop(): void;
}

/** `shared`: callers wait for the same renewal. In a Worker a promise belongs to its request and can't be shared. */
export function createSnapshots<Book>(source: SnapshotSource<Book>, clock: Clock, shared = true): Snapshots<Book> {
  let held: (Snapshot<Book> & { versions: { book: number; access: number } }) | undefined;
  let renewing: Promise<Snapshot<Book>> | undefined;
  let fresh = false;
  /** Goes up with every drop: a reading that began before one is not fresh. */
  let drops = 0;

  const renew = async (): Promise<Snapshot<Book>> => {
    const at = clock.now();
    const begun = drops;
    const versions = await source.versions();
    const book = held && held.versions.book === versions.book ? held.book : await source.book();
    const keys =
      held && held.versions.access === versions.access
        ? held.keys
        : new Map((await source.keys()).map((k) => [k.id, k]));
    const read = { book, keys, at, versions };
    if (held && held.versions.book > versions.book) return held;
    held = read;
    fresh = begun === drops;
    return held;
  };
  return {
    current: () => {
      if (held && fresh && Math.abs(clock.now() - held.at) < MAX_AGE) return held;
      if (!shared) return renew();
      if (renewing) return renewing;
      const mine = renew().finally(() => {
        if (renewing === mine) renewing = undefined;
      });
      renewing = mine;
      return mine;
    },
    drop: () => {
      fresh = false;
      drops++;
      renewing = undefined;
    },
  };
}
