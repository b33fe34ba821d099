import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Connector, Http, HttpRequest } from '../../src/platform';
import { connectorSchema } from '../../src/release/connector-kind';
import { connectorOf } from '../../src/release/connectors';
import { readCsv } from '../../src/release/csv-read';
import { foreignSystems } from '../../src/release/foreign-system';
import { HubspotDouble } from './hubspot-double';
import { SalesforceDouble } from './salesforce-double';

const NOW = Date.parse('2026-11-22T10:00:00Z');

function hubspotAt(double: HubspotDouble, more: object = {}): { connector: Connector; slept: number[] } {
  const slept: number[] = [];
  const body = connectorSchema.parse({
    kind: 'hubspot',
    name: 'HubSpot',
    token: 'pat-eu1-test',
    recipient: 'pigeonloft',
    uses: {
      marketing_email: { channel: 'email', property: 'hs_email_optout_77', restricted: true, subscription: '77' },
      phone_calls: { property: 'may_call', restricted: 'no' },
    },
    columns: { email: 'email', avow_person: 'person', lang: 'preferred_language' },
    ...more,
  });
  const sleep = async (ms: number) => void slept.push(ms);
  return { connector: connectorOf(body, { http: double.http, sleep, now: () => NOW }), slept };
}

function salesforceAt(double: SalesforceDouble, secret = 'right'): { connector: Connector; slept: number[] } {
  const slept: number[] = [];
  const body = connectorSchema.parse({
    kind: 'salesforce',
    name: 'Salesforce',
    base_url: 'https://login.salesforce.example',
    client_id: 'id',
    client_secret: secret,
    recipient: 'pigeonloft',
    uses: { marketing_email: { channel: 'email', property: 'HasOptedOutOfEmail', restricted: true } },
    columns: { Email: 'email', Language__c: 'preferred_language' },
  });
  const sleep = async (ms: number) => void slept.push(ms);
  return { connector: connectorOf(body, { http: double.http, sleep, now: () => NOW }), slept };
}

async function pullAll(connector: Connector) {
  const all = [];
  for (let cursor: string | null = null, more = true; more; ) {
    const page = await connector.pull(cursor);
    all.push(...page.records);
    cursor = page.next;
    more = cursor !== null;
  }
  return all;
}

describe('HubSpot', () => {
  it('is read page by page, to the end', async () => {
    const double = new HubspotDouble();
    for (let i = 0; i < 250; i++)
      double.add({ email: `p${i}@x.example`, hs_email_optout_77: i % 2 ? 'true' : null, may_call: 'yes' });
    const records = await pullAll(hubspotAt(double).connector);
    expect(records).toHaveLength(250);
    expect(records[0]).toEqual({
      id: '1001',
      subjects: [{ type: 'email', id: 'p0@x.example' }],
      uses: { marketing_email: true, phone_calls: true },
    });
    expect(records[1]!.uses).toEqual({ marketing_email: false, phone_calls: true });
    expect(double.calls).toHaveLength(3);
  });

  it('waits as long as it is told when it is too fast, and gives up in the end', async () => {
    const double = new HubspotDouble();
    double.add({ email: 'a@x.example' });
    const { connector, slept } = hubspotAt(double);
    double.busy = 3;
    expect((await connector.pull(null)).records).toHaveLength(1);
    expect(slept).toEqual([2000, 2000, 2000]);
    double.busy = 100;
    await expect(connector.pull(null)).rejects.toThrow('answered 429');
  });

  it('restricts by unsubscribing and by properties, twice as well as once, and says who is missing', async () => {
    const double = new HubspotDouble();
    const ann = double.add({ email: 'Ann@x.example', may_call: 'yes' });
    const bob = double.add({ email: 'bob@x.example', may_call: 'yes' });
    const { connector } = hubspotAt(double);
    const [a, b] = await connector.read([ann.id, bob.id]);
    double.contacts.delete(bob.id);
    const both = [
      { record: a!, purposes: ['marketing_email', 'phone_calls'] },
      { record: b!, purposes: ['phone_calls'] },
    ];
    const wanted = [
      { id: ann.id, outcome: 'done' },
      { id: bob.id, outcome: 'missing' },
    ];
    expect(await connector.restrict(both)).toEqual(wanted);
    expect(await connector.restrict(both)).toEqual(wanted);
    expect((await connector.read([ann.id]))[0]!.uses).toEqual({ marketing_email: false, phone_calls: false });
  });

  it('erases by its own GDPR call', async () => {
    const double = new HubspotDouble();
    const ann = double.add({ email: 'ann@x.example' });
    expect(await hubspotAt(double).connector.erase([ann.id, '9'])).toEqual([
      { id: ann.id, outcome: 'done' },
      { id: '9', outcome: 'missing' },
    ]);
    expect(double.contacts.size).toBe(0);
  });

  it('takes rows by e-mail address and answers its own ids; a row without one stays here', async () => {
    const double = new HubspotDouble();
    const outcomes = await hubspotAt(double).connector.push([
      { person: 'per_1', values: { email: 'ann@x.example', preferred_language: 'en' } },
      { person: 'per_2', values: { email: null, preferred_language: 'de' } },
    ]);
    expect(outcomes.map((o) => [o.person, o.outcome])).toEqual([
      ['per_1', 'done'],
      ['per_2', 'failed'],
    ]);
    expect([...double.contacts.values()].map((c) => c.properties)).toEqual([
      { email: 'ann@x.example', avow_person: 'per_1', lang: 'en' },
    ]);
  });

  it('says at its test what is wrong with key and mapping', async () => {
    const ok = (list: { ok: boolean }[]) => list.map((c) => c.ok);
    expect(ok(await hubspotAt(new HubspotDouble()).connector.check())).toEqual([true, true]);
    const wrongKey = await hubspotAt(new HubspotDouble('other')).connector.check();
    expect(ok(wrongKey)).toEqual([false, false]);
    const wrongMap = await hubspotAt(new HubspotDouble(), { columns: { shoe_size: 'email' } }).connector.check();
    expect(wrongMap[1]).toEqual({
      name: 'the mapped properties exist',
      ok: false,
      detail: 'not found: shoe_size',
    });
  });
});

describe('Salesforce', () => {
  it('is read page by page, and signs in again when the session is over', async () => {
    const double = new SalesforceDouble(2);
    for (let i = 0; i < 5; i++) double.add({ Email: `p${i}@x.example`, Phone: null, HasOptedOutOfEmail: i === 1 });
    const { connector } = salesforceAt(double);
    expect((await pullAll(connector)).map((r) => r.uses.marketing_email)).toEqual([true, false, true, true, true]);
    double.endSessions();
    expect(await connector.read([...double.records.keys()])).toHaveLength(5);
    expect(double.calls.filter((c) => c.endsWith('/token'))).toHaveLength(2);
  });

  it('waits when the limit of requests is reached', async () => {
    const double = new SalesforceDouble();
    double.add({ Email: 'a@x.example', HasOptedOutOfEmail: false });
    const { connector, slept } = salesforceAt(double);
    double.busy = 2;
    expect((await connector.pull(null)).records).toHaveLength(1);
    expect(slept).toEqual([1000, 2000]);
  });

  it('restricts, erases and says who is missing', async () => {
    const double = new SalesforceDouble();
    const id = double.add({ Email: 'a@x.example', HasOptedOutOfEmail: false });
    const gone = { id: '003x', subjects: [], uses: {} };
    const { connector } = salesforceAt(double);
    const [record] = await connector.read([id, '003x']);
    expect(
      await connector.restrict([
        { record: record!, purposes: ['marketing_email'] },
        { record: gone, purposes: ['marketing_email'] },
      ]),
    ).toEqual([
      { id, outcome: 'done' },
      { id: '003x', outcome: 'missing' },
    ]);
    expect((await connector.read([id]))[0]!.uses).toEqual({ marketing_email: false });
    expect((await connector.erase([id, '003x'])).map((o) => o.outcome)).toEqual(['done', 'missing']);
    expect(double.records.size).toBe(0);
  });

  it('takes rows by our pseudonym', async () => {
    const double = new SalesforceDouble();
    const { connector } = salesforceAt(double);
    const row = { person: 'per_1', values: { email: 'a@x.example', preferred_language: 'en' } };
    const [first] = await connector.push([row]);
    const [second] = await connector.push([row]);
    expect(first).toEqual(second);
    expect([...double.records.values()]).toEqual([
      { Id: first!.id, Email: 'a@x.example', Language__c: 'en', Avow_Person__c: 'per_1' },
    ]);
  });

  it('says at its test that the secret is wrong', async () => {
    const checks = await salesforceAt(new SalesforceDouble(), 'wrong').connector.check();
    expect(checks.map((c) => c.ok)).toEqual([false, false]);
  });
});

describe('a connected system in a request of the person', () => {
  const subject = {
    request: 'req_1',
    identifiers: [
      { type: 'email', id: "o'brien@x.example" },
      { type: 'device', id: 'd1' },
    ],
  };
  const row = (body: object) => ({ id: 'con_1', body: connectorSchema.parse(body), created_at: 0, created_by: 'x' });
  const common = { name: 'CRM', recipient: 'pigeonloft', token: 'pat-eu1-test' };
  const force = { kind: 'salesforce', base_url: 'https://l.example', client_id: 'id', client_secret: 'right' };
  const outside = (http: Http) => ({ http, sleep: async () => {}, now: () => NOW });

  it('HubSpot gives what it keeps, erases it and is read again', async () => {
    const double = new HubspotDouble();
    double.add({ email: "O'Brien@x.example", lang: 'en', phone: null });
    double.add({ email: 'other@x.example' });
    const [system] = foreignSystems([row({ ...common, kind: 'hubspot' })], outside(double.http));
    expect((await system!.collect(subject))[0]!.rows).toEqual([{ id: '1001', email: "O'Brien@x.example", lang: 'en' }]);
    expect(await system!.erase(subject)).toMatchObject({ outcome: 'done', deleted: 1 });
    expect(await system!.erase(subject)).toMatchObject({ outcome: 'not_found' });
    expect([...double.contacts.values()].map((c) => c.properties.email)).toEqual(['other@x.example']);
  });

  it('Salesforce is asked with a quoted address', async () => {
    const double = new SalesforceDouble();
    const id = double.add({ Email: "o'brien@x.example", Phone: null, Title: 'Reader' });
    double.add({ Email: 'other@x.example' });
    const { token, ...names } = common;
    const [system] = foreignSystems([row({ ...names, ...force })], outside(double.http));
    expect((await system!.collect(subject))[0]!.rows).toEqual([
      { Id: id, Email: "o'brien@x.example", Title: 'Reader' },
    ]);
    expect(await system!.erase(subject)).toMatchObject({ outcome: 'done', deleted: 1 });
    expect(double.records.size).toBe(1);
  });

  it('that fails is an error, so that it is asked again', async () => {
    const double = new HubspotDouble();
    double.down = true;
    const [system] = foreignSystems([row({ ...common, kind: 'hubspot' })], outside(double.http));
    await expect(system!.erase(subject)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a webhook', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const body = connectorSchema.parse({
    kind: 'webhook',
    name: 'Anything',
    url: 'https://receiver.example/avow',
    secret,
    recipient: 'pigeonloft',
  });
  const at = (status: number, seen: HttpRequest[]) =>
    connectorOf(body, {
      http: async (request) => {
        seen.push(request);
        return { status, headers: {}, body: '' };
      },
      sleep: async () => {},
      now: () => Date.now(),
    });

  it('gets signed messages that the standard’s own library accepts, 100 rows each', async () => {
    const seen: HttpRequest[] = [];
    const rows = Array.from({ length: 150 }, (_, i) => ({ person: `per_${i}`, values: { email: `${i}@x.example` } }));
    const outcomes = await at(200, seen).push(rows);
    expect(outcomes.every((o) => o.outcome === 'done' && o.id === o.person)).toBe(true);
    const read = seen.map(
      (r) => new Webhook(secret).verify(r.body!, { ...r.headers }) as { data: { records: unknown[] } },
    );
    expect(read.map((m) => m.data.records.length)).toEqual([100, 50]);
    expect(() => new Webhook(secret).verify(`${seen[0]!.body} `, { ...seen[0]!.headers })).toThrow();
  });

  it('that takes nothing is a failure for each record', async () => {
    const outcomes = await at(500, []).erase(['per_1', 'per_2']);
    expect(outcomes.map((o) => [o.outcome, o.detail])).toEqual([
      ['failed', 'the receiver answered 500'],
      ['failed', 'the receiver answered 500'],
    ]);
  });
});

describe('a list as a file', () => {
  it.each([
    ['a,b\r\n1,"x, ""y""\n z"\r\n', [{ a: '1', b: 'x, "y"\n z' }]],
    ['\ufeffa;b\n1;2\n\n', [{ a: '1', b: '2' }]],
    ['a\tb\r1\t', [{ a: '1', b: '' }]],
    ['a,b', []],
  ])('%j', (text, rows) => {
    expect([...readCsv(text)]).toEqual(rows);
  });

  it.each(['', 'a,a\n1,2', 'a,b\n1', 'a,b\n"1,2', 'a,b\n"1"x,2'])('%j is refused', (text) => {
    expect(() => [...readCsv(text)]).toThrow();
  });

  it('can not be written to', async () => {
    const body = connectorSchema.parse({ kind: 'csv', name: 'List', recipient: 'x', identifiers: { email: 'Email' } });
    const connector = connectorOf(
      body,
      { http: async () => never(), sleep: async () => {}, now: () => NOW },
      'id,Email\n',
    );
    expect(() => connector.restrict([])).toThrow('can not be written to');
  });
});

const never = (): never => {
  throw new Error('nobody is called');
};
