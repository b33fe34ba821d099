import * as z from 'zod';
import type { Rulebook } from '../consent';
import { json, type Routes, route, schemas } from '../http';
import { base64url, type CallContext, need, Refusal, rfc3339, sha256 } from '../platform';
import { add, type Importing, importBatch } from './import';
import type { Counts, ImportJob } from './import-store';
import { fromTemplate, TEMPLATES } from './known-mappings';
import { MAX_ROWS, type Row, TableReader } from './lines';
import { checkMapping, type Mapping, mappingOf } from './mapping';
import type { CollectPorts } from './routes.ports';
import { textOf } from './text';

const label = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be small letters, digits, _ and -');

const query = z.object({
  mapping: z.string().min(1).max(64),
  source: label,
  unit: schemas.slug,
  format: z.enum(['csv', 'ndjson']).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  dry_run: z.enum(['true', 'false']).default('false'),
  /** Goes on with an import that was cut off. */
  import: z.string().max(64).optional(),
  /** For the known exports: whose choice the file holds, and what proves it. */
  purpose: schemas.slug.optional(),
  how: z.string().min(1).max(400).optional(),
  wording: z.string().min(1).max(4000).optional(),
  by: z.string().min(1).max(200).optional(),
});
type Query = z.infer<typeof query>;

const auth = { kind: 'scope', scope: 'people' } as const;
const tag = 'The gates';

export const importRoutes = (ports: CollectPorts): Routes => [postImport(ports), getImport(ports), listImports(ports)];

const postImport = (ports: CollectPorts) =>
  route({
    method: 'post',
    path: '/v1/imports',
    tag,
    summary: 'Import a file: CSV or NDJSON, packed with gzip or not',
    description: `The body is the file. \`mapping\` names a definition of yours (\`/v1/mappings\`) or a known export (${Object.keys(TEMPLATES).join(', ')}). Every row is decided like any other write; a yes needs evidence and is marked as reported; a no in our records stands. \`dry_run=true\` says what would happen. An import that was cut off goes on with \`import=<id>\` and the same file.`,
    auth,
    raw: true,
    query,
    answers: [{ status: 200, description: 'Sums of what happened, or would' }],
    errors: ['not_found', 'undeclared_attribute', 'malformed', 'too_large', 'conflict'],
    handler: async ({ c, query: q, context }) => {
      const { book } = await ports.snapshot();
      const mapping = mappingFor(book, q);
      checkMapping(book, mapping);
      if (!Object.hasOwn(book.units, q.unit))
        throw new Refusal('invalid', 'there is no such unit', [
          { path: '/query/unit', message: 'is not a unit of ours' },
        ]);
      const quiet = context({ command: undefined, fingerprint: undefined });
      const job = await runImport(ports, book, q, mapping, c.req.raw, quiet);
      return json(view(job));
    },
  });

function mappingFor(book: Rulebook, q: Query): Mapping {
  const given = { how: q.how, wording: q.wording, by: q.by };
  const evidence = Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined));
  const own = mappingOf(book, q.mapping);
  if (own) return { ...own, evidence: { ...own.evidence, ...evidence } };
  const known = fromTemplate(q.mapping, { purpose: q.purpose, evidence });
  if (known) return known;
  throw new Refusal('not_found', `there is no mapping ${q.mapping}`, [
    { path: '/query/mapping', message: 'is neither a mapping of yours nor a known export' },
  ]);
}

/** Rows whose persons are looked up at once. */
const BATCH = 200;
/** The books are brought up to date after so many rows. */
const NOTE_EVERY = 2000;

async function runImport(
  ports: CollectPorts,
  book: Rulebook,
  q: Query,
  mapping: Mapping,
  request: Request,
  context: CallContext,
): Promise<ImportJob> {
  const run = new Run(ports, book, q, mapping, context);
  try {
    await run.read(request);
    return await run.end(null);
  } catch (e) {
    if (e instanceof Refusal && run.begun) await run.end(e.message);
    throw e;
  }
}

/** One import while its file is read. */
class Run {
  private readonly waiting: Row[] = [];
  private rows = 0;
  private skip = 0;
  private noted = 0;
  private counts: Counts = {};
  private id = '';
  private head: string | undefined;

  constructor(
    private readonly ports: CollectPorts,
    private readonly book: Rulebook,
    private readonly q: Query,
    private readonly mapping: Mapping,
    private readonly context: CallContext,
  ) {}

  get begun(): boolean {
    return this.id !== '';
  }

  async read(request: Request): Promise<void> {
    const table = new TableReader(formatOf(this.q, request), (head) => {
      this.head = head;
    });
    for await (const text of textOf(request)) await this.take(table.push(text));
    await this.take(table.end());
    await this.flush();
  }

  private async take(rows: readonly Row[]): Promise<void> {
    if (!this.begun && this.head !== undefined) await this.begin(this.head);
    for (const row of rows) {
      if (this.skip > 0) {
        this.skip--;
        continue;
      }
      if (this.rows + this.waiting.length >= MAX_ROWS)
        throw new Refusal('too_large', `a file may have at most ${MAX_ROWS} rows`);
      this.waiting.push(row);
      if (this.waiting.length >= BATCH) await this.flush();
    }
  }

  private async begin(head: string): Promise<void> {
    const { q } = this;
    const asked = { id: q.import, mapping: q.mapping, source: q.source, unit: q.unit, dry_run: q.dry_run === 'true' };
    const input = { ...asked, head: base64url(sha256(head).subarray(0, 16)) };
    const job = need(await this.ports.registry.run('import.begin', input, this.context));
    this.id = job.id;
    this.rows = job.rows;
    this.noted = job.rows;
    this.skip = job.rows;
    this.counts = { ...job.counts };
  }

  private async flush(): Promise<void> {
    const rows = this.waiting.splice(0);
    if (rows.length === 0) return;
    const { q, mapping, context } = this;
    const importing: Importing = {
      id: this.id,
      source: q.source,
      unit: q.unit,
      country: q.country,
      mapping,
      dry: q.dry_run === 'true',
      context,
    };
    add(this.counts, await importBatch(this.ports, this.book, importing, rows));
    this.rows += rows.length;
    refuseWrongFile(this.counts, this.rows);
    if (this.rows - this.noted < NOTE_EVERY) return;
    this.noted = this.rows;
    const progress = { id: this.id, rows: this.rows, counts: this.counts };
    need(await this.ports.registry.run('import.progress', progress, context));
  }

  async end(error: string | null): Promise<ImportJob> {
    if (!this.begun)
      throw new Refusal('malformed', 'the file is empty', [{ path: '/body', message: 'has no header and no rows' }]);
    const end = { id: this.id, rows: this.rows, counts: this.counts, error };
    need(await this.ports.registry.run('import.end', end, this.context));
    return need(await this.ports.registry.run('import.get', { id: this.id }, this.context))!;
  }
}

/** Most rows name nobody: a mapping that doesn't fit is an error of the caller, not half a million rows in quarantine. */
function refuseWrongFile(counts: Counts, rows: number): void {
  const ENOUGH = 1000;
  const bad = counts.rows_quarantined ?? 0;
  if (bad > ENOUGH && bad * 2 > rows)
    throw new Refusal('invalid', `${bad} of ${rows} rows can not be used: is this the mapping for this file?`, [
      { path: '/query/mapping', message: 'does not fit this file' },
    ]);
}

function formatOf(q: Query, request: Request): 'csv' | 'ndjson' {
  if (q.format) return q.format;
  return /ndjson|jsonl/.test(request.headers.get('content-type') ?? '') ? 'ndjson' : 'csv';
}

const view = (job: ImportJob) => ({
  id: job.id,
  mapping: job.mapping,
  source: job.source,
  unit: job.unit,
  dry_run: job.dry_run === 1,
  status: job.status,
  rows: job.rows,
  counts: job.counts,
  error: job.error,
  started_at: rfc3339(job.started_at),
  updated_at: rfc3339(job.updated_at),
});

const getImport = (ports: CollectPorts) =>
  route({
    method: 'get',
    path: '/v1/imports/{id}',
    tag,
    summary: 'How far an import is, and what came of it',
    auth,
    params: z.object({ id: z.string().max(64) }),
    answers: [{ status: 200, description: 'Rows and sums' }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const job = need(await ports.registry.run('import.get', { id: params.id }, context()));
      if (!job) throw new Refusal('not_found', 'there is no such import');
      return json(view(job));
    },
  });

const listImports = (ports: CollectPorts) =>
  route({
    method: 'get',
    path: '/v1/imports',
    tag,
    summary: 'The newest imports',
    auth,
    query: z.object({ limit: schemas.limit }),
    answers: [{ status: 200, description: 'Newest first' }],
    handler: async ({ query: { limit }, context }) =>
      json({ data: need(await ports.registry.run('import.list', { limit }, context())).map(view) }),
  });
