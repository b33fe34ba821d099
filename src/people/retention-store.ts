import type { Db, ReadDb } from '../platform';

/** Under which purposes (and units) something of a person is stored. */
export const groundsOf = (db: ReadDb, person: string): { purpose: string; unit: string }[] =>
  db
    .read(
      `select purpose, unit from attribute where person = ?
       union select purpose, unit from interaction where person = ?
       union select purpose, unit from sale where person = ?`,
    )
    .all<{ purpose: string; unit: string }>(person, person, person)
    .concat(
      db
        .read(
          `select purpose, '' as unit from life_stage where person = ?
           union select purpose, '' as unit from membership where person = ?`,
        )
        .all<{ purpose: string; unit: string }>(person, person),
    );

const TABLES = ['attribute', 'interaction', 'life_stage', 'membership', 'quarantine'] as const;

/** Deletes at most `limit` rows of each table whose time is over; answers how many, and of which persons. */
export function deleteExpired(db: Db, now: number, limit: number): { rows: number; persons: string[] } {
  const persons = new Set<string>();
  let rows = 0;
  for (const table of TABLES) {
    const gone = db
      .write(
        `delete from ${table} where rowid in (select rowid from ${table} where expires_at <= ? order by expires_at limit ?) returning person`,
      )
      .all<{ person: string | null }>(now, limit);
    rows += gone.length;
    for (const g of gone) if (g.person) persons.add(g.person);
  }
  const sales = db
    .write(
      'delete from sale where rowid in (select rowid from sale where expires_at <= ? order by expires_at limit ?) returning id, person',
    )
    .all<{ id: string; person: string }>(now, limit);
  for (const s of sales) {
    db.write('delete from sale_line where sale = ?').run(s.id);
    persons.add(s.person);
  }
  return { rows: rows + sales.length, persons: [...persons] };
}
