import { holderOf, type Ident, personById, suppressedScopes } from '../identity';
import type { Reader, Writer } from '../platform';
import { type Decision, decide, type Question } from './decide';
import { commitYes, countInMemory, isCommitted, questionKey, rememberYes } from './decision-log';
import { currentRulebook, readState } from './ledger';
import { emptyState, type PersonState } from './state';

/** A question about one person, named by an identifier of this vault or by id. */
export type CheckInput = Question & { ident?: Ident; person?: string };

/** `moved`: the identifier is known here, but its person lives in another vault; ask there. */
export type CheckAnswer = Decision & { person: string | null; moved?: string };

/** `scopes`: purposes (or `*`) for which the identifier itself is suppressed. */
type Asked = { person: string | undefined; elsewhere: boolean; scopes: readonly string[]; question: Question };

/** Answers from memory and one read if it can; the first yes of a day has to be committed first. */
export function lookCheck(r: Reader, i: CheckInput): CheckAnswer | undefined {
  const asked = resolve(r, i);
  if (asked.elsewhere) return movedTo(asked.person!, asked.question);
  const { state, into } = stateOf(r, asked.person);
  if (into) return movedTo(into, asked.question);
  const decision = decide(currentRulebook(r.db), state, asked.question, r.now);
  if (!asked.person) return { ...decision, person: null };
  const key = questionKey(r.context.actor.id, asked.question, decision);
  if (!countInMemory(r.db, asked.person, key, decision.allowed, r.now)) {
    if (!isCommitted(r.db, asked.person, key, r.now)) return undefined;
    rememberYes(r.db, asked.person, key, r.now);
    countInMemory(r.db, asked.person, key, true, r.now);
  }
  return { ...decision, person: asked.person };
}

/**
 * The state that a question about a person is decided on. Somebody who is known and has said nothing yet has an empty one;
 * who was merged leads on. The person's row is asked only where there is no state, so it costs the hot path nothing.
 */
function stateOf(r: Reader, person: string | undefined): { state?: PersonState; into?: string } {
  if (person === undefined) return {};
  const state = readState(r.db, person);
  if (state) return { state };
  const row = personById(r.db, person);
  return { state: row?.status === 'active' ? emptyState() : undefined, into: row?.merged_into ?? undefined };
}

/** Decides again inside the transaction and commits the yes before it is answered. */
export function runCheck(w: Writer, i: CheckInput): CheckAnswer {
  w.auditedLater('the decision log is flushed as a leaf of its own');
  const asked = resolve(w, i);
  const decision = decideFor(w, asked);
  if (asked.person && decision.allowed)
    commitYes(w.db, asked.person, questionKey(w.context.actor.id, asked.question, decision), w.now);
  return { ...decision, person: asked.person ?? null };
}

/** Is this person's home another vault than this one? */
export function livesElsewhere(r: Reader, person: string): boolean {
  const bits = Number.parseInt(person.slice(6, 10), 16);
  return Math.floor(bits / (0x10000 / r.vault.count)) !== r.vault.index;
}

function resolve(r: Reader, i: CheckInput): Asked {
  const { ident, person: named, ...question } = i;
  const person = named ?? (ident && holderOf(r.db, ident));
  const scopes = ident ? suppressedScopes(r.db, ident) : [];
  return {
    person,
    elsewhere: person !== undefined && livesElsewhere(r, person),
    scopes,
    question: suppressing(question, scopes),
  };
}

const suppressing = (q: Question, scopes: readonly string[]): Question =>
  scopes.length > 0 && (scopes.includes('*') || scopes.includes(q.purpose)) ? { ...q, suppressed: true } : q;

const decideFor = (r: Reader, a: Asked): Decision =>
  decide(currentRulebook(r.db), stateOf(r, a.person).state, a.question, r.now);

const movedTo = (person: string, q: Question): CheckAnswer => ({
  allowed: false,
  reason: q.suppressed ? 'suppressed' : 'unknown_person',
  basis: null,
  rulebook: 0,
  person,
  moved: person,
});

/** Many people, many purposes: subject name → purpose → answer. */
export type ChecksInput = {
  subjects: { name: string; ident?: Ident; person?: string; scopes?: string[] }[];
  purposes: string[];
  scope: Omit<Question, 'purpose' | 'suppressed'>;
};
export type ChecksAnswer = {
  results: Record<string, Record<string, { allowed: boolean; reason: string }>>;
  moved: { name: string; person: string; scopes: string[] }[];
};

/** Decides all; `undefined` when a first yes has to be committed. */
export function lookChecks(r: Reader, i: ChecksInput): ChecksAnswer | undefined {
  let mustCommit = false;
  const answer = eachDecision(r, i, (person, key, allowed) => {
    if (mustCommit || countInMemory(r.db, person, key, allowed, r.now)) return;
    mustCommit = !isCommitted(r.db, person, key, r.now);
    if (!mustCommit) rememberYes(r.db, person, key, r.now);
  });
  return mustCommit ? undefined : answer;
}

export function runChecks(w: Writer, i: ChecksInput): ChecksAnswer {
  w.auditedLater('the decision log is flushed as a leaf of its own');
  return eachDecision(w, i, (person, key, allowed) => {
    if (allowed) commitYes(w.db, person, key, w.now);
  });
}

function eachDecision(
  r: Reader,
  i: ChecksInput,
  note: (person: string, key: string, allowed: boolean) => void,
): ChecksAnswer {
  const book = currentRulebook(r.db);
  const answer: ChecksAnswer = { results: {}, moved: [] };
  for (const subject of i.subjects) {
    const { person, elsewhere, scopes } = resolve(r, {
      ...i.scope,
      purpose: '',
      ident: subject.ident,
      person: subject.person,
    });
    const { state, into } = elsewhere ? { into: person } : stateOf(r, person);
    if (into) {
      answer.moved.push({ name: subject.name, person: into, scopes: [...(subject.scopes ?? scopes)] });
      continue;
    }
    const row: Record<string, { allowed: boolean; reason: string }> = {};
    for (const purpose of i.purposes) {
      const q = suppressing({ ...i.scope, purpose }, subject.scopes ?? scopes);
      const d = decide(book, state, q, r.now);
      row[purpose] = { allowed: d.allowed, reason: d.reason };
      if (person) note(person, questionKey(r.context.actor.id, q, d), d.allowed);
    }
    answer.results[subject.name] = row;
  }
  return answer;
}
