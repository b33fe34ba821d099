import { currentRulebook, decide, readState } from '../consent';
import { personById } from '../identity';
import { action, HOUR, type Ops, parseVaultId, query, Refusal, trusted, vaultId, type Writer } from '../platform';
import {
  addCase,
  addCaseEvent,
  type CaseRow,
  type CaseWhat,
  caseById,
  caseEvents,
  casesOf,
  openCases,
  setCase,
} from './case-store';
import { serviceLevelOf } from './kinds';
import { timelineOf } from './timeline';

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** A case as the outside sees it. */
const viewOf = (c: CaseRow, now: number) => ({
  case: c.id,
  person: c.person,
  unit: c.unit,
  owner: c.owner,
  kind: c.kind,
  state: c.state,
  opened_at: iso(c.opened_at),
  due_at: iso(c.due_at),
  closed_at: iso(c.closed_at),
  overdue: c.state === 'open' && now >= c.due_at,
});

function need(w: Writer, id: string): CaseRow {
  const row = caseById(w.db, id);
  if (!row) throw new Refusal('not_found', 'there is no such case');
  return row;
}

const keyed = (w: Writer, person: string): boolean => personById(w.db, person)?.keyed === 1;

type Opening = { person: string; unit: string; owner: string; kind: string; purpose: string; text: string };

/** Opens a case under a purpose that allows it, and starts its clock: so many hours as the unit has promised. */
function open(w: Writer, i: Opening) {
  const row = personById(w.db, i.person);
  if (row?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
  const book = currentRulebook(w.db);
  const question = { purpose: i.purpose, unit: i.unit };
  const { allowed, reason } = decide(book, readState(w.db, i.person), question, w.now);
  if (!allowed) throw new Refusal('forbidden', `this purpose does not allow it: ${reason}`, { reason });
  const made: CaseRow = {
    id: vaultId('case', w.vault.zone, parseVaultId(i.person)!.bits),
    person: i.person,
    unit: i.unit,
    owner: i.owner,
    kind: i.kind,
    state: 'open',
    opened_at: w.now,
    due_at: w.now + serviceLevelOf(book, i.unit).hours * HOUR,
    closed_at: null,
  };
  addCase(w.db, made);
  addCaseEvent(w, made, { what: 'opened', to: `${i.unit}/${i.owner}`, text: i.text });
  w.audit('case.opened', { person: i.person, purpose: i.purpose, keyed: true, data: { case: made.id, unit: i.unit } });
  return viewOf(made, w.now);
}

type Step = { case: string; what: Exclude<CaseWhat, 'opened'>; text?: string; unit?: string; owner?: string };

/** What a step makes of a case; undefined: it can't be taken from there. */
function after(c: CaseRow, i: Step, now: number): CaseRow | undefined {
  switch (i.what) {
    case 'note':
      return c;
    case 'handed_over':
      return c.state === 'closed' ? undefined : { ...c, unit: i.unit ?? c.unit, owner: i.owner ?? c.owner };
    case 'answered':
      return c.state === 'open' ? { ...c, state: 'answered' } : undefined;
    case 'closed':
      return c.state === 'closed' ? undefined : { ...c, state: 'closed', closed_at: now };
    case 'reopened':
      return c.state === 'closed' ? { ...c, state: 'open', closed_at: null } : undefined;
  }
}

function step(w: Writer, i: Step) {
  const row = need(w, i.case);
  const next = after(row, i, w.now);
  if (!next) throw new Refusal('conflict', `a case that is ${row.state} can not be ${i.what.replace('_', ' ')}`);
  setCase(w.db, next);
  const to = i.what === 'handed_over' ? `${next.unit}/${next.owner}` : undefined;
  addCaseEvent(w, row, { what: i.what, to, text: i.text });
  const data = { case: row.id, unit: next.unit };
  w.audit(`case.${i.what}`, { person: row.person, keyed: i.text !== undefined || keyed(w, row.person), data });
  return viewOf(next, w.now);
}

/** Cases, and everything that a unit has to know when it speaks with a person. */
export const caseOps = {
  'case.open': action(trusted<Opening>(), open),
  'case.step': action(trusted<Step>(), step),
  'case.show': action(trusted<{ case: string }>(), (w, i) => {
    const row = need(w, i.case);
    const events = caseEvents(w, row).map(({ at, ...e }) => ({ ...e, at: iso(at) }));
    w.audit('case.read', { person: row.person, keyed: keyed(w, row.person), data: { case: row.id } });
    return { ...viewOf(row, w.now), events };
  }),
  'case.list': query(trusted<{ unit: string; overdue: boolean; after: string; limit: number }>(), (r, i) => {
    const due_before = i.overdue ? r.now : Number.MAX_SAFE_INTEGER;
    const rows = openCases(r.db, { ...i, due_before });
    return { items: rows.map((c) => viewOf(c, r.now)), after: rows.length < i.limit ? null : rows.at(-1)!.id };
  }),
  /** One person over all units: orders, interactions, contacts, cards, cases. What is shown is written down first. */
  'person.timeline': action(trusted<{ person: string; limit: number }>(), (w, i) => {
    const row = personById(w.db, i.person);
    if (row?.status !== 'active') throw new Refusal('not_found', 'nobody has this id');
    const events = timelineOf(w, i.person, i.limit);
    w.audit('person.timeline_read', { person: i.person, keyed: row.keyed === 1, data: { events: events.length } });
    const cases = casesOf(w.db, i.person).filter(({ state }) => state !== 'closed');
    return { person: i.person, open_cases: cases.map((c) => viewOf(c, w.now)), events };
  }),
} satisfies Ops;
