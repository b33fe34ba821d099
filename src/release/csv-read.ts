import { Refusal } from '../platform';

/** A file that a CRM has written may be so large; more belongs into parts. */
export const MAX_CSV_BYTES = 50 * 1024 * 1024;
const MAX_ROWS = 500_000;
const MAX_CELL = 64 * 1024;

/**
 * RFC 4180 as programs really write it: commas, semicolons or tabs (whichever the first line has most of), any line end,
 * a byte-order mark. Answers rows by column name. A quote that is never closed, and a row of another length, are refused.
 */
export function* readCsv(text: string): Generator<Record<string, string>> {
  const lines = records(text.startsWith('\ufeff') ? text.slice(1) : text);
  const header: string[] | undefined = lines.next().value ?? undefined;
  if (!header) throw refused('the file is empty');
  if (new Set(header).size !== header.length) throw refused('two columns have the same name');
  let n = 1;
  for (const cells of lines) {
    n++;
    if (n > MAX_ROWS) throw refused(`the file has more than ${MAX_ROWS} rows`);
    if (cells.length === 1 && cells[0] === '') continue;
    if (cells.length !== header.length)
      throw refused(`row ${n} has ${cells.length} cells, and the header has ${header.length}`);
    yield Object.fromEntries(header.map((name, i) => [name.trim(), cells[i]!]));
  }
}

const refused = (message: string): Refusal => new Refusal('malformed', message, [{ path: '/body', message }]);

function* records(text: string): Generator<string[]> {
  const delimiter = delimiterOf(text);
  const plain = new RegExp(`[${delimiter}\\r\\n]`, 'g');
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const cell = text[at] === '"' ? quoted(text, at) : unquoted(text, at, plain);
    if (cell.value.length > MAX_CELL) throw refused(`a cell is larger than ${MAX_CELL} characters`);
    row.push(cell.value);
    at = cell.end;
    const next = text[at];
    if (next === delimiter) {
      at++;
      if (at === text.length) row.push('');
      continue;
    }
    if (next !== undefined && next !== '\r' && next !== '\n') throw refused('something follows a closing quote');
    at += text.startsWith('\r\n', at) ? 2 : 1;
    yield row;
    row = [];
  }
  if (row.length > 0) yield row;
}

function quoted(text: string, start: number): { value: string; end: number } {
  let value = '';
  for (let at = start + 1; ; ) {
    const close = text.indexOf('"', at);
    if (close < 0) throw refused('a quote is never closed');
    value += text.slice(at, close);
    if (text[close + 1] !== '"') return { value, end: close + 1 };
    value += '"';
    at = close + 2;
  }
}

function unquoted(text: string, start: number, stop: RegExp): { value: string; end: number } {
  stop.lastIndex = start;
  const end = stop.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end), end };
}

function delimiterOf(text: string): string {
  const first = text.slice(0, 4000).split(/\r|\n/, 1)[0] ?? '';
  const count = (d: string): number => first.split(d).length;
  return [',', ';', '\t'].reduce((best, d) => (count(d) > count(best) ? d : best), ',');
}
