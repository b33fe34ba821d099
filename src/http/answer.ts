import { need, type Result, type Wire } from '../platform';

/** JSON, never cached unless the headers say otherwise. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });

const complete = new WeakSet<Response>();

/**
 * JSON for hot paths, with the request's id among its first headers: to touch the headers of a finished answer costs
 * more on Node than to make it.
 */
export function fastJson(requestId: string, body: unknown, revision: string): Response {
  const answer = new Response(JSON.stringify(body), {
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'consent-revision': revision,
      'x-request-id': requestId,
    },
  });
  complete.add(answer);
  return answer;
}

export const isComplete = (answer: Response): boolean => complete.has(answer);

/** A result with the revision that it was committed at, in body and header. */
export function answered<T extends Wire>(
  result: Result<T>,
  status = 200,
  shape: (value: T) => unknown = (v) => v,
): Response {
  const value = need(result);
  const revision = result.ok ? result.revision : '';
  return json({ ...(shape(value) as object), revision }, status, { 'consent-revision': revision });
}

export const noContent = (): Response => new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
