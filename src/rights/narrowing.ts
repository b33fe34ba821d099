import type { ConsentChanged } from '../consent';
import type { Listener } from '../platform';

/** What the journal keeps of an act that narrowed. */
export type Narrowing = { person: string; record: string; at: number; choices: Record<string, string> };
/** What the journal keeps of identifiers that may not be used any more. */
export type Suppression = { suppress: string[]; scope: string; reason: string };
/** What the journal keeps of a restriction (Art. 18) and of its end. */
export type Restriction = { person: string; restricted: { at: number; request: string } | null };
export type JournalBody = Narrowing | Suppression | Restriction;

const WIDENS: ReadonlySet<string> = new Set(['granted', 'requested']);

/** Notes every refusal, withdrawal and objection for a restore; what allows more is not worth keeping twice. */
export const journalNarrowings: Listener = (w, detail) => {
  const { person, record, at, changes } = detail as unknown as ConsentChanged;
  const choices = Object.fromEntries(Object.entries(changes).filter(([, status]) => !WIDENS.has(status)));
  if (Object.keys(choices).length > 0) w.journal({ person, record, at, choices } satisfies Narrowing);
};
