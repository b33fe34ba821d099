/**
 * Public holidays as data. Only days that are certain are listed: a holiday too many would make an answer late, one too
 * few only early.
 */

/** `[month, day]`, days from Western or Orthodox Easter Sunday, or the n-th (−1: last) weekday of a month (0 = Sunday). */
export type HolidayRule = (
  | { on: readonly [month: number, day: number] }
  | { easter: number }
  | { orthodox: number }
  | { nth: readonly [month: number, weekday: number, n: number] }
  /** The first given weekday on or after a day of a month. */
  | { from: readonly [month: number, day: number, weekday: number] }
  /** The last given weekday before a day of a month. */
  | { before: readonly [month: number, day: number, weekday: number] }
) & { since?: number; until?: number };

/** What happens when a holiday falls on a weekend. */
export type Shift = 'none' | 'us_federal' | 'next_free_weekday';
export type Calendar = { name: string; rules: readonly HolidayRule[]; shift: Shift };

const fixed = (...days: readonly (readonly [number, number])[]): HolidayRule[] => days.map((on) => ({ on }));
const easter = (...offsets: readonly number[]): HolidayRule[] => offsets.map((offset) => ({ easter: offset }));
const orthodox = (...offsets: readonly number[]): HolidayRule[] => offsets.map((offset) => ({ orthodox: offset }));
const nth = (month: number, weekday: number, n: number): HolidayRule => ({ nth: [month, weekday, n] });
const calendar = (name: string, rules: readonly HolidayRule[], shift: Shift = 'none'): Calendar => ({
  name,
  rules,
  shift,
});

/** Days from Easter Sunday. */
const MAUNDY = -3;
const GOOD_FRIDAY = -2;
const EASTER_MONDAY = 1;
const ASCENSION = 39;
const WHIT_MONDAY = 50;
const CORPUS_CHRISTI = 60;

export const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
export const SATURDAY = 6;

/** Sundays of Easter and Pentecost are left out: they are free anyway. */
export const CALENDARS: Readonly<Record<string, Calendar>> = {
  EU: calendar('Institutions of the European Union', [
    ...fixed([1, 1], [1, 2], [5, 1], [5, 9], [7, 21], [8, 15], [11, 1], [11, 2]),
    ...fixed([12, 24], [12, 25], [12, 26], [12, 27], [12, 28], [12, 29], [12, 30], [12, 31]),
    ...easter(MAUNDY, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, ASCENSION + 1, WHIT_MONDAY),
  ]),
  AT: calendar('Austria', [
    ...fixed([1, 1], [1, 6], [5, 1], [8, 15], [10, 26], [11, 1], [12, 8], [12, 25], [12, 26]),
    ...easter(EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI),
  ]),
  BE: calendar('Belgium', [
    ...fixed([1, 1], [5, 1], [7, 21], [8, 15], [11, 1], [11, 11], [12, 25]),
    ...easter(EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
  ]),
  BG: calendar('Bulgaria', [
    ...fixed([1, 1], [3, 3], [5, 1], [5, 6], [5, 24], [9, 6], [9, 22], [12, 24], [12, 25], [12, 26]),
    ...orthodox(GOOD_FRIDAY, EASTER_MONDAY),
  ]),
  HR: calendar('Croatia', [
    ...fixed([1, 1], [1, 6], [5, 1], [5, 30], [6, 22], [8, 5], [8, 15], [11, 1], [11, 18], [12, 25], [12, 26]),
    ...easter(EASTER_MONDAY, CORPUS_CHRISTI),
  ]),
  CY: calendar('Cyprus', [
    ...fixed([1, 1], [1, 6], [3, 25], [4, 1], [5, 1], [8, 15], [10, 1], [10, 28], [12, 25], [12, 26]),
    ...orthodox(-48, GOOD_FRIDAY, EASTER_MONDAY, WHIT_MONDAY),
  ]),
  CZ: calendar('Czechia', [
    ...fixed([1, 1], [5, 1], [5, 8], [7, 5], [7, 6], [9, 28], [10, 28], [11, 17], [12, 24], [12, 25], [12, 26]),
    ...easter(GOOD_FRIDAY, EASTER_MONDAY),
  ]),
  DK: calendar('Denmark', [
    ...fixed([1, 1], [12, 25], [12, 26]),
    ...easter(MAUNDY, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    { easter: 26, until: 2023 },
  ]),
  EE: calendar('Estonia', [
    ...fixed([1, 1], [2, 24], [5, 1], [6, 23], [6, 24], [8, 20], [12, 24], [12, 25], [12, 26]),
    ...easter(GOOD_FRIDAY),
  ]),
  FI: calendar('Finland', [
    ...fixed([1, 1], [1, 6], [5, 1], [12, 6], [12, 25], [12, 26]),
    ...easter(GOOD_FRIDAY, EASTER_MONDAY, ASCENSION),
    { from: [6, 20, SATURDAY] },
    { from: [10, 31, SATURDAY] },
  ]),
  FR: calendar('France', [
    ...fixed([1, 1], [5, 1], [5, 8], [7, 14], [8, 15], [11, 1], [11, 11], [12, 25]),
    ...easter(EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
  ]),
  DE: calendar('Germany (days of all Länder)', [
    ...fixed([1, 1], [5, 1], [10, 3], [12, 25], [12, 26]),
    ...easter(GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
  ]),
  GR: calendar('Greece', [
    ...fixed([1, 1], [1, 6], [3, 25], [5, 1], [8, 15], [10, 28], [12, 25], [12, 26]),
    ...orthodox(-48, GOOD_FRIDAY, EASTER_MONDAY, WHIT_MONDAY),
  ]),
  HU: calendar('Hungary', [
    ...fixed([1, 1], [3, 15], [5, 1], [8, 20], [10, 23], [11, 1], [12, 25], [12, 26]),
    { on: [12, 24], since: 2024 },
    ...easter(GOOD_FRIDAY, EASTER_MONDAY, WHIT_MONDAY),
  ]),
  IE: calendar('Ireland', [
    ...fixed([1, 1], [3, 17], [12, 25], [12, 26]),
    ...easter(EASTER_MONDAY),
    nth(5, MONDAY, 1),
    nth(6, MONDAY, 1),
    nth(8, MONDAY, 1),
    nth(10, MONDAY, -1),
    // First Monday of February; where the 1st is a Friday (next in 2030) the day is another.
    { ...nth(2, MONDAY, 1), since: 2023, until: 2029 },
  ]),
  IT: calendar('Italy', [
    ...fixed([1, 1], [1, 6], [4, 25], [5, 1], [6, 2], [8, 15], [11, 1], [12, 8], [12, 25], [12, 26]),
    { on: [10, 4], since: 2026 },
    ...easter(EASTER_MONDAY),
  ]),
  LV: calendar('Latvia', [
    ...fixed([1, 1], [5, 1], [5, 4], [6, 23], [6, 24], [11, 18], [12, 24], [12, 25], [12, 26], [12, 31]),
    ...easter(GOOD_FRIDAY, EASTER_MONDAY),
  ]),
  LT: calendar('Lithuania', [
    ...fixed(
      [1, 1],
      [2, 16],
      [3, 11],
      [5, 1],
      [6, 24],
      [7, 6],
      [8, 15],
      [11, 1],
      [11, 2],
      [12, 24],
      [12, 25],
      [12, 26],
    ),
    ...easter(EASTER_MONDAY),
  ]),
  LU: calendar('Luxembourg', [
    ...fixed([1, 1], [5, 1], [5, 9], [6, 23], [8, 15], [11, 1], [12, 25], [12, 26]),
    ...easter(EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
  ]),
  MT: calendar('Malta', [
    ...fixed([1, 1], [2, 10], [3, 19], [3, 31], [5, 1], [6, 7], [6, 29], [8, 15], [9, 8], [9, 21], [12, 8], [12, 13]),
    ...fixed([12, 25]),
    ...easter(GOOD_FRIDAY),
  ]),
  NL: calendar('Netherlands (Algemene termijnenwet Art. 3)', [
    ...fixed([1, 1], [4, 27], [5, 5], [12, 25], [12, 26]),
    ...easter(GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
  ]),
  PL: calendar('Poland', [
    ...fixed([1, 1], [1, 6], [5, 1], [5, 3], [8, 15], [11, 1], [11, 11], [12, 25], [12, 26]),
    { on: [12, 24], since: 2025 },
    ...easter(EASTER_MONDAY, CORPUS_CHRISTI),
  ]),
  PT: calendar('Portugal', [
    ...fixed([1, 1], [4, 25], [5, 1], [6, 10], [8, 15], [10, 5], [11, 1], [12, 1], [12, 8], [12, 25]),
    ...easter(GOOD_FRIDAY, CORPUS_CHRISTI),
  ]),
  RO: calendar('Romania', [
    ...fixed([1, 1], [1, 2], [1, 24], [5, 1], [6, 1], [8, 15], [11, 30], [12, 1], [12, 25], [12, 26]),
    { on: [1, 6], since: 2024 },
    { on: [1, 7], since: 2024 },
    ...orthodox(GOOD_FRIDAY, EASTER_MONDAY, WHIT_MONDAY),
  ]),
  SK: calendar('Slovakia', [
    ...fixed([1, 1], [1, 6], [5, 1], [7, 5], [8, 29], [11, 1], [12, 24], [12, 25], [12, 26]),
    ...easter(GOOD_FRIDAY, EASTER_MONDAY),
  ]),
  SI: calendar('Slovenia', [
    ...fixed([1, 1], [1, 2], [2, 8], [4, 27], [5, 1], [5, 2], [6, 25], [8, 15], [10, 31], [11, 1], [12, 25], [12, 26]),
    ...easter(EASTER_MONDAY),
  ]),
  ES: calendar('Spain (national days)', [
    ...fixed([1, 1], [1, 6], [5, 1], [8, 15], [10, 12], [11, 1], [12, 6], [12, 8], [12, 25]),
    ...easter(GOOD_FRIDAY),
  ]),
  SE: calendar('Sweden', [
    ...fixed([1, 1], [1, 6], [5, 1], [6, 6], [12, 25], [12, 26]),
    ...easter(GOOD_FRIDAY, EASTER_MONDAY, ASCENSION),
    { from: [6, 20, SATURDAY] },
    { from: [10, 31, SATURDAY] },
  ]),
  IS: calendar('Iceland', [
    ...fixed([1, 1], [5, 1], [6, 17], [12, 25], [12, 26]),
    ...easter(MAUNDY, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    { from: [4, 19, THURSDAY] },
    nth(8, MONDAY, 1),
  ]),
  LI: calendar('Liechtenstein', [
    ...fixed([1, 1], [1, 6], [5, 1], [8, 15], [9, 8], [11, 1], [12, 8], [12, 25], [12, 26]),
    ...easter(EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI),
  ]),
  NO: calendar('Norway', [
    ...fixed([1, 1], [5, 1], [5, 17], [12, 25], [12, 26]),
    ...easter(MAUNDY, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
  ]),
  GB: calendar(
    'United Kingdom (England and Wales)',
    [
      ...fixed([1, 1], [12, 25], [12, 26]),
      ...easter(GOOD_FRIDAY, EASTER_MONDAY),
      nth(5, MONDAY, 1),
      nth(5, MONDAY, -1),
      nth(8, MONDAY, -1),
    ],
    'next_free_weekday',
  ),
  CH: calendar('Switzerland (days of all cantons)', [...fixed([1, 1], [8, 1], [12, 25]), ...easter(ASCENSION)]),
  US: calendar(
    'United States (federal, 5 USC 6103)',
    [
      ...fixed([1, 1], [7, 4], [11, 11], [12, 25]),
      { on: [6, 19], since: 2021 },
      nth(1, MONDAY, 3),
      nth(2, MONDAY, 3),
      nth(5, MONDAY, -1),
      nth(9, MONDAY, 1),
      nth(10, MONDAY, 2),
      nth(11, THURSDAY, 4),
    ],
    'us_federal',
  ),
  CA: calendar(
    'Canada (federal)',
    [
      ...fixed([1, 1], [7, 1], [11, 11], [12, 25], [12, 26]),
      { on: [9, 30], since: 2021 },
      ...easter(GOOD_FRIDAY),
      { before: [5, 25, MONDAY] },
      nth(9, MONDAY, 1),
      nth(10, MONDAY, 2),
    ],
    'next_free_weekday',
  ),
};
