import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, openGate } from './fixture';

type Job = { id: string; status: string; rows: number; counts: Record<string, number>; error: string | null };
type Problem = { code: string; errors: { path: string }[] };

const MAPPING = {
  columns: {
    number: '@customer',
    mail: '@email',
    tel: '@phone',
    lang: 'preferred_language',
    genres: 'favourite_genres',
    year: 'birth_year',
  },
  consents: [
    { purpose: 'personalisation', column: 'offers', granted: ['yes'], refused: ['no'], when: ['since'] },
    { purpose: 'marketing_email', refused_at: ['left'], granted_at: ['joined'] },
  ],
  evidence: { how: 'shop form', wording: 'Yes, send me offers', by: 'shop' },
};

const FILE = [
  'number;mail;tel;lang;genres;year;offers;since;joined;left',
  '1;ana@customers.example;+43 660 1234567;de;crime,poetry;1980;yes;2026-01-02 10:00:00;2026-01-02;',
  '2;bo@customers.example;;en;crime;1490;no;2026-01-02;;2026-02-01',
  '3;"cy@customers.example";;en;"crime; ""noir""";;maybe;;2026-03-01;',
  ';;;en;;;yes;2026-01-02;;',
  '4;null;;en;;;yes;;;',
  '5;di@customers.example;;en;crime;;yes;2030-01-01;;',
].join('\r\n');

describe.each([1, 4])('imports over %i vaults', (vaults) => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await openGate(vaults);
    await gate.api('PUT', '/v1/mappings/crm_list', MAPPING);
  });
  afterAll(() => gate.close());
  const load = <T = Job>(query: string, body: string | Uint8Array, headers = {}) =>
    gate.api<T>('POST', `/v1/imports?source=crm&unit=shop&${query}`, body as string, {
      'content-type': 'text/csv',
      ...headers,
    });
  const check = async (number: string, purpose: string) =>
    (
      await gate.api('POST', '/v1/check', {
        subject: { type: 'customer', id: `shop~${number}` },
        purpose,
        channel: purpose === 'marketing_email' ? 'email' : undefined,
      })
    ).body;

  it('says in a dry run what would happen, and changes nothing', async () => {
    const answer = await load('mapping=crm_list&dry_run=true', FILE);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'finished', rows: 6 });
    expect(answer.body.counts).toMatchObject({ persons_created: 5, granted: 3, refused: 2, evidence_missing: 2 });
    expect(gate.rows('select id from person')).toEqual([]);
  });

  it('stores what may be, with choices first, and does exactly what the dry run said', async () => {
    const told = (await load('mapping=crm_list&dry_run=true', FILE)).body.counts;
    const done = await load('mapping=crm_list', FILE);
    expect(done.body.counts).toEqual(told);
    expect(await check('1', 'personalisation')).toMatchObject({ allowed: true, reason: 'granted' });
    expect(await check('1', 'marketing_email')).toMatchObject({ allowed: true, reason: 'granted' });
    expect(await check('2', 'personalisation')).toMatchObject({ allowed: false, reason: 'refused' });
    expect(await check('2', 'marketing_email')).toMatchObject({ allowed: false, reason: 'refused' });
    expect(await check('3', 'personalisation')).toMatchObject({ allowed: false, reason: 'never_asked' });
    expect(await check('5', 'personalisation')).toMatchObject({ allowed: false, reason: 'never_asked' });
    const fields = gate.rows<{ field: string }>(
      "select distinct field from attribute where field = 'favourite_genres'",
    );
    expect(fields).toHaveLength(1);
    expect(gate.rows("select person from attribute where field = 'favourite_genres'")).toHaveLength(1);
  });

  it('puts rows that name nobody and values that can not be aside, sealed', async () => {
    const reasons = gate.rows<{ field: string; reason: string }>(
      'select field, reason from quarantine order by field, reason',
    );
    expect(reasons).toContainEqual({ field: 'row', reason: 'no_identifier' });
    expect(reasons).toContainEqual({ field: 'birth_year', reason: 'must be at least 1900' });
    expect(gate.isOnDisk('1490')).toBe(false);
    expect(gate.isOnDisk('must be at least 1900')).toBe(true);
  });

  it('changes nothing that was said when the same file comes again', async () => {
    const before = gate.rows('select id from consent_record').length;
    const again = await load('mapping=crm_list', FILE);
    expect(again.body.counts).toMatchObject({ already_granted: 3, already_refused: 2 });
    expect(again.body.counts.persons_created).toBeUndefined();
    expect(gate.rows('select id from consent_record')).toHaveLength(before);
  });

  it('never overwrites a no, whoever said it and however new the list claims to be', async () => {
    const subject = { type: 'customer', id: 'shop~1' };
    await gate.api('POST', '/v1/consents', { subject, choices: { personalisation: 'withdrawn' }, method: 'api' });
    gate.later(10);
    const fresh = FILE.replace('2026-01-02 10:00:00', '2026-11-30 10:00:00');
    const answer = await load('mapping=crm_list', fresh);
    expect(answer.body.counts.no_stands).toBe(1);
    expect(await check('1', 'personalisation')).toMatchObject({ allowed: false, reason: 'withdrawn' });
  });

  it('keeps suppressed addresses out on re-import, in any spelling', async () => {
    await gate.suppress({ type: 'email', id: 'gone@customers.example' });
    const rows = 'number,mail\n90,Gone+again@Customers.example\n';
    const answer = await load('mapping=crm_list', rows);
    expect(answer.body.counts).toMatchObject({ identifiers_suppressed: 1, rows_written: 1 });
    const alone = await load('mapping=crm_list', 'mail\ngone@customers.example\n');
    expect(alone.body.counts).toEqual({ rows_suppressed: 1 });
  });

  it('reads NDJSON, packed with gzip, and goes on where an import was cut off', async () => {
    const line = (n: number) => JSON.stringify({ number: `n${n}`, lang: 'en' });
    const lines = Array.from({ length: 2500 }, (_, n) => line(n));
    const broken = `${lines.slice(0, 2300).join('\n')}\n${'x'.repeat(70_000)}`;
    const cut = await load<Problem>('mapping=crm_list', gzipSync(broken), { 'content-type': 'application/x-ndjson' });
    expect(cut.status).toBe(413);
    const { data } = (await gate.api<{ data: Job[] }>('GET', '/v1/imports')).body;
    const failed = data.find((job) => job.status === 'failed')!;
    expect(failed.rows).toBeGreaterThanOrEqual(2000);
    const rest = await load(`mapping=crm_list&import=${failed.id}`, lines.join('\n'), {
      'content-type': 'application/x-ndjson',
    });
    expect(rest.body).toMatchObject({ id: failed.id, status: 'finished', rows: 2500 });
    expect(rest.body.counts.persons_created).toBe(2500);
    const other = await load<Problem>(`mapping=crm_list&import=${failed.id}`, lines.join('\n'), {
      'content-type': 'application/x-ndjson',
    });
    expect(other.body.code).toBe('conflict');
  }, 60_000);

  it('refuses a mapping that names what is not declared, or a purpose that offers no choice', async () => {
    await gate.api('PUT', '/v1/mappings/bad', {
      columns: { a: '@email', b: 'shoe_size' },
      consents: [{ purpose: 'essential', granted_at: ['x'] }],
    });
    const answer = await load<Problem>('mapping=bad', 'a,b\nx,y\n');
    expect(answer.body.code).toBe('undeclared_attribute');
    expect(answer.body.errors.map((e) => e.path)).toEqual(['/mapping/columns/b', '/mapping/consents/0/purpose']);
  });

  it('refuses bombs: a quote that never closes, a row without end, bytes that grow beyond reason', async () => {
    expect((await load('mapping=crm_list', 'mail\n"abc')).status).toBe(400);
    expect((await load('mapping=crm_list', `mail\n${'x'.repeat(70_000)}`)).status).toBe(413);
    expect((await load('mapping=crm_list', gzipSync(`mail\n${`${' '.repeat(60_000)}\n`.repeat(200)}`))).status).toBe(
      413,
    );
    expect((await load('mapping=crm_list', '')).status).toBe(400);
  });

  it('stops when most rows name nobody: this is not the file that the mapping is for', async () => {
    const file = `mail\n${'nonsense\n'.repeat(1500)}`;
    const answer = await load<Problem>('mapping=crm_list', file);
    expect(answer.body.code).toBe('invalid');
    const { data } = (await gate.api<{ data: Job[] }>('GET', '/v1/imports')).body;
    expect(data.map((job) => `${job.status} ${job.rows}`)).toContain('failed 1200');
  });

  it('knows the export of Mailchimp: who left has refused, who joined has agreed if the wording is told', async () => {
    const head = 'Email Address,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,CC';
    const rows = [
      'in@customers.example,2026-01-01 10:00:00,2026-01-01 10:05:00,,AT',
      'out@customers.example,2026-01-01 10:00:00,,2026-02-02 09:00:00,AT',
    ];
    const file = [head, ...rows].join('\n');
    const bare = await load('mapping=mailchimp&purpose=marketing_email&dry_run=true', file);
    expect(bare.body.counts).toMatchObject({ evidence_missing: 1, refused: 1 });
    const done = await load('mapping=mailchimp&purpose=marketing_email&wording=Send%20me%20news', file);
    expect(done.body.counts).toMatchObject({ granted: 1, refused: 1 });
  });
});
