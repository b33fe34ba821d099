import type { Db, ReadDb } from '../platform';
import type { LoyaltyEntry } from './loyalty';

export type CardRow = {
  id: string;
  programme: string;
  person: string | null;
  notice_at: number | null;
  moved_to: string | null;
  created_at: number;
};

const columns = 'id, programme, person, notice_at, moved_to, created_at';

export const cardById = (db: ReadDb, id: string): CardRow | undefined =>
  db.read(`select ${columns} from loyalty_card where id = ?`).get<CardRow>(id);

export const cardsOf = (db: ReadDb, person: string): CardRow[] =>
  db.read(`select ${columns} from loyalty_card where person = ? order by created_at, id`).all<CardRow>(person);

/** The open card of a person in a programme: there is one at most. */
export const openCard = (db: ReadDb, person: string, programme: string): CardRow | undefined =>
  cardsOf(db, person).find((c) => c.programme === programme && c.moved_to === null);

export const addCard = (db: Db, c: CardRow): void =>
  db
    .write(`insert into loyalty_card (${columns}) values (?, ?, ?, ?, ?, ?)`)
    .run(c.id, c.programme, c.person, c.notice_at, c.moved_to, c.created_at);

export const acceptNotice = (db: Db, id: string, at: number): void =>
  db.write('update loyalty_card set notice_at = coalesce(notice_at, ?) where id = ?').run(at, id);

export const moveCard = (db: Db, id: string, to: string): void =>
  db.write('update loyalty_card set moved_to = ? where id = ?').run(to, id);

type EntryRow = { id: string; kind: LoyaltyEntry['kind']; amount: number | null; of: string | null; at: number };

export const entriesOf = (db: ReadDb, card: string): LoyaltyEntry[] =>
  db
    .read('select id, kind, amount, "of", at from loyalty_entry where card = ? order by at, id')
    .all<EntryRow>(card)
    .map(entryOf);

function entryOf({ id, kind, amount, of, at }: EntryRow): LoyaltyEntry {
  if (kind === 'purchase') return { id, at, kind, amount: amount ?? 0 };
  return kind === 'reversal' ? { id, at, kind, of: of ?? '' } : { id, at, kind };
}

/** The same id twice is the same event. */
export const addEntry = (db: Db, card: string, e: LoyaltyEntry): void =>
  db
    .write(
      'insert into loyalty_entry (card, id, kind, amount, "of", at) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
    )
    .run(card, e.id, e.kind, e.kind === 'purchase' ? e.amount : null, e.kind === 'reversal' ? e.of : null, e.at);

export const deleteEntries = (db: Db, card: string): number =>
  db.write('delete from loyalty_entry where card = ? returning id').all(card).length;

/** Deletes a person's cards with all that is on them. */
export function deleteCards(db: Db, person: string): number {
  const entries = cardsOf(db, person).reduce((n, { id }) => n + deleteEntries(db, id), 0);
  return entries + db.write('delete from loyalty_card where person = ? returning id').all(person).length;
}
