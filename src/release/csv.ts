import { stringify } from 'csv-stringify/browser/esm/sync';
import type { CellValue } from './columns';

/**
 * RFC 4180 with a header row and CRLF. A text that a spreadsheet would run as a formula gets an apostrophe in front
 * (OWASP "CSV injection"; also the full-width signs that Numbers folds); numbers stay numbers. Members of a list are
 * joined by `; `.
 */
export function csvLines(rows: readonly (readonly CellValue[])[]): string {
  return stringify(
    rows.map((row) => row.map(csvCell)),
    { escape_formulas: true, record_delimiter: '\r\n' },
  );
}

/** A line feed alone would be taken for the end of a record by some readers, so such cells are quoted by the library. */
function csvCell(value: CellValue): string | number {
  if (value === null) return '';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? value : value.join('; ');
}
