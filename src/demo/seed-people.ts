/** Some five hundred people who could exist, with addresses and numbers that can't. */
import { MAIL_DOMAINS, REGIONS, type Region } from './catalogue-names';
import type { Random } from './seed-random';
import type { Archetype, Customer, Known, Millis, UnitKey } from './seed-types';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Span = { start: Millis; now: Millis };

const ARCHETYPES: Record<Archetype, number> = { friend: 20, butterfly: 20, barnacle: 26, stranger: 34 };
const SOURCES: Record<Customer['source'], number> = { walk_in: 26, search: 34, friend: 18, newsletter: 12, event: 10 };
const CAFE_REGIONS = new Set(['DE', 'GB', 'FR']);
const FIRST_NUMBER = 10_042;

/** A register of what was given out already, so that no two people share an address, a number or a telephone. */
type Taken = { emails: Set<string>; phones: Set<string> };

function ascii(name: string): string {
  return name
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/å/g, 'a')
    .replace(/ı/g, 'i')
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
}

function emailFor(random: Random, taken: Taken, given: string, family: string): string {
  const local = `${ascii(given)}.${ascii(family)}`;
  const domains = random.sample(MAIL_DOMAINS, MAIL_DOMAINS.length);
  for (let turn = 0; ; turn++) {
    for (const domain of domains) {
      const email = `${local}${turn === 0 ? '' : turn + 1}@${domain}`;
      if (!taken.emails.has(email)) {
        taken.emails.add(email);
        return email;
      }
    }
  }
}

function phoneFor(random: Random, taken: Taken, region: Region): string | null {
  if (region.phones.length === 0 || !random.chance(0.7)) return null;
  for (let turn = 0; turn < 20; turn++) {
    const range = random.pick(region.phones);
    const phone = range.prefix + String(random.int(range.from, range.to)).padStart(range.digits, '0');
    if (!taken.phones.has(phone)) {
      taken.phones.add(phone);
      return phone;
    }
  }
  return null;
}

function homeUnit(random: Random, region: Region): UnitKey {
  return CAFE_REGIONS.has(region.code)
    ? random.weighted({ shop: 46, cafe: 42, retreats: 12 })
    : random.weighted({ shop: 84, retreats: 16 });
}

/** The units that know a person: home first, and for every third a second one. */
function numbersFor(random: Random, region: Region, home: UnitKey, index: number): Customer['numbers'] {
  const near: UnitKey[] = CAFE_REGIONS.has(region.code) ? ['cafe', 'shop', 'retreats'] : ['shop', 'retreats'];
  const second = random.chance(0.34) ? random.pick(near) : home;
  const number = FIRST_NUMBER + index * 7;
  const of: Record<UnitKey, string> = { cafe: `K${number}`, shop: String(number), retreats: `R-${number}` };
  return Object.fromEntries([home, second].map((unit) => [unit, of[unit]]));
}

/** A third moved in when the year began; the others joined since, a little more of them every month. */
function registration(random: Random, span: Span): Millis {
  const length = span.now - span.start;
  if (random.chance(0.34)) return span.start + HOUR + Math.floor(random.next() * 10 * DAY);
  return span.start + 10 * DAY + Math.floor(random.next() ** 0.85 * (length - 12 * DAY));
}

function birthYear(random: Random, home: UnitKey, year: number): number | null {
  if (random.chance(0.012)) return year - 15;
  return home === 'retreats' || random.chance(0.2) ? year - random.int(19, 79) : null;
}

function customer(random: Random, span: Span, taken: Taken, index: number): Customer {
  const codes = Object.fromEntries(REGIONS.map((one) => [one.code, one.weight]));
  const code = random.weighted(codes);
  const region = REGIONS.find((one) => one.code === code)!;
  const given = random.pick(region.given);
  const family = random.pick(region.family);
  const home = homeUnit(random, region);
  const place = random.pick(region.places);
  const carded = CAFE_REGIONS.has(code) && random.chance(home === 'cafe' ? 0.82 : 0.18);
  return {
    ref: `customer_${String(index + 1).padStart(4, '0')}`,
    numbers: numbersFor(random, region, home, index),
    home_unit: home,
    given_name: given,
    family_name: family,
    email: emailFor(random, taken, given, family),
    phone: phoneFor(random, taken, region),
    language: region.language,
    region: code,
    ...place,
    birth_year: birthYear(random, home, new Date(span.now).getUTCFullYear()),
    registered_at: registration(random, span),
    source: random.weighted(SOURCES),
    visitor: random.chance(home === 'cafe' ? 0.26 : 0.93) ? `v_${random.token(16)}` : null,
    card: carded ? `OTTER-${String(40_000 + index * 3)}` : null,
    archetype: random.weighted(ARCHETYPES),
  };
}

/** Never asked for anything: what the documents do with her is the first thing that happens to her. */
function wilhelmine(span: Span): Customer {
  return {
    ref: 'customer_0001',
    numbers: { shop: String(FIRST_NUMBER), cafe: `K${FIRST_NUMBER}` },
    home_unit: 'shop',
    given_name: 'Wilhelmine',
    family_name: 'Ostrow',
    email: 'wilhelmine.ostrow@example.com',
    phone: '+493023125042',
    language: 'en',
    region: 'DE',
    city: 'Hamburg',
    postal_code: '20457',
    birth_year: 1979,
    registered_at: span.start + 20 * DAY,
    source: 'walk_in',
    visitor: null,
    card: 'OTTER-10042',
    archetype: 'friend',
  };
}

/** `count` customers, the known one first, otherwise in the order in which they registered. */
export function makeCustomers(random: Random, span: Span, count: number): { customers: Customer[]; known: Known } {
  const first = wilhelmine(span);
  const taken: Taken = { emails: new Set([first.email]), phones: new Set([first.phone!]) };
  const others = Array.from({ length: count - 1 }, (_, index) => customer(random, span, taken, index + 1));
  const customers = [first, ...others].sort((a, b) => a.registered_at - b.registered_at);
  return { customers, known: { customer: first.ref, email: first.email, unit: 'shop', number: first.numbers.shop! } };
}
