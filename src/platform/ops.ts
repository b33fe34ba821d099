import type { Db, ReadDb } from './db';
import type { ErrorCode } from './errors';
import type { Keys } from './keyring';
import type { Wire, WireObject } from './wire';

/** Who acts. `id` is a client's, member of staff's or person's id, never an address. */
export type Actor = { type: 'person' | 'client' | 'site' | 'source' | 'staff' | 'system' | 'anonymous'; id: string };

/** What a caller passes beside the input. */
export type CallContext = {
  actor: Actor;
  /** The request's id, for the audit log. */
  request?: string;
  /** A command id: the vault runs it once and answers retries with the same result. */
  command?: string;
  /** Hash of what was asked, so that a reused command id with another body is noticed. */
  fingerprint?: string;
  /** The rulebook version below which the vault must not answer. */
  rulebook?: number;
  /** Answer from a state no older than this `revision`, or not at all. */
  atLeast?: string;
};

/** Reads one committed state. */
export interface Reader {
  readonly db: ReadDb;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly keys: Keys;
  readonly context: CallContext;
  readonly vault: VaultInfo;
}

/** Exists only inside an action. */
export interface Writer extends Reader {
  readonly db: Db;
  /** Writes the audit entry of this action, in its transaction, and answers its sequence in the log. Every action ends with at least one. */
  audit(event: string, detail: AuditDetail): number;
  /** Says that nothing was changed (an idempotent call). The runner checks it. */
  unchanged(): void;
  /** Says that what was written is a log itself, audited when it is flushed (the decision log), and why. */
  auditedLater(because: string): void;
  /** Queues a message in this transaction. */
  emit(topic: string, body: Wire): void;
  /**
   * Notes what a restore of an older copy has to replay (it narrows, or suppresses): pseudonyms and hashes only. It stands
   * outside this database, in the keyring, before the action is acknowledged.
   */
  journal(body: Wire): void;
  /** Calls the synchronous listeners of an event, in this transaction. */
  raise(event: string, detail: Wire): void;
  /** Puts a job on the clock: an operation of this database, run once, at or after `due`. */
  schedule(job: { op: string; due: number; input: Wire; id?: string }): void;
  /** Recorded times of one vault never run backwards; `now` is such a time. */
  readonly now: number;
}

export type AuditDetail = {
  /** Pseudonym of the person it is about. */
  person?: string;
  purpose?: string;
  site?: string;
  outcome?: string;
  /** `evidence` outlives the erasure of the person's ordinary data and goes by its own timer. */
  keep?: 'ordinary' | 'evidence';
  /** True when the person has keys of their own (a direct identifier): then the payload is sealed under them. */
  keyed?: boolean;
  /** What happened, for the sealed payload. */
  data?: Wire;
  /** Entries of this log whose payloads this act empties: inclusive ranges of sequence numbers. */
  erases?: readonly (readonly [first: number, last: number])[];
};

export type VaultInfo = {
  name: string;
  /** -1: the registry. */
  index: number;
  count: number;
  zone: string;
  epoch: number;
  /** Where people reach the installation, for links in mails. */
  publicUrl: string;
};

/** `never` for a promise: a transaction is synchronous on both drivers. */
export type Sync<O> = O extends PromiseLike<unknown> ? never : O;

export type ActionOp<I, O> = {
  readonly kind: 'action';
  parse(x: unknown): I;
  run(w: Writer, i: I): O;
  /** Withdrawals and the like go before everything that waits. */
  urgent?(i: I): boolean;
  /** How long a command id is remembered, ms; default: as long as its result. */
  readonly remember?: number;
};
export type QueryOp<I, O> = { readonly kind: 'query'; parse(x: unknown): I; run(r: Reader, i: I): O };
/** Answers from a read if it can; else (`undefined`) runs as an action. */
export type AttemptOp<I, O> = {
  readonly kind: 'attempt';
  parse(x: unknown): I;
  look(r: Reader, i: I): O | undefined;
  run(w: Writer, i: I): O;
};
/** Any operation. Methods, so that a map of operations may hold many input types; `In` and `Out` give them back. */
export type Op = ActionOp<unknown, unknown> | QueryOp<unknown, unknown> | AttemptOp<unknown, unknown>;
export type Ops = Readonly<Record<string, Op>>;

export const action = <I extends Wire, O extends Wire>(
  parse: (x: unknown) => I,
  run: (w: Writer, i: I) => O & Sync<O>,
  options: { urgent?: (i: I) => boolean; remember?: number } = {},
): ActionOp<I, O> => ({ kind: 'action', parse, run, ...options });

export const query = <I extends Wire, O extends Wire>(
  parse: (x: unknown) => I,
  run: (r: Reader, i: I) => O & Sync<O>,
): QueryOp<I, O> => ({ kind: 'query', parse, run });

export const attempt = <I extends Wire, O extends Wire>(
  parse: (x: unknown) => I,
  look: (r: Reader, i: I) => (O & Sync<O>) | undefined,
  run: (w: Writer, i: I) => O & Sync<O>,
): AttemptOp<I, O> => ({ kind: 'attempt', parse, look, run });

/**
 * The input comes from our own edge, which has checked it against the route's schema; a vault is not reachable from
 * outside. Only its being an object is checked again.
 */
export const trusted =
  <I extends Wire>() =>
  (x: unknown): I => {
    if (typeof x !== 'object' || x === null) throw new TypeError('an operation takes an object');
    return x as I;
  };

export type In<O> = O extends { parse: (x: unknown) => infer I } ? I : never;
export type Out<O> = O extends { run: (c: never, i: never) => infer R } ? R : never;

export type Result<T> =
  | { ok: true; value: T; revision: string }
  | { ok: false; error: { code: ErrorCode; message: string; fields?: Wire } };

/** One vault or the registry, here or far away. */
export interface Vault<A extends Ops> {
  run<K extends keyof A & string>(name: K, input: In<A[K]>, context: CallContext): Promise<Result<Out<A[K]>>>;
}

export type Listener = (w: Writer, detail: Wire) => void;
export type Listeners = Readonly<Record<string, readonly Listener[]>>;

/** Joins the operation maps of the rooms and refuses a name that two rooms use. */
export function joinOps<T extends readonly Ops[]>(...maps: T): Joined<T> {
  const all: Record<string, Op> = {};
  for (const map of maps) {
    for (const [name, op] of Object.entries(map)) {
      if (name in all) throw new Error(`two rooms define the operation ${name}`);
      all[name] = op;
    }
  }
  return all as Joined<T>;
}
type Joined<T extends readonly Ops[]> = T extends readonly [infer A, ...infer B]
  ? A & (B extends readonly Ops[] ? Joined<B> : unknown)
  : unknown extends T
    ? Ops
    : Record<never, never>;

/** Reads a result or throws its refusal: for code that has nothing better to do with a failure. */
export function need<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ResultError(result.error.code, result.error.message, result.error.fields);
}

/** A refusal that crossed from a vault to the edge. */
export class ResultError extends Error {
  override readonly name = 'ResultError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields?: Wire,
  ) {
    super(message);
  }
}

export const isObject = (x: unknown): x is WireObject => typeof x === 'object' && x !== null && !Array.isArray(x);
