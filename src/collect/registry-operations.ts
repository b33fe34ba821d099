import { action, type Ops, query, Refusal, registryId, trusted } from '../platform';
import { addJob, type Counts, type ImportJob, jobById, newestJobs, updateJob } from './import-store';

/** The books of imports. */
export const collectRegistryOps = {
  /** Begins an import, or goes on with one whose file is the same. */
  'import.begin': action(
    trusted<{ id?: string; mapping: string; source: string; unit: string; dry_run: boolean; head: string }>(),
    (w, i) => {
      const before = i.id === undefined ? undefined : jobById(w.db, i.id);
      if (i.id !== undefined && !before) throw new Refusal('not_found', 'there is no such import');
      if (before) return goOn(before, i, () => w.unchanged());
      const id = registryId('imp');
      addJob(w.db, {
        ...i,
        id,
        dry_run: i.dry_run ? 1 : 0,
        status: 'running',
        rows: 0,
        counts: {},
        error: null,
        started_at: w.now,
        updated_at: w.now,
        by: w.context.actor.id,
      });
      w.audit('import.begun', { data: { id, mapping: i.mapping, source: i.source, dry_run: i.dry_run } });
      return { id, rows: 0, counts: {} as Counts };
    },
  ),
  'import.progress': action(trusted<{ id: string; rows: number; counts: Counts }>(), (w, i) => {
    updateJob(w.db, { ...i, status: 'running', error: null }, w.now);
    w.auditedLater('the import is audited when it ends, and each of its batches in its vault');
    return { ok: true };
  }),
  'import.end': action(trusted<{ id: string; rows: number; counts: Counts; error: string | null }>(), (w, i) => {
    updateJob(w.db, { ...i, status: i.error === null ? 'finished' : 'failed' }, w.now);
    w.audit('import.ended', { data: { id: i.id, rows: i.rows, counts: i.counts, error: i.error } });
    return { ok: true };
  }),
  'import.get': query(trusted<{ id: string }>(), (r, i) => jobById(r.db, i.id) ?? null),
  'import.list': query(trusted<{ limit: number }>(), (r, i) => newestJobs(r.db, i.limit)),
} satisfies Ops;

function goOn(
  before: ImportJob,
  asked: { mapping: string; source: string; unit: string; dry_run: boolean; head: string },
  unchanged: () => void,
) {
  const isSame =
    before.mapping === asked.mapping &&
    before.source === asked.source &&
    before.unit === asked.unit &&
    before.dry_run === (asked.dry_run ? 1 : 0) &&
    before.head === asked.head;
  if (!isSame) throw new Refusal('conflict', 'this import was begun with another file or other settings');
  if (before.status === 'finished') throw new Refusal('conflict', 'this import is finished');
  unchanged();
  return { id: before.id, rows: before.rows, counts: before.counts };
}
