import { type Holder, rfc3339 } from '../platform';
import { deleteDisclosures, disclosuresOf } from './disclosure-store';
import { deleteLinks, deleteTasks, linksOf } from './foreign-store';
import { announceErasure } from './listeners';
import { deleteRecalls, recallsOf } from './recall-store';

/** Who got the person's data out of this house, and which records of connected systems are about them. */
export const releaseHolder: Holder = {
  name: 'release',
  tables: ['disclosure', 'foreign_link', 'foreign_task', 'recall'],
  exportOf: (r, person) => [
    {
      name: 'disclosures',
      title: 'To whom we gave your data, and for what',
      rows: disclosuresOf(r.db, person).map((d) => ({
        at: rfc3339(d.at),
        recipient: d.recipient,
        purpose: d.purpose,
        release: d.release,
      })),
    },
    {
      name: 'recalls',
      title: 'Whom we told that they may use your data no longer',
      rows: recallsOf(r.db, person).map((x) => ({
        at: rfc3339(x.at),
        recipient: x.recipient,
        purpose: x.purpose,
        reason: x.reason,
        confirmed_at: x.acknowledged_at === null ? null : rfc3339(x.acknowledged_at),
      })),
    },
    {
      name: 'connected_records',
      title: 'Records about you in connected systems',
      rows: linksOf(r.db, person).map((l) => ({ system: l.connector, record: l.foreign, since: rfc3339(l.at) })),
    },
  ],
  rectify: () => [],
  erase: (w, person) => {
    const retained = announceErasure(w, person);
    const deleted =
      deleteDisclosures(w.db, person) +
      deleteTasks(w.db, person) +
      deleteLinks(w.db, person) +
      deleteRecalls(w.db, person);
    return { deleted, retained };
  },
};
