import { type ErrorCode, type FieldError, isErrorCode, Refusal, ResultError, type Wire } from '../platform';

/** The one map from our closed codes to HTTP. Titles are for people; programs read `code`. */
const problems: Readonly<Record<ErrorCode, { status: number; title: string }>> = {
  invalid: { status: 422, title: 'The request is well formed and says something that can not be' },
  malformed: { status: 400, title: 'The request can not be read' },
  unauthenticated: { status: 401, title: 'A valid credential is needed' },
  forbidden: { status: 403, title: 'This credential may not do that' },
  origin_refused: { status: 403, title: 'This origin may not use this site key' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'This path does not know that method' },
  conflict: { status: 409, title: 'This collides with what is there' },
  idempotency_conflict: { status: 422, title: 'This idempotency key was used for another request' },
  gone: { status: 410, title: 'This is gone and may not come back' },
  precondition_failed: { status: 412, title: 'It has changed since you read it' },
  too_large: { status: 413, title: 'The request is too large' },
  undeclared_attribute: { status: 422, title: 'This attribute is not declared in the field register' },
  evidence_required: { status: 422, title: 'A reported grant needs evidence' },
  unknown_purpose: { status: 422, title: 'There is no such purpose' },
  unknown_notice: { status: 422, title: 'There is no such notice' },
  not_verified: { status: 403, title: 'The asker has not proved who they are' },
  rate_limited: { status: 429, title: 'Too many requests' },
  busy: { status: 503, title: 'Too much is waiting' },
  frozen: { status: 503, title: 'This person is being moved or merged' },
  moved: { status: 503, title: 'This person lives elsewhere' },
  rulebook_stale: { status: 503, title: 'A newer rulebook is on its way' },
  revision_not_reached: { status: 503, title: 'This state is not there yet' },
  unavailable: { status: 503, title: 'The service can not write now' },
  internal: { status: 500, title: 'Something went wrong here' },
};

/** RFC 9457. `errors` lists everything that is wrong, of path, query, header and body at once. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  request_id?: string;
  errors?: readonly FieldError[] | Wire;
};

export const problemCodes = Object.keys(problems) as ErrorCode[];
export const statusOf = (code: ErrorCode): number => problems[code].status;

export function problem(
  code: ErrorCode,
  detail: string,
  requestId?: string,
  errors?: Wire,
  headers: Record<string, string> = {},
): Response {
  const { status, title } = problems[code];
  const body: Problem = { type: `urn:avow:problem:${code}`, title, status, code, detail, request_id: requestId };
  if (errors !== undefined) body.errors = errors;
  const extra: Record<string, string> = { ...headers };
  if (status === 401) extra['www-authenticate'] = 'Bearer realm="avow"';
  if (status === 503 || status === 429) extra['retry-after'] ??= '1';
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...extra },
  });
}

/** Any error as a problem; what isn't a refusal of ours is `internal` and says nothing of its inside. */
export function problemOf(e: unknown, requestId?: string): Response {
  if (e instanceof Refusal || e instanceof ResultError) {
    const code = isErrorCode(e.code) ? e.code : 'internal';
    return problem(code, e.message, requestId, e.fields, retryHeader(e.fields));
  }
  return problem('internal', 'something went wrong here; nothing was changed', requestId);
}

/** A refusal may say how long to wait: `{retry_after: seconds}`. */
function retryHeader(fields: Wire | undefined): Record<string, string> {
  const seconds =
    typeof fields === 'object' && fields !== null && 'retry_after' in fields ? fields.retry_after : undefined;
  return typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : {};
}
