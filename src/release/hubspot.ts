import type { Connector, ConnectorOutcome, ConnectorRow, Dataset, ForeignRecord, Wire, WireObject } from '../platform';
import { foreignRecord, type HubspotBody, propertiesOf } from './connector-kind';
import { askJson, ForeignError, inBatches, listOf, objectOf, textOf, type Waiting } from './crm-http';

const CONTACTS = '/crm/v3/objects/contacts';
/** HubSpot's figures: 100 records a page and a batch. */
const PAGE = 100;

/** HubSpot's CRM v3 and communication preferences v3, with a private app's token. */
export function hubspot(body: HubspotBody, waiting: Waiting): Connector {
  const ask = (method: 'GET' | 'POST', path: string, json?: Wire) =>
    askJson(waiting, {
      method,
      url: `${body.base_url}${path}`,
      headers: { authorization: `Bearer ${body.token}` },
      ...(json === undefined ? {} : { json }),
    });
  const properties = propertiesOf(body);
  const recordOf = (o: WireObject): ForeignRecord =>
    foreignRecord(body, textOf(o.id), (name) => objectOf(o.properties)[name]);
  const page = async (cursor: string | null, limit = PAGE) => {
    const query = new URLSearchParams({ limit: String(limit), properties: properties.join(','), archived: 'false' });
    if (cursor) query.set('after', cursor);
    return objectOf((await ask('GET', `${CONTACTS}?${query}`)).body);
  };
  const update = async (batch: { id: string; properties: Wire }[]): Promise<ConnectorOutcome[]> =>
    outcomesOf(
      batch.map((b) => b.id),
      (await ask('POST', `${CONTACTS}/batch/update`, { inputs: batch })).body,
    );
  return {
    check: () => checkOf(body, () => page(null, 1), ask),
    pull: async (cursor) => {
      const answer = await page(cursor);
      const next = textOf(objectOf(objectOf(answer.paging).next).after);
      return { records: listOf(answer.results).map(recordOf), next: next === '' ? null : next };
    },
    read: async (ids) => {
      const found: ForeignRecord[] = [];
      for (const batch of inBatches(ids, PAGE)) {
        const json = { properties, inputs: batch.map((id) => ({ id })) };
        found.push(...listOf(objectOf((await ask('POST', `${CONTACTS}/batch/read`, json)).body).results).map(recordOf));
      }
      return found;
    },
    find: async (subjects) => {
      const found = new Map<string, ForeignRecord>();
      for (const { type, id } of subjects) {
        const propertyName = body.identifiers[type];
        if (!propertyName) continue;
        const filters = [{ propertyName, operator: 'EQ', value: id }];
        const json = { filterGroups: [{ filters }], properties, limit: PAGE };
        const answer = objectOf((await ask('POST', `${CONTACTS}/search`, json)).body);
        for (const record of listOf(answer.results).map(recordOf)) found.set(record.id, record);
      }
      return [...found.values()];
    },
    describe: async (ids) => {
      const names = (await ask('GET', '/crm/v3/properties/contacts')).body;
      const all = listOf(objectOf(names).results).map((p) => textOf(p.name));
      const rows: Dataset['rows'][number][] = [];
      for (const batch of inBatches(ids, PAGE)) {
        const json = { properties: all, inputs: batch.map((id) => ({ id })) };
        const answer = objectOf((await ask('POST', `${CONTACTS}/batch/read`, json)).body);
        rows.push(...listOf(answer.results).map((r) => ({ id: textOf(r.id), ...known(objectOf(r.properties)) })));
      }
      return rows;
    },
    restrict: async (records) => {
      const outcomes: ConnectorOutcome[] = [];
      for (const batch of inBatches(records, PAGE)) {
        const written = batch.flatMap((r) => writable(body, r));
        const failed = new Map<string, ConnectorOutcome>();
        if (written.length > 0) for (const o of await update(written)) if (o.outcome !== 'done') failed.set(o.id, o);
        for (const { record, purposes } of batch)
          outcomes.push(failed.get(record.id) ?? (await unsubscribe(body, ask, record, purposes)));
      }
      return outcomes;
    },
    erase: async (ids) => {
      const outcomes: ConnectorOutcome[] = [];
      for (const id of ids)
        outcomes.push(await attempt(id, () => ask('POST', `${CONTACTS}/gdpr-delete`, { objectId: id })));
      return outcomes;
    },
    push: async (rows) => {
      const outcomes: (ConnectorOutcome & { person: string })[] = [];
      for (const batch of inBatches(rows, PAGE)) outcomes.push(...(await upsert(body, ask, batch)));
      return outcomes;
    },
  };
}

/** Without what is empty. */
const known = (properties: WireObject): Record<string, Wire> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([k, v]) => (v === null || v === '' || v === undefined ? [] : [[k, v]])),
  );

type Ask = (method: 'GET' | 'POST', path: string, json?: Wire) => Promise<{ body: Wire }>;

async function checkOf(body: HubspotBody, first: () => Promise<WireObject>, ask: Ask) {
  const contacts = await tried('contacts can be read', first);
  const known = await ask('GET', '/crm/v3/properties/contacts').then(
    (a) => listOf(objectOf(a.body).results).map((p) => textOf(p.name)),
    () => undefined,
  );
  const wanted = [...propertiesOf(body), ...Object.keys(body.columns)];
  const missing = known ? wanted.filter((p) => !known.includes(p)) : wanted;
  return [
    contacts,
    {
      name: 'the mapped properties exist',
      ok: missing.length === 0,
      detail: missing.length === 0 ? `${wanted.length} found` : `not found: ${missing.join(', ')}`,
    },
  ];
}

export async function tried(name: string, run: () => Promise<unknown>) {
  return run().then(
    () => ({ name, ok: true, detail: 'ok' }),
    (e: unknown) => ({ name, ok: false, detail: e instanceof Error ? e.message : String(e) }),
  );
}

/** Runs one record's call; 404 means that it isn't there. */
export async function attempt(id: string, run: () => Promise<unknown>): Promise<ConnectorOutcome> {
  try {
    await run();
    return { id, outcome: 'done' };
  } catch (e) {
    if (e instanceof ForeignError && e.status === 404) return { id, outcome: 'missing' };
    return { id, outcome: 'failed', detail: e instanceof Error ? e.message : String(e) };
  }
}

/** The properties that may be written; those of subscriptions are HubSpot's own. */
function writable(body: HubspotBody, { record, purposes }: { record: ForeignRecord; purposes: readonly string[] }) {
  const uses = purposes.map((p) => body.uses[p]).filter((u) => u !== undefined && u.subscription === undefined);
  if (uses.length === 0) return [];
  return [{ id: record.id, properties: Object.fromEntries(uses.map((u) => [u!.property, String(u!.restricted)])) }];
}

async function unsubscribe(
  body: HubspotBody,
  ask: Ask,
  record: ForeignRecord,
  purposes: readonly string[],
): Promise<ConnectorOutcome> {
  const ids = purposes.flatMap((p) => body.uses[p]?.subscription ?? []);
  const email = record.subjects.find((s) => s.type === 'email')?.id;
  if (ids.length > 0 && !email) return { id: record.id, outcome: 'failed', detail: 'the record has no e-mail address' };
  return attempt(record.id, async () => {
    for (const subscriptionId of ids)
      await ask('POST', '/communication-preferences/v3/unsubscribe', { emailAddress: email!, subscriptionId }).catch(
        ignoreRepeated,
      );
  });
}

/** HubSpot answers 400 where the address is unsubscribed already. */
function ignoreRepeated(e: unknown): void {
  const already = e instanceof ForeignError && e.status === 400 && /already/i.test(textOf(objectOf(e.body).message));
  if (!already) throw e;
}

/** 207 lists errors beside results; an id in neither was not found. */
function outcomesOf(ids: readonly string[], answer: Wire): ConnectorOutcome[] {
  const done = new Set(listOf(objectOf(answer).results).map((r) => textOf(r.id)));
  return ids.map((id) => (done.has(id) ? { id, outcome: 'done' } : { id, outcome: 'missing' }));
}

async function upsert(body: HubspotBody, ask: Ask, rows: readonly ConnectorRow[]) {
  const column = body.columns[body.identifiers.email ?? ''];
  const keyed = rows.flatMap((row) => {
    const email = column ? textOf(row.values[column]) : '';
    return email === '' ? [] : [{ row, email: email.toLowerCase() }];
  });
  const inputs = keyed.map(({ row, email }) => ({
    id: email,
    idProperty: 'email',
    properties: propertiesIn(body.columns, row),
  }));
  const answer = inputs.length === 0 ? {} : (await ask('POST', `${CONTACTS}/batch/upsert`, { inputs })).body;
  const byEmail = new Map(
    listOf(objectOf(answer).results).map((r) => [textOf(objectOf(r.properties).email).toLowerCase(), textOf(r.id)]),
  );
  return rows.map((row) => {
    const email = keyed.find((k) => k.row === row)?.email;
    const id = email && byEmail.get(email);
    return id
      ? { person: row.person, id, outcome: 'done' as const }
      : { person: row.person, id: '', outcome: 'failed' as const, detail: email ? 'not taken' : 'no e-mail address' };
  });
}

/** Their property → the released value, as text. */
export const propertiesIn = (columns: Readonly<Record<string, string>>, row: ConnectorRow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([theirs, ours]) => {
      const value = ours === 'person' ? row.person : row.values[ours];
      return value === null || value === undefined
        ? []
        : [[theirs, Array.isArray(value) ? value.join('; ') : String(value)]];
    }),
  );
