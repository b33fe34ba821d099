import type { Db, ReadDb, Role, Scope } from '../platform';

export type ClientRow = {
  id: string;
  name: string;
  scopes: string;
  created_at: number;
  created_by: string;
  revoked_at: number | null;
};
export type KeyRow = {
  id: string;
  client: string;
  hash: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
};

export const insertClient = (
  db: Db,
  c: { id: string; name: string; scopes: readonly Scope[]; at: number; by: string },
): void =>
  db
    .write('insert into client (id, name, scopes, created_at, created_by) values (?, ?, ?, ?, ?)')
    .run(c.id, c.name, c.scopes.join(' '), c.at, c.by);

export const insertKey = (
  db: Db,
  k: { id: string; client: string; hash: string; at: number; expires: number | null },
): void =>
  db
    .write('insert into client_key (id, client, hash, created_at, expires_at) values (?, ?, ?, ?, ?)')
    .run(k.id, k.client, k.hash, k.at, k.expires);

export const clientById = (db: ReadDb, id: string): ClientRow | undefined =>
  db.read('select id, name, scopes, created_at, created_by, revoked_at from client where id = ?').get<ClientRow>(id);

export const allClients = (db: ReadDb): ClientRow[] =>
  db
    .read('select id, name, scopes, created_at, created_by, revoked_at from client order by created_at, id')
    .all<ClientRow>();

export const keysOf = (db: ReadDb, client: string): KeyRow[] =>
  db
    .read(
      'select id, client, hash, created_at, expires_at, revoked_at from client_key where client = ? order by created_at, id',
    )
    .all<KeyRow>(client);

export function revokeClient(db: Db, id: string, at: number): void {
  db.write('update client set revoked_at = coalesce(revoked_at, ?) where id = ?').run(at, id);
  db.write('update client_key set revoked_at = coalesce(revoked_at, ?) where client = ?').run(at, id);
}

export const endKeys = (db: Db, client: string, except: string, at: number): void =>
  db
    .write(
      'update client_key set expires_at = min(coalesce(expires_at, ?), ?) where client = ? and id <> ? and revoked_at is null',
    )
    .run(at, at, client, except);

export type LiveKey = { id: string; client: string; hash: string; scopes: string; expires_at: number | null };

export const liveKeys = (db: ReadDb): LiveKey[] =>
  db
    .read(
      `select k.id, k.client, k.hash, c.scopes, k.expires_at from client_key k join client c on c.id = k.client
       where k.revoked_at is null and c.revoked_at is null`,
    )
    .all<LiveKey>();

export type StaffRow = { id: string; name: string; role: Role; created_at: number; disabled_at: number | null };

export const insertStaff = (db: Db, s: { id: string; name: string; role: Role; at: number }): void =>
  db.write('insert into staff (id, name, role, created_at) values (?, ?, ?, ?)').run(s.id, s.name, s.role, s.at);

export const allStaff = (db: ReadDb): StaffRow[] =>
  db.read('select id, name, role, created_at, disabled_at from staff order by created_at, id').all<StaffRow>();

export const staffById = (db: ReadDb, id: string): StaffRow | undefined =>
  db.read('select id, name, role, created_at, disabled_at from staff where id = ?').get<StaffRow>(id);

export function disableStaff(db: Db, id: string, at: number): void {
  db.write('update staff set disabled_at = coalesce(disabled_at, ?) where id = ?').run(at, id);
  db.write('update session set ended_at = coalesce(ended_at, ?) where staff = ?').run(at, id);
}

export const insertLink = (db: Db, l: { hash: string; staff: string; expires: number }): void =>
  db.write('insert into sign_in_link (hash, staff, expires_at) values (?, ?, ?)').run(l.hash, l.staff, l.expires);

/** Uses a link up; its member of staff, or undefined when it is unknown, used or over. */
export const redeemLink = (db: Db, hash: string, now: number): string | undefined =>
  db
    .write('update sign_in_link set used_at = ? where hash = ? and used_at is null and expires_at > ? returning staff')
    .get<{ staff: string }>(now, hash, now)?.staff;

export const insertSession = (
  db: Db,
  s: { hash: string; staff: string; csrf: string; at: number; expires: number },
): void =>
  db
    .write('insert into session (hash, staff, csrf, created_at, expires_at) values (?, ?, ?, ?, ?)')
    .run(s.hash, s.staff, s.csrf, s.at, s.expires);

export type SessionRow = { staff: string; name: string; role: Role; csrf: string; expires_at: number };

export const liveSession = (db: ReadDb, hash: string, now: number): SessionRow | undefined =>
  db
    .read(
      `select s.staff, p.name, p.role, s.csrf, s.expires_at from session s join staff p on p.id = s.staff
       where s.hash = ? and s.ended_at is null and s.expires_at > ? and p.disabled_at is null`,
    )
    .get<SessionRow>(hash, now);

export const hasSignedIn = (db: ReadDb, staff: string): boolean =>
  db.read('select 1 as x from session where staff = ? limit 1').get<{ x: number }>(staff) !== undefined;

export const endSession = (db: Db, hash: string, at: number): void =>
  db.write('update session set ended_at = coalesce(ended_at, ?) where hash = ?').run(at, hash);

/** Goes up with every change of clients and keys. */
export const accessVersion = (db: ReadDb): number =>
  db
    .read(
      `select coalesce((select count(*) from client_key), 0) + coalesce((select count(revoked_at) from client_key), 0)
         + coalesce((select sum(expires_at) from client_key), 0) + coalesce((select count(revoked_at) from client), 0) as version`,
    )
    .get<{ version: number }>()?.version ?? 0;
