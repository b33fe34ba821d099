import { makeZip } from 'client-zip';
import type { CellValue } from './columns';

/**
 * A workbook (ECMA-376) written while its rows come, in constant memory; libraries that build one keep all rows. Texts are
 * inline strings, so nothing in a cell can be a formula; the apostrophe of the CSV isn't needed.
 */
export const MAX_SHEET_ROWS = 1_048_576;

const NS = 'http://schemas.openxmlformats.org';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const encoder = new TextEncoder();

/** `batches` are pages of rows, without the header, which every sheet gets anew. */
export function xlsxStream(
  header: readonly string[],
  batches: AsyncIterable<readonly (readonly CellValue[])[]>,
  at: Date,
  maxRows = MAX_SHEET_ROWS,
): ReadableStream<Uint8Array> {
  return makeZip(workbook(header, batches, at, maxRows));
}

type Entry = { name: string; lastModified: Date; input: string | AsyncIterable<Uint8Array> };

async function* workbook(
  header: readonly string[],
  batches: AsyncIterable<readonly (readonly CellValue[])[]>,
  at: Date,
  maxRows: number,
): AsyncGenerator<Entry> {
  const source = new Rows(batches);
  const entry = (name: string, input: Entry['input']): Entry => ({ name, lastModified: at, input });
  let sheets = 0;
  do {
    sheets++;
    yield entry(`xl/worksheets/sheet${sheets}.xml`, sheet(header, source, maxRows));
  } while (!(await source.done()));
  for (const [name, xml] of Object.entries(parts(sheets))) yield entry(name, HEAD + xml);
}

async function* sheet(header: readonly string[], source: Rows, maxRows: number): AsyncGenerator<Uint8Array> {
  yield encoder.encode(`${HEAD}<worksheet xmlns="${NS}/spreadsheetml/2006/main"><sheetData>${rowXml(header)}`);
  for (let left = maxRows - 1; left > 0; ) {
    const rows = await source.take(left);
    if (rows.length === 0) break;
    left -= rows.length;
    yield encoder.encode(rows.map(rowXml).join(''));
  }
  yield encoder.encode('</sheetData></worksheet>');
}

/** Rows out of batches, as many at a time as still fit. */
class Rows {
  private readonly batches: AsyncIterator<readonly (readonly CellValue[])[]>;
  private held: readonly (readonly CellValue[])[] = [];
  private ended = false;

  constructor(batches: AsyncIterable<readonly (readonly CellValue[])[]>) {
    this.batches = batches[Symbol.asyncIterator]();
  }

  async take(limit: number): Promise<readonly (readonly CellValue[])[]> {
    await this.done();
    const taken = this.held.slice(0, limit);
    this.held = this.held.slice(limit);
    return taken;
  }

  async done(): Promise<boolean> {
    while (this.held.length === 0 && !this.ended) {
      const next = await this.batches.next();
      if (next.done) this.ended = true;
      else this.held = next.value;
    }
    return this.held.length === 0;
  }
}

const rowXml = (row: readonly CellValue[]): string => `<row>${row.map(cellXml).join('')}</row>`;

function cellXml(value: CellValue): string {
  if (value === null) return '<c/>';
  if (typeof value === 'number' && Number.isFinite(value)) return `<c><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c t="b"><v>${Number(value)}</v></c>`;
  const text = typeof value === 'object' ? value.join('; ') : String(value);
  return `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** XML 1.0 has no control characters but tab and line ends (2.2 Char): the others leave. */
const escapeXml = (text: string): string =>
  [...text.toWellFormed()]
    .filter((c) => c >= ' ' || c === '\t' || c === '\n' || c === '\r')
    .map((c) => ENTITIES[c] ?? (c === '\ufffe' || c === '\uffff' ? '' : c))
    .join('');

function parts(sheets: number): Record<string, string> {
  const each = (make: (n: number) => string): string => Array.from({ length: sheets }, (_, i) => make(i + 1)).join('');
  const rel = 'officeDocument/2006/relationships';
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return {
    'xl/workbook.xml': `<workbook xmlns="${NS}/spreadsheetml/2006/main" xmlns:r="${NS}/${rel}"><sheets>${each((n) => `<sheet name="Export${n > 1 ? ` ${n}` : ''}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${NS}/package/2006/relationships">${each((n) => `<Relationship Id="rId${n}" Type="${NS}/${rel}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
    '_rels/.rels': `<Relationships xmlns="${NS}/package/2006/relationships"><Relationship Id="rId1" Type="${NS}/${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    '[Content_Types].xml': `<Types xmlns="${NS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>${each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${type}.worksheet+xml"/>`)}</Types>`,
  };
}
