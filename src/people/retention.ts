import { currentRulebook, readState } from '../consent';
import { personById } from '../identity';
import { DAY, HOUR, isObject, type Listeners, type Wire, type Writer } from '../platform';
import { deleteActivityFor } from './activity-store';
import { hasFallen } from './admit';
import { deleteForPurpose, pageOfPersons } from './attribute-store';
import { deleteExpired, groundsOf } from './retention-store';

/**
 * Nothing stays without a ground: a value goes when its time is over, and at once when its last purpose falls. Who
 * withdraws finds nothing left that was kept under what they have withdrawn.
 */
export function deleteFallen(w: Writer, person: string): number {
  const book = currentRulebook(w.db);
  const state = readState(w.db, person);
  const isOwn = (purpose: string): boolean => book.purposes[purpose]?.units === 'own';
  const fallen = groundsOf(w.db, person).filter((g) => hasFallen(book, state, g, w.now));
  const seen = new Set<string>();
  const fields = new Set<string>();
  let rows = 0;
  for (const { purpose, unit } of fallen) {
    const only = isOwn(purpose) ? unit : undefined;
    if (seen.has(`${purpose}|${only ?? ''}`)) continue;
    seen.add(`${purpose}|${only ?? ''}`);
    for (const field of deleteForPurpose(w.db, person, purpose, only)) {
      fields.add(field);
      rows++;
    }
    rows += deleteActivityFor(w.db, person, purpose, only);
  }
  if (rows > 0) tell(w, person, { purposes: [...seen], fields: [...fields], rows });
  return rows;
}

function tell(w: Writer, person: string, data: { purposes: string[]; fields: string[]; rows: number }): void {
  const keyed = personById(w.db, person)?.keyed === 1;
  w.audit('retention.ground_fallen', { person, keyed, data });
  w.raise('people.changed', { person, fields: data.fields });
}

/** What this room hears. */
export const peopleListeners: Listeners = {
  'consent.changed': [
    (w, detail: Wire) => {
      if (isObject(detail) && typeof detail.person === 'string') deleteFallen(w, detail.person);
    },
  ],
};

/** How much one turn of the sweep does: little, so that checks don't wait for it. */
const ROWS = 300;
const PERSONS = 100;

export type Sweep = { after?: string };

/** The next time at which the sweep begins: three in the morning, UTC. */
export function nextSweep(now: number): number {
  const today = now - (now % DAY) + 3 * HOUR;
  return today > now ? today : today + DAY;
}

/** Puts the daily sweep on the clock. Called with every write; the same day again changes nothing. */
export const planSweep = (w: Writer): void =>
  w.schedule({ op: 'people.sweep', due: nextSweep(w.now), input: {}, id: 'people.sweep' });

/**
 * One turn: deletes what is over, then looks at a page of persons for grounds that have fallen by themselves (a grant
 * that has lapsed). Goes on in turns until everybody was looked at.
 */
export function sweep(w: Writer, i: Sweep): { deleted: number; more: boolean } {
  const expired = deleteExpired(w.db, w.now, ROWS);
  for (const person of expired.persons) w.raise('people.changed', { person, fields: [] });
  const more = expired.rows >= ROWS;
  const page = more ? [] : pageOfPersons(w, i.after ?? '', PERSONS);
  const fallen = page.reduce((sum, p) => sum + deleteFallen(w, p.id), 0);
  const isDone = !more && page.length < PERSONS;
  if (!isDone) {
    const after = page.at(-1)?.id ?? i.after ?? '';
    w.schedule({ op: 'people.sweep', due: w.now, input: { after }, id: 'people.sweep.turn' });
  } else planSweep(w);
  w.audit('retention.swept', { data: { expired: expired.rows, fallen, persons: page.length } });
  return { deleted: expired.rows + fallen, more: !isDone };
}
