import type { WireObject } from '../platform';
import { consentReceipt, type ProcessStatus, purposeTerm, type RecordInput } from './dpv';
import { policyFor } from './policy';
import type { Purpose, Rulebook } from './rulebook';
import { inLanguage } from './texts-of';
import type { Method } from './wire';

/** A record as its vault shows it. */
export type RecordView = {
  id: string;
  seq: number;
  at: string;
  method: string;
  site: string | null;
  notice: string | null;
  language: string | null;
  notice_hash: string | null;
  choices: Record<string, string>;
  detail: { region?: string; until?: Record<string, number> };
  log_seq: number;
};

const STATUS: Readonly<Record<string, ProcessStatus>> = {
  granted: 'granted',
  refused: 'refused',
  withdrawn: 'withdrawn',
  objected: 'withdrawn',
  requested: 'requested',
};

/** The receipt of one act, after ISO/IEC TS 27560 in DPV 2.3, with the place of its entry in the log. */
export function receiptOf(book: Rulebook, person: string, record: RecordView, publicUrl: string): WireObject {
  const [notice = '', version = '0'] = (record.notice ?? '@0').split('@');
  const language = record.language ?? 'en';
  const region = record.detail.region ?? 'unknown';
  const input: RecordInput = {
    issuer: publicUrl,
    id: record.id,
    person,
    recorded_at: record.at,
    method: record.method as Method,
    language: language.slice(0, 2),
    region,
    gdpr: policyFor(region).gdpr,
    notice: { id: notice, version: Number(version), hash: record.notice_hash ?? '' },
    controller: {
      id: 'controller',
      name: book.controller.name,
      contact: book.controller.contact,
      address: book.controller.address,
      url: book.controller.privacy_url,
    },
    withdraw_url: `${publicUrl}/privacy`,
    rights_url: `${publicUrl}/privacy`,
    processes: Object.entries(record.choices).flatMap(([key, status]) =>
      processOf(book, key, status, record, language),
    ),
  };
  return {
    ...consentReceipt(input, { id: record.id.replace(/^rec_/, 'rcp_'), created_at: record.at }),
    'avow:log': { seq: record.log_seq, state: 'sequenced' },
  };
}

function processOf(
  book: Rulebook,
  key: string,
  status: string,
  record: RecordView,
  language: string,
): RecordInput['processes'] {
  const p: Purpose | undefined = book.purposes[key];
  const mapped = STATUS[status];
  if (!p || !mapped) return [];
  const until = record.detail.until?.[key];
  return [
    {
      purpose: key,
      version: p.version,
      name: inLanguage(p.name, language, 'en'),
      text: inLanguage(p.text, language, 'en'),
      term: purposeTerm(p.device ?? (p.direct_marketing ? 'marketing' : 'crm')),
      basis: p.basis,
      status: mapped,
      at: record.at,
      valid_until: until === undefined ? null : new Date(until).toISOString(),
      categories: p.categories,
      special: p.special_category,
      recipients: p.recipients.map((name) => ({ id: name, name, role: 'third_party' as const })),
      services: p.services.map((s) => ({ key: s, name: book.services[s]?.name ?? s })),
      storage_locations: [],
      retention: p.retention_days === null ? 'until the purpose is fulfilled' : `P${p.retention_days}D`,
    },
  ];
}
