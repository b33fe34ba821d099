import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { toJSONSchema, type ZodType } from 'zod';
import type { Auth, ErrorCode } from '../platform';
import { statusOf } from './problem';
import type { Routes } from './route';
import { problemSchema } from './schemas';

type SchemaObject = Record<string, unknown>;

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

type Responses = RouteConfig['responses'];

/** The JSON Schema of what may be sent (draft 2020-12, as OpenAPI 3.1 takes it). */
const schemaOf = (schema: ZodType): SchemaObject => {
  const { $schema, ...rest } = toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as SchemaObject;
};

/** What any route of this kind may answer, whatever its handler does. */
function usualErrors({ auth, body, raw }: Routes[number]): ErrorCode[] {
  const codes: ErrorCode[] = ['invalid', 'malformed', 'unavailable'];
  if (auth.kind !== 'public') codes.push('unauthenticated', 'forbidden');
  if (body || raw) codes.push('too_large');
  return codes;
}

function configOf(r: Routes[number]): RouteConfig {
  return {
    method: r.method,
    path: r.path,
    tags: [r.tag],
    summary: r.summary,
    ...(r.description ? { description: r.description } : {}),
    security: securityOf(r.auth),
    parameters: [...parametersOf(r.params, 'path'), ...parametersOf(r.query, 'query')],
    ...(r.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(r.body), ...(r.example ? { example: r.example } : {}) } },
          },
        }
      : {}),
    responses: responsesOf(r),
    'x-avow-auth': r.auth,
  } as unknown as RouteConfig;
}

function responsesOf(r: Routes[number]): Responses {
  const responses: Responses = {};
  for (const a of r.answers) {
    const content = { [a.type ?? 'application/json']: { schema: a.schema ? schemaOf(a.schema) : {} } };
    responses[String(a.status)] = {
      description: a.description,
      ...(a.status === 204 || a.status === 304 ? {} : { content }),
    };
  }
  for (const code of new Set([...(r.errors ?? []), ...usualErrors(r)])) {
    responses[String(statusOf(code))] ??= {
      description: code,
      content: { 'application/problem+json': { schema: schemaOf(problemSchema) } },
    };
  }
  return responses;
}

type Parameter = { name: string; in: 'path' | 'query'; required: boolean; schema: unknown };

function parametersOf(schema: ZodType | undefined, where: 'path' | 'query'): Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema) as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, s]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: s,
  }));
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
