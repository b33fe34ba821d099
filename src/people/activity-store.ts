import { blob, type Db, type ReadDb, type Reader, seal, sha256, unsealText, type Wire, type Writer } from '../platform';

export type SaleStatus = 'paid' | 'returned' | 'cancelled';
export type SaleLine = { product: string; quantity: number; price: number; margin: number };

/** An order with its lines. Money is whole minor units; times are ms. */
export type Sale = {
  id: string;
  person: string;
  unit: string;
  number: string;
  at: number;
  channel: string;
  currency: string;
  status: SaleStatus;
  total: number;
  handling: number;
  margin: number;
  purpose: string;
  record: string | null;
  source: string;
  collected_at: number;
  expires_at: number;
  lines: SaleLine[];
};

const saleColumns =
  'id, person, unit, number, at, channel, currency, status, total, handling, margin, purpose, record, source, collected_at, expires_at';

export const saleByNumber = (
  db: ReadDb,
  person: string,
  unit: string,
  number: string,
): { id: string; status: SaleStatus } | undefined =>
  db
    .read('select id, status from sale where person = ? and unit = ? and number = ?')
    .get<{ id: string; status: SaleStatus }>(person, unit, number);

/** Writes an order, or overwrites the one with the same unit and number. */
export function putSale(db: Db, s: Sale): void {
  db.write(
    `insert into sale (${saleColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set at = excluded.at, channel = excluded.channel, status = excluded.status,
       total = excluded.total, handling = excluded.handling, margin = excluded.margin, purpose = excluded.purpose,
       record = excluded.record, source = excluded.source, expires_at = excluded.expires_at`,
  ).run(
    s.id,
    s.person,
    s.unit,
    s.number,
    s.at,
    s.channel,
    s.currency,
    s.status,
    s.total,
    s.handling,
    s.margin,
    s.purpose,
    s.record,
    s.source,
    s.collected_at,
    s.expires_at,
  );
  db.write('delete from sale_line where sale = ?').run(s.id);
  s.lines.forEach((l, i) => {
    db.write('insert into sale_line (sale, line, product, quantity, price, margin) values (?, ?, ?, ?, ?, ?)').run(
      s.id,
      i,
      l.product,
      l.quantity,
      l.price,
      l.margin,
    );
  });
}

/** Orders of one person that are not over, oldest first. */
export const ordersOf = (r: Pick<Reader, 'db' | 'now'>, person: string): Sale[] =>
  ordersOfMany(r, [person]).get(person) ?? [];

/** Orders of a page of persons (at most some hundreds). */
export function ordersOfMany(r: Pick<Reader, 'db' | 'now'>, persons: readonly string[]): Map<string, Sale[]> {
  const list = JSON.stringify(persons);
  const sales = r.db
    .read(
      `select ${saleColumns} from sale where person in (select value from json_each(?)) and expires_at > ? order by person, at, id`,
    )
    .all<Omit<Sale, 'lines'>>(list, r.now);
  const lines = r.db
    .read(
      `select l.sale, l.product, l.quantity, l.price, l.margin from sale_line l join sale s on s.id = l.sale
       where s.person in (select value from json_each(?)) order by l.sale, l.line`,
    )
    .all<SaleLine & { sale: string }>(list);
  const bySale = groupBy(lines, (l) => l.sale);
  const whole = sales.map((s) => ({ ...s, lines: (bySale.get(s.id) ?? []).map(({ sale, ...line }) => line) }));
  return groupBy(whole, (s) => s.person);
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** Something that happened. `detail` holds declared properties only; `summary` is free text (null where its key is gone). */
export type Interaction = {
  id: string;
  person: string;
  at: number;
  unit: string;
  channel: string;
  kind: string;
  product: string | null;
  detail: { readonly [key: string]: Wire | undefined } | null;
  summary: string | null;
  purpose: string;
  record: string | null;
  source: string;
  collected_at: number;
  expires_at: number;
};

type InteractionRow = Omit<Interaction, 'id' | 'detail' | 'summary'> & {
  seq: number;
  detail: string | null;
  sealed: unknown;
};

const interactionColumns =
  'person, at, unit, channel, kind, product, detail, purpose, record, source, collected_at, expires_at';

/** `int_`, zone and bits of the person's vault, and the row's number in it. */
const interactionId = (person: string, seq: number): string =>
  `int_${person.slice(4, 10)}${String(seq).padStart(20, '0')}`;

const hiddenPlace = (seq: number): string => `interaction.sealed:${seq}`;

/** What of an interaction is sealed: the summary, and properties whose fields are. */
type Hidden = { summary: string | null; detail: Interaction['detail'] };

/** An interaction to be written. `message`: the sender's own id of it. */
export type NewInteraction = Omit<Interaction, 'id'> & { message: string | null };

/** 16 bytes of a hash tell messages apart: with 10¹² of them a collision has a chance of 10⁻¹⁵. */
const messageHash = (i: NewInteraction): Uint8Array | null =>
  i.message === null ? null : new Uint8Array(sha256(`${i.source}\n${i.message}`).subarray(0, 16));

/**
 * Writes an interaction; the summary and `hidden` properties are sealed under the person's key. Answers its id, or
 * undefined when this source has sent this message before.
 */
export function addInteraction(w: Writer, i: NewInteraction, hidden: Interaction['detail'] = null): string | undefined {
  const row = w.db
    .write(
      `insert into interaction (${interactionColumns}, message) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (message) do nothing returning seq`,
    )
    .get<{ seq: number }>(
      i.person,
      i.at,
      i.unit,
      i.channel,
      i.kind,
      i.product,
      i.detail ? JSON.stringify(i.detail) : null,
      i.purpose,
      i.record,
      i.source,
      i.collected_at,
      i.expires_at,
      messageHash(i),
    );
  if (!row) return undefined;
  if (i.summary !== null || hidden) hide(w, i.person, row.seq, { summary: i.summary, detail: hidden });
  return interactionId(i.person, row.seq);
}

function hide(w: Writer, person: string, seq: number, hidden: Hidden): void {
  const sealed = seal(w.keys.seal(person), hiddenPlace(seq), JSON.stringify(hidden));
  w.db.write('update interaction set sealed = ? where seq = ?').run(sealed, seq);
}

/** A person's interactions that are not over, newest first; `before` is the id of the last of the page before. */
export function interactionsOf(
  r: Reader,
  person: string,
  page: { before?: { at: number; id: string }; limit?: number } = {},
): Interaction[] {
  const before = page.before ?? { at: Number.MAX_SAFE_INTEGER, id: '' };
  const rows = r.db
    .read(
      `select seq, sealed, ${interactionColumns} from interaction
       where person = ? and expires_at > ? and (at, seq) < (?, ?) order by at desc, seq desc limit ?`,
    )
    .all<InteractionRow>(person, r.now, before.at, interactionNumber(before.id), page.limit ?? 1000);
  const key = rows.some((row) => row.sealed !== null) ? r.keys.open(person) : undefined;
  return rows.map((row) => openInteraction(row, key));
}

/** The number of an interaction in its vault. */
export const interactionNumber = (id: string): number => Number(id.slice(10));

/** A person's interactions in the order in which they were written, the first `limit`. */
export function interactionsFrom(r: Reader, person: string, limit: number): Interaction[] {
  const rows = r.db
    .read(
      `select seq, sealed, ${interactionColumns} from interaction where person = ? and expires_at > ? order by seq limit ?`,
    )
    .all<InteractionRow>(person, r.now, limit);
  const key = rows.some((row) => row.sealed !== null) ? r.keys.open(person) : undefined;
  return rows.map((row) => openInteraction(row, key));
}

function openInteraction({ sealed, detail, seq, ...row }: InteractionRow, key: Uint8Array | undefined): Interaction {
  const id = interactionId(row.person, seq);
  const plain = detail === null ? null : (JSON.parse(detail) as Interaction['detail']);
  if (sealed === null || !key) return { ...row, id, detail: plain, summary: null };
  const hidden = JSON.parse(unsealText(key, hiddenPlace(seq), blob(sealed))) as Hidden;
  return { ...row, id, detail: hidden.detail ? { ...plain, ...hidden.detail } : plain, summary: hidden.summary };
}

/** Deletes what a person did for a purpose (and a unit, if one is named), orders included; answers how many rows. */
export function deleteActivityFor(db: Db, person: string, purpose: string, unit?: string): number {
  const only = unit === undefined ? '' : 'and unit = ?';
  const params = [person, purpose, ...(unit === undefined ? [] : [unit])];
  const gone = ['interaction', 'life_stage', 'membership'].map((table) => {
    const narrowed = table === 'interaction' ? only : '';
    return db
      .write(`delete from ${table} where person = ? and purpose = ? ${narrowed} returning person`)
      .all(...(narrowed ? params : params.slice(0, 2))).length;
  });
  const sales = db
    .write(`delete from sale where person = ? and purpose = ? ${only} returning id`)
    .all<{ id: string }>(...params);
  for (const s of sales) db.write('delete from sale_line where sale = ?').run(s.id);
  return gone.reduce((a, b) => a + b, sales.length);
}

/** Deletes all activity of a person. */
export function deleteActivity(db: Db, person: string): number {
  const sales = db.write('delete from sale where person = ? returning id').all<{ id: string }>(person);
  for (const s of sales) db.write('delete from sale_line where sale = ?').run(s.id);
  const rest = ['interaction', 'life_stage', 'membership', 'source_record', 'quarantine'].map(
    (table) => db.write(`delete from ${table} where person = ? returning person`).all(person).length,
  );
  const proposals = db
    .write('delete from duplicate_proposal where person = ? or other = ? returning id')
    .all(person, person).length;
  return rest.reduce((a, b) => a + b, sales.length + proposals);
}
