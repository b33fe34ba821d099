import { stringify } from 'csv-stringify/browser/esm/sync';
import { type Dataset, rfc3339, sha256, utf8, type Wire } from '../platform';
import { escapeHtml } from './mails';

/** A package before it is packed: everything about one person, and what the law wants said beside it (Art. 15(1)). */
export type PackageFacts = {
  request: string;
  person: string;
  language: string;
  made_at: number;
  controller: { name: string; contact: string };
  datasets: readonly Dataset[];
  /** Systems that have answered, and those that haven't: what they hold is missing here, and the page says so. */
  sources: readonly string[];
  missing: readonly string[];
  /** Purposes, legal bases, recipients, periods: what Art. 15(1)(a)–(d) demands. */
  purposes: readonly { readonly [column: string]: Wire }[];
  /** Notices as they were shown, by `key@version (language)`. */
  notices: readonly { name: string; title: string; text: string; hash: string }[];
};

export type PackageFile = { path: string; body: Uint8Array };
type ListedFile = PackageFile & { title: string; rows: number };

const jsonFile = (value: unknown): Uint8Array => utf8(`${JSON.stringify(value, null, 2)}\n`);

/** A cell that a spreadsheet shows and never computes (OWASP: formula injection). */
const csvOf = (rows: Dataset['rows']): Uint8Array =>
  utf8(
    stringify(rows.map((r) => ({ ...r })) as object[], {
      header: true,
      escape_formulas: true,
      cast: { object: (v: object) => JSON.stringify(v), boolean: (b: boolean) => String(b) },
    }),
  );

/** All files of a package: a page to read, JSON and CSV per dataset, and a manifest with the hash of each. */
export function packageFiles(f: PackageFacts): PackageFile[] {
  const sets = [
    ...f.datasets,
    { name: 'purposes', title: 'Why we use your data, on which ground, with whom and for how long', rows: f.purposes },
  ];
  const data = sets.flatMap((set): ListedFile[] => [
    { path: `data/${set.name}.json`, body: jsonFile(set.rows), title: set.title, rows: set.rows.length },
    { path: `data/${set.name}.csv`, body: csvOf(set.rows), title: set.title, rows: set.rows.length },
  ]);
  const notices = f.notices.map(
    (n): ListedFile => ({
      path: `notices/${n.name}.txt`,
      body: utf8(`${n.title}\n\n${n.text}\n`),
      title: n.title,
      rows: 1,
    }),
  );
  const page: PackageFile = { path: 'index.html', body: utf8(pageOf(f, sets)) };
  const listed = [...data, ...notices];
  return [page, { path: 'manifest.json', body: jsonFile(manifestOf(f, [page, ...listed], listed)) }, ...listed];
}

function manifestOf(f: PackageFacts, files: readonly PackageFile[], listed: readonly ListedFile[]) {
  const rows = new Map(listed.map((l) => [l.path, l.rows]));
  return {
    schema_version: 1,
    request: f.request,
    subject_ref: f.person,
    generated_at: rfc3339(f.made_at),
    controller: f.controller,
    sources: f.sources,
    missing: f.missing,
    files: files.map((file) => ({
      path: file.path,
      bytes: file.body.byteLength,
      sha256: sha256(file.body).toString('hex'),
      rows: rows.get(file.path),
    })),
  };
}

function pageOf(f: PackageFacts, sets: readonly Dataset[]): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your data at ${escapeHtml(f.controller.name)}</title>`,
    '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;padding:0 1em;color:#1a1a1a}',
    'table{border-collapse:collapse;margin:1em 0;display:block;overflow-x:auto}th,td{border:1px solid #bbb;padding:4px 8px;',
    'text-align:left;vertical-align:top}th{background:#f2f2f2}</style></head><body>',
    `<h1>Your data at ${escapeHtml(f.controller.name)}</h1>`,
    `<p>Made on ${escapeHtml(rfc3339(f.made_at))}. Questions: ${escapeHtml(f.controller.contact)}.</p>`,
    '<p>You may ask for correction, erasure or restriction, object, take your data elsewhere, and complain to a data',
    'protection authority. The same tables are in the folder <code>data</code> as JSON and CSV.</p>',
    f.missing.length > 0
      ? `<p><strong>Incomplete:</strong> these systems did not answer: ${escapeHtml(f.missing.join(', '))}. Ask us for the rest.</p>`
      : '',
    ...sets.map(sectionOf),
    '</body></html>',
  ].join('\n');
}

function sectionOf(set: Dataset): string {
  const head = `<h2>${escapeHtml(set.title)}</h2>`;
  if (set.rows.length === 0) return `${head}<p>Nothing.</p>`;
  const columns = [...new Set(set.rows.flatMap((r) => Object.keys(r)))];
  const cell = (v: Wire | undefined) =>
    `<td>${escapeHtml(v === null || v === undefined ? '' : typeof v === 'object' ? JSON.stringify(v) : String(v))}</td>`;
  const rows = set.rows.map((r) => `<tr>${columns.map((c) => cell(r[c])).join('')}</tr>`);
  return `${head}<table><thead><tr>${columns.map((c) => `<th scope="col">${escapeHtml(c)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
