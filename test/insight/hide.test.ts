import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideSmall } from '../../src/insight/hide';

describe('hiding small cells', () => {
  test('hides 1 to k−1 and shows nobody as nobody', () => {
    expect(hideSmall([0, 3, 4, 50, 60], 5)).toEqual([0, null, null, 50, 60]);
  });

  test('hides the next smallest too, where a single small cell could be told from the total', () => {
    expect(hideSmall([3, 50, 60], 5)).toEqual([null, null, 60]);
  });

  test('never leaves hidden cells that hold fewer than k people together, unless there is nothing else to hide', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 15 }), (cells, k) => {
        const shown = hideSmall(cells, k);
        const hidden = cells.filter((_, i) => shown[i] === null).reduce((sum, n) => sum + n, 0);
        expect(shown.every((n) => n === null || n === 0 || n >= k)).toBe(true);
        const isNothingLeft = shown.every((n) => n === null || n === 0);
        expect(hidden === 0 || hidden >= k || isNothingLeft).toBe(true);
      }),
    );
  });
});
