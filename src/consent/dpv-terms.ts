import type { Basis, Choice, Method } from './wire';

/** The terms of DPV 2.3 that our records use. Every one exists in the published vocabulary; a test holds us to it. */

/** Prefixes alone: keys stay readable and no term can be redefined. */
export const CONTEXT = {
  dpv: 'https://w3id.org/dpv#',
  pd: 'https://w3id.org/dpv/pd#',
  loc: 'https://w3id.org/dpv/loc#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  'legal-eu': 'https://w3id.org/dpv/legal/eu#',
  dct: 'http://purl.org/dc/terms/',
  schema: 'https://schema.org/',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

/** Profiles of 27560 in DPV's Turtle: record, receipt, and the two for GDPR. */
export const PROFILE = 'https://w3id.org/dpv/schema/dpv-27560#';

/** What holds for one purpose at the time of the record. `objected`: a basis other than consent was objected to. */
export type ProcessStatus = Choice | 'requested' | 'expired' | 'invalidated' | 'revoked' | 'never_asked';

export type RecipientRole = 'controller' | 'processor' | 'third_party';

export const CONSENT_STATUS: Readonly<Record<ProcessStatus, string>> = {
  granted: 'ConsentGiven',
  refused: 'ConsentRefused',
  withdrawn: 'ConsentWithdrawn',
  requested: 'ConsentRequested',
  expired: 'ConsentExpired',
  invalidated: 'ConsentInvalidated',
  revoked: 'ConsentRevoked',
  never_asked: 'ConsentUnknown',
};

/** Basis → DPV's word and the letter of GDPR Art. 6(1). */
export const BASES: Readonly<Record<Basis, readonly [term: string, article: string]>> = {
  consent: ['Consent', 'A6-1-a'],
  contract: ['Contract', 'A6-1-b'],
  legal_obligation: ['LegalObligation', 'A6-1-c'],
  vital_interests: ['VitalInterest', 'A6-1-d'],
  public_interest: ['PublicInterest', 'A6-1-e'],
  legitimate_interests: ['LegitimateInterest', 'A6-1-f'],
};

/** Objections have words of their own, not those of consent. */
export const OBJECTIONS: Partial<Record<Basis, readonly [stands: string, objected: string]>> = {
  legitimate_interests: ['LegitimateInterestNotObjected', 'LegitimateInterestObjected'],
  vital_interests: ['VitalInterestOngoing', 'VitalInterestObjected'],
  public_interest: ['PublicInterestOngoing', 'PublicInterestObjected'],
};

/** Our kinds of purpose → DPV purposes. */
const PURPOSES: Readonly<Record<string, string>> = {
  necessary: 'RequestedServiceProvision',
  security: 'EnforceSecurity',
  functional: 'ServicePersonalisation',
  appearance: 'UserInterfacePersonalisation',
  analytics: 'ServiceUsageAnalytics',
  marketing: 'TargetedAdvertising',
  advertising: 'Advertising',
  direct_marketing: 'DirectMarketing',
  sale: 'SellDataToThirdParties',
  crm: 'CustomerRelationshipManagement',
  fraud: 'FraudPreventionAndDetection',
  research: 'ResearchAndDevelopment',
  recommendations: 'ProvidePersonalisedRecommendations',
};

/** The DPV purpose for a kind of purpose; `Purpose` itself where none says it. */
export const purposeTerm = (kind: string): string => (Object.hasOwn(PURPOSES, kind) ? PURPOSES[kind]! : 'Purpose');

export const INDICATIONS: Readonly<Record<Method, string>> = {
  accept_all: 'Pressed “accept all” on the notice',
  reject_all: 'Pressed “reject all” on the notice',
  custom: 'Chose per purpose on the notice',
  gpc: 'Global Privacy Control signal of the browser',
  dnt: 'Do Not Track signal of the browser',
  api: 'Reported by a system of the controller, with evidence',
  import: 'Imported from an earlier record, with evidence',
  staff: 'Recorded by staff of the controller, with evidence',
};

export const RIGHTS = ['A7-3', 'A13', 'A15', 'A16', 'A17', 'A18', 'A20', 'A21', 'A77'] as const;
export const ROLES: Readonly<Record<RecipientRole, string>> = {
  controller: 'DataController',
  processor: 'DataProcessor',
  third_party: 'ThirdParty',
};
