import type {
  Connector,
  ConnectorOutcome,
  ConnectorRow,
  Dataset,
  ForeignRecord,
  HttpRequest,
  Wire,
  WireObject,
} from '../platform';
import { foreignRecord, propertiesOf, type SalesforceBody } from './connector-kind';
import { askJson, ForeignError, inBatches, listOf, objectOf, patiently, textOf, type Waiting } from './crm-http';
import { propertiesIn, tried } from './hubspot';

/** Composite collections take 200 records. */
const BATCH = 200;

type Session = { token: string; instance: string };

/** Salesforce's REST API (query, composite collections) with OAuth 2 client credentials. */
export class Salesforce implements Connector {
  private session: Promise<Session> | undefined;
  private readonly fields: string[];

  constructor(
    private readonly body: SalesforceBody,
    private readonly waiting: Waiting,
  ) {
    this.fields = ['Id', ...propertiesOf(body)];
  }

  /** Signs in first, and once more when the session is over. */
  private async ask(method: HttpRequest['method'], path: string, json?: Wire): Promise<Wire> {
    const call = async () => {
      this.session ??= signIn(this.body, this.waiting);
      const { token, instance } = await this.session;
      const url = `${instance}${path.startsWith('/') ? path : `/services/data/${this.body.version}/${path}`}`;
      const headers = { authorization: `Bearer ${token}` };
      return (await askJson(this.waiting, { method, url, headers, ...(json === undefined ? {} : { json }) })).body;
    };
    return call().catch((e: unknown) => {
      this.session = undefined;
      if (e instanceof ForeignError && e.status === 401) return call();
      throw e;
    });
  }

  private readonly query = (rest: string): Promise<Wire> =>
    this.ask(
      'GET',
      `query?q=${encodeURIComponent(`SELECT ${this.fields.join(', ')} FROM ${this.body.object} ${rest}`)}`,
    );

  private readonly recordOf = (o: WireObject): ForeignRecord =>
    foreignRecord(this.body, textOf(o.Id), (name) => o[name]);

  check = async () => [
    await tried('signing in', () => {
      this.session = signIn(this.body, this.waiting);
      return this.session;
    }),
    await tried('the mapped fields can be read', () => this.query('LIMIT 1')),
  ];

  pull = async (cursor: string | null) => {
    const answer = objectOf(cursor === null ? await this.query('ORDER BY Id') : await this.ask('GET', cursor));
    const next = textOf(answer.nextRecordsUrl);
    const isLast = answer.done === true || next === '';
    return { records: listOf(answer.records).map(this.recordOf), next: isLast ? null : next };
  };

  read = async (ids: readonly string[]) => {
    const found: ForeignRecord[] = [];
    for (const batch of inBatches(ids, BATCH)) {
      const json = { ids: batch, fields: this.fields };
      const answer = listOf(await this.ask('POST', `composite/sobjects/${this.body.object}`, json));
      found.push(...answer.filter((o) => textOf(o.Id) !== '').map(this.recordOf));
    }
    return found;
  };

  find = async (subjects: ForeignRecord['subjects']) => {
    const found = new Map<string, ForeignRecord>();
    for (const { type, id } of subjects) {
      const field = this.body.identifiers[type];
      if (!field) continue;
      const answer = objectOf(await this.query(`WHERE ${field} = '${escapeSoql(id)}'`));
      for (const record of listOf(answer.records).map(this.recordOf)) found.set(record.id, record);
    }
    return [...found.values()];
  };

  describe = async (ids: readonly string[]) => {
    const rows: Dataset['rows'][number][] = [];
    for (const id of ids) {
      const { attributes, ...row } = objectOf(
        await this.ask('GET', `sobjects/${this.body.object}/${encodeURIComponent(id)}`),
      );
      rows.push(known(row));
    }
    return rows;
  };

  restrict = async (records: readonly { record: ForeignRecord; purposes: readonly string[] }[]) => {
    const outcomes: ConnectorOutcome[] = [];
    for (const batch of inBatches(records, BATCH)) {
      const rows = batch.map(({ record, purposes }) => ({
        attributes: { type: this.body.object },
        id: record.id,
        ...this.noes(purposes),
      }));
      const answer = await this.ask('PATCH', 'composite/sobjects', { allOrNone: false, records: rows });
      const ids = batch.map((b) => b.record.id);
      outcomes.push(...outcomesOf(ids, answer));
    }
    return outcomes;
  };

  private noes(purposes: readonly string[]): Record<string, string | boolean> {
    const uses = purposes.flatMap((p) => this.body.uses[p] ?? []);
    return Object.fromEntries(uses.map((u) => [u.property, u.restricted]));
  }

  erase = async (ids: readonly string[]) => {
    const outcomes: ConnectorOutcome[] = [];
    for (const batch of inBatches(ids, BATCH)) {
      const list = batch.map(encodeURIComponent).join(',');
      outcomes.push(...outcomesOf(batch, await this.ask('DELETE', `composite/sobjects?ids=${list}&allOrNone=false`)));
    }
    return outcomes;
  };

  push = async (rows: readonly ConnectorRow[]) => {
    const outcomes: (ConnectorOutcome & { person: string })[] = [];
    for (const batch of inBatches(rows, BATCH)) outcomes.push(...(await this.upsert(batch)));
    return outcomes;
  };

  private async upsert(rows: readonly ConnectorRow[]) {
    const { object, key, columns } = this.body;
    const records = rows.map((row) => ({
      attributes: { type: object },
      ...propertiesIn(columns, row),
      [key]: row.person,
    }));
    const json = { allOrNone: false, records };
    const answer = listOf(await this.ask('PATCH', `composite/sobjects/${object}/${key}`, json));
    return rows.map((row, i) => {
      const done = answer[i]?.success === true;
      const detail = done ? undefined : textOf(listOf(answer[i]?.errors)[0]?.statusCode) || 'not taken';
      const outcome = done ? ('done' as const) : ('failed' as const);
      return { person: row.person, id: textOf(answer[i]?.id), outcome, detail };
    });
  }
}

/** Plain values only; relations are objects. */
const known = (row: WireObject): Record<string, Wire> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([k, v]) => (v === undefined || v === null || typeof v === 'object' ? [] : [[k, v]])),
  );

/** SOQL's reserved characters in a string literal (SOQL and SOSL Reference, "Quoted String Escape Sequences"). */
const escapeSoql = (text: string): string => text.replaceAll(/[\\'"]/g, (c) => `\\${c}`).replaceAll(/[\n\r]/g, ' ');

async function signIn(body: SalesforceBody, waiting: Waiting): Promise<Session> {
  const form = { grant_type: 'client_credentials', client_id: body.client_id, client_secret: body.client_secret };
  const answer = await patiently(waiting, {
    method: 'POST',
    url: `${body.base_url}/services/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
  });
  if (answer.status !== 200) throw new ForeignError(answer.status, null, 'signing in');
  const { access_token, instance_url } = objectOf(JSON.parse(answer.body) as Wire);
  return { token: textOf(access_token), instance: textOf(instance_url) || body.base_url };
}

/** Results come in the order of the request; `ENTITY_IS_DELETED` and its kin mean that there is no such record. */
function outcomesOf(ids: readonly string[], answer: Wire): ConnectorOutcome[] {
  const results = listOf(answer);
  return ids.map((id, i) => {
    const result = results[i] ?? {};
    if (result.success === true) return { id, outcome: 'done' };
    const code = textOf(listOf(result.errors)[0]?.statusCode);
    if (/ENTITY_IS_DELETED|INVALID_CROSS_REFERENCE_KEY|NOT_FOUND/.test(code)) return { id, outcome: 'missing' };
    return { id, outcome: 'failed', detail: code || 'no answer for this record' };
  });
}
