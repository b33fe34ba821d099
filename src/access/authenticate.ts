import { type Auth, type Caller, isObject, Refusal, type Role, type Scope, sameBytes, utf8 } from '../platform';
import { parseKey } from './keys';
import type { Snapshot } from './snapshot';
import type { SessionRow } from './store';
import type { Tokens } from './tokens';

/** What a request shows of its caller. */
export type Credentials = {
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  /** A site key or write key in the path, if the route has one. */
  param(name: string): string | undefined;
};

/** What authentication needs of a site, whatever else a rulebook says of it. */
export type SiteAccess = { origins: readonly string[]; archived?: boolean };

export interface Door<Book> {
  snapshot(): Promise<Snapshot<Book>> | Snapshot<Book>;
  site(book: Book, key: string): SiteAccess | undefined;
  source(book: Book, key: string): boolean;
  session(token: string): Promise<SessionRow | null>;
  tokens: Tokens;
}

export const SESSION_COOKIE = '__Host-avow';
/** Browsers refuse the `__Host-` prefix without https; on the loopback address we speak http. */
export const DEV_SESSION_COOKIE = 'avow-session';

const nobody = (message: string): Refusal => new Refusal('unauthenticated', message);
const forbidden = (message: string): Refusal => new Refusal('forbidden', message);

/** Proves who calls, or throws. Default deny: there is no other way to a handler. */
export async function authenticate<Book>(
  door: Door<Book>,
  who: Credentials,
  auth: Auth,
  body: unknown,
  now: number,
): Promise<Caller> {
  switch (auth.kind) {
    case 'public':
      return { kind: 'public' };
    case 'scope':
      return byScope(await door.snapshot(), who, auth.scope, now);
    case 'site':
      return bySite(door, await door.snapshot(), who, body);
    case 'site_or_scope':
      return bearer(who)?.startsWith('sk_')
        ? byScope(await door.snapshot(), who, auth.scope, now)
        : bySite(door, await door.snapshot(), who, body);
    case 'subject':
      return bySubject(door.tokens, who, body);
    case 'source':
      return bySource(door, await door.snapshot(), who, body);
    case 'staff':
      return byStaff(door, who, auth.roles);
  }
}

function bearer(who: Credentials): string | undefined {
  const header = who.header('authorization');
  return header && /^bearer /i.test(header) ? header.slice(7).trim() : undefined;
}

function byScope<Book>({ keys }: Snapshot<Book>, who: Credentials, scope: Scope, now: number): Caller {
  const given = bearer(who);
  if (!given) throw nobody('send a secret key: Authorization: Bearer sk_…');
  const parsed = parseKey(given);
  const key = parsed && keys.get(parsed.id);
  if (
    !parsed ||
    !key ||
    !sameBytes(utf8(key.hash), utf8(parsed.hash)) ||
    (key.expires_at !== null && key.expires_at <= now)
  ) {
    throw nobody('this secret key is unknown, mistyped, revoked or over');
  }
  const scopes = scopesOf(key.scopes);
  if (!scopes.includes(scope)) throw forbidden(`this key lacks the scope "${scope}"`);
  return { kind: 'client', id: key.client, scopes };
}

const parsedScopes = new Map<string, readonly Scope[]>();
function scopesOf(text: string): readonly Scope[] {
  const known = parsedScopes.get(text) ?? (text.split(' ') as Scope[]);
  parsedScopes.set(text, known);
  return known;
}

function bySite<Book>(door: Door<Book>, { book }: Snapshot<Book>, who: Credentials, body: unknown): Caller {
  const key = who.param('siteKey') ?? (isObject(body) && typeof body.site === 'string' ? body.site : undefined);
  if (!key) throw nobody('send a site key');
  const site = door.site(book, key);
  if (!site || site.archived) throw nobody('there is no such site key');
  const origin = who.header('origin') ?? null;
  const mayOmit = who.header(':method') === 'GET';
  if (origin === null ? !mayOmit : !site.origins.includes(origin)) {
    throw new Refusal(
      'origin_refused',
      origin === null
        ? 'a browser sends its origin; this call has none'
        : `the site doesn't list the origin ${origin.slice(0, 200)}`,
    );
  }
  return { kind: 'site', site: key, origin };
}

function bySubject(tokens: Tokens, who: Credentials, body: unknown): Caller {
  const token =
    bearer(who) ?? (isObject(body) && typeof body.subject_token === 'string' ? body.subject_token : undefined);
  const read = token ? tokens.readSubject(token) : undefined;
  if (!read) throw nobody('send the subject token that came with the first choice: Authorization: Bearer st_…');
  return { kind: 'subject', ...read };
}

function bySource<Book>(door: Door<Book>, { book }: Snapshot<Book>, who: Credentials, body: unknown): Caller {
  const key = basicUser(who.header('authorization')) ?? who.param('writeKey') ?? keyInBody(body);
  if (!key || !door.source(book, key))
    throw nobody('send the write key of a source: Basic user name, or writeKey in the body');
  return { kind: 'source', source: key };
}

const keyInBody = (body: unknown): string | undefined => {
  if (!isObject(body)) return undefined;
  const key = body.writeKey ?? body.api_key;
  return typeof key === 'string' ? key : undefined;
};

function basicUser(header: string | undefined): string | undefined {
  if (!header || !/^basic /i.test(header)) return undefined;
  return Buffer.from(header.slice(6).trim(), 'base64').toString('utf8').split(':')[0];
}

async function byStaff<Book>(door: Door<Book>, who: Credentials, roles: readonly Role[]): Promise<Caller> {
  const token = who.cookie(SESSION_COOKIE) ?? who.cookie(DEV_SESSION_COOKIE);
  const session = token ? await door.session(token) : null;
  if (!token || !session) throw nobody('sign in to the console');
  if (!roles.includes(session.role)) throw forbidden(`this needs the role ${roles.join(' or ')}`);
  return { kind: 'staff', id: session.staff, role: session.role, session: token, csrf: session.csrf };
}
