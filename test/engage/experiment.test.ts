import { describe, expect, test } from 'vitest';
import { armOf, campaignResult, mergeOutcomes, type Outcome, outcomeOf } from '../../src/engage/experiment';

const people = Array.from({ length: 20_000 }, (_, i) => `per_${i}`);
const controls = (experiment: string, share: number): Set<string> =>
  new Set(people.filter((person) => armOf({ experiment, person, share }) === 'control'));

describe('control groups', () => {
  test('hold out about their share, and nobody or everybody at its ends', () => {
    expect(Math.abs(controls('spring', 0.1).size - 2000)).toBeLessThan(4 * Math.sqrt(1800));
    expect(controls('spring', 0).size).toBe(0);
    expect(controls('spring', 1).size).toBe(people.length);
  });

  test('stay the same, and grow without letting anybody go', () => {
    const [small, large] = [controls('spring', 0.1), controls('spring', 0.2)];
    expect(controls('spring', 0.1)).toEqual(small);
    expect([...small].every((person) => large.has(person))).toBe(true);
  });

  test('of two experiments are independent', () => {
    const [one, two] = [controls('spring', 0.5), controls('autumn', 0.5)];
    const both = [...one].filter((person) => two.has(person)).length;
    expect(Math.abs(both - 5000)).toBeLessThan(4 * Math.sqrt(3750));
  });
});

const arm = (n: number, mean: number): Outcome =>
  outcomeOf(Array.from({ length: n }, (_, i) => mean + (i % 2 ? 1 : -1)));

describe('the result of a campaign', () => {
  test('is what the treated brought beyond the control group, less the cost', () => {
    const result = campaignResult({ treated: arm(900, 12), control: arm(100, 10), share: 0.1, cost: 600 });
    expect(result).toMatchObject({ kind: 'incremental', treated: 900, control: 100, balanced: true });
    if (result.kind !== 'incremental') throw new Error(result.kind);
    expect(result.margin).toBeCloseTo(1800, 9);
    expect(result.roi).toBeCloseTo(2, 9);
    expect(result.interval[0]).toBeGreaterThan(0);
    const half = 1.96 * 900 * Math.sqrt(900 / 899 / 900 + 100 / 99 / 100);
    expect(result.interval[1] - result.margin).toBeCloseTo(half, 1);
  });

  test('is negative where people would have bought anyway, however much they spent', () => {
    const result = campaignResult({ treated: arm(900, 50), control: arm(100, 50), share: 0.1, cost: 600 });
    expect(result).toMatchObject({ kind: 'incremental', roi: -1 });
  });

  test('is called attributed without a control group, and has no return', () => {
    const none = campaignResult({ treated: arm(900, 12), control: arm(0, 0), share: 0, cost: 600 });
    expect(none).toEqual({ kind: 'attributed', because: 'no_control_group', margin: 10_800, cost: 600, treated: 900 });
    const few = campaignResult({ treated: arm(900, 12), control: arm(29, 10), share: 0.1, cost: 600 });
    expect(few).toMatchObject({ kind: 'attributed', because: 'control_too_small' });
  });

  test('without cost has no return but a margin', () => {
    const result = campaignResult({ treated: arm(900, 12), control: arm(100, 10), share: 0.1, cost: 0 });
    expect(result).toMatchObject({ kind: 'incremental', roi: null, roi_interval: null });
  });

  test('warns where the arms are not of the sizes that were drawn', () => {
    const result = campaignResult({ treated: arm(900, 12), control: arm(300, 10), share: 0.1, cost: 1 });
    expect(result).toMatchObject({ balanced: false });
  });

  test('of two vaults is that of one', () => {
    const parts = [outcomeOf([1, 2, 3]), outcomeOf([4, 5])];
    expect(mergeOutcomes(parts)).toEqual(outcomeOf([1, 2, 3, 4, 5]));
  });
});
