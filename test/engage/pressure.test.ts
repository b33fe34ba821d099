import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decidePressure,
  localMinute,
  type PressureQuestion,
  type PressureRules,
  pressureProblems,
  type Touch,
  touchesSeenBy,
} from '../../src/engage/pressure';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const noon = Date.UTC(2024, 5, 12, 12);

const rules: PressureRules = {
  caps: [{ name: 'two a week', most: 2, days: 7, units: null, channels: null }],
  gaps: [],
  pauses: [],
  quiet_hours: [],
  time_zone: 'Europe/Stockholm',
};

const touch = (hoursAgo: number, of: Partial<Touch> = {}): Touch => ({
  unit: 'shop',
  legal_entity: 'Shop AB',
  channel: 'email',
  kind: 'marketing',
  at: noon - hoursAgo * HOUR,
  ...of,
});

const ask = (of: Partial<PressureQuestion>) =>
  decidePressure({
    rules,
    unit: 'shop',
    channel: 'email',
    kind: 'marketing',
    time_zone: null,
    touches: [],
    now: noon,
    ...of,
  });

describe('caps', () => {
  test('let pass what is under them and block what is over, whoever sent before', () => {
    expect(ask({ touches: [touch(1, { unit: 'bank', channel: 'sms' })] }).allowed).toBe(true);
    const full = ask({ touches: [touch(1, { unit: 'bank', channel: 'sms' }), touch(30)] });
    expect(full).toMatchObject({ allowed: false, blocks: [{ reason: 'cap', rule: 'two a week' }] });
  });

  test('say when it may be tried again, and mean it', () => {
    const touches = [touch(30), touch(1)];
    const { next_at } = ask({ touches });
    expect(next_at).toBe(noon - 30 * HOUR + 7 * DAY);
    expect(ask({ touches, now: next_at! }).allowed).toBe(true);
    expect(ask({ touches, now: next_at! - 1 }).allowed).toBe(false);
  });

  test('may speak of one channel or unit only', () => {
    const sms: PressureRules = { ...rules, caps: [{ name: 'sms', most: 1, days: 30, units: null, channels: ['sms'] }] };
    const touches = [touch(1, { channel: 'sms' })];
    expect(ask({ rules: sms, touches, channel: 'sms' }).allowed).toBe(false);
    expect(ask({ rules: sms, touches, channel: 'email' }).allowed).toBe(true);
    expect(ask({ rules: sms, touches: [touch(1)], channel: 'sms' }).allowed).toBe(true);
  });

  test('count contacts that are reserved for later, as far as one window reaches', () => {
    const around = [touch(6 * 24), touch(-6 * 24)];
    expect(ask({ touches: around }).allowed).toBe(true);
    expect(ask({ touches: [touch(2 * 24), touch(-2 * 24)] }).allowed).toBe(false);
  });

  test('of zero never let anything pass', () => {
    const none: PressureRules = { ...rules, caps: [{ name: 'never', most: 0, days: 1, units: null, channels: null }] };
    expect(ask({ rules: none })).toMatchObject({ allowed: false, next_at: null });
  });

  test('do not hold back what is not marketing, nor count it', () => {
    const touches = [touch(1), touch(2)];
    expect(ask({ touches, kind: 'transactional' }).allowed).toBe(true);
    expect(ask({ touches: touches.map((t) => ({ ...t, kind: 'transactional' as const })) }).allowed).toBe(true);
  });

  test('of one let exactly one of 50 pass that ask and reserve in turn', () => {
    const one: PressureRules = { ...rules, caps: [{ name: 'one', most: 1, days: 1, units: null, channels: null }] };
    const touches: Touch[] = [];
    const passed = Array.from({ length: 50 }, (_, i) => {
      const decision = ask({ rules: one, touches: [...touches], unit: `unit ${i % 5}` });
      if (decision.allowed) touches.push(touch(0, { unit: `unit ${i % 5}` }));
      return decision.allowed;
    });
    expect(passed.filter(Boolean)).toHaveLength(1);
  });

  test('are never exceeded in any window, whatever is asked and in whatever order', () => {
    const hours = fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 40 });
    fc.assert(
      fc.property(hours, (times) => {
        const sent: Touch[] = [];
        for (const hour of times) {
          const now = noon + hour * HOUR;
          if (ask({ touches: sent, now }).allowed) sent.push(touch(-hour));
        }
        for (const { at } of sent) {
          expect(sent.filter((t) => t.at >= at && t.at < at + 7 * DAY).length).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});

describe('quiet', () => {
  test('periods keep contacts apart, before and after', () => {
    const gap: PressureRules = {
      ...rules,
      caps: [],
      gaps: [{ name: 'two days', hours: 48, units: null, channels: null }],
    };
    expect(ask({ rules: gap, touches: [touch(47)] })).toMatchObject({ allowed: false, blocks: [{ reason: 'gap' }] });
    expect(ask({ rules: gap, touches: [touch(48)] }).allowed).toBe(true);
    expect(ask({ rules: gap, touches: [touch(-47)] }).allowed).toBe(false);
    expect(ask({ rules: gap, touches: [touch(47)] }).next_at).toBe(noon + HOUR);
  });

  test('pauses hold from their first moment until their last', () => {
    const pause = { name: 'asked for', from: noon, until: noon + DAY, units: null, channels: null };
    const paused: PressureRules = { ...rules, pauses: [pause] };
    expect(ask({ rules: paused, now: noon - 1 }).allowed).toBe(true);
    expect(ask({ rules: paused })).toMatchObject({ allowed: false, next_at: noon + DAY });
    expect(ask({ rules: paused, now: noon + DAY }).allowed).toBe(true);
  });

  const night = { name: 'night', from: 21 * 60, until: 8 * 60, units: null, channels: ['sms'] };
  const nightly: PressureRules = { ...rules, quiet_hours: [night] };

  test('hours are those of the person, and run over midnight', () => {
    const at = (utcHour: number, time_zone: string | null) =>
      ask({ rules: nightly, channel: 'sms', time_zone, now: Date.UTC(2024, 5, 12, utcHour) });
    expect(at(12, 'Europe/Stockholm').allowed).toBe(true);
    expect(at(19, 'Europe/Stockholm')).toMatchObject({ allowed: false, next_at: Date.UTC(2024, 5, 13, 6) });
    expect(at(5, 'Europe/Stockholm')).toMatchObject({ allowed: false, next_at: Date.UTC(2024, 5, 12, 6) });
    expect(at(12, 'Asia/Tokyo').allowed).toBe(false);
    expect(at(19, null).allowed).toBe(false);
  });

  test('hours of one channel leave the others alone', () => {
    expect(ask({ rules: nightly, channel: 'email', now: Date.UTC(2024, 5, 12, 23) }).allowed).toBe(true);
  });

  test('hours follow summer time: the night of the change ends an hour earlier in UTC', () => {
    const before = ask({ rules: nightly, channel: 'sms', now: Date.UTC(2024, 2, 30, 22) });
    expect(before.next_at).toBe(Date.UTC(2024, 2, 31, 6));
    expect(localMinute(before.next_at!, 'Europe/Stockholm')).toBe(8 * 60);
    const autumn = ask({ rules: nightly, channel: 'sms', now: Date.UTC(2024, 9, 26, 22) });
    expect(autumn.next_at).toBe(Date.UTC(2024, 9, 27, 7));
  });

  test('hours that end at a time which the change of the clock leaves out end just the same', () => {
    const odd: PressureRules = { ...rules, quiet_hours: [{ ...night, until: 150 }] };
    const decision = ask({ rules: odd, channel: 'sms', now: Date.UTC(2024, 2, 30, 22) });
    expect(ask({ rules: odd, channel: 'sms', now: decision.next_at! }).allowed).toBe(true);
    expect(decision.next_at! - Date.UTC(2024, 2, 31, 1)).toBeLessThanOrEqual(HOUR);
  });

  test('rules together give the first time at which all of them pass', () => {
    const both: PressureRules = { ...nightly, caps: [{ name: 'one', most: 1, days: 1, units: null, channels: null }] };
    const now = Date.UTC(2024, 5, 12, 20);
    const touches = [touch(0, { at: Date.UTC(2024, 5, 11, 23) })];
    const decision = ask({ rules: both, channel: 'sms', now, touches });
    expect(decision.blocks.map(({ reason }) => reason)).toEqual(['cap', 'quiet_hours']);
    expect(decision.next_at).toBe(Date.UTC(2024, 5, 13, 6));
    expect(ask({ rules: both, channel: 'sms', now: decision.next_at!, touches }).allowed).toBe(true);
  });
});

describe('what units see of each other', () => {
  const touches = [
    touch(1),
    touch(3, { unit: 'bank', legal_entity: 'Bank AB', channel: 'sms' }),
    touch(2, { unit: 'club' }),
  ];

  test('is that and when another unit made contact, and nothing of what', () => {
    const seen = touchesSeenBy({ legal_entity: 'Shop AB', touches, mayShare: () => false });
    expect(seen).toEqual([
      { unit: 'club', channel: 'email', at: noon - 2 * HOUR },
      { unit: 'shop', channel: 'email', at: noon - HOUR },
    ]);
  });

  test('crosses legal entities only where the notice allows it', () => {
    const seen = touchesSeenBy({ legal_entity: 'Shop AB', touches, mayShare: (entity) => entity === 'Bank AB' });
    expect(seen.map(({ unit }) => unit)).toEqual(['bank', 'club', 'shop']);
  });
});

describe('rules', () => {
  test('that are sound have no problems', () => {
    expect(pressureProblems(rules)).toEqual([]);
  });

  test('that are not are refused with everything that is wrong', () => {
    const reach = { units: null, channels: null };
    const problems = pressureProblems({
      caps: [{ name: 'a', most: 1.5, days: 7, ...reach }],
      gaps: [{ name: 'b', hours: 0, ...reach }],
      pauses: [{ name: 'c', from: 2, until: 1, ...reach }],
      quiet_hours: [{ name: 'd', from: 60, until: 1440, ...reach }],
      time_zone: 'Europe/Atlantis',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'cap a',
      'gap b',
      'pause c',
      'quiet hours d',
      'Europe/Atlantis is no time zone',
    ]);
  });
});
