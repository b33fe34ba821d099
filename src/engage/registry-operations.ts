import { action, type Ops, query, Refusal, registryId, trusted } from '../platform';
import { addRun, newestNeighbours, putNeighbours, runById, runsOf, setRunState } from './registry-store';

type Scored = { product: string; score: number };

/** Neighbours as they are stored: product → its nearest, best first. */
export type NeighbourBody = Record<string, Scored[]>;

/** Runs of campaigns, and what is bought together. */
export const engageRegistryOps = {
  'run.start': action(trusted<{ campaign: string; version: number }>(), (w, i) => {
    const id = registryId('run');
    const { campaign, version } = i;
    addRun(w.db, {
      id,
      campaign,
      version,
      state: 'planning',
      by: w.context.actor.id,
      started_at: w.now,
      planned_at: null,
    });
    w.audit('campaign.started', { data: { run: id, campaign, version } });
    return { run: id, started_at: w.now };
  }),
  'run.planned': action(trusted<{ run: string }>(), (w, i) => {
    const row = runById(w.db, i.run);
    if (!row) throw new Refusal('not_found', 'there is no such run');
    if (row.state !== 'planning') w.unchanged();
    else {
      setRunState(w.db, i.run, 'planned', w.now);
      w.audit('campaign.planned', { data: { run: i.run } });
    }
    return { state: row.state === 'planning' ? ('planned' as const) : row.state };
  }),
  'run.stop': action(trusted<{ run: string }>(), (w, i) => {
    if (!runById(w.db, i.run)) throw new Refusal('not_found', 'there is no such run');
    setRunState(w.db, i.run, 'stopped', null);
    w.audit('campaign.stopped', { data: { run: i.run } });
    return { state: 'stopped' as const };
  }),
  'run.get': query(trusted<{ run: string }>(), (r, i) => runById(r.db, i.run) ?? null),
  'run.list': query(trusted<{ campaign: string }>(), (r, i) => runsOf(r.db, i.campaign)),
  'neighbours.put': action(trusted<{ neighbours: NeighbourBody; buyers: number }>(), (w, i) => {
    const id = registryId('nbr');
    putNeighbours(w.db, { id, body: JSON.stringify(i.neighbours), buyers: i.buyers, built_at: w.now });
    w.audit('neighbours.built', { data: { model: id, products: Object.keys(i.neighbours).length, buyers: i.buyers } });
    return { model: id, built_at: w.now };
  }),
  'neighbours.get': query(trusted<Record<never, never>>(), (r) => {
    const row = newestNeighbours(r.db);
    return row
      ? { model: row.id, buyers: row.buyers, built_at: row.built_at, neighbours: JSON.parse(row.body) as NeighbourBody }
      : null;
  }),
} satisfies Ops;
