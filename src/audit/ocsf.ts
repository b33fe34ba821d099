import { isObject, type Wire } from '../platform';
import type { LoggedEntry } from './search';

/**
 * OCSF 1.6 (https://schema.ocsf.io), one event per line, for the tools that watch many systems. What a person allows is
 * a change of an entity, data that leaves or is erased is datastore activity, everything else a call of the API.
 */

const VERSION = '1.6.0';
const INFORMATIONAL = 1;
const SUCCESS = 1;

type OcsfClass = { readonly category: number; readonly uid: number };
const ENTITY: OcsfClass = { category: 3, uid: 3004 };
const API: OcsfClass = { category: 6, uid: 6003 };
const DATASTORE: OcsfClass = { category: 6, uid: 6005 };

/** First part of an event's name → its class. What is not named is API activity. */
const CLASSES: Readonly<Record<string, OcsfClass>> = {
  consent: ENTITY,
  definition: ENTITY,
  person: ENTITY,
  identifier: ENTITY,
  suppression: ENTITY,
  staff: ENTITY,
  client: ENTITY,
  release: DATASTORE,
  erasure: DATASTORE,
  retention: DATASTORE,
  key: DATASTORE,
};

/** Last word of an event's name → activity, which OCSF numbers per class. */
const VERBS: Readonly<Record<string, 'create' | 'read' | 'update' | 'delete'>> = {
  created: 'create',
  recorded: 'create',
  claimed: 'create',
  written: 'update',
  changed: 'update',
  linked: 'update',
  read: 'read',
  consents_read: 'read',
  revealed: 'read',
  exported: 'read',
  page: 'read',
  erased: 'delete',
  destroyed: 'delete',
  revoked: 'delete',
  released: 'delete',
  lifted: 'delete',
};
const ACTIVITIES: Readonly<Record<number, Readonly<Record<'create' | 'read' | 'update' | 'delete', number>>>> = {
  [ENTITY.uid]: { create: 1, read: 2, update: 3, delete: 4 },
  [API.uid]: { create: 1, read: 2, update: 3, delete: 4 },
  [DATASTORE.uid]: { create: 5, read: 1, update: 2, delete: 7 },
};
const OTHER = 99;

/** One entry as an OCSF event; what the schema has no place for stands under `unmapped`. */
export function ocsfEvent({ log, seq, at, envelope, erased_by }: LoggedEntry): Wire {
  const e = isObject(envelope) ? envelope : {};
  const event = typeof e.event === 'string' ? e.event : 'erased';
  const actor = isObject(e.actor) ? e.actor : { type: 'unknown', id: 'unknown' };
  const cls = classOf(event);
  const activity = activityOf(event, cls);
  return {
    activity_id: activity,
    category_uid: cls.category,
    class_uid: cls.uid,
    type_uid: cls.uid * 100 + activity,
    time: at,
    severity_id: INFORMATIONAL,
    status_id: SUCCESS,
    message: event,
    metadata: { version: VERSION, uid: `${log}/${seq}`, product: { name: 'Avow', vendor_name: 'Avow' } },
    actor: { user: { uid: actor.id, type: actor.type } },
    ...partsOf(cls, event, e, log),
    unmapped: { purpose: e.purpose, site: e.site, outcome: e.outcome, data: e.data, erased_by: erased_by ?? undefined },
  };
}

function partsOf(cls: OcsfClass, event: string, e: Readonly<Record<string, Wire | undefined>>, log: string) {
  const subject = e.person ?? e.purpose ?? log;
  if (cls === ENTITY) return { entity: { uid: subject, type: e.person === undefined ? 'Configuration' : 'Person' } };
  const from = { src_endpoint: { uid: e.request ?? 'internal' } };
  if (cls === API) return { api: { operation: event, request: { uid: e.request ?? 'internal' } }, ...from };
  return { database: { name: log, type_id: 1 }, ...from };
}

function classOf(event: string): OcsfClass {
  if (event === 'audit.exported') return DATASTORE;
  const room = event.split('.')[0]!;
  return Object.hasOwn(CLASSES, room) ? CLASSES[room]! : API;
}

function activityOf(event: string, cls: OcsfClass): number {
  const verb = event.slice(event.indexOf('.') + 1);
  return Object.hasOwn(VERBS, verb) ? ACTIVITIES[cls.uid]![VERBS[verb]!] : OTHER;
}
