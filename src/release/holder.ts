import type { Holder } from '../platform';
import { deleteDisclosures, disclosuresOf } from './disclosure-store';

/** Who got the person's data out of this house. */
export const releaseHolder: Holder = {
  name: 'release',
  tables: ['disclosure'],
  exportOf: (r, person) => [
    {
      name: 'disclosures',
      title: 'To whom we gave your data, and for what',
      rows: disclosuresOf(r.db, person).map((d) => ({
        at: new Date(d.at).toISOString(),
        recipient: d.recipient,
        purpose: d.purpose,
        release: d.release,
      })),
    },
  ],
  rectify: () => [],
  erase: (w, person) => ({ deleted: deleteDisclosures(w.db, person), retained: [] }),
};
