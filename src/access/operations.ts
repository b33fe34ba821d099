import { randomBytes } from 'node:crypto';
import {
  action,
  base64url,
  HOUR,
  MINUTE,
  type Ops,
  query,
  Refusal,
  type Role,
  registryId,
  type Scope,
  sha256,
  trusted,
} from '../platform';
import { makeKey } from './keys';
import {
  accessVersion,
  allClients,
  allStaff,
  clientById,
  disableStaff,
  endKeys,
  endSession,
  hasSignedIn,
  insertClient,
  insertKey,
  insertLink,
  insertSession,
  insertStaff,
  keysOf,
  liveKeys,
  liveSession,
  redeemLink,
  revokeClient,
  staffById,
} from './store';

/** A sign-in link ends after half an hour, a session after twelve. */
export const LINK_TTL = 30 * MINUTE;
export const SESSION_TTL = 12 * HOUR;

const keyId = (): string => registryId('k').slice(2);
const secret = (): string => base64url(randomBytes(32));
/** Links and sessions are 256 random bits: a plain hash of them is enough. */
export const hashOf = (token: string): string => sha256(token).toString('base64url');

/** Who may do what: clients, keys, staff, sessions. Lives in the registry. */
export const accessOps = {
  'access.version': query(trusted<Record<never, never>>(), (r) => ({ version: accessVersion(r.db) })),
  'access.keys': query(trusted<Record<never, never>>(), (r) => liveKeys(r.db)),
  'client.create': action(trusted<{ name: string; scopes: Scope[] }>(), (w, i) => {
    const id = registryId('cli');
    insertClient(w.db, { id, name: i.name, scopes: i.scopes, at: w.now, by: w.context.actor.id });
    const kid = keyId();
    const { key, hash } = makeKey(kid);
    insertKey(w.db, { id: kid, client: id, hash, at: w.now, expires: null });
    w.audit('client.created', { data: { client: id, name: i.name, scopes: i.scopes } });
    return { id, key };
  }),
  /** A new key beside the old ones, which end after `overlap_seconds`. */
  'client.rotate': action(trusted<{ client: string; overlap_seconds: number }>(), (w, i) => {
    const row = clientById(w.db, i.client);
    if (!row || row.revoked_at !== null) throw new Refusal('not_found', 'there is no such client');
    const kid = keyId();
    const { key, hash } = makeKey(kid);
    insertKey(w.db, { id: kid, client: i.client, hash, at: w.now, expires: null });
    endKeys(w.db, i.client, kid, w.now + i.overlap_seconds * 1000);
    w.audit('client.rotated', { data: { client: i.client, overlap_seconds: i.overlap_seconds } });
    return { id: i.client, key };
  }),
  'client.revoke': action(
    trusted<{ client: string }>(),
    (w, i) => {
      const row = clientById(w.db, i.client);
      if (!row) throw new Refusal('not_found', 'there is no such client');
      if (row.revoked_at !== null) w.unchanged();
      else {
        revokeClient(w.db, i.client, w.now);
        w.audit('client.revoked', { data: { client: i.client } });
      }
      return { id: i.client };
    },
    { urgent: () => true },
  ),
  'client.list': query(trusted<Record<never, never>>(), (r) =>
    allClients(r.db).map((c) => ({
      id: c.id,
      name: c.name,
      scopes: c.scopes.split(' '),
      created_at: new Date(c.created_at).toISOString(),
      revoked_at: c.revoked_at === null ? null : new Date(c.revoked_at).toISOString(),
      keys: keysOf(r.db, c.id).map((k) => ({
        id: k.id,
        created_at: new Date(k.created_at).toISOString(),
        expires_at: k.expires_at === null ? null : new Date(k.expires_at).toISOString(),
      })),
    })),
  ),
  'staff.create': action(trusted<{ name: string; role: Role }>(), (w, i) => {
    const id = registryId('stf');
    insertStaff(w.db, { id, name: i.name, role: i.role, at: w.now });
    w.audit('staff.created', { data: { staff: id, role: i.role } });
    return { id };
  }),
  'staff.disable': action(trusted<{ staff: string }>(), (w, i) => {
    if (!staffById(w.db, i.staff)) throw new Refusal('not_found', 'there is no such member of staff');
    disableStaff(w.db, i.staff, w.now);
    w.audit('staff.disabled', { data: { staff: i.staff } });
    return { id: i.staff };
  }),
  'staff.list': query(trusted<Record<never, never>>(), (r) => allStaff(r.db)),
  /** Has this member of staff ever used a sign-in link? */
  'staff.has_signed_in': query(trusted<{ staff: string }>(), (r, i) => ({ signed_in: hasSignedIn(r.db, i.staff) })),
  /** A one-time sign-in link's token; only its hash is kept. */
  'staff.link': action(trusted<{ staff: string; ttl_seconds?: number }>(), (w, i) => {
    const row = staffById(w.db, i.staff);
    if (!row || row.disabled_at !== null) throw new Refusal('not_found', 'there is no such member of staff');
    const token = secret();
    const expires = w.now + (i.ttl_seconds === undefined ? LINK_TTL : i.ttl_seconds * 1000);
    insertLink(w.db, { hash: hashOf(token), staff: i.staff, expires });
    w.audit('staff.link_made', { data: { staff: i.staff } });
    return { token, expires_at: new Date(expires).toISOString() };
  }),
  'session.begin': action(trusted<{ token: string }>(), (w, i) => {
    const who = redeemLink(w.db, hashOf(i.token), w.now);
    if (!who) throw new Refusal('unauthenticated', 'this link was used before or is over');
    const token = secret();
    insertSession(w.db, { hash: hashOf(token), staff: who, csrf: secret(), at: w.now, expires: w.now + SESSION_TTL });
    w.audit('session.begun', { data: { staff: who } });
    return { token, staff: who, expires_at: new Date(w.now + SESSION_TTL).toISOString() };
  }),
  'session.find': query(trusted<{ token: string }>(), (r, i) => liveSession(r.db, hashOf(i.token), r.now) ?? null),
  'session.end': action(trusted<{ token: string }>(), (w, i) => {
    endSession(w.db, hashOf(i.token), w.now);
    w.audit('session.ended', {});
    return { ended: true };
  }),
} satisfies Ops;
