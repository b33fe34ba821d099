import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORIGIN, openServer, type TestServer, visitorId } from '../platform/server';

/**
 * Every route of the OpenAPI document is called with what its schema allows, what it nearly allows, and rubbish. Nothing
 * may end in a 5xx, and every answer must be one that the document declares.
 */
const CALLS = 2000;

type Schema = Record<string, unknown> & { type?: string | string[] };
type Operation = {
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema; example?: unknown }> };
  responses: Record<string, unknown>;
  'x-avow-auth': { kind: string };
};
type Doc = { paths: Record<string, Record<string, Operation>>; components?: { schemas?: Record<string, Schema> } };

/** Strings that break things elsewhere. */
const EVIL = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '__proto__',
  'constructor',
  'toString',
  "' or 1=1 --",
  '../../etc/passwd',
  '%00',
  '%ff',
  '💥'.repeat(50),
  'x'.repeat(5000),
  '-1',
  '1e999',
  'null',
  '2026-13-45T99:99:99Z',
  '\u202egnp.exe',
  '<script>alert(1)</script>',
  '{{7*7}}',
];
const evil = fc.constantFrom(...EVIL);
const rubbish: fc.Arbitrary<unknown> = fc.oneof(
  evil,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, [], {}, 0, -1, 1e308, true),
);

/** Values of a JSON schema, now and then near misses. */
function anyOf(schema: Schema | undefined, doc: Doc, depth = 0): fc.Arbitrary<unknown> {
  if (!schema || depth > 6) return rubbish;
  if (typeof schema.$ref === 'string')
    return anyOf(doc.components?.schemas?.[schema.$ref.split('/').at(-1)!], doc, depth + 1);
  return fc.oneof({ weight: 12, arbitrary: right(schema, doc, depth) }, { weight: 1, arbitrary: rubbish });
}

function right(schema: Schema, doc: Doc, depth: number): fc.Arbitrary<unknown> {
  const options = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (options) return fc.oneof(...options.map((s) => anyOf(s, doc, depth + 1)));
  if (Array.isArray(schema.allOf)) return anyOf(schema.allOf[0] as Schema, doc, depth + 1);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') return objectOf(schema, doc, depth);
  if (type === 'array') return fc.array(anyOf(schema.items as Schema, doc, depth + 1), { maxLength: 3 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') return numberOf(schema);
  return type === 'string' ? stringOf(schema) : rubbish;
}

function numberOf(s: Schema): fc.Arbitrary<number> {
  const min = Math.ceil(Math.max(-1e9, Number(s.minimum ?? 0)));
  const max = Math.floor(Math.min(1e9, Number(s.maximum ?? min + 100)));
  return fc.oneof(fc.integer({ min, max: Math.max(min, max) }), fc.constantFrom(0, -1, 1.5, 2 ** 53));
}

function stringOf(s: Schema): fc.Arbitrary<unknown> {
  if (typeof s.pattern === 'string') {
    try {
      return fc.oneof(
        { weight: 3, arbitrary: fc.stringMatching(new RegExp(s.pattern)) },
        { weight: 1, arbitrary: evil },
      );
    } catch {
      return evil;
    }
  }
  if (s.format === 'date-time')
    return fc.constantFrom('2026-01-05T10:00:00Z', '2999-01-01T00:00:00Z', '2026-02-30T00:00:00Z');
  if (s.format === 'uri' || s.format === 'url')
    return fc.constantFrom('https://x.example/y', 'javascript:alert(1)', 'http://[::1]/');
  return fc.oneof(fc.string({ maxLength: 20 }), evil, fc.constantFrom(...KNOWN));
}

function objectOf(schema: Schema, doc: Doc, depth: number): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = new Set((schema.required ?? []) as string[]);
  const own = Object.entries(properties).map(([name, s]): [string, fc.Arbitrary<unknown>] => [
    name,
    required.has(name) ? anyOf(s, doc, depth + 1) : fc.option(anyOf(s, doc, depth + 1), { nil: undefined }),
  ]);
  const record = fc.record(Object.fromEntries(own));
  const more = typeof schema.additionalProperties === 'object' ? (schema.additionalProperties as Schema) : undefined;
  if (!more) return record;
  const key = fc.oneof(fc.constantFrom('analytics', 'ads', 'en', 'de'), evil);
  return fc
    .tuple(record, fc.dictionary(key, anyOf(more, doc, depth + 1), { maxKeys: 3 }))
    .map(([a, b]) => ({ ...a, ...b }));
}

/** Values that lead somewhere, so that not every call ends at the first check. */
const KNOWN: string[] = ['analytics', 'ads', 'main', 'en', 'shop', 'jane@customers.example', 'shop~1001'];

describe('fuzz over all routes', () => {
  let server: TestServer;
  let doc: Doc;
  let token = '';
  beforeAll(async () => {
    server = await openServer({ vaults: 2, env: { AVOW_TRUSTED_PROXIES: '1' } });
    const site = await server.shop();
    doc = (await server.request('GET', '/openapi.json')).body as unknown as Doc;
    const visitor = visitorId('fuzz');
    const made = await server.page('/v1/consents', {
      site,
      visitor,
      notice: { id: 'main', version: 1, language: 'en' },
      choices: { analytics: 'granted' },
      method: 'custom',
    });
    token = String(made.body.subject_token);
    KNOWN.push(site, visitor, String(made.body.person), String(made.body.record), token);
  });
  afterAll(() => server.close());

  const operations = (): { method: string; path: string; op: Operation }[] =>
    Object.entries(doc.paths).flatMap(([path, ops]) =>
      Object.entries(ops).map(([method, op]) => ({ method, path, op })),
    );

  type Call = {
    method: string;
    path: string;
    op: Operation;
    url: string;
    body?: string;
    headers: Record<string, string>;
  };
  const credential = fc.constantFrom('right', 'right', 'right', 'right', 'none', 'rubbish');

  const callOf = ({ method, path, op }: ReturnType<typeof operations>[number]): fc.Arbitrary<Call> => {
    const parameters = op.parameters ?? [];
    const values = fc.record(
      Object.fromEntries(
        parameters
          .filter((p) => p.in !== 'header')
          .map((p) => [
            `${p.in}:${p.name}`,
            p.required
              ? fc.oneof(anyOf(p.schema, doc), fc.constantFrom(...KNOWN))
              : fc.option(anyOf(p.schema, doc), { nil: undefined }),
          ]),
      ),
    );
    const content = Object.values(op.requestBody?.content ?? {})[0];
    const body = fc.oneof(
      { weight: 10, arbitrary: anyOf(content?.schema, doc).map((v) => JSON.stringify(v)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', '{', '[]', '"\\ud800"', '{"__proto__":{}}', '[[[['.repeat(5000), 'x=1&y=2'),
      },
      ...(content?.example === undefined
        ? []
        : [{ weight: 4, arbitrary: fc.constant(JSON.stringify(content.example)) }]),
    );
    return fc.tuple(values, body, credential, fc.boolean()).map(([v, text, who, retry]) => ({
      method: method.toUpperCase(),
      path,
      op,
      url: urlOf(path, v as Record<string, unknown>),
      body: method === 'get' || method === 'delete' ? undefined : text,
      headers: headersOf(op, who, retry),
    }));
  };

  let callers = 0;
  function headersOf(op: Operation, who: string, retry: boolean): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-forwarded-for': `10.${(callers >> 8) & 255}.${callers++ & 255}.1`,
      ...(retry ? { 'idempotency-key': `"f${callers % 7}"`, 'consent-revision-at-least': 'rv1_MC4xLjA' } : {}),
    };
    const { kind } = op['x-avow-auth'] ?? { kind: 'public' };
    if (kind.startsWith('site')) headers.origin = ORIGIN;
    if (who === 'rubbish') headers.authorization = 'Bearer sk_rubbish';
    if (who === 'right' && (kind === 'scope' || kind === 'site_or_scope')) headers.authorization = `Bearer ${secret}`;
    if (who === 'right' && kind === 'subject') headers.authorization = `Bearer ${token}`;
    return headers;
  }
  let secret = '';

  it(`${CALLS} calls find no 5xx, and every answer is one that the document declares`, async () => {
    secret = await server.client('fuzz');
    const any = fc.oneof(...operations().map(callOf));
    const wrong = new Map<string, string>();
    const answers = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(any, async (call) => {
        const answer = await server.request(call.method, call.url, call.body, call.headers);
        answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
        const name = `${call.method} ${call.path} → ${answer.status} ${String(answer.body.code ?? '')}`;
        const declared = String(answer.status) in call.op.responses || !isTheRoute(call);
        if (!declared || (answer.status >= 500 && answer.status !== 503))
          wrong.set(name, `${call.url.slice(0, 90)} ${call.body?.slice(0, 160)}`);
        if (answer.status >= 400 && answer.headers.get('content-type') !== 'application/problem+json')
          wrong.set(`${name}: no problem+json`, answer.text.slice(0, 200));
      }),
      { numRuns: CALLS, interruptAfterTimeLimit: 38_000, seed: Number(process.env.AVOW_FUZZ_SEED ?? 20_261_122) },
    );
    expect(Object.fromEntries(wrong)).toEqual({});
    // The fuzz is worth something only if it gets past the door.
    expect([...answers.keys()]).toEqual(expect.arrayContaining([200, 401, 422]));
  }, 60_000);

  /** A parameter with a slash or nothing in it leads to another route, or to none. */
  const isTheRoute = (call: Call): boolean => !/\/(\/|\?|$)/.test(call.url);

  it('control: the same look finds a status that is not declared', () => {
    const { op } = operations().find((o) => o.path === '/livez')!;
    expect('418' in op.responses).toBe(false);
    expect('200' in op.responses).toBe(true);
  });
});

function urlOf(path: string, values: Record<string, unknown>): string {
  const text = (v: unknown) => (typeof v === 'string' ? v : (JSON.stringify(v) ?? ''));
  const safe = (v: unknown) => encodeURIComponent(text(v).toWellFormed());
  const filled = path.replaceAll(/\{([a-z_]+)\}/gi, (_, name: string) => safe(values[`path:${name}`]));
  const query = Object.entries(values)
    .filter(([k, v]) => k.startsWith('query:') && v !== undefined)
    .map(([k, v]) => `${k.slice(6)}=${safe(v)}`);
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}
