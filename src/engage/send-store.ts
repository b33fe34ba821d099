import type { Db, ReadDb } from '../platform';
import type { Arm } from './experiment';

export type SendState = 'planned' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'skipped' | 'held_out';

export type SendRow = {
  run: string;
  person: string;
  campaign: string;
  /** `none`: could not have been reached. */
  arm: Arm | 'none';
  state: SendState;
  reason: string | null;
  detail: string;
  contact_point: string | null;
  attempts: number;
  due_at: number;
  at: number;
};

const columns = 'run, person, campaign, arm, state, reason, detail, contact_point, attempts, due_at, at';

export const sendOf = (db: ReadDb, run: string, person: string): SendRow | undefined =>
  db.read(`select ${columns} from campaign_send where run = ? and person = ?`).get<SendRow>(run, person);

export const addSend = (db: Db, s: SendRow): void =>
  db
    .write(`insert into campaign_send (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(s.run, s.person, s.campaign, s.arm, s.state, s.reason, s.detail, s.contact_point, s.attempts, s.due_at, s.at);

/** Moves a row on; the earlier state is the condition, so nothing is done twice. */
export const moveSend = (
  db: Db,
  of: { run: string; person: string; from: SendState; to: SendState; reason: string | null; at: number },
): boolean =>
  db
    .write(
      'update campaign_send set state = ?, reason = ?, at = ? where run = ? and person = ? and state = ? returning run',
    )
    .get<{ run: string }>(of.to, of.reason, of.at, of.run, of.person, of.from) !== undefined;

/** Back into the queue, for later: it was certainly not delivered. */
export const postponeSend = (db: Db, run: string, person: string, due: number, reason: string): void =>
  db
    .write(
      `update campaign_send set state = 'planned', reason = ?, attempts = attempts + 1, due_at = ?
       where run = ? and person = ? and state = 'sending'`,
    )
    .run(reason.slice(0, 300), due, run, person);

export const setAddress = (db: Db, run: string, person: string, contactPoint: string, detail: string): void =>
  db
    .write('update campaign_send set contact_point = ?, detail = ? where run = ? and person = ?')
    .run(contactPoint, detail, run, person);

/** What a campaign is to send next, in order. */
export const dueSends = (db: ReadDb, campaign: string, now: number, limit: number): SendRow[] =>
  db
    .read(
      `select ${columns} from campaign_send where state = 'planned' and campaign = ? and due_at <= ? order by due_at, run, person limit ?`,
    )
    .all<SendRow>(campaign, now, limit);

/** Is anything still to be sent or settled? */
export const hasSends = (db: ReadDb): boolean =>
  db.read("select 1 as n from campaign_send where state in ('planned', 'sending') limit 1").get() !== undefined;

/** Begun and never settled: the process ended between handing over and writing down. */
export const lostSends = (db: ReadDb, before: number, limit: number): SendRow[] =>
  db
    .read(`select ${columns} from campaign_send where state = 'sending' and at <= ? order by run, person limit ?`)
    .all<SendRow>(before, limit);

/** How many sends of a campaign began since a time: for throttling. */
export const sentSince = (db: ReadDb, campaign: string, since: number): number =>
  db
    .read(
      `select count(*) as n from campaign_send where campaign = ? and at > ? and state in ('sending', 'sent', 'failed', 'uncertain')`,
    )
    .get<{ n: number }>(campaign, since)!.n;

/** Counts of a run by state and reason. */
export const runCounts = (db: ReadDb, run: string): { state: SendState; reason: string | null; n: number }[] =>
  db
    .read('select state, reason, count(*) as n from campaign_send where run = ? group by state, reason')
    .all<{ state: SendState; reason: string | null; n: number }>(run);

export const sendsInState = (db: ReadDb, run: string, state: SendState, after: string, limit: number): SendRow[] =>
  db
    .read(`select ${columns} from campaign_send where run = ? and state = ? and person > ? order by person limit ?`)
    .all<SendRow>(run, state, after, limit);

/** Everybody who could have been reached when the run was planned, whatever became of it, in order of id. */
export const assigned = (db: ReadDb, run: string, after: string, limit: number): SendRow[] =>
  db
    .read(`select ${columns} from campaign_send where run = ? and person > ? and arm <> 'none' order by person limit ?`)
    .all<SendRow>(run, after, limit);

export const sendsAbout = (db: ReadDb, person: string): SendRow[] =>
  db.read(`select ${columns} from campaign_send where person = ? order by at, run`).all<SendRow>(person);

export const deleteSends = (db: Db, person: string): number =>
  db.write('delete from campaign_send where person = ? returning run').all(person).length;

/** Stops what has not begun. */
export const stopSends = (db: Db, run: string, limit: number): { person: string }[] =>
  db
    .write(
      `update campaign_send set state = 'skipped', reason = 'stopped' where run = ? and state = 'planned'
         and person in (select person from campaign_send where run = ? and state = 'planned' limit ?) returning person`,
    )
    .all<{ person: string }>(run, run, limit);

export type TokenRow = {
  hash: string;
  person: string;
  purpose: string;
  channel: string;
  unit: string;
  campaign: string;
  created_at: number;
};

export const addToken = (db: Db, t: TokenRow): void =>
  db
    .write(
      'insert into mail_token (hash, person, purpose, channel, unit, campaign, created_at) values (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(t.hash, t.person, t.purpose, t.channel, t.unit, t.campaign, t.created_at);

export const tokenByHash = (db: ReadDb, hash: string): TokenRow | undefined =>
  db
    .read('select hash, person, purpose, channel, unit, campaign, created_at from mail_token where hash = ?')
    .get<TokenRow>(hash);

export const deleteTokens = (db: Db, person: string): number =>
  db.write('delete from mail_token where person = ? returning hash').all(person).length;
