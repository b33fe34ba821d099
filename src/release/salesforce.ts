import type { Connector, ConnectorOutcome, ConnectorRow, Dataset, ForeignRecord, Wire, WireObject } from '../platform';
import { foreignRecord, propertiesOf, type SalesforceBody } from './connector-kind';
import { askJson, ForeignError, inBatches, listOf, objectOf, patiently, textOf, type Waiting } from './crm-http';
import { propertiesIn, tried } from './hubspot';

/** Composite collections take 200 records. */
const BATCH = 200;

type Session = { token: string; instance: string };

/** Salesforce's REST API (query, composite collections) with OAuth 2 client credentials. */
export function salesforce(body: SalesforceBody, waiting: Waiting): Connector {
  let session: Promise<Session> | undefined;
  const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, json?: Wire): Promise<Wire> => {
    const call = async () => {
      session ??= signIn(body, waiting);
      const { token, instance } = await session;
      const url = `${instance}${path.startsWith('/') ? path : `/services/data/${body.version}/${path}`}`;
      const headers = { authorization: `Bearer ${token}` };
      return (await askJson(waiting, { method, url, headers, ...(json === undefined ? {} : { json }) })).body;
    };
    return call().catch((e: unknown) => {
      session = undefined;
      if (e instanceof ForeignError && e.status === 401) return call();
      throw e;
    });
  };
  const fields = ['Id', ...propertiesOf(body)];
  const recordOf = (o: WireObject): ForeignRecord => foreignRecord(body, textOf(o.Id), (name) => o[name]);
  return {
    check: async () => [
      await tried('signing in', () => {
        session = signIn(body, waiting);
        return session;
      }),
      await tried('the mapped fields can be read', () =>
        ask('GET', `query?q=${encodeURIComponent(`SELECT ${fields.join(', ')} FROM ${body.object} LIMIT 1`)}`),
      ),
    ],
    pull: async (cursor) => {
      const soql = `SELECT ${fields.join(', ')} FROM ${body.object} ORDER BY Id`;
      const answer = objectOf(await ask('GET', cursor ?? `query?q=${encodeURIComponent(soql)}`));
      const next = textOf(answer.nextRecordsUrl);
      return { records: listOf(answer.records).map(recordOf), next: answer.done === true || next === '' ? null : next };
    },
    read: async (ids) => {
      const found: ForeignRecord[] = [];
      for (const batch of inBatches(ids, BATCH)) {
        const answer = await ask('POST', `composite/sobjects/${body.object}`, { ids: batch, fields });
        found.push(
          ...listOf(answer)
            .filter((o) => textOf(o.Id) !== '')
            .map(recordOf),
        );
      }
      return found;
    },
    find: async (subjects) => {
      const found = new Map<string, ForeignRecord>();
      for (const { type, id } of subjects) {
        const field = body.identifiers[type];
        if (!field) continue;
        const soql = `SELECT ${fields.join(', ')} FROM ${body.object} WHERE ${field} = '${escapeSoql(id)}'`;
        const answer = objectOf(await ask('GET', `query?q=${encodeURIComponent(soql)}`));
        for (const record of listOf(answer.records).map(recordOf)) found.set(record.id, record);
      }
      return [...found.values()];
    },
    describe: async (ids) => {
      const rows: Dataset['rows'][number][] = [];
      for (const id of ids) {
        const { attributes, ...row } = objectOf(await ask('GET', `sobjects/${body.object}/${encodeURIComponent(id)}`));
        rows.push(
          Object.fromEntries(
            Object.entries(row).flatMap(([k, v]) =>
              v === undefined || v === null || typeof v === 'object' ? [] : [[k, v]],
            ),
          ),
        );
      }
      return rows;
    },
    restrict: async (records) => {
      const outcomes: ConnectorOutcome[] = [];
      for (const batch of inBatches(records, BATCH)) {
        const rows = batch.map(({ record, purposes }) => ({
          attributes: { type: body.object },
          id: record.id,
          ...Object.fromEntries(
            purposes.flatMap((p) => (body.uses[p] ? [[body.uses[p].property, body.uses[p].restricted]] : [])),
          ),
        }));
        const answer = await ask('PATCH', 'composite/sobjects', { allOrNone: false, records: rows });
        outcomes.push(
          ...outcomesOf(
            batch.map((b) => b.record.id),
            answer,
          ),
        );
      }
      return outcomes;
    },
    erase: async (ids) => {
      const outcomes: ConnectorOutcome[] = [];
      for (const batch of inBatches(ids, BATCH)) {
        const answer = await ask(
          'DELETE',
          `composite/sobjects?ids=${batch.map(encodeURIComponent).join(',')}&allOrNone=false`,
        );
        outcomes.push(...outcomesOf(batch, answer));
      }
      return outcomes;
    },
    push: async (rows) => {
      const outcomes: (ConnectorOutcome & { person: string })[] = [];
      for (const batch of inBatches(rows, BATCH)) outcomes.push(...(await upsert(body, ask, batch)));
      return outcomes;
    },
  };
}

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

async function upsert(
  body: SalesforceBody,
  ask: (method: 'PATCH', path: string, json: Wire) => Promise<Wire>,
  rows: readonly ConnectorRow[],
) {
  const records = rows.map((row) => ({
    attributes: { type: body.object },
    ...propertiesIn(body.columns, row),
    [body.key]: row.person,
  }));
  const answer = listOf(
    await ask('PATCH', `composite/sobjects/${body.object}/${body.key}`, { allOrNone: false, records }),
  );
  return rows.map((row, i) => {
    const done = answer[i]?.success === true;
    const detail = done ? undefined : textOf(listOf(answer[i]?.errors)[0]?.statusCode) || 'not taken';
    return {
      person: row.person,
      id: textOf(answer[i]?.id),
      outcome: done ? ('done' as const) : ('failed' as const),
      detail,
    };
  });
}
