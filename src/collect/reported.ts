import { findPerson, homeOf, type Rulebook } from '../consent';
import { isObject, need } from '../platform';
import type { Drop } from './drop-store';
import type { Incoming } from './event';
import { categoriesOf, offersChoice } from './narrow';
import type { IntakePorts } from './routes.ports';
import type { Source } from './source';
import { anonymousSubject, type Signals, userSubject } from './subject';

/** What Segment's consent tools send when a person has changed their mind. */
const CONSENT_EVENT = 'Segment Consent Preference Updated';

export const isConsentEvent = (event: Incoming): boolean => event.type === 'track' && event.event === CONSENT_EVENT;

/** The purposes that the event says no to. A yes in it counts for nothing: it proves nothing. */
export function turnedOff(
  book: Rulebook,
  source: Pick<Source, 'consents'>,
  event: Pick<Incoming, 'context'>,
): string[] {
  const consent = isObject(event.context.consent) ? event.context.consent : {};
  const preferences = isObject(consent.categoryPreferences) ? consent.categoryPreferences : {};
  return Object.values(book.purposes)
    .filter((p) => !p.archived && offersChoice(p))
    .filter((p) => categoriesOf(p.key, source).some((category) => preferences[category] === false))
    .map((p) => p.key);
}

/** Records a withdrawal that a trusted source reports, of somebody whom we know. It can only narrow. */
export async function recordReported(
  ports: IntakePorts,
  book: Rulebook,
  source: Source,
  event: Incoming,
  signals: Signals,
): Promise<Drop[]> {
  if (!source.trusted) return [{ purpose: '', reason: 'source_not_trusted', count: 1 }];
  const purposes = turnedOff(book, source, event);
  const subject = event.user === undefined ? anonymousSubject(event.anonymous!) : userSubject(source, event.user);
  const person = await findPerson(ports.vaults, ports.lookup, subject, signals.context);
  if (!person) return [{ purpose: '', reason: 'unknown_person', count: 1 }];
  if (purposes.length === 0) return [];
  const choices = Object.fromEntries(purposes.map((p) => [p, 'withdrawn' as const]));
  const act = {
    person,
    method: 'api' as const,
    unit: source.unit,
    choices,
    detail: { origin: `source:${source.name}` },
  };
  need(await homeOf(ports.vaults, person).run('consent.record', act, signals.context));
  return [];
}
