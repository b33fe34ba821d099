import type { Db, ReadDb } from '../platform';

export type Recall = {
  seq: number;
  recipient: string;
  person: string;
  purpose: string;
  reason: string;
  at: number;
  acknowledged_at: number | null;
};

/** Puts a person on a recipient's list, unless an unacknowledged entry for the same purpose is there. */
export function addRecall(db: Db, r: Pick<Recall, 'recipient' | 'person' | 'purpose' | 'reason' | 'at'>): boolean {
  const open = db
    .read('select seq from recall where recipient = ? and person = ? and purpose = ? and acknowledged_at is null')
    .get(r.recipient, r.person, r.purpose);
  if (open) return false;
  db.write('insert into recall (recipient, person, purpose, reason, at) values (?, ?, ?, ?, ?)').run(
    r.recipient,
    r.person,
    r.purpose,
    r.reason,
    r.at,
  );
  return true;
}

const columns = 'seq, recipient, person, purpose, reason, at, acknowledged_at';

/** What a recipient hasn't acknowledged yet, after a sequence. */
export const recallsFor = (db: ReadDb, recipient: string, after: number, limit: number): Recall[] =>
  db
    .read(
      `select ${columns} from recall where recipient = ? and seq > ? and acknowledged_at is null order by seq limit ?`,
    )
    .all<Recall>(recipient, after, limit);

export const recallsOf = (db: ReadDb, person: string): Recall[] =>
  db.read(`select ${columns} from recall where person = ? order by seq`).all<Recall>(person);

export const acknowledge = (db: Db, recipient: string, upto: number, now: number, by: string): string[] =>
  db
    .write(
      'update recall set acknowledged_at = ?, acknowledged_by = ? where recipient = ? and seq <= ? and acknowledged_at is null returning person',
    )
    .all<{ person: string }>(now, by, recipient, upto)
    .map((row) => row.person);

/** Recipient → how many entries wait for it, and since when. */
export const openRecalls = (db: ReadDb): { recipient: string; open: number; oldest_at: number }[] =>
  db
    .read(
      'select recipient, count(*) as open, min(at) as oldest_at from recall where acknowledged_at is null group by recipient order by recipient',
    )
    .all<{ recipient: string; open: number; oldest_at: number }>();

export const deleteRecalls = (db: Db, person: string): number =>
  db.write('delete from recall where person = ? and acknowledged_at is not null returning seq').all(person).length;

/** Acknowledged entries are evidence for a while, then they go. */
export const forgetRecalls = (db: Db, before: number): number =>
  db.write('delete from recall where acknowledged_at < ? returning seq').all(before).length;
