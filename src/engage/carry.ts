import { homeOf } from '../consent';
import type { deliveryOps } from '../delivery';
import { personById } from '../identity';
import {
  action,
  type CallContext,
  isObject,
  need,
  type Ops,
  query,
  runSaga,
  type Saga,
  type sagaOps,
  trusted,
  type Vault,
  type Vaults,
  type Wire,
} from '../platform';
import type { loyaltyOps } from './loyalty-operations';
import { loyaltySaga } from './loyalty-saga';
import { deleteShown, markStale, noteShown, type ShownRow, shownTo, staleSince } from './show-store';
import {
  deleteTouches,
  deleteWishes,
  putWish,
  type TouchRow,
  takeTouch,
  touchesOf,
  type WishRow,
  wishesOf,
} from './touch-store';

/** What a person brings along when they turn out to be another one: contacts count, wishes hold, offers were seen. */
type Luggage = { touches: TouchRow[]; wishes: WishRow[]; shown: ShownRow[] };

/** How far the feed was read for people who were linked. */
const LINKED = 'linked';

/** Of two wishes for one channel the stricter holds: fewer contacts, the longer pause. */
export function stricterWish(mine: WishRow | undefined, theirs: WishRow): WishRow {
  if (!mine) return theirs;
  const pace = (w: WishRow): number => (w.most === null ? Number.POSITIVE_INFINITY : w.most / (w.days ?? 30));
  const { most, days } = pace(theirs) < pace(mine) ? theirs : mine;
  const pauses = [mine.paused_until, theirs.paused_until].filter((p) => p !== null);
  const paused_until = pauses.length === 0 ? null : Math.max(...pauses);
  return { channel: mine.channel, most, days, paused_until, at: Math.min(mine.at, theirs.at) };
}

/** Carrying over what a linked person had: read there, take over here, clear there. */
export const carryOps = {
  'carry.read': query(
    trusted<{ person: string }>(),
    (r, i): Luggage => ({
      touches: touchesOf(r.db, i.person),
      wishes: wishesOf(r.db, i.person),
      shown: shownTo(r.db, i.person),
    }),
  ),
  'carry.take': action(trusted<{ person: string; luggage: Luggage }>(), (w, i) => {
    const { touches, wishes, shown } = i.luggage;
    for (const t of touches) takeTouch(w.db, t, i.person);
    const own = wishesOf(w.db, i.person);
    for (const wish of wishes)
      putWish(
        w.db,
        i.person,
        stricterWish(
          own.find((o) => o.channel === wish.channel),
          wish,
        ),
      );
    for (const s of shown) noteShown(w.db, i.person, s.offer, s.at);
    const keyed = personById(w.db, i.person)?.keyed === 1;
    w.audit('contact.carried', { person: i.person, keyed, data: { touches: touches.length, wishes: wishes.length } });
    return { taken: touches.length + wishes.length + shown.length };
  }),
  'carry.clear': action(trusted<{ person: string }>(), (w, i) => {
    const cleared = deleteTouches(w.db, i.person) + deleteWishes(w.db, i.person) + deleteShown(w.db, i.person);
    w.audit('contact.cleared', { person: i.person, data: { cleared } });
    return { cleared };
  }),
  'carry.seen': query(trusted<Record<never, never>>(), (r) => ({ seq: staleSince(r.db, LINKED) ?? 0 })),
  'carry.note': action(trusted<{ seq: number }>(), (w, i) => {
    markStale(w.db, LINKED, i.seq);
    w.auditedLater('the linking that was read has its own entry');
    return { seq: i.seq };
  }),
} satisfies Ops;

export type CarryVaultOps = typeof carryOps & typeof loyaltyOps & typeof deliveryOps & typeof sagaOps;
export type CarryState = { from: string; into: string; luggage: Wire };

const carrying: CallContext = { actor: { type: 'system', id: 'carry' } };

/** At no moment is something counted nowhere: it is taken over before it is cleared. */
export function carrySaga(vaults: Vaults<CarryVaultOps>): Saga<CarryState> {
  return {
    kind: 'carry',
    steps: [
      {
        name: 'read',
        run: async (s) => {
          const luggage = need(await homeOf(vaults, s.from).run('carry.read', { person: s.from }, carrying));
          return { ...s, luggage: luggage as unknown as Wire };
        },
      },
      {
        name: 'take',
        run: async (s, command) => {
          const input = { person: s.into, luggage: s.luggage as unknown as Luggage };
          need(await homeOf(vaults, s.into).run('carry.take', input, { ...carrying, command }));
          return { ...s, luggage: null };
        },
      },
      {
        name: 'clear',
        run: async (s, command) => {
          need(await homeOf(vaults, s.from).run('carry.clear', { person: s.from }, { ...carrying, command }));
          return s;
        },
      },
      { name: 'cards', run: (s, command) => carryCards(vaults, s, command) },
    ],
  };
}

/** A card keeps its number: it becomes a signpost to the card of the person whom its owner turned out to be. */
async function carryCards(vaults: Vaults<CarryVaultOps>, s: CarryState, command: string): Promise<CarryState> {
  for (const card of need(await homeOf(vaults, s.from).run('loyalty.cards', { person: s.from }, carrying))) {
    const opening = { programme: card.programme, person: s.into, bits: 0, accepted: card.notice_accepted };
    const context = { ...carrying, command: `${command}:${card.card}` };
    const opened = await homeOf(vaults, s.into).run('loyalty.open', opening, context);
    // Where the law wants a notice first, the card stays as it is until the person has accepted it.
    if (!opened.ok) continue;
    const state = { from: card.card, to: opened.value.card, programme: card.programme, entries: null };
    const home = homeOf(vaults, card.card) as unknown as Vault<typeof sagaOps>;
    await runSaga(home, loyaltySaga(vaults), `join.${card.card}.${opened.value.card}`, state);
  }
  return s;
}

/** Carries over what the people had who were linked in one vault since the last look. Answers how many. */
export async function carryLinked(home: Vault<CarryVaultOps>, vaults: Vaults<CarryVaultOps>): Promise<number> {
  const { seq } = need(await home.run('carry.seen', {}, carrying));
  const { rows } = need(await home.run('feed.page', { after: seq, limit: 200 }, carrying));
  const linked = rows.filter(({ topic }) => topic === 'person.linked' || topic === 'person.merged');
  for (const row of linked) {
    const body: unknown = JSON.parse(row.body);
    if (!isObject(body) || typeof body.from !== 'string' || typeof body.person !== 'string') continue;
    const state = { from: body.from, into: body.person, luggage: null };
    await runSaga(
      homeOf(vaults, body.from) as unknown as Vault<typeof sagaOps>,
      carrySaga(vaults),
      `carry.${body.from}`,
      state,
    );
  }
  const last = rows.at(-1)?.seq;
  if (last !== undefined) need(await home.run('carry.note', { seq: last }, carrying));
  return linked.length;
}
