import type { Db, ReadDb } from '../platform';

export type LinkRow = { code: string; person: string; programme: string; created_at: number };

export const linkByCode = (db: ReadDb, code: string): LinkRow | undefined =>
  db.read('select code, person, programme, created_at from referral_link where code = ?').get<LinkRow>(code);

export const linksOf = (db: ReadDb, person: string): LinkRow[] =>
  db
    .read('select code, person, programme, created_at from referral_link where person = ? order by created_at')
    .all<LinkRow>(person);

export const addLink = (db: Db, l: LinkRow): void =>
  db
    .write('insert into referral_link (code, person, programme, created_at) values (?, ?, ?, ?)')
    .run(l.code, l.person, l.programme, l.created_at);

export type ReferralRow = {
  code: string;
  referrer: string;
  friend: string;
  opened_at: number;
  joined_at: number;
  was_known: number;
  is_self: number;
  purchase_at: number | null;
  purchase_amount: number | null;
  reversed: number;
};

const columns =
  'code, referrer, friend, opened_at, joined_at, was_known, is_self, purchase_at, purchase_amount, reversed';

export const referralsBy = (db: ReadDb, referrer: string): ReferralRow[] =>
  db.read(`select ${columns} from referral where referrer = ? order by joined_at, friend`).all<ReferralRow>(referrer);

export const referralOf = (db: ReadDb, code: string, friend: string): ReferralRow | undefined =>
  db.read(`select ${columns} from referral where code = ? and friend = ?`).get<ReferralRow>(code, friend);

export const addReferral = (db: Db, r: ReferralRow): void =>
  db
    .write(`insert into referral (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      r.code,
      r.referrer,
      r.friend,
      r.opened_at,
      r.joined_at,
      r.was_known,
      r.is_self,
      r.purchase_at,
      r.purchase_amount,
      r.reversed,
    );

export const notePurchase = (
  db: Db,
  of: { code: string; friend: string; at: number; amount: number; reversed: boolean },
): void =>
  db
    .write('update referral set purchase_at = ?, purchase_amount = ?, reversed = ? where code = ? and friend = ?')
    .run(of.at, of.amount, of.reversed ? 1 : 0, of.code, of.friend);

export function deleteReferrals(db: Db, person: string): number {
  const joined = db.write('delete from referral where referrer = ? returning code').all(person).length;
  return joined + db.write('delete from referral_link where person = ? returning code').all(person).length;
}
