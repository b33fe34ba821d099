import { blob, type Db, type ReadDb, type Reader, seal, unsealText, type Wire, type Writer } from '../platform';

/** One stored value. `value` is null where the key is gone. Times are ms. */
export type StoredAttribute = {
  person: string;
  field: string;
  purpose: string;
  unit: string;
  value: Wire;
  record: string | null;
  source: string;
  collected_at: number;
  expires_at: number;
};

type Row = Omit<StoredAttribute, 'value'> & { value: string | null; sealed: unknown };

export type NewAttribute = StoredAttribute & { is_sealed: boolean };

const place = (a: { person: string; field: string; purpose: string; unit: string }): string =>
  `attribute.sealed:${a.person}:${a.field}:${a.purpose}:${a.unit}`;

const columns = 'person, field, purpose, unit, value, sealed, record, source, collected_at, expires_at';

export function putAttribute(w: Writer, a: NewAttribute): void {
  const text = JSON.stringify(a.value);
  const sealed = a.is_sealed ? seal(w.keys.seal(a.person), place(a), text) : null;
  w.db
    .write(
      `insert into attribute (person, field, purpose, unit, value, sealed, record, source, collected_at, written_at, expires_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (person, field, purpose, unit) do update set value = excluded.value, sealed = excluded.sealed,
         record = excluded.record, source = excluded.source, collected_at = excluded.collected_at,
         written_at = excluded.written_at, expires_at = excluded.expires_at`,
    )
    .run(
      a.person,
      a.field,
      a.purpose,
      a.unit,
      a.is_sealed ? null : text,
      sealed,
      a.record,
      a.source,
      a.collected_at,
      w.now,
      a.expires_at,
    );
}

/** When the stored value of a field was collected, for a purpose; undefined when there is none. */
export const collectedAt = (
  db: ReadDb,
  a: { person: string; field: string; purpose: string; unit: string },
): number | undefined =>
  db
    .read('select collected_at from attribute where person = ? and field = ? and purpose = ? and unit = ?')
    .get<{ collected_at: number }>(a.person, a.field, a.purpose, a.unit)?.collected_at;

/** Everything that is stored of a person's attributes and not over yet, opened. */
export function attributesOf(r: Reader, person: string): StoredAttribute[] {
  return attributesOfMany(r, [person]).get(person) ?? [];
}

/** The same for a page of persons (at most some hundreds): one read, one trip to the keyring. `fields` narrows it. */
export function attributesOfMany(
  r: Reader,
  persons: readonly string[],
  fields?: readonly string[],
): Map<string, StoredAttribute[]> {
  const only = fields ? 'and field in (select value from json_each(?))' : '';
  const rows = r.db
    .read(
      `select ${columns} from attribute where person in (select value from json_each(?)) ${only} order by person, field, purpose, unit`,
    )
    .all<Row>(...[JSON.stringify(persons), ...(fields ? [JSON.stringify(fields)] : [])]);
  const live = rows.filter((row) => row.expires_at > r.now);
  const sealedOf = new Set(live.filter((row) => row.sealed !== null).map((row) => row.person));
  r.keys.ready([...sealedOf].map((person) => ({ person, class: 'ordinary' as const })));
  const byPerson = new Map<string, StoredAttribute[]>();
  for (const row of live) {
    const list = byPerson.get(row.person) ?? [];
    list.push(open(r, row));
    byPerson.set(row.person, list);
  }
  return byPerson;
}

function open(r: Reader, { sealed, value, ...rest }: Row): StoredAttribute {
  if (sealed === null) return { ...rest, value: value === null ? null : (JSON.parse(value) as Wire) };
  const key = r.keys.open(rest.person);
  return { ...rest, value: key ? (JSON.parse(unsealText(key, place(rest), blob(sealed))) as Wire) : null };
}

export const deleteAttributes = (db: Db, person: string): number =>
  db.write('delete from attribute where person = ? returning field').all(person).length;

export const deleteField = (db: Db, person: string, field: string): number =>
  db.write('delete from attribute where person = ? and field = ? returning field').all(person, field).length;

/** Deletes what is stored of a person for a purpose (and a unit, if one is named); answers the fields. */
export const deleteForPurpose = (db: Db, person: string, purpose: string, unit?: string): string[] =>
  db
    .write(
      `delete from attribute where person = ? and purpose = ? ${unit === undefined ? '' : 'and unit = ?'} returning field`,
    )
    .all<{ field: string }>(...[person, purpose, ...(unit === undefined ? [] : [unit])])
    .map((row) => row.field);

export type PersonLine = { id: string; keyed: number; created_at: number; last_seen_at: number };

/** Active persons of this vault by id: `after` is the last id of the page before. */
export const pageOfPersons = (r: Pick<Reader, 'db'>, after: string, limit: number): PersonLine[] =>
  r.db
    .read(
      "select id, keyed, created_at, last_seen_at from person where id > ? and status = 'active' order by id limit ?",
    )
    .all<PersonLine>(after, limit);

/** The person has keys of their own from now on. */
export const markKeyed = (db: Db, person: string): void =>
  db.write('update person set keyed = 1 where id = ? and keyed = 0').run(person);
