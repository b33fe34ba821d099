import { blob, type Db, type ReadDb, type Reader, seal, unsealText, vaultId, type Writer } from '../platform';
import type { Ident, PlainIdent } from './lookup';

export type PersonRow = {
  id: string;
  status: 'active' | 'frozen' | 'merged' | 'erased';
  merged_into: string | null;
  keyed: number;
  created_at: number;
  last_seen_at: number;
};

export const personById = (db: ReadDb, id: string): PersonRow | undefined =>
  db
    .read('select id, status, merged_into, keyed, created_at, last_seen_at from person where id = ?')
    .get<PersonRow>(id);

/** Who has this identifier, by the directory of this vault. */
export function holderOf(db: ReadDb, ident: Pick<Ident, 'hashes'>): string | undefined {
  for (const hash of ident.hashes) {
    const row = db.read('select person from identifier where hash = ?').get<{ person: string }>(hash);
    if (row) return row.person;
  }
  return undefined;
}

/** Mints a person whose id carries the identifier's bits, so that most look-ups need one hop. */
export function createPerson(w: Writer, bits: number): string {
  const id = vaultId('per', w.vault.zone, bits);
  w.db
    .write("insert into person (id, status, keyed, created_at, last_seen_at) values (?, 'active', 0, ?, ?)")
    .run(id, w.now, w.now);
  return id;
}

/** Claims an identifier in its own vault. False when it is somebody else's. */
export function claim(w: Writer, ident: Ident, person: string): boolean {
  const held = holderOf(w.db, ident);
  if (held !== undefined) return held === person;
  w.db
    .write('insert into identifier (hash, type, person, claimed_at) values (?, ?, ?, ?)')
    .run(ident.hashes[0]!, ident.type, person, w.now);
  return true;
}

export const release = (db: Db, person: string): number =>
  db.write('delete from identifier where person = ? returning hash').all(person).length;

export const identifiersOf = (db: ReadDb, person: string): { hash: string; type: string }[] =>
  db
    .read('select hash, type from identifier where person = ? order by type, hash')
    .all<{ hash: string; type: string }>(person);

export const pointIdentifier = (db: Db, from: string, to: string): number =>
  db.write('update identifier set person = ? where person = ? returning hash').all(to, from).length;

export const setStatus = (db: Db, person: string, status: PersonRow['status'], into: string | null = null): void =>
  db.write('update person set status = ?, merged_into = ? where id = ?').run(status, into, person);

export const touch = (db: Db, person: string, now: number): void =>
  db.write('update person set last_seen_at = ? where id = ? and last_seen_at < ?').run(now, person, now);

/** Visitors without any direct identifier who weren't seen since. */
export const staleVisitors = (db: ReadDb, before: number, limit: number): string[] =>
  db
    .read("select id from person where keyed = 0 and status = 'active' and last_seen_at < ? limit ?")
    .all<{ id: string }>(before, limit)
    .map((r) => r.id);

export const deletePerson = (db: Db, person: string): number =>
  db.write('delete from person where id = ? returning id').all(person).length;

export type ContactPoint = {
  id: string;
  kind: string;
  value: string | null;
  verified_at: number | null;
  source: string;
  created_at: number;
  hash: string;
};

const place = (id: string): string => `contact_point.sealed:${id}`;

/** Adds a contact point, or notes anew that it is verified. From now on the person has keys of their own. */
export function addContactPoint(
  w: Writer,
  person: string,
  ident: PlainIdent,
  source: string,
  verified: boolean,
): string {
  const known = contactRow(w.db, person, ident.hashes);
  if (known) {
    if (verified)
      w.db.write('update contact_point set verified_at = coalesce(verified_at, ?) where id = ?').run(w.now, known.id);
    return known.id;
  }
  const id = vaultId('cp', w.vault.zone, ident.bits);
  w.db
    .write(
      'insert into contact_point (id, person, kind, hash, sealed, source, verified_at, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      id,
      person,
      ident.type,
      ident.hashes[0]!,
      seal(w.keys.seal(person), place(id), ident.value),
      source,
      verified ? w.now : null,
      w.now,
    );
  w.db.write('update person set keyed = 1 where id = ? and keyed = 0').run(person);
  return id;
}

const contactRow = (db: ReadDb, person: string, hashes: readonly string[]): { id: string } | undefined =>
  db
    .read('select id from contact_point where person = ? and hash in (select value from json_each(?))')
    .get<{ id: string }>(person, JSON.stringify(hashes));

type ContactRow = Omit<ContactPoint, 'value'> & { sealed: unknown };

const contactRows = (db: ReadDb, person: string): ContactRow[] =>
  db
    .read(
      'select id, kind, hash, sealed, source, verified_at, created_at from contact_point where person = ? order by created_at, id',
    )
    .all<ContactRow>(person);

/** A person's contact points in plain, or with `value: null` where the key is gone. */
export function contactPoints(r: Reader, person: string): ContactPoint[] {
  const rows = contactRows(r.db, person);
  if (rows.length === 0) return [];
  const key = r.keys.open(person);
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    value: key ? unsealText(key, place(row.id), blob(sealed)) : null,
  }));
}

/** Without opening anything: which contact points there are. */
export const contactHashes = (
  db: ReadDb,
  person: string,
): { id: string; kind: string; hash: string; verified_at: number | null }[] =>
  db
    .read('select id, kind, hash, verified_at from contact_point where person = ? order by created_at, id')
    .all<{ id: string; kind: string; hash: string; verified_at: number | null }>(person);

export const deleteContactPoints = (db: Db, person: string): number =>
  db.write('delete from contact_point where person = ? returning id').all(person).length;

export type SuppressionReason = 'erased' | 'objected' | 'complaint' | 'bounced' | 'manual';

/** Suppresses a key for a scope (`*` or a purpose). Lives in the vault of the identifier's bits and points at nobody. */
export function suppress(
  db: Db,
  hashes: readonly string[],
  scope: string,
  reason: SuppressionReason,
  now: number,
): void {
  for (const hash of hashes) {
    db.write(
      'insert into suppression (hash, scope, reason, created_at) values (?, ?, ?, ?) on conflict do nothing',
    ).run(hash, scope, reason, now);
  }
}

export const liftSuppression = (db: Db, hashes: readonly string[], scope: string, reason: SuppressionReason): number =>
  db
    .write(
      'delete from suppression where hash in (select value from json_each(?)) and scope = ? and reason = ? returning hash',
    )
    .all(JSON.stringify(hashes), scope, reason).length;

/** The scopes (`*` or purposes) for which this identifier is suppressed, in this or another spelling. */
export function suppressedScopes(db: ReadDb, ident: Pick<Ident, 'exact' | 'folded'>): string[] {
  const scopes: string[] = [];
  for (const hash of [...ident.exact, ...ident.folded]) {
    for (const row of db.read('select scope from suppression where hash = ?').all<{ scope: string }>(hash))
      scopes.push(row.scope);
  }
  return scopes;
}

/** Is this identifier, in this or another spelling, suppressed for the purpose? */
export const isSuppressed = (db: ReadDb, ident: Pick<Ident, 'exact' | 'folded'>, purpose?: string): boolean =>
  suppressedScopes(db, ident).some((s) => s === '*' || s === purpose);
