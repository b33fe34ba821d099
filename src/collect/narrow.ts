import type { Purpose } from '../consent';
import { isObject, type Wire, type WireObject } from '../platform';
import type { Source } from './source';

/**
 * Consent that travels in an event. It can only narrow: the server's records decide, and what the event says no to is not
 * collected either. Purposes that offer no choice (contract, legal duty) are not touched by it.
 */
export type EventConsent = (purpose: Purpose) => boolean;

const always: EventConsent = () => true;

/**
 * Segment: `context.consent.categoryPreferences` (category → boolean); an empty object means no to everything, a missing
 * category means no. RudderStack: `context.consentManagement` with allowed and denied ids and a resolution strategy.
 * Without either there is nothing to narrow.
 */
export function eventConsent(context: WireObject, source: Pick<Source, 'consents'>): EventConsent {
  const segment = isObject(context.consent) ? context.consent.categoryPreferences : undefined;
  const rudder = context.consentManagement;
  const rules = [
    isObject(segment) ? bySegment(segment, source) : always,
    isObject(rudder) ? byRudder(rudder, source) : always,
  ];
  return (purpose) => !offersChoice(purpose) || rules.every((rule) => rule(purpose));
}

/** Is the person asked about this purpose at all? */
export const offersChoice = (p: Purpose): boolean =>
  p.device !== 'necessary' &&
  (p.basis === 'consent' || p.basis === 'legitimate_interests' || p.basis === 'public_interest');

/** The categories that stand for a purpose: the mapped ones, else the one of its own name. */
export function categoriesOf(purpose: string, { consents }: Pick<Source, 'consents'>): string[] {
  const mapped = Object.keys(consents).filter((category) => consents[category]!.includes(purpose));
  return mapped.length > 0 ? mapped : [purpose];
}

const bySegment =
  (preferences: WireObject, source: Pick<Source, 'consents'>): EventConsent =>
  (purpose) =>
    categoriesOf(purpose.key, source).every((category) => preferences[category] === true);

const list = (x: Wire | undefined): string[] =>
  Array.isArray(x) ? (x as Wire[]).filter((id): id is string => typeof id === 'string') : [];

function byRudder(consent: WireObject, source: Pick<Source, 'consents'>): EventConsent {
  const denied = list(consent.deniedConsentIds);
  const allowed = Array.isArray(consent.allowedConsentIds) ? list(consent.allowedConsentIds) : undefined;
  const isOr = consent.resolutionStrategy === 'or' || consent.resolutionStrategy === 'any';
  return (purpose) => {
    const needed = categoriesOf(purpose.key, source);
    const isYes = (id: string): boolean => !denied.includes(id) && (allowed === undefined || allowed.includes(id));
    return isOr ? needed.some(isYes) : needed.every(isYes);
  };
}
