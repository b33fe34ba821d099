import type { WireObject } from '../platform';
import {
  BASES,
  CONSENT_STATUS,
  CONTEXT,
  INDICATIONS,
  OBJECTIONS,
  PROFILE,
  type ProcessStatus,
  type RecipientRole,
  RIGHTS,
  ROLES,
} from './dpv-terms';
import { isSpecialCategory, pdTerm, sensitivityOf } from './fideslang';
import type { Basis, Method } from './wire';

export { CONTEXT, type ProcessStatus, purposeTerm, type RecipientRole } from './dpv-terms';

/**
 * Consent records as JSON-LD after ISO/IEC TS 27560:2023, in the vocabulary of DPV 2.3. No context is published for
 * DPV, so the context travels inside; every reference is a `{"@id": …}` node, never a CURIE left as a string.
 */

/** A party: the controller, a recipient, a guardian. Addresses are those of the notice. */
export type Party = { id: string; name: string; contact?: string; address?: string; url?: string; country?: string };

export type RecordedProcess = {
  /** Key and version of the purpose. */
  purpose: string;
  version: number;
  name: string;
  text: string;
  /** Local name of a DPV purpose, for example `DirectMarketing`; see {@link purposeTerm}. */
  term?: string;
  basis: Basis;
  status: ProcessStatus;
  /** RFC 3339, UTC: when this purpose's status was indicated. */
  at: string;
  /** RFC 3339; null: until it is withdrawn. */
  valid_until: string | null;
  /** Fideslang keys. */
  categories: readonly string[];
  /** The purpose is declared to use special categories, whatever its keys say. */
  special?: boolean;
  recipients: readonly (Party & { role: RecipientRole })[];
  services: readonly { key: string; name: string }[];
  /** ISO 3166 codes. */
  storage_locations: readonly string[];
  /** ISO 8601 duration (`P13M`), or words where the period has no figure. */
  retention: string;
};

export type RecordInput = {
  /** Base of our ids, an absolute URL without trailing slash: the installation's public address. */
  issuer: string;
  id: string;
  /** The person's pseudonym (`per_…`); never an identifier. */
  person: string;
  recorded_at: string;
  method: Method;
  /** Two lower-case letters: the language in which the notice was shown. */
  language: string;
  /** ISO 3166 code of the region whose rules held; `unknown` falls back to the controller's country. */
  region: string;
  /** Do GDPR's articles apply (`RegionPolicy.gdpr`)? */
  gdpr: boolean;
  notice: { id: string; version: number; hash: string; url?: string };
  controller: Party;
  /** Where consent is withdrawn and rights are exercised. */
  withdraw_url: string;
  rights_url: string;
  authority?: { name: string; url?: string };
  /** Who acted for a child, and how it was verified. */
  guardian?: { id: string; relation: 'parent' | 'guardian'; verified_by: string };
  processes: readonly RecordedProcess[];
};

type Node = WireObject;
const ref = (id: string): Node => ({ '@id': id });
const dpv = (term: string): Node => ref(`dpv:${term}`);
const dateTime = (value: string): Node => ({ '@value': value, '@type': 'xsd:dateTime' });
const said = (value: string, language: string): Node => ({ '@value': value, '@language': language });

const party = (p: Party, types: readonly string[], issuer: string): Node => ({
  '@id': `${issuer}/parties/${encodeURIComponent(p.id)}`,
  '@type': types.map((t) => `dpv:${t}`),
  'dpv:hasIdentifier': p.id,
  'dpv:hasName': p.name,
  ...(p.contact && { 'dpv:hasContact': p.contact }),
  ...(p.address && { 'dpv:hasAddress': p.address }),
  ...(p.country && { 'dpv:hasCountry': ref(`loc:${p.country}`) }),
  ...(p.url && { 'schema:url': ref(p.url) }),
});

function personalData(key: string): Node {
  const term = pdTerm(key);
  const special = isSpecialCategory(key) ? 'SpecialCategoryPersonalData' : null;
  const sensitive = sensitivityOf(key) ? 'SensitivePersonalData' : null;
  return {
    '@type': [`dpv:${special ?? sensitive ?? 'PersonalData'}`, ...(term ? [`pd:${term}`] : [])],
    'dct:identifier': key,
  };
}

/** Consent given explicitly where Art. 9 asks for it, expressed by an act otherwise. */
function consentType(process: RecordedProcess): string {
  return process.special || process.categories.some(isSpecialCategory)
    ? 'ExplicitlyExpressedConsent'
    : 'ExpressedConsent';
}

/** The event of 27560 6.3.7, which is the legal basis itself: who indicated what, when, how, and for how long. */
function consentEvent(process: RecordedProcess, input: RecordInput): Node {
  const [term, article] = BASES[process.basis];
  return {
    '@type': [
      `dpv:${process.basis === 'consent' ? consentType(process) : term}`,
      ...(input.gdpr ? [`eu-gdpr:${article}`] : []),
    ],
    'dpv:isIndicatedAtTime': dateTime(process.at),
    'dpv:isIndicatedBy': ref(subjectId(input.guardian?.id ?? input.person, input)),
    'dpv:hasIndicationMethod': INDICATIONS[input.method],
    'dpv:hasDuration': process.valid_until
      ? { '@type': ['dpv:UntilTimeDuration'], 'schema:endDate': dateTime(process.valid_until) }
      : { '@type': ['dpv:UntilEventDuration'], 'dct:description': said('Until it is withdrawn', 'en') },
  };
}

function statusOf({ basis, status }: RecordedProcess): Node {
  if (basis === 'consent') return { 'dpv:hasConsentStatus': dpv(CONSENT_STATUS[status]) };
  const words = OBJECTIONS[basis];
  const objected = status === 'refused' || status === 'withdrawn';
  return words ? { 'dpv:hasStatus': dpv(words[objected ? 1 : 0]) } : {};
}

const storage = (process: RecordedProcess): Node[] => [
  ...(process.storage_locations.length > 0
    ? [
        {
          '@type': ['dpv:StorageLocation'],
          'dpv:hasLocation': process.storage_locations.map((code) => ref(`loc:${code}`)),
        },
      ]
    : []),
  { '@type': ['dpv:StorageDuration'], 'dpv:hasDuration': process.retention },
];

/** The controller is a recipient too; with nobody else in the list, nobody else receives the data. */
function recipients({ recipients: others }: RecordedProcess, { controller, issuer }: RecordInput): Node[] {
  const all = [{ ...controller, role: 'controller' as const }, ...others.filter((r) => r.id !== controller.id)];
  return all.map((r) => party(r, ['Recipient', ROLES[r.role]], issuer));
}

function processNode(process: RecordedProcess, input: RecordInput): Node {
  const { language } = input;
  return {
    '@id': `${recordIri(input)}/processes/${encodeURIComponent(process.purpose)}`,
    '@type': ['dpv:Process'],
    'dct:identifier': process.purpose,
    'dct:hasVersion': String(process.version),
    'dct:title': said(process.name, language),
    'dct:description': said(process.text, language),
    'dpv:hasPurpose': dpv(process.term ?? 'Purpose'),
    'dpv:hasLegalBasis': consentEvent(process, input),
    ...statusOf(process),
    'dpv:hasPersonalData': process.categories.map(personalData),
    'dpv:hasProcessing': [dpv('Collect'), dpv('Store'), dpv('Use')],
    'dpv:hasRecipient': recipients(process, input),
    'dpv:hasService': process.services.map((s) => ({
      '@type': ['dpv:Service'],
      'dct:identifier': s.key,
      'dct:title': s.name,
    })),
    'dpv:hasStorageCondition': storage(process),
  };
}

const recordIri = (input: RecordInput): string => `${input.issuer}/records/${encodeURIComponent(input.id)}`;
const subjectId = (id: string, { issuer }: RecordInput): string => `${issuer}/subjects/${encodeURIComponent(id)}`;

function subject(input: RecordInput): Node {
  const type = input.guardian ? ['dpv:DataSubject', 'dpv:Child'] : ['dpv:DataSubject'];
  return { '@id': subjectId(input.person, input), '@type': type, 'dct:identifier': input.person };
}

function guardianNode(input: RecordInput): Node {
  const { guardian } = input;
  if (!guardian) return {};
  const role = guardian.relation === 'parent' ? 'ParentOfDataSubject' : 'GuardianOfDataSubject';
  return {
    'dpv:hasEntity': {
      '@id': subjectId(guardian.id, input),
      '@type': [`dpv:${role}`],
      'dct:identifier': guardian.id,
      'dct:description': said(`Verified by ${guardian.verified_by}`, 'en'),
    },
  };
}

/** `loc:` term of the region whose rules held; the controller's country where that is unknown. */
function jurisdiction({ region, controller }: RecordInput): Node {
  const code = region === 'unknown' || region === '*' ? controller.country : region;
  return code ? { 'dpv:hasJurisdiction': ref(`loc:${code}`) } : {};
}

const noticeNode = ({ notice, language }: RecordInput): Node => ({
  '@type': ['dpv:ConsentNotice'],
  'dct:identifier': notice.id,
  'dct:hasVersion': String(notice.version),
  'dct:language': language,
  'schema:sha256': notice.hash,
  ...(notice.url && { 'schema:url': ref(notice.url) }),
});

const control = (type: string, url: string): Node => ({ '@type': [`dpv:${type}`], 'dpv:isExercisedAt': ref(url) });

const rights = (input: RecordInput): Node => ({
  'dpv:hasRight': input.gdpr
    ? RIGHTS.map((article) => ref(`eu-gdpr:${article}`))
    : [control('DataSubjectRight', input.rights_url)],
});

/** The record's node, without context: what a receipt wraps. One process per separately choosable purpose, refusals too. */
export function recordNode(input: RecordInput): WireObject {
  return {
    '@id': recordIri(input),
    '@type': ['dpv:ConsentRecord'],
    'dct:conformsTo': ref(`${PROFILE}${input.gdpr ? 'record-eu-gdpr' : 'record'}`),
    'dct:identifier': input.id,
    'dpv:hasIdentifier': input.id,
    'dct:created': dateTime(input.recorded_at),
    'dct:language': input.language,
    'dpv:hasDataSubject': subject(input),
    ...guardianNode(input),
    'dpv:hasDataController': party(input.controller, ['DataController'], input.issuer),
    'dpv:hasNotice': noticeNode(input),
    ...jurisdiction(input),
    ...(input.gdpr ? { 'dpv:hasApplicableLaw': ref('legal-eu:law-GDPR') } : {}),
    ...rights(input),
    'dpv:hasConsentControl': [control('WithdrawConsent', input.withdraw_url)],
    ...(input.authority && {
      'dpv:hasAuthority': {
        'dpv:hasName': input.authority.name,
        ...(input.authority.url && { 'schema:url': ref(input.authority.url) }),
      },
    }),
    'dpv:hasProcess': input.processes.map((process) => processNode(process, input)),
  };
}

/** A record that stands alone, with its context. */
export const consentRecord = (input: RecordInput): WireObject => ({ '@context': CONTEXT, ...recordNode(input) });

/**
 * The receipt: wraps the whole record, for a receipt of metadata alone proves nothing.
 *
 * @param receipt its id and the time at which it was made (RFC 3339, UTC)
 */
export function consentReceipt(input: RecordInput, receipt: { id: string; created_at: string }): WireObject {
  return {
    '@context': CONTEXT,
    '@id': `${input.issuer}/receipts/${encodeURIComponent(receipt.id)}`,
    '@type': ['dpv:ConsentReceipt'],
    'dct:conformsTo': ref(`${PROFILE}${input.gdpr ? 'receipt-eu-gdpr' : 'receipt'}`),
    'dct:identifier': receipt.id,
    'dct:created': dateTime(receipt.created_at),
    'dct:publisher': input.controller.name,
    'dpv:hasRecordOfActivity': recordNode(input),
  };
}
