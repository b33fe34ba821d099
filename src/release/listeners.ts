import { type ConsentChanged, currentRulebook, decide, readState } from '../consent';
import type { Listener, Listeners, Writer } from '../platform';
import { recipientsOf } from './disclosure-store';
import { addTask, linksOf } from './foreign-store';
import { addRecall } from './recall-store';

/**
 * Somebody has narrowed what they allow: whoever got their data before is told, and connected systems are restricted.
 * Only what `decide()` now says no to counts; a new yes recalls nothing.
 */
const onConsentChanged: Listener = (w, detail) => {
  const changed = detail as unknown as ConsentChanged;
  if (Object.values(changed.changes).every((status) => status === 'granted' || status === 'requested')) return;
  recallWhatIsOver(w, changed.person);
  for (const { connector, foreign } of linksOf(w.db, changed.person))
    addTask(w.db, { connector, foreign, person: changed.person, what: 'restrict' }, w.now);
};

/** Puts a person on the lists of those recipients to whom the answer is no by now. */
export function recallWhatIsOver(w: Writer, person: string): void {
  const state = readState(w.db, person);
  const book = currentRulebook(w.db);
  for (const { recipient, purpose } of recipientsOf(w.db, person)) {
    const { allowed, reason } = decide(book, state, { purpose }, w.now);
    if (!allowed) addRecall(w.db, { recipient, person, purpose, reason, at: w.now });
  }
}

export const releaseListeners: Listeners = { 'consent.changed': [onConsentChanged] };

/** In the transaction that erases: recipients and connected systems learn of it, without knowing more than they had. */
export function announceErasure(w: Writer, person: string): { what: string; ground: string; until: string | null }[] {
  const recipients = new Set(recipientsOf(w.db, person).map((r) => r.recipient));
  for (const recipient of recipients) addRecall(w.db, { recipient, person, purpose: '*', reason: 'erased', at: w.now });
  const links = linksOf(w.db, person);
  for (const { connector, foreign } of links) addTask(w.db, { connector, foreign, person: null, what: 'erase' }, w.now);
  return [
    ...(recipients.size > 0 ? [{ what: recalled, ground: article19, until: null }] : []),
    ...(links.length > 0 ? [{ what: linked, ground: article19, until: null }] : []),
  ];
}

const recalled = 'the pseudonym under which others got your data, until each of them has confirmed that it knows';
const linked = 'the record numbers of connected systems, until your records are erased there';
const article19 = 'GDPR Art. 19: those who got the data must be told';
