import type { Connector, ConnectorOutcome, ConnectorRow, Dataset, ForeignRecord, Wire, WireObject } from '../platform';
import { foreignRecord, type HubspotBody, propertiesOf } from './connector-kind';
import { askJson, ForeignError, inBatches, listOf, objectOf, textOf, type Waiting } from './crm-http';

const CONTACTS = '/crm/v3/objects/contacts';
/** HubSpot's figures: 100 records a page and a batch. */
const PAGE = 100;

/** HubSpot's CRM v3 and communication preferences v3, with a private app's token. */
export class Hubspot implements Connector {
  private readonly properties: string[];

  constructor(
    private readonly body: HubspotBody,
    private readonly waiting: Waiting,
  ) {
    this.properties = propertiesOf(body);
  }

  private readonly ask: Ask = (method, path, json) =>
    askJson(this.waiting, {
      method,
      url: `${this.body.base_url}${path}`,
      headers: { authorization: `Bearer ${this.body.token}` },
      ...(json === undefined ? {} : { json }),
    });

  private readonly recordOf = (o: WireObject): ForeignRecord =>
    foreignRecord(this.body, textOf(o.id), (name) => objectOf(o.properties)[name]);

  private async page(cursor: string | null, limit = PAGE): Promise<WireObject> {
    const query = new URLSearchParams({
      limit: String(limit),
      properties: this.properties.join(','),
      archived: 'false',
    });
    if (cursor) query.set('after', cursor);
    return objectOf((await this.ask('GET', `${CONTACTS}?${query}`)).body);
  }

  check = () => checkOf(this.body, () => this.page(null, 1), this.ask);

  pull = async (cursor: string | null) => {
    const answer = await this.page(cursor);
    const next = textOf(objectOf(objectOf(answer.paging).next).after);
    return { records: listOf(answer.results).map(this.recordOf), next: next === '' ? null : next };
  };

  read = async (ids: readonly string[]) => (await this.readAs(ids, this.properties)).map(this.recordOf);

  private async readAs(ids: readonly string[], properties: readonly string[]): Promise<WireObject[]> {
    const found: WireObject[] = [];
    for (const batch of inBatches(ids, PAGE)) {
      const json = { properties, inputs: batch.map((id) => ({ id })) };
      found.push(...listOf(objectOf((await this.ask('POST', `${CONTACTS}/batch/read`, json)).body).results));
    }
    return found;
  }

  find = async (subjects: ForeignRecord['subjects']) => {
    const found = new Map<string, ForeignRecord>();
    for (const { type, id } of subjects) {
      const propertyName = this.body.identifiers[type];
      if (!propertyName) continue;
      const filters = [{ propertyName, operator: 'EQ', value: id }];
      const json = { filterGroups: [{ filters }], properties: this.properties, limit: PAGE };
      const answer = objectOf((await this.ask('POST', `${CONTACTS}/search`, json)).body);
      for (const record of listOf(answer.results).map(this.recordOf)) found.set(record.id, record);
    }
    return [...found.values()];
  };

  describe = async (ids: readonly string[]) => {
    const names = (await this.ask('GET', '/crm/v3/properties/contacts')).body;
    const all = listOf(objectOf(names).results).map((p) => textOf(p.name));
    const rows = await this.readAs(ids, all);
    return rows.map((r): Dataset['rows'][number] => ({ id: textOf(r.id), ...known(objectOf(r.properties)) }));
  };

  restrict = async (records: readonly { record: ForeignRecord; purposes: readonly string[] }[]) => {
    const outcomes: ConnectorOutcome[] = [];
    for (const batch of inBatches(records, PAGE)) {
      const missing = await this.write(batch.flatMap((r) => writable(this.body, r)));
      for (const { record, purposes } of batch) {
        if (missing.has(record.id)) outcomes.push({ id: record.id, outcome: 'missing' });
        else outcomes.push(await unsubscribe(this.body, this.ask, record, purposes));
      }
    }
    return outcomes;
  };

  /** Writes properties; answers the ids that HubSpot didn't find (207 lists errors beside results). */
  private async write(inputs: readonly { id: string; properties: Wire }[]): Promise<Set<string>> {
    if (inputs.length === 0) return new Set();
    const answer = objectOf((await this.ask('POST', `${CONTACTS}/batch/update`, { inputs })).body);
    const done = new Set(listOf(answer.results).map((r) => textOf(r.id)));
    return new Set(inputs.map((i) => i.id).filter((id) => !done.has(id)));
  }

  erase = async (ids: readonly string[]) => {
    const outcomes: ConnectorOutcome[] = [];
    for (const id of ids)
      outcomes.push(await attempt(id, () => this.ask('POST', `${CONTACTS}/gdpr-delete`, { objectId: id })));
    return outcomes;
  };

  push = async (rows: readonly ConnectorRow[]) => {
    const outcomes: (ConnectorOutcome & { person: string })[] = [];
    for (const batch of inBatches(rows, PAGE)) outcomes.push(...(await upsert(this.body, this.ask, batch)));
    return outcomes;
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
