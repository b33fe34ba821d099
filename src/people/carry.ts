import { currentRulebook, homeOf, readState } from '../consent';
import type { deliveryOps } from '../delivery';
import { personById } from '../identity';
import {
  action,
  type CallContext,
  isObject,
  need,
  type Ops,
  parseVaultId,
  query,
  type Reader,
  runSaga,
  type Saga,
  type sagaOps,
  trusted,
  type Vault,
  type Vaults,
  vaultId,
  type Writer,
} from '../platform';
import {
  addInteraction,
  deleteActivity,
  type Interaction,
  interactionNumber,
  interactionsFrom,
  ordersOf,
  putSale,
  type Sale,
  saleByNumber,
} from './activity-store';
import { admit, admitField } from './admit';
import {
  attributesOf,
  collectedAt,
  deleteAttributes,
  markKeyed,
  putAttribute,
  type StoredAttribute,
} from './attribute-store';
import { clearInteractions, cursorAt, moveCursor } from './carry-store';
import { noteFacts } from './facts';
import { fieldOf } from './register';
import { type LifeStage, type Membership, membershipsOf, putMembership, putStage, stagesOf } from './relation-store';
import { isSealed } from './value';

/** What a visitor has left behind when they turn out to be somebody whom we know. */
type Luggage = {
  attributes: StoredAttribute[];
  sales: Sale[];
  stages: LifeStage[];
  memberships: Membership[];
};

const LINKED = 'linked';

/** How many interactions travel at once. */
const CHUNK = 200;

function take(w: Writer, person: string, luggage: Luggage): { taken: number; left: number } {
  const book = currentRulebook(w.db);
  const keyed = personById(w.db, person)?.keyed === 1;
  const state = noteFacts(w, person, {}, keyed);
  let [taken, left] = [0, 0];
  const tally = (isTaken: boolean): void => {
    if (isTaken) taken++;
    else left++;
  };
  for (const a of luggage.attributes) tally(takeAttribute(w, person, a));
  for (const s of luggage.sales) tally(takeSale(w, person, s));
  for (const s of luggage.stages) {
    const isAllowed = admit(book, state, { purpose: s.purpose, collected_at: s.collected_at }, w.now).allowed;
    if (isAllowed) putStage(w.db, { ...s, person, id: vaultId('stg', w.vault.zone, parseVaultId(person)!.bits) });
    tally(isAllowed);
  }
  for (const m of luggage.memberships) {
    const isAllowed = admit(book, state, { purpose: m.purpose, collected_at: m.collected_at }, w.now).allowed;
    if (isAllowed) putMembership(w.db, { ...m, person });
    tally(isAllowed);
  }
  w.audit('store.carried', { person, keyed, data: { taken, left } });
  if (taken > 0) w.raise('people.changed', { person, fields: luggage.attributes.map((a) => a.field) });
  return { taken, left };
}

/** A value goes along if its new owner allows it, and if they don't have a newer one. */
function takeAttribute(w: Writer, person: string, a: StoredAttribute): boolean {
  const book = currentRulebook(w.db);
  const field = fieldOf(book, a.field);
  if (!field || a.value === null || (collectedAt(w.db, { ...a, person }) ?? 0) >= a.collected_at) return false;
  const asked = { purposes: [a.purpose], unit: a.unit || undefined, collected_at: a.collected_at };
  const [admission] = admitField(book, readState(w.db, person), field, asked, w.now);
  if (!admission?.allowed) return false;
  if (isSealed(field)) markKeyed(w.db, person);
  const { record, expires_at } = admission;
  putAttribute(w, { ...a, person, record, expires_at, is_sealed: isSealed(field) });
  return true;
}

function takeSale(w: Writer, person: string, s: Sale): boolean {
  const q = { purpose: s.purpose, unit: s.unit, collected_at: s.at };
  const admission = admit(currentRulebook(w.db), readState(w.db, person), q, w.now);
  if (!admission.allowed || saleByNumber(w.db, person, s.unit, s.number)) return false;
  putSale(w.db, {
    ...s,
    person,
    id: vaultId('ord', w.vault.zone, parseVaultId(person)!.bits),
    record: admission.record,
  });
  return true;
}

function takeInteractions(w: Writer, person: string, rows: readonly Interaction[]): { taken: number } {
  const book = currentRulebook(w.db);
  const state = readState(w.db, person);
  let taken = 0;
  for (const row of rows) {
    const admission = admit(book, state, { purpose: row.purpose, unit: row.unit, collected_at: row.at }, w.now);
    if (!admission.allowed) continue;
    addInteraction(w, { ...row, person, record: admission.record, message: null });
    taken++;
  }
  const keyed = personById(w.db, person)?.keyed === 1;
  w.audit('interactions.carried', { person, keyed, data: { taken, left: rows.length - taken } });
  return { taken };
}

const luggageOf = (r: Reader, person: string): Luggage => ({
  attributes: attributesOf(r, person),
  sales: ordersOf(r, person),
  stages: stagesOf(r, person),
  memberships: membershipsOf(r, person),
});

/** Carrying over what a linked person had: read there, take over here, clear there. */
export const carryStoreOps = {
  'store.luggage': query(trusted<{ person: string }>(), (r, i) => luggageOf(r, i.person)),
  'store.take': action(trusted<{ person: string; luggage: Luggage }>(), (w, i) => take(w, i.person, i.luggage)),
  'store.interactions': query(trusted<{ person: string }>(), (r, i) => ({
    rows: interactionsFrom(r, i.person, CHUNK),
  })),
  'store.take_interactions': action(trusted<{ person: string; rows: Interaction[] }>(), (w, i) =>
    takeInteractions(w, i.person, i.rows),
  ),
  'store.clear': action(trusted<{ person: string; up_to?: number }>(), (w, i) => {
    const cleared =
      i.up_to === undefined
        ? deleteAttributes(w.db, i.person) + deleteActivity(w.db, i.person)
        : clearInteractions(w.db, i.person, i.up_to);
    w.audit('store.cleared', { person: i.person, data: { cleared } });
    return { cleared };
  }),
  'store.seen': query(trusted<Record<never, never>>(), (r) => ({ seq: cursorAt(r.db, LINKED) })),
  'store.note': action(trusted<{ seq: number }>(), (w, i) => {
    moveCursor(w.db, LINKED, i.seq);
    w.auditedLater('the linking that was read has its own entry');
    return { seq: i.seq };
  }),
} satisfies Ops;

export type CarryStoreVaultOps = typeof carryStoreOps & typeof deliveryOps & typeof sagaOps;
export type CarryStoreState = { from: string; into: string };

const carrying: CallContext = { actor: { type: 'system', id: 'carry' } };

/**
 * Moves a linked visitor's rows to the person that they are. Each row is decided again for that person, so nothing goes
 * along that they have refused. Values travel between the vaults only, never through the saga's books.
 */
export function carryStoreSaga(vaults: Vaults<CarryStoreVaultOps>): Saga<CarryStoreState> {
  return {
    kind: 'carry_store',
    steps: [
      {
        name: 'values',
        run: async (s, command) => {
          const luggage = need(await homeOf(vaults, s.from).run('store.luggage', { person: s.from }, carrying));
          const input = { person: s.into, luggage };
          need(await homeOf(vaults, s.into).run('store.take', input, { ...carrying, command }));
          return s;
        },
      },
      { name: 'interactions', run: (s, command) => carryInteractions(vaults, s, command) },
      {
        name: 'clear',
        run: async (s, command) => {
          need(await homeOf(vaults, s.from).run('store.clear', { person: s.from }, { ...carrying, command }));
          return s;
        },
      },
    ],
  };
}

/** Chunk by chunk: taken over under a command of its own, then cleared, so that a restart repeats nothing. */
async function carryInteractions(
  vaults: Vaults<CarryStoreVaultOps>,
  s: CarryStoreState,
  command: string,
): Promise<CarryStoreState> {
  for (;;) {
    const { rows } = need(await homeOf(vaults, s.from).run('store.interactions', { person: s.from }, carrying));
    const last = rows.at(-1);
    if (!last) return s;
    const up_to = interactionNumber(last.id);
    const context = { ...carrying, command: `${command}:${up_to}` };
    need(await homeOf(vaults, s.into).run('store.take_interactions', { person: s.into, rows }, context));
    need(
      await homeOf(vaults, s.from).run(
        'store.clear',
        { person: s.from, up_to },
        { ...context, command: `${context.command}:clear` },
      ),
    );
  }
}

/** Carries over what the people had who were linked in one vault since the last look. Answers how many. */
export async function carryStore(home: Vault<CarryStoreVaultOps>, vaults: Vaults<CarryStoreVaultOps>): Promise<number> {
  const { seq } = need(await home.run('store.seen', {}, carrying));
  const { rows } = need(await home.run('feed.page', { after: seq, limit: 200 }, carrying));
  const linked = rows.filter(({ topic }) => topic === 'person.linked' || topic === 'person.merged');
  for (const row of linked) {
    const body: unknown = JSON.parse(row.body);
    if (!isObject(body) || typeof body.from !== 'string' || typeof body.person !== 'string') continue;
    const books = homeOf(vaults, body.from) as unknown as Vault<typeof sagaOps>;
    await runSaga(books, carryStoreSaga(vaults), `carry_store.${body.from}`, { from: body.from, into: body.person });
  }
  const last = rows.at(-1)?.seq;
  if (last !== undefined) need(await home.run('store.note', { seq: last }, carrying));
  return linked.length;
}
