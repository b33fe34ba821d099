import { action, DAY, type Ops, Refusal, registryId, trusted } from '../platform';
import { addExport, type ExportView, findExport, forgetExports } from './export-store';

/** A link to an export is good for so long. */
const EXPORT_TTL = 7 * DAY;

/** What the registry alone does for the log: it knows who asked for which export. */
export const auditRegistryOps = {
  'log.request_export': action(trusted<{ view: ExportView }>(), (w, { view }) => {
    forgetExports(w.db, w.now - EXPORT_TTL);
    const id = registryId('exp');
    addExport(w.db, id, view, w.context.actor.id, w.now);
    w.audit('audit.export_requested', { person: view.filter.person, data: { export: id, ...view } });
    return { id };
  }),
  /** Says that the log leaves the house, before the first byte of it does. Every download is a release of its own. */
  'log.release_export': action(trusted<{ id: string }>(), (w, { id }) => {
    const view = findExport(w.db, id, w.context.actor.id);
    if (!view) throw new Refusal('not_found', 'there is no such export of yours');
    w.audit('audit.exported', { person: view.filter.person, data: { export: id, ...view } });
    return view;
  }),
} satisfies Ops;
