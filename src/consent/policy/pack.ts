import type { ConsentModel } from '../wire';
import { FALLBACK } from './baseline';
import { EEA_STATES, EUROPE } from './europe';
import type { DeviceClass, Exemption, MinorRule, RegionPolicy, RegionRow } from './types';
import { AMERICA } from './us';
import { WORLD } from './world';

/** The regions as data: what each one changes against its parent. */
export const REGIONS: readonly RegionRow[] = [FALLBACK, ...EUROPE, ...AMERICA, ...WORLD];

/** Version of the pack's facts; part of the rulebook, so that a decision names it. */
export const PACK_VERSION = '2026-11-22';

const BY_CODE = new Map(REGIONS.map((row) => [row.code, row]));

/** Codes that mean a row of another name: common spellings, and parts of a state with an ISO code of their own. */
const SAME_AS: Readonly<Record<string, string>> = {
  UNKNOWN: '*',
  EU: 'EEA',
  UK: 'GB',
  EL: 'GR',
  AX: 'FI',
  SJ: 'NO',
  GF: 'FR',
  GP: 'FR',
  MF: 'FR',
  MQ: 'FR',
  RE: 'FR',
  YT: 'FR',
  AS: 'US',
  GU: 'US',
  MP: 'US',
  PR: 'US',
  VI: 'US',
};

/** A date that every law of the pack has reached. */
export const ALL_IN_FORCE = Number.POSITIVE_INFINITY;

const reached = (day: string | undefined | null, now: number): boolean => !day || Date.parse(day) <= now;

/** The row for a region code: exact, else its country's, else the fallback. Spelling of letters doesn't matter. */
export function rowFor(region: string | null | undefined): RegionRow {
  const exact = region && BY_CODE.get(region);
  if (exact) return exact;
  const asked = (region ?? '*').trim().toUpperCase();
  const [country = ''] = asked.split('-');
  for (const code of [asked, country]) {
    const row = BY_CODE.get(SAME_AS[code] ?? code);
    if (row) return row;
  }
  return FALLBACK;
}

function lineage(row: RegionRow): RegionRow[] {
  const parent = row.parent ? BY_CODE.get(row.parent) : undefined;
  return parent ? [row, ...lineage(parent)] : [row];
}

const inForce = (rows: readonly RegionRow[], now: number): RegionRow[] => rows.filter((r) => reached(r.effective, now));

/** Before its first day a duty to honour the signal is a courtesy, and a dated ban doesn't hold. */
function dated(policy: RegionPolicy, now: number): RegionPolicy {
  const { gpc, minors } = policy;
  const duty = gpc.duty === 'required' && !reached(gpc.since, now) ? 'honoured' : gpc.duty;
  const rules = minors.rules.filter((rule) => reached(rule.since, now));
  return { ...policy, gpc: { ...gpc, duty }, minors: { ...minors, rules } };
}

function compose(row: RegionRow, now: number): RegionPolicy {
  const [, ...parents] = lineage(row);
  const merged = Object.assign({}, ...inForce(lineage(row), now).reverse()) as RegionPolicy;
  const { code: region, name, law, status } = row;
  const { code, parent, alias_of, effective, ...rules } = merged as RegionPolicy & Partial<RegionRow>;
  const parentCodes = parents.map((p) => p.code);
  return dated({ ...rules, region, name, law, status, parents: parentCodes, tightened_by: [] }, now);
}

function dates(row: RegionRow): (string | null | undefined)[] {
  return [row.effective, row.gpc?.since, ...(row.minors?.rules ?? []).map((rule) => rule.since)];
}

/** Every moment at which a rule of the pack changes, in UTC milliseconds, ascending. */
const CHANGES = [...new Set(REGIONS.flatMap(dates).flatMap((day) => (day ? [Date.parse(day)] : [])))].sort(
  (a, b) => a - b,
);

/** Between two changes a region's rules are one frozen object. */
const ERAS: readonly Map<string, RegionPolicy>[] = [0, ...CHANGES].map(() => new Map());

function eraOf(now: number): number {
  let era = CHANGES.length;
  while (era > 0 && CHANGES[era - 1]! > now) era--;
  return era;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/**
 * The rules of a region; composed once, then looked up, so that every decision can ask.
 *
 * @param region ISO 3166-1 alpha-2 or 3166-2 code (`FR`, `US-CA`, `DE-BY`), `EEA`, or `unknown`; a place that the pack
 *   doesn't name gets the fallback, which allows least.
 * @param now UTC milliseconds; laws not yet in force leave their parent's rules. Omitted: every law of the pack counts.
 */
export function policyFor(region: string | null | undefined, now: number = ALL_IN_FORCE): RegionPolicy {
  const row = rowFor(region);
  const era = eraOf(now);
  const known = ERAS[era]!.get(row.code);
  if (known) return known;
  const policy = frozen(compose(row, CHANGES[era - 1] ?? Number.NEGATIVE_INFINITY));
  ERAS[era]!.set(row.code, policy);
  return policy;
}

/** How a purpose of a class starts here; an exempt use starts as opt-out where the region's law frees it. */
export function deviceModel(policy: RegionPolicy, use: DeviceClass, exempt?: Exemption | null): ConsentModel {
  const rule = policy.device.rules[use];
  return rule === 'opt_in' && exempt && policy.device.exemptions.includes(exempt) ? 'opt_out' : rule;
}

const SEVERITY = { banned: 2, guardian: 1, own_consent: 0 } as const;

/** The rule for a minor of this age and class of use, the severest if several hold; null: none. */
export function minorRule(policy: RegionPolicy, use: DeviceClass, age: number): MinorRule | null {
  const hits = policy.minors.rules.filter((r) => r.from <= age && age < r.below && r.classes.includes(use));
  return hits.sort((a, b) => SEVERITY[b.effect] - SEVERITY[a.effect])[0] ?? null;
}

/** Is a guardian's act needed before a consent of somebody of this age counts? */
export const needsGuardian = (policy: RegionPolicy, age: number): boolean => age < policy.minors.consent_age;

/** Is this a state of the Union or the EEA, by ISO 3166-1 code? */
export const isEea = (country: string): boolean => EEA_STATES.includes(rowFor(country).code);
