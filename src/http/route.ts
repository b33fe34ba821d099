import type { Context } from 'hono';
import type * as z from 'zod';
import type { Actor, Auth, CallContext, Caller, ErrorCode } from '../platform';

export const actorOf = (caller: Caller): Actor => {
  switch (caller.kind) {
    case 'public':
      return { type: 'anonymous', id: 'public' };
    case 'site':
      return { type: 'site', id: caller.site };
    case 'subject':
      return { type: 'person', id: caller.person };
    case 'source':
      return { type: 'source', id: caller.source };
    case 'client':
      return { type: 'client', id: caller.id };
    case 'staff':
      return { type: 'staff', id: caller.id };
  }
};

/** One call, after validation: only checked values, never a cast. */
export type Call<P, Q, B> = {
  c: Context;
  params: P;
  query: Q;
  body: B;
  caller: Caller;
  requestId: string;
  now: number;
  /** Caller's region as the edge sees it (ISO 3166), or `unknown`. */
  region: string;
  /** The caller's network address, for limits only; never stored. */
  address: string;
  /** For the operations that this call runs; carries the idempotency key as command id. */
  context(extra?: Partial<CallContext>): CallContext;
};

/** Any route. `handler` is a method, so that a list of routes may hold many input types. */
type AnyRoute = Route<unknown, unknown, unknown>;
export type Routes = readonly AnyRoute[];

export type Answer = { status: number; description: string; schema?: z.ZodType; type?: string };

export type Route<P, Q, B> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI spelling: `/v1/people/{ref}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  auth: Auth;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  /** JSON body; `raw` handlers read the request themselves. */
  body?: z.ZodType<B>;
  raw?: boolean;
  /** Bytes; default 64 KiB. */
  limit?: number;
  /** An example for the document and its test. */
  example?: unknown;
  answers: readonly Answer[];
  errors?: readonly ErrorCode[];
  /** May a browser of another origin read the answer (site keys)? */
  cors?: boolean;
  handler(call: Call<P, Q, B>): Promise<Response> | Response;
};

/** Declares a route and infers the types of its parts. */
export const route = <P = Record<never, never>, Q = Record<never, never>, B = undefined>(
  r: Route<P, Q, B>,
): Route<P, Q, B> => r;

export const KIB = 1024;
export const MIB = 1024 * KIB;
/** Bodies may be this large unless the route says otherwise. */
export const DEFAULT_LIMIT = 64 * KIB;
