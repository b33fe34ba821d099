import type { ConsentChanged } from '../consent';
import { personById } from '../identity';
import type { Listeners, Wire } from '../platform';
import { unscore } from './scoring';

/** Whoever says no to profiling has no score from that moment on. */
export const insightListeners: Listeners = {
  'consent.changed': [
    (w, detail: Wire) => {
      const { person } = detail as unknown as ConsentChanged;
      const fields = unscore(w, person);
      const keyed = personById(w.db, person)?.keyed === 1;
      if (fields.length > 0) w.audit('insight.unscored', { person, keyed, data: { fields } });
    },
  ],
};
