import writeXlsxFile from 'write-excel-file/universal';
import type { Rulebook } from '../consent';
import type { RegisterEntry, RegisterHead } from './kinds';

/** The record of processing activities (GDPR Art. 30(1)), made of purposes, services and what officers add. Pure. */

export const REGISTER_COLUMNS = [
  'ref',
  'processing',
  'controller',
  'joint_controllers',
  'representative',
  'dpo',
  'purpose',
  'basis',
  'people',
  'categories',
  'special_condition',
  'recipients',
  'transfers',
  'safeguards',
  'retention',
  'security',
  'source',
  'automated',
  'assessment',
  'owner',
  'reviewed',
] as const;
export type RegisterColumn = (typeof REGISTER_COLUMNS)[number];
export type RegisterRow = Record<RegisterColumn, string>;

/** Without these the record is not what Art. 30(1)(a)–(g) demands. */
export const DEMANDED: readonly RegisterColumn[] = [
  'controller',
  'purpose',
  'people',
  'categories',
  'retention',
  'security',
];

type Words = {
  language: string;
  basis(key: string): string;
  days(n: number): string;
  until_fulfilled: string;
  explicit: string;
};

export type RegisterFacts = { head: RegisterHead; entries: Readonly<Record<string, RegisterEntry>> };

const inLanguage = (texts: Readonly<Record<string, string>>, language: string): string =>
  texts[language] ?? texts.en ?? Object.values(texts)[0] ?? '';

/** EEA members (Agreement on the EEA): what lies elsewhere is a transfer to a third country (Art. 44). */
const EEA = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IS IE IT LV LI LT LU MT NL NO PL PT RO SK SI ES SE'.split(' '),
);

function transfersOf(book: Rulebook, services: readonly string[]): string {
  const found = services
    .map((s) => book.services[s])
    .filter((s) => s !== undefined)
    .filter((s) => !EEA.has(s.country))
    .map((s) => `${s.country} (${s.vendor})`);
  return [...new Set(found)].join('; ');
}

/** One row for each purpose that isn't archived. */
export function registerRows(book: Rulebook, facts: RegisterFacts, words: Words): RegisterRow[] {
  const { head } = facts;
  return Object.values(book.purposes)
    .filter((p) => !p.archived)
    .map((p): RegisterRow => {
      const e = facts.entries[p.key] ?? {};
      return {
        ref: p.key,
        processing: inLanguage(p.name, words.language),
        controller: [book.controller.name, book.controller.address, book.controller.contact].filter(Boolean).join(', '),
        joint_controllers: head.joint_controllers ?? '',
        representative: head.representative ?? '',
        dpo: head.dpo ?? '',
        purpose: inLanguage(p.text, words.language),
        basis: words.basis(p.basis),
        people: e.people ?? '',
        categories: p.categories.join(', '),
        special_condition: p.special_category ? (p.special_basis ?? words.explicit) : '',
        recipients: p.recipients.join('; '),
        transfers: e.transfers ?? transfersOf(book, p.services),
        safeguards: e.safeguards ?? '',
        retention: p.retention_days === null ? words.until_fulfilled : words.days(p.retention_days),
        security: e.security ?? head.security ?? '',
        source: e.source ?? '',
        automated: e.automated ?? '',
        assessment: e.assessment ?? '',
        owner: e.owner ?? '',
        reviewed: e.reviewed ?? '',
      };
    });
}

/** What an authority would ask for: cells that the law demands and nobody has filled in. */
export const gapsOf = (row: RegisterRow): RegisterColumn[] => [
  ...DEMANDED.filter((c) => row[c] === ''),
  ...(row.transfers !== '' && row.safeguards === '' ? (['safeguards'] as const) : []),
];

const WIDE = new Set<RegisterColumn>(['purpose', 'controller', 'recipients', 'security', 'categories']);

/** The record as a workbook (ECMA-376). Every cell is text, so nothing in it is a formula. */
export async function registerXlsx(
  rows: readonly RegisterRow[],
  titles: Readonly<Record<RegisterColumn, string>>,
  sheet: string,
): Promise<Blob> {
  const header = REGISTER_COLUMNS.map((c) => ({ value: titles[c], fontWeight: 'bold' as const, wrap: true }));
  const body = rows.map((row) =>
    REGISTER_COLUMNS.map((c) => ({ value: row[c], type: String, wrap: true, alignVertical: 'top' as const })),
  );
  const columns = REGISTER_COLUMNS.map((c) => ({ width: WIDE.has(c) ? 40 : 20 }));
  return writeXlsxFile([header, ...body], { columns, sheet, stickyRowsCount: 1 }).toBlob();
}
