import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ADVICE,
  barnacleAdvice,
  groupOf,
  RELATION_RULE,
  type Relation,
  relationOf,
  relationReport,
  thresholdsOf,
} from '../../src/insight/loyalty-profit';
import { seeded } from '../../src/insight/numeric/random';
import { type ProfitEntry, type StageSpan, stageAt, stageReport } from '../../src/insight/stages';

const relation = (id: string, profit: number, lifetime: number, share: number | null = null): Relation => ({
  id,
  profit,
  lifetime,
  share_of_wallet: share,
});

describe('loyalty and profit', () => {
  const rule = { ...RELATION_RULE, profit: 100, lifetime: 50 };
  const by = thresholdsOf([], rule)!;

  test('make four groups', () => {
    expect(groupOf({ profit: 200, lifetime: 90 }, by)).toBe('true_friend');
    expect(groupOf({ profit: 200, lifetime: 10 }, by)).toBe('butterfly');
    expect(groupOf({ profit: 20, lifetime: 90 }, by)).toBe('barnacle');
    expect(groupOf({ profit: 20, lifetime: 10 }, by)).toBe('stranger');
  });

  test('a customer exactly on both thresholds goes where the rule says', () => {
    expect(groupOf({ profit: 100, lifetime: 50 }, by)).toBe('true_friend');
    expect(groupOf({ profit: 100, lifetime: 50 }, { ...by, ties: 'low' })).toBe('stranger');
  });

  test('a student who costs now and will bring much is no stranger; by the present stage alone they were one', () => {
    const student = { id: 's', margin_to_date: -20, expected_margin: 900, lifetime: 400 };
    expect(groupOf(relationOf(student), by)).toBe('true_friend');
    expect(groupOf(relationOf({ ...student, expected_margin: 0, lifetime: 10 }), by)).toBe('stranger');
  });

  test('barnacles with a small share of wallet are sold to, with a small purse they are made cheaper', () => {
    expect([0.1, 0.9, null].map((share) => barnacleAdvice(share, rule))).toEqual([
      'sell_more',
      'control_cost',
      'measure_wallet',
    ]);
  });

  test('thresholds at the median stand in the report as numbers', () => {
    const relations = [1, 2, 3, 4, 5].map((i) => relation(`c${i}`, i * 10, i));
    const report = relationReport({ relations, rule: RELATION_RULE, k: 1, as_of: 0 });
    expect(report.thresholds).toEqual({ profit: 30, lifetime: 3, ties: 'high' });
    expect(report.groups.map(({ group, customers }) => [group, customers])).toEqual([
      ['true_friend', 3],
      ['butterfly', 0],
      ['barnacle', 0],
      ['stranger', 2],
    ]);
    expect(report.groups.map(({ advice }) => advice)).toEqual(Object.values(ADVICE));
  });

  test('groups hold everybody once, and their profits are the whole', () => {
    const number = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), (pairs) => {
        const relations = pairs.map(([profit, lifetime], i) => relation(`c${i}`, profit, lifetime));
        const report = relationReport({ relations, rule: RELATION_RULE, k: 1, as_of: 0 });
        expect(report.groups.reduce((sum, { customers }) => sum + customers!, 0)).toBe(pairs.length);
        const profit = report.groups.reduce((sum, row) => sum + row.profit!, 0);
        expect(profit).toBe(relations.reduce((sum, row) => sum + row.profit, 0));
      }),
    );
  });

  test('no correlation is reported where there is none', () => {
    const random = seeded(4);
    const relations = Array.from({ length: 400 }, (_, i) => relation(`c${i}`, random.normal(), random.normal()));
    const report = relationReport({ relations, rule: RELATION_RULE, k: 5, as_of: 0 });
    expect(report.finding).toBe('none_shown');
    expect(report.correlation.n).toBe(400);
    expect(Math.abs(report.correlation.pearson!)).toBeLessThan(0.1);
  });

  test('a correlation is reported where there is one, in both directions, and not for three customers', () => {
    const line = (slope: number, n: number) =>
      Array.from({ length: n }, (_, i) => relation(`c${i}`, slope * i + (i % 7), i));
    const finding = (relations: Relation[]) =>
      relationReport({ relations, rule: RELATION_RULE, k: 1, as_of: 0 }).finding;
    expect([finding(line(1, 60)), finding(line(-1, 60)), finding(line(1, 3))]).toEqual([
      'positive',
      'negative',
      'too_few',
    ]);
  });

  test('groups of few people are hidden with their profit', () => {
    const relations = [
      ...Array.from({ length: 30 }, (_, i) => relation(`f${i}`, 200, 90)),
      ...Array.from({ length: 20 }, (_, i) => relation(`s${i}`, 20, 10)),
      relation('b', 200, 10),
    ];
    const report = relationReport({ relations, rule, k: 5, as_of: 0 });
    expect(report.groups.map(({ customers }) => customers)).toEqual([30, null, 0, null]);
    expect(report.groups[1]).toMatchObject({ profit: null, share_of_profit: null });
  });

  test('of nobody are null, not zero', () => {
    const report = relationReport({ relations: [], rule: RELATION_RULE, k: 5, as_of: 0 });
    expect(report.thresholds).toBeNull();
    expect(report.groups.every(({ share_of_profit }) => share_of_profit === null)).toBe(true);
    expect(report.correlation).toMatchObject({ pearson: null, spearman: null, n: 0 });
  });
});

describe('stages of life', () => {
  const spans: StageSpan[] = ['p1', 'p2', 'p3', 'p4'].flatMap((person) => [
    { person, stage: 'student', from: 0, until: 100 },
    { person, stage: 'career', from: 100, until: null },
  ]);
  const entries: ProfitEntry[] = ['p1', 'p2', 'p3', 'p4'].flatMap((person, i) => [
    { person, at: 10, amount: -20 },
    { person, at: 50, amount: 5 },
    { person, at: 150, amount: i < 3 ? 100 : 1 },
  ]);

  test('begin with their first moment and end before their last', () => {
    expect([99, 100, -1].map((at) => stageAt(spans.slice(0, 2), at))).toEqual(['student', 'career', 'unknown']);
  });

  test('that overlap count from the later', () => {
    const both = [...spans.slice(0, 2), { person: 'p1', stage: 'parent', from: 120, until: null }];
    expect(stageAt(both, 130)).toBe('parent');
    expect(stageAt([...both].reverse(), 130)).toBe('parent');
  });

  test('have a profit each that sums to the total, and show who was carried', () => {
    const report = stageReport({ entries, spans, k: 1, as_of: 1000 });
    expect(report.rows).toEqual([
      { stage: 'student', stages: ['student'], persons: 4, income: 20, cost: 80, profit: -60 },
      { stage: 'career', stages: ['career'], persons: 4, income: 301, cost: 0, profit: 301 },
    ]);
    expect(report).toMatchObject({ profit: 241, persons: 4, loss_making: 4, carried: 3 });
  });

  test('with few people are put together, so that the table still sums', () => {
    const few = [...entries, { person: 'p9', at: 10, amount: 7 }];
    const report = stageReport({ entries: few, spans, k: 4, as_of: 1000 });
    expect(report.rows).toHaveLength(2);
    expect(report.rows[1]).toMatchObject({ stage: null, stages: ['student', 'unknown'], persons: 5, profit: -53 });
    expect(report.rows.reduce((sum, { profit }) => sum + profit!, 0)).toBe(report.profit);
  });

  test('of too few people in all show no profit at all', () => {
    const report = stageReport({ entries, spans, k: 10, as_of: 1000 });
    expect(report.rows).toEqual([
      { stage: null, stages: ['student', 'career'], persons: null, income: null, cost: null, profit: null },
    ]);
    expect(report.profit).toBeNull();
  });

  test('sum to the total for any entries', () => {
    const entry = fc.record({
      person: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5'),
      at: fc.integer({ min: 0, max: 300 }),
      amount: fc.integer({ min: -100, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(entry), (list) => {
        const report = stageReport({ entries: list, spans, k: 1, as_of: 1000 });
        const total = list.reduce((sum, { amount }) => sum + amount, 0);
        expect(report.rows.reduce((sum, { profit }) => sum + profit!, 0)).toBe(total);
        expect(report.profit).toBe(total);
      }),
    );
  });

  test('do not know the future', () => {
    expect(stageReport({ entries, spans, k: 1, as_of: 60 }).profit).toBe(-60);
  });
});
