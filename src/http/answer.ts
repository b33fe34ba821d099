import { need, type Result, type Wire } from '../platform';

/** JSON, never cached unless the headers say otherwise. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });

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
