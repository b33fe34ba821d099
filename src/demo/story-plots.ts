/** What people asked for in this year and how it went on. Data. */
import type { RequestState, RequestStep, Right, Text } from './seed-types';

type Beat = Omit<RequestStep, 'at'> & { /** Hours after the request came in. */ after: number };

export type Plot = {
  right: Right;
  /** Hours before now when it came in. */
  ago: number;
  /** Who can tell it: people under this law only. */
  law: 'gdpr' | 'ccpa';
  message: Text;
  beats: Beat[];
  extended_days?: number;
  /** The same person as in the plot before. */
  again?: boolean;
};

function beat(after: number, to: RequestState, by: Beat['by'], note: string, reason: string | null = null): Beat {
  return { after, to, by, note, reason };
}

const CONFIRMED = [
  beat(0, 'verifying', 'system', 'Confirmation link sent.'),
  beat(2, 'in_review', 'subject', 'Link in the mail used.'),
];

const days = (count: number) => count * 24;

/** One plot per line of the officer's day; reasons are terms of https://w3id.org/dpv/justifications#. */
export const PLOTS: Plot[] = [
  {
    right: 'access',
    ago: days(214),
    law: 'gdpr',
    message: {
      en: 'Please tell me what you know about me.',
      de: 'Bitte teilen Sie mir mit, was Sie über mich wissen.',
    },
    beats: [
      ...CONFIRMED,
      beat(30, 'approved', 'officer', 'Nothing speaks against it.'),
      beat(31, 'processing', 'system', 'Collected from three units.'),
      beat(32, 'fulfilled', 'system', 'Package ready.'),
    ],
  },
  {
    right: 'erasure',
    ago: days(162),
    law: 'gdpr',
    message: { en: 'I moved abroad. Delete my account.', de: 'Ich bin ausgewandert. Löschen Sie mein Konto.' },
    beats: [
      ...CONFIRMED,
      beat(50, 'approved', 'officer', 'No open order.'),
      beat(51, 'processing', 'system', 'Erasing.'),
      beat(52, 'fulfilled', 'system', 'Erased; invoices kept under lock.'),
    ],
  },
  {
    right: 'rectification',
    ago: days(121),
    law: 'gdpr',
    message: { en: 'My family name changed when I married.', de: 'Mein Nachname hat sich durch Heirat geändert.' },
    beats: [
      ...CONFIRMED,
      beat(20, 'approved', 'officer', 'Seen the certificate.'),
      beat(21, 'processing', 'system', 'Correcting.'),
      beat(22, 'fulfilled', 'officer', 'Corrected and recipients told.'),
    ],
  },
  {
    right: 'erasure',
    ago: days(97),
    law: 'gdpr',
    message: { en: 'Delete everything about this address.', de: 'Löschen Sie alles zu dieser Adresse.' },
    beats: [
      beat(0, 'verifying', 'system', 'Confirmation link sent.'),
      beat(28, 'awaiting_subject', 'officer', 'Asked for the customer number; another mailbox wrote.'),
      beat(days(15), 'in_review', 'officer', 'No answer that fits the account.'),
      beat(
        days(16),
        'denied',
        'officer',
        'We couldn’t tell that the account is theirs; how to complain was explained.',
        'IdentityVerificationFailure',
      ),
    ],
  },
  {
    right: 'access',
    ago: days(83),
    law: 'gdpr',
    message: { en: 'What do you store?', de: 'Was speichern Sie?' },
    beats: [
      beat(0, 'verifying', 'system', 'Confirmation link sent.'),
      beat(days(14), 'expired', 'system', 'The link was never used.'),
    ],
  },
  {
    right: 'access',
    ago: days(76),
    law: 'gdpr',
    message: {
      en: 'A copy of all letters and calls, please, those of my neighbour about me included.',
      de: 'Bitte eine Kopie aller Briefe und Anrufe, auch derer meiner Nachbarin über mich.',
    },
    beats: [
      ...CONFIRMED,
      beat(days(6), 'approved', 'officer', 'All but the neighbour’s letter.'),
      beat(days(6) + 1, 'processing', 'system', 'Collecting.'),
      beat(
        days(7),
        'partially_fulfilled',
        'officer',
        'A letter of somebody else is left out.',
        'ThirdPartyRightsImpaired',
      ),
    ],
  },
  {
    right: 'opt_out',
    ago: days(61),
    law: 'ccpa',
    message: { en: 'Do not sell or share my information.', de: 'Meine Daten nicht verkaufen oder weitergeben.' },
    beats: [
      beat(0, 'processing', 'system', 'An opt-out needs no proof of identity.'),
      beat(1, 'fulfilled', 'system', 'Sharing is off.'),
    ],
  },
  {
    right: 'access',
    ago: days(47),
    law: 'gdpr',
    message: {
      en: 'I would like to know where you got my address from.',
      de: 'Ich möchte wissen, woher Sie meine Adresse haben.',
    },
    beats: [...CONFIRMED],
  },
  {
    right: 'erasure',
    ago: days(41),
    law: 'gdpr',
    message: { en: 'Please close my account.', de: 'Bitte schließen Sie mein Konto.' },
    beats: [...CONFIRMED, beat(20, 'withdrawn', 'subject', 'Wants to keep the loyalty card after all.')],
  },
  {
    right: 'portability',
    ago: days(36),
    law: 'gdpr',
    message: { en: 'My orders as a file, please.', de: 'Meine Bestellungen als Datei, bitte.' },
    beats: [
      ...CONFIRMED,
      beat(days(20), 'in_review', 'officer', 'Three systems; more time needed and said so.', 'ComplexityOfProcess'),
    ],
    extended_days: 61,
  },
  {
    right: 'objection',
    ago: days(30),
    law: 'gdpr',
    message: { en: 'Stop working out what I might like.', de: 'Hören Sie auf zu berechnen, was mir gefallen könnte.' },
    beats: [
      ...CONFIRMED,
      beat(3, 'approved', 'system', 'Profiling for marketing ends on objection.'),
      beat(3, 'processing', 'system', 'Objection recorded.'),
      beat(4, 'fulfilled', 'system', 'Nothing is worked out any more.'),
    ],
  },
  {
    right: 'complaint',
    ago: days(20),
    law: 'gdpr',
    message: { en: 'Two letters in one week are one too many.', de: 'Zwei Briefe in einer Woche sind einer zu viel.' },
    beats: [...CONFIRMED],
  },
  {
    right: 'portability',
    ago: days(12),
    law: 'gdpr',
    message: {
      en: 'Send my reading list to another shop.',
      de: 'Schicken Sie meine Leseliste an einen anderen Laden.',
    },
    beats: [
      ...CONFIRMED,
      beat(days(2), 'approved', 'officer', 'Format agreed.'),
      beat(days(2) + 1, 'processing', 'system', 'Waiting for the retreats’ booking system.'),
    ],
  },
  {
    right: 'limit_sensitive',
    ago: days(9),
    law: 'ccpa',
    message: { en: 'Limit the use of my sensitive information.', de: 'Nutzung meiner sensiblen Daten einschränken.' },
    beats: [beat(0, 'in_review', 'system', 'Needs no proof of identity.')],
  },
  {
    right: 'access',
    ago: days(5),
    law: 'gdpr',
    message: { en: 'What do the cafés know about me?', de: 'Was wissen die Cafés über mich?' },
    beats: [
      beat(0, 'verifying', 'system', 'Confirmation link sent.'),
      beat(18, 'awaiting_subject', 'officer', 'Two cards under this name; asked which one.'),
    ],
  },
  {
    right: 'access',
    ago: days(4),
    law: 'gdpr',
    message: { en: 'Again: what do the cafés know?', de: 'Nochmals: Was wissen die Cafés?' },
    beats: [beat(3, 'duplicate', 'officer', 'The first one is open; answered there.')],
    again: true,
  },
  {
    right: 'access',
    ago: 22,
    law: 'gdpr',
    message: { en: 'A copy of my data, please.', de: 'Eine Kopie meiner Daten, bitte.' },
    beats: [beat(0, 'verifying', 'system', 'Confirmation link sent.')],
  },
  {
    right: 'restriction',
    ago: 3,
    law: 'gdpr',
    message: {
      en: 'Keep my data, but don’t use it for now.',
      de: 'Behalten Sie meine Daten, nutzen Sie sie vorerst nicht.',
    },
    beats: [],
  },
];
