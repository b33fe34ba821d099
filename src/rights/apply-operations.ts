import { erasePayloads, payloadsOf } from '../audit';
import { currentRulebook, editState, recordAct } from '../consent';
import { personById } from '../identity';
import { action, type Holder, type Ops, query, Refusal, trusted, type Wire, type Writer } from '../platform';
import { holdsOf, livingHolds, placeHold, releaseHold } from './hold-store';
import type { Right } from './rules';

const keyed = (w: Pick<Writer, 'db'>, person: string): boolean => personById(w.db, person)?.keyed === 1;

function personHere(w: Pick<Writer, 'db'>, person: string): void {
  if (personById(w.db, person)?.status !== 'active') throw new Refusal('not_found', 'nobody active has this id');
}

/** What staff have carried out on a person's data, in the vault where it lies. */
export function applyOps(holders: readonly Holder[]) {
  return {
    /** Restriction (Art. 18): the data stays and nothing may be done with it. Objection (Art. 21(1)): no interest of ours counts. */
    'rights.apply': action(trusted<{ person: string; right: Right; request: string }>(), (w, i) => {
      personHere(w, i.person);
      if (i.right === 'objection') return objectTo(w, i.person, i.request);
      const restricted = { at: w.now, request: i.request };
      editState(w.db, i.person, (s) => ({ ...s, restricted }));
      w.journal({ person: i.person, restricted });
      w.audit('person.restricted', { person: i.person, keyed: keyed(w, i.person), data: { request: i.request } });
      return { restricted: true };
    }),
    /** The end of a restriction; the person has to be told before (Art. 18(3)). */
    'rights.unrestrict': action(trusted<{ person: string; request: string }>(), (w, i) => {
      personHere(w, i.person);
      editState(w.db, i.person, ({ restricted: _, ...s }) => s);
      w.journal({ person: i.person, restricted: null });
      w.audit('person.unrestricted', { person: i.person, keyed: keyed(w, i.person), data: { request: i.request } });
      return { restricted: false };
    }),
    /** Each room corrects what it knows of the named fields; what nobody knows is refused, and nothing is changed. */
    'rights.rectify': action(trusted<{ person: string; request: string; changes: Record<string, Wire> }>(), (w, i) => {
      personHere(w, i.person);
      const changed = holders.flatMap((h) => h.rectify(w, i.person, i.changes));
      const unknown = Object.keys(i.changes).filter((field) => !changed.includes(field));
      if (unknown.length > 0) {
        const fields = unknown.map((f) => ({ path: `/body/changes/${f}`, message: 'is held by nobody' }));
        throw new Refusal('undeclared_attribute', 'these fields can not be corrected', fields);
      }
      w.audit('person.rectified', {
        person: i.person,
        keyed: keyed(w, i.person),
        data: { request: i.request, fields: changed },
      });
      return { changed };
    }),
    'hold.place': action(trusted<{ person: string; ground: string }>(), (w, i) => {
      personHere(w, i.person);
      const hold = placeHold(w.db, { ...i, at: w.now, by: w.context.actor.id });
      w.audit('hold.placed', { person: i.person, keyed: keyed(w, i.person), data: { hold, ground: i.ground } });
      return { hold };
    }),
    'hold.release': action(trusted<{ person: string; hold: string; because: string }>(), (w, i) => {
      const at = { id: i.hold, person: i.person, at: w.now, by: w.context.actor.id };
      if (!releaseHold(w.db, at)) throw new Refusal('not_found', 'there is no such hold on this person');
      w.audit('hold.released', {
        person: i.person,
        keyed: keyed(w, i.person),
        data: { hold: i.hold, because: i.because },
      });
      return { released: true };
    }),
    'hold.list': query(trusted<{ person: string }>(), (r, i) => holdsOf(r.db, i.person)),
    'hold.living': query(trusted<{ persons: string[] }>(), (r, i) => livingHolds(r.db, i.persons).map((h) => h.id)),
    /** The time of the evidence is over: what the log still says of the person goes, and one entry says so. */
    'rights.end_evidence': action(trusted<{ persons: string[] }>(), (w, i) => {
      const erases = i.persons.flatMap((p) => payloadsOf(w.db, p, ['evidence']));
      if (erases.length === 0) {
        w.unchanged();
        return { payloads: 0 };
      }
      const seq = w.audit('evidence.ended', { erases, data: { persons: i.persons } });
      return { payloads: i.persons.reduce((n, p) => n + erasePayloads(w.db, p, seq, ['evidence']), 0) };
    }),
  } satisfies Ops;
}

/** What rests on our interests stops, and direct marketing with it; what rests on consent has its own withdrawal. */
function objectTo(w: Writer, person: string, request: string) {
  const purposes = Object.values(currentRulebook(w.db).purposes).filter(
    (p) => !p.archived && (p.basis === 'legitimate_interests' || p.basis === 'public_interest'),
  );
  const choices = Object.fromEntries(
    [...purposes.map((p) => p.key), '*marketing'].map((p) => [p, 'objected' as const]),
  );
  const { record } = recordAct(w, { person, method: 'system', choices, detail: { from: request } });
  return { record };
}
