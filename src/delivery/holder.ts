import type { Holder } from '../platform';
import { compactFeed, deleteMails, feedOf, mailsOf } from './outbox';

/** Events about a person and mails to them. */
export const deliveryHolder: Holder = {
  name: 'delivery',
  tables: ['feed', 'outbox'],
  exportOf: (r, person) => [
    {
      name: 'events',
      title: 'Events about you that we passed on',
      rows: feedOf(r.db, person).map((f) => ({ at: new Date(f.at).toISOString(), event: f.topic, detail: f.body })),
    },
    {
      name: 'mails',
      title: 'Mails to you about your data',
      rows: mailsOf(r.db, person).map((m) => ({
        kind: m.kind,
        state: m.state,
        at: new Date(m.created_at).toISOString(),
      })),
    },
  ],
  rectify: () => [],
  erase: (w, person) => ({ deleted: compactFeed(w.db, person) + deleteMails(w.db, person), retained: [] }),
};
