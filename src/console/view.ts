import { getCookie } from 'hono/cookie';
import type { Call } from '../http';
import { Refusal, type Role } from '../platform';
import { zoneOf } from './format';
import { may, type Right } from './roles';
import { type Language, languageFor, type Texts, textsOf } from './texts';

/** What every page knows of its reader. */
export type View = {
  t: Texts;
  language: Language;
  /** IANA time zone, from the reader's browser; UTC until it is known. */
  zone: string;
  now: number;
  /** Path of this page, with its query. */
  path: string;
  csrf: string;
  role: Role;
  staff: string;
  /** What the last deed came to: a key of `texts.done`. */
  done: string | undefined;
  may(right: Right): boolean;
};

/** A call, whatever its parameters are. */
export type AnyCall = Call<unknown, unknown, unknown>;

/** The reader's language: their choice, else their browser's, else English. */
export const languageOf = (call: AnyCall): Language =>
  languageFor(getCookie(call.c, 'avow-language'), call.c.req.header('accept-language'));

export function viewOf(call: AnyCall): View {
  const { caller, c } = call;
  if (caller.kind !== 'staff') throw new Refusal('unauthenticated', 'sign in to the console');
  const language = languageOf(call);
  const url = new URL(c.req.url);
  return {
    t: textsOf(language),
    language,
    zone: zoneOf(getCookie(c, 'avow-zone')),
    now: call.now,
    path: `${url.pathname}${url.search}`,
    csrf: caller.csrf,
    role: caller.role,
    staff: caller.id,
    done: url.searchParams.get('done') ?? undefined,
    may: (right) => may(caller.role, right),
  };
}
