import { currentRulebook, type Rulebook } from '../consent';
import type { Reader, Writer } from '../platform';
import { pressureRulesIn } from './kinds';
import { decidePressure, type PressureDecision, type SeenTouch, touchesSeenBy } from './pressure';
import { rulesFor, type TouchRow, touchesOf, wishesOf } from './touch-store';

const DAY = 86_400_000;
/** No rule looks further back. */
const MEMORY = 400 * DAY;

export type Contact = {
  person: string;
  unit: string;
  channel: string;
  kind: 'marketing' | 'transactional';
  goal: 'retention' | 'acquisition';
};

/**
 * Whether one more contact is too much for the person, over all units and addresses. `but`: a reservation of the asker's
 * own. What acquisition has only reserved doesn't stand in the way of retention; it finds the cap full when its turn comes.
 */
export function pressureOn(r: Reader, contact: Contact, but?: string): PressureDecision {
  const book = currentRulebook(r.db);
  const yields = (t: TouchRow) =>
    contact.goal === 'retention' && t.goal === 'acquisition' && t.state === 'reserved' && t.kind === 'marketing';
  const touches = touchesOf(r.db, contact.person, r.now - MEMORY).filter((t) => t.id !== but && !yields(t));
  return decidePressure({
    rules: rulesFor(pressureRulesIn(book), wishesOf(r.db, contact.person)),
    unit: contact.unit,
    channel: contact.channel,
    kind: contact.kind,
    time_zone: null,
    touches,
    now: r.now,
  });
}

/** The legal entity that answers for a unit; a unit that isn't declared answers for itself. */
export const entityOf = (book: Rulebook, unit: string): string => book.units[unit]?.legal_entity ?? unit;

/** What a unit may know of others' contacts with a person: that and when, never what. */
export function seenBy(r: Reader | Writer, person: string, unit: string): SeenTouch[] {
  const book = currentRulebook(r.db);
  const own = entityOf(book, unit);
  return touchesSeenBy({
    legal_entity: own,
    touches: touchesOf(r.db, person, r.now - MEMORY).filter((t) => t.state === 'sent'),
    mayShare: () => Object.values(book.purposes).some((p) => p.direct_marketing && p.recipients.includes(own)),
  });
}
