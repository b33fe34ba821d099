import { describe, expect, it } from 'vitest';
import { emptyRulebook, type Rulebook } from '../../src/consent/rulebook';
import { bestAnswer, hasFallen } from '../../src/people/admit';
import { withSale } from '../../src/people/facts';
import type { Field } from '../../src/people/register';
import { nextSweep } from '../../src/people/retention';
import { roomFor } from '../../src/people/room';
import { checkValue, isSealed } from '../../src/people/value';

const field = (more: object): Field =>
  ({
    key: 'x',
    group: 'preferences',
    type: 'string',
    category: 'user.behavior',
    purposes: ['p'],
    ...more,
  }) as unknown as Field;

describe('a value', () => {
  it.each([
    [{ type: 'integer', min: 1 }, 0, false],
    [{ type: 'integer' }, 1.5, false],
    [{ type: 'number' }, Number.NaN, false],
    [{ type: 'date' }, '2023-02-29', false],
    [{ type: 'date' }, '2024-02-29', true],
    [{ type: 'boolean' }, 'true', false],
    [{ values: ['a'] }, 'b', false],
    [{ values: ['a'] }, ' a ', true],
    [{}, '   ', false],
    [{ format: 'url' }, 'javascript:alert(1)', false],
    [{ type: 'string_list', values: ['a', 'b'] }, ['b', 'a', 'b'], true],
    [{ type: 'string_list' }, ['a', 1], false],
  ] as const)('%j takes %j: %s', (type, value, isGood) => {
    expect(checkValue(field(type), value as never).ok).toBe(isGood);
  });

  it('is sealed when it is free, special, or leads to a person, and in the clear when it is a word of a vocabulary', () => {
    expect(isSealed(field({}))).toBe(true);
    expect(isSealed(field({ values: ['a'] }))).toBe(false);
    expect(isSealed(field({ values: ['a'], special: true }))).toBe(true);
    expect(isSealed(field({ type: 'integer', category: 'user.contact.phone_number' }))).toBe(true);
    expect(isSealed(field({ type: 'integer', category: 'user.contacts' }))).toBe(false);
    expect(isSealed(field({ type: 'integer' }))).toBe(false);
  });
});

describe('room for identifiers', () => {
  const known = (n: number) => Array.from({ length: n }, (_, i) => ({ kind: 'email', hash: `h${i}`, value: `${i}@x` }));
  const email = (hash: string) => ({ type: 'email', value: '', hashes: [hash] });

  it('ends at ten addresses, and one that is there already needs none', () => {
    expect(roomFor(known(10), [email('new')]).full).toEqual(['email']);
    expect(roomFor(known(10), [email('h3')]).full).toEqual([]);
    expect(roomFor(known(9), [email('new')]).full).toEqual([]);
  });

  it('notices a second number of the same unit', () => {
    const mine = [{ kind: 'customer', hash: 'c', value: 'shop~1' }];
    const number = (value: string) => [{ type: 'customer', value, hashes: [value] }];
    expect(roomFor(mine, number('shop~2')).other_customer).toBe(true);
    expect(roomFor(mine, number('cafe~2')).other_customer).toBe(false);
  });
});

describe('facts and grounds', () => {
  it('keep the newest sale of a unit, and never let one without an offer hide one with', () => {
    const sale = (at: number, opt_out_offered: 0 | 1) => ({ unit: 'shop', at, opt_out_offered });
    const state = [sale(2, 1), sale(1, 1), sale(3, 0)].reduce(withSale, { v: 1 as const, acts: [] });
    expect(state.sales).toEqual([sale(3, 0), sale(2, 1)]);
  });

  const purpose = {
    key: 'news',
    basis: 'consent',
    categories: [],
    recipients: [],
    device: null,
    direct_marketing: true,
    channels: ['email', 'sms'],
    units: 'group',
  };
  const book = { ...emptyRulebook, purposes: { news: purpose } } as unknown as Rulebook;
  const act = (s: string, more: object = {}) => ({ p: 'news', s, seq: 1, at: 1, rec: 'r', ...more });
  const state = (...acts: object[]) => ({ v: 1, acts }) as never;

  it('stand while one channel of several is allowed, and fall with the last', () => {
    const q = { purpose: 'news', unit: '' };
    expect(bestAnswer(book, state(act('granted', { ch: 'email' })), q, 2).allowed).toBe(true);
    const half = state(act('granted', { ch: 'email' }), act('withdrawn', { ch: 'sms' }));
    expect(hasFallen(book, half, q, 2)).toBe(false);
    const none = state(act('withdrawn', { ch: 'email' }), act('withdrawn', { ch: 'sms' }));
    expect(hasFallen(book, none, q, 2)).toBe(true);
  });

  it('do not fall by a restriction, which keeps and does not use', () => {
    const restricted = { v: 1, acts: [act('granted')], restricted: { at: 1, request: 'req' } } as never;
    expect(bestAnswer(book, restricted, { purpose: 'news' }, 2).allowed).toBe(false);
    expect(hasFallen(book, restricted, { purpose: 'news', unit: '' }, 2)).toBe(false);
  });

  it('are looked at every day at three', () => {
    expect(new Date(nextSweep(Date.parse('2026-11-22T02:59:00Z'))).toISOString()).toBe('2026-11-22T03:00:00.000Z');
    expect(new Date(nextSweep(Date.parse('2026-11-22T03:00:00Z'))).toISOString()).toBe('2026-11-23T03:00:00.000Z');
  });
});
