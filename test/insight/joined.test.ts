import { afterEach, describe, expect, it, vi } from 'vitest';
import { fitText } from '../../src/insight';
import { type Analysed, openAnalysed } from './shop';

// A year of purchases goes in through the front door.
vi.setConfig({ testTimeout: 180_000 });

let shop: Analysed;
afterEach(() => shop.close());

type FitAnswer = { model: string; people: number; excluded: Record<string, number>; scored: { scored: number } };
const fitNow = (body: object = {}) => shop.send<FitAnswer>('POST', '/v1/insight/fits', body);
const report = <T>(name: string, query = '') =>
  shop.send<{ people: number; excluded: Record<string, number>; body: T }>(
    'GET',
    `/v1/insight/reports/${name}${query}`,
  );
const scores = () =>
  shop.sql<{ person: string; field: string; value: string }>(
    `select person, field, value from attribute where field in ('lifetime_value', 'alive', 'expected_purchases', 'relation')`,
  );

describe.each([1, 4])('a fit over %i vaults', (vaults) => {
  it('counts and scores those alone who allow profiling, and forgets a score with the permission', async () => {
    const allowed = (n: number) => n % 3 !== 0;
    shop = await openAnalysed(vaults, 120, (n) =>
      allowed(n) ? { profiling: 'granted' } : n % 2 ? { profiling: 'refused' } : {},
    );
    const yes = [...shop.people].filter(([name]) => allowed(Number(name.slice(1)))).map(([, person]) => person);
    const first = await fitNow();
    expect(first.status, first.text).toBe(201);
    expect(first.body.people).toBe(yes.length);
    expect(first.body.scored).toEqual({ scored: yes.length, dropped: 0 });
    expect(first.body.excluded).toEqual({ refused: 20, never_asked: 20 });
    expect(new Set(scores().map((s) => s.person))).toEqual(new Set(yes));
    expect(scores().filter((s) => s.field === 'lifetime_value' && Number(s.value) > 0).length).toBeGreaterThan(60);
    const person = yes[0]!;
    const withdraw = { subject: { type: 'person', id: person }, choices: { profiling: 'withdrawn' }, method: 'api' };
    expect((await shop.send('POST', '/v1/consents', withdraw)).status).toBe(201);
    expect(scores().filter((s) => s.person === person)).toEqual([]);
    const second = await fitNow();
    expect(second.body.people).toBe(yes.length - 1);
    expect(scores().filter((s) => s.person === person)).toEqual([]);
    expect(shop.problems).toEqual([]);
  });
});

it('finds the same parameters over one vault and over four, and as the file that anybody can fit', async () => {
  const params: unknown[] = [];
  for (const vaults of [1, 4]) {
    shop = await openAnalysed(vaults, 100, () => ({ profiling: 'granted' }));
    await fitNow({ score: false });
    const { body } = (await report<{ purchases: { params: Record<string, number> } }>('lifetime_value')).body;
    params.push(body.purchases.params);
    if (vaults === 1) await shop.close();
  }
  const text = shop.orders
    .map((o) => `${o.customer},${new Date(o.at).toISOString().slice(0, 10)},${o.total}`)
    .join('\n');
  const own = fitText(`customer,date,spend\n${text}`);
  expect(own.ok && own.lines[0]).toContain('customers 100');
  for (const key of ['r', 'alpha', 'a', 'b']) {
    const [one, four] = params as Record<string, number>[];
    expect(four![key]).toBeCloseTo(one![key]!, 4);
  }
});

describe('reports', () => {
  const choices = (n: number) => (n % 4 === 0 ? {} : { statistics: 'granted', profiling: 'granted' });

  it('are what an independent look at the rows says', async () => {
    shop = await openAnalysed(4, 100, choices);
    const { body } = (
      await report<{ metrics: Record<string, { numerator: number; denominator: number; value: number; sql: string }> }>(
        'customers',
      )
    ).body;
    const until = shop.clock.now();
    const from = until - 365 * 86_400_000;
    const people = [...shop.people].filter(([name]) => Number(name.slice(1)) % 4 !== 0).map(([, person]) => person);
    const rows = shop.sql<{ person: string; days: number }>(
      `select person, count(distinct date(at / 1000, 'unixepoch')) as days from sale
       where status = 'paid' and at >= :from and at < :until group by person`,
      { from, until },
    );
    const mine = rows.filter((r) => people.includes(r.person));
    const rate = body.metrics.repeat_purchase_rate!;
    expect([rate.numerator, rate.denominator]).toEqual([mine.filter((r) => r.days >= 2).length, mine.length]);
    for (const metric of Object.values(body.metrics)) {
      const window = 180 * 86_400_000;
      const params = { people: JSON.stringify(people), from, until, window, currency: 'EUR' };
      const parts = shop.sql<{ numerator: number | null; denominator: number | null }>(metric.sql, params);
      const sum = (by: 'numerator' | 'denominator') => parts.reduce((total, part) => total + (part[by] ?? 0), 0);
      expect([sum('numerator'), sum('denominator')]).toEqual([metric.numerator, metric.denominator]);
    }
  });

  it('speak of those alone whom their purpose allows to count, and hide what is few', async () => {
    shop = await openAnalysed(1, 60, choices);
    const names = (await shop.send<{ data: { name: string }[] }>('GET', '/v1/insight/reports')).body.data.map(
      (r) => r.name,
    );
    await fitNow();
    for (const name of names.filter((n) => n !== 'satisfaction')) {
      const answer = await report(name);
      expect([name, answer.status], answer.text).toEqual([name, 200]);
    }
    const { body } = await report<{ cells: { customers: number | null }[] }>('rfm');
    expect([body.people, body.excluded]).toEqual([45, { never_asked: 15 }]);
    const shown = body.body.cells.flatMap(({ customers }) => customers ?? []);
    expect(shown.filter((n) => n < 5)).toEqual([]);
    const matrix = await report<{ groups: { customers: number | null }[]; correlation: { n: number } }>(
      'loyalty_profit',
    );
    expect(matrix.body.body.correlation.n).toBe(45);
  });

  it('name no person', async () => {
    shop = await openAnalysed(1, 30, choices);
    await fitNow();
    for (const name of ['rfm', 'stages', 'loyalty_profit', 'cohorts', 'baskets', 'lifetime_value'])
      expect((await report(name)).text).not.toMatch(/per_eu[0-9a-f]{4}/);
  });

  it('show the programme: overdue and unmet is red, spending against plan', async () => {
    shop = await openAnalysed(1, 80, choices);
    await shop.define([
      ['objectives', 'complaints', { title: 'Few complaints', target: 2, sense: 'at_most', due: '2026-01-01' }],
      [
        'objectives',
        'loyal',
        { title: 'They come again', metric: 'repeat_purchase_rate', target: 0.01, due: '2027-01-01' },
      ],
      ['budgets', 'start', { title: 'The start', programme: 'start', planned: 1000 }],
    ]);
    await shop.send('POST', '/v1/insight/measurements', { objective: 'complaints', value: 9 });
    type Card = { objectives: { key: string; light: string }[]; lights: { red: number } };
    const { body } = (await report<Card>('programme')).body;
    expect(body.objectives.map(({ key, light }) => [key, light])).toEqual([
      ['complaints', 'red'],
      ['loyal', 'green'],
    ]);
  });
});

it('scores, counts and mails nobody who was never asked', async () => {
  shop = await openAnalysed(4, 60, () => ({}));
  expect((await fitNow()).status, 'nothing to fit').toBe(409);
  await shop.send('POST', '/v1/campaigns/autumn/send', {});
  await shop.server.tick();
  const { body } = await report<unknown>('rfm');
  expect([scores().length, shop.mails.length, body.people]).toEqual([0, 0, 0]);
  expect(body.excluded).toEqual({ never_asked: 60 });
});

describe('what stands behind the numbers', () => {
  const all = () => ({ statistics: 'granted', profiling: 'granted' });
  const subject = (name: string) => ({ subject: { type: 'customer', id: `shop~${name}` } });

  it('is explained for one person, and looks at nobody who said no', async () => {
    shop = await openAnalysed(4, 60, (n) => (n === 7 ? { profiling: 'refused' } : all()));
    await fitNow();
    type Why = {
      allowed: boolean;
      reason: string;
      history: { age: number } | null;
      value: number | null;
      group: string;
    };
    const yes = (await shop.send<Why>('POST', '/v1/insight/explain', subject('c1'))).body;
    const stored = scores().find((s) => s.person === shop.people.get('c1') && s.field === 'lifetime_value')!;
    expect(yes).toMatchObject({ allowed: true, reason: 'granted' });
    expect(Math.round(yes.value!)).toBe(Number(stored.value));
    const no = (await shop.send<Why>('POST', '/v1/insight/explain', subject('c7'))).body;
    expect(no).toMatchObject({ allowed: false, reason: 'refused', history: null, value: null, group: null });
  });

  it('may say that a field costs more than it brings, and that nobody uses it', async () => {
    shop = await openAnalysed(1, 30, all);
    const field = {
      group: 'preferences',
      type: 'string',
      purposes: ['profiling'],
      category: 'user.demographic',
      retention_days: 365,
      owner: 'shop',
      annual_cost: 300,
    };
    await shop.define([
      ['fields', 'shoe_size', { ...field, name: { en: 'Shoe size' } }],
      ['fields', 'hobby', { ...field, name: { en: 'Hobby' } }],
    ]);
    for (const name of [...shop.people.keys()].slice(0, 10))
      await shop.send('PUT', `/v1/people/customer:shop~${name}`, {
        source: 'crm',
        attributes: { shoe_size: '42', hobby: 'chess' },
      });
    await shop.send('POST', '/v1/insight/measurements', { objective: 'margin_hobby', value: 100 });
    type Rows = { rows: { field: string; persons: number; advice: string }[]; saving: number };
    const unused = (await report<Rows>('data_cost')).body.body.rows;
    expect(unused.filter((r) => r.persons === 10).map(({ advice }) => advice)).toEqual(['delete', 'delete']);
    const made = await shop.send<{ id: string }>('POST', '/v1/segments', {
      name: 'Players',
      purpose: 'profiling',
      channel: null,
      rule: { field: 'hobby', is: 'eq', value: 'chess' },
    });
    expect(made.status, made.text).toBe(201);
    const quality = (await report<Record<string, { value: number; denominator: number }>>('quality')).body.body;
    expect(quality.field_coverage).toMatchObject({ value: 1 });
    expect(quality.field_coverage!.denominator).toBe(20);
  });

  it('shows that nothing was sent after a withdrawal', async () => {
    shop = await openAnalysed(4, 30, () => ({ statistics: 'granted', newsletter: 'granted' }));
    for (const [name, person] of [...shop.people].slice(0, 8)) {
      await shop.send('PUT', `/v1/people/customer:shop~${name}`, {
        source: 'crm',
        identifiers: [{ type: 'email', id: `${name}@post.example` }],
      });
      if (name === [...shop.people.keys()][0]) continue;
      await shop.send('POST', '/v1/consents', {
        subject: { type: 'person', id: person },
        choices: { newsletter: 'withdrawn' },
        method: 'api',
      });
    }
    await shop.send('POST', '/v1/campaigns/autumn/send', {});
    await shop.server.tick();
    expect(shop.mails).toHaveLength(1);
    shop.clock.advance(1000);
    type Late = { late_effects: { numerator: number; denominator: number; value: number } };
    const { body } = (await report<Late>('withdrawals')).body;
    expect(body.late_effects).toMatchObject({ numerator: 0, denominator: 7, value: 0 });
    const permissions = (
      await report<Record<string, Record<string, { numerator: number; denominator: number }>>>('permissions')
    ).body.body;
    expect(permissions.newsletter!.opt_in_rate).toMatchObject({ numerator: 23, denominator: 30 });
    expect(permissions.newsletter!.withdrawal_rate).toMatchObject({ numerator: 7, denominator: 30 });
  });

  it('counts contacts over all units as plain SQL does', async () => {
    shop = await openAnalysed(4, 24, () => ({ newsletter: 'granted', statistics: 'granted' }));
    await shop.define([['pressure_rules', 'main', { caps: [{ name: 'one', most: 1, days: 1 }] }]]);
    for (let day = 0; day < 2; day++) {
      for (const [name, person] of shop.people) {
        if (day === 1 && Number(name.slice(1)) > 10) continue;
        await shop.send('POST', '/v1/contacts', {
          subject: { type: 'person', id: person },
          purpose: 'newsletter',
          unit: 'shop',
          channel: 'email',
          sent: true,
        });
      }
      shop.later(2);
    }
    type Shown = {
      over_cap_share: { numerator: number; denominator: number; sql: string };
      contacts: { max: number; mean: number };
    };
    const { body } = (await report<Shown>('pressure')).body;
    expect(body.contacts).toMatchObject({ max: 2, mean: 34 / 24 });
    const until = shop.clock.now();
    const rows = shop.sql<{ numerator: number; denominator: number }>(body.over_cap_share.sql, {
      cap: 1,
      from: 0,
      until,
    });
    const sum = (by: 'numerator' | 'denominator') => rows.reduce((total, row) => total + (row[by] ?? 0), 0);
    expect([sum('numerator'), sum('denominator')]).toEqual([10, 24]);
    expect(body.over_cap_share).toMatchObject({ numerator: 10, denominator: 24 });
  });
});
