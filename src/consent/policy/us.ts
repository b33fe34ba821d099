import { ban, channels, cite, FALLBACK, guardian, optOut, ownConsent, TWELVE_MONTHS } from './baseline';
import type { ClockKey, GpcRules, MinorRule, RegionRow, Rules, SpecialRule } from './types';

const CALIFORNIA_REST = cite('medium', 'Cal. Civ. 1798.135(c)(4): 12 months, kept for every state');

/** Federal floor, and the states without a law of their own: notice, with California's opt-outs offered freely. */
const US: RegionRow = {
  ...FALLBACK,
  code: 'US',
  name: 'United States, other states',
  law: 'FTC Act s. 5; COPPA; CAN-SPAM; TCPA',
  calendar: 'US',
  gdpr: false,
  device: {
    ...cite('medium', 'no general statute; opt-out of advertising offered freely'),
    rules: { functional: 'notice_only', analytics: 'notice_only', marketing: 'opt_out', sale: 'opt_out' },
    exemptions: [],
  },
  direct: {
    ...cite('medium', 'CAN-SPAM, 15 USC 7704; TCPA, 47 USC 227 and 47 CFR 64.1200'),
    rules: channels({ email: 'opt_out', phone: 'opt_out', post: 'opt_out' }),
    soft_opt_in: null,
  },
  gpc: {
    ...cite('design', 'no duty; honoured and shown freely'),
    duty: 'honoured',
    since: null,
    display: true,
    refuses: ['marketing', 'sale'],
    beats_earlier_grant: false,
  },
  dnt: { ...cite('medium', 'no state requires it; disclose the practice, Cal. B&P 22575(b)(5)'), effect: 'ignored' },
  keep: { ...CALIFORNIA_REST, grant_days: null, reask_days: TWELVE_MONTHS.reask },
  minors: { ...cite('high', 'COPPA, 16 CFR 312.5'), consent_age: 13, rules: [guardian(13)] },
  special: { ...cite('medium', 'e.g. Wash. RCW 19.373 (health): consent'), rule: 'explicit_consent' },
  requests: {
    ...cite('design', 'as California, freely'),
    answer: 'us_45',
    acknowledge: null,
    opt_out: 'us_opt_out_15',
    appeal: null,
    complaint: null,
    agents: true,
    keep_months: null,
  },
};

type State = {
  code: string;
  name: string;
  law: string;
  /** First day of the duty to honour the signal; absent: no duty. */
  gpc?: string;
  appeal: ClockKey | null;
  minors?: { rules: MinorRule[]; source?: string };
  special?: SpecialRule;
  agents?: boolean;
  answer?: ClockKey;
  from?: string;
  low?: boolean;
  alias_of?: string;
  own?: Partial<Rules>;
};

const signal = (since: string | undefined): GpcRules => ({
  ...cite('medium', since ? 'state law: universal opt-out mechanism' : 'no duty; honoured freely'),
  duty: since ? 'required' : 'honoured',
  since: since ?? null,
  display: false,
  refuses: ['marketing', 'sale'],
  beats_earlier_grant: false,
});

function stateRow(s: State): RegionRow {
  const confidence = s.low ? 'low' : 'medium';
  return {
    code: s.code,
    name: s.name,
    law: s.law,
    status: s.from ? 'future' : 'in_force',
    ...(s.from ? { effective: s.from } : {}),
    ...(s.alias_of ? { alias_of: s.alias_of } : {}),
    parent: 'US',
    device: optOut(cite(confidence, s.law)),
    gpc: signal(s.gpc),
    minors: {
      ...cite(confidence, s.minors?.source ?? s.law),
      consent_age: 13,
      rules: s.minors?.rules ?? [guardian(13)],
    },
    special: { ...cite(confidence, s.law), rule: s.special ?? 'explicit_consent' },
    requests: {
      ...cite(confidence, s.law),
      answer: s.answer ?? 'us_45',
      acknowledge: null,
      opt_out: 'us_opt_out_15',
      appeal: s.appeal,
      complaint: null,
      agents: s.agents ?? false,
      keep_months: null,
    },
    ...s.own,
  };
}

const CALIFORNIA: State = {
  code: 'US-CA',
  name: 'California',
  law: 'CCPA as amended by CPRA, Civ. 1798.100 ff.; 11 CCR 7000 ff.',
  appeal: null,
  special: 'limit',
  own: {
    device: optOut(cite('high', 'Cal. Civ. 1798.120, 1798.135; 11 CCR 7026')),
    gpc: {
      ...cite('high', '11 CCR 7025(c): signal, profile and person; shown since 2026-01-01'),
      duty: 'required',
      since: '2020-08-14',
      display: true,
      refuses: ['marketing', 'sale'],
      beats_earlier_grant: true,
    },
    keep: { ...cite('high', 'Cal. Civ. 1798.135(c)(4)'), grant_days: null, reask_days: TWELVE_MONTHS.reask },
    minors: {
      ...cite('high', 'Cal. Civ. 1798.120(c)–(d); 11 CCR 7070–7071'),
      consent_age: 13,
      rules: [guardian(13), ownConsent(13, 16)],
    },
    requests: {
      ...cite('high', 'Cal. Civ. 1798.130; 11 CCR 7021, 7026(f), 7063, 7101'),
      answer: 'us_45',
      acknowledge: 'ca_acknowledge_10',
      opt_out: 'ca_opt_out_15',
      appeal: null,
      complaint: null,
      agents: true,
      keep_months: 24,
    },
  },
};

/** Florida's telephone law is stricter than the federal one. */
const FLORIDA_CALLS: Partial<Rules> = {
  direct: {
    ...cite('low', 'Fla. Stat. 501.059: prior express written consent'),
    rules: channels({ email: 'opt_out', post: 'opt_out' }),
    soft_opt_in: null,
  },
};

const teens = (from: number, below: number): State['minors'] => ({ rules: [guardian(from), ownConsent(from, below)] });

const STATES: readonly State[] = [
  CALIFORNIA,
  {
    code: 'US-CO',
    name: 'Colorado',
    law: 'Colorado Privacy Act; 4 CCR 904-3; SB 24-041',
    gpc: '2024-07-01',
    appeal: 'appeal_45',
    agents: true,
    minors: teens(13, 18),
  },
  {
    code: 'US-CT',
    name: 'Connecticut',
    law: 'CTDPA; SB 1295',
    gpc: '2025-01-01',
    appeal: 'appeal_60',
    agents: true,
    minors: { rules: [guardian(13), ownConsent(13, 16), ban(18, '2026-07-01')], source: 'SB 1295 (secondary sources)' },
  },
  { code: 'US-VA', name: 'Virginia', law: 'VCDPA', appeal: 'appeal_60' },
  { code: 'US-UT', name: 'Utah', law: 'UCPA', appeal: null, special: 'opt_out' },
  { code: 'US-TX', name: 'Texas', law: 'TDPSA', gpc: '2025-01-01', appeal: 'appeal_60', agents: true },
  {
    code: 'US-OR',
    name: 'Oregon',
    law: 'OCPA; HB 2008',
    gpc: '2026-01-01',
    appeal: 'appeal_45',
    agents: true,
    minors: { rules: [guardian(13), ownConsent(13, 16), ban(16, '2026-01-01')], source: 'HB 2008' },
  },
  {
    code: 'US-MT',
    name: 'Montana',
    law: 'MCDPA; SB 297',
    gpc: '2025-01-01',
    appeal: 'appeal_60',
    agents: true,
    minors: teens(13, 16),
  },
  {
    code: 'US-FL',
    name: 'Florida',
    law: 'FDBR (platforms above USD 1bn)',
    appeal: 'appeal_60',
    minors: teens(13, 18),
    own: FLORIDA_CALLS,
  },
  { code: 'US-IA', name: 'Iowa', law: 'ICDPA', appeal: 'appeal_60', special: 'opt_out', answer: 'us_90' },
  {
    code: 'US-DE',
    name: 'Delaware',
    law: 'DPDPA',
    gpc: '2026-01-01',
    appeal: 'appeal_60',
    agents: true,
    minors: teens(13, 18),
  },
  {
    code: 'US-NE',
    name: 'Nebraska',
    law: 'NDPA',
    gpc: '2025-01-01',
    appeal: 'appeal_60',
    agents: true,
    alias_of: 'US-TX',
  },
  {
    code: 'US-NH',
    name: 'New Hampshire',
    law: 'RSA 507-H',
    gpc: '2025-01-01',
    appeal: 'appeal_60',
    agents: true,
    minors: teens(13, 16),
    alias_of: 'US-MT',
  },
  {
    code: 'US-NJ',
    name: 'New Jersey',
    law: 'NJDPA',
    gpc: '2025-07-15',
    appeal: 'appeal_45',
    agents: true,
    minors: teens(13, 17),
  },
  { code: 'US-TN', name: 'Tennessee', law: 'TIPA', appeal: 'appeal_60', alias_of: 'US-VA' },
  {
    code: 'US-MN',
    name: 'Minnesota',
    law: 'MCDPA (Minn. Stat. 325M)',
    gpc: '2025-07-31',
    appeal: 'appeal_45',
    agents: true,
    minors: teens(13, 17),
  },
  {
    code: 'US-MD',
    name: 'Maryland',
    law: 'MODPA',
    gpc: '2025-10-01',
    appeal: 'appeal_60',
    agents: true,
    special: 'necessary_only',
    minors: { rules: [guardian(13), ban(18)] },
  },
  { code: 'US-IN', name: 'Indiana', law: 'INCDPA', appeal: 'appeal_60', alias_of: 'US-VA' },
  { code: 'US-KY', name: 'Kentucky', law: 'KCDPA', appeal: 'appeal_60', alias_of: 'US-VA' },
  { code: 'US-RI', name: 'Rhode Island', law: 'RIDTPPA', appeal: 'appeal_60', alias_of: 'US-VA' },
  { code: 'US-OK', name: 'Oklahoma', law: 'OCDPA, SB 546', appeal: 'appeal_60', from: '2027-01-01', low: true },
  {
    code: 'US-LA',
    name: 'Louisiana',
    law: 'LDPA, SB 386',
    appeal: 'appeal_60',
    agents: true,
    from: '2027-01-01',
    low: true,
  },
  { code: 'US-AL', name: 'Alabama', law: 'APDPA, HB 351', appeal: 'appeal_60', from: '2027-05-01', low: true },
];

export const AMERICA: readonly RegionRow[] = [US, ...STATES.map(stateRow)];
