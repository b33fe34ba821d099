/** What people did besides buying, and what they told about themselves: each row with the purpose that allows it. */

import { PRODUCTS, SPACES } from './catalogue';
import { BRANCHES, GENRES } from './catalogue-names';
import type { Window } from './seed-consents';
import { DAY, HOUR, MINUTE, type Span } from './seed-people';
import type { Random } from './seed-random';
import type {
  AttributeValue,
  Customer,
  Interaction,
  InteractionKind,
  Known,
  Language,
  Millis,
  PurposeKey,
  UnitKey,
} from './seed-types';

type Draft = Omit<Interaction, 'ref'>;
type Care = 'question' | 'complaint' | 'visit' | 'call' | 'event_signup';

const SUMMARIES: Record<Care, Record<Language, readonly string[]>> = {
  question: {
    en: [
      'Asked whether a signed copy can be put aside.',
      'Asked for the allergens of the cinnamon knot.',
      'Asked when the parcel will arrive.',
    ],
    de: [
      'Fragte, ob ein signiertes Exemplar zurückgelegt werden kann.',
      'Fragte nach den Allergenen im Zimtknoten.',
      'Fragte, wann das Paket ankommt.',
    ],
  },
  complaint: {
    en: [
      'The corner of the atlas was dented.',
      'Waited twenty minutes for a flat white.',
      'Two letters came in one week.',
    ],
    de: [
      'Die Ecke des Atlas war eingedrückt.',
      'Wartete zwanzig Minuten auf einen Flat White.',
      'Zwei Briefe in einer Woche.',
    ],
  },
  visit: {
    en: ['Collected an order at the counter.', 'Came for the reading and stayed for the discussion.'],
    de: ['Holte eine Bestellung am Tresen ab.', 'Kam zur Lesung und blieb zum Gespräch.'],
  },
  call: {
    en: ['Called to move a stay by one week.', 'Called about the cancellation cover.'],
    de: ['Rief an, um einen Aufenthalt um eine Woche zu verschieben.', 'Rief wegen der Rücktrittsversicherung an.'],
  },
  event_signup: {
    en: ['Signed up for the crime evening.', 'Booked two places at the story hour.'],
    de: ['Meldete sich zum Krimiabend an.', 'Buchte zwei Plätze in der Vorlesestunde.'],
  },
};

const CARE_BY_UNIT: Record<UnitKey, Record<Care, number>> = {
  cafe: { question: 20, complaint: 12, visit: 46, call: 4, event_signup: 18 },
  shop: { question: 46, complaint: 22, visit: 12, call: 10, event_signup: 10 },
  retreats: { question: 30, complaint: 8, visit: 10, call: 44, event_signup: 8 },
};

const CHANNELS: Record<Care, Interaction['channel'][]> = {
  question: ['email', 'chat', 'store'],
  complaint: ['email', 'phone', 'store'],
  visit: ['store'],
  call: ['phone'],
  event_signup: ['web', 'store'],
};

function between(random: Random, from: Millis, to: Millis): Millis {
  return from + Math.floor(random.next() * Math.max(1, to - from));
}

function care(random: Random, person: Customer, span: Span): Draft {
  const unit = random.pick(Object.keys(person.numbers) as UnitKey[]);
  const kind = random.weighted(CARE_BY_UNIT[unit]);
  return {
    at: between(random, person.registered_at + HOUR, span.now - HOUR),
    customer: person.ref,
    unit,
    channel: random.pick(CHANNELS[kind]),
    kind,
    purpose: 'essential',
    source: `${unit}-desk`,
    summary: random.pick(SUMMARIES[kind][person.language]),
  };
}

const WATCHED: Partial<Record<PurposeKey, { kind: InteractionKind; channel: Interaction['channel']; most: number }>> = {
  analytics: { kind: 'page_view', channel: 'web', most: 3 },
  personalisation: { kind: 'product_view', channel: 'web', most: 3 },
  marketing_email: { kind: 'email_click', channel: 'email', most: 4 },
};

/** What is only noted while its purpose stands granted. */
function watched(random: Random, window: Window, unit: UnitKey): Draft[] {
  const how = WATCHED[window.purpose];
  if (!how) return [];
  return Array.from({ length: random.int(0, how.most) }, () => ({
    at: between(random, window.from + 1, window.to),
    customer: window.customer,
    unit,
    channel: how.channel,
    kind: how.kind,
    purpose: window.purpose,
    source: how.channel === 'email' ? 'pigeonloft' : 'website',
    summary: random.pick(PRODUCTS.filter((product) => product.unit !== 'cafe')).key,
  }));
}

/** Two moments of the known customer, at the café and with the retreats, whom the tour looks at. */
function knownMoments(known: Known, span: Span): Draft[] {
  const base = { customer: known.customer, purpose: 'essential' as const };
  return [
    {
      ...base,
      at: span.now - 96 * DAY,
      unit: 'cafe',
      channel: 'store',
      kind: 'visit',
      source: 'cafe-desk',
      summary: 'Came for the reading in the Speicherstadt and asked for the next date.',
    },
    {
      ...base,
      at: span.now - 33 * DAY,
      unit: 'retreats',
      channel: 'phone',
      kind: 'call',
      source: 'retreats-desk',
      summary: 'Called about a weekend at the Lock House in spring.',
    },
  ];
}

/** All interactions of all units, oldest first. */
export function makeInteractions(
  random: Random,
  span: Span,
  customers: readonly Customer[],
  windows: readonly Window[],
  known: Known,
): Interaction[] {
  const homes = new Map(customers.map((person) => [person.ref, person.home_unit]));
  const strangersToUs = customers.filter((person) => person.ref !== known.customer);
  const cared = strangersToUs.flatMap((person) =>
    Array.from({ length: random.chance(0.4) ? 0 : random.int(1, 3) }, () => care(random, person, span)),
  );
  const seen = windows.flatMap((window) => watched(random, window, homes.get(window.customer)!));
  return [...cared, ...seen, ...knownMoments(known, span)]
    .sort((a, b) => a.at - b.at)
    .map((draft, index) => ({ ref: `interaction_${String(index + 1).padStart(5, '0')}`, ...draft }));
}

const AGES = ['18–29', '30–44', '45–59', '60–74', '75+'] as const;
const STAGES = ['student', 'first job', 'young family', 'settled', 'retired'] as const;
const INTOLERANCES = { en: ['nuts', 'lactose', 'gluten'], de: ['Nüsse', 'Laktose', 'Gluten'] } as const;

type Value = Pick<AttributeValue, 'field' | 'value'>;

/** What a contract needs to know. */
function needed(random: Random, person: Customer): Value[] {
  const values: Value[] = [
    { field: 'preferred_language', value: person.language },
    { field: 'home_city', value: person.city },
  ];
  if (person.birth_year !== null) values.push({ field: 'birth_year', value: person.birth_year });
  if (person.card) values.push({ field: 'loyalty_card', value: person.card });
  if (person.numbers.cafe) values.push({ field: 'preferred_branch', value: random.pick(BRANCHES) });
  return values;
}

/** What somebody tells or lets us work out, once they said yes to its purpose. */
function volunteered(random: Random, person: Customer, purpose: PurposeKey): Value[] {
  if (purpose === 'analytics') return [{ field: 'usual_basket', value: random.int(6, 58) * 100 }];
  if (purpose === 'marketing_email')
    return [{ field: 'letter_topics', value: random.sample(GENRES, random.int(1, 3)) }];
  if (purpose !== 'personalisation') return [];
  const values: Value[] = [
    { field: 'favourite_genres', value: random.sample(GENRES, random.int(1, 3)) },
    { field: 'needs', value: random.sample(SPACES, random.int(1, 2)).map((space) => space.key) },
  ];
  if (random.chance(0.4)) values.push({ field: 'age_range', value: random.pick(AGES) });
  if (person.home_unit !== 'retreats') return values;
  values.push({ field: 'life_stage', value: random.pick(STAGES) });
  if (random.chance(0.25))
    values.push({ field: 'food_intolerance', value: random.pick(INTOLERANCES[person.language]) });
  return values;
}

/** All attribute values, each written after the grant that allows it and while that stands. */
export function makeAttributes(
  random: Random,
  span: Span,
  customers: readonly Customer[],
  windows: readonly Window[],
): AttributeValue[] {
  const people = new Map(customers.map((person) => [person.ref, person]));
  const basic = customers.flatMap((person) =>
    needed(random, person).map((value): AttributeValue => {
      const at = Math.min(person.registered_at + MINUTE, span.now);
      return { at, customer: person.ref, ...value, purpose: 'essential', source: `${person.home_unit}-registration` };
    }),
  );
  const more = windows.flatMap((window) => {
    const at = between(random, window.from + 1, Math.min(window.to, window.from + 10 * DAY));
    return volunteered(random, people.get(window.customer)!, window.purpose).map(
      (value): AttributeValue => ({
        at,
        customer: window.customer,
        ...value,
        purpose: window.purpose,
        source: 'account',
      }),
    );
  });
  return [...basic, ...more].sort((a, b) => a.at - b.at);
}
