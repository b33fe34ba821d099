import type { Mapping } from './mapping';

/** `*` stands for the purpose that the caller names; without one, the file's choices are left alone. */
type Template = Omit<Mapping, 'consents'> & { consents: readonly (Mapping['consents'][number] & { purpose: '*' })[] };

const YES = ['true', 'yes', '1', 'subscribed', 'opted in', 'opt_in', 'confirmed', 'active', 'granted'];
const NO = [
  'false',
  'no',
  '0',
  'unsubscribed',
  'opted out',
  'opt_out',
  'cleaned',
  'withdrawn',
  'expired',
  'refused',
  'denied',
];

/**
 * The columns of what other products export, as their own documentation names them. Anything else in such a file is left
 * out; a company's own columns are mapped by a definition of its own (`/v1/mappings`).
 */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  // Audience export: one file each of subscribed, unsubscribed and cleaned contacts.
  mailchimp: {
    columns: { 'Email Address': '@email', 'Phone Number': '@phone', CC: '@residence', EUID: '@external' },
    consents: [
      {
        purpose: '*',
        granted_at: ['CONFIRM_TIME', 'OPTIN_TIME'],
        refused_at: ['UNSUB_TIME', 'CLEAN_TIME'],
      },
    ],
    evidence: { how: 'Mailchimp sign-up', by: 'Mailchimp' },
  },
  // Contact export. `Unsubscribed from all email` is a no; the file holds no provable yes.
  hubspot: {
    columns: { Email: '@email', 'Phone Number': '@phone', 'Record ID': '@external' },
    consents: [{ purpose: '*', column: 'Unsubscribed from all email', refused: ['true', 'yes', '1'] }],
  },
  // Report of Contacts or Leads. `Email Opt Out` is a no; the file holds no provable yes.
  salesforce: {
    columns: { Email: '@email', Phone: '@phone', 'Contact ID': '@external', Id: '@external' },
    consents: [
      { purpose: '*', column: 'Email Opt Out', refused: ['true', '1', 'yes'] },
      { purpose: '*', column: 'HasOptedOutOfEmail', refused: ['true', '1', 'yes'] },
    ],
  },
  // Consent log: one line per anonymous consent id.
  cookiebot: {
    columns: { Key: '@external', 'Consent ID': '@external' },
    consents: [
      { purpose: '*', column: 'Marketing', granted: YES, refused: NO, when: ['Date', 'Consent date', 'Timestamp'] },
    ],
    evidence: { how: 'Cookiebot banner', by: 'Cookiebot' },
  },
  // Consent receipts or data subject export.
  onetrust: {
    columns: { Identifier: '@email', 'Data Subject Identifier': '@email' },
    consents: [
      {
        purpose: '*',
        column: 'Transaction Type',
        granted: [...YES, 'CONFIRMED', 'OPT_IN'],
        refused: [...NO, 'NOTGIVEN', 'HARD_OPT_OUT', 'NO_CHOICE_MADE'],
        when: ['Interaction Date', 'Consent Date', 'Last Transaction Date'],
      },
    ],
    evidence: { how: 'OneTrust collection point', by: 'OneTrust' },
  },
};

/** A known export with the caller's purpose and evidence put in. */
export function fromTemplate(
  name: string,
  given: { purpose?: string; evidence?: Mapping['evidence'] },
): Mapping | undefined {
  const template = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (!template) return undefined;
  const { purpose } = given;
  return {
    columns: template.columns,
    consents: purpose === undefined ? [] : template.consents.map((c) => ({ ...c, purpose })),
    evidence: { ...template.evidence, ...given.evidence },
  };
}
