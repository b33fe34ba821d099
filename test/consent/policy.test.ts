import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHANNELS,
  DEVICE_CLASSES,
  deviceModel,
  minorRule,
  needsGuardian,
  packJsonSchema,
  packSchema,
  parsePack,
  policyFor,
  REGIONS,
  type RegionPolicy,
  type RegionRow,
  rowFor,
  strictest,
} from '../../src/consent/policy';
import { CALENDAR_CODES, holidaysIn } from '../../src/rights/calendar';
import { answerRule, deadlinesFor } from '../../src/rights/deadline';
import { CLOCK_RULES, RIGHTS } from '../../src/rights/rules';

const at = (day: string) => Date.parse(`${day}T12:00:00Z`);
const TODAY = at('2026-11-22');
const codes = REGIONS.map((row) => row.code);
const region = fc.constantFrom(...codes);
const AGES = Array.from({ length: 21 }, (_, age) => age + 1);

/** Every decision about a permission that a policy takes, as names of what it lets through. */
function allowances(p: RegionPolicy): Set<string> {
  const open: string[] = [];
  for (const use of DEVICE_CLASSES) {
    if (deviceModel(p, use) !== 'opt_in') open.push(`${use} unasked`);
    if (p.device.rules[use] === 'notice_only') open.push(`${use} without opt-out`);
    if (!p.gpc.refuses.includes(use)) open.push(`${use} despite GPC`);
    for (const age of AGES) {
      const effect = minorRule(p, use, age)?.effect;
      if (effect !== 'banned') open.push(`${use} at ${age} somehow`);
      if (effect !== 'banned' && effect !== 'guardian') open.push(`${use} at ${age} by own act`);
      if (!effect) open.push(`${use} at ${age} unasked`);
    }
  }
  if (deviceModel(p, 'analytics', 'first_party_statistics') !== 'opt_in') open.push('statistics unasked');
  if (deviceModel(p, 'functional', 'appearance') !== 'opt_in') open.push('appearance unasked');
  for (const channel of CHANNELS) {
    if (p.direct.rules[channel] !== 'consent') open.push(`${channel} to customers`);
    if (p.direct.rules[channel] === 'opt_out') open.push(`${channel} to anybody`);
  }
  for (const age of AGES) if (!needsGuardian(p, age)) open.push(`consent at ${age}`);
  if (p.gpc.duty === 'ignored') open.push('GPC ignored');
  if (!p.gpc.beats_earlier_grant) open.push('earlier yes beats GPC');
  if (p.dnt.effect === 'ignored') open.push('DNT ignored');
  for (const days of [181, 184, 365, 366, 730, 10_000]) {
    if ((p.keep.grant_days ?? Number.POSITIVE_INFINITY) >= days) open.push(`grant after ${days} days`);
    if (p.keep.reask_days < days) open.push(`asked again within ${days} days`);
  }
  if (p.special.rule === 'limit' || p.special.rule === 'opt_out') open.push('special categories unasked');
  return new Set(open);
}

const DATES = [
  '2024-03-01',
  '2025-06-30',
  '2025-07-20',
  '2025-09-01',
  '2026-05-01',
  '2026-11-22',
  '2027-02-01',
  '2027-06-01',
];
const RECEIVED = Array.from({ length: 1096 }, (_, i) => at('2026-01-01') + i * 86_400_000);

const prints = new Map<string, string>();

/** Everything about a region that a test of decisions or deadlines can see. */
function fingerprint(code: string): string {
  const known = prints.get(code);
  if (known) return known;
  const decisions = DATES.map((date) => {
    const p = policyFor(code, at(date));
    const { duty, display } = p.gpc;
    const { agents, keep_months } = p.requests;
    return [
      [...allowances(p)].sort(),
      duty,
      display,
      p.special.rule,
      p.direct.soft_opt_in,
      p.keep.grant_days,
      agents,
      keep_months,
    ];
  });
  const print = JSON.stringify([decisions, deadlines(code)]);
  prints.set(code, print);
  return print;
}

const memo = new Map<string, string>();
function deadlines(code: string): string {
  const { requests, calendar } = policyFor(code);
  const names = RIGHTS.map((right) => answerRule(requests, { right }).key);
  const key = `${calendar} ${names} ${requests.acknowledge}`;
  const known = memo.get(key);
  if (known) return known;
  const holidays = holidaysIn(calendar);
  const due = RECEIVED.map((day) => deadlinesFor(requests, { right: 'access' }, day, { holidays }).answer.due_at);
  const value = JSON.stringify([due, names, requests.acknowledge]);
  memo.set(key, value);
  return value;
}

describe('the policy pack', () => {
  it('holds 68 regions that satisfy its schema', () => {
    expect(REGIONS).toHaveLength(68);
    expect(parsePack(REGIONS)).toHaveLength(68);
  });

  it('offers that schema as JSON Schema, closed against unknown members', () => {
    const schema = packJsonSchema() as { items: { additionalProperties: boolean; required: string[] } };
    expect(schema.items.additionalProperties).toBe(false);
    expect(schema.items.required).toEqual(expect.arrayContaining(['code', 'law', 'parent']));
  });

  it.each([
    ['a region twice', [...REGIONS, REGIONS[1]!]],
    ['a parent that is not there', [{ ...REGIONS.find((r) => r.code === 'FR')!, parent: 'XX' }, REGIONS[0]!]],
    ['a root without rules', REGIONS.map((r) => (r.code === '*' ? { ...r, keep: undefined } : r))],
    [
      'a future law without its first day',
      REGIONS.map((r) => (r.code === 'FR' ? { ...r, status: 'future' as const } : r)),
    ],
    [
      'a soft opt-in without conditions',
      REGIONS.map((r) => (r.code === 'DE' ? { ...r, direct: { ...r.direct!, soft_opt_in: null } } : r)),
    ],
    ['an unknown member', REGIONS.map((r) => (r.code === 'DE' ? { ...r, colour: 'red' } : r))],
    [
      'a rule without a source',
      REGIONS.map((r) => (r.code === 'AT' ? { ...r, minors: { ...r.minors!, source: '' } } : r)),
    ],
  ])('is refused with %s', (_, broken) => {
    expect(packSchema.safeParse(broken).success).toBe(false);
  });

  it.each(codes)('changes something for %s that a test can see, or says whose alias it is', (code) => {
    const row = rowFor(code);
    const same = codes.filter((other) => other !== code && fingerprint(other) === fingerprint(code));
    const family = [row.alias_of, ...REGIONS.filter((r) => r.alias_of === (row.alias_of ?? code)).map((r) => r.code)];
    expect(same.filter((other) => !family.includes(other))).toEqual([]);
    if (row.alias_of) expect(fingerprint(code)).toBe(fingerprint(row.alias_of));
  });

  it.each(codes)('cites every rule of %s with a source and a confidence', (code) => {
    const { device, direct, gpc, dnt, keep, minors, special, requests } = policyFor(code);
    for (const rule of [device, direct, gpc, dnt, keep, minors, special, requests]) {
      expect(rule.source.length).toBeGreaterThan(2);
      expect(['high', 'medium', 'low', 'design']).toContain(rule.confidence);
    }
  });

  it('names only clocks and calendars that exist', () => {
    for (const code of codes) {
      const { requests, calendar } = policyFor(code);
      const named = [requests.answer, requests.opt_out, requests.acknowledge, requests.appeal, requests.complaint];
      for (const key of named) if (key) expect(CLOCK_RULES[key].key).toBe(key);
      if (calendar !== 'none') expect(CALENDAR_CODES).toContain(calendar);
    }
  });
});

describe('finding a region', () => {
  it.each([
    ['FR', 'FR'],
    ['fr', 'FR'],
    ['DE-BY', 'DE'],
    ['US-CA', 'US-CA'],
    ['us-ca', 'US-CA'],
    ['US-WA', 'US'],
    ['CA-QC', 'CA-QC'],
    ['CA-ON', 'CA'],
    ['EU', 'EEA'],
    ['UK', 'GB'],
    ['EL', 'GR'],
    ['RE', 'FR'],
    ['PR', 'US'],
    ['unknown', '*'],
    ['XX', '*'],
    ['T1', '*'],
    ['', '*'],
    ['__proto__', '*'],
    ['constructor', '*'],
    [undefined, '*'],
    [null, '*'],
  ])('takes %s for %s', (asked, expected) => {
    expect(policyFor(asked).region).toBe(expected);
  });

  it('inherits what a state does not say from the Union', () => {
    const france = policyFor('FR');
    expect(france.parents).toEqual(['EEA']);
    expect(france.requests).toEqual(policyFor('EEA').requests);
    expect(france.minors.consent_age).toBe(15);
  });
});

describe('dates', () => {
  it('lets Oklahoma live under the federal rules until its law begins', () => {
    expect(policyFor('US-OK', at('2026-12-31')).requests.appeal).toBeNull();
    expect(policyFor('US-OK', at('2027-01-01')).requests.appeal).toBe('appeal_60');
  });

  it('calls honouring GPC a duty from its first day on, and a courtesy before', () => {
    expect(policyFor('US-NJ', Date.parse('2025-07-14T23:59:59.999Z')).gpc.duty).toBe('honoured');
    expect(policyFor('US-NJ', Date.parse('2025-07-15T00:00:00Z')).gpc.duty).toBe('required');
  });

  it('bans targeted advertising to minors in Connecticut from July 2026', () => {
    expect(minorRule(policyFor('US-CT', at('2026-06-30')), 'marketing', 15)?.effect).toBe('own_consent');
    expect(minorRule(policyFor('US-CT', at('2026-07-01')), 'marketing', 17)?.effect).toBe('banned');
    expect(minorRule(policyFor('US-CT', at('2026-07-01')), 'marketing', 18)).toBeNull();
  });

  it('knows the twelve states in which GPC is a duty today', () => {
    const required = codes.filter((code) => policyFor(code, TODAY).gpc.duty === 'required').sort();
    expect(required.map((code) => code.slice(3))).toEqual([
      'CA',
      'CO',
      'CT',
      'DE',
      'MD',
      'MN',
      'MT',
      'NE',
      'NH',
      'NJ',
      'OR',
      'TX',
    ]);
  });
});

describe('a composed policy', () => {
  it('is one frozen object from one change of law to the next', () => {
    const before = policyFor('US-OK', at('2026-12-30'));
    expect(policyFor('US-OK', Date.parse('2026-12-31T23:59:59.999Z'))).toBe(before);
    expect(policyFor('US-OK', Date.parse('2027-01-01T00:00:00Z'))).not.toBe(before);
    expect(() => {
      before.device.rules.sale = 'notice_only';
    }).toThrow(TypeError);
  });
});

describe('facts of the regions', () => {
  it('asks first in Germany, and tells only in the other states of the US', () => {
    expect(deviceModel(policyFor('DE'), 'analytics')).toBe('opt_in');
    expect(deviceModel(policyFor('US-WA'), 'analytics')).toBe('notice_only');
    expect(deviceModel(policyFor('US-CA'), 'sale')).toBe('opt_out');
  });

  it('frees strict first-party statistics in the United Kingdom and France and nowhere by default', () => {
    expect(deviceModel(policyFor('GB'), 'analytics', 'first_party_statistics')).toBe('opt_out');
    expect(deviceModel(policyFor('FR'), 'analytics', 'first_party_statistics')).toBe('opt_out');
    expect(deviceModel(policyFor('GB'), 'analytics')).toBe('opt_in');
    expect(deviceModel(policyFor('DE'), 'analytics', 'first_party_statistics')).toBe('opt_in');
    expect(deviceModel(policyFor('FR'), 'functional', 'appearance')).toBe('opt_in');
  });

  it('knows the channels: soft opt-in by mail in the Union, none in Poland, opt-out by mail in the US', () => {
    expect(policyFor('SE').direct.rules.email).toBe('soft_opt_in');
    expect(policyFor('SE').direct.rules.phone).toBe('opt_out');
    expect(policyFor('DE').direct.rules.phone).toBe('consent');
    expect(policyFor('PL').direct.rules.email).toBe('consent');
    expect(policyFor('US-TX').direct.rules).toMatchObject({ email: 'opt_out', sms: 'consent', phone: 'opt_out' });
    expect(policyFor('US-FL').direct.rules.phone).toBe('consent');
    expect(policyFor('CA').direct.soft_opt_in?.window_days).toBe(730);
  });

  it('lets GPC beat an earlier yes in California, where it must also be shown', () => {
    expect(policyFor('US-CA', TODAY).gpc).toMatchObject({ duty: 'required', display: true, beats_earlier_grant: true });
    expect(policyFor('US-CO', TODAY).gpc).toMatchObject({
      duty: 'required',
      display: false,
      beats_earlier_grant: false,
    });
  });

  it('keeps a grant for no longer, and a refusal for no shorter, than the months named', () => {
    expect(policyFor('FR').keep).toMatchObject({ grant_days: 181, reask_days: 184 });
    expect(policyFor('CZ').keep.grant_days).toBe(365);
    expect(policyFor('ES').keep.grant_days).toBe(730);
    expect(policyFor('US-CA').keep).toMatchObject({ grant_days: null, reask_days: 366 });
  });

  it('treats minors by age: own act, guardian, ban', () => {
    const california = policyFor('US-CA');
    expect(minorRule(california, 'sale', 12)?.effect).toBe('guardian');
    expect(minorRule(california, 'sale', 13)?.effect).toBe('own_consent');
    expect(minorRule(california, 'sale', 16)).toBeNull();
    expect(minorRule(policyFor('US-MD'), 'sale', 17)?.effect).toBe('banned');
    expect(minorRule(policyFor('US-OR', TODAY), 'marketing', 15)?.effect).toBe('banned');
    expect(minorRule(policyFor('IN'), 'analytics', 17)?.effect).toBe('banned');
    expect(needsGuardian(policyFor('DE'), 15)).toBe(true);
    expect(needsGuardian(policyFor('DE'), 16)).toBe(false);
    expect(needsGuardian(policyFor('BE'), 13)).toBe(false);
  });
});

describe('the strictest', () => {
  it.each(codes.filter((code) => code !== '*'))('of an unknown place and %s is the unknown place', (code) => {
    const unknown = allowances(policyFor('unknown'));
    const there = allowances(policyFor(code));
    expect([...unknown].filter((use) => !there.has(use))).toEqual([]);
  });

  it('allows no more than either region, whatever the two', () => {
    fc.assert(
      fc.property(region, region, (a, b) => {
        const [p, q] = [policyFor(a, TODAY), policyFor(b, TODAY)];
        const both = allowances(strictest(p, q));
        const [here, there] = [allowances(p), allowances(q)];
        return [...both].every((use) => here.has(use) && there.has(use));
      }),
      { numRuns: 300 },
    );
  });

  it('allows the same in either order, and nothing new when laid on twice', () => {
    fc.assert(
      fc.property(region, region, (a, b) => {
        const [p, q] = [policyFor(a, TODAY), policyFor(b, TODAY)];
        const [one, other, twice] = [strictest(p, q), strictest(q, p), strictest(strictest(p, q), q)].map((r) =>
          [...allowances(r)].sort().join(),
        );
        expect(one).toEqual(other);
        expect(one).toEqual(twice);
      }),
      { numRuns: 300 },
    );
  });

  it('of a region with itself is that region', () => {
    for (const code of codes) expect(strictest(policyFor(code), policyFor(code))).toBe(policyFor(code));
  });

  it('says whose rules tightened it, and joins the conditions of both soft opt-ins', () => {
    const p = strictest(policyFor('CA'), policyFor('SE'));
    expect(p.region).toBe('CA');
    expect(p.tightened_by).toEqual(['SE']);
    expect(p.direct.soft_opt_in).toMatchObject({
      similar_products: true,
      opt_out_at_collection: true,
      window_days: 730,
    });
    expect(strictest(policyFor('SE'), policyFor('*')).direct.soft_opt_in).toBeNull();
  });

  it('takes the shorter clock', () => {
    const p = strictest(policyFor('US-CA'), policyFor('KR'));
    expect(p.requests).toMatchObject({ answer: 'days_10', opt_out: 'at_once', acknowledge: 'ca_acknowledge_10' });
  });

  it('would be caught loosening: a region that asks nothing allows what the unknown place does not', () => {
    const loose: RegionRow = rowFor('US');
    const unknown = allowances(policyFor('*'));
    expect([...allowances(policyFor(loose.code))].some((use) => !unknown.has(use))).toBe(true);
  });
});
