import { base64url, type Db, hmac, type Keys, type ReadDb, sameBytes, utf8 } from '../platform';

/** What a secret in a mail opens. */
export type SecretKind = 'confirm' | 'package' | 'cancel';

/** A code has 8 digits, so it may be tried only so often; a link's 128 bits can't be guessed, so tries don't count. */
export const MAX_TRIES = 5;

const LINK_BYTES = 16;

type SecretRow = { n: number; tries: number; expires_at: number; used_at: number | null };

const derived = (keys: Keys, request: string, kind: SecretKind, n: number): Buffer =>
  hmac(keys.own('rights.secret'), `${kind}:${request}:${n}`);

const tokenOf = (mac: Buffer): string => base64url(mac.subarray(0, LINK_BYTES));
const codeOf = (mac: Buffer): string => String(mac.readBigUInt64BE(16) % 100_000_000n).padStart(8, '0');

export const secretRow = (db: ReadDb, request: string, kind: SecretKind): SecretRow | undefined =>
  db
    .read('select n, tries, expires_at, used_at from request_secret where request = ? and kind = ?')
    .get<SecretRow>(request, kind);

/** Makes a new secret; the earlier one of this kind is dead from now on. */
export function issueSecret(db: Db, request: string, kind: SecretKind, expiresAt: number): void {
  db.write(
    `insert into request_secret (request, kind, n, tries, expires_at) values (?, ?, 1, 0, ?)
     on conflict (request, kind) do update set n = request_secret.n + 1, tries = 0, expires_at = excluded.expires_at, used_at = null`,
  ).run(request, kind, expiresAt);
}

/** The living secret, for the mail that carries it: the same whenever it is asked for, so that a retried step repeats it. */
export function readSecret(
  db: ReadDb,
  keys: Keys,
  request: string,
  kind: SecretKind,
): { token: string; code: string; expires_at: number } | undefined {
  const row = secretRow(db, request, kind);
  if (!row || row.used_at !== null) return undefined;
  const mac = derived(keys, request, kind, row.n);
  return { token: tokenOf(mac), code: codeOf(mac), expires_at: row.expires_at };
}

export type Proof = { token?: string; code?: string };

/**
 * Uses a secret up: true once, for the right one, in its time. A code is counted before it is looked at, in one statement,
 * so that parallel guesses can't share a try. The caller must commit even when the answer is no.
 */
export function useSecret(
  db: Db,
  keys: Keys,
  at: { request: string; kind: SecretKind; now: number },
  proof: Proof,
): 'used' | 'wrong' | 'over' {
  const row = proof.code === undefined ? living(db, at) : counted(db, at);
  if (!row) return 'over';
  const mac = derived(keys, at.request, at.kind, row.n);
  const given = proof.code ?? proof.token ?? '';
  const right = proof.code === undefined ? tokenOf(mac) : codeOf(mac);
  if (!sameBytes(utf8(given), utf8(right))) return 'wrong';
  db.write('update request_secret set used_at = ? where request = ? and kind = ?').run(at.now, at.request, at.kind);
  return 'used';
}

const ALIVE = 'request = ? and kind = ? and used_at is null and expires_at > ?';

const living = (db: Db, at: { request: string; kind: SecretKind; now: number }): { n: number } | undefined =>
  db.read(`select n from request_secret where ${ALIVE}`).get<{ n: number }>(at.request, at.kind, at.now);

const counted = (db: Db, at: { request: string; kind: SecretKind; now: number }): { n: number } | undefined =>
  db
    .write(`update request_secret set tries = tries + 1 where ${ALIVE} and tries < ${MAX_TRIES} returning n`)
    .get<{ n: number }>(at.request, at.kind, at.now);

/** Nothing opens any more with what was mailed for this request. */
export const endSecrets = (db: Db, request: string): void =>
  db.write('delete from request_secret where request = ?').run(request);

/** At most `max` within `windowMs`, for one key: counts and answers true, or leaves everything and answers false. */
export type Budget = { max: number; windowMs: number };

export function spendBudget(db: Db, key: string, budgets: readonly Budget[], now: number): boolean {
  const spent = (since: number) =>
    db.read('select count(*) as n from mail_budget where key = ? and at > ?').get<{ n: number }>(key, since)!.n;
  if (budgets.some((b) => spent(now - b.windowMs) >= b.max)) return false;
  const longest = Math.max(...budgets.map((b) => b.windowMs));
  db.write('delete from mail_budget where at <= ?').run(now - longest);
  db.write(
    'insert into mail_budget (key, at, n) select ?, ?, coalesce(max(n), 0) + 1 from mail_budget where key = ? and at = ?',
  ).run(key, now, key, now);
  return true;
}
