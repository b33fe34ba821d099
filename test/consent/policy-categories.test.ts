import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  covers,
  currentCategory,
  DATA_CATEGORIES,
  isCovered,
  isDataCategory,
  isSpecialCategory,
  mayHoldSpecial,
  pdTerm,
  sensitivityOf,
} from '../../src/consent/fideslang';
import vocabulary from '../vectors/dpv-terms.json';

const category = fc.constantFrom(...DATA_CATEGORIES);

describe('data categories', () => {
  it.each([
    ['user.contact', 'user.contact.email', true],
    ['user.contact', 'user.contact', true],
    ['user.contact', 'user.contacts', false],
    ['user.contact.email', 'user.contact', false],
    ['user.contact.email', 'user.contact.email2', false],
    ['user.health_and_medical', 'user.health.genetic', true],
    ['user.health', 'user.health_and_medical.record_id', true],
    ['', 'user.contact', false],
  ])('%s covers %s: %s', (declared, needed, expected) => {
    expect(covers(declared, needed)).toBe(expected);
  });

  it('cover only what lies at or below them at a dot, whatever the two', () => {
    fc.assert(
      fc.property(category, category, (a, b) => {
        const [x, y] = [a.split('.'), b.split('.')];
        expect(covers(a, b)).toBe(x.every((part, i) => part === y[i]));
      }),
    );
  });

  it('are covered by any of those declared', () => {
    expect(isCovered(['user.name', 'user.contact'], 'user.contact.email')).toBe(true);
    expect(isCovered(['user.name'], 'user.contact.email')).toBe(false);
    expect(isCovered([], 'user.contact.email')).toBe(false);
  });

  it('have a parent each, so that no prefix dangles', () => {
    for (const key of DATA_CATEGORIES) {
      const parent = key.slice(0, Math.max(0, key.lastIndexOf('.')));
      if (parent) expect(DATA_CATEGORIES).toContain(parent);
    }
  });

  it('accept an own key below a known one, and no misspelt or foreign one', () => {
    expect(isDataCategory('user.behavior.wishlist')).toBe(true);
    expect(isDataCategory('user.biometric')).toBe(true);
    for (const bad of [
      'user.emial',
      'email',
      'user.',
      'user..name',
      'User.name',
      'user.contact.e-mail',
      '__proto__',
      'system.foo',
    ]) {
      expect(isDataCategory(bad), bad).toBe(false);
    }
  });

  it('know the special ones, by themselves or by what they belong to', () => {
    expect(isSpecialCategory('user.health.condition')).toBe(true);
    expect(isSpecialCategory('user.health.own_key')).toBe(true);
    expect(isSpecialCategory('user.demographic.union_membership')).toBe(true);
    expect(isSpecialCategory('user.contact.email')).toBe(false);
    expect(isSpecialCategory('user.demographic')).toBe(false);
    expect(mayHoldSpecial('user.demographic')).toBe(true);
    expect(mayHoldSpecial('user.contact')).toBe(false);
    expect(sensitivityOf('user.location.precise')).toBe('us');
    expect(sensitivityOf('user.criminal_history')).toBe('art10');
  });

  it('follow renamed keys', () => {
    expect(currentCategory('user.location.imprecise')).toBe('user.location.coarse');
    expect(currentCategory('constructor')).toBe('constructor');
  });

  it('name only DPV terms that exist', () => {
    const terms = new Set(vocabulary.terms['https://w3id.org/dpv/pd#']);
    for (const key of DATA_CATEGORIES) {
      const term = pdTerm(key);
      if (term) expect(terms.has(term), `${key} → ${term}`).toBe(true);
    }
    expect(pdTerm('user.contact.email')).toBe('EmailAddress');
    expect(pdTerm('system.operations')).toBeNull();
  });
});
