import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyFor, REGIONS } from '../../src/consent/policy';
import {
  addDays,
  addMonths,
  addWorkingDays,
  CALENDAR_CODES,
  easterSunday,
  holidaysIn,
  holidaysOf,
  isWorkingDay,
  nextWorkingDay,
  noHolidays,
  orthodoxEasterSunday,
} from '../../src/rights/calendar';
import {
  answerRule,
  clockStart,
  daysLeft,
  deadlinesFor,
  dueAt,
  mayExtend,
  mayPause,
  pausedMs,
  remindersAt,
} from '../../src/rights/deadline';
import { actsAtOnce, CLOCK_RULES, type ClockRuleKey, needsProof, RIGHTS } from '../../src/rights/rules';

const DAY = 86_400_000;
const at = (day: string, time = '12:00:00Z') => Date.parse(`${day}T${time}`);
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

type Case = [rule: ClockRuleKey, received: string, options: { extended?: boolean; calendar?: string }, due: string];

describe('when a clock ends', () => {
  it.each<Case>([
    // A month that has no such day ends on its last; 28 February 2026 is a Saturday.
    ['eu_month', '2026-01-31', {}, '2026-03-02'],
    ['eu_month', '2026-01-30', {}, '2026-03-02'],
    ['eu_month', '2026-01-28', {}, '2026-03-02'],
    ['eu_month', '2026-01-27', {}, '2026-02-27'],
    ['eu_month', '2026-08-31', {}, '2026-09-30'],
    ['eu_month', '2026-01-31', { extended: true }, '2026-04-30'],
    ['eu_month', '2026-11-30', { extended: true }, '2027-03-01'],
    // Leap years.
    ['eu_month', '2028-01-31', {}, '2028-02-29'],
    ['eu_month', '2028-01-29', {}, '2028-02-29'],
    ['eu_month', '2027-11-29', { extended: true }, '2028-02-29'],
    ['eu_month', '2028-02-29', {}, '2028-03-29'],
    // The turn of the year, and holidays: Sunday 5 April, then Easter Monday.
    ['eu_month', '2026-12-15', {}, '2027-01-15'],
    ['eu_month', '2026-03-05', { calendar: 'DE' }, '2026-04-07'],
    ['eu_month', '2026-03-05', {}, '2026-04-06'],
    ['eu_month', '2026-11-25', { calendar: 'FR' }, '2026-12-28'],
    ['eu_month', '2026-11-24', { calendar: 'CZ' }, '2026-12-28'],
    ['eu_month', '2026-11-24', { calendar: 'FR' }, '2026-12-24'],
    // Orthodox Good Friday and Easter Monday in 2026: 10 and 13 April.
    ['eu_month', '2026-03-10', { calendar: 'GR' }, '2026-04-14'],
    ['eu_month', '2026-03-10', { calendar: 'DE' }, '2026-04-10'],
    ['uk_month', '2026-11-25', { calendar: 'GB' }, '2026-12-29'],
    // Calendar days don't roll.
    ['us_45', '2026-11-22', {}, '2027-01-06'],
    ['us_45', '2026-11-22', { extended: true }, '2027-02-20'],
    ['us_90', '2026-11-22', {}, '2027-02-20'],
    ['us_90', '2026-11-22', { extended: true }, '2027-04-06'],
    ['us_45', '2026-01-01', {}, '2026-02-15'],
    ['us_45', '2028-01-20', {}, '2028-03-05'],
    ['days_15', '2026-11-22', {}, '2026-12-07'],
    // Business days, Thanksgiving left out.
    ['ca_acknowledge_10', '2026-11-22', { calendar: 'US' }, '2026-12-07'],
    ['ca_acknowledge_10', '2026-11-22', {}, '2026-12-04'],
    ['ca_opt_out_15', '2026-11-22', { calendar: 'US' }, '2026-12-14'],
    ['ca_acknowledge_10', '2026-06-26', { calendar: 'US' }, '2026-07-13'],
    ['casl_opt_out_10', '2026-12-18', { calendar: 'CA' }, '2027-01-06'],
    ['at_once', '2026-11-22', {}, '2026-11-22'],
    // No extension in the law: none is added.
    ['days_15', '2026-11-22', { extended: true }, '2026-12-07'],
  ])('%s from %s %o is %s', (key, received, { extended, calendar = 'none' }, due) => {
    const answer = dueAt(CLOCK_RULES[key], at(received), { extended, holidays: holidaysIn(calendar) });
    expect(day(answer.due_at)).toBe(due);
    expect(answer.rule).toBe(key);
  });

  it('is the last millisecond of that day in UTC, whatever the time of receipt', () => {
    const rule = CLOCK_RULES.eu_month;
    const first = dueAt(rule, at('2026-08-31', '00:00:00Z'), { holidays: noHolidays });
    const last = dueAt(rule, at('2026-08-31', '23:59:59.999Z'), { holidays: noHolidays });
    expect(new Date(first.due_at).toISOString()).toBe('2026-09-30T23:59:59.999Z');
    expect(last.due_at).toBe(first.due_at);
    expect(day(dueAt(rule, at('2026-08-31', '23:30:00-02:00'), { holidays: noHolidays }).due_at)).toBe('2026-10-01');
  });

  it('explains every step that moved it', () => {
    const { explanation } = dueAt(CLOCK_RULES.eu_month, at('2026-01-31'), { holidays: noHolidays });
    expect(explanation).toBe(
      'GDPR Art. 12(3) with Reg. 1182/71 Art. 3: 1 calendar month from 2026-01-31 end on 2026-02-28; ' +
        '2026-02-28 is no working day, so the end moves to 2026-03-02.',
    );
    const extended = dueAt(CLOCK_RULES.us_45, at('2026-11-22'), { extended: true, holidays: noHolidays });
    expect(extended.explanation).toContain('90 calendar days from 2026-11-22 end on 2027-02-20');
    expect(extended.explanation).toContain('the extension of 45 calendar days');
    const none = dueAt(CLOCK_RULES.days_15, at('2026-11-22'), { extended: true, holidays: noHolidays });
    expect(none.explanation).toContain('this law knows no extension');
  });
});

describe('a standing clock', () => {
  it('moves the end by whole days where the law lets it stand', () => {
    const options = { pausedMs: 3 * DAY + 5, holidays: noHolidays };
    expect(day(dueAt(CLOCK_RULES.eu_month, at('2026-08-31'), options).due_at)).toBe('2026-10-05');
    expect(day(dueAt(CLOCK_RULES.eu_month, at('2026-08-31'), { ...options, pausedMs: DAY - 1 }).due_at)).toBe(
      '2026-09-30',
    );
  });

  it('moves nothing where the law does not, and says so', () => {
    const due = dueAt(CLOCK_RULES.us_45, at('2026-11-22'), { pausedMs: 30 * DAY, holidays: noHolidays });
    expect(day(due.due_at)).toBe('2027-01-06');
    expect(due.explanation).toContain('lets nothing stop the clock');
  });

  it('counts only the grounds that the law knows: clarification in the United Kingdom, not in the Union', () => {
    const pauses = [
      { ground: 'identity' as const, ms: 2 * DAY },
      { ground: 'clarification' as const, ms: 5 * DAY },
    ];
    expect(pausedMs(CLOCK_RULES.uk_month, pauses)).toBe(7 * DAY);
    expect(pausedMs(CLOCK_RULES.eu_month, pauses)).toBe(2 * DAY);
    expect(pausedMs(CLOCK_RULES.us_45, pauses)).toBe(0);
    expect(mayPause(CLOCK_RULES.eu_month, 'clarification')).toBe(false);
  });

  it('starts in the United Kingdom with the latest of request, proof and fee, elsewhere with receipt', () => {
    const moments = { received: at('2026-03-01'), proved: at('2026-03-04'), paid: at('2026-03-03') };
    expect(clockStart(CLOCK_RULES.uk_month, moments)).toBe(moments.proved);
    expect(clockStart(CLOCK_RULES.eu_month, moments)).toBe(moments.received);
    expect(clockStart(CLOCK_RULES.uk_month, { received: moments.received })).toBe(moments.received);
  });
});

describe('the deadlines of a request', () => {
  const holidays = holidaysIn('US');

  it('are, in California, an acknowledgement, an answer and the last moment for an extension', () => {
    const { requests } = policyFor('US-CA');
    const due = deadlinesFor(requests, { right: 'erasure' }, at('2026-11-22'), { extended: true, holidays });
    expect(day(due.answer.due_at)).toBe('2027-02-20');
    expect(day(due.acknowledge!.due_at)).toBe('2026-12-07');
    expect(day(due.extension_notice!.due_at)).toBe('2027-01-06');
  });

  it('are fifteen business days for an opt-out there, without acknowledgement', () => {
    const due = deadlinesFor(policyFor('US-CA').requests, { right: 'opt_out' }, at('2026-11-22'), { holidays });
    expect(day(due.answer.due_at)).toBe('2026-12-14');
    expect(due.acknowledge).toBeNull();
    expect(due.extension_notice).toBeNull();
  });

  it('follow the region for appeals and complaints', () => {
    const rule = (region: string, right: 'appeal' | 'complaint') =>
      answerRule(policyFor(region).requests, { right }).key;
    expect(rule('US-CO', 'appeal')).toBe('appeal_45');
    expect(rule('US-VA', 'appeal')).toBe('appeal_60');
    expect(rule('FR', 'appeal')).toBe('eu_month');
    expect(rule('GB', 'complaint')).toBe('uk_complaint_30');
    expect(rule('FR', 'complaint')).toBe('eu_month');
  });

  it('leave no time for a withdrawal or an objection to marketing, and a month for any other objection', () => {
    const { requests } = policyFor('DE');
    expect(answerRule(requests, { right: 'withdrawal' }).key).toBe('at_once');
    expect(answerRule(requests, { right: 'objection', marketing: true }).key).toBe('at_once');
    expect(answerRule(requests, { right: 'objection' }).key).toBe('eu_month');
  });

  it('let an extension be announced until the end of the unextended clock, and not a millisecond later', () => {
    const rule = CLOCK_RULES.eu_month;
    const { extension_notice } = deadlinesFor(policyFor('DE').requests, { right: 'access' }, at('2026-01-31'), {
      holidays: noHolidays,
    });
    expect(day(extension_notice!.due_at)).toBe('2026-03-02');
    expect(mayExtend(rule, extension_notice, extension_notice!.due_at)).toBe(true);
    expect(mayExtend(rule, extension_notice, extension_notice!.due_at + 1)).toBe(false);
    expect(mayExtend(CLOCK_RULES.days_15, null, 0)).toBe(false);
  });

  it('exist for every region and every right', () => {
    for (const row of REGIONS) {
      const { requests, calendar } = policyFor(row.code);
      for (const right of RIGHTS) {
        const due = deadlinesFor(requests, { right }, at('2026-11-22'), { holidays: holidaysIn(calendar) });
        expect(due.answer.due_at, `${row.code} ${right}`).toBeGreaterThan(at('2026-11-22'));
        expect(due.answer.explanation).toContain('2026-11-22'.slice(0, 4));
      }
    }
  });

  it('count the days left down to 0 on the last day and below it afterwards', () => {
    const due = at('2026-12-14', '23:59:59.999Z');
    expect(daysLeft(due, at('2026-12-01', '00:00:00Z'))).toBe(13);
    expect(daysLeft(due, at('2026-12-14', '23:59:59Z'))).toBe(0);
    expect(daysLeft(due, at('2026-12-15', '00:00:00Z'))).toBe(-1);
  });

  it('remind half-way, late, three days and one day before, in order and never before receipt', () => {
    const [received, due] = [at('2026-11-02', '00:00:00Z'), at('2026-12-02', '00:00:00Z')];
    expect(remindersAt(received, due).map(day)).toEqual(['2026-11-17', '2026-11-24', '2026-11-29', '2026-12-01']);
    expect(remindersAt(received, received + DAY / 2).every((ms) => ms > received)).toBe(true);
  });
});

describe('proof of the asker', () => {
  it('is needed for whatever shows, changes or erases data, and for nothing that only narrows at once', () => {
    const needed = RIGHTS.filter((right) => needsProof({ right }));
    expect(needed).toEqual([
      'access',
      'erasure',
      'rectification',
      'portability',
      'restriction',
      'objection',
      'automated_decision',
      'appeal',
    ]);
    expect(RIGHTS.filter((right) => actsAtOnce({ right }))).toEqual(['withdrawal', 'opt_out', 'limit_sensitive']);
    expect(needsProof({ right: 'objection', marketing: true })).toBe(false);
    expect(needsProof({ right: 'erasure', marketing: true })).toBe(true);
  });
});

describe('calendars', () => {
  it.each([
    [2024, '2024-03-31', '2024-05-05'],
    [2025, '2025-04-20', '2025-04-20'],
    [2026, '2026-04-05', '2026-04-12'],
    [2027, '2027-03-28', '2027-05-02'],
    [2028, '2028-04-16', '2028-04-16'],
    [2030, '2030-04-21', '2030-04-28'],
    [2038, '2038-04-25', '2038-04-25'],
  ])('have Easter of %i on %s, and the Orthodox one on %s', (year, western, eastern) => {
    expect(day(easterSunday(year) * DAY)).toBe(western);
    expect(day(orthodoxEasterSunday(year) * DAY)).toBe(eastern);
  });

  it('put Easter on a Sunday between 22 March and 25 April for two centuries', () => {
    for (let year = 1950; year < 2150; year++) {
      const easter = day(easterSunday(year) * DAY);
      expect(new Date(easter).getUTCDay()).toBe(0);
      expect(easter.slice(5) >= '03-22' && easter.slice(5) <= '04-25', easter).toBe(true);
      expect(new Date(day(orthodoxEasterSunday(year) * DAY)).getUTCDay()).toBe(0);
    }
  });

  it('hold the federal holidays of the US with their observed days', () => {
    const days = [...holidaysOf('US', 2026)].sort();
    expect(days).toEqual([
      '2026-01-01',
      '2026-01-19',
      '2026-02-16',
      '2026-05-25',
      '2026-06-19',
      '2026-07-03',
      '2026-07-04',
      '2026-09-07',
      '2026-10-12',
      '2026-11-11',
      '2026-11-26',
      '2026-12-25',
    ]);
    // 1 January 2028 is a Saturday, kept on the Friday before, in the year before.
    expect(holidaysOf('US', 2027).has('2027-12-31')).toBe(true);
  });

  it('hold the bank holidays of England with their substitute days', () => {
    const days = [...holidaysOf('GB', 2026)].sort();
    expect(days).toEqual([
      '2026-01-01',
      '2026-04-03',
      '2026-04-06',
      '2026-05-04',
      '2026-05-25',
      '2026-08-31',
      '2026-12-25',
      '2026-12-26',
      '2026-12-28',
    ]);
    // Christmas on Saturday, Boxing Day on Sunday: Monday and Tuesday are free.
    expect(holidaysOf('GB', 2027).has('2027-12-27')).toBe(true);
    expect(holidaysOf('GB', 2027).has('2027-12-28')).toBe(true);
    expect(holidaysOf('GB', 2027).has('2027-12-29')).toBe(false);
  });

  it.each([
    ['SE', '2026-06-20', true],
    ['SE', '2026-10-31', true],
    ['FI', '2027-11-06', true],
    ['CA', '2026-05-18', true],
    ['CA', '2027-05-24', true],
    ['CA', '2026-10-12', true],
    ['DE', '2026-10-03', true],
    ['DE', '2026-11-01', false],
    ['FR', '2026-07-14', true],
    ['NL', '2026-04-27', true],
    ['GR', '2026-02-23', true],
    ['DK', '2023-05-05', true],
    ['DK', '2024-04-26', false],
    ['PL', '2025-12-24', true],
    ['PL', '2024-12-24', false],
    ['IS', '2026-04-23', true],
    ['EU', '2026-12-28', true],
    ['none', '2026-12-25', false],
    ['constructor', '2026-12-25', false],
  ])('%s %s: %s', (code, date, expected) => {
    expect(holidaysIn(code)(date)).toBe(expected);
  });

  it('leave every calendar between three and thirty holidays a year', () => {
    for (const code of CALENDAR_CODES) {
      expect(holidaysOf(code, 2026).size, code).toBeGreaterThan(2);
      expect(holidaysOf(code, 2026).size, code).toBeLessThan(30);
    }
  });

  const anyDay = fc.integer({ min: 0, max: 40_000 }).map((n) => day(n * DAY));
  const anyCalendar = fc.constantFrom(...CALENDAR_CODES);

  it('move an end only forward, onto a working day, over free days alone', () => {
    fc.assert(
      fc.property(anyDay, anyCalendar, (start, code) => {
        const holidays = holidaysIn(code);
        const end = nextWorkingDay(start, holidays);
        expect(isWorkingDay(end, holidays)).toBe(true);
        for (let d = start; d < end; d = addDays(d, 1)) expect(isWorkingDay(d, holidays)).toBe(false);
      }),
    );
  });

  it('count exactly n working days', () => {
    fc.assert(
      fc.property(anyDay, anyCalendar, fc.integer({ min: 1, max: 40 }), (start, code, n) => {
        const holidays = holidaysIn(code);
        let counted = 0;
        const end = addWorkingDays(start, n, holidays);
        for (let d = addDays(start, 1); d <= end; d = addDays(d, 1)) if (isWorkingDay(d, holidays)) counted++;
        expect(counted).toBe(n);
        expect(isWorkingDay(end, holidays)).toBe(true);
      }),
    );
  });

  it('add months onto the same day number or the last one of the month', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 36 }), (start, n) => {
        const [y = 0, m = 0, d = 0] = start.split('-').map(Number);
        const [y2 = 0, m2 = 0, d2 = 0] = addMonths(start, n).split('-').map(Number);
        expect(y2 * 12 + m2).toBe(y * 12 + m + n);
        const last = new Date(Date.UTC(y2, m2, 0)).getUTCDate();
        expect(d2).toBe(Math.min(d, last));
      }),
    );
  });

  it('never make a later request due earlier, nor an extension shorter', () => {
    const keys = Object.keys(CLOCK_RULES) as ClockRuleKey[];
    fc.assert(
      fc.property(fc.constantFrom(...keys), anyDay, fc.nat(400), anyCalendar, (key, start, later, code) => {
        const rule = CLOCK_RULES[key];
        const holidays = holidaysIn(code);
        const due = (ms: number, extended: boolean) => dueAt(rule, ms, { extended, holidays }).due_at;
        expect(due(at(start) + later * DAY, false)).toBeGreaterThanOrEqual(due(at(start), false));
        expect(due(at(start), true)).toBeGreaterThanOrEqual(due(at(start), false));
      }),
    );
  });
});
