import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATA_COST_RULE, dataCostReport, type FieldLedger } from '../../src/insight/data-cost';
import type { Purchase } from '../../src/insight/history';
import { hideMetric, METRICS, type Metric, mergeMetrics, metricOf, spreadOf } from '../../src/insight/metric';
import {
  customerCounts,
  customerMetrics,
  keepOrWin,
  likelyGone,
  mergeCustomerCounts,
  shareOfWallet,
  simpleLifetimeValue,
} from '../../src/insight/metric-customers';
import {
  contactHistogram,
  permissionMetrics,
  pressureMetrics,
  qualityMetrics,
  requestReport,
  satisfaction,
  withdrawalReport,
} from '../../src/insight/metric-programme';
import { DAY } from '../../src/insight/period';
import { lightOf, type Objective, scorecard } from '../../src/insight/scorecard';

const scope = { as_of: 1000 * DAY, population: 'all units' };

describe('a metric', () => {
  test('carries its numerator, denominator, time and population', () => {
    expect(metricOf('opt_in_rate', 3, 4, scope)).toEqual({
      metric: 'opt_in_rate',
      numerator: 3,
      denominator: 4,
      value: 0.75,
      ...scope,
    });
  });

  test('over nothing is null, not 0 and not NaN', () => {
    for (const key of Object.keys(METRICS) as Metric['metric'][]) expect(metricOf(key, 0, 0, scope).value).toBeNull();
  });

  test('of several vaults is that of all', () => {
    const merged = mergeMetrics([metricOf('opt_in_rate', 1, 10, scope), metricOf('opt_in_rate', 9, 10, scope)]);
    expect(merged).toEqual(metricOf('opt_in_rate', 10, 20, scope));
  });

  test('is not added to another, nor to the same of another day or population', () => {
    const one = metricOf('opt_in_rate', 1, 10, scope);
    for (const other of [
      metricOf('churn_rate', 1, 10, scope),
      { ...one, as_of: 1 },
      { ...one, population: 'one unit' },
    ]) {
      expect(() => mergeMetrics([one, other])).toThrow(RangeError);
    }
  });

  test('hides a few people, the few that are not counted too, but not a few pounds', () => {
    const shown = (key: Metric['metric'], n: number, d: number) => hideMetric(metricOf(key, n, d, scope), 5).value;
    expect(shown('opt_in_rate', 50, 100)).toBe(0.5);
    expect(shown('opt_in_rate', 0, 100)).toBe(0);
    expect([shown('opt_in_rate', 3, 100), shown('opt_in_rate', 97, 100), shown('opt_in_rate', 1, 3)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(shown('acquisition_cost', 3, 100)).toBe(0.03);
    expect(shown('acquisition_cost', 300, 3)).toBeNull();
  });
});

const DAYS = (n: number): number => n * DAY;
const buy = (customer: string, ...days: number[]): Purchase[] => days.map((d) => ({ customer, at: DAYS(d), spend: 1 }));

describe('metrics of customers', () => {
  const period = { from: DAYS(100), until: DAYS(200) };
  const purchases = [
    ...buy('stays', 50, 150, 160),
    ...buy('leaves', 90),
    ...buy('new', 150, 150.5),
    ...buy('back', 1, 180),
    ...buy('passing', 101),
    ...buy('later', 200),
  ];
  const counts = customerCounts(purchases, period, DAYS(60));

  test('count by their definitions', () => {
    expect(counts).toEqual({
      buyers: 4,
      repeat_buyers: 1,
      at_start: 2,
      at_end: 3,
      stayed: 1,
      new_at_end: 1,
      new_customers: 2,
    });
  });

  test('are ratios of those counts', () => {
    const metrics = customerMetrics(counts, scope);
    expect(metrics.repeat_purchase_rate).toMatchObject({ numerator: 1, denominator: 4, value: 0.25 });
    expect(metrics.retention_rate).toMatchObject({ numerator: 2, denominator: 2 });
    expect(metrics.churn_rate).toMatchObject({ numerator: 1, denominator: 2, value: 0.5 });
  });

  test('of two vaults are those of one', () => {
    const purchase = fc.record({
      customer: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      at: fc.integer({ min: 0, max: DAYS(220) }),
      spend: fc.constant(1),
    });
    fc.assert(
      fc.property(fc.array(purchase), (list) => {
        const parts = [list.filter(({ customer }) => customer < 'c'), list.filter(({ customer }) => customer >= 'c')];
        const merged = mergeCustomerCounts(parts.map((part) => customerCounts(part, period, DAYS(60))));
        expect(merged).toEqual(customerCounts(list, period, DAYS(60)));
        expect(merged.stayed).toBeLessThanOrEqual(Math.min(merged.at_start, merged.at_end));
      }),
    );
  });

  test('put the cost of winning beside the cost of keeping', () => {
    const both = keepOrWin({ counts, acquisition_spending: 200, retention_spending: 20, scope });
    expect(both).toMatchObject({ acquisition_cost: { value: 100 }, retention_cost: { value: 20 }, kept_per_won: 5 });
    const nobody = customerCounts([], period, DAYS(60));
    const none = keepOrWin({ counts: nobody, acquisition_spending: 9, retention_spending: 9, scope });
    expect([none.acquisition_cost.value, none.kept_per_won]).toEqual([null, null]);
  });

  test('the simple lifetime value is that of the textbook, and null without a limit', () => {
    expect(simpleLifetimeValue({ margin: 100, retention: 0.8, discount: 0.1 })).toBeCloseTo(80 / 0.3, 10);
    expect(simpleLifetimeValue({ margin: 100, retention: 1.1, discount: 0.1 })).toBeNull();
  });

  test('the share that is likely gone leaves out one-time buyers, of whom the model knows nothing', () => {
    const alive = [
      { probability: 1, artefact: true },
      { probability: 0.2, artefact: false },
      { probability: 0.9, artefact: false },
    ];
    expect(likelyGone(alive, 0.5, scope)).toMatchObject({ numerator: 1, denominator: 2 });
    expect(likelyGone(alive.slice(0, 1), 0.5, scope).value).toBeNull();
  });

  test('the share of wallet is over buyers who told, and never above the whole', () => {
    const buyers = [
      { ours: 20, category: 80 },
      { ours: 50, category: 20 },
      { ours: 30, category: null },
      { ours: 0, category: 70 },
    ];
    expect(shareOfWallet(buyers, scope)).toMatchObject({ numerator: 70, denominator: 130 });
  });
});

describe('metrics of the programme', () => {
  test('of permission', () => {
    const counts = { persons: 200, asked: 120, decided: 100, granted: 60, ever_granted: 80, withdrawn: 20 };
    const values = Object.values(permissionMetrics(counts, scope)).map(({ value }) => value);
    expect(values).toEqual([0.5, 0.5, 0.3, 0.25]);
  });

  test('of what went out after a withdrawal', () => {
    const report = withdrawalReport(
      [
        { withdrawn_at: 100, effects: [50, 100] },
        { withdrawn_at: 100, effects: [160, 130] },
      ],
      scope,
    );
    expect(report.late_effects).toMatchObject({ numerator: 2, denominator: 2 });
    expect(report.delays).toEqual([
      { value: 0, n: 1 },
      { value: 60, n: 1 },
    ]);
  });

  test('of contact pressure over all vaults', () => {
    const period = { from: 0, until: 7 };
    const one = contactHistogram(
      [1, 2, 3, 9].map((at) => ({ person: 'a', at })),
      period,
    );
    const two = contactHistogram([{ person: 'b', at: 6 }], period);
    const { contacts, over_cap_share } = pressureMetrics([one, two], 2, scope);
    expect(contacts).toMatchObject({ n: 2, mean: 2, max: 3, median: 2 });
    expect(contacts.p95).toBeCloseTo(2.9, 12);
    expect(over_cap_share).toMatchObject({ numerator: 1, denominator: 2 });
    expect(pressureMetrics([], 2, scope)).toMatchObject({
      contacts: { mean: null, p95: null },
      over_cap_share: { value: null },
    });
  });

  test('of requests: answered late, open beyond the deadline, and open in time', () => {
    const request = (received: number, due: number, completed: number | null) => ({
      received_at: DAYS(received),
      verified_at: completed === null ? null : DAYS(received + 1),
      due_at: DAYS(due),
      completed_at: completed === null ? null : DAYS(completed),
    });
    const report = requestReport(
      [
        request(900, 930, 910),
        request(900, 930, 940),
        request(960, 990, null),
        request(980, 1010, null),
        request(990, 1020, 1005),
      ],
      scope,
    );
    expect(report.overdue_requests).toMatchObject({ numerator: 2, denominator: 3 });
    expect(spreadOf([report.from_receipt], scope)).toMatchObject({ n: 2, median: DAYS(25), max: DAYS(40) });
    expect(spreadOf([report.from_verification], scope).max).toBe(DAYS(39));
    expect(spreadOf([report.from_receipt], scope, 3)).toMatchObject({ n: 2, median: null });
  });

  test('of quality and satisfaction', () => {
    const counts = {
      required: 10,
      present: 9,
      with_rule: 8,
      valid: 6,
      persons: 100,
      in_suspected_pairs: 4,
      with_term: 0,
      stale: 0,
      values: 50,
      with_live_basis: 50,
    };
    const values = Object.values(qualityMetrics(counts, scope)).map(({ value }) => value);
    expect(values).toEqual([0.9, 0.75, 0.04, null, 1]);
    expect(satisfaction([5, 4, 3], scope).value).toBe(4);
    expect(satisfaction([], scope).value).toBeNull();
  });
});

describe('the cost of data', () => {
  const field = (name: string, of: Partial<FieldLedger>): FieldLedger => ({
    field: name,
    persons: 100,
    eligible: 100,
    collect: 0.3,
    keep: 0.1,
    margin: 1,
    last_used: scope.as_of - DAY,
    ...of,
  });
  const advise = (...fields: FieldLedger[]) => dataCostReport({ fields, rule: DATA_COST_RULE, as_of: scope.as_of });

  test('advises a café, which earns half a crown an order, against demographics', () => {
    const demographics = ['age', 'household', 'income'].map((name) =>
      field(name, { collect: 3, keep: 0.4, margin: 0.5 }),
    );
    const report = advise(...demographics);
    expect(report.rows.map(({ advice }) => advice)).toEqual(['collect_less', 'collect_less', 'collect_less']);
    expect(report.saving).toBeCloseTo(3 * 100 * 0.9, 10);
  });

  test('advises an insurer, to whom the same fields bring much, to collect more', () => {
    const report = advise(field('household', { collect: 3, keep: 0.4, margin: 25, persons: 40 }));
    expect(report.rows[0]).toMatchObject({ advice: 'collect_more', net: 23.6 });
    expect(report.saving).toBe(0);
  });

  test('advises to measure what nobody has measured, and to delete what nobody has used', () => {
    const report = advise(
      field('hobby', { margin: null }),
      field('shoe size', { last_used: scope.as_of - 91 * DAY, margin: 99 }),
      field('fax', { last_used: null }),
      field('name', {}),
    );
    expect(new Map(report.rows.map(({ field: name, advice }) => [name, advice]))).toEqual(
      new Map([
        ['shoe size', 'delete'],
        ['fax', 'delete'],
        ['hobby', 'measure'],
        ['name', 'keep'],
      ]),
    );
    expect(report.total_cost).toBeCloseTo(4 * 100 * 0.2, 10);
  });

  test('a field used 90 days ago is still in use', () => {
    expect(advise(field('x', { last_used: scope.as_of - 90 * DAY })).rows[0]!.advice).toBe('keep');
  });
});

describe('the scorecard', () => {
  const objective: Objective = {
    key: 'repeat',
    title: 'More repeat purchases',
    target: 0.5,
    sense: 'at_least',
    due_at: 100,
    actual: 0.4,
    baseline: 0.3,
  };

  test('is red for what is due and unmet, and only for that', () => {
    expect(lightOf(objective, 99)).toBe('amber');
    expect(lightOf(objective, 100)).toBe('red');
    expect(lightOf({ ...objective, actual: 0.5 }, 100)).toBe('green');
    expect(lightOf({ ...objective, actual: null }, 100)).toBe('red');
  });

  test('knows objectives where less is better', () => {
    const cost: Objective = { ...objective, sense: 'at_most', target: 10, baseline: 20, actual: 15 };
    expect(lightOf(cost, 100)).toBe('red');
    expect(lightOf({ ...cost, actual: 9 }, 100)).toBe('green');
  });

  test('shows progress, budget against actual, and adoption', () => {
    const card = scorecard({
      objectives: [objective],
      budget: [
        { title: 'Licences', planned: 100, actual: 120 },
        { title: 'Unplanned', planned: 0, actual: 0 },
      ],
      adoption: { active: 3, entitled: 4 },
      now: 100,
    });
    expect(card.objectives[0]!.progress).toBeCloseTo(0.5, 12);
    expect(card.lights).toEqual({ green: 0, amber: 0, red: 1 });
    expect(card.budget).toMatchObject([
      { used: 1.2, over: true },
      { used: null, over: false },
    ]);
    expect(card.adoption.share).toBe(0.75);
  });
});
