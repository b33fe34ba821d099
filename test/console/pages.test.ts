import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Officer, openHouse, SITE } from './house';

describe.each([1, 4])('the console over %i vaults', (vaults) => {
  let house: House;
  let officer: Officer;
  beforeAll(async () => {
    house = await openHouse(vaults);
    officer = await house.signIn('owner');
  });
  afterAll(() => house.close());

  const rowsOf = (html: string): number => html.match(/<tr data-row/g)?.length ?? 0;

  it('lists every choice once, newest first, page by page', async () => {
    const made: string[] = [];
    for (let i = 0; i < 57; i++) {
      house.clock.advance(1000);
      made.unshift((await house.choose({ analytics: i % 3 === 0 ? 'granted' : 'refused' })).person);
    }
    const first = await officer.get('/console/consents');
    expect(rowsOf(first.text)).toBe(50);
    const next = /href="\?(cursor=[^"]+)"/.exec(first.text)![1]!;
    const second = await officer.get(`/console/consents?${next}`);
    expect(rowsOf(second.text)).toBe(7);
    const seen = [...`${first.text}${second.text}`.matchAll(/data-row.*?\/console\/people\/(per_[0-9a-z]+)/gs)].map(
      (m) => m[1],
    );
    expect(seen).toEqual(made);
  });

  it('shows exactly what the filters in the address say, and the CSV is exactly that view', async () => {
    const view = 'purpose=analytics&status=granted';
    const page = await officer.get(`/console/consents?${view}`);
    expect(rowsOf(page.text)).toBe(19);
    const csv = (await officer.get(`/console/consents.csv?${view}`)).text;
    const lines = csv.trim().split('\r\n');
    expect(lines).toHaveLength(20);
    expect(lines.slice(1).every((l) => l.includes('analytics,granted'))).toBe(true);
    expect(rowsOf((await officer.get('/console/consents?region=FR')).text)).toBe(0);
    expect(rowsOf((await officer.get('/console/consents?from=2026-11-23')).text)).toBe(0);
    expect(rowsOf((await officer.get('/console/consents?method=custom&notice=main%401&region=de')).text)).toBe(50);
  });

  it('answers what somebody consented to, shown what, when, and proves it', async () => {
    const { person, record } = await house.choose({ analytics: 'granted', letters: 'refused' });
    const found = await officer.post('/console/consents/find', { type: 'record', id: record });
    expect(found.location).toBe(`/console/people/${person}`);
    const page = (await officer.get(found.location!)).text;
    expect(page).toContain('Analytics');
    expect(page).toContain('✓ granted');
    expect(page).toContain(record);
    await house.server.checkpoint();
    const proof = (await officer.get(`/console/people/${person}/proof/${record}`)).text;
    expect(proof).toContain('We ask first.');
    expect(proof).toContain('The text below has exactly this hash.');
    expect(proof).toContain('under the signed head below');
  });

  it('says so when the stored notice is no longer the one that was shown', async () => {
    const tampered = await openHouse(vaults);
    const { person, record } = await tampered.choose({ analytics: 'granted' });
    const auditor = await tampered.signIn('auditor');
    const path = `/console/people/${person}/proof/${record}`;
    expect((await auditor.get(path)).text).toContain('The text below has exactly this hash.');
    const file = new Sqlite(join(tampered.dir, 'registry.db'));
    file
      .prepare("update definition set body = replace(body, 'We ask first.', 'We never ask.') where kind = 'notices'")
      .run();
    file.close();
    const page = (await auditor.get(path)).text;
    expect(page).toContain('We never ask.');
    expect(page).toContain('The text below does NOT have this hash.');
    await tampered.close();
  });

  it('finds a person by an address that is in no address bar, and reveals it only for a reason that is logged', async () => {
    const { person } = await house.customer('jane@customers.example');
    const found = await officer.post('/console/consents/find', { type: 'email', id: ' Jane@Customers.example ' });
    expect(found.location).toBe(`/console/people/${person}`);
    const page = await officer.get(found.location!);
    expect(page.text).not.toContain('jane@customers.example');
    expect((await officer.post(`${found.location}/reveal`, { reason: '' })).location).toContain('done=reason_needed');
    const shown = await officer.post(`${found.location}/reveal`, { reason: 'she called and asked' });
    expect(shown.status).toBe(200);
    const log = await officer.get(`/console/audit?event=identity.revealed&person=${person}`);
    expect(log.text).toContain('she called and asked');
    expect(log.text).toContain(officer.id);
    const nobody = await officer.post('/console/consents/find', { type: 'email', id: 'nobody@customers.example' });
    expect([nobody.status, nobody.text.includes('Nobody is known by this')]).toEqual([404, true]);
    const junk = await officer.post('/console/consents/find', { type: 'email', id: 'not an address' });
    expect([junk.status, junk.text.includes('is not an e-mail address')]).toEqual([422, true]);
  });

  it('records a consent given on paper with its evidence, and refuses it without', async () => {
    const { person } = await house.choose({ analytics: 'refused' });
    const path = `/console/people/${person}/record`;
    const evidence = {
      'evidence.when': '2026-11-22T10:30',
      'evidence.how': 'paper form',
      'evidence.wording': 'Yes, write to me',
      'evidence.by': 'Shop Uppsala',
    };
    const bare = await officer.post(path, { purposes: 'letters' });
    expect(bare.status).toBe(422);
    expect(bare.text.match(/is needed/g)?.length).toBeGreaterThanOrEqual(4);
    const future = await officer.post(path, { purposes: 'letters', ...evidence, 'evidence.when': '2027-01-01T00:00' });
    expect([future.status, future.text.includes('lies in the future')]).toEqual([422, true]);
    const special = await officer.post(path, { purposes: 'diet', ...evidence, 'evidence.when': '2026-11-22T09:00' });
    expect(special.status).toBe(422);
    const done = await officer.post(path, { purposes: 'letters', ...evidence, 'evidence.when': '2026-11-22T09:00' });
    expect(done.location).toBe(`/console/people/${person}?done=recorded`);
    expect((await officer.get(done.location!)).text).toContain('Yes, write to me');
    const check = await house.api('POST', '/v1/check', { subject: { type: 'person', id: person }, purpose: 'letters' });
    expect(check.body.allowed).toBe(true);
  });

  it('withdraws on behalf of a person, and the next question is answered with no', async () => {
    const { person } = await house.choose({ letters: 'granted' });
    const ask = async () =>
      (await house.api('POST', '/v1/check', { subject: { type: 'person', id: person }, purpose: 'letters' })).body;
    expect((await ask()).allowed).toBe(true);
    expect((await officer.post(`/console/people/${person}/withdraw`, {})).status).toBe(422);
    const done = await officer.post(`/console/people/${person}/withdraw`, { purposes: 'letters' });
    expect(done.location).toContain('done=withdrawn');
    expect(await ask()).toMatchObject({ allowed: false, reason: 'withdrawn' });
    const page = (await officer.get(`/console/people/${person}`)).text;
    expect(page).toContain('Recorded by staff');
    expect(page).toContain('asked: Letters?');
  });

  it('takes a request through its life, with the clock and the rule behind it', async () => {
    const { person } = await house.customer(`asks${vaults}@customers.example`);
    const started = await officer.post('/console/requests/new', {
      right: 'rectification',
      region: 'DE',
      type: 'email',
      id: `asks${vaults}@customers.example`,
      message: 'My name is spelled wrongly',
      seen: '1',
    });
    expect(started.status).toBe(303);
    await house.server.tick();
    const path = started.location!.split('?')[0]!;
    const page = (await officer.get(path)).text;
    expect(page).toContain('My name is spelled wrongly');
    expect(page).toContain('GDPR Art. 12(3)');
    expect(page).not.toContain(`asks${vaults}@customers.example`);
    expect((await officer.post(`${path}/reveal`, { reason: 'to call back' })).text).toContain(`asks${vaults}@`);
    expect((await officer.post(`${path}/note`, { text: 'called twice' })).location).toContain('done=request_note');
    expect((await officer.post(`${path}/extend`, { reason: 'because' })).status).toBe(422);
    expect((await officer.post(`${path}/extend`, { reason: 'complexity' })).location).toContain('request_extend');
    expect((await officer.post(`${path}/extend`, { reason: 'complexity' })).text).toContain('extended already');
    expect((await officer.post(`${path}/approve`, {})).location).toContain('request_approve');
    expect((await officer.post(`${path}/complete`, { outcome: 'succeed' })).location).toContain('request_complete');
    const done = (await officer.get(path)).text;
    expect(done).toContain('fulfilled');
    expect(done).toContain('called twice');
    expect((await officer.get(`/console/people/${person}`)).text).toContain(path);
    expect((await officer.get('/console/requests?tab=done')).text).toContain(path);
  });

  it('says in numbers what an erasure will do, and wants it confirmed', async () => {
    const email = `goes${vaults}@customers.example`;
    await house.customer(email);
    const started = await officer.post('/console/requests/new', {
      right: 'erasure',
      region: 'DE',
      type: 'email',
      id: email,
      seen: '1',
    });
    await house.server.tick();
    const path = started.location!.split('?')[0]!;
    expect((await officer.get(path)).text).not.toContain(`${path}/approve`);
    const page = (await officer.get(`${path}/erase`)).text;
    expect(page).toMatch(/This will erase \d+ rows/);
    expect((await officer.post(`${path}/erase`, { confirm: 'yes' })).status).toBe(422);
    const approved = await officer.post(`${path}/erase`, { confirm: path.slice(-8) });
    expect(approved.location).toContain('request_approve');
  });

  it('lets nobody approve alone where two have to', async () => {
    const two = await openHouse(vaults);
    const first = await two.signIn('owner');
    const rules = { version: '0', four_eyes: ['rectification', 'erasure'], auto_approve: 'access', link_hours: '72' };
    const days = { package_days: '7', unproved_days: '30', evidence_days: '1096', keep_days: '731', backup_days: '30' };
    expect((await first.post('/console/settings/requests', { ...rules, ...days, calendar: 'nowhere' })).status).toBe(
      422,
    );
    expect((await first.post('/console/settings/requests', { ...rules, ...days, calendar: 'de' })).status).toBe(303);
    await two.customer('two@customers.example');
    const right = { right: 'rectification', region: 'DE', type: 'email', id: 'two@customers.example', seen: '1' };
    const path = (await first.post('/console/requests/new', right)).location!.split('?')[0]!;
    await two.server.tick();
    for (let i = 0; i < 2; i++) {
      await first.post(`${path}/approve`, {});
      expect((await first.get(path)).text).toContain('to approve');
    }
    const second = await two.signIn('officer');
    await second.post(`${path}/approve`, {});
    expect((await second.get(path)).text).toContain('in work');
    await two.close();
  });

  it('shows the most urgent request first, and alarms when one is overdue', async () => {
    const late = await openHouse(vaults);
    const owner = await late.signIn('owner');
    for (const [region, n] of [
      ['US-CA', 1],
      ['DE', 2],
    ] as const) {
      await late.customer(`late${n}@customers.example`);
      await owner.post('/console/requests/new', {
        right: 'access',
        region,
        type: 'email',
        id: `late${n}@customers.example`,
      });
    }
    await late.server.tick();
    const queue = (await owner.get('/console/requests')).text;
    expect(queue.indexOf('30 days left')).toBeLessThan(queue.indexOf('45 days left'));
    expect(queue.indexOf('30 days left')).toBeGreaterThan(0);
    late.later(24);
    const again = await late.signIn('owner');
    expect((await again.get('/console')).text).toContain('One request is due within a week');
    late.later(8);
    const officerLater = await late.signIn('officer');
    const text = (await officerLater.get('/console/requests')).text;
    expect(text).toContain('overdue');
    await late.close();
  });

  it('declares a purpose, and refuses one that can not be, with all that is wrong', async () => {
    const form = {
      key: 'surveys',
      basis: 'consent',
      device: '',
      'name.en': 'Surveys',
      'text.en': 'We ask for your opinion.',
    };
    const wrong = await officer.post('/console/purposes/new', {
      ...form,
      direct_marketing: '1',
      categories: 'nonsense',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('must be a fideslang data category');
    expect(wrong.text).toContain('We ask for your opinion.');
    const made = await officer.post('/console/purposes/new', form);
    expect(made.location).toBe('/console/purposes/surveys?done=saved');
    const stale = { ...form, version: '0', 'name.en': 'Other' };
    expect((await officer.post('/console/purposes/surveys/edit', stale)).text).toContain(
      'somebody else has changed this',
    );
    expect((await officer.post('/console/purposes/surveys/edit', { ...stale, version: '1' })).status).toBe(303);
    expect((await officer.get('/console/purposes/surveys')).text).toContain('Other');
  });

  it('publishes a notice, keeps the decision with its reason, and shows word by word what has changed', async () => {
    const body = {
      version: '1',
      'title.en': 'Your data',
      'text.en': 'We ask you first.',
      'title.de': 'Ihre Daten',
      'text.de': 'Wir fragen zuerst.',
      needs_new_consent: 'yes',
      reason: 'a recipient is new',
    };
    const done = await officer.post('/console/notices/main/edit', body);
    expect(done.location).toContain('done=published');
    const page = (await officer.get('/console/notices/main')).text;
    expect(page).toContain('a recipient is new');
    expect(page).toContain('Ask everybody anew');
    const diff = (await officer.get('/console/notices/main/versions/2?against=1')).text;
    expect(diff).toMatch(/We ask <ins>.*you .*<\/ins>first\./s);
    expect((await officer.get('/console/notices/main/versions/1')).text).toContain('We ask first.');
  });

  it('does not publish a notice that would not stand, unless an officer says why', async () => {
    const body = {
      version: '2',
      'title.en': 'Your data',
      'text.en': 'We ask you first.',
      needs_new_consent: 'no',
      reason: 'short',
    };
    const blocked = await officer.post('/console/notices/main/edit', body);
    expect([blocked.status, blocked.text.includes('Not published')]).toEqual([422, true]);
    expect(blocked.text).toContain('text.de');
    expect((await officer.post('/console/notices/main/edit', { ...body, override: '1' })).status).toBe(422);
    expect((await officer.get('/console/notices/main')).text).toContain('Version 2 is shown now.');
    const reason = 'the German shop closes tonight';
    expect((await officer.post('/console/notices/main/edit', { ...body, override: '1', reason })).status).toBe(303);
    expect((await officer.get('/console/notices/main')).text).toContain(reason);
  });

  it('connects a site and gives the line for its pages', async () => {
    const form = {
      name: 'Second',
      origins: 'https://second.example',
      unit: 'shop',
      notice: 'main',
      languages: 'en, de',
      purposes: ['analytics', 'letters'],
    };
    expect((await officer.post('/console/connections/sites/new', { ...form, origins: 'second.example' })).status).toBe(
      422,
    );
    const made = await officer.post('/console/connections/sites/new', form);
    const page = (await officer.get(made.location!)).text;
    const key = /pk_[0-9a-z]{20}/.exec(made.location!)![0];
    expect(page).toContain(`data-site=&quot;${key}&quot;`);
    const config = await house.server.app.request(`/v1/sites/${key}/config`, {
      headers: { origin: 'https://second.example' },
    });
    expect(config.status).toBe(200);
  });

  it('makes a secret key that is shown once, rotates and revokes it', async () => {
    expect((await officer.post('/console/connections/keys/new', { name: 'erp' })).status).toBe(422);
    const made = await officer.post('/console/connections/keys/new', { name: 'erp', scopes: ['check'] });
    const key = /sk_[A-Za-z0-9_-]+/.exec(made.text)![0];
    const ask = (secret: string) =>
      house.api(
        'POST',
        '/v1/check',
        { subject: { type: 'external', id: 'x1' }, purpose: 'letters' },
        { authorization: `Bearer ${secret}` },
      );
    expect((await ask(key)).status).toBe(200);
    const list = (await officer.get('/console/connections')).text;
    expect(list).not.toContain(key);
    const manage = [...list.matchAll(/\/console\/connections\/keys\/(cli_[0-9a-z]+)/g)].at(-1)![0];
    const rotated = await officer.post(`${manage}/rotate`, { hours: '1' });
    const second = /sk_[A-Za-z0-9_-]+/.exec(rotated.text)![0];
    expect((await ask(second)).status).toBe(200);
    expect((await ask(key)).status).toBe(200);
    expect((await officer.post(`${manage}/revoke`, { confirm: 'no' })).status).toBe(422);
    expect((await officer.post(`${manage}/revoke`, { confirm: 'erp' })).location).toContain('done=revoked');
    expect((await ask(second)).status).toBe(401);
  });

  it('declares a webhook, shows its secret once, and replays', async () => {
    const made = await officer.post('/console/connections/webhooks/new', {
      key: 'erp',
      url: 'https://erp.example/hook',
      topics: 'consent.*',
      enabled: '1',
    });
    expect(made.text).toMatch(/whsec_[A-Za-z0-9+/=]{40,}/);
    const page = (await officer.get('/console/connections/webhooks/erp')).text;
    expect(page).not.toContain('whsec_');
    expect((await officer.post('/console/connections/webhooks/erp/replay', {})).location).toContain('done=replayed');
  });

  it('sends a test mail', async () => {
    expect((await officer.post('/console/connections/mail-test', { to: 'nobody' })).location).toContain('bad_address');
    await officer.post('/console/connections/mail-test', { to: 'me@otter.example' });
    await house.server.tick();
    expect(house.mails.some((m) => m.to === 'me@otter.example')).toBe(true);
  });

  it('adds a member of staff, who signs in with the link', async () => {
    const made = await officer.post('/console/settings/staff', { name: 'Ada', role: 'auditor' });
    const token = /sign-in\?token=([A-Za-z0-9_-]+)/.exec(made.text)![1]!;
    const answer = await house.server.app.request('/console/sign-in', {
      method: 'POST',
      headers: { origin: house.publicUrl, 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${token}`,
    });
    expect(answer.status).toBe(303);
    expect((await officer.post('/console/settings/staff', { name: 'Eve', role: 'god' })).status).toBe(422);
  });

  it('verifies the log with the verifier that shares no code with it', async () => {
    const page = (await officer.post('/console/audit/verify', {})).text;
    expect(page).toContain('The log is whole');
    for (let i = 0; i < vaults; i++) expect(page).toContain(`vault-${i}: `);
    expect((await officer.get('/console/audit?event=consent.recorded')).text).toContain('consent.recorded');
  });

  it('counts answers by purpose and hides what is about fewer than ten', async () => {
    for (let i = 0; i < 15; i++) {
      await house.choose({ analytics: 'granted', letters: 'granted' });
      await house.choose({ analytics: 'refused', letters: 'refused' });
    }
    const page = (await officer.get('/console/reports?days=7')).text;
    expect(page).toContain('<svg class="chart"');
    expect(page).toContain('By purpose');
    expect(page).toContain('under 10');
    const csv = (await officer.get('/console/reports.csv?days=7')).text;
    expect(csv).toMatch(/purpose,analytics,(\d\d+),\d+/);
    expect(csv).toContain('<10');
  });

  it('keeps the record of processing and hands it out as workbook and CSV', async () => {
    const before = (await officer.get('/console/reports/register')).text;
    expect(before).toContain('Art. 30 asks for');
    await officer.post('/console/reports/register/main', { version: '0', dpo: 'Henrike', security: 'Encryption' });
    await officer.post('/console/reports/register/analytics', {
      version: '0',
      people: '=Visitors',
      reviewed: '2026-11-01',
    });
    expect((await officer.get('/console/reports/register')).text).toContain('Henrike');
    const csv = (await officer.get('/console/reports/register.csv')).text;
    expect(csv).toContain("'=Visitors");
    const answer = await house.server.app.request('/console/reports/register.xlsx', {
      headers: { cookie: officer.cookie },
    });
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    const texts = Object.entries(files)
      .filter(([name]) => name.endsWith('.xml'))
      .map(([, bytes]) => strFromU8(bytes))
      .join('');
    expect(texts).toContain('Henrike');
    expect(texts).toContain('=Visitors');
    expect(texts).not.toContain('<f>');
  });

  it('speaks of the site by its name', async () => {
    expect((await officer.get('/console/consents')).text).toContain('Otter Shop');
    expect((await officer.get(`/console/connections/sites/${SITE}`)).text).toContain('Otter Shop');
  });
});

describe('the console before anything is declared', () => {
  it('says what to do first', async () => {
    const house = await openHouse(1, { bare: true });
    const owner = await house.signIn('owner');
    const page = (await owner.get('/console')).text;
    for (const need of [
      'Say who you are',
      'Declare the first purpose',
      'Write the first notice',
      'Connect the first site',
    ])
      expect(page).toContain(need);
    for (const path of ['consents', 'requests', 'purposes', 'notices', 'reports', 'audit', 'connections', 'settings'])
      expect((await owner.get(`/console/${path}`)).status).toBe(200);
    await house.close();
  });
});
