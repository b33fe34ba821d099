import type { Subject } from '../identity';
import type { CallContext } from '../platform';
import type { Incoming } from './event';
import type { Source } from './source';

/** What holds for the whole request. `received` in ms. */
export type Signals = { gpc: boolean; region?: string; received: number; context: CallContext };

/** The identifier of a known user: a customer number of the source's unit, an external id, or an address. */
export const userSubject = (source: Source, user: string): Subject =>
  source.user_id === 'customer'
    ? { type: 'customer', id: user.includes('~') ? user : `${source.unit}~${user}` }
    : { type: source.user_id, id: user };

/** The widget's visitor id if the page hands it on as anonymous id; else an id of the SDK's own, of a device. */
export const anonymousSubject = (anonymous: string): Subject => ({
  type: /^v_[A-Za-z0-9_-]{22}$/.test(anonymous) ? 'visitor' : 'device',
  id: anonymous,
});

/** Who an event may be about, most telling first. */
export function subjectsOf(source: Source, event: Incoming): { user: Subject[]; anonymous: Subject[] } {
  const user = event.user === undefined ? [] : [userSubject(source, event.user)];
  if (event.user !== undefined && event.either) user.push(anonymousSubject(event.user));
  return { user, anonymous: event.anonymous === undefined ? [] : [anonymousSubject(event.anonymous)] };
}
