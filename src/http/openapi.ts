import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Auth } from '../platform';
import { statusOf } from './problem';
import type { Routes } from './route';
import { problemSchema } from './schemas';

/** The OpenAPI 3.1 document of all routes, made from the schemas that check the calls. */
export function openApiDocument(routes: Routes, publicUrl: string): Record<string, unknown> {
  const docs = new OpenAPIHono();
  for (const name of ['secretKey', 'subjectToken'] as const) {
    docs.openAPIRegistry.registerComponent('securitySchemes', name, { type: 'http', scheme: 'bearer' });
  }
  docs.openAPIRegistry.registerComponent('securitySchemes', 'writeKey', { type: 'http', scheme: 'basic' });
  docs.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-avow',
  });
  for (const r of routes) docs.openAPIRegistry.registerPath(configOf(r));
  return docs.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Avow',
      version: '1',
      description: 'Records what each person allows, decides, enforces and proves.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
  }) as unknown as Record<string, unknown>;
}

type Json = RouteConfig['responses'];

function configOf(r: Routes[number]): RouteConfig {
  const responses: Json = {};
  for (const a of r.answers) {
    responses[String(a.status)] = {
      description: a.description,
      ...(a.status === 204 ? {} : { content: { [a.type ?? 'application/json']: { schema: a.schema ?? z.unknown() } } }),
    };
  }
  for (const code of new Set([...(r.errors ?? []), 'invalid', 'malformed'] as const)) {
    responses[String(statusOf(code))] ??= {
      description: code,
      content: { 'application/problem+json': { schema: problemSchema } },
    };
  }
  return {
    method: r.method,
    path: r.path,
    tags: [r.tag],
    summary: r.summary,
    ...(r.description ? { description: r.description } : {}),
    security: securityOf(r.auth),
    request: {
      ...(r.params ? { params: r.params as never } : {}),
      ...(r.query ? { query: r.query as never } : {}),
      ...(r.body
        ? {
            body: {
              required: true,
              content: { 'application/json': { schema: r.body, ...(r.example ? { example: r.example } : {}) } },
            },
          }
        : {}),
    },
    responses,
    'x-avow-auth': r.auth,
  } as RouteConfig;
}

function securityOf(auth: Auth): Record<string, string[]>[] {
  switch (auth.kind) {
    case 'scope':
      return [{ secretKey: [auth.scope] }];
    case 'site_or_scope':
      return [{}, { secretKey: [auth.scope] }];
    case 'subject':
      return [{ subjectToken: [] }];
    case 'source':
      return [{ writeKey: [] }];
    case 'staff':
      return [{ session: [...auth.roles] }];
    default:
      return [{}];
  }
}
