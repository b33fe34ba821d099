/**
 * Names, places and telephone ranges to draw people from. Data.
 * Telephone numbers come only from ranges kept free for fiction: Ofcom (020 7946 0xxx and the like), the North American
 * 555-01xx, Bundesnetzagentur ("Drama-Nummern"), Arcep (01 99 00), PTS (070-174 06 05 to 99).
 */
import type { Language } from './catalogue-types';

export type Place = { city: string; postal_code: string };

export type Region = {
  /** ISO 3166-1, or 3166-2 in the United States. */
  code: string;
  /** Share of the customers, out of 100. */
  weight: number;
  language: Language;
  given: readonly string[];
  family: readonly string[];
  places: readonly Place[];
  /** Prefix and how many digits follow; `from` and `to` bound the rest. */
  phones: readonly { prefix: string; from: number; to: number; digits: number }[];
};

const GERMAN_GIVEN =
  'Anna Paul Mia Jonas Lena Felix Emma Moritz Clara Anton Greta Emil Frieda Oskar Marta Ludwig Ida Theo Johanna Karl Nele Matthis Helene Bruno Sophie Yusuf Elif Deniz Leyla Milan'.split(
    ' ',
  );
const GERMAN_FAMILY =
  'Brandt Vogel Krüger Lindemann Hartwig Seidel Böhm Kessler Winter Albers Petersen Thiel Reuter Hagen Stolz Ziegler Kaya Yılmaz Nowak Sander Moll Ritter Engel Busch Falk Wegner Lorenz Jansen Dietz Ullrich'.split(
    ' ',
  );
const ENGLISH_GIVEN =
  'Amelia Oliver Isla Arthur Freya Leo Poppy Noah Ada Hugo Maeve Callum Niamh Rowan Priya Arjun Zara Imran Grace Edith Felix Iris Nora Owen Ruby Silas Tess Miles Hazel Jude'.split(
    ' ',
  );
const ENGLISH_FAMILY =
  'Hartley Bramwell Okafor Fairfax Pemberton Lowell Whitaker Ashdown Mistry Rahman Calloway Thorne Sinclair Holloway Marsh Penrose Quigley Doyle Brennan Osei Winslow Garland Hale Lockwood Merrick Pryce Rowe Sharma Tindall Vance'.split(
    ' ',
  );
const FRENCH_GIVEN = 'Camille Louis Inès Hugo Léa Gabriel Manon Jules Chloé Adam Zoé Basile Odile Rémi Salomé'.split(
  ' ',
);
const FRENCH_FAMILY =
  'Moreau Lefort Garnier Chevalier Delmas Roussel Fabre Lambert Benali Marchand Colin Vidal Perrot Noël Tissot'.split(
    ' ',
  );
const NORDIC_GIVEN = 'Astrid Lars Signe Nils Elsa Ebbe Tove Axel Maja Viggo Saga Arvid Linnea Sixten Ylva'.split(' ');
const NORDIC_FAMILY =
  'Lindqvist Ek Sandberg Nyström Holm Berglund Dahl Åkesson Wallin Sjöberg Norén Hedlund Ström Öberg Falk'.split(' ');
const DUTCH_GIVEN = 'Sanne Daan Lotte Bram Fleur Sem Noor Thijs Roos Jelle Mila Wout Evi Teun Saar'.split(' ');
const DUTCH_FAMILY =
  'Visser Bakker Mulder Dekker Postma Kuiper Hoekstra Brouwer Smits Vos Prins Schouten Blom Timmer Wiersma'.split(' ');

const US_NAMES = { language: 'en' as const, given: ENGLISH_GIVEN, family: ENGLISH_FAMILY };

function us(areas: number[]): Region['phones'] {
  return areas.map((area) => ({ prefix: `+1${area}5550`, from: 100, to: 199, digits: 3 }));
}

export const REGIONS: readonly Region[] = [
  {
    code: 'DE',
    weight: 36,
    language: 'de',
    given: GERMAN_GIVEN,
    family: GERMAN_FAMILY,
    places: [
      { city: 'Hamburg', postal_code: '20457' },
      { city: 'Berlin', postal_code: '10999' },
      { city: 'Leipzig', postal_code: '04229' },
      { city: 'Köln', postal_code: '50674' },
      { city: 'München', postal_code: '80469' },
    ],
    phones: [
      { prefix: '+493023125', from: 0, to: 999, digits: 3 },
      { prefix: '+494066969', from: 0, to: 999, digits: 3 },
      { prefix: '+4917139200', from: 0, to: 99, digits: 2 },
      { prefix: '+49176040690', from: 0, to: 99, digits: 2 },
    ],
  },
  {
    code: 'GB',
    weight: 22,
    language: 'en',
    given: ENGLISH_GIVEN,
    family: ENGLISH_FAMILY,
    places: [
      { city: 'Bristol', postal_code: 'BS1 4QA' },
      { city: 'London', postal_code: 'E8 3PN' },
      { city: 'Leeds', postal_code: 'LS2 7EY' },
      { city: 'Edinburgh', postal_code: 'EH6 6LX' },
    ],
    phones: [
      { prefix: '+442079460', from: 0, to: 999, digits: 3 },
      { prefix: '+441134960', from: 0, to: 999, digits: 3 },
      { prefix: '+441314960', from: 0, to: 999, digits: 3 },
    ],
  },
  {
    code: 'US-CA',
    weight: 9,
    ...US_NAMES,
    places: [
      { city: 'Oakland', postal_code: '94607' },
      { city: 'San Diego', postal_code: '92101' },
    ],
    phones: us([415, 510, 619]),
  },
  {
    code: 'US-CO',
    weight: 3,
    ...US_NAMES,
    places: [{ city: 'Denver', postal_code: '80205' }],
    phones: us([303, 720]),
  },
  {
    code: 'US-VA',
    weight: 3,
    ...US_NAMES,
    places: [{ city: 'Richmond', postal_code: '23220' }],
    phones: us([703, 804]),
  },
  {
    code: 'US-NY',
    weight: 3,
    ...US_NAMES,
    places: [{ city: 'Brooklyn', postal_code: '11215' }],
    phones: us([212, 718]),
  },
  {
    code: 'IE',
    weight: 5,
    language: 'en',
    given: ENGLISH_GIVEN,
    family: ENGLISH_FAMILY,
    places: [
      { city: 'Galway', postal_code: 'H91 W2RT' },
      { city: 'Dublin', postal_code: 'D08 XT4N' },
    ],
    phones: [],
  },
  {
    code: 'AT',
    weight: 6,
    language: 'de',
    given: GERMAN_GIVEN,
    family: GERMAN_FAMILY,
    places: [
      { city: 'Wien', postal_code: '1070' },
      { city: 'Graz', postal_code: '8010' },
    ],
    phones: [],
  },
  {
    code: 'CH',
    weight: 3,
    language: 'de',
    given: GERMAN_GIVEN,
    family: GERMAN_FAMILY,
    places: [{ city: 'Zürich', postal_code: '8005' }],
    phones: [],
  },
  {
    code: 'FR',
    weight: 4,
    language: 'en',
    given: FRENCH_GIVEN,
    family: FRENCH_FAMILY,
    places: [{ city: 'Lyon', postal_code: '69007' }],
    phones: [{ prefix: '+3319900', from: 0, to: 9999, digits: 4 }],
  },
  {
    code: 'NL',
    weight: 4,
    language: 'en',
    given: DUTCH_GIVEN,
    family: DUTCH_FAMILY,
    places: [{ city: 'Utrecht', postal_code: '3511 AB' }],
    phones: [],
  },
  {
    code: 'SE',
    weight: 2,
    language: 'en',
    given: NORDIC_GIVEN,
    family: NORDIC_FAMILY,
    places: [{ city: 'Malmö', postal_code: '211 20' }],
    phones: [{ prefix: '+46701740', from: 605, to: 699, digits: 3 }],
  },
];

/** Where a mailbox may be without belonging to anybody: the names reserved by RFC 2606. */
export const MAIL_DOMAINS = ['example.com', 'example.org', 'example.net'] as const;

export const BRANCHES = [
  'Speicherstadt',
  'Ottensen',
  'Kreuzberg',
  'Plagwitz',
  'Ehrenfeld',
  'Harbourside',
  'Hackney',
  'Leith',
  'Latin Quarter',
] as const;

export const GENRES = [
  'novels',
  'crime',
  'essays',
  'nature',
  'picture books',
  'cooking',
  'engineering',
  'poetry',
] as const;
