import type { Holder } from '../platform';
import { contactPoints, deleteContactPoints, deletePerson, identifiersOf, personById, release } from './store';

/** What identity holds of a person. Suppressions point at nobody and belong to no one's holder. */
export const identityHolder: Holder = {
  name: 'identity',
  tables: ['person', 'identifier', 'contact_point'],
  exportOf: (r, person) => {
    const row = personById(r.db, person);
    if (!row) return [];
    return [
      {
        name: 'person',
        title: 'Your record',
        rows: [{ id: row.id, status: row.status, first_seen: iso(row.created_at), last_seen: iso(row.last_seen_at) }],
      },
      {
        name: 'contact_points',
        title: 'How we can reach or recognise you',
        rows: contactPoints(r, person).map((c) => ({
          kind: c.kind,
          value: c.value,
          source: c.source,
          verified: c.verified_at === null ? null : iso(c.verified_at),
          since: iso(c.created_at),
        })),
      },
      { name: 'identifiers', title: 'Pseudonymous look-up keys that lead to you', rows: identifiersOf(r.db, person) },
    ];
  },
  rectify: () => [],
  erase: (w, person) => {
    const deleted = release(w.db, person) + deleteContactPoints(w.db, person) + deletePerson(w.db, person);
    return { deleted, retained: [] };
  },
};

const iso = (ms: number): string => new Date(ms).toISOString();
