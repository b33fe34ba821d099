import { currentRulebook, decide, type Question, readState } from '../consent';
import { personById } from '../identity';
import { action, type Ops, parseVaultId, query, Refusal, trusted, type Writer } from '../platform';
import { pressureRulesIn } from './kinds';
import type { PressureDecision, SeenTouch } from './pressure';
import { addTouch, dropTouch, touchById, touchHistogram, touchId, touchSent } from './touch-store';
import { type Contact, entityOf, pressureOn, seenBy } from './touching';

export type Reservation = {
  reserved: string | null;
  /** The answer of `decide`; null where no purpose was named (transactional). */
  decision: { allowed: boolean; reason: string } | null;
  pressure: PressureDecision;
  /** What the asking unit may know of others' contacts. */
  seen: SeenTouch[];
};

/** Asks and reserves in one transaction: of many that ask at once only as many pass as the rules allow. */
function reserve(w: Writer, i: Contact & { purpose: string; contact_point?: string; sent: boolean }): Reservation {
  const row = personById(w.db, i.person);
  if (row?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
  const book = currentRulebook(w.db);
  const channel = i.kind === 'marketing' ? (i.channel as Question['channel']) : undefined;
  const asked = { purpose: i.purpose, channel, unit: i.unit, contact_point: i.contact_point };
  const { allowed, reason } = decide(book, readState(w.db, i.person), asked, w.now);
  const pressure = pressureOn(w, i);
  const seen = seenBy(w, i.person, i.unit);
  const passes = allowed && pressure.allowed;
  const id = passes ? touchId(w, parseVaultId(i.person)!.bits) : null;
  if (id !== null) {
    const { person, unit, kind, goal } = i;
    const legal_entity = entityOf(book, unit);
    const state = i.sent ? 'sent' : 'reserved';
    addTouch(w.db, { id, person, unit, legal_entity, channel: i.channel, kind, goal, state, at: w.now });
  }
  w.audit('contact.asked', {
    person: i.person,
    purpose: i.purpose,
    keyed: row.keyed === 1,
    outcome: passes ? 'reserved' : allowed ? 'pressure' : reason,
    data: { unit: i.unit, channel: i.channel, touch: id },
  });
  return { reserved: id, decision: { allowed, reason }, pressure, seen };
}

function close(w: Writer, i: { touch: string; sent: boolean }): { state: string } {
  const row = touchById(w.db, i.touch);
  if (!row) throw new Refusal('not_found', 'there is no such reservation');
  if (row.state === 'sent') {
    if (!i.sent) throw new Refusal('conflict', 'this contact has taken place');
    w.unchanged();
    return { state: 'sent' };
  }
  if (i.sent) touchSent(w.db, i.touch, w.now);
  else dropTouch(w.db, i.touch);
  const keyed = personById(w.db, row.person)?.keyed === 1;
  w.audit(i.sent ? 'contact.made' : 'contact.released', { person: row.person, keyed, data: { touch: i.touch } });
  return { state: i.sent ? 'sent' : 'released' };
}

/** Contacts by other tools than our campaigns, under the same rules. */
export const touchOps = {
  'touch.reserve': action(trusted<Contact & { purpose: string; contact_point?: string; sent: boolean }>(), reserve),
  'touch.close': action(trusted<{ touch: string; sent: boolean }>(), close),
  'touch.seen': action(trusted<{ person: string; unit: string }>(), (w, i) => {
    const row = personById(w.db, i.person);
    if (!row) throw new Refusal('not_found', 'nobody has this id');
    const seen = seenBy(w, i.person, i.unit);
    w.audit('contact.seen', {
      person: i.person,
      keyed: row.keyed === 1,
      data: { unit: i.unit, contacts: seen.length },
    });
    return { seen };
  }),
  'touch.histogram': query(trusted<{ from: number; until: number }>(), (r, i) => ({
    rows: touchHistogram(r.db, i.from, i.until),
    caps: pressureRulesIn(currentRulebook(r.db)).caps.map(({ name, most, days }) => ({ name, most, days })),
  })),
} satisfies Ops;
