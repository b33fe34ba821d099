import { currentRulebook } from '../consent';
import { contactPoints, type Ident, isSuppressed, personById } from '../identity';
import { noteReads } from '../people';
import { action, base64url, type Ops, query, type Reader, sha256, trusted, type Writer } from '../platform';
import type { CellValue } from './columns';
import { noteDisclosures } from './disclosure-store';
import { addCounts, type Counts, noCounts } from './manifest';
import { type Step, traceOf } from './matches';
import { type Checked, readPersons, rowOf, standingOf, type Wanted } from './person';
import { leavesOf } from './rule';
import { inSlice, loadKeys, nextPersons } from './slice';

/** Part of a release in one vault. `people`: only these (sorted), instead of everybody. */
export type Part = { wanted: Wanted; people: string[] | null };

/** What a download is called, and whose it is. */
export type Download = { release: string; origin: string; recipient: string };

/** A contact point in plain, on its way to the edge, which alone can ask for suppressions. Nothing of it leaves there. */
export type LookedPoint = { person: string; hash: string; kind: string; value: string };

/** Who of the next page would leave, with the contact points that must be checked for suppression. Decides nothing. */
function look(r: Reader, i: { part: Part; after: string }) {
  const book = currentRulebook(r.db);
  const page = nextPersons(r, i.part.people, i.after);
  loadKeys(r, page.keyed);
  const points: LookedPoint[] = [];
  const upto = inSlice(page.ids, i.after, (chunk) => {
    const factsOf = readPersons(r, book, chunk, i.part.wanted);
    for (const person of chunk) {
      const standing = standingOf(r, book, person, factsOf(person).facts, i.part.wanted, undefined);
      if (standing.matched && standing.verdict.out) points.push(...plainPoints(r, person));
    }
  });
  return { points, upto, done: page.last && upto === (page.ids.at(-1) ?? i.after) };
}

const plainPoints = (r: Reader, person: string): LookedPoint[] =>
  contactPoints(r, person).flatMap(({ hash, kind, value }) => (value === null ? [] : [{ person, hash, kind, value }]));

type TakeInput = { part: Part; download: Download; after: string; upto: string; checked: Checked };

/**
 * Decides a page, notes who leaves and writes it down, all in this transaction; the rows are on their way only when it is
 * committed.
 */
function take(w: Writer, i: TakeInput) {
  const book = currentRulebook(w.db);
  const page = nextPersons(w, i.part.people, i.after);
  loadKeys(w, page.keyed);
  const ids = page.ids.filter((id) => id <= i.upto);
  const { counts, rows, out, last } = decidePage(w, i, ids);
  if (counts.matched === 0) w.unchanged();
  else {
    noteReads(w, fieldsOf(i.part.wanted), i.part.wanted.aim.purpose);
    noteDisclosures(w.db, out, { ...i.download, purpose: i.part.wanted.aim.purpose, at: w.now });
    w.audit('release.page', {
      purpose: i.part.wanted.aim.purpose,
      data: { ...i.download, ...counts, rulebook: book.version, persons: digestOf(out) },
    });
  }
  return { rows, counts, after: last === ids.at(-1) || ids.length === 0 ? i.upto : last, rulebook: book.version };
}

/** The fields that a page reads: what nobody reads for its purpose is proposed for deletion. */
const fieldsOf = ({ columns, rule }: Wanted): string[] => [
  ...new Set([
    ...columns.flatMap((c) => (c.from === 'attribute' ? [c.key] : [])),
    ...(rule ? leavesOf(rule) : []).flatMap((l) => ('field' in l ? [l.field] : [])),
  ]),
];

function decidePage(w: Writer, i: TakeInput, ids: readonly string[]) {
  const book = currentRulebook(w.db);
  const { wanted } = i.part;
  const rows: CellValue[][] = [];
  const out: string[] = [];
  let counts: Counts = noCounts;
  const last = inSlice(ids, i.after, (chunk) => {
    const factsOf = readPersons(w, book, chunk, wanted);
    for (const person of chunk) {
      const { values, facts } = factsOf(person);
      const standing = standingOf(w, book, person, facts, wanted, i.checked);
      if (!standing.matched) continue;
      const { verdict } = standing;
      counts = addCounts(counts, one(verdict.out ? undefined : verdict.reason));
      if (!verdict.out) continue;
      out.push(person);
      rows.push(rowOf(w, person, values, verdict.points, wanted.columns));
    }
  });
  return { rows, out, counts, last };
}

const one = (reason: string | undefined): Counts =>
  reason === undefined
    ? { matched: 1, released: 1, excluded: {} }
    : { matched: 1, released: 0, excluded: { [reason]: 1 } };

/** The log says which persons without naming them: whoever has the rows can check it. */
const digestOf = (persons: readonly string[]): string => base64url(sha256(persons.join('\n')));

type Explained = {
  person: string;
  matched: boolean;
  eligible: boolean;
  reason: string;
  rulebook: number;
  steps: Step[];
};

/** Why one person is in or out, step by step, without showing a value. */
function explain(w: Writer, i: { person: string; wanted: Wanted; checked: Checked }): Explained {
  const book = currentRulebook(w.db);
  const { facts } = readPersons(w, book, [i.person], i.wanted)(i.person);
  const standing = standingOf(w, book, i.person, facts, { ...i.wanted, rule: null }, i.checked);
  const steps = i.wanted.rule ? traceOf(i.wanted.rule, facts, w.now) : [];
  const matched = steps[0]?.holds ?? true;
  const verdict = standing.matched ? standing.verdict : { out: false as const, reason: 'unknown_person' as const };
  const reason = verdict.out ? 'allowed' : verdict.reason;
  const row = personById(w.db, i.person);
  w.audit('segment.explained', {
    person: i.person,
    purpose: i.wanted.aim.purpose,
    keyed: row?.keyed === 1,
    data: { matched, reason },
  });
  return {
    person: i.person,
    matched,
    eligible: matched && verdict.out,
    reason: matched ? reason : 'not_matched',
    rulebook: book.version,
    steps: [...steps, { path: '/decision', asks: questionOf(i.wanted), holds: verdict.out, because: reason }],
  };
}

const questionOf = ({ aim }: Wanted): string =>
  `may it be used for ${aim.purpose}${aim.channel ? ` by ${aim.channel}` : ''}${aim.unit ? ` by the unit ${aim.unit}` : ''}${aim.recipient ? ` by ${aim.recipient}` : ''}?`;

/** The gate out, in a vault. */
export const releaseOps = {
  'release.look': query(trusted<{ part: Part; after: string }>(), look),
  'release.take': action(trusted<TakeInput>(), take),
  /** Asked in the identifiers' own vault. */
  'release.suppressed': query(trusted<{ idents: Ident[]; purpose: string }>(), (r, i) =>
    i.idents.map((ident) => isSuppressed(r.db, ident, i.purpose)),
  ),
  'segment.explain': action(trusted<{ person: string; wanted: Wanted; checked: Checked }>(), explain),
} satisfies Ops;
