import { contactPoints } from '../identity';
import { action, type Ops, query, registryId, trusted } from '../platform';
import { type InteractionInput, type OrderInput, writeInteraction, writeOrder } from './activity';
import { carryStoreOps } from './carry';
import { propose } from './duplicate-store';
import { qualityOps } from './quality-operations';
import { type JoinInput, joinGroup, membersHere, type StageInput, writeStage } from './relation';
import { type Sweep, sweep } from './retention';
import { type GivenIdent, roomFor } from './room';
import { type WriteInput, writePerson } from './write';

/** The CRM store's operations, each in the person's vault. */
export const peopleOps = {
  ...carryStoreOps,
  ...qualityOps,
  'people.write': action(trusted<WriteInput>(), (w, i) => writePerson(w, i)),
  'people.order': action(trusted<OrderInput>(), (w, i) => writeOrder(w, i)),
  'people.interaction': action(trusted<InteractionInput>(), (w, i) => writeInteraction(w, i)),
  'people.join': action(trusted<JoinInput>(), (w, i) => joinGroup(w, i)),
  'people.stage': action(trusted<StageInput>(), (w, i) => writeStage(w, i)),
  /** The members of a group who live here and whose purpose still stands. */
  'people.members': query(trusted<{ group: string }>(), (r, i) => ({ members: membersHere(r, i.group) })),
  /** One turn of the daily sweep. */
  'people.sweep': action(trusted<Sweep>(), (w, i) => sweep(w, i)),
  /** Is there room for these identifiers? Says which kinds are full, and opens nothing to the outside. */
  'people.room': query(trusted<{ person: string; given: GivenIdent[] }>(), (r, i) =>
    roomFor(contactPoints(r, i.person), i.given),
  ),
  'people.propose': action(trusted<{ person: string; other: string; reasons: string[]; score: number }>(), (w, i) => {
    const id = registryId('dup');
    propose(w.db, { ...i, id, at: w.now });
    w.audit('duplicate.proposed', { person: i.person, data: { other: i.other, reasons: i.reasons, score: i.score } });
    return { proposed: true };
  }),
} satisfies Ops;
