import { describe, expect, test } from 'vitest';
import { interfaceTexts, LANGUAGES } from '../../src/consent/texts';

const EU = 'bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv'.split(' ');
const OTHERS = 'nb is tr uk ar he vi hi pt-BR ja ko zh-Hans zh-Hant'.split(' ');

describe('the catalogue of interface texts', () => {
  test('has the 24 languages of the Union and the others that were promised', () => {
    expect(LANGUAGES.map((l) => l.language).sort()).toEqual([...EU, ...OTHERS].sort());
  });

  test('marks every language as a draft that no native speaker has checked', () => {
    expect(LANGUAGES.filter((l) => !l.draft).map((l) => l.language)).toEqual(['en']);
  });

  test.each(LANGUAGES.map((l) => l.language))(
    '%s says everything, keeps the place-holders and tells yes from no',
    (language) => {
      const { texts } = interfaceTexts(language);
      const english = interfaceTexts('en').texts;
      expect(Object.keys(texts)).toEqual(Object.keys(english));
      for (const [key, text] of Object.entries(texts)) {
        expect(text.trim(), key).toBe(text);
        expect(text.length, key).toBeGreaterThan(0);
        const holders = (s: string): string[] => (s.match(/\{\w+\}/g) ?? []).sort();
        expect(holders(text), key).toEqual(holders(english[key as keyof typeof english]));
      }
      expect(texts.accept_all).not.toBe(texts.reject_all);
      // A button of twice the width is a button of twice the weight.
      expect(texts.reject_all.length / texts.accept_all.length).toBeLessThan(2.2);
      expect(texts.dir).toBe(['ar', 'he'].includes(language) ? 'rtl' : 'ltr');
    },
  );
});

describe('the language that a visitor gets', () => {
  test.each([
    ['de-CH', 'de'],
    ['pt_br', 'pt-BR'],
    ['pt-AO', 'pt'],
    ['no', 'nb'],
    ['nn-NO', 'nb'],
    ['zh', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-Hant-HK', 'zh-Hant'],
    ['iw', 'he'],
    ['tlh, fr;q=0.5, de;q=0.8', 'de'],
    ['de;q=0, it', 'it'],
    ['', 'en'],
    ['not a tag', 'en'],
    ['__proto__', 'en'],
    ['constructor', 'en'],
  ])('for %s is %s', (wanted, language) => {
    expect(interfaceTexts(wanted).language).toBe(language);
  });

  test('is one that the site offers, English or the first offered otherwise', () => {
    expect(interfaceTexts('fr, de;q=0.5', ['de', 'en']).language).toBe('de');
    expect(interfaceTexts('fr', ['de', 'en']).language).toBe('en');
    expect(interfaceTexts('fr', ['de', 'it']).language).toBe('de');
  });
});
