import { currentRulebook } from '../consent';
import { DAY, type Holder, rfc3339, utcDay } from '../platform';
import { deleteHolds, holdsOf } from './hold-store';
import { dropWords, eventsOf, openWords, requestsOf, tasksOf } from './request-store';
import { settingsOf } from './settings';

/** Requests of a person. Their words go with an erasure; that there was a request, and how it was answered, is kept as proof. */
export const rightsHolder: Holder = {
  name: 'rights',
  tables: ['request', 'legal_hold'],
  exportOf: (r, person) => {
    const requests = requestsOf(r.db, person);
    r.keys.ready(requests.filter((q) => q.has_words).map((q) => ({ person: q.id, class: 'ordinary' })));
    return [
      {
        name: 'requests',
        title: 'Your requests about your data, and how they were answered',
        rows: requests.map((q) => ({
          id: q.id,
          right: q.right,
          state: q.state,
          received: rfc3339(q.received_at),
          due: rfc3339(q.due_at),
          due_because: q.body.why,
          closed: q.closed_at === null ? null : rfc3339(q.closed_at),
          message: openWords(r.db, r.keys, q.id)?.message ?? null,
          history: JSON.stringify(eventsOf(r.db, q.id).map((e) => ({ at: rfc3339(e.at), what: e.event }))),
          systems: JSON.stringify(tasksOf(r.db, q.id).map((t) => ({ system: t.system, state: t.state }))),
        })),
      },
      {
        name: 'legal_holds',
        title: 'Why your data may not be erased now',
        rows: holdsOf(r.db, person).map((h) => ({
          ground: h.ground,
          placed: rfc3339(h.placed_at),
          released: h.released_at === null ? null : rfc3339(h.released_at),
        })),
      },
    ];
  },
  rectify: () => [],
  erase: (w, person) => {
    const holds = deleteHolds(w.db, person);
    const requests = requestsOf(w.db, person);
    const settled = requests.filter((q) => q.closed_at !== null && q.has_words);
    for (const q of settled) dropWords(w.db, q.id);
    if (requests.length === 0) return { deleted: holds, retained: [] };
    const until = w.now + settingsOf(currentRulebook(w.db)).keep_days * DAY;
    const what = 'the record that there was a request and how it was answered, under a pseudonym, without any words';
    return {
      deleted: settled.length + holds,
      retained: [{ what, ground: 'proof of compliance (GDPR Art. 5(2); 11 CCR 7101)', until: utcDay(until) }],
    };
  },
};
