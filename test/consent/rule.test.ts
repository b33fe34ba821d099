import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, type PersonState, type Purpose, type Question, type Rulebook } from '../../src/consent';
import { openServer, type TestServer, visitorId } from '../platform/server';

/** Tables: the rule at its edges, each line with what it rests on. */
const NOW = Date.parse('2026-11-22T10:00:00Z');
const DAY = 86_400_000;

const purpose = (own: Partial<Purpose> = {}): Purpose => ({
  key: 'p',
  version: 1,
  name: {},
  text: {},
  basis: 'consent',
  categories: [],
  recipients: [],
  services: [],
  device: null,
  direct_marketing: false,
  channels: [],
  similar_products: false,
  retention_days: null,
  valid_days: null,
  double_opt_in: false,
  special_category: false,
  units: 'group',
  signals: [],
  ...own,
});

const book = (p: Purpose, minVersion = 1): Rulebook => ({
  version: 7,
  hash: '',
  compiled_at: '',
  policy_pack: '',
  controller: { name: '', contact: '' },
  units: {},
  purposes: { p },
  notices: { main: { key: 'main', version: 9, min_version: minVersion, hashes: {} } },
  services: {},
  sites: {},
  parts: {},
});

type Word = PersonState['acts'][number];
const word = (s: Word['s'], own: Partial<Word> = {}): Word => ({
  p: 'p',
  s,
  seq: 10,
  at: NOW - DAY,
  rec: 'rec_1',
  ...own,
});
const person = (own: Partial<PersonState> = {}): PersonState => ({ v: 1, acts: [], ...own });
const ask = (p: Partial<Purpose>, who: PersonState | undefined, q: Partial<Question> = {}, now = NOW) =>
  decide(book(purpose(p)), who, { purpose: 'p', ...q }, now);
const brief = (d: { allowed: boolean; reason: string }): string => `${d.allowed ? 'yes' : 'no'} ${d.reason}`;

const ANALYTICS = { device: 'analytics' } as const;
const ADS = { device: 'marketing' } as const;
const SALE = { device: 'sale' } as const;
const MAIL = { direct_marketing: true, channels: ['email'], similar_products: true } as Partial<Purpose>;
const POST = { direct_marketing: true, channels: ['post'], basis: 'legitimate_interests' } as Partial<Purpose>;

describe('region × signal × word', () => {
  const table: [what: string, p: Partial<Purpose>, who: PersonState, expected: string][] = [
    ['DE, analytics, never asked', ANALYTICS, person({ region: 'DE' }), 'no never_asked'],
    [
      'FR, exempt measurement, never asked, is still consent by its declared basis',
      { ...ANALYTICS, exemption: 'first_party_statistics' },
      person({ region: 'FR' }),
      'no never_asked',
    ],
    [
      'FR, exempt measurement on legitimate interests',
      { ...ANALYTICS, basis: 'legitimate_interests', exemption: 'first_party_statistics' },
      person({ region: 'FR' }),
      'yes not_opted_out',
    ],
    [
      'DE, the same: no exemption there',
      { ...ANALYTICS, basis: 'legitimate_interests', exemption: 'first_party_statistics' },
      person({ region: 'DE' }),
      'no never_asked',
    ],
    [
      'DE, analytics on legitimate interests: the device lock still asks',
      { ...ANALYTICS, basis: 'legitimate_interests' },
      person({ region: 'DE' }),
      'no never_asked',
    ],
    ['nowhere known: the strictest', ANALYTICS, person(), 'no never_asked'],
    ['a place that no pack names', ANALYTICS, person({ region: 'ZZ' }), 'no never_asked'],
    [
      'residence goes before the place of collection',
      ANALYTICS,
      person({ residence: 'DE', region: 'US' }),
      'no never_asked',
    ],
    ['US, analytics: notice only', ANALYTICS, person({ region: 'US' }), 'yes not_opted_out'],
    ['US-CO, sale, default', SALE, person({ region: 'US-CO' }), 'yes not_opted_out'],
    ['US-CO, sale, signal', SALE, person({ region: 'US-CO', gpc: { at: NOW, seq: 5 } }), 'no gpc'],
    [
      'US-CO, sale, a later choice beats the signal',
      SALE,
      person({ region: 'US-CO', gpc: { at: NOW, seq: 5 }, acts: [word('granted')] }),
      'yes granted',
    ],
    [
      'US-CO, sale, the signal beats an earlier choice',
      SALE,
      person({ region: 'US-CO', gpc: { at: NOW, seq: 15 }, acts: [word('granted')] }),
      'no gpc',
    ],
    [
      'US-CA, a later choice alone is not enough',
      SALE,
      person({ region: 'US-CA', gpc: { at: NOW, seq: 5 }, acts: [word('granted')] }),
      'no gpc',
    ],
    [
      'US-CA, told and chosen again',
      SALE,
      person({ region: 'US-CA', gpc: { at: NOW, seq: 5 }, acts: [word('granted', { told: 1 })] }),
      'yes granted',
    ],
    [
      'US-CO, analytics is not what the signal refuses',
      ANALYTICS,
      person({ region: 'US-CO', gpc: { at: NOW, seq: 5 } }),
      'yes not_opted_out',
    ],
    [
      'DE, ads granted later than the signal',
      ADS,
      person({ region: 'DE', gpc: { at: NOW, seq: 5 }, acts: [word('granted')] }),
      'yes granted',
    ],
    ['a no is a no everywhere', SALE, person({ region: 'US', acts: [word('refused')] }), 'no refused'],
    [
      'US-MD, sale, 15 years old: banned, whatever was said',
      SALE,
      person({ region: 'US-MD', age_band: { age: 15, at: NOW }, acts: [word('granted')] }),
      'no minor',
    ],
    [
      'US-CA, sale, 14: only the minor’s own yes',
      SALE,
      person({ region: 'US-CA', age_band: { age: 14, at: NOW } }),
      'no never_asked',
    ],
    [
      'US-CA, sale, 14, own yes',
      SALE,
      person({ region: 'US-CA', age_band: { age: 14, at: NOW }, acts: [word('granted')] }),
      'yes granted',
    ],
    [
      'US-CA, sale, 10, without a guardian',
      SALE,
      person({ region: 'US-CA', age_band: { age: 10, at: NOW }, acts: [word('granted')] }),
      'no minor',
    ],
    [
      'DE, 15, consent without a guardian',
      {},
      person({ region: 'DE', age_band: { age: 15, at: NOW }, acts: [word('granted')] }),
      'no minor',
    ],
    [
      'AT, 15: of age to consent there',
      {},
      person({ region: 'AT', age_band: { age: 15, at: NOW }, acts: [word('granted')] }),
      'yes granted',
    ],
    [
      'DE, 15, with a guardian',
      {},
      person({
        region: 'DE',
        age_band: { age: 15, at: NOW },
        guardian: { confirmed_at: NOW },
        acts: [word('granted')],
      }),
      'yes granted',
    ],
    ['DE, mail, never asked', MAIL, person({ region: 'DE' }), 'no never_asked'],
    [
      'DE, mail, own customer',
      MAIL,
      person({ region: 'DE', sales: [{ unit: 'shop', at: NOW - DAY, opt_out_offered: 1 }] }),
      'no never_asked',
    ],
    [
      'DE, mail on legitimate interests, own customer',
      { ...MAIL, basis: 'legitimate_interests' },
      person({ region: 'DE', sales: [{ unit: 'shop', at: NOW - DAY, opt_out_offered: 1 }] }),
      'yes soft_opt_in',
    ],
    [
      '… but no way out was offered at collection',
      { ...MAIL, basis: 'legitimate_interests' },
      person({ region: 'DE', sales: [{ unit: 'shop', at: NOW - DAY, opt_out_offered: 0 }] }),
      'no never_asked',
    ],
    [
      '… but the products are not similar',
      { ...MAIL, basis: 'legitimate_interests', similar_products: false },
      person({ region: 'DE', sales: [{ unit: 'shop', at: NOW - DAY, opt_out_offered: 1 }] }),
      'no never_asked',
    ],
    [
      '… but the person has objected',
      { ...MAIL, basis: 'legitimate_interests' },
      person({ region: 'DE', sales: [{ unit: 'shop', at: NOW - DAY, opt_out_offered: 1 }], acts: [word('objected')] }),
      'no objected',
    ],
    [
      'PL, where the law knows no soft opt-in',
      { ...MAIL, basis: 'legitimate_interests' },
      person({ region: 'PL', sales: [{ unit: 'shop', at: NOW - DAY, opt_out_offered: 1 }] }),
      'no never_asked',
    ],
    [
      'KR, within 180 days of the sale',
      MAIL,
      person({ region: 'KR', sales: [{ unit: 'shop', at: NOW - 180 * DAY + 1, opt_out_offered: 1 }] }),
      'yes soft_opt_in',
    ],
    [
      'KR, a millisecond later',
      MAIL,
      person({ region: 'KR', sales: [{ unit: 'shop', at: NOW - 180 * DAY, opt_out_offered: 1 }] }),
      'no never_asked',
    ],
    ['DE, post on legitimate interests', POST, person({ region: 'DE' }), 'yes not_opted_out'],
    [
      'DE, post, objection to all marketing',
      POST,
      person({ region: 'DE', acts: [word('objected', { p: '*marketing' })] }),
      'no objected',
    ],
    ['US, mail: until objected', MAIL, person({ region: 'US' }), 'yes not_opted_out'],
    ['contract: needs no word', { basis: 'contract' }, person({ region: 'DE' }), 'yes other_basis'],
    [
      'contract, restricted by Art. 18',
      { basis: 'contract' },
      person({ restricted: { at: NOW, request: 'r' } }),
      'no restricted',
    ],
    [
      'legitimate interests, objected',
      { basis: 'legitimate_interests' },
      person({ acts: [word('objected')] }),
      'no objected',
    ],
    [
      'special category without an explicit yes',
      { special_category: true },
      person({ acts: [word('granted')] }),
      'no explicit_required',
    ],
    [
      'special category by report',
      { special_category: true },
      person({ acts: [word('granted', { explicit: 1, reported: NOW - DAY })] }),
      'no explicit_required',
    ],
    [
      'special category, explicit',
      { special_category: true },
      person({ acts: [word('granted', { explicit: 1 })] }),
      'yes granted',
    ],
    ['asked, but not yet confirmed', {}, person({ acts: [word('requested')] }), 'no unconfirmed'],
    ['two that disagree', {}, person({ acts: [word('conflict')] }), 'no conflict'],
    ['while being merged', {}, person({ frozen: 'per_x', acts: [word('granted')] }), 'no conflict'],
  ];
  it.each(table)('%s', (_, p, who, expected) => {
    expect(brief(ask(p, who))).toBe(expected);
  });
});

describe('signals of the very call', () => {
  it('refuse as a recorded one does: an earlier choice gives way', () => {
    const who = person({ region: 'US-CO', acts: [word('granted')] });
    expect(brief(ask(SALE, who))).toBe('yes granted');
    expect(brief(ask(SALE, who, { gpc: true }))).toBe('no gpc');
  });

  it('do not undo a choice that was made after the signal was first seen', () => {
    const who = person({ region: 'US-CO', gpc: { at: NOW, seq: 5 }, acts: [word('granted')] });
    expect(brief(ask(SALE, who, { gpc: true }))).toBe('yes granted');
  });
});

describe('time', () => {
  it('ends a grant at the very millisecond, and nothing else', () => {
    const until = NOW + 1;
    expect(brief(ask({}, person({ acts: [word('granted', { until })] }), {}, until - 1))).toBe('yes granted');
    expect(brief(ask({}, person({ acts: [word('granted', { until })] }), {}, until))).toBe('no expired');
    for (const s of ['refused', 'withdrawn', 'objected'] as const)
      expect(brief(ask({}, person({ acts: [word(s)] }), {}, NOW + 10_000 * DAY))).toBe(`no ${s}`);
  });

  it('takes effect with the first day of a law', () => {
    const who = person({
      region: 'US-OR',
      age_band: { age: 15, at: Date.parse('2025-12-31T00:00:00Z') },
      acts: [word('granted')],
    });
    expect(ask(SALE, who, {}, Date.parse('2025-12-31T23:59:59.999Z')).allowed).toBe(true);
    expect(brief(ask(SALE, who, {}, Date.parse('2026-01-01T00:00:00Z')))).toBe('no minor');
  });

  it('makes a child older', () => {
    const who = person({ region: 'US-CA', age_band: { age: 15, at: NOW } });
    expect(brief(ask(SALE, who, {}, NOW + 366 * DAY))).toBe('yes not_opted_out');
  });

  it('expires grants of an outdated notice, and no refusal', () => {
    const rules = book(purpose(), 5);
    const of = (s: Word['s'], nv: string) =>
      brief(decide(rules, person({ acts: [word(s, { nv })] }), { purpose: 'p' }, NOW));
    expect(of('granted', 'main@5')).toBe('yes granted');
    expect(of('granted', 'main@4')).toBe('no renewal_required');
    expect(of('refused', 'main@1')).toBe('no refused');
    expect(
      brief(
        decide(
          book(purpose({ device: 'sale' }), 5),
          person({ region: 'US', acts: [word('refused', { nv: 'main@1' })] }),
          { purpose: 'p' },
          NOW,
        ),
      ),
    ).toBe('no refused');
  });
});

describe('scope', () => {
  const who = (own: Partial<Word>, s: Word['s'] = 'granted') => person({ acts: [word(s, own)] });
  const table: [what: string, own: Partial<Word>, s: Word['s'], q: Partial<Question>, expected: string][] = [
    ['a yes to address A is none to B', { cp: 'A' }, 'granted', { contact_point: 'B' }, 'no never_asked'],
    ['a yes to address A is none where no address is named', { cp: 'A' }, 'granted', {}, 'no never_asked'],
    ['a yes to address A', { cp: 'A' }, 'granted', { contact_point: 'A' }, 'yes granted'],
    ['a no to address A leaves B to be asked', { cp: 'A' }, 'refused', { contact_point: 'B' }, 'no never_asked'],
    ['a no to address A holds where no address is named', { cp: 'A' }, 'refused', {}, 'no refused'],
    ['a yes by mail is none by telephone', { ch: 'email' }, 'granted', { channel: 'phone' }, 'no never_asked'],
    ['a yes to one unit is none to another', { unit: 'shop' }, 'granted', { unit: 'cafe' }, 'no never_asked'],
    ['a yes to one unit is none to an unnamed one', { unit: 'shop' }, 'granted', {}, 'no never_asked'],
    ['a yes to all covers one', {}, 'granted', { contact_point: 'A', unit: 'shop' }, 'yes granted'],
  ];
  it.each(table)('%s', (_, own, s, q, expected) => {
    expect(brief(ask({}, who(own, s), q))).toBe(expected);
  });

  it('a recipient must be named and a category declared', () => {
    const p = { recipients: ['AdNet'], categories: ['user.contact'] };
    expect(brief(ask(p, who({}), { recipient: 'Other' }))).toBe('no recipient_not_named');
    expect(brief(ask(p, who({}), { recipient: 'AdNet' }))).toBe('yes granted');
    expect(brief(ask(p, who({}), { category: 'user.contact.email' }))).toBe('yes granted');
    expect(brief(ask(p, who({}), { category: 'user.contactless' }))).toBe('no undeclared_category');
  });

  it('suppressed goes before everything, then what is unknown', () => {
    expect(brief(ask({}, undefined, { suppressed: true }))).toBe('no suppressed');
    expect(brief(ask({}, undefined))).toBe('no unknown_person');
    expect(brief(decide(book(purpose()), person(), { purpose: 'other' }, NOW))).toBe('no unknown_purpose');
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(decide(book(purpose()), person(), { purpose: name }, NOW).allowed).toBe(false);
  });
});

describe('over HTTP', () => {
  let server: TestServer;
  let site: string;
  beforeAll(async () => {
    server = await openServer({ env: { AVOW_TRUSTED_PROXIES: '1', AVOW_REGION_HEADER: 'x-region' } });
    site = await server.shop();
  });
  afterAll(() => server.close());
  const notice = { id: 'main', version: 1, language: 'en' };
  const act = (visitor: string, choices: Record<string, string>, headers: Record<string, string> = {}, more = {}) =>
    server.page('/v1/consents', { site, visitor, notice, choices, method: 'custom', ...more }, headers);
  const may = async (visitor: string, purpose: string) => {
    const { body } = await server.check({ type: 'visitor', id: visitor }, purpose);
    return `${body.allowed ? 'yes' : 'no'} ${body.reason}`;
  };

  it.each([
    ['1', 'no gpc'],
    ['0, 1', 'no gpc'],
    ['0', 'yes not_opted_out'],
    ['true', 'yes not_opted_out'],
    ['1;x', 'yes not_opted_out'],
    ['', 'yes not_opted_out'],
  ])('only an exact 1 is the signal: %j', async (value, expected) => {
    const visitor = visitorId(`gpc${Buffer.from(value).toString('hex')}`);
    await act(visitor, { analytics: 'refused' }, { 'sec-gpc': value, 'x-region': 'US-CO' });
    expect(await may(visitor, 'sale')).toBe(expected);
  });

  it('a page that claims another region can not loosen what holds', async () => {
    const visitor = visitorId('claim');
    await act(visitor, { ads: 'refused' }, {}, { region: 'US' });
    expect(await may(visitor, 'analytics')).toBe('no never_asked');
  });

  it('a grant ends by the moved clock, at the very millisecond that the receipt says', async () => {
    const visitor = visitorId('clock');
    const answer = await act(visitor, { analytics: 'granted' }, { 'x-region': 'DE' });
    const state = answer.body.state as Record<string, { valid_until: string }>;
    const end = Date.parse(state.analytics!.valid_until);
    server.clock.set(end - 1);
    expect(await may(visitor, 'analytics')).toBe('yes granted');
    server.clock.set(end);
    expect(await may(visitor, 'analytics')).toBe('no expired');
  });

  it('a republished notice ends grants and no refusal', async () => {
    const visitor = visitorId('renew');
    await act(visitor, { analytics: 'granted', ads: 'refused' }, { 'x-region': 'DE' });
    await server.publish(false, 'A comma, more');
    expect(await may(visitor, 'analytics')).toBe('yes granted');
    await server.publish(true, 'Another use');
    expect([await may(visitor, 'analytics'), await may(visitor, 'ads')]).toEqual(['no renewal_required', 'no refused']);
  });

  it('a known person of whom nothing is recorded may be served under another basis, and is never asked elsewhere', async () => {
    await server.recordAs('one@customers.example', { ads: 'refused' });
    const person = (await server.recordAs('two@customers.example', { ads: 'refused' })).body.person;
    expect((await server.check({ type: 'person', id: String(person) }, 'session')).body).toMatchObject({
      allowed: true,
    });
    const { createLookup } = await import('../../src/identity');
    const ident = createLookup(server.secrets).ident({ type: 'email', id: 'three@customers.example' });
    await server.edge.vaults.at(0).run('identity.ensure', { ident }, { actor: { type: 'system', id: 'test' } });
    const ask = async (purpose: string) =>
      (await server.check({ type: 'email', id: 'three@customers.example' }, purpose)).body;
    expect(await ask('session')).toMatchObject({ allowed: true, reason: 'other_basis' });
    expect(await ask('analytics')).toMatchObject({ allowed: false, reason: 'never_asked' });
  });

  it('both checks follow a person to where a link has led', async () => {
    const visitor = visitorId('follow');
    const first = await act(
      visitor,
      { analytics: 'granted' },
      { 'x-region': 'DE' },
      { notice: { ...notice, version: 3 } },
    );
    await server.recordAs('follow@customers.example', { ads: 'refused' });
    const subject = { type: 'email', id: 'follow@customers.example' };
    await server.call('POST', '/v1/links', { subject_token: first.body.subject_token, subject });
    const old = { type: 'person', id: String(first.body.person) };
    const one = await server.check(old, 'analytics');
    const many = await server.call('POST', '/v1/checks', { subjects: [old], purposes: ['analytics'] });
    const result = (many.body.results as Record<string, Record<string, { reason: string }>>)[`person:${old.id}`];
    expect([one.body.reason, result?.analytics?.reason]).toEqual(['granted', 'granted']);
  });
});
