import { currentRulebook, decide, readState } from '../consent';
import { personById } from '../identity';
import {
  action,
  type Ops,
  parseVaultId,
  query,
  type Reader,
  Refusal,
  trusted,
  vaultId,
  type Writer,
} from '../platform';
import { type LoyaltyProgramme, loyaltyIn } from './kinds';
import { append, cardOf, incentiveNotice, type LoyaltyEntry, mergeCards } from './loyalty';
import {
  acceptNotice,
  addCard,
  addEntry,
  type CardRow,
  cardById,
  cardsOf,
  deleteEntries,
  entriesOf,
  moveCard,
  openCard,
} from './loyalty-store';

/** A card as its owner and the till see it. */
export type CardView = {
  card: string;
  programme: string;
  anonymous: boolean;
  /** Was the notice of financial incentive accepted? */
  notice_accepted: boolean;
  stamps: number;
  every: number;
  available: number;
  owed: number;
  rewards: { number: number; earned_at: string; expires_at: string | null; state: string }[];
  moved_to: string | null;
};

function programmeOf(r: Reader, key: string): LoyaltyProgramme {
  const found = loyaltyIn(currentRulebook(r.db), key);
  if (!found) throw new Refusal('not_found', `there is no loyalty programme ${key}`);
  return found;
}

function cardRow(r: Reader, id: string): CardRow {
  const row = cardById(r.db, id);
  if (!row) throw new Refusal('not_found', 'there is no such card');
  if (row.moved_to) throw new Refusal('moved', 'this card was joined to another one', { into: row.moved_to });
  return row;
}

export function viewOf(r: Reader, row: CardRow): CardView {
  const rule = programmeOf(r, row.programme);
  const { stamps, rewards, available, owed } = cardOf(rule, entriesOf(r.db, row.id), r.now);
  return {
    card: row.id,
    programme: row.programme,
    anonymous: row.person === null,
    notice_accepted: row.notice_at !== null,
    stamps,
    every: rule.every,
    available,
    owed,
    rewards: rewards.map((w) => ({
      number: w.number,
      earned_at: new Date(w.earned_at).toISOString(),
      expires_at: w.expires_at === null ? null : new Date(w.expires_at).toISOString(),
      state: w.state,
    })),
    moved_to: row.moved_to,
  };
}

/** What a person agreed to by joining, and whether the law wants to have told them something first. */
function admit(w: Writer, programme: LoyaltyProgramme, person: string, accepted: boolean): { keyed: boolean } {
  const row = personById(w.db, person);
  if (row?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
  const state = readState(w.db, person);
  const { allowed, reason } = decide(currentRulebook(w.db), state, { purpose: programme.purpose }, w.now);
  if (!allowed) throw new Refusal('forbidden', `this purpose does not allow it: ${reason}`, { reason });
  const region = state?.residence ?? state?.region ?? null;
  const notice = incentiveNotice({ region, anonymous: false, accepted_at: accepted ? w.now : null });
  if (notice === 'required')
    throw new Refusal(
      'precondition_failed',
      'a resident of California is given the notice of financial incentive first',
      [{ path: '/body/notice_accepted', message: 'the notice of financial incentive has to be shown and accepted' }],
    );
  return { keyed: row.keyed === 1 };
}

function open(w: Writer, i: { programme: string; person: string | null; bits: number; accepted: boolean }): CardView {
  const programme = programmeOf(w, i.programme);
  const keyed = i.person !== null && admit(w, programme, i.person, i.accepted).keyed;
  const known = i.person === null ? undefined : openCard(w.db, i.person, programme.key);
  if (known) {
    if (i.accepted) acceptNotice(w.db, known.id, w.now);
    w.audit('loyalty.opened_again', { person: i.person ?? undefined, keyed, data: { card: known.id } });
    return viewOf(w, known);
  }
  const bits = i.person === null ? i.bits : parseVaultId(i.person)!.bits;
  const card: CardRow = {
    id: vaultId('card', w.vault.zone, bits),
    programme: programme.key,
    person: i.person,
    notice_at: i.accepted ? w.now : null,
    moved_to: null,
    created_at: w.now,
  };
  addCard(w.db, card);
  w.audit('loyalty.opened', {
    person: i.person ?? undefined,
    purpose: programme.purpose,
    keyed,
    data: { card: card.id },
  });
  return viewOf(w, card);
}

const PROBLEMS = {
  unknown_purchase: ['not_found', 'there is no such purchase on this card'],
  already_reversed: ['conflict', 'this purchase was reversed before'],
  no_reward: ['conflict', 'there is no reward to take'],
  id_reused: ['conflict', 'this id was used for another event'],
  in_future: ['invalid', 'this lies in the future'],
} as const;

export type Entry =
  | { kind: 'purchase'; id: string; amount: number }
  | { kind: 'reversal'; id: string; of: string }
  | { kind: 'redemption'; id: string };

/** Writes one event down. Rewards follow from the entries alone, so no race can make one too many. */
function enter(w: Writer, i: { card: string; entry: Entry }): CardView & { earned: number[]; revoked: number[] } {
  const row = cardRow(w, i.card);
  const programme = programmeOf(w, row.programme);
  const entry = { ...i.entry, at: w.now } as LoyaltyEntry;
  const before = entriesOf(w.db, row.id);
  const result = append(programme, before, entry, w.now);
  if (!result.ok) {
    const [code, sentence] = PROBLEMS[result.problem];
    throw new Refusal(code, sentence, { problem: result.problem });
  }
  const { earned, revoked } = result;
  if (result.repeated) w.unchanged();
  else {
    addEntry(w.db, row.id, entry);
    const keyed = row.person !== null && personById(w.db, row.person)?.keyed === 1;
    w.audit(`loyalty.${entry.kind}`, {
      person: row.person ?? undefined,
      keyed,
      data: { card: row.id, earned, revoked },
    });
    if (row.person !== null && earned.length + revoked.length > 0)
      w.emit('loyalty.changed', { person: row.person, card: row.id, earned, revoked });
  }
  return { ...viewOf(w, row), earned, revoked };
}

/** Everything on a card, handed out once: from now on the card leads to the other one. */
function hand(w: Writer, i: { card: string; to: string }): { programme: string; entries: LoyaltyEntry[] } {
  const row = cardById(w.db, i.card);
  if (!row) throw new Refusal('not_found', 'there is no such card');
  if (row.moved_to !== null && row.moved_to !== i.to)
    throw new Refusal('conflict', 'this card was joined to another one', { into: row.moved_to });
  const entries = entriesOf(w.db, row.id);
  if (row.moved_to === null) moveCard(w.db, row.id, i.to);
  w.audit('loyalty.handed', {
    person: row.person ?? undefined,
    data: { card: row.id, to: i.to, entries: entries.length },
  });
  return { programme: row.programme, entries };
}

/** Takes over what was on another card: nothing is lost and nothing counts twice. */
function take(w: Writer, i: { card: string; from: string; programme: string; entries: LoyaltyEntry[] }): CardView {
  const row = cardRow(w, i.card);
  if (row.programme !== i.programme) throw new Refusal('conflict', 'these are cards of different programmes');
  for (const entry of mergeCards(entriesOf(w.db, row.id), renamed(i.from, i.entries, entriesOf(w.db, row.id))))
    addEntry(w.db, row.id, entry);
  const keyed = row.person !== null && personById(w.db, row.person)?.keyed === 1;
  w.audit('loyalty.joined', { person: row.person ?? undefined, keyed, data: { card: row.id, from: i.from } });
  return viewOf(w, row);
}

/** Two tills may have used one receipt number for two purchases; an entry that differs keeps its card in its name. */
function renamed(from: string, entries: readonly LoyaltyEntry[], have: readonly LoyaltyEntry[]): LoyaltyEntry[] {
  const taken = new Map(have.map((e) => [e.id, JSON.stringify(e)]));
  const nameOf = (id: string): string => {
    const own = entries.find((e) => e.id === id);
    return own && taken.has(id) && taken.get(id) !== JSON.stringify(own) ? `${from}/${id}` : id;
  };
  return entries.map((e) =>
    e.kind === 'reversal' ? { ...e, id: nameOf(e.id), of: nameOf(e.of) } : { ...e, id: nameOf(e.id) },
  );
}

/** Loyalty cards: what happened is written down, rewards are computed. */
export const loyaltyOps = {
  'loyalty.open': action(
    trusted<{ programme: string; person: string | null; bits: number; accepted: boolean }>(),
    open,
  ),
  'loyalty.enter': action(trusted<{ card: string; entry: Entry }>(), enter),
  'loyalty.card': query(trusted<{ card: string }>(), (r, i) => viewOf(r, cardRow(r, i.card))),
  'loyalty.cards': query(trusted<{ person: string }>(), (r, i) =>
    cardsOf(r.db, i.person)
      .filter((c) => c.moved_to === null)
      .map((c) => viewOf(r, c)),
  ),
  'loyalty.hand': action(trusted<{ card: string; to: string }>(), hand),
  'loyalty.take': action(trusted<{ card: string; from: string; programme: string; entries: LoyaltyEntry[] }>(), take),
  /** After everything has arrived: the entries go, the card stays as a signpost. */
  'loyalty.clear': action(trusted<{ card: string }>(), (w, i) => {
    const cleared = deleteEntries(w.db, i.card);
    w.audit('loyalty.cleared', { data: { card: i.card, entries: cleared } });
    return { cleared };
  }),
} satisfies Ops;
