import { perDb, type ReadDb, utcDay } from '../platform';

/**
 * Counts of acts by UTC day and what they were about. Derived from the records, kept in memory, and caught up in slices
 * when somebody looks; a restart counts anew. Counts only: no person is in it. `purpose` is empty in the cells that
 * count whole acts. An erased person's acts leave the counts at the next restart.
 */
export type Cell = {
  day: string;
  site: string;
  purpose: string;
  /** Of a purpose: the status. Of an act: `act`. */
  status: string;
  method: string;
  region: string;
  notice: string;
  n: number;
};

type Memory = { upTo: number; days: Map<string, Map<string, number>> };

const memories = perDb<Memory>(() => ({ upTo: 0, days: new Map() }));

/** Records in one slice, under 5 ms. */
const SLICE = 1500;
/** Days that are kept: thirteen months of reports. */
const MAX_DAYS = 400;

type Row = {
  seq: number;
  at: number;
  site: string | null;
  method: string;
  notice: string | null;
  region: string | null;
  choices: string;
};

/** Counts the next slice of records; false when there are no more. */
export function advance(db: ReadDb): boolean {
  const memory = memories(db);
  const rows = db
    .read(
      `select seq, at, site, method, notice, detail ->> 'region' as region, choices from consent_record
       where seq > ? order by seq limit ?`,
    )
    .all<Row>(memory.upTo, SLICE);
  for (const row of rows) count(memory, row);
  return rows.length === SLICE;
}

function count(memory: Memory, row: Row): void {
  memory.upTo = row.seq;
  const cells = dayOf(memory, utcDay(row.at));
  const head = `${row.site ?? ''}|`;
  const tail = `|${row.method}|${row.region ?? 'unknown'}|${row.notice ?? ''}`;
  const add = (key: string) => cells.set(key, (cells.get(key) ?? 0) + 1);
  add(`${head}|act${tail}`);
  const choices = JSON.parse(row.choices) as Record<string, string>;
  for (const [purpose, status] of Object.entries(choices)) add(`${head}${purpose}|${status}${tail}`);
}

function dayOf(memory: Memory, day: string): Map<string, number> {
  const known = memory.days.get(day);
  if (known) return known;
  const cells = new Map<string, number>();
  memory.days.set(day, cells);
  if (memory.days.size > MAX_DAYS) memory.days.delete(memory.days.keys().next().value!);
  return cells;
}

/** The counted cells of the days `from` ≤ day ≤ `to`. */
export function cellsBetween(db: ReadDb, from: string, to: string): Cell[] {
  const out: Cell[] = [];
  for (const [day, cells] of memories(db).days) {
    if (day < from || day > to) continue;
    for (const [key, n] of cells) {
      const [site = '', purpose = '', status = '', method = '', region = '', notice = ''] = key.split('|');
      out.push({ day, site, purpose, status, method, region, notice, n });
    }
  }
  return out;
}
