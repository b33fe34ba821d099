import * as z from 'zod';
import { json, type Routes, route, schemas } from '../http';
import { askAll, type CallContext, everyVault, isObject, need, pageOver, Refusal, rfc3339 } from '../platform';
import { COST_KINDS } from './cost-store';
import { addQuality, type FieldQuality, share, unusedFields } from './quality';
import { needOne } from './quality-operations';
import type { PeoplePorts } from './routes.ports';

const tag = 'Data quality';
const auth = { kind: 'scope', scope: 'people' } as const;

export const qualityRoutes = (ports: PeoplePorts): Routes => [
  quality(ports),
  unused(ports),
  listed(ports, '/v1/quarantine', 'quarantine.page', 'Values and rows that were not good enough to be stored'),
  discard(ports),
  listed(ports, '/v1/duplicates', 'duplicate.page', 'Pairs of persons who may be one'),
  reject(ports),
  postCost(ports),
  getCosts(ports),
];

/** So many persons at once, so that a vault's turn stays short. */
const PAGE = 100;

const quality = (ports: PeoplePorts) =>
  route({
    method: 'get',
    path: '/v1/quality',
    tag,
    summary: 'Completeness, validity, timeliness and consistency of every field',
    description: 'Shares between 0 and 1, null where nobody was looked at. Reads everybody, page by page.',
    auth,
    answers: [{ status: 200, description: 'Per field, with the unit that answers for it' }],
    handler: async ({ context }) => {
      const parts = await Promise.all(everyVault(ports.vaults).map((_, i) => qualityIn(ports, i, context())));
      return json({ data: addQuality(parts.flat()).map(shares) });
    },
  });

async function qualityIn(ports: PeoplePorts, vault: number, context: CallContext): Promise<FieldQuality[]> {
  let sums: FieldQuality[] = [];
  let after: string | null = '';
  while (after !== null) {
    const page: { sums: FieldQuality[]; after: string | null } = need(
      await ports.vaults.at(vault).run('quality.page', { after, limit: PAGE }, context),
    );
    sums = addQuality([...sums, ...page.sums]);
    after = page.after;
  }
  return sums;
}

const shares = (q: FieldQuality) => ({
  ...q,
  completeness: share(q.present, q.persons),
  validity: share(q.present - q.invalid, q.present),
  timeliness: share(q.present - q.stale, q.present),
  consistency: share(q.present - q.inconsistent, q.present),
});

const unused = (ports: PeoplePorts) =>
  route({
    method: 'get',
    path: '/v1/quality/unused',
    tag,
    summary: 'What is kept for a purpose and was not read for it in 90 days',
    auth,
    answers: [{ status: 200, description: 'Fields and purposes, proposed for deletion' }],
    handler: async ({ context, now }) => {
      const { values } = await askAll(ports.vaults, 'quality.use', {}, context());
      const all = unusedFields(
        sumBy(values.flatMap((v) => v.counts)),
        oldest(values.flatMap((v) => v.since)),
        newest(values.flatMap((v) => v.uses)),
        now,
      );
      const iso = (at: number | null) => (at === null ? null : rfc3339(at));
      return json({
        data: all.map((u) => ({ ...u, last_read: iso(u.last_read), stored_since: iso(u.stored_since) })),
      });
    },
  });

type Named = { field: string; purpose: string };

/** One row per field and purpose, folded. */
function fold<T extends Named>(rows: readonly T[], join: (a: T, b: T) => T): T[] {
  const all = new Map<string, T>();
  for (const row of rows) {
    const key = `${row.field}|${row.purpose}`;
    const known = all.get(key);
    all.set(key, known ? join(known, row) : row);
  }
  return [...all.values()];
}

const sumBy = <T extends Named & { persons: number }>(rows: readonly T[]) =>
  fold(rows, (a, b) => ({ ...a, persons: a.persons + b.persons }));
const oldest = <T extends Named & { since: number }>(rows: readonly T[]) =>
  fold(rows, (a, b) => (a.since <= b.since ? a : b));
const newest = <T extends Named & { last_at: number }>(rows: readonly T[]) =>
  fold(rows, (a, b) => (a.last_at >= b.last_at ? a : b));

const cursorOf = (text: string | undefined): { vault: number; after: string } | undefined => {
  const m = /^(\d{1,5})\.([a-z0-9_]{0,80})$/.exec(text ?? '');
  return m ? { vault: Number(m[1]), after: m[2]! } : undefined;
};

const listed = (ports: PeoplePorts, path: string, op: 'quarantine.page' | 'duplicate.page', summary: string) =>
  route({
    method: 'get',
    path,
    tag,
    summary,
    description: 'Reasons and pseudonyms; values stay sealed.',
    auth,
    query: z.object({ cursor: schemas.cursor, limit: schemas.limit }),
    answers: [{ status: 200, description: 'A page, and the cursor of the next' }],
    handler: async ({ query, context }) => {
      const page = await pageOver(
        ports.vaults.count,
        cursorOf(query.cursor),
        query.limit,
        async (vault, after, limit) => {
          const { rows } = need(await ports.vaults.at(vault).run(op, { after, limit }, context()));
          return { items: rows.map(dated), after: rows.length < limit ? null : rows.at(-1)!.id };
        },
      );
      return json({ data: page.items, cursor: page.cursor && `${page.cursor.vault}.${page.cursor.after}` });
    },
  });

/** Times in words, reasons as a list. */
const dated = (row: { id: string; at: number; reasons?: string; expires_at?: number }) => ({
  ...row,
  at: rfc3339(row.at),
  ...(row.expires_at === undefined ? {} : { expires_at: rfc3339(row.expires_at) }),
  ...(row.reasons === undefined ? {} : { reasons: JSON.parse(row.reasons) as string[] }),
});

const idParam = z.object({ id: z.string().regex(/^[a-z]{3}_[0-9a-z]{20}$/, 'is not an id of ours') });

const discard = (ports: PeoplePorts) =>
  route({
    method: 'delete',
    path: '/v1/quarantine/{id}',
    tag,
    summary: 'Discard a value that was put aside',
    auth,
    params: idParam,
    answers: [{ status: 200, description: 'Discarded' }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const { values } = await askAll(ports.vaults, 'quarantine.discard', params, context());
      needOne(
        values.map((v) => v.discarded),
        'value in quarantine',
      );
      return json({ discarded: true });
    },
  });

const reject = (ports: PeoplePorts) =>
  route({
    method: 'post',
    path: '/v1/duplicates/{id}/reject',
    tag,
    summary: 'These two are not one person; the pair is never proposed again',
    auth,
    params: idParam,
    answers: [{ status: 200, description: 'Rejected' }],
    errors: ['not_found'],
    handler: async ({ params, context }) => {
      const { values } = await askAll(ports.vaults, 'duplicate.reject', params, context());
      needOne(
        values.map((v) => v.rejected),
        'open proposal',
      );
      return json({ rejected: true });
    },
  });

const cost = z.strictObject({
  at: schemas.time,
  unit: schemas.slug,
  kind: z.enum(COST_KINDS),
  field: z.string().max(64).optional(),
  programme: z.string().max(64).optional(),
  amount: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 currency'),
  note: z.string().max(400).default(''),
});

const postCost = (ports: PeoplePorts) =>
  route({
    method: 'post',
    path: '/v1/costs',
    tag: 'The gates',
    summary: 'Book what customers have cost: acquisition, retention, service, data',
    description: 'Whole minor units. No personal data.',
    auth,
    body: cost,
    example: { at: '2026-11-01T00:00:00Z', unit: 'shop', kind: 'acquisition', amount: 120000, currency: 'EUR' },
    answers: [{ status: 201, description: 'Its id' }],
    errors: ['invalid'],
    handler: async ({ body, context }) => {
      const { book } = await ports.snapshot();
      const fields = isObject(book.parts.fields) ? book.parts.fields : {};
      const wrong = [
        ...(Object.hasOwn(book.units, body.unit) ? [] : [{ path: '/body/unit', message: 'is not a unit of ours' }]),
        ...(body.field === undefined || Object.hasOwn(fields, body.field)
          ? []
          : [{ path: '/body/field', message: 'is not a declared field' }]),
      ];
      if (wrong.length > 0) throw new Refusal('invalid', 'this can not be booked', wrong);
      const input = { ...body, at: Date.parse(body.at), field: body.field ?? null, programme: body.programme ?? null };
      return json(need(await ports.registry.run('cost.add', input, context())), 201);
    },
  });

const getCosts = (ports: PeoplePorts) =>
  route({
    method: 'get',
    path: '/v1/costs',
    tag: 'The gates',
    summary: 'What customers have cost in a period',
    auth,
    query: z.object({ from: schemas.time, to: schemas.time }),
    answers: [{ status: 200, description: 'Oldest first' }],
    handler: async ({ query, context }) => {
      const period = { from: Date.parse(query.from), to: Date.parse(query.to) };
      const rows = need(await ports.registry.run('cost.list', period, context()));
      return json({ data: rows.map((r) => ({ ...r, at: rfc3339(r.at) })) });
    },
  });
