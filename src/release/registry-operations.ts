import { action, canonical, DAY, type Ops, query, Refusal, registryId, trusted, type Wire } from '../platform';
import type { ConnectorBody } from './connector-kind';
import { masked } from './connector-kind';
import { allConnectors, connectorById, putConnector, removeConnector } from './connector-registry-store';
import {
  addOrder,
  addRun,
  addSegment,
  type ExportOrder,
  endRun,
  forgetPeople,
  newestSegments,
  orderById,
  pageOfOrders,
  runById,
  runsOf,
  type SegmentBody,
  segmentVersions,
} from './export-store';

/** An order can be downloaded for this long. */
const ORDER_TTL = 30 * DAY;

/** The gate out, in the registry: segments, orders, and what was downloaded. */
export const releaseRegistryOps = {
  /** Writes a segment or a new version of it. The edge has checked it against the rulebook. */
  'segment.put': action(trusted<{ id?: string; body: SegmentBody; expected?: number }>(), (w, i) => {
    const id = i.id ?? registryId('seg');
    const before = segmentVersions(w.db, id).at(-1);
    if (i.id && !before) throw new Refusal('not_found', 'there is no such segment');
    if (i.expected !== undefined && i.expected !== before?.version)
      throw new Refusal('precondition_failed', 'somebody else has changed this meanwhile', {
        version: before?.version ?? 0,
      });
    if (before && canonical(before.body as unknown as Wire) === canonical(i.body as unknown as Wire)) {
      w.unchanged();
      return { id, version: before.version };
    }
    const version = (before?.version ?? 0) + 1;
    addSegment(w.db, { id, version, body: i.body, created_at: w.now, created_by: w.context.actor.id });
    w.audit('segment.changed', { purpose: i.body.purpose, data: { id, version, after: i.body as unknown as Wire } });
    return { id, version };
  }),
  'segment.list': query(trusted<Record<never, never>>(), (r) => newestSegments(r.db)),
  /** All versions, oldest first; empty for none. */
  'segment.versions': query(trusted<{ id: string }>(), (r, i) => segmentVersions(r.db, i.id)),
  'export.create': action(trusted<{ order: ExportOrder; people: string[] | null }>(), (w, i) => {
    const id = registryId('exp');
    const expires_at = w.now + ORDER_TTL;
    addOrder(w.db, { id, ...i, created_at: w.now, created_by: w.context.actor.id, expires_at });
    if (i.people) w.schedule({ op: 'export.forget', due: expires_at, input: { id }, id: `export.forget.${id}` });
    w.audit('export.created', {
      purpose: i.order.purpose,
      data: { id, ...i.order, people: i.people?.length ?? null } as unknown as Wire,
    });
    return { id, created_at: w.now, expires_at };
  }),
  'export.forget': action(trusted<{ id: string }>(), (w, i) => {
    if (forgetPeople(w.db, i.id)) w.audit('export.over', { data: { id: i.id } });
    else w.unchanged();
    return { id: i.id };
  }),
  'export.get': query(trusted<{ id: string }>(), (r, i) => {
    const row = orderById(r.db, i.id);
    return row ? { ...row, over: row.expires_at <= r.now, runs: runsOf(r.db, i.id) } : null;
  }),
  'export.list': query(trusted<{ before: { at: number; id: string }; limit: number }>(), (r, i) =>
    pageOfOrders(r.db, i.before, i.limit),
  ),
  /** Before the first byte: who downloads what. */
  'release.begin': action(trusted<{ origin: string; purpose: string; recipient: string }>(), (w, i) => {
    const id = registryId('rel');
    addRun(w.db, { id, origin: i.origin, started_at: w.now, started_by: w.context.actor.id });
    w.audit('release.started', { purpose: i.purpose, data: { release: id, ...i } });
    return { release: id, started_at: w.now };
  }),
  /** After the last byte: the signed manifest. */
  'release.end': action(
    trusted<{ release: string; outcome: 'complete' | 'partial'; manifest: string; summary: Wire }>(),
    (w, i) => {
      const ended = endRun(w.db, { id: i.release, outcome: i.outcome, ended_at: w.now, manifest: i.manifest });
      if (!ended) throw new Refusal('conflict', 'this release has ended before');
      w.audit('release.ended', { outcome: i.outcome, data: { release: i.release, summary: i.summary } });
      return { release: i.release };
    },
  ),
  'connector.put': action(trusted<{ id?: string; body: ConnectorBody }>(), (w, i) => {
    if (i.id && !connectorById(w, i.id)) throw new Refusal('not_found', 'there is no such connector');
    const id = i.id ?? registryId('con');
    putConnector(w, id, i.body);
    w.audit('connector.changed', { data: { id, after: masked(i.body) } });
    return { id };
  }),
  'connector.remove': action(trusted<{ id: string }>(), (w, i) => {
    if (!removeConnector(w.db, i.id, w.now)) throw new Refusal('not_found', 'there is no such connector');
    w.audit('connector.removed', { data: { id: i.id } });
    return { id: i.id };
  }),
  /** With credentials: for the edge, which alone speaks with foreign systems. */
  'connector.list': query(trusted<Record<never, never>>(), (r) => allConnectors(r)),
  'connector.get': query(trusted<{ id: string }>(), (r, i) => connectorById(r, i.id) ?? null),
  /** Before anything is counted: who wants to know what. */
  'aggregate.begin': action(trusted<{ purpose: string; recipient: string; by: string[] }>(), (w, i) => {
    w.audit('aggregate.started', { purpose: i.purpose, data: i });
    return { ok: true };
  }),
  /** What a test, a reconciliation or a push has found. */
  'connector.ran': action(trusted<{ id: string; what: string; summary: Wire }>(), (w, i) => {
    w.audit(`connector.${i.what}`, { data: { id: i.id, summary: i.summary } });
    return { id: i.id };
  }),
  'release.get': query(trusted<{ id: string }>(), (r, i) => runById(r.db, i.id) ?? null),
} satisfies Ops;
