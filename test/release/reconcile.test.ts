import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Http } from '../../src/platform';
import { verifyManifest } from '../../src/release/manifest';
import { openShop, type Shop } from './fixture';
import { HubspotDouble } from './hubspot-double';
import { SalesforceDouble } from './salesforce-double';

const email = (name: string) => ({ type: 'email' as const, id: `${name}@customers.example` });
const use = { channel: 'email', property: 'hs_email_optout_77', restricted: true, subscription: '77' };
const hubspot = {
  kind: 'hubspot',
  name: 'HubSpot',
  token: 'pat-eu1-test',
  recipient: 'pigeonloft',
  uses: { marketing_email: use },
  columns: { email: 'email', avow_person: 'person' },
};
const salesforce = {
  kind: 'salesforce',
  name: 'Salesforce',
  base_url: 'https://login.salesforce.example',
  client_id: 'id',
  client_secret: 'right',
  recipient: 'pigeonloft',
  uses: { marketing_email: { channel: 'email', property: 'HasOptedOutOfEmail', restricted: true } },
};

type Report = {
  dry_run: boolean;
  records: number;
  mismatches: number;
  reasons: Record<string, number>;
  rows: { record: string; person: string | null; reason: string; outcome: string }[];
};

describe.each([1, 4])('beside a CRM, over %i vaults', (vaults) => {
  let shop: Shop;
  let hub: HubspotDouble;
  let force: SalesforceDouble;
  const person: Record<string, string> = {};
  const ids: Record<string, string> = {};

  beforeEach(async () => {
    hub = new HubspotDouble();
    force = new SalesforceDouble(2);
    const http: Http = (request) => (request.url.includes('salesforce') ? force.http(request) : hub.http(request));
    shop = await openShop(vaults, [], http);
    const choices = { ann: 'granted', bob: 'refused', cat: 'withdrawn', dan: null, eve: 'granted' } as const;
    for (const [i, [name, choice]] of Object.entries(choices).entries()) {
      person[name] = await shop.put(String(i), {}, { identifiers: [email(name)] });
      if (choice === 'withdrawn') await shop.grant(email(name), { marketing_email: 'granted' });
      if (choice) await shop.grant(email(name), { marketing_email: choice });
      ids[name] = hub.add({ email: `${name.toUpperCase()}@customers.example`, hs_email_optout_77: null }).id;
      force.add({ Email: `${name}@customers.example`, Phone: null, HasOptedOutOfEmail: name === 'bob' });
    }
    await shop.suppress(email('eve'));
    ids.stranger = hub.add({ email: 'stranger@elsewhere.example' }).id;
    ids.junk = hub.add({ email: 'not an address' }).id;
  });
  afterEach(() => shop.close());

  const connect = async (body: object): Promise<string> => {
    const { body: made, status } = await shop.send<{ id: string }>('POST', '/v1/connectors', body);
    expect(status).toBe(201);
    return made.id;
  };
  const reconcile = async (id: string, query = '') =>
    (await shop.send<Report>('POST', `/v1/connectors/${id}/reconcile${query}`)).body;

  it('a dry run finds everyone whom HubSpot would write to though the answer is no, and changes nothing', async () => {
    const before = JSON.stringify([...hub.contacts]);
    const report = await reconcile(await connect(hubspot));
    expect(report).toMatchObject({
      dry_run: true,
      records: 7,
      mismatches: 6,
      reasons: { refused: 1, withdrawn: 1, never_asked: 1, suppressed: 1, unknown_person: 2 },
    });
    const byRecord = Object.fromEntries(report.rows.map((r) => [r.record, r]));
    expect(byRecord[ids.bob!]).toMatchObject({ person: person.bob, reason: 'refused', outcome: 'found' });
    expect(byRecord[ids.stranger!]).toMatchObject({ person: null, reason: 'unknown_person' });
    expect(byRecord[ids.ann!]).toBeUndefined();
    expect(JSON.stringify([...hub.contacts])).toBe(before);
  });

  it('restricts them when it is told to, reads them again, and finds nothing the next time', async () => {
    const id = await connect(hubspot);
    hub.contacts.delete(ids.junk!);
    const report = await reconcile(id, '?dry_run=false');
    expect(new Set(report.rows.map((r) => r.outcome))).toEqual(new Set(['restricted']));
    expect(hub.contacts.get(ids.bob!)!.properties.hs_email_optout_77).toBe('true');
    expect(hub.contacts.get(ids.ann!)!.properties.hs_email_optout_77).toBe(null);
    expect((await reconcile(id)).mismatches).toBe(0);
  });

  it('finds them in Salesforce, over its pages, and gives them as CSV', async () => {
    const id = await connect(salesforce);
    const report = await reconcile(id);
    expect(report).toMatchObject({ records: 5, reasons: { withdrawn: 1, never_asked: 1, suppressed: 1 } });
    const csv = await shop.raw(`/v1/connectors/${id}/reconcile?format=csv`, { method: 'POST' });
    expect(csv.headers.get('content-disposition')).toContain('attachment');
    const lines = (await csv.text()).trim().split('\r\n');
    expect(lines[0]).toBe('record,person,purpose,reason,outcome,detail');
    expect(lines).toHaveLength(4);
  });

  it('finds them in a list that a CRM has written', async () => {
    const id = await connect({
      kind: 'csv',
      name: 'Mailing list',
      recipient: 'pigeonloft',
      id: 'Id',
      identifiers: { email: 'Email' },
      uses: { marketing_email: { channel: 'email', property: 'Status', restricted: 'unsubscribed' } },
    });
    const file = [
      'Id;Email;Status',
      '1;ann@customers.example;subscribed',
      '2;bob@customers.example;subscribed',
      '3;cat@customers.example;unsubscribed',
    ].join('\r\n');
    const { body } = await shop.send<Report>('POST', `/v1/connectors/${id}/reconcile-file`, file, {
      'content-type': 'text/csv',
    });
    expect(body).toMatchObject({ records: 3, reasons: { refused: 1 } });
    const refused = await shop.send('POST', `/v1/connectors/${id}/reconcile-file?dry_run=false`, file);
    expect(refused.status).toBe(409);
  });

  it('a withdrawal restricts the record there at the next beat, and a yes that came before leaves it alone', async () => {
    const id = await connect(hubspot);
    await reconcile(id, '?dry_run=false');
    await shop.grant(email('ann'), { marketing_email: 'withdrawn' });
    await shop.server.tick();
    expect(hub.contacts.get(ids.ann!)!.properties.hs_email_optout_77).toBe('true');
    const tasks = await shop.send<{ data: unknown[] }>('GET', `/v1/connectors/${id}/tasks`);
    expect(tasks.body.data).toEqual([]);
  });

  it('tries again later when the system is down, and shows what waits', async () => {
    const id = await connect(hubspot);
    await reconcile(id, '?dry_run=false');
    hub.down = true;
    await shop.grant(email('ann'), { marketing_email: 'withdrawn' });
    await shop.server.tick();
    const tasks = () =>
      shop.send<{ data: { state: string; detail: string; id: string }[] }>('GET', `/v1/connectors/${id}/tasks`);
    expect((await tasks()).body.data).toMatchObject([
      { state: 'open', detail: 'connect ECONNREFUSED', what: 'restrict' },
    ]);
    hub.down = false;
    await shop.server.tick();
    expect(hub.contacts.get(ids.ann!)!.properties.hs_email_optout_77).toBe(null);
    shop.clock.advance(3000);
    await shop.server.tick();
    expect(hub.contacts.get(ids.ann!)!.properties.hs_email_optout_77).toBe('true');
    expect((await tasks()).body.data).toEqual([]);
  });

  it('pushes only who may leave, with a manifest, and links what was taken', async () => {
    hub.contacts.clear();
    const id = await connect(hubspot);
    const { body, status } = await shop.send<{ jws: string; taken: number; manifest: { counts: object } }>(
      'POST',
      `/v1/connectors/${id}/push`,
      { purpose: 'marketing_email' },
    );
    expect(status).toBe(200);
    expect([...hub.contacts.values()].map((c) => c.properties)).toEqual([
      { email: 'ann@customers.example', avow_person: person.ann },
    ]);
    expect(body).toMatchObject({ taken: 1, manifest: { outcome: 'complete', counts: { matched: 5, released: 1 } } });
    const jwks = (await (await shop.raw('/.well-known/jwks.json')).json()) as { keys: never[] };
    expect(verifyManifest(body.jws, jwks.keys)).toEqual(body.manifest);
    await shop.grant(email('ann'), { marketing_email: 'withdrawn' });
    await shop.server.tick();
    expect([...hub.contacts.values()][0]!.properties.hs_email_optout_77).toBe('true');
  });

  it('never shows credentials again, and destroys them with the connector', async () => {
    const id = await connect(hubspot);
    const list = await shop.raw('/v1/connectors');
    expect(await list.text()).not.toContain('pat-eu1-test');
    expect((await shop.send<{ ok: boolean }>('POST', `/v1/connectors/${id}/test`)).body.ok).toBe(true);
    expect((await shop.send('DELETE', `/v1/connectors/${id}`)).status).toBe(204);
    expect((await shop.send('POST', `/v1/connectors/${id}/test`)).status).toBe(404);
  });

  it('refuses a mapping of purposes and channels that are none', async () => {
    const wrong = { ...hubspot, unit: 'moon', uses: { world_peace: use, marketing_email: { ...use, channel: 'sms' } } };
    const { status, body } = await shop.send<{ errors: { path: string }[] }>('POST', '/v1/connectors', wrong);
    expect(status).toBe(422);
    expect(body.errors.map((e) => e.path)).toEqual([
      '/body/uses/world_peace',
      '/body/uses/marketing_email',
      '/body/unit',
    ]);
  });
});
