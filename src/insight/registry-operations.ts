import { action, type Ops, query, Refusal, registryId, trusted, type Wire } from '../platform';
import type { LifetimeModel } from './fit';
import {
  addMeasurement,
  addModel,
  type ModelRow,
  modelById,
  modelsBefore,
  newestMeasurements,
  newestModel,
} from './registry-store';

/** A fitted model as it is stored. `margin`: share of the spending that is margin, as counted over the same people. */
export type StoredModel = {
  id: string;
  as_of: number;
  people: number;
  created_at: number;
  model: LifetimeModel;
  margin: number;
  excluded: Record<string, number>;
  holdout: Wire;
};

type ModelBody = Pick<StoredModel, 'model' | 'margin' | 'excluded' | 'holdout'>;

const stored = ({ body, created_by, ...row }: ModelRow): StoredModel => ({
  ...row,
  ...(JSON.parse(body) as ModelBody),
});

/** Models and measurements. No persons. */
export const insightRegistryOps = {
  'insight.put_model': action(trusted<{ as_of: number; people: number; body: Wire }>(), (w, i) => {
    const id = registryId('clv');
    const row = { id, as_of: i.as_of, people: i.people, body: JSON.stringify(i.body), created_at: w.now };
    addModel(w.db, { ...row, created_by: w.context.actor.id });
    w.audit('insight.fitted', { data: { model: id, as_of: i.as_of, people: i.people } });
    return { model: id, created_at: w.now };
  }),
  /** A model by its id, or the newest; null where there is none. */
  'insight.model': query(trusted<{ id?: string }>(), (r, i) => {
    const row = i.id === undefined ? newestModel(r.db) : modelById(r.db, i.id);
    return (row ? stored(row) : null) as unknown as (Wire & StoredModel) | null;
  }),
  'insight.models': query(trusted<Record<never, never>>(), (r) => modelsBefore(r.db, 200)),
  'insight.measure': action(trusted<{ objective: string; value: number }>(), (w, i) => {
    if (!Number.isFinite(i.value)) throw new Refusal('invalid', 'a measurement is a number');
    const id = registryId('msr');
    addMeasurement(w.db, { id, ...i, at: w.now, by: w.context.actor.id });
    w.audit('insight.measured', { data: { objective: i.objective, value: i.value } });
    return { id };
  }),
  'insight.measurements': query(trusted<Record<never, never>>(), (r) => newestMeasurements(r.db)),
} satisfies Ops;
