import * as z from 'zod';
import { type Dataset, rfc3339, type Wire } from '../platform';
import { type Masking, maskedBy, maskings } from './masking';
import type { RightsSystem, SystemOutcome, SystemSubject } from './system';

/** A connection to a foreign SQL database (PostgreSQL's dialect). Rows are plain objects; parameters are `$1`, `$2`, …. */
export interface SqlClient {
  query(text: string, params: readonly (string | number | null)[]): Promise<Record<string, unknown>[]>;
  /** All of it or nothing. */
  transaction<T>(work: (client: SqlClient) => Promise<T>): Promise<T>;
}

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/, 'must be a plain name of a table or column');
const category = z.string().regex(/^user(\.[a-z0-9_]+)*$/, 'must be a fideslang data category');

const table = z.strictObject({
  name,
  /** Primary key. */
  key: name,
  /** Identifier type → column by which a person is found. */
  identities: z.partialRecord(z.enum(['email', 'phone', 'customer', 'external']), name).default({}),
  /** Columns that point at another table's key; its rows lead to these. */
  references: z.array(z.strictObject({ column: name, table: name })).default([]),
  columns: z.record(name, z.strictObject({ category, mask: z.enum(maskings).optional() })),
  /** `delete` the rows, `mask` their columns, or `keep` them, with ground and until when. */
  erase: z.enum(['delete', 'mask', 'keep']),
  ground: z.string().max(300).optional(),
  until: z.iso.date().nullable().default(null),
});

/** A foreign database as it is declared: tables in any order. */
export const datasetSchema = z
  .strictObject({ name: z.string().regex(/^[a-z][a-z0-9_]{0,40}$/), tables: z.array(table).min(1) })
  .superRefine((d, c) => {
    const names = new Set(d.tables.map((t) => t.name));
    const wrong = (path: (string | number)[], message: string) => c.addIssue({ code: 'custom', path, message });
    d.tables.forEach((t, i) => {
      t.references.forEach((r, j) => {
        if (!names.has(r.table)) wrong(['tables', i, 'references', j], `there is no table ${r.table}`);
      });
      if (Object.keys(t.identities).length === 0 && t.references.length === 0)
        wrong(['tables', i], 'nothing leads to the rows of this table');
      if (t.erase === 'keep' && !t.ground) wrong(['tables', i, 'ground'], 'what is kept needs a ground');
      if (t.erase === 'mask' && !Object.values(t.columns).some((x) => x.mask && x.mask !== 'preserve'))
        wrong(['tables', i, 'columns'], 'says mask and masks nothing');
    });
    if (names.size === d.tables.length && !inOrder(d.tables)) wrong(['tables'], 'the references go round in a circle');
    if (names.size < d.tables.length) wrong(['tables'], 'a table is declared twice');
  });

export type SqlDataset = z.infer<typeof datasetSchema>;
type Table = SqlDataset['tables'][number];

/** Parents before those that point at them; undefined for a circle. */
function inOrder(tables: readonly Table[]): Table[] | undefined {
  const left = [...tables];
  const done: Table[] = [];
  while (left.length > 0) {
    const ready = left.findIndex((t) =>
      t.references.every((r) => r.table === t.name || done.some((d) => d.name === r.table)),
    );
    if (ready < 0) return undefined;
    done.push(...left.splice(ready, 1));
  }
  return done;
}

const quoted = (identifier: string): string => `"${identifier}"`;
/** At most so many keys in one statement. */
const CHUNK = 500;

type Found = Map<string, { table: Table; rows: Map<string, Record<string, unknown>> }>;

/** A foreign database as a system of rights requests: found by identifiers, walked by references, erased children first. */
export function sqlSystem(client: SqlClient, dataset: SqlDataset): RightsSystem {
  const ordered = inOrder(dataset.tables)!;
  return {
    name: dataset.name,
    collect: async (subject) => {
      const found = await walk(client, ordered, subject);
      return [...found.values()].map(({ table: t, rows }) => datasetOf(dataset.name, t, [...rows.values()]));
    },
    erase: (subject) =>
      client.transaction(async (tx) => {
        const found = await walk(tx, ordered, subject);
        const outcome: SystemOutcome = { outcome: 'not_found', deleted: 0, retained: [] };
        const retained: SystemOutcome['retained'][number][] = [];
        for (const t of [...ordered].reverse()) {
          const keys = [...(found.get(t.name)?.rows.keys() ?? [])];
          if (keys.length === 0) continue;
          outcome.outcome = 'done';
          if (t.erase === 'keep')
            retained.push({
              what: `${keys.length} rows of ${dataset.name}.${t.name}`,
              ground: t.ground!,
              until: t.until,
            });
          else outcome.deleted += await eraseRows(tx, t, keys);
        }
        return { ...outcome, retained };
      }),
  };
}

/** Everything that the identifiers lead to, table by table, parents first. */
async function walk(client: SqlClient, ordered: readonly Table[], subject: SystemSubject): Promise<Found> {
  const found: Found = new Map();
  for (const t of ordered) {
    const rows = new Map<string, Record<string, unknown>>();
    const take = (more: Record<string, unknown>[]) => {
      for (const row of more) rows.set(String(row[t.key]), row);
    };
    for (const [type, column] of Object.entries(t.identities))
      for (const { id } of subject.identifiers.filter((i) => i.type === type))
        take(await client.query(`select ${columnsOf(t)} from ${quoted(t.name)} where ${matches(type, column)}`, [id]));
    for (const r of t.references)
      for (const keys of chunks([...(found.get(r.table)?.rows.keys() ?? [])]))
        take(await client.query(`select ${columnsOf(t)} from ${quoted(t.name)} where ${among(r.column, keys)}`, keys));
    found.set(t.name, { table: t, rows });
  }
  return found;
}

const columnsOf = (t: Table): string =>
  [...new Set([t.key, ...t.references.map((r) => r.column), ...Object.keys(t.columns)])].map(quoted).join(', ');

/** Addresses are compared as we compare them: without letter case. */
const matches = (type: string, column: string): string =>
  type === 'email' ? `lower(${quoted(column)}) = lower($1)` : `${quoted(column)} = $1`;

const among = (column: string, keys: readonly unknown[]): string =>
  `${quoted(column)}::text in (${keys.map((_, i) => `$${i + 1}`).join(', ')})`;

const chunks = (keys: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(keys.length / CHUNK) }, (_, i) => keys.slice(i * CHUNK, (i + 1) * CHUNK));

/** Deletes or masks, then reads back: what is still there as it was makes the whole transaction fail. */
async function eraseRows(client: SqlClient, t: Table, keys: readonly string[]): Promise<number> {
  for (const some of chunks(keys)) {
    const where = among(t.key, some);
    if (t.erase === 'delete') {
      await client.query(`delete from ${quoted(t.name)} where ${where}`, some);
      const left = await client.query(`select count(*)::int as n from ${quoted(t.name)} where ${where}`, some);
      if (Number(left[0]?.n) !== 0) throw new Error(`${t.name}: rows are still there after they were deleted`);
    } else await maskRows(client, t, some);
  }
  return keys.length;
}

async function maskRows(client: SqlClient, t: Table, keys: readonly string[]): Promise<void> {
  const masked = Object.entries(t.columns).flatMap(([column, { mask }]) =>
    mask && mask !== 'preserve' ? [[column, mask] as [string, Exclude<Masking, 'preserve'>]] : [],
  );
  for (const key of keys) {
    const [row] = await client.query(
      `select ${columnsOf(t)} from ${quoted(t.name)} where ${quoted(t.key)}::text = $1`,
      [key],
    );
    if (!row) continue;
    const values = masked.map(([column, mask]) => maskedBy(mask, row[column]));
    const sets = masked.map(([column], i) => `${quoted(column)} = $${i + 2}`).join(', ');
    await client.query(`update ${quoted(t.name)} set ${sets} where ${quoted(t.key)}::text = $1`, [key, ...values]);
    const [after] = await client.query(
      `select ${columnsOf(t)} from ${quoted(t.name)} where ${quoted(t.key)}::text = $1`,
      [key],
    );
    const same = masked.filter(([column], i) => (after?.[column] ?? null) !== values[i]);
    if (same.length > 0) throw new Error(`${t.name}.${same[0]![0]}: the masked value was not taken`);
  }
}

const datasetOf = (system: string, t: Table, rows: readonly Record<string, unknown>[]): Dataset => ({
  name: `${system}_${t.name}`,
  title: `${t.name} (${system})`,
  rows: rows.map((row) => Object.fromEntries(Object.keys(t.columns).map((c) => [c, wireOf(row[c])]))),
});

const wireOf = (value: unknown): Wire => {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return rfc3339(value.getTime());
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
};
