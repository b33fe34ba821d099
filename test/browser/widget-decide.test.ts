import { describe, expect, test } from 'vitest';
import { type Act, heardSignal, standing } from '../../widget/decide';
import { configOf, purpose } from './widget-stub';

const DAY = 864e5;
const NOW = Date.UTC(2026, 10, 22);
const config = configOf();
const optIn = purpose('analytics');
const optOut = purpose('ads', { model: 'opt_out', default: 'granted' });
const act = (choice: Act['choice'], daysAgo = 0, more: Partial<Act> = {}): Act => ({
  choice,
  at: NOW - daysAgo * DAY,
  notice: 'ntc_1',
  version: 3,
  signal: false,
  ...more,
});
const at = (p: typeof optIn, a?: Act, signal = false, c = config) => standing(p, a, c, signal, NOW);

describe('a purpose that must be asked for', () => {
  test('is off and asked for when nothing was said, whatever default the server sent', () => {
    expect(at(optIn)).toEqual({ allowed: false, ask: true });
    expect(at({ ...optIn, default: 'granted' })).toEqual({ allowed: false, ask: true });
  });

  test('is on after a grant until the grant lapses, and then asked for again', () => {
    expect(at(optIn, act('granted', 179))).toEqual({ allowed: true, ask: false });
    expect(at(optIn, act('granted', 180))).toEqual({ allowed: false, ask: true });
  });

  test('stays off after a refusal or withdrawal, and is asked for only when the period has passed', () => {
    for (const choice of ['refused', 'withdrawn'] as const) {
      expect(at(optIn, act(choice, 179))).toEqual({ allowed: false, ask: false });
      expect(at(optIn, act(choice, 180))).toEqual({ allowed: false, ask: true });
    }
  });

  test('is off and asked for again when the notice has changed, unless the change leaves earlier acts valid', () => {
    const changed = { ...config, notice: { ...config.notice, version: 4 } };
    expect(at(optIn, act('granted'), false, changed)).toEqual({ allowed: false, ask: true });
    expect(at(optIn, act('refused'), false, changed)).toEqual({ allowed: false, ask: true });
    const typo = { ...changed, notice: { ...changed.notice, valid_from_version: 3 } };
    expect(at(optIn, act('granted'), false, typo)).toEqual({ allowed: true, ask: false });
    expect(at(optIn, act('granted', 0, { notice: 'ntc_0', version: 9 })).allowed).toBe(false);
  });

  test('is off when the clock of the device was set back by more than a day', () => {
    expect(at(optIn, act('granted', -0.5)).allowed).toBe(true);
    expect(at(optIn, act('granted', -2)).allowed).toBe(false);
  });

  test('of a special category is never asked for on the first layer', () => {
    expect(at({ ...optIn, special_category: true })).toEqual({ allowed: false, ask: false });
  });
});

describe('a purpose with an opt-out', () => {
  test('is on by default and never asked for', () => {
    expect(at(optOut)).toEqual({ allowed: true, ask: false });
    expect(at({ ...optOut, default: 'refused' })).toEqual({ allowed: false, ask: false });
  });

  test('stays off after an opt-out, also after years and a changed notice', () => {
    expect(at(optOut, act('refused', 2000, { version: 1 }))).toEqual({ allowed: false, ask: false });
  });
});

describe("the browser's signal", () => {
  test('switches off what it concerns, not what is required or excepted', () => {
    expect(at(optOut, undefined, true).allowed).toBe(false);
    expect(at({ ...optOut, gpc: false }, undefined, true).allowed).toBe(true);
    expect(at({ ...optOut, required: true }, undefined, true).allowed).toBe(true);
  });

  test('overrules a grant that came before it, and yields to one that came after', () => {
    expect(at(optIn, act('granted'), true).allowed).toBe(false);
    expect(at(optIn, act('granted', 0, { signal: true }), true).allowed).toBe(true);
  });

  test('is heard only as the policy says and only when it is exactly on', () => {
    const hears = (gpc: 'required' | 'honoured' | 'ignored', dnt: 'ignored' | 'as_gpc') => ({
      ...config.policy,
      gpc,
      dnt,
    });
    expect(heardSignal(hears('required', 'ignored'), { globalPrivacyControl: true })).toBe('gpc');
    expect(heardSignal(hears('honoured', 'ignored'), { globalPrivacyControl: true })).toBe('gpc');
    expect(heardSignal(hears('ignored', 'ignored'), { globalPrivacyControl: true })).toBeUndefined();
    expect(
      heardSignal(hears('required', 'as_gpc'), { globalPrivacyControl: false, doNotTrack: 'yes' }),
    ).toBeUndefined();
    expect(heardSignal(hears('ignored', 'as_gpc'), { doNotTrack: '1' })).toBe('dnt');
    expect(heardSignal(hears('required', 'ignored'), { doNotTrack: '1' })).toBeUndefined();
  });
});
