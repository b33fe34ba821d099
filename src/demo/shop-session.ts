/** Who is shopping, kept in memory behind one strictly necessary cookie, which is set when somebody first needs it. */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Customer } from './seed-types';

export type Session = {
  /** Product key → how many. */
  basket: Map<string, number>;
  customer: Customer | null;
  /** Whether this device's choices were tied to the customer. */
  linked: boolean;
};

/** The declared cookie of the service `otterbound`. */
export const SESSION_COOKIE = 'otterbound_session';
/** The oldest sessions go first: a demo has few visitors and finite memory. */
const MAX_SESSIONS = 1_000;

export type Sessions = {
  /** The session of this browser, if it has one; looking never makes one. */
  find(c: Context): Session | undefined;
  /** The session of this browser, made (with its cookie) if there is none. */
  open(c: Context): Session;
  /** A new id for the same browser: whoever planted the old one gains nothing by the sign-in. */
  renew(c: Context, session: Session): void;
};

export function sessionsInMemory(): Sessions {
  const sessions = new Map<string, Session>();
  const find = (c: Context) => sessions.get(getCookie(c, SESSION_COOKIE) ?? '');
  const renew = (c: Context, session: Session) => {
    sessions.delete(getCookie(c, SESSION_COOKIE) ?? '');
    const id = crypto.randomUUID();
    sessions.set(id, session);
    setCookie(c, SESSION_COOKIE, id, { path: '/', httpOnly: true, sameSite: 'Lax' });
    for (const oldest of sessions.keys()) {
      if (sessions.size <= MAX_SESSIONS) break;
      sessions.delete(oldest);
    }
  };
  const open = (c: Context) => {
    const known = find(c);
    if (known) return known;
    const session: Session = { basket: new Map(), customer: null, linked: false };
    renew(c, session);
    return session;
  };
  return { find, open, renew };
}
