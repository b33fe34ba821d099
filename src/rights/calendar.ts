import { CALENDARS, type HolidayRule, SATURDAY, SUNDAY } from './holidays';

/** Public holidays and working days, computed. A day is written `YYYY-MM-DD` and carries no time zone. */

const DAY_MS = 86_400_000;

/** Is this day (`YYYY-MM-DD`) a public holiday? */
export type Holidays = (day: string) => boolean;

/** Nobody's calendar: Saturdays and Sundays alone are free. */
export const noHolidays: Holidays = () => false;

/** Codes of all calendars: ISO 3166-1, and `EU` for the Union's institutions. */
export const CALENDAR_CODES: readonly string[] = Object.keys(CALENDARS);

const dayNumber = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / DAY_MS;
const weekdayOf = (n: number): number => (((n + 4) % 7) + 7) % 7;
const written = (n: number): string => new Date(n * DAY_MS).toISOString().slice(0, 10);

/** Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher), as days since 1970-01-01. */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const l = (32 + 2 * e + 2 * i - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return dayNumber(year, Math.floor(n / 31), (n % 31) + 1);
}

/** Orthodox Easter Sunday (Meeus, Julian calendar, shifted to the Gregorian), as days since 1970-01-01. */
export function orthodoxEasterSunday(year: number): number {
  const a = year % 4;
  const b = year % 7;
  const c = year % 19;
  const d = (19 * c + 15) % 30;
  const e = (2 * a + 4 * b - d + 34) % 7;
  const n = d + e + 114;
  const julianLag = Math.floor(year / 100) - Math.floor(year / 400) - 2;
  return dayNumber(year, Math.floor(n / 31), (n % 31) + 1) + julianLag;
}

function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  if (n < 0) {
    const last = dayNumber(year, month + 1, 1) - 1;
    return last - ((weekdayOf(last) - weekday + 7) % 7);
  }
  const first = dayNumber(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
}

function dayOf(rule: HolidayRule, year: number): number {
  if ('on' in rule) return dayNumber(year, ...rule.on);
  if ('easter' in rule) return easterSunday(year) + rule.easter;
  if ('orthodox' in rule) return orthodoxEasterSunday(year) + rule.orthodox;
  if ('nth' in rule) return nthWeekday(year, ...rule.nth);
  const [month, day, weekday] = 'from' in rule ? rule.from : rule.before;
  const start = dayNumber(year, month, day);
  const forward = (weekday - weekdayOf(start) + 7) % 7;
  return 'from' in rule ? start + forward : start - 7 + forward;
}

/** Saturday's federal holiday is kept on Friday, Sunday's on Monday. */
function observedInUs(days: readonly number[]): number[] {
  return days.map((n) => n + (weekdayOf(n) === SATURDAY ? -1 : weekdayOf(n) === SUNDAY ? 1 : 0));
}

/** A holiday on a weekend moves to the next weekday that is free of holidays. */
function substituted(days: readonly number[]): number[] {
  const taken = new Set(days.filter((n) => weekdayOf(n) !== SATURDAY && weekdayOf(n) !== SUNDAY));
  for (const n of [...days].sort((x, y) => x - y)) {
    let free = n;
    while (weekdayOf(free) === SATURDAY || weekdayOf(free) === SUNDAY || (free !== n && taken.has(free))) free++;
    taken.add(free);
  }
  return [...taken];
}

function daysOf(code: string, year: number): number[] {
  const { rules, shift } = CALENDARS[code]!;
  const days = rules.filter((r) => year >= (r.since ?? year) && year <= (r.until ?? year)).map((r) => dayOf(r, year));
  if (shift === 'none') return days;
  return [...days, ...(shift === 'us_federal' ? observedInUs(days) : substituted(days))];
}

const computed = new Map<string, ReadonlySet<string>>();

/** All holidays of a calendar that fall in a year (observed days included), as `YYYY-MM-DD`. Unknown code: none. */
export function holidaysOf(code: string, year: number): ReadonlySet<string> {
  const key = `${code} ${year}`;
  const known = computed.get(key);
  if (known) return known;
  // New Year's Day on a Saturday is kept on 31 December of the year before.
  const days = Object.hasOwn(CALENDARS, code) ? [year, year + 1].flatMap((y) => daysOf(code, y)) : [];
  const set = new Set(days.map(written).filter((day) => day.startsWith(String(year))));
  computed.set(key, set);
  return set;
}

/** The holidays of a calendar as a question; `none` and unknown codes have none. */
export const holidaysIn =
  (code: string): Holidays =>
  (day) =>
    holidaysOf(code, Number(day.slice(0, 4))).has(day);

const free = (n: number, holidays: Holidays): boolean =>
  weekdayOf(n) === SATURDAY || weekdayOf(n) === SUNDAY || holidays(written(n));

/** Is this day (`YYYY-MM-DD`) neither Saturday, Sunday nor holiday? */
export const isWorkingDay = (day: string, holidays: Holidays): boolean => !free(Date.parse(day) / DAY_MS, holidays);

/** The day itself if it is a working day, else the next one. */
export function nextWorkingDay(day: string, holidays: Holidays): string {
  let n = Date.parse(day) / DAY_MS;
  while (free(n, holidays)) n++;
  return written(n);
}

/** The n-th working day after a day, which doesn't count itself. */
export function addWorkingDays(day: string, n: number, holidays: Holidays): string {
  let at = Date.parse(day) / DAY_MS;
  for (let left = n; left > 0; ) {
    at++;
    if (!free(at, holidays)) left--;
  }
  return written(at);
}

export const addDays = (day: string, n: number): string => written(Date.parse(day) / DAY_MS + n);

/** The same day number n months later, or that month's last day where it has no such number. */
export function addMonths(day: string, n: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = dayNumber(year, month + n + 1, 1) - 1;
  return written(Math.min(dayNumber(year, month + n, date), last));
}
