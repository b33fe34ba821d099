import {
  ban,
  channels,
  cite,
  FALLBACK,
  guardian,
  optIn,
  optOut,
  SIX_MONTHS,
  SOFT_OPT_IN,
  TWELVE_MONTHS,
} from './baseline';
import type { Cited, ClockKey, DirectRules, KeepRules, RegionRow, RequestRules } from './types';

const strict = cite('low', 'not researched: shipped as opt-in');
const sixMonths: KeepRules = {
  ...cite('design', 'no figure in the law'),
  grant_days: SIX_MONTHS.grant,
  reask_days: SIX_MONTHS.reask,
};

const answer = (by: Cited, key: ClockKey, opt_out: ClockKey = 'at_once'): RequestRules => ({
  ...by,
  answer: key,
  acknowledge: null,
  opt_out,
  appeal: null,
  complaint: null,
  agents: true,
  keep_months: null,
});

const direct = (
  by: Cited,
  but: Parameters<typeof channels>[0],
  soft: DirectRules['soft_opt_in'] = null,
): DirectRules => ({
  ...by,
  rules: channels(but),
  soft_opt_in: soft,
});

const minors = (by: Cited, consent_age: number, rules = FALLBACK.minors!.rules.slice(0, 0)) => ({
  minors: { ...by, consent_age, rules },
});

/** A country outside Europe and the US: what it doesn't say is the fallback's, without the fallback's bans. */
const country = (code: string, name: string, law: string, own: Partial<RegionRow>): RegionRow => ({
  ...FALLBACK,
  code,
  name,
  law,
  gdpr: false,
  keep: sixMonths,
  gpc: {
    ...cite('design', 'no duty known'),
    duty: 'honoured',
    since: null,
    display: false,
    refuses: ['marketing', 'sale'],
    beats_earlier_grant: false,
  },
  device: optIn(strict),
  special: { ...cite('low', law), rule: 'explicit_consent' },
  ...own,
});

const CANADA = country('CA', 'Canada', 'PIPEDA; CASL', {
  calendar: 'CA',
  device: optOut(cite('low', 'OPC guidance on behavioural advertising')),
  direct: direct(
    cite('low', 'CASL s. 6, 10(9)–(10); Unsolicited Telecommunications Rules'),
    { email: 'soft_opt_in', sms: 'soft_opt_in', messaging: 'soft_opt_in', phone: 'opt_out', post: 'opt_out' },
    { ...SOFT_OPT_IN, similar_products: false, opt_out_at_collection: false, window_days: 730 },
  ),
  dnt: { ...cite('low', 'no duty known'), effect: 'ignored' },
  keep: { ...cite('low', 'no figure in the law'), grant_days: null, reask_days: TWELVE_MONTHS.reask },
  ...minors(cite('low', 'OPC: parents below 13'), 13, [guardian(13)]),
  requests: answer(cite('low', 'PIPEDA s. 8(3)–(4)'), 'days_30_extendable', 'casl_opt_out_10'),
});

const QUEBEC: RegionRow = {
  code: 'CA-QC',
  name: 'Quebec',
  law: 'Act respecting the protection of personal information in the private sector (Law 25)',
  status: 'in_force',
  parent: 'CA',
  device: optIn(cite('medium', 's. 8.1, 9.1: identifying, locating and profiling functions are off by default')),
  dnt: { ...cite('design', 'the default is off anyway'), effect: 'as_gpc' },
  keep: {
    ...cite('design', 's. 14: only as long as needed for its purposes'),
    grant_days: TWELVE_MONTHS.grant,
    reask_days: SIX_MONTHS.reask,
  },
  ...minors(cite('medium', 's. 4.1'), 14),
  requests: answer(cite('medium', 's. 32–34: silence is a refusal'), 'days_30', 'casl_opt_out_10'),
};

const BRAZIL = country('BR', 'Brazil', 'LGPD; ANPD cookie guide 2022; Law 15.211/2025', {
  device: optIn(cite('medium', 'ANPD guide on cookies, 2022')),
  direct: direct(
    cite('low', 'LGPD Art. 7 (IX), 18; self-regulation'),
    { email: 'soft_opt_in', phone: 'opt_out', post: 'opt_out' },
    SOFT_OPT_IN,
  ),
  ...minors(cite('medium', 'LGPD Art. 14; Law 15.211/2025 (no profiling of minors for ads)'), 12, [
    ban(18, '2026-03-17', ['marketing']),
  ]),
  requests: answer(cite('medium', 'LGPD Art. 19 (II)'), 'days_15'),
});

const INDIA = country('IN', 'India', 'DPDP Act 2023; DPDP Rules 2025', {
  status: 'phased',
  device: optIn(cite('medium', 'DPDP Act s. 6')),
  keep: { ...cite('medium', 's. 6, 8(7): until the purpose ends'), grant_days: null, reask_days: SIX_MONTHS.reask },
  ...minors(cite('medium', 's. 9: no tracking of children, no advertising aimed at them'), 18, [
    ban(18, null, ['analytics', 'marketing', 'sale']),
  ]),
  requests: answer(cite('medium', 'Rule 14(3): ceiling for redress'), 'days_90'),
});

const KOREA_SOFT = { ...SOFT_OPT_IN, window_days: 180 };

const OTHERS: readonly RegionRow[] = [
  country('JP', 'Japan', 'APPI; Telecommunications Business Act', {
    direct: direct(
      cite('low', 'Act on Specified Electronic Mail Art. 3'),
      { email: 'soft_opt_in', sms: 'soft_opt_in', phone: 'opt_out', post: 'opt_out' },
      SOFT_OPT_IN,
    ),
    ...minors(cite('design', 'not verified: our own line'), 16),
  }),
  country('KR', 'South Korea', 'PIPA; Network Act Art. 50', {
    direct: direct(cite('low', 'Network Act Art. 50(1)'), { email: 'soft_opt_in', sms: 'soft_opt_in' }, KOREA_SOFT),
    ...minors(cite('low', 'PIPA Art. 22-2'), 14),
    requests: answer(cite('low', 'PIPA Enforcement Decree Art. 41'), 'days_10'),
  }),
  country('ZA', 'South Africa', 'POPIA', {
    direct: direct(
      cite('low', 'POPIA s. 69'),
      { email: 'soft_opt_in', sms: 'soft_opt_in', post: 'opt_out' },
      SOFT_OPT_IN,
    ),
    ...minors(cite('low', 'POPIA s. 34–35'), 18),
    requests: answer(cite('low', 'PAIA s. 25'), 'days_30'),
  }),
  country('TH', 'Thailand', 'PDPA', {
    ...minors(cite('low', 'PDPA s. 20'), 20),
    requests: answer(cite('low', 'PDPA s. 30'), 'days_30'),
  }),
  country('AU', 'Australia', 'Privacy Act 1988; Spam Act 2003; Do Not Call Register Act 2006', {
    direct: direct(
      cite('low', 'Spam Act 2003 s. 16, Sch. 2'),
      { email: 'soft_opt_in', sms: 'soft_opt_in', phone: 'opt_out', post: 'opt_out' },
      SOFT_OPT_IN,
    ),
    ...minors(cite('low', 'OAIC guidance: 15'), 15),
    requests: answer(cite('low', 'APP 12.4'), 'days_30'),
  }),
  country('SG', 'Singapore', 'PDPA; Spam Control Act', {
    direct: direct(cite('low', 'Spam Control Act s. 11; PDPA Part 9 (register)'), {
      email: 'opt_out',
      post: 'opt_out',
    }),
    ...minors(cite('low', 'PDPC guidance: 13'), 13),
    requests: answer(cite('low', 'PDP Regulations 2021 reg. 5'), 'days_30'),
  }),
];

export const WORLD: readonly RegionRow[] = [CANADA, QUEBEC, BRAZIL, INDIA, ...OTHERS];
