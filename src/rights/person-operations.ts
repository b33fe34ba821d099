import { erasePayloads, payloadsOf } from '../audit';
import { currentRulebook, editState, readState, recordAct } from '../consent';
import { queueMail } from '../delivery';
import { contactPoints, personById, setStatus } from '../identity';
import {
  action,
  type Dataset,
  type Erased,
  type Holder,
  type KeyRef,
  type Ops,
  query,
  Refusal,
  rfc3339,
  trusted,
  type Writer,
} from '../platform';
import { narrowingOf } from './at-once';
import { type MailFacts, renderMail } from './mails';
import { aliasesOf, requestsOf } from './request-store';
import type { Right } from './rules';

/** What an erasure takes out of the log; evidence stays until its own time is over. */
const ERASED_CLASSES = ['own', 'ordinary'];

const keyedHere = (w: Pick<Writer, 'db'>, person: string): boolean => personById(w.db, person)?.keyed === 1;

/** Work on a person's data, in the vault where it lies. `holders` are all rooms that hold personal data. */
export function personOps(holders: readonly Holder[]) {
  return {
    /** How a person can be reached, in plain; what it is needed for is written down first. */
    'rights.contacts': action(trusted<{ person: string; why: string }>(), (w, i) => {
      const points = contactPoints(w, i.person);
      w.audit('person.contacts_used', {
        person: i.person,
        keyed: keyedHere(w, i.person),
        data: { why: i.why, points: points.length },
      });
      return points.map(({ kind, value, hash, verified_at, created_at }) => ({
        kind,
        value,
        hash,
        verified_at,
        created_at,
      }));
    }),
    /** A narrowing that needs no proof. */
    'rights.act': action(
      trusted<{ person: string; right: Right; request: string; region: string }>(),
      (w, i) => {
        const choices = narrowingOf(i.right, currentRulebook(w.db));
        if (Object.keys(choices).length === 0) {
          w.unchanged();
          return { record: null };
        }
        const region = i.region === 'unknown' ? undefined : i.region;
        const done = recordAct(w, { person: i.person, method: 'system', choices, detail: { region, from: i.request } });
        return { record: done.record };
      },
      { urgent: () => true },
    ),
    'rights.mail': action(trusted<{ person: string; to: string; facts: MailFacts }>(), (w, i) => {
      const keyed = keyedHere(w, i.person);
      const kind = `rights.${i.facts.kind}`;
      const mail = queueMail(w, renderMail(i.to, i.facts), { person: i.person, keyed, kind });
      w.audit('mail.queued', { person: i.person, keyed, data: { mail, kind } });
      return { mail };
    }),
    /** Everything that this vault holds of a person and those who were merged into them. */
    'rights.collect': action(trusted<{ persons: string[]; request: string; dry?: boolean }>(), (w, i) => {
      const sets = collect(w, holders, i.persons);
      const rows = Object.fromEntries(sets.map((s) => [s.name, s.rows.length]));
      w.audit(i.dry ? 'person.counted' : 'person.exported', { data: { persons: i.persons, request: i.request, rows } });
      return sets.map((s) => ({ ...s, rows: i.dry ? [] : s.rows, count: s.rows.length }));
    }),
    /** Persons who were merged into one of these, in this vault. */
    'rights.aliases': query(trusted<{ persons: string[] }>(), (r, i) => aliasesOf(r.db, i.persons)),
    /** From here on every check about the person says no, and nothing new is recorded. */
    'rights.freeze': action(trusted<{ person: string; request: string }>(), (w, i) => {
      const row = personById(w.db, i.person);
      if (!row) {
        w.unchanged();
        return { frozen: false };
      }
      const other = readState(w.db, i.person)?.frozen;
      if (other && other !== i.request) throw new Refusal('frozen', 'this person is being moved: try again');
      setStatus(w.db, i.person, 'frozen');
      editState(w.db, i.person, (s) => ({ ...s, frozen: i.request }));
      w.audit('person.frozen', { person: i.person, keyed: row.keyed === 1, data: { request: i.request } });
      return { frozen: true };
    }),
    'rights.erase': action(trusted<{ persons: string[]; request: string }>(), (w, i) => eraseHere(w, holders, i)),
    /** The ring has destroyed these keys. */
    'rights.forget_keys': action(trusted<{ refs: KeyRef[] }>(), (w, i) => {
      for (const ref of i.refs) w.keys.forget(ref);
      w.unchanged();
      return { forgotten: i.refs.length };
    }),
  } satisfies Ops;
}

function collect(w: Writer, holders: readonly Holder[], persons: readonly string[]): Dataset[] {
  const byName = new Map<string, { name: string; title: string; rows: Dataset['rows'][number][] }>();
  for (const person of persons) {
    for (const set of holders.flatMap((h) => h.exportOf(w, person))) {
      const known = byName.get(set.name) ?? { name: set.name, title: set.title, rows: [] };
      known.rows.push(...set.rows);
      byName.set(set.name, known);
    }
  }
  return [...byName.values()];
}

/** What one vault did for an erasure. */
export type ErasedHere = {
  deleted: Record<string, number>;
  retained: Erased['retained'][number][];
  /** Requests whose words lie in this vault, sealed under keys of their own. */
  requests: string[];
  payloads: number;
  log_seq: number;
};

/**
 * All holders erase, and one entry says so (also that nothing was found here) and names the payloads that go with it,
 * before they go. The entry stands under nobody's name: it has to outlive the person, and any later erasure.
 */
export function eraseHere(
  w: Writer,
  holders: readonly Holder[],
  i: { persons: string[]; request: string },
): ErasedHere {
  const requests = i.persons.flatMap((p) => requestsOf(w.db, p).map((r) => r.id));
  const wasHere = i.persons.filter((p) => personById(w.db, p));
  const deleted: Record<string, number> = {};
  const retained: Erased['retained'][number][] = [];
  for (const person of i.persons) {
    for (const holder of holders) {
      const done = holder.erase(w, person);
      deleted[holder.name] = (deleted[holder.name] ?? 0) + done.deleted;
      retained.push(...done.retained);
    }
  }
  const erases = i.persons.flatMap((p) => payloadsOf(w.db, p, ERASED_CLASSES));
  const seq = w.audit('person.erased', { erases, data: { persons: i.persons, request: i.request, deleted } });
  const payloads = i.persons.reduce((n, p) => n + erasePayloads(w.db, p, seq, ERASED_CLASSES), 0);
  for (const person of wasHere) w.emit('person.erased', { person, at: rfc3339(w.now) });
  return { deleted, retained, requests, payloads, log_seq: seq };
}
