import {
  currentRulebook,
  decide,
  type PersonState,
  type Purpose,
  type Rulebook,
  readState,
  recordAct,
} from '../consent';
import {
  addContactPoint,
  claim,
  createPerson,
  holderOf,
  type Ident,
  isSuppressed,
  type PlainIdent,
  personById,
} from '../identity';
import { admitField, fieldOf, isSealed, quarantineValue, writePerson } from '../people';
import { KeyDestroyed, KeyNeeded, type KeyRef, type Reader, rfc3339, type Wire, type Writer } from '../platform';
import type { Counts } from './import-store';
import type { MappedRow, Mapping } from './mapping';

/** A row of a file whose person is known by now. */
export type ImportRow = Omit<MappedRow, 'subjects'> & { index: number; person: string; points: PlainIdent[] };

export type RowsInput = {
  import: string;
  source: string;
  unit: string;
  evidence: Mapping['evidence'] | null;
  rows: ImportRow[];
};

export type RowsAnswer = { counts: Counts; moved: { index: number; person: string }[] };

const count = (counts: Counts, what: string, n = 1): void => {
  counts[what] = (counts[what] ?? 0) + n;
};

/** What a row's choices come to. Nothing in a file beats a no: a yes older or newer than it is left out. */
export type ConsentPlan = { refuse: string[]; grant: { purpose: string; when: number }[]; notes: string[] };

const NO = ['refused', 'withdrawn', 'objected', 'conflict'];

export function planConsents(
  book: Rulebook,
  state: PersonState | undefined,
  row: Pick<ImportRow, 'consents'>,
  evidence: Mapping['evidence'] | null,
  unit: string,
  now: number,
): ConsentPlan {
  const plan: ConsentPlan = { refuse: [], grant: [], notes: [] };
  const isProvable = Boolean(evidence?.how && evidence.wording && evidence.by);
  for (const { purpose, choice, when } of row.consents) {
    const p: Purpose | undefined = book.purposes[purpose];
    const question = { purpose, unit: p?.units === 'own' ? unit : undefined };
    const today = state ? decide(book, state, question, now).reason : 'never_asked';
    if (choice === 'refused') {
      if (NO.includes(today)) plan.notes.push('already_refused');
      else plan.refuse.push(purpose);
    } else if (NO.includes(today)) plan.notes.push('no_stands');
    else if (today === 'granted') plan.notes.push('already_granted');
    else if (!isProvable || when === undefined || when > now) plan.notes.push('evidence_missing');
    else plan.grant.push({ purpose, when });
  }
  return plan;
}

/** Finds or makes the persons of identifiers that lie in this vault's directory. */
export function ensureMany(w: Writer, idents: readonly Ident[]) {
  let created = 0;
  const persons = idents.map((ident) => {
    const known = holderOf(w.db, ident);
    if (known) return { person: known, created: false, suppressed: false };
    if (isSuppressed(w.db, ident)) return { person: null, created: false, suppressed: true };
    const person = createPerson(w, ident.bits);
    claim(w, ident, person);
    created++;
    return { person, created: true, suppressed: false };
  });
  if (created === 0) w.unchanged();
  else w.audit('persons.created', { data: { by: 'import', persons: created } });
  return { persons };
}

/** Claims further identifiers in the vault of their own bits. */
export function claimMany(w: Writer, claims: readonly { ident: Ident; person: string }[]) {
  let fresh = 0;
  const statuses = claims.map(
    ({ ident, person }): { status: 'claimed' | 'suppressed' | 'conflict'; holder?: string } => {
      const holder = holderOf(w.db, ident);
      if (isSuppressed(w.db, ident)) return { status: 'suppressed' };
      if (holder === person) return { status: 'claimed' };
      if (holder !== undefined || !claim(w, ident, person)) return { status: 'conflict', holder };
      fresh++;
      return { status: 'claimed' };
    },
  );
  if (fresh === 0) w.unchanged();
  else w.audit('identifiers.claimed', { data: { by: 'import', identifiers: fresh } });
  return { statuses };
}

/** Writes a batch of rows: choices first, then what they license. */
export function importRows(w: Writer, i: RowsInput): RowsAnswer {
  const book = currentRulebook(w.db);
  const erased = makeKeys(w, book, i);
  const answer: RowsAnswer = { counts: {}, moved: [] };
  for (const row of i.rows) {
    const person = personById(w.db, row.person);
    if (person?.status === 'merged' && person.merged_into)
      answer.moved.push({ index: row.index, person: person.merged_into });
    else if (person?.status !== 'active' || erased.has(row.person) || readState(w.db, row.person)?.frozen)
      count(answer.counts, 'rows_skipped');
    else importRow(w, book, i, row, answer.counts);
  }
  w.audit('import.rows', { data: { import: i.import, rows: i.rows.length, counts: answer.counts } });
  return answer;
}

/** All keys of the batch in one trip to the ring. Answers whose key was destroyed: they were erased, and stay so. */
function makeKeys(w: Writer, book: Rulebook, i: RowsInput): Set<string> {
  const missing: KeyRef[] = [];
  const erased = new Set<string>();
  const want = (ref: KeyRef): void => {
    try {
      w.keys.seal(ref.person, ref.class);
    } catch (e) {
      if (e instanceof KeyNeeded) missing.push(ref);
      else if (e instanceof KeyDestroyed) erased.add(ref.person);
      else throw e;
    }
  };
  for (const row of i.rows) {
    const seals =
      row.points.length > 0 || row.bad.length > 0 || row.attributes.some((a) => isSealed(fieldOf(book, a.field)!));
    if (!seals) continue;
    want({ person: row.person, class: 'ordinary' });
    if (row.consents.length > 0) want({ person: row.person, class: 'evidence' });
  }
  if (missing.length > 0) throw new KeyNeeded(missing, true);
  return erased;
}

function importRow(w: Writer, book: Rulebook, i: RowsInput, row: ImportRow, counts: Counts): void {
  for (const ident of row.points) addContactPoint(w, row.person, ident, i.source, false);
  const before = readState(w.db, row.person);
  const plan = planConsents(book, before, row, i.evidence, i.unit, w.now);
  record(w, i, row, plan, counts);
  const written = writePerson(w, {
    person: row.person,
    source: i.source,
    unit: i.unit,
    attributes: [...row.attributes, ...row.bad.map((b) => ({ field: b.field, value: b.value }))],
    points: row.points.map((ident) => ({ ident, verified: false })),
    // What a file says never moves a person to where less is asked.
    facts: { residence: before?.residence ? undefined : row.residence },
    quarantine: true,
  });
  count(counts, 'rows_written');
  count(counts, 'values_stored', written.stored.length);
  for (const d of written.dropped) count(counts, `dropped_${d.reason}`);
}

function record(w: Writer, i: RowsInput, row: ImportRow, plan: ConsentPlan, counts: Counts): void {
  for (const note of plan.notes) count(counts, note);
  const common = { person: row.person, method: 'import' as const, unit: i.unit };
  if (plan.refuse.length > 0) {
    const choices = Object.fromEntries(plan.refuse.map((p) => [p, 'refused' as const]));
    recordAct(w, { ...common, choices, detail: { origin: `import:${i.import}` } });
    count(counts, 'refused', plan.refuse.length);
  }
  for (const { purpose, when } of plan.grant) {
    const { how, wording, by } = i.evidence as { how: string; wording: string; by: string };
    recordAct(w, {
      ...common,
      choices: { [purpose]: 'granted' },
      detail: { reported: when, origin: `import:${i.import}` },
      evidence: { when: rfc3339(when), how, wording, by },
    });
    count(counts, 'granted');
  }
}

export type PreviewInput = Omit<RowsInput, 'rows'> & {
  rows: (Omit<ImportRow, 'person'> & { person: string | null })[];
};

/** What {@link importRows} would do; changes nothing. Persons who don't exist yet have said nothing yet. */
export function previewRows(r: Reader, i: PreviewInput): { counts: Counts } {
  const book = currentRulebook(r.db);
  const counts: Counts = {};
  for (const row of i.rows) {
    const state = (row.person ? readState(r.db, row.person) : undefined) ?? { v: 1 as const, acts: [] };
    const plan = planConsents(book, state, row, i.evidence, i.unit, r.now);
    for (const note of plan.notes) count(counts, note);
    if (plan.refuse.length > 0) count(counts, 'refused', plan.refuse.length);
    if (plan.grant.length > 0) count(counts, 'granted', plan.grant.length);
    count(counts, 'rows_written');
    if (row.bad.length > 0) count(counts, 'dropped_quarantined', row.bad.length);
    previewValues(book, withPlan(state, plan, r.now), row.attributes, i.unit, r.now, counts);
  }
  return { counts };
}

/** The state as it would be after the row's choices. */
function withPlan(state: PersonState, plan: ConsentPlan, now: number): PersonState {
  const seq = Number.MAX_SAFE_INTEGER;
  const acts: PersonState['acts'] = [
    ...plan.refuse.map((p) => ({ p, s: 'refused' as const, seq, at: now, rec: '' })),
    ...plan.grant.map((g) => ({ p: g.purpose, s: 'granted' as const, seq, at: now, rec: '', reported: g.when })),
  ];
  return { ...state, acts: [...state.acts, ...acts] };
}

function previewValues(
  book: Rulebook,
  state: PersonState,
  attributes: readonly { field: string; value: Wire }[],
  unit: string,
  now: number,
  counts: Counts,
): void {
  for (const a of attributes) {
    for (const admission of admitField(book, state, fieldOf(book, a.field)!, { unit, collected_at: now }, now))
      count(counts, admission.allowed ? 'values_stored' : `dropped_${admission.reason}`);
  }
}

export type QuarantineInput = { import: string; source: string; rows: { text: string; reason: string }[] };

/** Rows that name nobody, or can't be read: put aside under this vault's own key. */
export function quarantineRows(w: Writer, i: QuarantineInput) {
  for (const row of i.rows)
    quarantineValue(w, { person: null, field: 'row', value: row.text, reason: row.reason, source: i.source });
  w.audit('import.quarantined', { data: { import: i.import, rows: i.rows.length } });
  return { quarantined: i.rows.length };
}
