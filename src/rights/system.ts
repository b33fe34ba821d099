import type { Dataset } from '../platform';

/** Whom a foreign system is asked about: every identifier that we know of the person, in plain. */
export type SystemSubject = {
  request: string;
  identifiers: readonly { type: string; id: string }[];
};

export type SystemOutcome = {
  /** `done`: read back, and it is gone (or masked). `waiting`: somebody there has to do it. */
  outcome: 'done' | 'not_found' | 'not_supported' | 'waiting';
  deleted: number;
  retained: readonly { what: string; ground: string; until: string | null }[];
};

/**
 * A system beside our own databases that holds data of the same people, for access and erasure.
 * Promise: `collect` changes nothing there and gives nothing of anybody else. `erase` is idempotent, reads back what it
 * has deleted before it says `done`, and throws when it doesn't know what has happened: then it is asked again.
 */
export interface RightsSystem {
  readonly name: string;
  collect(subject: SystemSubject): Promise<Dataset[]>;
  erase(subject: SystemSubject): Promise<SystemOutcome>;
}

/** A system is asked so often, the waits doubling from a minute; then it has failed, and the person is told. */
export const SYSTEM_ATTEMPTS = 8;
export const systemRetryAt = (attempts: number, now: number): number => now + 60_000 * 2 ** (attempts - 1);
