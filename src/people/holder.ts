import { type Dataset, type Holder, type Reader, rfc3339, type Wire, type Writer } from '../platform';
import { deleteActivity, interactionsOf, ordersOf } from './activity-store';
import { attributesOf, deleteAttributes } from './attribute-store';
import { proposalsOf } from './duplicate-store';
import { quarantineOf } from './quality-store';
import { rectifyAttributes } from './rectify';
import { membershipsOf, sourceRecordsOf, stagesOf } from './relation-store';

type Why = { purpose: string; record: string | null; source: string; collected_at: number; expires_at: number };

/** Art. 15(1): purpose, licence, source, since when, until when. */
const why = (x: Why) => ({
  purpose: x.purpose,
  consent_record: x.record,
  source: x.source,
  collected: rfc3339(x.collected_at),
  deleted_at: rfc3339(x.expires_at),
});

const attributes = (r: Reader, person: string): Dataset => ({
  name: 'attributes',
  title: 'What we know about you, why, and until when',
  rows: attributesOf(r, person).map((a) => ({
    field: a.field,
    value: typeof a.value === 'object' ? JSON.stringify(a.value) : a.value,
    ...why(a),
  })),
});

const orders = (r: Reader, person: string): Dataset => ({
  name: 'orders',
  title: 'What you bought',
  rows: ordersOf(r, person).map((o) => ({
    order: o.number,
    unit: o.unit,
    at: rfc3339(o.at),
    channel: o.channel,
    status: o.status,
    total: o.total,
    currency: o.currency,
    lines: JSON.stringify(o.lines.map(({ margin, ...line }) => line)),
    ...why(o),
  })),
});

const interactions = (r: Reader, person: string): Dataset => ({
  name: 'interactions',
  title: 'What happened between you and us',
  rows: interactionsOf(r, person, { limit: 100_000 }).map((i) => ({
    at: rfc3339(i.at),
    unit: i.unit,
    channel: i.channel,
    kind: i.kind,
    product: i.product,
    detail: i.detail ? JSON.stringify(i.detail) : null,
    summary: i.summary,
    ...why(i),
  })),
});

const lifeStages = (r: Reader, person: string): Dataset => ({
  name: 'life_stages',
  title: 'Phases of life that we assumed',
  rows: stagesOf(r, person).map((s) => ({
    stage: s.stage,
    from: rfc3339(s.from_at),
    until: s.until_at === null ? null : rfc3339(s.until_at),
    ...why(s),
  })),
});

const memberships = (r: Reader, person: string): Dataset => ({
  name: 'memberships',
  title: 'Households and organisations that we connect you with',
  rows: membershipsOf(r, person).map((m) => ({ group: m.group_id, kind: m.kind, role: m.role, ...why(m) })),
});

const sources = (r: Reader, person: string): Dataset => ({
  name: 'sources',
  title: 'Which of our systems told us about you',
  rows: sourceRecordsOf(r.db, person).map((s) => ({
    unit: s.unit,
    system: s.system,
    first: rfc3339(s.first_at),
    last: rfc3339(s.last_at),
  })),
});

const putAside = (r: Reader, person: string): Dataset => ({
  name: 'quarantine',
  title: 'Values about you that we refused to use until somebody has looked at them',
  rows: quarantineOf(r.db, person).map((q) => ({ field: q.field, reason: q.reason, at: rfc3339(q.at) })),
});

const duplicates = (r: Reader, person: string): Dataset => ({
  name: 'duplicates',
  title: 'Records that may also be yours',
  rows: proposalsOf(r.db, person).map((p) => ({ status: p.status, score: p.score, at: rfc3339(p.at) })),
});

/** The files of an access package, in the order of interest. */
const DATASETS = [attributes, orders, interactions, lifeStages, memberships, sources, putAside, duplicates];

/** The CRM store: values, orders, interactions, life stages, memberships, where they came from. */
export const peopleHolder: Holder = {
  name: 'people',
  tables: [
    'attribute',
    'source_record',
    'sale',
    'interaction',
    'life_stage',
    'membership',
    'quarantine',
    'duplicate_proposal',
  ],
  exportOf: (r, person) => DATASETS.map((dataset) => dataset(r, person)),
  rectify: (w: Writer, person: string, changes: { readonly [field: string]: Wire }) =>
    rectifyAttributes(w, person, changes),
  erase: (w, person) => ({
    deleted: deleteAttributes(w.db, person) + deleteActivity(w.db, person),
    retained: [],
  }),
};
