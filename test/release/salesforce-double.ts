import type { Http, HttpAnswer } from '../../src/platform';

type SObject = Record<string, string | boolean | null>;

/**
 * Salesforce as its REST API describes itself: client credentials, SOQL with `nextRecordsUrl`, composite collections with
 * one result per record, 401 for a session that is over, 403 REQUEST_LIMIT_EXCEEDED.
 */
export class SalesforceDouble {
  readonly records = new Map<string, SObject>();
  readonly calls: string[] = [];
  busy = 0;
  private session = 0;
  private next = 1;

  constructor(readonly pageSize = 2000) {}

  add(fields: SObject): string {
    const id = `003${String(this.next++).padStart(15, '0')}`;
    this.records.set(id, { ...fields, Id: id });
    return id;
  }

  /** What was signed in before is over. */
  endSessions(): void {
    this.session++;
  }

  http: Http = async (request) => {
    const url = new URL(request.url);
    this.calls.push(`${request.method} ${url.pathname}`);
    if (url.pathname === '/services/oauth2/token') return this.signIn(new URLSearchParams(request.body));
    if (this.busy > 0) {
      this.busy--;
      return answer(403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]);
    }
    if (request.headers.authorization !== `Bearer session-${this.session}`)
      return answer(401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }]);
    const body = request.body ? (JSON.parse(request.body) as Record<string, unknown>) : {};
    return this.route(request.method, url, body);
  };

  private signIn(form: URLSearchParams): HttpAnswer {
    const good = form.get('grant_type') === 'client_credentials' && form.get('client_secret') === 'right';
    if (!good) return answer(400, { error: 'invalid_client', error_description: 'invalid client credentials' });
    return answer(200, {
      access_token: `session-${this.session}`,
      instance_url: 'https://otter.my.salesforce.example',
    });
  }

  private route(method: string, url: URL, body: Record<string, unknown>): HttpAnswer {
    const path = url.pathname.replace('/services/data/v62.0/', '');
    if (method === 'GET' && path.startsWith('query')) return this.query(url);
    if (method === 'POST' && path === 'composite/sobjects/Contact')
      return answer(
        200,
        (body.ids as string[]).map((id) => this.records.get(id) ?? null),
      );
    if (method === 'GET' && path.startsWith('sobjects/Contact/'))
      return answer(200, { attributes: { type: 'Contact' }, ...this.records.get(path.slice(17)) });
    if (method === 'PATCH' && path === 'composite/sobjects') return this.update(body.records as SObject[]);
    if (method === 'PATCH' && path === 'composite/sobjects/Contact/Avow_Person__c')
      return this.upsert(body.records as SObject[]);
    if (method === 'DELETE' && path === 'composite/sobjects')
      return answer(
        200,
        url.searchParams
          .get('ids')!
          .split(',')
          .map((id) => (this.records.delete(id) ? done(id) : gone)),
      );
    return answer(404, [{ errorCode: 'NOT_FOUND' }]);
  }

  private query(url: URL): HttpAnswer {
    const soql = url.searchParams.get('q');
    const where = /^SELECT [A-Za-z0-9_, ]+ FROM Contact WHERE ([A-Za-z]+) = '((?:[^'\\]|\\.)*)'$/.exec(soql ?? '');
    if (where) {
      const value = where[2]!.replaceAll(/\\(.)/g, '$1');
      const hits = [...this.records.values()].filter((r) => r[where[1]!] === value);
      return answer(200, { totalSize: hits.length, done: true, records: hits });
    }
    if (soql !== null && !/^SELECT [A-Za-z0-9_, ]+ FROM Contact( ORDER BY Id)?( LIMIT \d+)?$/.test(soql))
      return answer(400, [{ errorCode: 'MALFORMED_QUERY' }]);
    const from = Number(/query\/01g-(\d+)$/.exec(url.pathname)?.[1] ?? 0);
    const all = [...this.records.values()];
    const page = all.slice(from, from + this.pageSize);
    const next = from + page.length;
    const done = next >= all.length;
    return answer(200, {
      totalSize: all.length,
      done,
      ...(done ? {} : { nextRecordsUrl: `/services/data/v62.0/query/01g-${next}` }),
      records: page.map((r) => ({ attributes: { type: 'Contact' }, ...r })),
    });
  }

  private update(records: SObject[]): HttpAnswer {
    if (records.length > 200) return answer(400, [{ errorCode: 'EXCEEDED_ID_LIMIT' }]);
    return answer(
      200,
      records.map(({ attributes, id, ...fields }) => {
        const known = this.records.get(String(id));
        if (!known) return gone;
        Object.assign(known, fields);
        return done(String(id));
      }),
    );
  }

  private upsert(records: SObject[]): HttpAnswer {
    return answer(
      200,
      records.map(({ attributes, ...fields }) => {
        const known = [...this.records.values()].find((r) => r.Avow_Person__c === fields.Avow_Person__c);
        const id = known ? String(known.Id) : this.add({});
        Object.assign(this.records.get(id)!, fields);
        return { ...done(id), created: !known };
      }),
    );
  }
}

const done = (id: string) => ({ id, success: true, errors: [] });
const gone = {
  success: false,
  errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }],
};
const answer = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
