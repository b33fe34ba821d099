/** Who said what, when, to which version of which notice; and who tied a device to a name. */
import type { Choice } from '../consent/wire';
import { noticesFrom } from './catalogue-notices';
import { DAY, HOUR, MINUTE, type Span } from './seed-people';
import type { Random } from './seed-random';
import type { Confirmation, ConsentAct, Customer, Link, Millis, PurposeKey, SiteKey } from './seed-types';

type Asked = Exclude<PurposeKey, 'essential'>;
type Draft = Omit<ConsentAct, 'ref'>;
type Choices = Partial<Record<Asked, Choice>>;

const ASKED: Record<SiteKey, Asked[]> = {
  shop: ['analytics', 'marketing_email', 'personalisation', 'ads_sharing'],
  retreats: ['analytics', 'marketing_email', 'personalisation'],
};

/** How likely a yes is for those who look at each purpose. */
const YES: Record<Asked, number> = { analytics: 0.55, marketing_email: 0.48, personalisation: 0.5, ads_sharing: 0.12 };
const FIRST_ACTS = { accept_all: 36, reject_all: 30, custom: 34 };

/** States whose law lets a browser's signal speak for the person, of those in the demo. */
const GPC_REGIONS = new Set(['US-CA', 'US-CO']);

/** After this a grant of the demo's sites lapses; the generator leaves a margin. */
export const GRANT_MS = 175 * DAY;
/** EU default for an information society service offered to a child is 16 (GDPR Art. 8(1)). */
const CONSENT_AGE = 16;

type Device = {
  visitor: string;
  site: SiteKey;
  region: string;
  language: 'en' | 'de';
  first: Millis;
  until: Millis;
};

function versionAt(span: Span, site: SiteKey, at: Millis): { id: string; version: number } {
  const published = noticesFrom(span.start).filter((notice) => notice.site === site && notice.published_at <= at);
  const latest = published[published.length - 1]!;
  return { id: latest.notice, version: latest.version };
}

/** A no where a yes stood is a withdrawal; a no where nothing or a no stood is a refusal. */
function answer(before: Choices, purpose: Asked, yes: boolean): Choice {
  if (yes) return 'granted';
  return before[purpose] === 'granted' || before[purpose] === 'withdrawn' ? 'withdrawn' : 'refused';
}

function choicesFor(random: Random, method: string, site: SiteKey, before: Choices): Choices {
  const yes = (purpose: Asked) =>
    method === 'accept_all' ||
    (method === 'custom' && random.chance(before[purpose] === 'granted' ? 0.7 : YES[purpose]));
  return Object.fromEntries(ASKED[site].map((purpose) => [purpose, answer(before, purpose, yes(purpose))]));
}

function actOn(device: Device, span: Span, at: Millis, method: Draft['method'], choices: Choices, gpc: boolean): Draft {
  return {
    at,
    site: device.site,
    visitor: device.visitor,
    customer: null,
    notice: { ...versionAt(span, device.site, at), language: device.language },
    choices,
    method,
    region: device.region,
    signals: { gpc, dnt: false },
    evidence: null,
  };
}

function sendsGpc(random: Random, device: Device): boolean {
  if (device.site !== 'shop') return false;
  return random.chance(GPC_REGIONS.has(device.region) ? 0.38 : 0.02);
}

/** What the browser says by itself, then what the person says at the banner. */
function firstActs(random: Random, device: Device, span: Span): { acts: Draft[]; held: Choices; gpc: boolean } {
  const gpc = sendsGpc(random, device);
  const signal: Choices = gpc ? { ads_sharing: 'refused' } : {};
  const spoken = gpc ? [actOn(device, span, device.first, 'gpc', signal, true)] : [];
  if (gpc && random.chance(0.5)) return { acts: spoken, held: signal, gpc };
  const method = gpc ? 'custom' : random.weighted(FIRST_ACTS);
  const choices = { ...choicesFor(random, method, device.site, {}), ...signal };
  return { acts: [...spoken, actOn(device, span, device.first + 20_000, method, choices, gpc)], held: choices, gpc };
}

/** Somebody changes their mind: takes a yes back, or gives one that they kept at first. */
function changeOfMind(random: Random, held: Choices): Choices | null {
  const granted = (Object.keys(held) as Asked[]).filter((purpose) => held[purpose] === 'granted');
  if (granted.length > 0 && random.chance(0.24)) {
    const some = random.sample(granted, random.int(1, granted.length));
    return Object.fromEntries(some.map((purpose) => [purpose, 'withdrawn']));
  }
  const kept = (Object.keys(held) as Asked[]).filter(
    (purpose) => held[purpose] !== 'granted' && purpose !== 'ads_sharing',
  );
  return kept.length > 0 && random.chance(0.09) ? { [random.pick(kept)]: 'granted' } : null;
}

/** All acts of one device, oldest first: the first choice, a change of mind, and the question asked anew. */
function actsOf(random: Random, device: Device, span: Span): Draft[] {
  const { acts, held, gpc } = firstActs(random, device, span);
  let state = held;
  const change = changeOfMind(random, state);
  const changed = device.first + random.int(6, 150) * DAY + random.int(1, 600) * MINUTE;
  if (change && changed < device.until) {
    acts.push(actOn(device, span, changed, 'custom', change, gpc));
    state = { ...state, ...change };
  }
  const asked = Math.max(device.first, changed) + random.int(30, 110) * DAY;
  if (random.chance(0.3) && asked < device.until && asked - device.first > GRANT_MS) {
    const again = gpc ? 'custom' : random.weighted(FIRST_ACTS);
    const choices = choicesFor(random, again, device.site, state);
    acts.push(actOn(device, span, asked, again, gpc ? { ...choices, ads_sharing: 'refused' } : choices, gpc));
  }
  return acts;
}

function isMinor(person: Customer, span: Span): boolean {
  return person.birth_year !== null && new Date(span.now).getUTCFullYear() - person.birth_year < CONSENT_AGE;
}

/** People choose at the banner, a few minutes before they open an account. */
function deviceOf(random: Random, person: Customer, span: Span): Device | null {
  if (!person.visitor || isMinor(person, span)) return null;
  return {
    visitor: person.visitor,
    site: person.home_unit === 'retreats' ? 'retreats' : 'shop',
    region: person.region,
    language: person.language,
    first: Math.max(span.start + MINUTE, person.registered_at - random.int(3, 50) * MINUTE),
    until: span.now - HOUR,
  };
}

const PAPER = {
  en: 'Yes, write to me about books, evenings and stays. I can stop this at any time.',
  de: 'Ja, schreiben Sie mir über Bücher, Abende und Reisen. Ich kann das jederzeit beenden.',
};

function evidence(random: Random, person: Customer, at: Millis, how: string): ConsentAct['evidence'] {
  const by = `till ${random.int(1, 4)}, ${random.pick(['L. Aumann', 'R. Castell', 'B. Iwe', 'T. Ngata'])}`;
  return { when: new Date(at).toISOString(), how, wording: PAPER[person.language], by };
}

/** Cards filled in at the counter, and the list of the old newsletter: reported by others, so with evidence. */
function reported(random: Random, person: Customer, span: Span): Draft[] {
  const kind = random.weighted({ staff: 42, import: 12, refused: 10, nothing: 36 });
  if (person.visitor || kind === 'nothing' || isMinor(person, span)) return [];
  const at = person.registered_at + random.int(5, 240) * MINUTE;
  const how = kind === 'import' ? 'sign-up list of the old newsletter' : 'signed card at the counter';
  const base = { visitor: '', site: 'shop' as const, region: person.region, language: person.language, first: at };
  const choice: Choices = { marketing_email: kind === 'refused' ? 'refused' : 'granted' };
  const act = actOn({ ...base, until: at }, span, at, kind === 'import' ? 'import' : 'staff', choice, false);
  return [{ ...act, visitor: null, customer: person.ref, evidence: evidence(random, person, at - 30 * MINUTE, how) }];
}

function strangersDevice(random: Random, span: Span): Device {
  const region = random.weighted({ DE: 40, GB: 22, 'US-CA': 12, FR: 8, AT: 6, 'US-NY': 6, BR: 3, JP: 3 });
  return {
    visitor: `v_${random.token(16)}`,
    site: random.chance(0.8) ? 'shop' : 'retreats',
    region,
    language: region === 'DE' || region === 'AT' ? 'de' : 'en',
    first: span.start + HOUR + Math.floor(random.next() * (span.now - span.start - DAY)),
    until: span.now - HOUR,
  };
}

function linkOf(random: Random, person: Customer, acts: readonly Draft[]): Link[] {
  if (acts.length === 0 || !person.visitor) return [];
  return [{ at: person.registered_at + random.int(1, 5) * MINUTE, visitor: person.visitor, customer: person.ref }];
}

type Told = { acts: ConsentAct[]; links: Link[]; confirmations: Confirmation[] };

/** The second step of the double opt-in, which six of seven take, within half a day and before any change of mind. */
function confirmationsOf(random: Random, acts: readonly ConsentAct[], links: readonly Link[]): Confirmation[] {
  const linked = new Map(links.map((link) => [link.visitor, link]));
  return acts.flatMap((act) => {
    const link = act.visitor ? linked.get(act.visitor) : undefined;
    const customer = act.customer ?? link?.customer;
    if (act.choices.marketing_email !== 'granted' || !customer || !random.chance(0.86)) return [];
    const at = Math.max(act.at, link?.at ?? 0) + random.int(2, 55) * MINUTE;
    return [{ at, customer, act: act.ref, purpose: 'marketing_email' as const }];
  });
}

/** Every act of the year, of customers and of visitors whom nobody knows, with links and confirmations. */
export function makeConsents(random: Random, span: Span, customers: readonly Customer[], strangers: number): Told {
  const links: Link[] = [];
  const drafts = customers.flatMap((person) => {
    const device = deviceOf(random, person, span);
    const acts = device && random.chance(0.95) ? actsOf(random, device, span) : [];
    links.push(...linkOf(random, person, acts));
    return [...acts, ...reported(random, person, span)];
  });
  const unknown = Array.from({ length: strangers }, () => actsOf(random, strangersDevice(random, span), span)).flat();
  const acts = [...drafts, ...unknown]
    .filter((act) => act.at < span.now)
    .sort((a, b) => a.at - b.at)
    .map((draft, index) => ({ ref: `act_${String(index + 1).padStart(5, '0')}`, ...draft }));
  links.sort((a, b) => a.at - b.at);
  return { acts, links, confirmations: confirmationsOf(random, acts, links).sort((a, b) => a.at - b.at) };
}

/** A time during which one purpose stood granted for one customer. */
export type Window = { customer: string; purpose: PurposeKey; from: Millis; to: Millis };

/** From when an act counts for a customer: an act on a device once it is tied to them, a letter once confirmed. */
function countsFrom(act: ConsentAct, purpose: PurposeKey, link: Link | undefined, told: Told): Millis | null {
  const from = Math.max(act.at, link?.at ?? 0);
  if (purpose !== 'marketing_email') return from;
  return told.confirmations.find((one) => one.act === act.ref)?.at ?? null;
}

/** When each customer allowed what, until they took it back, answered anew, or the grant grew too old. */
export function grantedWindows(told: Told, now: Millis): Window[] {
  const links = new Map(told.links.map((link) => [link.visitor, link]));
  const open = new Map<string, Window>();
  const windows: Window[] = [];
  for (const act of told.acts) {
    const link = act.visitor ? links.get(act.visitor) : undefined;
    const customer = act.customer ?? link?.customer;
    if (!customer) continue;
    for (const [purpose, choice] of Object.entries(act.choices) as [PurposeKey, Choice][]) {
      const key = `${customer} ${purpose}`;
      const before = open.get(key);
      if (before) before.to = Math.min(before.to, act.at);
      open.delete(key);
      const from = choice === 'granted' ? countsFrom(act, purpose, link, told) : null;
      if (from === null) continue;
      const window = { customer, purpose, from, to: Math.min(now, act.at + GRANT_MS) };
      open.set(key, window);
      windows.push(window);
    }
  }
  return windows.filter((window) => window.to > window.from);
}
