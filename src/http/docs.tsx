import { html } from './page';

type Operation = {
  tags?: string[];
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  requestBody?: { content?: Record<string, { example?: unknown; schema?: unknown }> };
  parameters?: { name: string; in: string; required?: boolean; schema?: { type?: string } }[];
  responses?: Record<string, { description?: string }>;
  'x-avow-auth'?: { kind: string; scope?: string; because?: string; roles?: string[] };
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The API's documentation as one page of our own: no script, no foreign host. */
export function docsPage(document: Record<string, unknown>): Response {
  const paths = (document.paths ?? {}) as Record<string, Record<string, Operation>>;
  const all = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((m) => item[m]).map((method) => ({ path, method, op: item[method]! })),
  );
  const tags = [...new Set(all.map((o) => o.op.tags?.[0] ?? 'Other'))];
  return html(
    'Avow: the HTTP surface',
    <div class="wide">
      <p>
        The machine-readable document is <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). Errors are RFC 9457
        problems with a stable <code>code</code> and everything that is wrong at once.
      </p>
      {tags.map((tag) => (
        <section>
          <h2>{tag}</h2>
          {all
            .filter((o) => (o.op.tags?.[0] ?? 'Other') === tag)
            .map((o) => (
              <OperationView {...o} />
            ))}
        </section>
      ))}
    </div>,
  );
}

function OperationView({ path, method, op }: { path: string; method: string; op: Operation }) {
  const body = op.requestBody?.content?.['application/json'];
  return (
    <details>
      <summary>
        <span class="method">{method}</span> <code>{path}</code> — {op.summary}
      </summary>
      {op.description ? <p>{op.description}</p> : null}
      <p>Who may call: {whoMay(op)}</p>
      {op.parameters?.length ? (
        <p>
          Parameters:{' '}
          {op.parameters.map((p) => (
            <>
              <code>{p.name}</code> ({p.in}
              {p.required ? ', required' : ''}){' '}
            </>
          ))}
        </p>
      ) : null}
      {body?.example ? <pre>{exampleOf(path, method, body.example, op)}</pre> : null}
      {body?.schema ? (
        <details>
          <summary>Body schema</summary>
          <pre>{JSON.stringify(body.schema, null, 2)}</pre>
        </details>
      ) : null}
      <table>
        {Object.entries(op.responses ?? {}).map(([status, r]) => (
          <tr>
            <td>{status}</td>
            <td>{r.description}</td>
          </tr>
        ))}
      </table>
    </details>
  );
}

function whoMay(op: Operation): string {
  const auth = op['x-avow-auth'];
  if (!auth) return '';
  if (auth.kind === 'public') return `anybody (${auth.because})`;
  if (auth.kind === 'scope') return `a secret key with the scope ${auth.scope}`;
  if (auth.kind === 'site_or_scope') return `a page with a site key, or a secret key with the scope ${auth.scope}`;
  if (auth.kind === 'staff') return `staff signed in as ${auth.roles?.join(', ')}`;
  return (
    {
      site: 'a page with a site key',
      subject: 'a visitor with their subject token',
      source: 'a source with its write key',
    }[auth.kind] ?? auth.kind
  );
}

const exampleOf = (path: string, method: string, example: unknown, op: Operation): string => {
  const key = op['x-avow-auth']?.scope ? ` \\\n  -H "Authorization: Bearer $AVOW_KEY"` : '';
  return `curl -X ${method.toUpperCase()} "$AVOW_URL${path}"${key} \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(example)}'`;
};
