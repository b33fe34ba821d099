import { currentRulebook, editState, readState, recordAct } from '../consent';
import { personById, release, suppress } from '../identity';
import { action, type Holder, isObject, type LogHead, type Ops, trusted, type Wire, type Writer } from '../platform';
import type { JournalBody, Narrowing } from './narrowing';
import { eraseHere } from './person-operations';
import { dropPendingMails, hasRecord, personsAfter } from './restore-store';

const GAP = { '*': 'conflict', '*marketing': 'conflict' } as const;

/** For every database, the registry too. */
export const epochOps = {
  /** The first entry of a new epoch: it commits to the last head that was signed before. */
  'restore.begin': action(trusted<{ epoch: number; old: LogHead | null; copied_at: string }>(), (w, i) => {
    const mails = dropPendingMails(w.db);
    w.audit('log.epoch', { data: { epoch: i.epoch, old: i.old, copied_at: i.copied_at, mails_dropped: mails } });
    return { mails };
  }),
} satisfies Ops;

/** What brings a restored database up to what has narrowed since its copy was made. Every step may be run again. */
export function restoreOps(holders: readonly Holder[]) {
  return {
    /** Erases anew whom the keyring has a tombstone of. */
    'restore.erase': action(trusted<{ persons: string[] }>(), (w, i) => {
      for (const person of i.persons) release(w.db, person);
      return { payloads: eraseHere(w, holders, { persons: i.persons, request: 'restore' }).payloads };
    }),
    'restore.replay': action(trusted<{ entries: Wire[] }>(), (w, i) => {
      const done = { replayed: 0, known: 0, unknown: 0 };
      for (const entry of i.entries) done[replay(w, entry as unknown as JournalBody)]++;
      w.audit('restore.replayed', { data: done });
      return done;
    }),
    /** Nobody knows what these people have said between the copy and now, so the answer is no until they say it anew. */
    'restore.close_gap': action(trusted<{ after: string; limit: number }>(), (w, i) => {
      const persons = personsAfter(w.db, i.after, i.limit);
      for (const person of persons) closeGap(w, person);
      w.audit('restore.gap_closed', { data: { persons: persons.length } });
      return { closed: persons.length, after: persons.length === i.limit ? persons.at(-1)! : null };
    }),
    'restore.gap_accepted': action(trusted<{ by: string; because: string }>(), (w, i) => {
      w.audit('restore.gap_accepted', { data: i });
      return { accepted: true };
    }),
  } satisfies Ops;
}

function replay(w: Writer, entry: JournalBody): 'replayed' | 'known' | 'unknown' {
  if ('suppress' in entry) {
    suppress(w.db, entry.suppress, entry.scope, entry.reason as 'erased', w.now);
    return 'replayed';
  }
  if (personById(w.db, entry.person)?.status !== 'active') return 'unknown';
  if ('choices' in entry) return narrowAgain(w, entry);
  editState(w.db, entry.person, ({ restricted: _, ...s }) =>
    entry.restricted ? { ...s, restricted: entry.restricted } : s,
  );
  return 'replayed';
}

/** A purpose that the restored rulebook doesn't know is a no by itself. */
function narrowAgain(w: Writer, n: Narrowing): 'replayed' | 'known' | 'unknown' {
  if (hasRecord(w.db, n.person, n.record)) return 'known';
  const { purposes } = currentRulebook(w.db);
  const known = Object.entries(n.choices).filter(([p]) => p.startsWith('*') || isObject(purposes[p]));
  if (known.length === 0 || readState(w.db, n.person)?.frozen) return 'unknown';
  const choices = Object.fromEntries(known) as Record<string, 'refused' | 'withdrawn' | 'objected' | 'conflict'>;
  recordAct(w, { person: n.person, method: 'system', choices, detail: { from: n.record } });
  return 'replayed';
}

function closeGap(w: Writer, person: string): void {
  const active = personById(w.db, person)?.status === 'active' && !readState(w.db, person)?.frozen;
  if (active) recordAct(w, { person, method: 'system', choices: { ...GAP }, detail: {} });
}
