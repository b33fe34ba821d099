import { action, type Ops, query, trusted } from '../platform';
import { findNewest, linesBetween, openEntries, pageOfView, type Span } from './entry-store';
import type { LogFilter } from './filter';
import { mirrorPosition, setMirrorPosition } from './mirror-store';

/** What the log says, for those who may read it: search, exports, copies elsewhere. */
export const viewOps = {
  /** Which entries are in the view, newest first; nothing is opened. One slice: go on at `next`. */
  'log.find': query(trusted<{ filter: LogFilter; before: number | null; limit: number }>(), (r, i) =>
    findNewest(r.db, i.filter, i.before ?? Number.MAX_SAFE_INTEGER, i.limit),
  ),
  /** Shows entries to an officer. What was looked for is written down before anything is shown. */
  'log.search': action(trusted<{ filter: LogFilter; seqs: number[] }>(), (w, i) => {
    const found = openEntries(w, i.seqs);
    w.audit('audit.read', { person: i.filter.person, data: { filter: i.filter, entries: found.length } });
    return found;
  }),
  /** A page of the view, for an export that the registry has announced. */
  'log.page': query(trusted<{ filter: LogFilter; span: Span; limit: number }>(), (r, i) =>
    pageOfView(r, i.filter, i.span, i.limit),
  ),
  /** All entries of a span, as a bundle has them, for an export that the registry has announced. */
  'log.lines': query(trusted<{ filter: LogFilter; span: Span }>(), (r, i) => linesBetween(r, i.filter, i.span)),
  /** The first entry that a copy of the log elsewhere doesn't have. */
  'log.mirror_position': query(trusted<{ sink: string }>(), (r, i) => ({ position: mirrorPosition(r.db, i.sink) })),
  'log.mirrored': action(trusted<{ sink: string; position: number }>(), (w, i) => {
    setMirrorPosition(w.db, i.sink, i.position);
    w.auditedLater('how far a copy of the log is, is no act of anybody');
    return { position: i.position };
  }),
} satisfies Ops;
