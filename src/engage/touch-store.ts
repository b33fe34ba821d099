import { type Db, type ReadDb, vaultId, type Writer } from '../platform';
import type { PressureRules, Touch } from './pressure';

export type TouchRow = Touch & {
  id: string;
  person: string;
  goal: 'retention' | 'acquisition';
  state: 'reserved' | 'sent';
};

const columns = 'id, person, unit, legal_entity, channel, kind, goal, state, at';

/** All contacts of a person since a time, over all units and addresses. */
export const touchesOf = (db: ReadDb, person: string, since = 0): TouchRow[] =>
  db.read(`select ${columns} from touch where person = ? and at >= ? order by at, id`).all<TouchRow>(person, since);

export const addTouch = (db: Db, t: TouchRow): void =>
  db
    .write(`insert into touch (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(t.id, t.person, t.unit, t.legal_entity, t.channel, t.kind, t.goal, t.state, t.at);

/** A contact of somebody who turned out to be this person; in one database its row just changes hands. */
export const takeTouch = (db: Db, t: TouchRow, person: string): void =>
  db
    .write(
      `insert into touch (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set person = excluded.person`,
    )
    .run(t.id, person, t.unit, t.legal_entity, t.channel, t.kind, t.goal, t.state, t.at);

export const touchId = (w: Writer, bits: number): string => vaultId('tch', w.vault.zone, bits);

/** A reserved contact took place. */
export const touchSent = (db: Db, id: string, at: number): void =>
  db.write("update touch set state = 'sent', at = ? where id = ?").run(at, id);

export const dropTouch = (db: Db, id: string): void => db.write('delete from touch where id = ?').run(id);

export const touchById = (db: ReadDb, id: string): TouchRow | undefined =>
  db.read(`select ${columns} from touch where id = ?`).get<TouchRow>(id);

export const deleteTouches = (db: Db, person: string): number =>
  db.write('delete from touch where person = ? returning id').all(person).length;

/** Contacts per person in a period, as (number of contacts, people): mergeable over vaults. */
export const touchHistogram = (db: ReadDb, from: number, until: number): { value: number; n: number }[] =>
  db
    .read(
      `select contacts as value, count(*) as n from
         (select count(*) as contacts from touch where kind = 'marketing' and state = 'sent' and at >= ? and at < ? group by person)
       group by contacts order by contacts`,
    )
    .all<{ value: number; n: number }>(from, until);

/** What a person wishes of how often and when. */
export type WishRow = {
  channel: string;
  most: number | null;
  days: number | null;
  paused_until: number | null;
  at: number;
};

export const wishesOf = (db: ReadDb, person: string): WishRow[] =>
  db
    .read('select channel, most, days, paused_until, at from contact_wish where person = ? order by channel')
    .all<WishRow>(person);

export const putWish = (db: Db, person: string, wish: WishRow): void =>
  db
    .write(
      `insert into contact_wish (person, channel, most, days, paused_until, at) values (?, ?, ?, ?, ?, ?)
       on conflict (person, channel) do update set most = excluded.most, days = excluded.days,
         paused_until = excluded.paused_until, at = excluded.at`,
    )
    .run(person, wish.channel, wish.most, wish.days, wish.paused_until, wish.at);

export const deleteWishes = (db: Db, person: string): number =>
  db.write('delete from contact_wish where person = ? returning channel').all(person).length;

/** The organisation's rules together with the person's own wishes: what both allow. */
export function rulesFor(rules: PressureRules, wishes: readonly WishRow[]): PressureRules {
  const reach = ({ channel }: WishRow) => ({
    name: 'own_wish',
    units: null,
    channels: channel === '*' ? null : [channel],
  });
  const caps = wishes.flatMap((w) => (w.most === null ? [] : [{ ...reach(w), most: w.most, days: w.days ?? 30 }]));
  const pauses = wishes.flatMap((w) =>
    w.paused_until === null ? [] : [{ ...reach(w), from: w.at, until: w.paused_until }],
  );
  return { ...rules, caps: [...rules.caps, ...caps], pauses: [...rules.pauses, ...pauses] };
}
