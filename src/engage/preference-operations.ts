import type { Purpose, Rulebook } from '../consent';
import { currentRulebook, decide, readState, recordAct } from '../consent';
import { personById } from '../identity';
import { action, DAY, type Ops, query, type Reader, Refusal, trusted, type Writer } from '../platform';
import { tokenByHash } from './send-store';
import { putWish, type WishRow, wishesOf } from './touch-store';

/** How a person narrows: this topic by this channel, all marketing, or a pause. */
export type Narrowing =
  | { what: 'topic'; purpose: string; channel: string }
  | { what: 'all_marketing' }
  | { what: 'pause'; channel: string; days: number };

/** Consent is withdrawn; everything else is objected to (GDPR Art. 7(3) and 21(2)). */
const noTo = (book: Rulebook, purpose: string): 'withdrawn' | 'objected' =>
  book.purposes[purpose]?.basis === 'consent' ? 'withdrawn' : 'objected';

/** Narrows, and nothing else: this is all that a token out of a mail may lead to. */
export function narrow(w: Writer, person: string, n: Narrowing, source: string): { changed: boolean } {
  const row = personById(w.db, person);
  if (row?.status !== 'active') throw new Refusal('gone', 'nobody is known by this link any more');
  if (n.what === 'pause') return pause(w, person, n, row.keyed === 1);
  const book = currentRulebook(w.db);
  if (n.what === 'topic' && saysNo(w, book, person, n)) {
    w.unchanged();
    return { changed: false };
  }
  const choices = n.what === 'topic' ? { [n.purpose]: noTo(book, n.purpose) } : { '*marketing': 'objected' as const };
  const detail = n.what === 'topic' ? { channel: n.channel, origin: source } : { origin: source };
  recordAct(w, { person, method: 'custom', choices, detail });
  return { changed: true };
}

/** A click that comes a second time, from a scanner or an impatient reader, writes nothing. */
function saysNo(r: Reader, book: Rulebook, person: string, n: { purpose: string; channel: string }): boolean {
  const { reason } = decide(book, readState(r.db, person), { purpose: n.purpose, channel: n.channel as never }, r.now);
  return reason === noTo(book, n.purpose);
}

function pause(w: Writer, person: string, n: { channel: string; days: number }, keyed: boolean): { changed: boolean } {
  const known = wishesOf(w.db, person).find(({ channel }) => channel === n.channel);
  const until = Math.max(known?.paused_until ?? 0, w.now + n.days * DAY);
  const wish = { channel: n.channel, most: known?.most ?? null, days: known?.days ?? null, paused_until: until };
  putWish(w.db, person, { ...wish, at: w.now });
  w.audit('contact.paused', { person, keyed, data: { channel: n.channel, until } });
  return { changed: true };
}

/** What one cell of the preference centre says. */
export type Cell = { allowed: boolean; reason: string };

export type Preferences = {
  topics: { purpose: string; name: Readonly<Record<string, string>>; channels: Record<string, Cell> }[];
  frequency: { channel: string; most: number | null; days: number | null; paused_until: string | null }[];
};

const isTopic = (p: Purpose): boolean => p.direct_marketing && !p.archived;

/** Topics by channels, as `decide` sees them, and how often. */
export function preferencesOf(r: Reader, person: string): Preferences {
  const book = currentRulebook(r.db);
  const state = readState(r.db, person);
  const cell = (purpose: string, channel: Purpose['channels'][number]): Cell => {
    const { allowed, reason } = decide(book, state, { purpose, channel }, r.now);
    return { allowed, reason };
  };
  return {
    topics: Object.values(book.purposes)
      .filter(isTopic)
      .map((p) => ({
        purpose: p.key,
        name: p.name,
        channels: Object.fromEntries(p.channels.map((channel) => [channel, cell(p.key, channel)])),
      })),
    frequency: wishesOf(r.db, person).map(({ channel, most, days, paused_until }) => ({
      channel,
      most,
      days,
      paused_until: paused_until === null ? null : new Date(paused_until).toISOString(),
    })),
  };
}

export type CellChange = {
  person: string;
  purpose: string;
  channel: string;
  choice: 'granted' | 'refused' | 'withdrawn';
  notice?: { key: string; version: number; language: string };
  site?: string;
  region?: string;
};

/** One click changes one cell. A yes names the notice that was shown. */
function setCell(w: Writer, i: CellChange): Preferences {
  const purpose = currentRulebook(w.db).purposes[i.purpose];
  const wrong = [];
  if (!purpose || !isTopic(purpose)) wrong.push({ path: '/body/purpose', message: 'is not a topic of ours' });
  else if (!(purpose.channels as string[]).includes(i.channel))
    wrong.push({ path: '/body/channel', message: 'is not a channel of this topic' });
  if (i.choice === 'granted' && !i.notice)
    wrong.push({ path: '/body/notice', message: 'a yes needs the notice that was shown' });
  if (wrong.length > 0) throw new Refusal('invalid', 'this cell can not be changed so', wrong);
  const { person, choice, notice, site } = i;
  const said = choice === 'granted' || purpose!.basis === 'consent' ? choice : ('objected' as const);
  const detail = { channel: i.channel, region: i.region };
  recordAct(w, { person, method: 'custom', site, notice, choices: { [i.purpose]: said }, detail });
  return preferencesOf(w, person);
}

function setFrequency(w: Writer, i: { person: string; wish: Omit<WishRow, 'at'> }): Preferences {
  const row = personById(w.db, i.person);
  if (row?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
  putWish(w.db, i.person, { ...i.wish, at: w.now });
  w.audit('contact.frequency', { person: i.person, keyed: row.keyed === 1, data: { channel: i.wish.channel } });
  return preferencesOf(w, i.person);
}

/** The preference centre, and what a token out of a mail may do. */
export const preferenceOps = {
  /** What a token stands for. Nothing of it is shown to whoever holds it. */
  'token.read': query(trusted<{ hash: string }>(), (r, i) => {
    const row = tokenByHash(r.db, i.hash);
    return row ? { person: row.person, purpose: row.purpose, channel: row.channel, campaign: row.campaign } : null;
  }),
  'preference.narrow': action(
    trusted<{ person: string; narrowing: Narrowing; source: string }>(),
    (w, i) => narrow(w, i.person, i.narrowing, i.source),
    { urgent: () => true },
  ),
  'preference.read': query(trusted<{ person: string }>(), (r, i) => {
    if (personById(r.db, i.person)?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
    return preferencesOf(r, i.person);
  }),
  'preference.set': action(trusted<CellChange>(), setCell, { urgent: (i) => i.choice !== 'granted' }),
  'preference.frequency': action(trusted<{ person: string; wish: Omit<WishRow, 'at'> }>(), setFrequency),
} satisfies Ops;
