import { describe, expect, test } from 'vitest';
import {
  catalogueOf,
  copurchaseCounts,
  type History,
  mergeCopurchases,
  neighboursOf,
  recommend,
} from '../../src/engage/recommend';

const K = 3;
const person = (name: string, ...products: string[]): History => ({ person: name, products });
const histories: History[] = [
  ...['a', 'b', 'c', 'd', 'e'].map((name) => person(name, 'doll', 'game')),
  ...['f', 'g', 'h'].map((name) => person(name, 'doll', 'tea')),
  ...['i', 'j'].map((name) => person(name, 'doll', 'secret')),
];
const catalogue = catalogueOf([
  { product: 'tea', space: 'breakfast', rank: 1 },
  { product: 'doll', space: 'playtime', rank: 3 },
  { product: 'game', space: 'playtime', rank: 2 },
  { product: 'kite', space: 'playtime', rank: 4 },
  { product: 'secret', space: 'health', rank: 9 },
]);
const neighbours = neighboursOf(copurchaseCounts(histories), K);
const nowhere = { product: null, space: null };

describe('co-purchases', () => {
  test('rank what more people bought together first', () => {
    expect(neighbours.get('doll')!.map(({ product }) => product)).toEqual(['game', 'tea']);
    expect(neighbours.get('game')![0]!.score).toBeCloseTo(5 / Math.sqrt(10 * 5), 12);
  });

  test('of fewer than k people do not exist', () => {
    expect(neighbours.has('secret')).toBe(false);
    const three = neighboursOf(copurchaseCounts([...histories, person('k', 'doll', 'secret')]), K);
    expect(three.get('doll')!.some(({ product }) => product === 'secret')).toBe(true);
  });

  test('count a person once, however often they bought', () => {
    const greedy = Array.from({ length: 1 }, () => person('x', 'doll', 'rope', 'doll', 'rope', 'rope'));
    expect(copurchaseCounts(greedy).pairs).toEqual({ 'doll\nrope': 1 });
  });

  test('leave out who withdrew at the next build', () => {
    const rest = histories.filter(({ person: name }) => name !== 'f');
    const rebuilt = neighboursOf(copurchaseCounts(rest), K);
    expect(rebuilt.get('doll')!.map(({ product }) => product)).toEqual(['game']);
  });

  test('of two vaults add up, and reach k only together', () => {
    const parts = [0, 1].map((vault) => copurchaseCounts(histories.filter((_, i) => i % 2 === vault)));
    expect(mergeCopurchases(parts)).toEqual(copurchaseCounts(histories));
    expect(neighboursOf(parts[1]!, K).get('doll')).toBeUndefined();
    expect(neighboursOf(mergeCopurchases(parts), K).get('doll')).toHaveLength(2);
  });

  test('keep products apart that are named like built-in things', () => {
    const odd = ['a', 'b', 'c'].map((name) => person(name, '__proto__', 'constructor'));
    const counts = mergeCopurchases([copurchaseCounts(odd.slice(0, 1)), copurchaseCounts(odd.slice(1))]);
    expect(neighboursOf(counts, K).get('__proto__')).toEqual([{ product: 'constructor', score: 1 }]);
  });
});

describe('a recommendation', () => {
  test('follows from what the person bought, where their profile may be used', () => {
    const found = recommend({ neighbours, catalogue, context: nowhere, profile: ['doll'], limit: 2 });
    expect(found).toEqual({
      mode: 'profile',
      items: [
        { product: 'game', because: 'you_bought', of: 'doll' },
        { product: 'tea', because: 'you_bought', of: 'doll' },
      ],
    });
  });

  test('is contextual for everyone else, and the same for all of them', () => {
    const page = { product: 'doll', space: null };
    const found = recommend({ neighbours, catalogue, context: page, profile: null, limit: 3 });
    expect(found.mode).toBe('contextual');
    expect(found.items).toEqual([
      { product: 'game', because: 'bought_with_page', of: 'doll' },
      { product: 'tea', because: 'bought_with_page', of: 'doll' },
      { product: 'kite', because: 'same_need', of: 'playtime' },
    ]);
  });

  test('crosses products inside a need', () => {
    const found = recommend({
      neighbours,
      catalogue,
      context: { product: 'kite', space: null },
      profile: null,
      limit: 2,
    });
    expect(found.items.map(({ product, because }) => [product, because])).toEqual([
      ['game', 'same_need'],
      ['doll', 'same_need'],
    ]);
  });

  test('never repeats, never shows the page itself, what is owned, or what is not sold', () => {
    const gone = catalogueOf([...catalogue.ranked].filter(({ product }) => product !== 'game'));
    const page = { product: 'tea', space: 'playtime' };
    const found = recommend({ neighbours, catalogue: gone, context: page, profile: ['doll'], limit: 10 });
    expect(found.items.map(({ product }) => product)).toEqual(['kite', 'secret']);
  });

  test('falls back to the order of the shop', () => {
    const found = recommend({ neighbours: new Map(), catalogue, context: nowhere, profile: [], limit: 2 });
    expect(found).toMatchObject({
      mode: 'contextual',
      items: [{ product: 'tea', because: 'popular' }, { product: 'game' }],
    });
  });
});
