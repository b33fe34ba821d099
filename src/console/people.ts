import { findPerson, followMerges, homeOf, type Rulebook } from '../consent';
import { type CallContext, need, Refusal } from '../platform';
import type { ConsolePorts } from './ports';

export type HistoryRecord = {
  id: string;
  seq: number;
  at: string;
  method: string;
  site: string | null;
  notice: string | null;
  language: string | null;
  notice_hash: string | null;
  choices: Record<string, string>;
  detail: { region?: string; channel?: string; signals?: { gpc?: boolean; dnt?: boolean }; reported?: number };
  evidence: { when: string; how: string; wording: string; by: string } | null;
  log_seq: number;
  rulebook: number;
};

/** One line of a person's story. */
export type Event =
  | { kind: 'record'; at: number; record: HistoryRecord }
  | { kind: 'announced'; at: number; topic: string; heard: string[] }
  | { kind: 'mail'; at: number; mail: string; state: string }
  | { kind: 'asked'; at: number; caller: string; purpose: string; allowed: boolean; reason: string; count: number };

/** The active person behind an id that an officer has opened, or a refusal. */
export async function activePerson(ports: ConsolePorts, id: string, context: CallContext): Promise<string> {
  const found = await followMerges(ports.vaults, id, context);
  if (!found) throw new Refusal('not_found', 'nobody has this id, or the person was erased');
  return found;
}

/** Everything about one person, but who it is. Reading it is written down. */
export async function personOf(ports: ConsolePorts, person: string, context: CallContext) {
  const home = homeOf(ports.vaults, person);
  const history = need(await home.run('consent.history', { person }, context));
  const more = need(await home.run('console.person', { person }, context));
  const cursors = need(await home.run('webhook.cursors', {}, context)).cursors;
  if (!more) throw new Refusal('not_found', 'nobody has this id');
  const records = history.history as unknown as HistoryRecord[];
  const events: Event[] = [
    ...records.map((record): Event => ({ kind: 'record', at: Date.parse(record.at), record })),
    ...more.announced.map(
      (a): Event => ({
        kind: 'announced',
        at: a.at,
        topic: a.topic,
        heard: cursors.filter((c) => c.seq >= a.seq).map((c) => c.endpoint),
      }),
    ),
    ...more.mails.map((m): Event => ({ kind: 'mail', at: m.settled_at ?? m.created_at, mail: m.kind, state: m.state })),
    ...history.asked.map((d): Event => ({ kind: 'asked', at: d.first_at, count: d.count, ...questionOf(d.question) })),
  ];
  return { ...history, ...more, records, events: events.sort((a, b) => b.at - a.at) };
}

export type PersonData = Awaited<ReturnType<typeof personOf>>;

/** `caller|purpose|scope (5 parts)|yes or no|reason|record|rulebook`, as the decision log spells it. */
function questionOf(question: string): { caller: string; purpose: string; allowed: boolean; reason: string } {
  const parts = question.split('|');
  return {
    caller: parts[0] ?? '',
    purpose: parts[1] ?? '',
    allowed: parts[7] === 'yes',
    reason: parts[8] ?? '',
  };
}

/** Purposes that a person can be asked about: no choice is offered of what is necessary. */
export const choosable = (book: Rulebook) =>
  Object.values(book.purposes).filter(
    (p) =>
      !p.archived &&
      p.device !== 'necessary' &&
      p.basis !== 'contract' &&
      p.basis !== 'legal_obligation' &&
      p.basis !== 'vital_interests',
  );

export { findPerson, homeOf };
