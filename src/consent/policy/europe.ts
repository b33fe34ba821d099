import { channels, cite, FALLBACK, optIn, optOut, SIX_MONTHS, SOFT_OPT_IN, TWELVE_MONTHS } from './baseline';
import type { Cited, RegionRow, Rules } from './types';

const EPRIVACY = cite('high', 'Dir. 2002/58 Art. 5(3); GDPR Art. 4(11), 7; EDPB Guidelines 05/2020; CJEU C-673/17');
const GDPR_ANSWER = cite('high', 'GDPR Art. 12(3); Reg. 1182/71 Art. 3');

/** The Union's rules. Telephone: Dir. 2002/58 Art. 13(3) leaves the choice to each state, so consent unless a row says otherwise. */
const EEA: RegionRow = {
  ...FALLBACK,
  code: 'EEA',
  name: 'European Economic Area',
  law: 'GDPR; Dir. 2002/58 (ePrivacy) as transposed',
  device: optIn(EPRIVACY),
  direct: {
    ...cite('high', 'Dir. 2002/58 Art. 13(1)–(3); post: GDPR recital 47, Art. 21(2)'),
    rules: channels({ email: 'soft_opt_in', sms: 'soft_opt_in', post: 'opt_out' }),
    soft_opt_in: SOFT_OPT_IN,
  },
  gpc: {
    ...cite('medium', 'GDPR Art. 21(5): objection by automated means; no duty named for this signal'),
    duty: 'honoured',
    since: null,
    display: false,
    refuses: ['marketing', 'sale'],
    beats_earlier_grant: false,
  },
  dnt: {
    ...cite('medium', 'LG Berlin 16 O 420/19 (objection by signal); the default is off anyway'),
    effect: 'as_gpc',
  },
  keep: {
    ...cite('design', 'no Union figure; shortest national practice'),
    grant_days: SIX_MONTHS.grant,
    reask_days: SIX_MONTHS.reask,
  },
  minors: { ...cite('high', 'GDPR Art. 8(1)'), consent_age: 16, rules: [] },
  special: { ...cite('high', 'GDPR Art. 9(2)(a)'), rule: 'explicit_consent' },
  requests: {
    ...GDPR_ANSWER,
    answer: 'eu_month',
    acknowledge: null,
    opt_out: 'at_once',
    appeal: null,
    complaint: null,
    agents: true,
    keep_months: null,
  },
};

const age = (consent_age: number, confidence: Cited['confidence'] = 'medium'): Pick<Rules, 'minors'> => ({
  minors: { ...cite(confidence, 'GDPR Art. 8(1), national age'), consent_age, rules: [] },
});

const keep = (grant_days: number, source: string): Pick<Rules, 'keep'> => ({
  keep: { ...cite('medium', source), grant_days, reask_days: SIX_MONTHS.reask },
});

/** Live calls to consumers until they object or enter the national register. */
const callsUntilObjected = (source: string): Pick<Rules, 'direct'> => ({
  direct: {
    ...cite('low', source),
    rules: channels({ email: 'soft_opt_in', sms: 'soft_opt_in', phone: 'opt_out', post: 'opt_out' }),
    soft_opt_in: SOFT_OPT_IN,
  },
});

/** States without the customer exception for electronic mail. */
const noSoftOptIn = (source: string): Pick<Rules, 'direct'> => ({
  direct: { ...cite('low', source), rules: channels({ post: 'opt_out' }), soft_opt_in: null },
});

const state = (code: string, name: string, own: Partial<Rules>): RegionRow => ({
  code,
  name,
  law: 'GDPR; national transposition of Dir. 2002/58',
  status: 'in_force',
  parent: 'EEA',
  calendar: code,
  ...own,
});

const STATES: readonly RegionRow[] = [
  state('AT', 'Austria', age(14)),
  state('BE', 'Belgium', { ...age(13), ...callsUntilObjected('Code of economic law VI.110–VI.116 (register)') }),
  state('BG', 'Bulgaria', age(14)),
  state('HR', 'Croatia', age(16)),
  state('CY', 'Cyprus', age(14)),
  state('CZ', 'Czechia', {
    ...age(15),
    ...keep(TWELVE_MONTHS.grant, 'UOOU guidance: 12 months; not again for 6 months'),
  }),
  state('DK', 'Denmark', age(15, 'low')),
  state('EE', 'Estonia', age(13)),
  state('FI', 'Finland', { ...age(13), ...callsUntilObjected('Act 917/2014 s. 202 (right to refuse)') }),
  state('FR', 'France', {
    ...age(15),
    ...keep(SIX_MONTHS.grant, 'CNIL 2020-092: six months is good practice'),
    device: optIn(cite('medium', 'Loi 78-17 Art. 82; CNIL 2020-091 (exempt audience measurement)'), [
      'first_party_statistics',
    ]),
  }),
  state('DE', 'Germany', {
    ...age(16),
    device: optIn(cite('high', 'TDDDG § 25')),
    direct: {
      ...cite('high', 'UWG § 7(2)–(3)'),
      rules: channels({ email: 'soft_opt_in', sms: 'soft_opt_in', post: 'opt_out' }),
      soft_opt_in: SOFT_OPT_IN,
    },
  }),
  state('GR', 'Greece', { ...age(15), ...callsUntilObjected('Law 3471/2006 Art. 11 (register)') }),
  state('HU', 'Hungary', { ...age(16), ...noSoftOptIn('Act XLVIII of 2008 s. 6: prior consent') }),
  state('IE', 'Ireland', { ...age(16), ...keep(SIX_MONTHS.grant, 'DPC guidance on cookies, 2020') }),
  state('IT', 'Italy', {
    ...age(14),
    ...keep(SIX_MONTHS.grant, 'Garante, 10 June 2021: banner not shown again for 6 months'),
    ...callsUntilObjected('D.Lgs. 196/2003 Art. 130 (register of objections)'),
  }),
  state('LV', 'Latvia', age(13)),
  state('LT', 'Lithuania', age(14)),
  state('LU', 'Luxembourg', age(16)),
  state('MT', 'Malta', age(13)),
  state('NL', 'Netherlands', age(16)),
  state('PL', 'Poland', {
    ...age(16, 'low'),
    ...noSoftOptIn('Electronic Communications Law 2024 Art. 398: prior consent'),
  }),
  state('PT', 'Portugal', age(13)),
  state('RO', 'Romania', age(16)),
  state('SK', 'Slovakia', age(16)),
  state('SI', 'Slovenia', age(15, 'low')),
  state('ES', 'Spain', { ...age(14), ...keep(730, 'AEPD cookie guide: at most 24 months') }),
  state('SE', 'Sweden', { ...age(13), ...callsUntilObjected('Marknadsföringslag 2008:486 s. 21; NIX register') }),
  state('IS', 'Iceland', { ...age(13, 'low'), ...callsUntilObjected('Act 70/2022 (register)') }),
  state('LI', 'Liechtenstein', age(14, 'low')),
  state('NO', 'Norway', { ...age(13, 'low'), ...callsUntilObjected('Markedsføringsloven §§ 12, 15 (register)') }),
];

const GB: RegionRow = {
  ...EEA,
  code: 'GB',
  name: 'United Kingdom',
  law: 'UK GDPR, DPA 2018, PECR, as amended by the Data (Use and Access) Act 2025',
  calendar: 'GB',
  device: optIn(cite('high', 'PECR reg. 6 and Sch. A1'), ['first_party_statistics', 'appearance']),
  direct: {
    ...cite('high', 'PECR reg. 21–22'),
    rules: channels({
      email: 'soft_opt_in',
      sms: 'soft_opt_in',
      messaging: 'soft_opt_in',
      phone: 'opt_out',
      post: 'opt_out',
    }),
    soft_opt_in: { ...SOFT_OPT_IN, enquiry: true },
  },
  dnt: { ...cite('design', 'the default is off anyway'), effect: 'as_gpc' },
  minors: { ...cite('high', 'DPA 2018 s. 9'), consent_age: 13, rules: [] },
  requests: {
    ...cite('high', 'UK GDPR Art. 12A; DPA 2018 s. 164A'),
    answer: 'uk_month',
    acknowledge: null,
    opt_out: 'at_once',
    appeal: null,
    complaint: 'uk_complaint_30',
    agents: true,
    keep_months: null,
  },
};

const CH: RegionRow = {
  ...FALLBACK,
  code: 'CH',
  name: 'Switzerland',
  law: 'Federal Act on Data Protection; Telecommunications Act Art. 45c',
  calendar: 'CH',
  gdpr: false,
  device: {
    ...optOut(cite('low', 'TCA Art. 45c (information and right to refuse); vendors ask for consent in ads')),
    rules: { functional: 'opt_out', analytics: 'opt_out', marketing: 'opt_in', sale: 'opt_in' },
  },
  direct: {
    ...cite('low', 'UWG (CH) Art. 3(1)(o), (u)'),
    rules: channels({
      email: 'soft_opt_in',
      sms: 'soft_opt_in',
      messaging: 'soft_opt_in',
      phone: 'opt_out',
      post: 'opt_out',
    }),
    soft_opt_in: SOFT_OPT_IN,
  },
  gpc: { ...EEA.gpc!, ...cite('design', 'no duty known') },
  dnt: { ...cite('design', 'no duty known'), effect: 'ignored' },
  keep: { ...cite('design', 'no figure in the law'), grant_days: TWELVE_MONTHS.grant, reask_days: SIX_MONTHS.reask },
  minors: { ...cite('design', 'no fixed age: capacity of judgement; 16 is our own line'), consent_age: 16, rules: [] },
  special: { ...cite('low', 'FADP Art. 6(7)'), rule: 'explicit_consent' },
  requests: {
    ...cite('low', 'FADP Art. 25(7); DPO Art. 18'),
    answer: 'days_30_notice',
    acknowledge: null,
    opt_out: 'at_once',
    appeal: null,
    complaint: null,
    agents: true,
    keep_months: null,
  },
};

export const EUROPE: readonly RegionRow[] = [EEA, ...STATES, GB, CH];
/** ISO 3166-1 codes of the Union and the EEA. */
export const EEA_STATES: readonly string[] = STATES.map((row) => row.code);
