import type { Wire } from './wire';

/**
 * The closed list of what can be refused. `http/problem.ts` maps each to a status; no message is ever parsed.
 * `fields` of an error says what is wrong where, in the shape of {@link FieldError}.
 */
export const errorCodes = [
  'invalid',
  'malformed',
  'unauthenticated',
  'forbidden',
  'origin_refused',
  'not_found',
  'method_not_allowed',
  'conflict',
  'idempotency_conflict',
  'gone',
  'precondition_failed',
  'too_large',
  'undeclared_attribute',
  'evidence_required',
  'unknown_purpose',
  'unknown_notice',
  'not_verified',
  'rate_limited',
  'busy',
  'frozen',
  'moved',
  'rulebook_stale',
  'revision_not_reached',
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One thing that is wrong: a JSON pointer (`/body/choices/ads`, `/query/limit`) and a sentence. */
export type FieldError = { path: string; message: string };

/** A refusal: the caller gets `code` and `fields`, the transaction is rolled back, nothing has changed. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields?: Wire,
  ) {
    super(message);
  }
}

export const isErrorCode = (x: unknown): x is ErrorCode => (errorCodes as readonly unknown[]).includes(x);
