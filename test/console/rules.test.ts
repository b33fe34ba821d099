import { describe, expect, it } from 'vitest';
import { ceiling } from '../../src/console/chart';
import { csvText } from '../../src/console/csv';
import { wordDiff } from '../../src/console/diff';
import { consentRate, silentSites } from '../../src/console/figures';
import { agoText, timeText, zoneOf } from '../../src/console/format';
import { gapsOf, type RegisterRow } from '../../src/console/register';
import { breakdown, bucketsOf, rateOver, requestSummary } from '../../src/console/report';
import type { Cell } from '../../src/console/tally-store';
import { languageFor, languages, textsOf } from '../../src/console/texts';

const cell = (c: Partial<Cell>): Cell => ({
  day: '2026-11-22',
  site: 's',
  purpose: 'p',
  status: 'granted',
  method: 'custom',
  region: 'DE',
  notice: 'n@1',
  n: 1,
  ...c,
});

describe('a word diff', () => {
  const applied = (a: string, b: string) => {
    const pieces = wordDiff(a, b);
    const side = (skip: string) =>
      pieces
        .filter((p) => p.kind !== skip)
        .map((p) => p.text)
        .join('');
    return [side('added'), side('removed')];
  };

  it('gives back both texts, whatever they are', () => {
    const texts = [
      '',
      'a',
      'we ask first',
      'we ask you first',
      'Wir fragen.\n\nZuerst!',
      'ß ü 你好 — “x”',
      'a a a b a',
    ];
    for (const a of texts) for (const b of texts) expect(applied(a, b)).toEqual([a, b]);
  });

  it('marks words, not letters', () => {
    expect(wordDiff('we ask first', 'we asked first')).toEqual([
      { kind: 'same', text: 'we ' },
      { kind: 'removed', text: 'ask' },
      { kind: 'added', text: 'asked' },
      { kind: 'same', text: ' first' },
    ]);
  });

  it('compares very long texts by the line, and still gives both back', () => {
    const a = Array.from({ length: 3000 }, (_, i) => `line ${i}`).join('\n');
    const b = a.replace('line 7\n', 'line seven\n');
    expect(applied(a, b)).toEqual([a, b]);
    expect(wordDiff(a, b).filter((p) => p.kind !== 'same')).toHaveLength(2);
  });
});

describe('figures', () => {
  it('have no rate where nobody answered', () => {
    expect(consentRate({ granted: 0, refused: 0 })).toBeNull();
    expect(consentRate({ granted: 3, refused: 1 })).toBe(0.75);
  });

  it('hide what is about fewer than ten, and what a total would give away', () => {
    const rows = breakdown(
      [
        cell({ region: 'DE', n: 40 }),
        cell({ region: 'FR', n: 30 }),
        cell({ region: 'SE', n: 3 }),
        cell({ region: 'DE', status: 'refused', n: 12 }),
      ],
      'region',
    );
    expect(rows.map((r) => [r.key, r.granted])).toEqual([
      ['DE', 40],
      ['FR', null],
      ['SE', null],
    ]);
    expect(rows[0]!.rate).toBeCloseTo(40 / 52);
    expect(rows[1]!.rate).toBeNull();
  });

  it('leave a gap in a line where fewer than ten answered', () => {
    const buckets = bucketsOf('2026-11-22', 7);
    expect(buckets).toHaveLength(7);
    const cells = [
      cell({ n: 9 }),
      cell({ n: 8, day: '2026-11-21' }),
      cell({ n: 2, day: '2026-11-21', status: 'refused' }),
    ];
    expect(rateOver(cells, buckets, 'p').slice(-2)).toEqual([0.8, null]);
  });

  it('alarm when a site falls silent, and only then', () => {
    const week = Array.from({ length: 7 }, (_, i) =>
      cell({ status: 'act', purpose: '', day: `2026-11-${14 + i}`, n: 40 }),
    );
    const yesterday = (n: number) => [...week, cell({ status: 'act', purpose: '', day: '2026-11-21', n })];
    expect(silentSites(yesterday(2), '2026-11-22')).toEqual([{ site: 's', expected: 40, seen: 2 }]);
    expect(silentSites(week, '2026-11-22')).toHaveLength(1);
    expect(silentSites(yesterday(20), '2026-11-22')).toEqual([]);
    expect(
      silentSites(
        yesterday(2).map((c) => ({ ...c, n: Math.min(c.n, 9) })),
        '2026-11-22',
      ),
    ).toEqual([]);
  });

  it('tell of every request, however few there are', () => {
    const at = Date.parse('2026-11-01T00:00:00Z');
    const day = 86_400_000;
    const base = { right: 'access', region: 'DE', received_at: at, due_at: at + 30 * day, ground: null };
    const [row] = requestSummary([
      { ...base, state: 'fulfilled', closed_at: at + 4 * day },
      { ...base, state: 'denied', closed_at: at + 40 * day },
      { ...base, state: 'processing', closed_at: null },
    ]);
    expect(row).toEqual({
      right: 'access',
      received: 3,
      closed: 2,
      denied: 1,
      on_time: 0.5,
      median_days: 22,
      mean_days: 22,
    });
  });

  it('stand under a round number', () => {
    expect([0, 3, 7, 11, 24, 99, 101].map(ceiling)).toEqual([1, 5, 10, 20, 25, 100, 200]);
  });
});

describe('words and numbers of the reader', () => {
  it('come in the language that was chosen, else in the browser’s, else in English', () => {
    expect(languageFor('de', 'en')).toBe('de');
    expect(languageFor(undefined, 'xx, de-AT;q=0.8, en;q=0.9')).toBe('en');
    expect(languageFor('nonsense', 'de-CH')).toBe('de');
    expect(languageFor(undefined, undefined)).toBe('en');
    expect(languageFor(undefined, 'de;q=0')).toBe('en');
  });

  it('are complete in every language: no text is empty', () => {
    const walk = (x: unknown, path: string, empty: string[]): string[] => {
      if (typeof x === 'string') return x.trim() ? empty : [...empty, path];
      if (typeof x === 'function') return walk((x as (...a: string[]) => string)('1', '2', '3', '4'), path, empty);
      return Object.entries(x as object).reduce((e, [k, v]) => walk(v, `${path}.${k}`, e), empty);
    };
    for (const l of languages) expect(walk(textsOf(l), l, [])).toEqual([]);
  });

  it('show times in the zone of the reader, and in UTC where the zone is nonsense', () => {
    const at = Date.parse('2026-11-22T23:30:00Z');
    expect(timeText(at, 'en', zoneOf('Asia/Tokyo'))).toContain('Nov 23');
    expect(zoneOf('Mars/Olympus')).toBe('UTC');
    expect(zoneOf(undefined)).toBe('UTC');
    expect(agoText(at - 3 * 3_600_000, at, 'en')).toBe('3 hours ago');
  });
});

describe('what leaves as a table', () => {
  it('contains nothing that a spreadsheet would compute', () => {
    const text = csvText([['=1+1', '+1', '-1', '@x', 'a,b', 'say "x"', 'two\nlines']]);
    expect(text).toBe(`'=1+1,'+1,'-1,'@x,"a,b","say ""x""","two\nlines"\r\n`);
  });

  it('names what Art. 30 demands and nobody has filled in', () => {
    const row = {
      controller: 'Otter',
      purpose: 'x',
      people: '',
      categories: 'user',
      retention: '1',
      security: 's',
      transfers: 'US',
      safeguards: '',
    };
    expect(gapsOf(row as RegisterRow)).toEqual(['people', 'safeguards']);
  });
});
