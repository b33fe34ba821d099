import { action, type Ops, query, registryId, trusted } from '../platform';
import { addCost, type CostEntry, costsBetween } from './cost-store';

/** What the registry keeps for the store: what customers cost. No persons. */
export const peopleRegistryOps = {
  'cost.add': action(trusted<Omit<CostEntry, 'id' | 'by'>>(), (w, i) => {
    const id = registryId('cst');
    addCost(w.db, { ...i, id, by: w.context.actor.id });
    w.audit('cost.added', { data: { id, unit: i.unit, kind: i.kind, amount: i.amount } });
    return { id };
  }),
  'cost.list': query(trusted<{ from: number; to: number }>(), (r, i) => costsBetween(r.db, i.from, i.to)),
} satisfies Ops;
