import { isObject, Refusal, type WireObject } from '../platform';

/** Caps against bombs: bytes unpacked, rows, bytes of one row, and how much smaller the packed form may be. */
export const MAX_BYTES = 128 * 1024 * 1024;
export const MAX_ROWS = 500_000;
export const MAX_ROW = 64 * 1024;
export const MAX_RATIO = 100;

const tooLarge = (message: string): Refusal => new Refusal('too_large', message);
const malformed = (message: string): Refusal => new Refusal('malformed', message);

/**
 * CSV (RFC 4180) piece by piece: quoted cells with doubled quotes and line breaks, any of CRLF, LF and CR as end of line,
 * a byte order mark at the start. A row longer than the cap, or a quote that never closes, is an error.
 */
export class CsvReader {
  private cell = '';
  private cells: string[] = [];
  private size = 0;
  private quoted = false;
  private closing = false;
  private afterCr = false;
  private first = true;

  constructor(private readonly delimiter = ',') {}

  /** Rows that are complete by now. */
  push(text: string): string[][] {
    const rows: string[][] = [];
    const piece = this.first && text.startsWith('\ufeff') ? text.slice(1) : text;
    if (text !== '') this.first = false;
    for (const c of piece) this.take(c, rows);
    return rows;
  }

  /** The last row, if the file doesn't end with a line break. */
  end(): string[][] {
    if (this.quoted && !this.closing) throw malformed('a quoted cell is never closed');
    const rows: string[][] = [];
    if (this.cell !== '' || this.cells.length > 0) this.endRow(rows);
    return rows;
  }

  private take(c: string, rows: string[][]): void {
    if (++this.size > MAX_ROW) throw tooLarge(`a row may have at most ${MAX_ROW} characters`);
    if (this.afterCr) {
      this.afterCr = false;
      if (c === '\n') return;
    }
    if (this.quoted) this.takeQuoted(c, rows);
    else if (c === '"' && this.cell === '') this.quoted = true;
    else this.takePlain(c, rows);
  }

  private takeQuoted(c: string, rows: string[][]): void {
    if (!this.closing) {
      if (c === '"') this.closing = true;
      else this.cell += c;
    } else if (c === '"') {
      this.cell += c;
      this.closing = false;
    } else {
      this.quoted = false;
      this.closing = false;
      this.takePlain(c, rows);
    }
  }

  private takePlain(c: string, rows: string[][]): void {
    if (c === this.delimiter) {
      this.cells.push(this.cell);
      this.cell = '';
    } else if (c === '\n' || c === '\r') {
      this.afterCr = c === '\r';
      this.endRow(rows);
    } else this.cell += c;
  }

  private endRow(rows: string[][]): void {
    this.cells.push(this.cell);
    this.cell = '';
    this.quoted = false;
    this.closing = false;
    this.size = 0;
    const isBlank = this.cells.length === 1 && this.cells[0] === '';
    if (!isBlank) rows.push(this.cells);
    this.cells = [];
  }
}

/** The delimiter of a header: the one that occurs most often outside quotes. */
export function delimiterOf(header: string): string {
  const plain = header.replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((d) => [d, plain.split(d).length] as const);
  return counts.reduce((best, c) => (c[1] > best[1] ? c : best))[0];
}

/** One row of a file as column → text; `undefined` where a line can't be read. */
export type Row = { readonly [column: string]: string } | undefined;

/** Text pieces → rows with their columns by the header. */
export class TableReader {
  private csv: CsvReader | undefined;
  private columns: string[] | undefined;
  private held = '';

  constructor(
    private readonly format: 'csv' | 'ndjson',
    /** Called once with the first line, before any row is handed out. */
    private readonly onHead: (head: string) => void,
  ) {}

  push(text: string): Row[] {
    return this.format === 'csv' ? this.pushCsv(text) : this.pushLines(text);
  }

  end(): Row[] {
    if (this.format === 'ndjson') return this.held.trim() === '' ? [] : [this.object(this.held)];
    return this.csv ? this.rows(this.csv.end()) : this.pushCsv('\n').concat(this.csvEnd());
  }

  private csvEnd = (): Row[] => (this.csv ? this.rows(this.csv.end()) : []);

  /** The header must be there before the delimiter is known. */
  private pushCsv(text: string): Row[] {
    if (this.csv) return this.rows(this.csv.push(text));
    this.held += text;
    const end = /[\r\n]/.exec(this.held);
    if ((end?.index ?? this.held.length) > MAX_ROW) throw tooLarge(`a row may have at most ${MAX_ROW} characters`);
    if (!end || this.held.trim() === '') return [];
    this.csv = new CsvReader(delimiterOf(this.held.slice(0, end.index)));
    this.onHead(this.held.slice(0, end.index));
    const rows = this.rows(this.csv.push(this.held));
    this.held = '';
    return rows;
  }

  private rows(rows: readonly string[][]): Row[] {
    let rest = rows;
    if (!this.columns && rest.length > 0) {
      this.columns = rest[0]!.map((c) => c.trim());
      rest = rest.slice(1);
    }
    return rest.map((cells) => {
      if (cells.length > this.columns!.length) return undefined;
      return Object.fromEntries(this.columns!.map((c, i) => [c, cells[i] ?? '']));
    });
  }

  private pushLines(text: string): Row[] {
    const lines = (this.held + text).split(/\r\n|\n|\r/);
    this.held = lines.pop()!;
    if (this.held.length > MAX_ROW || lines.some((l) => l.length > MAX_ROW))
      throw tooLarge(`a row may have at most ${MAX_ROW} characters`);
    return lines.filter((l) => l.trim() !== '').map((l) => this.object(l));
  }

  private isFirst = true;

  private object(line: string): Row {
    if (this.isFirst) this.onHead(line);
    this.isFirst = false;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return undefined;
    }
    return isObject(value) ? flat(value) : undefined;
  }
}

const flat = (value: WireObject): Row =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([key, v]) => v !== null && v !== undefined && key !== '__proto__')
      .map(([key, v]) => [key, Array.isArray(v) ? v.join(';') : typeof v === 'object' ? JSON.stringify(v) : String(v)]),
  );
